"""Whatever happens to the runs, the clock and the log: no time is passed over, none is counted twice."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.audit import coverage, windows
from shared.audit.coverage import Spans
from shared.audit.harvest_plan import Plan, Rhythm, plan
from shared.audit.tally import Tally
from shared.audit.windows import READ, Reading, Span, State, Window

START: Final = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
MINUTE: Final = timedelta(minutes=1)
RHYTHM: Final = Rhythm(reach=timedelta(days=2))
EVERY: Final = timedelta(minutes=7)
"""One event in so much time."""


class Fate(StrEnum):
    """What becomes of the reading of a window."""

    WHOLE = "whole"
    CUT = "cut"
    FAILED = "failed"
    DIED = "died"
    """Before the mark, and the run with it."""


Step = Callable[["World"], None]


class World:
    """The log, the store, the rows of the days, and a clock that need not be right."""

    def __init__(self) -> None:
        self.time = START
        self.wrong_by = timedelta()
        self.rhythm = RHYTHM
        self.days: dict[date, Spans] = {}
        self.horizon: datetime | None = None
        self.first_horizon: datetime | None = None
        self.stored: dict[datetime, bool] = {}
        self.lost: list[tuple[datetime, datetime]] = []
        """Until when something is lost, and until when it was out of reach when that was found."""

    @property
    def clock(self) -> datetime:
        """What the machine takes for the time."""
        return self.time + self.wrong_by

    def spans(self) -> list[Span]:
        """Return all that is known, in order."""
        return [span for _, day in sorted(self.days.items()) for span in day]

    def planned(self) -> Plan:
        """Return what is owed, after what is not to be believed has been struck out and the gaps have been written."""
        now = self.clock
        doubted = [
            span.start for span in self.spans() if span.state is not State.LOST and span.at > now + self.rhythm.settle
        ]
        self.days = {day: coverage.believed(spans, now, self.rhythm.settle) for day, spans in self.days.items()}
        made = plan(self.spans(), min([self.horizon or self.rhythm.horizon(now), *doubted]), now, self.rhythm)
        for start, end in made.gaps:
            self.change(start, lambda day, start=start, end=end: coverage.lost(day, start, end, now))  # type: ignore[misc]
            self.lost.append((end, self.time - self.rhythm.reach))
        self.horizon = made.horizon
        self.first_horizon = self.first_horizon or made.horizon
        return made

    def run(self, fates: Iterable[Fate]) -> None:
        """Read what is owed, as it is fated."""
        for window, fate in zip(self.planned().windows, [*fates, *[Fate.WHOLE] * 1000], strict=False):
            if not self.read(window, fate):
                return

    def run_two(self) -> None:
        """Let two instances read what both have planned, one a little behind the other."""
        first, second = self.planned(), self.planned()
        for one, other in zip(first.windows, second.windows, strict=True):
            self.read(one, Fate.WHOLE)
            self.time += MINUTE
            self.read(other, Fate.WHOLE)

    def read(self, window: Window, fate: Fate) -> bool:
        """Read a window; return whether the run goes on."""
        now, tally = self.clock, Tally(window)
        for at in self._shown(window):
            late = window.reading is Reading.AGAIN and self.stored.get(at, True)
            self.stored[at] = late
            tally.add(at, late=late)
            if fate is not Fate.WHOLE and at > window.start + (window.end - window.start) / 2:
                break
        if fate is Fate.DIED:
            return False
        until, counts = tally.whole() if fate is Fate.WHOLE else tally.so_far()
        self.change(window.start, lambda day: coverage.read(day, window, until, counts, now))
        if fate is Fate.FAILED:
            rest = Window(until, window.end, window.reading)
            self.change(window.start, lambda day: coverage.failed(day, rest, "It broke.", now))
        return fate is not Fate.CUT

    def change(self, at: datetime, change: Callable[[Spans], Spans | None]) -> None:
        """Change a day as the table does."""
        changed = change(self.days.get(at.date(), ()))
        if changed is not None:
            self.days[at.date()] = changed

    def _shown(self, window: Window) -> list[datetime]:
        """Return the events of a window that Graph shows: every fifth is late by up to two hours."""
        number = -((START - timedelta(days=60) - window.start) // EVERY)
        first = START - timedelta(days=60) + number * EVERY
        events = []
        while first < window.end:
            delay = timedelta(minutes=(number % 5 == 0) * (number % 120))
            kept = first >= self.time - RHYTHM.reach
            if first >= window.start and first + delay <= self.time and kept:
                events.append(first)
            first, number = first + EVERY, number + 1
        return events


def _pass(minutes: int) -> Step:
    def step(world: World) -> None:
        world.time += minutes * MINUTE

    return step


def _run(fates: list[Fate]) -> Step:
    return lambda world: world.run(fates)


def _clock_off(minutes: int) -> Step:
    """Let the clock be wrong for one run, and right again for the next, five minutes later.

    A clock that is behind by more than the tolerance harvests nothing, see `Harvest`; nor does one so far ahead, but
    what such a one may have left behind is to do no harm.
    """

    def step(world: World) -> None:
        world.wrong_by = minutes * MINUTE
        world.run([])
        world.wrong_by = timedelta()
        world.time += 5 * MINUTE
        world.run([])

    return step


def _settings(reach: int, settle: int) -> Step:
    """Let somebody change the settings."""

    def step(world: World) -> None:
        world.rhythm = Rhythm(reach=timedelta(hours=reach), settle=settle * MINUTE)

    return step


steps = st.lists(
    st.one_of(
        st.sampled_from([5, 5, 5, 17, 60, 200, 24 * 60, 4 * 24 * 60]).map(_pass),
        st.lists(st.sampled_from(Fate), max_size=6).map(_run),
        st.just(World.run_two),
        st.sampled_from([-4, 3, 90, 180]).map(_clock_off),
        st.builds(_settings, st.sampled_from([1, 30, 48]), st.sampled_from([1, 5, 50])),
    ),
    max_size=25,
)


def _until_all_is_done(world: World) -> None:
    world.rhythm = RHYTHM
    for _ in range(30):
        world.run([])
        world.time += 60 * MINUTE


@given(steps)
@settings(max_examples=120, deadline=None)
def test_no_time_is_passed_over(history: list[Step]) -> None:
    """In the end every moment since the first run's reach is read or on record as lost; what was shown is stored."""
    world = World()
    for step in history:
        step(world)
    _until_all_is_done(world)
    world.run([])

    assert world.first_horizon is not None
    assert world.horizon is not None
    known = [each for each in world.spans() if each.state in READ or each.state is State.LOST]
    assert not list(windows.free(known, world.first_horizon, world.time - RHYTHM.settle))
    within_reach = Window(world.horizon, world.time - timedelta(hours=6))
    assert set(world._shown(within_reach)) <= set(world.stored)  # noqa: SLF001 - the log as it is


@given(steps)
@settings(max_examples=120, deadline=None)
def test_a_day_is_spans_in_order_without_overlap(history: list[Step]) -> None:
    """At every moment, within the day whose row they are in, and few of them."""
    world = World()
    for step in history:
        step(world)

        for day, spans in world.days.items():
            assert all(span.start < span.end for span in spans)
            assert all(one.end <= other.start for one, other in pairwise(spans))
            assert all(span.start.date() == day and (span.end - MINUTE / 60).date() == day for span in spans)


@given(steps)
@settings(max_examples=120, deadline=None)
def test_what_is_read_again_is_counted_once(history: list[Step]) -> None:
    """A span that was read twice counts the events that are stored of its time, and those that came late."""
    world = World()
    for step in history:
        step(world)
    _until_all_is_done(world)

    for span in world.spans():
        if span.state is State.TWICE:
            stored = [late for at, late in world.stored.items() if span.start <= at < span.end]
            assert (span.counts.events, span.counts.late) == (len(stored), sum(stored))


@given(steps)
@settings(max_examples=120, deadline=None)
def test_only_what_is_out_of_reach_is_lost(history: list[Step]) -> None:
    """A time is given up when Entra has it no more, and not before."""
    world = World()
    for step in history:
        step(world)

    assert all(end <= reached + 200 * MINUTE for end, reached in world.lost)


@given(steps)
@settings(max_examples=120, deadline=None)
def test_what_two_instances_have_read_is_not_owed_again(history: list[Step]) -> None:
    """Not by either of them, nor for the first reading of anything else."""
    world = World()
    for step in history:
        step(world)
    world.run_two()

    owed = plan(world.spans(), world.horizon, world.clock, world.rhythm).windows

    first = [each for each in owed if each.reading is Reading.FIRST]
    read = [each for each in world.spans() if each.state in READ]
    assert not [each for each in first for span in read if windows.overlaps(span, each.start, each.end)]
