"""The daily reports: written when the day is over, and again when what they rest on has changed."""

import logging
from collections.abc import AsyncIterator, Callable
from datetime import date, datetime
from typing import Final

import msgspec
from azure.core.exceptions import AzureError, ResourceNotFoundError
from azure.data.tables.aio import TableServiceClient

from shared.audit.coverage_table import CoverageTable
from shared.audit.histories import Histories
from shared.report.coverage import coverage_of
from shared.report.day import Day, day_of
from shared.report.figures import DayCount, Rules
from shared.report.known import Known
from shared.report.packed_rows import TornReport
from shared.report.report import CHARTED, Material, Report, report, says_the_same
from shared.report.report_table import Owed, ReportList, ReportTable, Shelved
from shared.request_index import RequestIndex

log: Final = logging.getLogger("mfadesk")
_UNSETTLED: Final = 3
"""Days back for which requests may still end: whatever is complete and older is not looked at again."""


class Reports:
    """Writes the reports that are owed, and finds those that were written."""

    def __init__(
        self,
        tables: TableServiceClient,
        histories: Histories,
        zone: str,
        now: Callable[[], datetime],
        *,
        reach: int = CHARTED,
    ) -> None:
        """zone: in which the operator's days begin, as the IANA database calls it.

        reach: so many days back are caught up.
        """
        self.table = ReportTable(tables)
        self._histories = histories
        self._index = RequestIndex(tables)
        self._coverage = CoverageTable(tables)
        self._zone = zone
        self._now = now
        self._reach = reach
        self._rules = Rules()

    async def write_owed(self, *, mailed: bool = False) -> AsyncIterator[Report]:
        """Write, the oldest first, what the last days lack, and what has changed; yield what was written.

        One that cannot be written is on record as missing, and keeps no other one back.
        mailed: whether the newest one, once it is there for the first time, is owed as a mail as well.
        """
        today = day_of(self._now(), self._zone)
        shelf, known = await self.table.shelf(), await self._known(today.before(self._reach), today)
        for back in range(self._reach, 0, -1):
            day = today.before(back)
            last = shelf.reports.get(day.date)
            owed = (Owed.ANNOUNCEMENT, Owed.MAIL) if mailed and back == 1 and last is None else (Owed.ANNOUNCEMENT,)
            settled = last is not None and back > _UNSETTLED and last.told.complete
            try:
                written = None if settled else await self._write(day, last, known, owed)
                if day.date in shelf.unwritten:
                    await self.table.mended(day.date)
            except Exception as error:
                log.exception("report of %s: it cannot be written now; it is tried again with the next ones", day.date)
                await self._missing(day, error)
                continue
            if written is not None:
                yield written

    async def write(self, day: Day) -> Report | None:
        """Write the report of a day; return None where it says what the last one said."""
        shelf = await self.table.shelf()
        last, known = shelf.reports.get(day.date), await self._known(day, day)
        return await self._write(day, last, known, (Owed.ANNOUNCEMENT,))

    async def find(self, day: date) -> Report | None:
        """Return the report of a day."""
        return await self.table.find(day)

    async def all(self) -> ReportList:
        """Return what there is, the newest first."""
        shelf = await self.table.shelf()
        return ReportList(tuple(each.told for each in shelf.reports.values()), tuple(shelf.unwritten.values()))

    async def _missing(self, day: Day, error: Exception) -> None:
        """Have the list say that the report of a day is owed, if so much can be written."""
        try:
            await self.table.failed(day.date, str(error).partition("\n")[0], self._now())
        except AzureError as trouble:
            log.warning("report of %s: nor can it be noted that it is missing: %s", day.date, trouble)

    async def _write(self, day: Day, last: Shelved | None, known: Known, owed: tuple[Owed, ...]) -> Report | None:
        basis = known.basis(day, self._rules, self._now())
        if last is not None and last.basis == basis:
            return None
        drawn = report(await self._material(day, last.told.revision + 1 if last else 1, known))
        if last is not None and await self._is_known(drawn):
            await self.table.understand(day.date, basis)
            return None
        if last is not None:
            owed = tuple(dict.fromkeys((*owed, *last.told.owed)))
        if not await self.table.put(drawn, owed, basis, last):
            log.info("report of %s: another instance has written it as well", drawn.day)
            return None
        log.info("report of %s, revision %s: %s", drawn.day, drawn.revision, drawn.completeness.headline)
        return drawn

    async def _is_known(self, drawn: Report) -> bool:
        """Return whether the last report says the same; one that another release wrote otherwise does not."""
        try:
            last = await self.table.find(drawn.day)
        except (msgspec.DecodeError, TornReport):
            return False
        return last is not None and says_the_same(last, drawn)

    async def _material(self, day: Day, revision: int, known: Known) -> Material:
        now, rules = self._now(), self._rules
        requests = known.requests_of(day.since - self._histories.longest_wait, day.until)
        exhausted = [each for each in requests if each.problem and each.problem.code == "triesExhausted"]
        dead = sum(1 for each in exhausted if day.has(each.finished_at or each.accepted_at))
        return Material(
            day=day,
            lines=await self._histories.between(day.since - rules.looks_back, day.until, rules.overnight),
            requests=requests,
            coverage=coverage_of(day, known.spans_of(day.since, day.until), now, dead),
            earlier=await self._earlier(day),
            written_at=now,
            revision=revision,
            rules=rules,
        )

    async def _known(self, first: Day, last: Day) -> Known:
        """Return what is known of these days and of those beside them; of the harvest nothing, where none has run."""
        since, until = first.since - self._rules.looks_back, last.until + self._rules.overnight
        requests = await self._index.accepted(since - self._histories.longest_wait, until)
        try:
            days = await self._coverage.days(since.date(), until.date())
        except ResourceNotFoundError:
            days = {}
        return Known(tuple(span for spans in days.values() for span in spans), requests)

    async def _earlier(self, day: Day) -> tuple[DayCount, ...]:
        first = day.before(CHARTED).date
        return tuple(
            DayCount(date=told.day, desk=told.desk, outside=told.outside, alarms=told.alarms)
            for told in (await self.all()).reports
            if first <= told.day < day.date
        )
