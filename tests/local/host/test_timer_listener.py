"""Timers by a clock that the test moves."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import azure.functions as func
import pytest
from azure.functions.meta import Datum
from azure.functions.timer import TimerRequest

from local.host import schedule
from local.host.functions import Binding
from local.host.invocation import Invoker
from local.host.timer_listener import Timer, TimerListener
from local.host.timer_status import TimerStatusFiles
from tests.local.host.hand_clock import START, HandClock, settle
from tests.local.host.hosting import only_function

MINUTE = 60
HOUR = 60 * MINUTE


class Timers:
    """Starts and stops a timer function as hosts do, one host after another."""

    def __init__(self, clock: HandClock, folder: Path) -> None:
        self.clock = clock
        self.runs: list[tuple[float, bool]] = []
        self.requests: list[TimerRequest] = []
        self.during_run: Callable[[], Awaitable[None]] = _take_no_time
        self._files = TimerStatusFiles(folder)
        self._threads = ThreadPoolExecutor(1)
        self._task: asyncio.Task[None] | None = None

    def start(self, expression: str, *, run_on_startup: bool = False, use_monitor: bool = True) -> TimerListener:
        """Start the function `sweep` on the schedule."""
        timer = Timer(
            function=only_function(lambda app: app.timer_trigger(arg_name="timer", schedule=expression)(self._sweep())),
            schedule=schedule.parse(expression),
            run_on_startup=run_on_startup,
            use_monitor=use_monitor,
        )
        invoker = Invoker(_write_nothing, self._threads)
        listener = TimerListener(timer, invoker, self._files, now=self.clock.now, sleep=self.clock.sleep)
        self._task = asyncio.create_task(listener.run())
        return listener

    async def stop(self) -> None:
        """Stop the host; what it remembers stays."""
        if self._task:
            self._task.cancel()
            await asyncio.wait([self._task])

    def run_times(self) -> list[float]:
        """Return when the function ran, in seconds after the start."""
        return [moment for moment, _ in self.runs]

    def _sweep(self) -> Callable[..., object]:
        async def sweep(timer: func.TimerRequest) -> None:
            assert isinstance(timer, TimerRequest)
            self.runs.append(((self.clock.now() - START).total_seconds(), timer.past_due))
            self.requests.append(timer)
            await self.during_run()

        return sweep


async def _take_no_time() -> None: ...


async def _write_nothing(outputs: list[tuple[Binding, Datum]]) -> None:
    assert outputs == []


@pytest.fixture
async def timers(tmp_path: Path) -> AsyncIterator[Timers]:
    """Return timers at nine o'clock."""
    started = Timers(HandClock(), tmp_path)
    yield started
    await started.stop()


async def test_function_runs_at_each_occurrence(timers: Timers) -> None:
    """Every occurrence gives one run, and none is past due."""
    timers.start("0 */15 * * * *")

    await timers.clock.advance(HOUR)

    assert timers.run_times() == [15 * MINUTE, 30 * MINUTE, 45 * MINUTE, HOUR]
    assert not any(past_due for _, past_due in timers.runs)


async def test_first_start_does_not_run(timers: Timers) -> None:
    """A new timer waits for its next occurrence."""
    timers.start("0 0 * * * *")

    await timers.clock.advance(59 * MINUTE)

    assert timers.runs == []


async def test_several_missed_occurrences_give_one_run_past_due(timers: Timers) -> None:
    """A host that starts late makes up for all that was missed with one run."""
    timers.start("0 0 * * * *")
    await timers.clock.advance(MINUTE)
    await timers.stop()
    await timers.clock.advance(5 * HOUR)

    timers.start("0 0 * * * *")
    await timers.clock.advance(MINUTE)

    assert [past_due for _, past_due in timers.runs] == [True]


async def test_without_monitor_nothing_is_made_up_for(timers: Timers) -> None:
    """use_monitor=False forgets what was missed."""
    timers.start("0 0 * * * *", use_monitor=False)
    await timers.clock.advance(MINUTE)
    await timers.stop()
    await timers.clock.advance(5 * HOUR)

    timers.start("0 0 * * * *", use_monitor=False)
    await timers.clock.advance(MINUTE)

    assert timers.runs == []


async def test_sub_minute_schedule_is_not_monitored(timers: Timers) -> None:
    """A schedule of several runs a minute has no status."""
    timers.start("*/20 * * * * *")

    await timers.clock.advance(20)

    assert timers.requests[0].schedule_status == {}


async def test_status_tells_the_function_last_and_next(timers: Timers) -> None:
    """The function sees when it last ran and for which occurrence it runs now."""
    timers.start("0 0 * * * *")

    await timers.clock.advance(2 * HOUR)

    assert timers.requests[-1].schedule_status == {
        "Last": "2026-11-20T10:00:00+00:00",
        "LastUpdated": "2026-11-20T10:00:00+00:00",
        "Next": "2026-11-20T11:00:00+00:00",
    }
    assert timers.requests[-1].schedule == {"AdjustForDST": True}


async def test_run_on_startup_runs_at_every_start(timers: Timers) -> None:
    """Such a function runs at once, and that run is not past due."""
    timers.start("0 0 * * * *", run_on_startup=True)

    await timers.clock.advance(1)

    assert timers.runs == [(0, False)]


async def test_past_due_comes_before_run_on_startup(timers: Timers) -> None:
    """A missed occurrence makes the run at the start a past-due one, and the only one."""
    timers.start("0 0 * * * *")
    await timers.clock.advance(1)
    await timers.stop()
    await timers.clock.advance(2 * HOUR)

    timers.start("0 0 * * * *", run_on_startup=True)
    await timers.clock.advance(1)

    assert [past_due for _, past_due in timers.runs] == [True]


async def test_failing_function_does_not_stop_the_schedule(timers: Timers) -> None:
    """The next occurrence comes as if nothing had happened."""

    async def fail() -> None:
        raise RuntimeError("broken")

    timers.during_run = fail
    timers.start("0 */30 * * * *")

    await timers.clock.advance(HOUR)

    assert timers.run_times() == [30 * MINUTE, HOUR]


async def test_long_run_skips_occurrences_and_is_followed_at_once(timers: Timers) -> None:
    """The next occurrence counts from the start of the run, and one run never overlaps another."""

    async def take_35_minutes() -> None:
        await timers.clock.sleep(35 * MINUTE)

    timers.during_run = take_35_minutes
    timers.start("0 */15 * * * *")

    await timers.clock.advance(90 * MINUTE)

    assert timers.run_times() == [15 * MINUTE, 50 * MINUTE, 85 * MINUTE]


async def test_run_on_demand_does_not_overlap_a_scheduled_one(timers: Timers) -> None:
    """A run asked for waits until the scheduled one is over."""
    release = asyncio.Event()

    async def wait() -> None:
        await release.wait()

    timers.during_run = wait
    listener = timers.start("0 */15 * * * *")
    await timers.clock.advance(15 * MINUTE)

    asked = asyncio.create_task(listener.run_now())
    await settle()

    assert len(timers.runs) == 1
    release.set()
    assert await asked
    assert len(timers.runs) == 2
