"""The reports that were written, in Table Storage, and what is still owed of each to those who wait for it.

Table Reports, partition report, row key the date: the newest revision as packed JSON, and what a list of reports shows.
"""

import zlib
from collections.abc import Callable, Mapping
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

from shared.entity import spread
from shared.report.report import Report, encode

REPORT_TABLE: Final = "Reports"
_PARTITION: Final = "report"
_LONGEST_TROUBLE: Final = 500
_COLUMNS: Final = ["RowKey", "Told", "Owed", "Trouble", "Basis", "TakenUntil"]


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


class ReportList(msgspec.Struct, frozen=True):
    """Reports, the newest first."""

    reports: tuple[ReportTold, ...]


class Shelved(msgspec.Struct, frozen=True):
    """What stands beside a report."""

    told: ReportTold
    basis: str
    """A digest of what was known of the harvest when it was written."""
    taken_until: datetime | None
    """Until then somebody is at what is owed of it, or it is not worth another try."""
    etag: str


Change = Callable[[ReportTold], dict[str, str]]


class ReportTable:
    """The shelf on which the reports stand."""

    def __init__(self, tables: TableServiceClient) -> None:
        self._tables = tables
        self._rows = tables.get_table_client(REPORT_TABLE)

    async def find(self, day: date) -> Report | None:
        """Return the report of a day. Raises msgspec.DecodeError where another release has written it otherwise."""
        try:
            found = await self._rows.get_entity(_PARTITION, day.isoformat())
        except ResourceNotFoundError:
            return None
        return msgspec.json.decode(_unpacked(found), type=Report)

    async def shelved(self) -> dict[date, Shelved]:
        """Return what stands beside the reports, the newest first: some hundred bytes a day."""
        rows = self._rows.query_entities(f"PartitionKey eq '{_PARTITION}'", select=_COLUMNS)
        try:
            found = [_shelved(row) async for row in rows]
        except ResourceNotFoundError:
            return {}
        return {each.told.day: each for each in sorted(found, key=lambda one: one.told.day, reverse=True)}

    async def put(self, written: Report, owed: tuple[Owed, ...], basis: str, last: Shelved | None) -> bool:
        """Put a report in the place of the last one; return False where another instance was faster."""
        entity = _entity(written, owed, basis)
        try:
            if last is None:
                await self._create(entity)
            else:
                await self._update(entity, UpdateMode.REPLACE, last.etag)
        except (ResourceExistsError, ResourceModifiedError):
            return False
        return True

    async def _create(self, entity: dict[str, Any]) -> None:
        try:
            await self._rows.create_entity(entity)
        except ResourceNotFoundError:
            await self._tables.create_table_if_not_exists(REPORT_TABLE)
            await self._rows.create_entity(entity)

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


def _entity(written: Report, owed: tuple[Owed, ...], basis: str) -> dict[str, Any]:
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
        **spread("Report", zlib.compress(encode(written))),
    }


def _unpacked(entity: Mapping[str, Any]) -> bytes:
    parts = [entity["Report"]]
    while f"Report{len(parts)}" in entity:
        parts.append(entity[f"Report{len(parts)}"])
    return zlib.decompress(b"".join(parts))
