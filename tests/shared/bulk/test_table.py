"""The table of bulk requests: conditional writes, lost answers, and what the storage refuses."""

from datetime import timedelta
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError
from azure.data.tables import TableTransactionError
from azure.data.tables.aio import TableClient, TableServiceClient
from msgspec.structs import replace

from shared.bulk.bulk import Bulk, BulkStatus
from shared.bulk.lease import Lease
from shared.bulk.order import BulkTerms
from shared.bulk.table import BULK_TABLE, BulkTable, Standing
from shared.ledger import Overtaken
from tests.shared.bulk.incident import ADELE, DIEGO, Incident


def asked(incident: Incident) -> Bulk:
    """Return what is to be taken, under an id that no other test uses."""
    return Bulk(
        id=incident.own_id,
        status=BulkStatus.ACCEPTED,
        terms=BulkTerms(actions=("revokeSessions",)),
        caller=incident.caller(),
        accepted_at=incident.office.clock(),
        people=2,
        duplicates=0,
        content_hash="of these two",
        chunks=(0,),
    )


def one_nonce(incident: Incident) -> BulkTable:
    """Return the table for a writer whose every write is the same one, sent again."""
    return BulkTable(incident.office.table_service, nonce=lambda: "mine")


async def test_of_two_that_take_one_id_the_second_sees_what_stands_there(incident: Incident) -> None:
    """Neither had found anything when it looked; the people of the first are the ones that count."""
    table = BulkTable(incident.office.table_service)
    first = await table.take(asked(incident), (ADELE, DIEGO))

    second = await table.take(replace(asked(incident), content_hash="of another"), (DIEGO,))

    assert isinstance(first, Bulk)
    assert second == Standing(first)
    assert await table.people(first.id, 0) == (ADELE, DIEGO)


async def test_one_whose_answer_was_lost_is_its_writers(incident: Incident) -> None:
    """The second try finds the rows of the first, and knows them for its own."""
    table = one_nonce(incident)

    assert await table.take(asked(incident), (ADELE,)) == await table.take(asked(incident), (ADELE,))


async def test_a_change_whose_answer_was_lost_has_been_made(incident: Incident) -> None:
    """It is not taken for another's, alone or together with endings."""
    table = one_nonce(incident)
    taken = await table.take(asked(incident), (ADELE,))
    assert isinstance(taken, Bulk)

    changed = [await table.change(taken, worker="one") for _ in range(2)]
    recorded = [await table.record(changed[0], {0: {}}, worked=1.0) for _ in range(2)]

    assert changed[0] == changed[1]
    assert recorded[0] == recorded[1] == await table.get(taken.id)


async def test_the_second_of_two_changes_is_overtaken(incident: Incident) -> None:
    """Whoever read it before another changed it does not write over that."""
    table = BulkTable(incident.office.table_service)
    taken = await table.take(asked(incident), (ADELE,))
    assert isinstance(taken, Bulk)
    await table.change(taken, worker="one")

    with pytest.raises(Overtaken):
        await table.change(taken, worker="two")


class Busy:
    """The tables' service of a storage account that serves no transaction now."""

    def __init__(self, tables: TableServiceClient) -> None:
        self._tables = tables

    def get_table_client(self, name: str) -> Any:
        """Return the table's client."""
        return _BusyTable(self._tables.get_table_client(name))


class _BusyTable:
    def __init__(self, table: TableClient) -> None:
        self._table = table

    def __getattr__(self, verb: str) -> Any:
        return getattr(self._table, verb)

    async def submit_transaction(self, _operations: object) -> None:
        error = HttpResponseError("The server is busy.")
        error.status_code = 503
        raise error


async def test_what_the_storage_does_not_take_now_is_not_taken_for_a_conflict(incident: Incident) -> None:
    """Nothing is on record then, and whoever asked is told so."""
    table = BulkTable(Busy(incident.office.table_service))  # type: ignore[arg-type]

    with pytest.raises(HttpResponseError, match="busy"):
        await table.take(asked(incident), (ADELE,))

    assert await table.get(incident.own_id) is None


async def test_what_is_not_on_record_cannot_be_changed(incident: Incident) -> None:
    """That is no other worker's doing, and said as it is."""
    table = BulkTable(incident.office.table_service)

    with pytest.raises(TableTransactionError):
        await table.record(replace(asked(incident), etag="W/\"datetime'2026-11-22T00%3A00%3A00Z'\""), {0: {}})
    with pytest.raises(LookupError, match=incident.own_id):
        await table.there(incident.own_id)


async def test_there_is_no_work_where_there_is_no_table(incident: Incident) -> None:
    """Nothing was ever asked for; the first that is makes it."""
    incident.office.tables.delete_table(BULK_TABLE)

    assert not await Lease(incident.office.table_service, incident.office.clock).take("somebody")


async def test_a_lease_is_given_back_by_whoever_has_it_alone(incident: Incident) -> None:
    """Taken for dead, one may come to its end all the same; the work is another's by then."""
    clock = incident.office.clock
    lease = Lease(incident.office.table_service, clock)
    await lease.take("one")
    clock.advance(seconds=timedelta(minutes=3).total_seconds())
    await lease.take("two")

    await lease.release("one")

    assert [await lease.is_held(), await lease.keep("two")] == [True, True]
