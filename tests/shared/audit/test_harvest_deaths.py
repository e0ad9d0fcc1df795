"""Death at any awaited moment, two harvests at once, a store that fails: nothing is lost, and nothing is doubled."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from azure.core.exceptions import ServiceRequestError

from shared.audit.directory_audits import DirectoryAudits
from shared.audit.harvest import Harvest
from shared.audit.harvest_plan import Rhythm
from shared.audit.pacing import Pacing
from shared.audit.store import AuditStore
from shared.audit.windows import State
from tests.fixtures.mortal import Fuse, KilledError
from tests.shared.audit.barn import FAR_APART, NOON, Barn

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
RELEVANT, NOISE = 6, 24
LATE = 4
FIRST_RUN = 47
SECOND_RUN = 38
"""Moments: one before and one after every awaited call. Death after one leaves the same as death before the next."""


@pytest.fixture
def barn(barn: Barn) -> Barn:
    """Return a harvest to which a few things have happened, on several pages, one of which comes late."""
    barn.rhythm = Rhythm(reach=timedelta(hours=26), tolerance=FAR_APART)
    barn.graph.page_size = 12
    barn.graph.add_many(NOON - 2 * HOUR, NOISE, 7 * SECOND)
    for number in range(RELEVANT):
        barn.graph.add(NOON - 55 * MINUTE - number % 2 * 13 * HOUR, delay=2 * HOUR if number == LATE else timedelta())
    return barn


async def _all_is_there_once(barn: Barn) -> None:
    stored = await barn.stored()
    assert (len(stored), set(stored.values())) == (RELEVANT + NOISE, {1})
    for kind in ("relevant", "person", "actor"):
        assert len({row["RowKey"] for row in await barn.rows(kind)}) == RELEVANT
    done = [span for span in await barn.spans() if span.state is State.TWICE]
    assert sum(span.counts.events for span in done) == RELEVANT + NOISE


async def _goes_on(barn: Barn) -> None:
    """Run until everything was read twice."""
    for _ in range(3):
        await barn.run_until_done()
        barn.clock.advance(hours=3, minutes=10)


@pytest.mark.parametrize("moments", [0, *range(1, FIRST_RUN, 2)])
async def test_death_at_any_moment_of_the_first_reading_loses_nothing(barn: Barn, moments: int) -> None:
    """Whatever was stored or marked by then, the next run finishes it."""
    with pytest.raises(KilledError):
        await barn.harvest(Fuse(moments)).run()

    await _goes_on(barn)

    await _all_is_there_once(barn)


async def test_the_moments_above_reach_to_the_end_of_a_first_run(barn: Barn) -> None:
    """A fuse as long as the last of them does not burn down any more."""
    await barn.harvest(Fuse(FIRST_RUN)).run()


@pytest.mark.parametrize("moments", [0, *range(1, SECOND_RUN, 2)])
async def test_death_at_any_moment_of_the_second_reading_loses_nothing(barn: Barn, moments: int) -> None:
    """What came late is found by its person all the same, and counted as late."""
    await barn.harvest().run()
    barn.clock.advance(hours=3, minutes=1)
    with pytest.raises(KilledError):
        await barn.harvest(Fuse(moments)).run()

    await _goes_on(barn)

    await _all_is_there_once(barn)
    assert sum(span.counts.late for span in await barn.spans()) == 1


async def test_what_a_first_run_has_not_read_before_it_died_is_a_gap(barn: Barn) -> None:
    """Though there was none that ended: somebody has begun to rely on the desk."""
    with pytest.raises(KilledError):
        await barn.harvest(Fuse(FIRST_RUN - 8)).run()
    barn.clock.advance(hours=72)

    await barn.harvest().run()

    lost = [span for span in await barn.spans() if span.state is State.LOST]
    assert (lost[0].start, lost[-1].end) == (NOON - 25 * HOUR, NOON + 46 * HOUR)


async def test_the_moments_above_reach_to_the_end_of_a_second_run(barn: Barn) -> None:
    """The same for the second reading."""
    await barn.harvest().run()
    barn.clock.advance(hours=3, minutes=1)

    await barn.harvest(Fuse(SECOND_RUN)).run()


async def test_two_harvests_at_once_lose_nothing_and_count_nothing_twice(barn: Barn) -> None:
    """Both read, and one of them marks."""
    for _ in range(3):
        await asyncio.gather(*(barn.harvest().run() for _ in range(2)))
        barn.clock.advance(hours=3, minutes=10)

    await _goes_on(barn)

    await _all_is_there_once(barn)


class Failing:
    """The tables' service; what is written to it fails so often, after so many calls."""

    def __init__(self, tables: Any, after: int, times: int) -> None:
        self._tables = tables
        self.after = after
        self.times = times

    def get_table_client(self, name: str) -> Any:
        """Return the table's client."""
        return _FailingTable(self._tables.get_table_client(name), self)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tables, name)

    def fail(self) -> None:
        """Fail, if it is time to."""
        self.after -= 1
        if self.after < 0 < self.times:
            self.times -= 1
            raise ServiceRequestError("The storage account is not to be reached.")


class _FailingTable:
    def __init__(self, table: Any, failing: Failing) -> None:
        self._table = table
        self._failing = failing

    def __getattr__(self, name: str) -> Any:
        verb = getattr(self._table, name)
        if name not in {"upsert_entity", "submit_transaction"}:
            return verb

        async def failing(*args: Any, **options: Any) -> Any:
            self._failing.fail()
            return await verb(*args, **options)

        return failing


@pytest.mark.parametrize("after", range(0, 10, 2))
@pytest.mark.parametrize("times", [1, 99])
async def test_a_store_that_fails_loses_nothing(barn: Barn, after: int, times: int) -> None:
    """The run fails, where alerts see it, and the next one goes on."""
    store = AuditStore(Failing(barn.tables, after, times))  # type: ignore[arg-type]
    audits = DirectoryAudits(
        barn.graph,  # type: ignore[arg-type]
        Pacing(),
        clock=barn.clock.monotonic,
        sleep=barn.clock.sleep,
    )
    with pytest.raises(ServiceRequestError):
        await Harvest(audits, store, barn.coverage, barn.rhythm, now=barn.clock).run()

    await _goes_on(barn)

    await _all_is_there_once(barn)
