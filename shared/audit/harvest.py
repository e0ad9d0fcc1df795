"""The harvest: what is owed of the directory audit log is read, stored, and marked as read, in that order."""

import functools
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec
from msgspec.structs import replace

from shared.audit import coverage, harvest_plan
from shared.audit.coverage_table import CoverageTable, HarvestState
from shared.audit.directory_audits import DirectoryAudits, LogClosed
from shared.audit.gathering import Gathered, Gathering
from shared.audit.harvest_plan import Plan, Rhythm
from shared.audit.store import AuditStore
from shared.audit.window_reader import WindowReader
from shared.audit.windows import HOUR

log: Final = logging.getLogger("mfadesk")
_LONGEST_PAUSE: Final = 3600.0
"""Seconds for which Graph is left alone if it asks for more: a slip in one header is not to end the harvest."""


class ClockDiffers(Exception):
    """This machine's clock is not to be trusted about what has happened by now."""


class Harvested(msgspec.Struct, frozen=True, kw_only=True):
    """What a run has done."""

    gathered: Gathered = Gathered()
    gaps: int = 0
    """How many stretches of time were found to be lost."""
    state: HarvestState
    """What it leaves to the next run."""


class Harvest:
    """Reads of the log what is owed. Several at once lose nothing, and count nothing twice."""

    def __init__(
        self,
        audits: DirectoryAudits,
        store: AuditStore,
        coverage_table: CoverageTable,
        rhythm: Rhythm,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._audits = audits
        self._reader = WindowReader(audits, store)
        self._store = store
        self._coverage = coverage_table
        self._rhythm = rhythm
        self._now = now

    async def run(self) -> Harvested:
        """Read what is owed, as far as the time goes.

        Raises ClockDiffers, LogClosed, or AzureError where the store fails: the next run begins where this one ended.
        """
        deadline = self._audits.deadline(self._rhythm.budget.total_seconds())
        now = self._now()
        before = await self._begin(now)
        if before.resume_at is not None and now < before.resume_at:
            log.info("harvest: Graph wants to be left alone until %s", before.resume_at)
            return Harvested(state=before)
        plan = await self._plan(before, now)
        gaps = [await self._lose(start, end, now) for start, end in plan.gaps]
        state = await self._promise(before, plan)
        try:
            gathered = await self._gather(plan, state, deadline)
        finally:  # a log that is closed is no reason to keep what is past its retention
            await self._drop_what_is_over(before, plan, now)
        after = _after(state, plan, gathered, self._now())
        await self._coverage.leave(after)
        _tell(gathered)
        return Harvested(gathered=gathered, gaps=sum(gaps), state=after)

    async def _begin(self, now: datetime) -> HarvestState:
        """Return what the last run has left, once the storage account's clock has confirmed ours.

        By a clock that runs ahead, a time would be marked as read that is yet to come.
        """
        state = replace(await self._coverage.state(), ran_at=now)
        witness = await self._coverage.leave(state)
        if abs(witness - now) > self._rhythm.tolerance:
            raise ClockDiffers(
                f"It is {now} here, and {witness} at the storage account: nothing is harvested like this."
            )
        return state

    async def _plan(self, state: HarvestState, now: datetime) -> Plan:
        """Return what is owed by what is known and to be believed."""
        reached = self._rhythm.horizon(now)
        horizon = state.horizon or reached
        days = await self._coverage.days(min(horizon, reached).date())
        believe = functools.partial(coverage.believed, now=now, tolerance=self._rhythm.settle)
        doubted = [span for spans in days.values() for span in spans if span not in believe(spans)]
        for day in dict.fromkeys(span.start.date() for span in doubted):
            log.warning("harvest: of %s something was marked as read by a clock that ran ahead", day)
            await self._coverage.change(day, believe)
        known = [span for spans in days.values() for span in believe(spans)]
        settled = min([horizon, *(span.start for span in doubted)])
        return harvest_plan.plan(known, settled, now, self._rhythm, troubles=state.troubles)

    async def _lose(self, start: datetime, end: datetime, now: datetime) -> bool:
        """Put it on record that a time is lost, and say so."""
        lose = functools.partial(coverage.lost, start=start, end=end, at=now)
        changed = await self._coverage.change(start.date(), lose)
        if changed:
            log.error("harvest: GAP: from %s until %s nothing was read while Entra had it", start, end)
        return changed

    async def _promise(self, before: HarvestState, plan: Plan) -> HarvestState:
        """Return the state with a horizon: from the first run on, whatever becomes of it, what is not read is a gap.

        But for what Entra was about to forget when the desk began.
        """
        if before.horizon is not None:
            return before
        state = replace(before, horizon=plan.horizon + HOUR)
        await self._coverage.leave(state)
        return state

    async def _gather(self, plan: Plan, state: HarvestState, deadline: float) -> Gathered:
        gathering = Gathering(self._reader, self._coverage, self._rhythm, self._now)
        try:
            return await gathering.gather(plan.windows, deadline)
        except LogClosed as error:
            await self._coverage.leave(replace(state, error=str(error)))
            raise

    async def _drop_what_is_over(self, before: HarvestState, plan: Plan, now: datetime) -> None:
        """Delete, once a day, the months that were over before the desk's own retention began."""
        if before.horizon is not None and before.horizon.date() == plan.horizon.date():
            return
        for table in await self._store.drop_before((now - self._rhythm.retention).date()):
            log.info("harvest: table %s is past its retention, and deleted", table)


def _after(before: HarvestState, plan: Plan, gathered: Gathered, now: datetime) -> HarvestState:
    """Return what a run leaves to the next."""
    away = gathered.away
    pause = timedelta(seconds=min(away.retry_after or 0, _LONGEST_PAUSE)) if away else timedelta()
    return HarvestState(
        ran_at=before.ran_at,
        horizon=max(plan.horizon, min(before.horizon or plan.horizon, plan.horizon + HOUR)),
        resume_at=now + pause if pause else None,
        troubles=before.troubles + 1 if away else 0,
        error=str(away or ""),
    )


def _tell(gathered: Gathered) -> None:
    """Log how it went; there is nothing about people in it."""
    counts = gathered.counts
    log.info(
        "harvest: %d windows read, %d failed, %d still owed; %d events, %d late, %d unreadable",
        *(gathered.read, gathered.failed, gathered.owed, counts.events, counts.late, counts.unreadable),
    )
    if gathered.away is not None:
        log.warning("harvest: Graph serves nobody now: %s", gathered.away)
