"""What is known to go wrong in other harvesters of audit logs, and not here. Each test names whose defect it is."""

import asyncio
from datetime import date, timedelta
from functools import partial
from typing import Any, Final

import httpx
import pytest

from shared.audit import coverage
from shared.audit.directory_audits import LogClosed
from shared.audit.harvest_plan import Rhythm
from shared.audit.windows import READ, State
from shared.graph import Answer, Call, Graph, GraphUnavailable
from tests.fixtures.mortal import Fuse, KilledError
from tests.shared.audit.barn import FAR_APART, NOON, Barn
from tests.shared.audit.days import at, first, once
from tests.shared.audit.graph_log import GraphLog, failing, status

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
READ_AT: Final[dict[str, Any]] = {"counts": {}, "at": at(30)}


@pytest.fixture
def barn(barn: Barn) -> Barn:
    """Return a harvest whose Entra keeps four days, and whose pages are short."""
    barn.rhythm = Rhythm(reach=timedelta(days=4), tolerance=FAR_APART)
    barn.graph.page_size = 10
    return barn


async def everything_is_stored(barn: Barn) -> None:
    """Check that nothing is missing, and nothing there twice."""
    stored = await barn.stored()
    assert (len(stored), set(stored.values())) == (barn.graph.count, {1})


async def test_a_window_is_not_marked_before_its_last_page(barn: Barn) -> None:
    """Sentinel, Cisco Duo: the watermark is the window's end after page one; a crash on page two loses the rest."""
    barn.graph.add_many(NOON - HOUR, 30, SECOND)

    def crash(_log: GraphLog, _call: Call) -> Answer:
        raise KilledError

    barn.graph.faults.append(failing(1, crash, only_further=True))
    with pytest.raises(KilledError):
        await barn.harvest().run()

    assert not await barn.spans()
    await barn.harvest().run()
    await everything_is_stored(barn)


async def test_a_page_that_fails_marks_no_more_than_the_pages_before_it(barn: Barn) -> None:
    """The same, where the run survives."""
    barn.graph.add_many(NOON - HOUR, 30, SECOND)
    barn.graph.faults.append(failing(1, status(500), only_further=True))

    await barn.harvest().run()

    of_today = [span for span in await barn.spans(date(2026, 11, 22)) if span.state in READ]
    assert of_today[-1].end == NOON - HOUR + 9 * SECOND


async def test_events_of_one_second_across_the_edge_of_a_page_are_all_read(barn: Barn) -> None:
    """Sentinel, Cisco Duo: the next page begins one second after the last event of this one."""
    for _ in range(25):
        barn.graph.add(NOON - HOUR)

    await barn.harvest().run()

    await everything_is_stored(barn)


async def test_an_error_without_a_status_is_an_error_like_others(barn: Barn) -> None:
    """Sentinel, Cisco Duo: the handler of errors reads a status that network faults lack, and sleeps a minute."""

    class Offline(Graph):
        def __init__(self) -> None:
            super().__init__("https://graph.example", None, sleep=barn.clock.sleep)  # type: ignore[arg-type]

        async def _once(self, call: Call, *, repeated: bool) -> Answer:  # noqa: ARG002 - as Graph's own
            raise httpx.ConnectError("All connection attempts failed")

    barn.graph.add(NOON - HOUR)
    online, barn.graph = barn.graph, Offline()  # type: ignore[assignment]

    harvested = await barn.harvest().run()

    assert "ConnectError" in harvested.state.error
    barn.graph = online
    barn.clock.advance(minutes=5)
    await barn.harvest().run()
    await everything_is_stored(barn)


async def test_the_first_run_reads_what_entra_still_has(barn: Barn) -> None:
    """Sentinel, Auth0: the first run looks back one hour, by the machine's local time."""
    barn.graph.add_many(NOON - 95 * HOUR, 40, 2 * HOUR)

    await barn.harvest().run()

    await everything_is_stored(barn)
    assert all(start.endswith("Z") and end.endswith("Z") for start, end in barn.graph.asked())


async def test_a_refusal_is_not_swallowed(barn: Barn) -> None:
    """Sentinel, Auth0: errors end in a loop that is left with nothing said."""
    barn.graph.faults.append(failing(1, status(403)))

    with pytest.raises(LogClosed):
        await barn.harvest().run()


@pytest.mark.parametrize("moments", [8, 12, 16])
async def test_a_window_that_was_planned_is_not_taken_for_read(barn: Barn, moments: int) -> None:
    """Sentinel, Google Workspace: the state moves on when a window is queued; a worker that fails loses it."""
    barn.graph.add_many(NOON - HOUR, 30, SECOND)
    with pytest.raises(KilledError):
        await barn.harvest(Fuse(moments)).run()

    await barn.harvest().run()

    await everything_is_stored(barn)


async def test_a_window_that_is_read_again_doubles_nothing(barn: Barn) -> None:
    """Sentinel, Google Workspace: a window that failed half-way is sent once more, and its events are there twice."""
    barn.graph.add_many(NOON - HOUR, 30, SECOND)
    await barn.harvest().run()
    await barn.tables.delete_table("AuditCoverage")

    await barn.harvest().run()

    await everything_is_stored(barn)
    assert sum(span.counts.events for span in await barn.spans()) == 30


async def test_two_instances_do_not_write_over_each_others_state(barn: Barn) -> None:
    """All of Sentinel's: the state is one text file without ETag or lease."""
    await barn.coverage.state()
    day = date(2026, 11, 22)

    changed = await asyncio.gather(
        *(
            barn.coverage.change(
                day, partial(coverage.read, window=first(each, each + 1), until=at(each + 1), **READ_AT)
            )
            for each in range(8)
        )
    )

    assert all(changed)
    assert await barn.spans() == [once(hour, hour + 1) for hour in range(8)]


async def test_a_gap_of_days_is_read_and_not_passed_over(barn: Barn) -> None:
    """Office 365 activity feed: after more than a day the start moves on without a word. CIPP plans one day back."""
    await barn.harvest().run()
    barn.graph.add_many(NOON, 70, HOUR)
    barn.clock.advance(hours=75)

    await barn.run_until_done()

    await everything_is_stored(barn)
    assert not [span for span in await barn.spans() if span.state is State.LOST]


async def test_a_mark_is_of_the_window_that_was_read(barn: Barn) -> None:
    """Office 365 activity feed: the watermark comes from whichever page was last, plus a millisecond."""
    barn.graph.add_many(NOON - HOUR, 35, SECOND)
    await barn.harvest().run()
    edge = (await barn.spans())[-1].end
    for offset in (-1, 0, 1):
        barn.graph.add(edge + offset * timedelta(milliseconds=1))
    barn.clock.advance(hours=3, minutes=10)
    await barn.harvest().run()
    await everything_is_stored(barn)


@pytest.mark.parametrize("minutes", [3, 5, 6, 61, 200])
async def test_a_run_that_is_late_or_left_out_loses_nothing(barn: Barn, minutes: int) -> None:
    """CIPP's alert for new methods: every hour it asks for the last hour. Proofpoint: the same with five minutes."""
    barn.graph.add_many(NOON - HOUR, 300, 37 * SECOND)
    for _ in range(4):
        await barn.harvest().run()
        barn.clock.advance(minutes=minutes, seconds=1)
    barn.clock.advance(hours=3)

    await barn.run_until_done()

    await everything_is_stored(barn)


async def test_late_events_are_looked_for(barn: Barn) -> None:
    """Wazuh, Proofpoint and others: who reads from the last time to now never sees what shows up behind."""
    barn.graph.add(NOON - HOUR, delay=2 * HOUR)
    for _ in range(5):
        await barn.harvest().run()
        barn.clock.advance(hours=1)

    await everything_is_stored(barn)
    assert sum(span.counts.late for span in await barn.spans()) == 1


async def test_a_throttling_storm_passes(barn: Barn) -> None:
    """Whatever Graph throttles, and for however long, is read when it does so no more."""
    barn.graph.add_many(NOON - 20 * HOUR, 200, 5 * MINUTE)
    calls = [0]

    def storm(_log: GraphLog, _call: Call) -> Answer | None:
        calls[0] += 1
        if calls[0] % 3 and calls[0] < 24:
            raise GraphUnavailable("Graph answered 429", 20.0 + calls[0])
        return None

    barn.graph.faults.append(storm)
    for _ in range(30):
        await barn.harvest().run()
        barn.clock.advance(minutes=5)

    await everything_is_stored(barn)
