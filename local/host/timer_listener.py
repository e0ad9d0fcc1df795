"""
Runs one timer function on its schedule, one run at a time (facts/functions.md, timer).

Source: azure-webjobs-sdk-extensions TimerListener.cs.
"""

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from azure.functions.meta import Datum

from local.host import converters, timer_status
from local.host.functions import Function
from local.host.invocation import Input, Invoker
from local.host.schedule import Schedule
from local.host.timer_status import TimerStatus, TimerStatusFiles

LONGEST_SLEEP_SECONDS = 60.0


@dataclass(frozen=True, kw_only=True)
class Timer:
    """A timer function with what its trigger says."""

    function: Function
    schedule: Schedule
    run_on_startup: bool
    use_monitor: bool


class TimerListener:
    """Waits for each occurrence and runs the function; its failures do not stop the schedule."""

    def __init__(
        self,
        timer: Timer,
        invoker: Invoker,
        files: TimerStatusFiles,
        *,
        now: Callable[[], dt.datetime],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._timer = timer
        self._invoker = invoker
        self._files = files
        self._now = now
        self._sleep = sleep
        self._running = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._monitored = timer.use_monitor and not timer.schedule.is_sub_minute(now())

    async def run(self) -> None:
        """Run until stopped."""
        self._task = asyncio.current_task()
        status, past_due = self._start(self._now())
        if past_due or self._timer.run_on_startup:
            status = await self._run_once(status, past_due=past_due)
        while True:
            await self._sleep_until(status.next)
            status = await self._run_once(status, scheduled=True)

    async def stop(self) -> None:
        """End the schedule as soon as no run is under way."""
        async with self._running:
            if self._task:
                self._task.cancel()

    async def run_now(self) -> bool:
        """Run the function once, beside its schedule; whether it succeeded."""
        async with self._running:
            return await self._invoke(None, past_due=False)

    def _start(self, now: dt.datetime) -> tuple[TimerStatus, bool]:
        known = self._files.read(self._timer.function.name) if self._monitored else None
        status = timer_status.at_start(known, self._timer.schedule, now)
        self._save(status)
        return status, now > status.next

    async def _run_once(self, status: TimerStatus, *, past_due: bool = False, scheduled: bool = False) -> TimerStatus:
        async with self._running:
            moment = self._now()
            await self._invoke(status if self._monitored else None, past_due=past_due)
            # A run that came a little early counts as on time, or its occurrence would come twice.
            status = timer_status.after_run(self._timer.schedule, max(moment, status.next) if scheduled else moment)
            self._save(status)
            return status

    async def _invoke(self, status: TimerStatus | None, *, past_due: bool) -> bool:
        given = Input(_timer_info(status, past_due=past_due))
        reason = f"Timer fired at {self._now().isoformat()}"
        return (await self._invoker.invoke(self._timer.function, lambda: given, reason=reason)).succeeded

    async def _sleep_until(self, moment: dt.datetime) -> None:
        # In steps, so that a laptop that slept meanwhile is not late by as long as it slept.
        while (left := (moment - self._now()).total_seconds()) > 0:
            await self._sleep(min(left, LONGEST_SLEEP_SECONDS))

    def _save(self, status: TimerStatus) -> None:
        if self._monitored:
            self._files.write(self._timer.function.name, status)


def _timer_info(status: TimerStatus | None, *, past_due: bool) -> Datum:
    known: dict[str, Any] | None = None
    if status:
        known = {"Last": status.last, "LastUpdated": status.last_updated, "Next": status.next}
        known = {name: moment.isoformat() for name, moment in known.items()}
    return converters.document({"Schedule": {"AdjustForDST": True}, "ScheduleStatus": known, "IsPastDue": past_due})
