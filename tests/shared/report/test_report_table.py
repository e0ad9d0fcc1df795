"""Where reports stand: whole or not at all, however large they are and whoever dies or is faster."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from random import Random
from typing import Any, Final

import pytest
from azure.core.exceptions import ServiceRequestError
from azure.data.tables.aio import TableServiceClient
from msgspec.structs import replace

from shared.report.mail import ReportMail
from shared.report.packed_rows import TornReport
from shared.report.publisher import letter
from shared.report.report import Report, report
from shared.report.report_table import REPORT_TABLE, Owed, ReportTable, Shelved
from tests.fixtures.mortal import Fuse, KilledError
from tests.fixtures.office import LEE, Office
from tests.shared.report.invented import DAY, busy

DATE: Final = DAY.date
FIRST: Final = report(busy(3))
_NOISE: Final = 1_000_000
"""So many random bytes are packed into two rows."""


class Watched:
    """The tables' service, in which something else happens before a query or again with a write."""

    def __init__(self, tables: TableServiceClient) -> None:
        self.tables = tables
        self.seen: list[str] = []
        """The keys of all rows that were read by a query."""
        self.lost = ""
        """A verb of which every answer is lost, so that the client sends it again."""
        self.meanwhile: list[Coroutine[Any, Any, object]] = []
        """What happens between the next queries."""
        self.after_reading: list[Coroutine[Any, Any, object]] = []
        """What happens after the next readings of one row."""
        self.refused = ""
        """A verb that the storage account does not answer."""

    def get_table_client(self, name: str) -> Any:
        """Return the table's client."""
        return _Table(self.tables.get_table_client(name), self)


class _Table:
    def __init__(self, table: Any, watched: Watched) -> None:
        self._table = table
        self._watched = watched

    def __getattr__(self, name: str) -> Any:
        verb = getattr(self._table, name)
        if name == self._watched.refused:
            raise ServiceRequestError(f"{name} is not answered.")

        async def twice(*args: Any, **options: Any) -> Any:
            await verb(*args, **options)
            return await verb(*args, **options)

        return twice if name == self._watched.lost else verb

    async def get_entity(self, *args: Any, **options: Any) -> Any:
        found = await self._table.get_entity(*args, **options)
        if self._watched.after_reading:
            await self._watched.after_reading.pop()
        return found

    async def query_entities(self, query: str, **options: Any) -> AsyncIterator[Any]:
        if self._watched.meanwhile:
            await self._watched.meanwhile.pop()
        async for row in self._table.query_entities(query, **options):
            self._watched.seen.append(row["RowKey"])
            yield row


def through(watched: Any) -> ReportTable:
    """Return the shelf as it is reached through that."""
    return ReportTable(watched)


@pytest.fixture
async def table(office: Office) -> ReportTable:
    """Return an empty shelf."""
    rows = office.tables.get_table_client(REPORT_TABLE)
    office.tables.create_table_if_not_exists(REPORT_TABLE)
    for row in list(rows.list_entities(select=["PartitionKey", "RowKey"])):
        rows.delete_entity(row)
    return ReportTable(office.table_service)


def large(revision: int = 1) -> Report:
    """Return a report that is packed into several rows."""
    noise = Random(revision).randbytes(_NOISE).hex()  # noqa: S311 - it guards nothing
    return replace(FIRST, revision=revision, lines=(replace(FIRST.lines[0], reason=noise),))


def packed(office: Office) -> list[str]:
    """Return the keys of the rows that hold reports."""
    rows = office.tables.get_table_client(REPORT_TABLE).list_entities(select=["RowKey"])
    return sorted(row["RowKey"] for row in rows if row["RowKey"].startswith("packed-"))


async def shelved(table: ReportTable) -> Shelved:
    """Return what stands beside the report."""
    return (await table.shelf()).reports[DATE]


async def put(table: ReportTable, written: Report) -> bool:
    """Put a report in the place of whichever stands there."""
    last = (await table.shelf()).reports.get(written.day)
    return await table.put(written, (Owed.ANNOUNCEMENT,), f"basis {written.revision}", last)


async def test_a_report_of_twenty_thousand_lines_is_kept_and_mailed(office: Office, table: ReportTable) -> None:
    """It takes several rows; what is too large for a mail is named there, with the place where it stands."""
    whole = report(busy(20_000))
    office.tenant.grant("reset", "Mail.Send")

    await put(table, whole)
    found = await table.find(DATE)
    await ReportMail(office.graph, LEE, ("security@contoso.com",)).send(letter(whole))

    assert found == whole
    assert len(whole.lines) > 20_000
    assert len(packed(office)) > 1
    assert f"not attached: mfa-desk-{DATE}.csv" in str(office.tenant.mails()[-1])


async def test_a_list_of_reports_reads_nothing_of_what_is_in_them(office: Office, table: ReportTable) -> None:
    """One query, of rows that are some hundred bytes long."""
    await put(table, large())
    watched = Watched(office.table_service)

    await through(watched).shelf()

    assert watched.seen == [DATE.isoformat()]


async def test_a_new_revision_leaves_nothing_of_the_old_one(office: Office, table: ReportTable) -> None:
    """Nor of a try that came to nothing."""
    await put(table, large())
    with pytest.raises(KilledError):
        await put(through(Fuse(4).before_tables(office.table_service)), large(2))

    await put(table, replace(FIRST, revision=2))

    (left,) = packed(office)
    assert left.startswith(f"packed-{DATE}-000002-")
    assert await table.find(DATE) == replace(FIRST, revision=2)


async def test_whoever_dies_in_the_middle_leaves_the_old_report_or_the_new_one(
    office: Office, table: ReportTable
) -> None:
    """At each moment of the writing, and never a mixture; another try then gets to the end."""
    old, new = large(1), large(2)
    found = []
    await put(table, old)

    for moments in range(40):
        last = await shelved(table)
        try:
            mortal = through(Fuse(moments).before_tables(office.table_service))
            await mortal.put(replace(new, revision=last.told.revision + 1), (), "basis", last)
        except KilledError:
            told = await table.find(DATE)
            assert told is not None
            found.append(told.lines in (old.lines, new.lines))
        else:
            break

    assert len(found) > 8
    assert all(found)
    assert len(packed(office)) == len({each[-6:] for each in packed(office)})


async def test_of_two_instances_at_once_one_report_stands_alone(office: Office, table: ReportTable) -> None:
    """What the slower one has written is gone."""
    await put(table, large(1))
    last = await shelved(table)
    rivals = [replace(large(2), completeness=replace(FIRST.completeness, alarms=each)) for each in (1, 2)]

    won = await asyncio.gather(*(ReportTable(office.table_service).put(each, (), "basis", last) for each in rivals))

    assert sorted(won) == [False, True]
    assert await table.find(DATE) == rivals[won.index(True)]
    assert len({each[:-7] for each in packed(office)}) == 1


@pytest.mark.parametrize(("revision", "verb"), [(1, "create_entity"), (1, "upsert_entity"), (2, "update_entity")])
async def test_a_report_whose_answer_was_lost_is_there(
    office: Office, table: ReportTable, revision: int, verb: str
) -> None:
    """Its writer does not take it for another's, and its rows for good for nothing."""
    for each in range(1, revision):
        await put(table, replace(FIRST, revision=each))
    watched = Watched(office.table_service)
    watched.lost = verb

    done = await put(through(watched), replace(FIRST, revision=revision))

    assert done
    assert await table.find(DATE) == replace(FIRST, revision=revision)


async def test_a_report_that_is_replaced_while_it_is_read_is_the_new_one(office: Office, table: ReportTable) -> None:
    """Its rows are gone when they are asked for; those of the new one are there."""
    await put(table, FIRST)
    watched, anew = Watched(office.table_service), replace(FIRST, revision=2)
    watched.meanwhile = [put(table, anew)]

    assert await through(watched).find(DATE) == anew


async def test_a_report_of_which_a_row_is_gone_is_none(office: Office, table: ReportTable) -> None:
    """What is left of it is not told as if it were all."""
    await put(table, large())
    office.tables.get_table_client(REPORT_TABLE).delete_entity("report", packed(office)[1])

    with pytest.raises(TornReport):
        await table.find(DATE)


async def test_what_was_announced_of_an_older_revision_is_not_announced_of_the_newer(table: ReportTable) -> None:
    """It was written while the announcement was on its way."""
    await put(table, FIRST)
    older = (await shelved(table)).told
    await put(table, replace(FIRST, revision=2))

    await table.done(older, Owed.ANNOUNCEMENT)

    assert (await shelved(table)).told.owed == (Owed.ANNOUNCEMENT,)


async def test_two_things_done_at_once_are_both_remembered(office: Office, table: ReportTable) -> None:
    """Whoever is second looks again at what is left."""
    await table.put(FIRST, (Owed.ANNOUNCEMENT, Owed.MAIL), "basis", None)
    told, watched = (await shelved(table)).told, Watched(office.table_service)
    watched.after_reading = [table.done(told, Owed.MAIL)]

    await through(watched).done(told, Owed.ANNOUNCEMENT)

    assert (await shelved(table)).told.owed == ()


async def test_what_cannot_be_deleted_of_an_old_revision_goes_with_the_next(office: Office, table: ReportTable) -> None:
    """It keeps no report from being there."""
    await put(table, FIRST)
    watched = Watched(office.table_service)
    watched.refused = "delete_entity"

    there = await put(through(watched), replace(FIRST, revision=2))

    left = len(packed(office))
    await put(table, replace(FIRST, revision=3))
    assert (there, left, len(packed(office))) == (True, 2, 1)
