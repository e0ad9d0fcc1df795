"""The reports that were written, in Table Storage, and what is still owed of each to those who wait for it.

Table Reports, partition report: by the date a row with what a list of reports shows, and the name of the rows that hold
the newest revision. Those are written before it, so that whoever dies in the middle leaves the last report as it was.
By `failed-` and the date a row that tells why a report is owed and could not be written.
"""

from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Final

import msgspec
from azure.core import MatchConditions
from azure.core.exceptions import ResourceExistsError, ResourceModifiedError, ResourceNotFoundError
from azure.data.tables import TableEntity, UpdateMode
from azure.data.tables.aio import TableServiceClient
from msgspec import Meta
from msgspec.structs import replace

from shared.report.packed_rows import PACKED, PackedRows, TornReport
from shared.report.report import Report, encode

REPORT_TABLE: Final = "Reports"
_PARTITION: Final = "report"
_FAILED: Final = "failed-"
_LONGEST_TROUBLE: Final = 500
_COLUMNS: Final = ["RowKey", "Told", "Owed", "Trouble", "Basis", "TakenUntil", "Packed", "TriedAt"]


class Owed(StrEnum):
    """What is to be done about a report that was written."""

    ANNOUNCEMENT = "announcement"
    MAIL = "mail"


class ReportTold(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """A report in the list of reports."""

    day: date
    revision: int
    written_at: datetime
    complete: Annotated[bool, Meta(description="What it says of its own completeness.")]
    headline: str
    desk: Annotated[int, Meta(description="Resets through the desk.")]
    outside: Annotated[int, Meta(description="Resets around it.")]
    alarms: Annotated[int, Meta(description="Acts of the desk's identity that no request accounts for.")]
    owed: Annotated[
        tuple[Owed, ...], Meta(description="What could not be done yet, and is tried again every hour.")
    ] = ()
    trouble: Annotated[str, Meta(description="Why, in words.")] = ""


class Unwritten(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A day whose report, or whose newest revision of it, could not be written."""

    day: date
    tried_at: datetime
    trouble: Annotated[str, Meta(description="Why, in words.")]


class ReportList(msgspec.Struct, frozen=True, omit_defaults=True):
    """Reports, the newest first."""

    reports: tuple[ReportTold, ...]
    unwritten: Annotated[
        tuple[Unwritten, ...], Meta(description="What is owed and could not be written; it is tried again every day.")
    ] = ()


class Shelved(msgspec.Struct, frozen=True):
    """What stands beside a report."""

    told: ReportTold
    basis: str
    """A digest of what was known of the harvest when it was written."""
    taken_until: datetime | None
    """Until then somebody is at what is owed of it, or it is not worth another try."""
    etag: str


class Shelf(msgspec.Struct, frozen=True):
    """All that a list of reports is made of, the newest first."""

    reports: dict[date, Shelved]
    unwritten: dict[date, Unwritten]


Change = Callable[[ReportTold], dict[str, str]]


class ReportTable:
    """The shelf on which the reports stand."""

    def __init__(self, tables: TableServiceClient) -> None:
        self._tables = tables
        self._rows = tables.get_table_client(REPORT_TABLE)
        self._packed = PackedRows(self._rows, _PARTITION)

    async def find(self, day: date) -> Report | None:
        """Return the report of a day.

        Raises msgspec.DecodeError where another release has written it otherwise, TornReport where a part is gone.
        """
        name = None
        while (now := await self._name(day)) is not None:
            try:
                return msgspec.json.decode(await self._packed.read(now), type=Report)
            except TornReport:
                if now == name:
                    raise
                name = now  # it may have been replaced while it was read; the one that stands now is there
        return None

    async def shelf(self) -> Shelf:
        """Return what stands beside the reports, and what is missing: some hundred bytes a day."""
        query = f"PartitionKey eq '{_PARTITION}' and RowKey lt '{PACKED}'"
        try:
            found = [row async for row in self._rows.query_entities(query, select=_COLUMNS)]
        except ResourceNotFoundError:
            found = []
        rows = sorted(found, key=lambda row: str(row["RowKey"]), reverse=True)
        missing = [_unwritten(row) for row in rows if str(row["RowKey"]).startswith(_FAILED)]
        there = [_shelved(row) for row in rows if not str(row["RowKey"]).startswith(_FAILED)]
        return Shelf({each.told.day: each for each in there}, {each.day: each for each in missing})

    async def put(self, written: Report, owed: tuple[Owed, ...], basis: str, last: Shelved | None) -> bool:
        """Put a report in the place of the last one; return False where another instance was faster."""
        name = await self._spread(written)
        entity = _entity(written, owed, basis, name)
        try:
            if last is None:
                await self._rows.create_entity(entity)
            else:
                await self._update(entity, UpdateMode.REPLACE, last.etag)
        except (ResourceExistsError, ResourceModifiedError):
            # The client sends a write again when its answer is lost; the second is then refused because of the first.
            if await self._name(written.day) != name:
                await self._packed.drop(name)
                return False
        await self._packed.keep_only(name, written.day, written.revision)
        return True

    async def failed(self, day: date, why: str, at: datetime) -> None:
        """Remember that a report is owed and could not be written."""
        key = {"PartitionKey": _PARTITION, "RowKey": f"{_FAILED}{day.isoformat()}"}
        trouble = {"Trouble": why[:_LONGEST_TROUBLE], "TriedAt": at.isoformat()}
        await self._rows.upsert_entity({**key, **trouble}, mode=UpdateMode.REPLACE)

    async def mended(self, day: date) -> None:
        """Remember that nothing is missing of that day any more."""
        await self._rows.delete_entity(_PARTITION, f"{_FAILED}{day.isoformat()}")

    async def _spread(self, written: Report) -> str:
        content = encode(written)
        try:
            return await self._packed.write(written.day, written.revision, content)
        except ResourceNotFoundError:
            await self._tables.create_table_if_not_exists(REPORT_TABLE)
            return await self._packed.write(written.day, written.revision, content)

    async def _name(self, day: date) -> str | None:
        """Return the name of the rows that hold the report of a day."""
        try:
            found = await self._rows.get_entity(_PARTITION, day.isoformat(), select=["Packed"])
        except ResourceNotFoundError:
            return None
        return str(found.get("Packed", ""))

    async def understand(self, day: date, basis: str) -> None:
        """Remember that a report says the same on another basis."""
        await self._change(day, lambda _: {"Basis": basis})

    async def done(self, told: ReportTold, owed: Owed) -> None:
        """Remember that something was done; a newer revision, written meanwhile, is still to be announced."""

        def settle(now: ReportTold) -> dict[str, str]:
            if owed is Owed.ANNOUNCEMENT and now.revision != told.revision:
                return {}
            left = [each for each in now.owed if each is not owed]
            return {"Owed": " ".join(left), "Trouble": now.trouble if left else "", "TakenUntil": ""}

        await self._change(told.day, settle)

    async def trouble(self, told: ReportTold, why: str, again_at: datetime) -> None:
        """Remember why something could not be done, and when it is worth another try."""
        left = {"Trouble": why[:_LONGEST_TROUBLE], "TakenUntil": again_at.isoformat()}
        await self._change(told.day, lambda _: left)

    async def taken(self, shelved: Shelved, until: datetime) -> bool:
        """Take what is owed of a report upon oneself until then; return False where another instance has."""
        row = {"PartitionKey": _PARTITION, "RowKey": shelved.told.day.isoformat(), "TakenUntil": until.isoformat()}
        try:
            await self._update(row, UpdateMode.MERGE, shelved.etag)
        except (ResourceModifiedError, ResourceNotFoundError):
            return False
        return True

    async def _change(self, day: date, change: Change) -> None:
        while True:
            found = await self._rows.get_entity(_PARTITION, day.isoformat(), select=_COLUMNS)
            shelved = _shelved(found)
            if not (changes := change(shelved.told)):
                return
            row = {"PartitionKey": _PARTITION, "RowKey": day.isoformat(), **changes}
            try:
                await self._update(row, UpdateMode.MERGE, shelved.etag)
            except ResourceModifiedError:
                continue
            return

    async def _update(self, entity: dict[str, Any], mode: UpdateMode, etag: str) -> None:
        await self._rows.update_entity(entity, mode=mode, etag=etag, match_condition=MatchConditions.IfNotModified)


def _shelved(row: TableEntity) -> Shelved:
    told = msgspec.json.decode(str(row["Told"]), type=ReportTold)
    owed = tuple(Owed(each) for each in str(row["Owed"]).split())
    told = replace(told, owed=owed, trouble=str(row["Trouble"]))
    taken_until = datetime.fromisoformat(str(row["TakenUntil"])) if row["TakenUntil"] else None
    return Shelved(told, str(row["Basis"]), taken_until, str(row.metadata["etag"]))


def _unwritten(row: TableEntity) -> Unwritten:
    day = date.fromisoformat(str(row["RowKey"]).removeprefix(_FAILED))
    return Unwritten(day=day, tried_at=datetime.fromisoformat(str(row["TriedAt"])), trouble=str(row["Trouble"]))


def _entity(written: Report, owed: tuple[Owed, ...], basis: str, name: str) -> dict[str, Any]:
    count = next((each.counts for each in reversed(written.chart) if each.date == written.day), None)
    told = ReportTold(
        day=written.day,
        revision=written.revision,
        written_at=written.written_at,
        complete=written.completeness.complete,
        headline=written.completeness.headline,
        desk=count.desk if count else 0,
        outside=count.outside if count else 0,
        alarms=count.alarms if count else 0,
    )
    return {
        "PartitionKey": _PARTITION,
        "RowKey": written.day.isoformat(),
        "Told": msgspec.json.encode(told).decode(),
        "Owed": " ".join(owed),
        "Trouble": "",
        "TakenUntil": "",
        "Basis": basis,
        "Packed": name,
    }
