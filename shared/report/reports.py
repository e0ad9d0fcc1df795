"""The daily reports: written when the day is over, again when late events have changed it, and kept.

Table Reports, partition report, row key the date: the newest revision as packed JSON, and what a list of reports shows.
"""

import logging
import zlib
from collections.abc import AsyncIterator, Callable
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Final

import msgspec
from azure.core import MatchConditions
from azure.core.exceptions import ResourceNotFoundError
from azure.data.tables import UpdateMode
from azure.data.tables.aio import TableServiceClient
from msgspec import Meta

from shared.audit.coverage_table import CoverageTable
from shared.audit.histories import Histories
from shared.audit.windows import Span
from shared.entity import spread
from shared.report.coverage import coverage_of
from shared.report.day import Day, day_of
from shared.report.figures import DayCount, Rules
from shared.report.report import CHARTED, Material, Report, encode, report, says_the_same
from shared.request_index import RequestIndex

log: Final = logging.getLogger("mfadesk")
REPORT_TABLE: Final = "Reports"
_PARTITION: Final = "report"
_UNSETTLED: Final = 3
"""Days back for which late events may still come: their reports are written anew with every run."""
_UNDECIDED: Final = timedelta(days=2)
"""A request that was decided on a day may have been accepted so long before."""


class ReportTold(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A report in the list of reports."""

    day: date
    revision: int
    written_at: datetime
    complete: Annotated[bool, Meta(description="What it says of its own completeness.")]
    headline: str
    desk: Annotated[int, Meta(description="Resets through the desk.")]
    outside: Annotated[int, Meta(description="Resets around it.")]
    alarms: Annotated[int, Meta(description="Acts of the desk's identity that no request accounts for.")]


class ReportList(msgspec.Struct, frozen=True):
    """Reports, the newest first."""

    reports: tuple[ReportTold, ...]


class Reports:
    """Writes the reports that are owed, and finds those that were written."""

    def __init__(
        self, tables: TableServiceClient, histories: Histories, zone: str, now: Callable[[], datetime]
    ) -> None:
        """zone: in which the operator's days begin, as the IANA database calls it."""
        self._tables = tables
        self._rows = tables.get_table_client(REPORT_TABLE)
        self._histories = histories
        self._index = RequestIndex(tables)
        self._coverage = CoverageTable(tables)
        self._zone = zone
        self._now = now

    async def write_owed(self) -> AsyncIterator[Report]:
        """Write, the oldest first, what the last 30 days lack, and what has changed; yield what was written."""
        today = day_of(self._now(), self._zone)
        known = {told.day: told for told in (await self.all()).reports}
        for back in range(CHARTED, 0, -1):
            day = today.before(back)
            settled = back > _UNSETTLED and day.date in known and known[day.date].complete
            if not settled and (written := await self.write(day)) is not None:
                yield written

    async def write(self, day: Day) -> Report | None:
        """Write the report of a day; return None where it says what the last one said."""
        await self._tables.create_table_if_not_exists(REPORT_TABLE)
        last = await self.find(day.date)
        drawn = report(await self._material(day, last.revision + 1 if last else 1))
        if last is not None and says_the_same(last, drawn):
            return None
        await self._rows.upsert_entity(_entity(drawn), mode=UpdateMode.REPLACE)
        log.info("report of %s, revision %s: %s", drawn.day, drawn.revision, drawn.completeness.headline)
        return drawn

    async def find(self, day: date) -> Report | None:
        """Return the report of a day."""
        try:
            found = await self._rows.get_entity(_PARTITION, day.isoformat())
        except ResourceNotFoundError:
            return None
        return msgspec.json.decode(_unpacked(found), type=Report)

    async def all(self) -> ReportList:
        """Return what there is, the newest first: some hundred bytes a day."""
        columns = ["RowKey", "Told"]
        rows = self._rows.query_entities(f"PartitionKey eq '{_PARTITION}'", select=columns)
        try:
            told = [msgspec.json.decode(str(row["Told"]), type=ReportTold) async for row in rows]
        except ResourceNotFoundError:
            return ReportList(())
        return ReportList(tuple(sorted(told, key=lambda each: each.day, reverse=True)))

    async def unannounced(self) -> tuple[ReportTold, ...]:
        """Return what nobody may have heard of, the oldest first."""
        query = f"PartitionKey eq '{_PARTITION}' and Announced eq false"
        rows = self._rows.query_entities(query, select=["RowKey", "Told"])
        return tuple([msgspec.json.decode(str(row["Told"]), type=ReportTold) async for row in rows])

    async def announced(self, told: ReportTold) -> None:
        """Remember that a report was announced; a newer revision, written meanwhile, still is to be."""
        row = await self._rows.get_entity(_PARTITION, told.day.isoformat(), select=["Told", "Announced"])
        if msgspec.json.decode(str(row["Told"]), type=ReportTold).revision == told.revision:
            changes = {"PartitionKey": _PARTITION, "RowKey": told.day.isoformat(), "Announced": True}
            await self._rows.update_entity(
                changes,
                mode=UpdateMode.MERGE,
                etag=row.metadata["etag"],
                match_condition=MatchConditions.IfNotModified,
            )

    async def _material(self, day: Day, revision: int) -> Material:
        now, rules = self._now(), Rules()
        lines = await self._histories.between(day.since - max(rules.again, rules.soon), day.until)
        requests = await self._index.accepted(day.since - _UNDECIDED, day.until)
        exhausted = [each for each in requests if each.problem and each.problem.code == "triesExhausted"]
        dead = sum(1 for each in exhausted if day.has(each.finished_at or each.accepted_at))
        coverage = coverage_of(day, await self._spans(day), now, dead)
        return Material(
            day=day,
            lines=lines,
            requests=requests,
            coverage=coverage,
            earlier=await self._earlier(day),
            written_at=now,
            revision=revision,
            rules=rules,
        )

    async def _spans(self, day: Day) -> list[Span]:
        """Return what is known of the day's harvest: nothing, where none has ever run."""
        try:
            days = await self._coverage.days(day.since.date(), day.until.date())
        except ResourceNotFoundError:
            return []
        return [span for spans in days.values() for span in spans]

    async def _earlier(self, day: Day) -> tuple[DayCount, ...]:
        first = day.before(CHARTED).date
        return tuple(
            DayCount(date=told.day, desk=told.desk, outside=told.outside, alarms=told.alarms)
            for told in (await self.all()).reports
            if first <= told.day < day.date
        )


def _entity(written: Report) -> dict[str, Any]:
    count = next(each.counts for each in reversed(written.chart) if each.date == written.day)
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
        "Announced": False,
        **spread("Report", zlib.compress(encode(written))),
    }


def _unpacked(entity: dict[str, Any]) -> bytes:
    parts = [entity["Report"]]
    while f"Report{len(parts)}" in entity:
        parts.append(entity[f"Report{len(parts)}"])
    return zlib.decompress(b"".join(parts))
