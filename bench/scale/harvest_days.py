"""The harvest through some days: the desk's own plan, coverage and pacing, on a log that is a course alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from bench.scale import assumptions as given
from bench.scale.day import Course
from bench.scale.pages import Pages
from shared.audit import coverage, harvest_plan
from shared.audit.harvest_plan import Rhythm
from shared.audit.pacing import Pacing
from shared.audit.windows import HOUR, Reading, Span, State, Window

START: Final = datetime(2026, 11, 23, tzinfo=UTC)
_EVERY: Final = timedelta(minutes=5)
"""HARVEST_SCHEDULE."""


@dataclass(frozen=True)
class Stored:
    """Events that were stored together, for the first time."""

    events: float
    lag: float
    """Seconds since the middle one of them."""


@dataclass(frozen=True)
class Harvested:
    """What came of some days."""

    stored: tuple[Stored, ...]
    unread: float
    """Events of these days that no reading had reached at their end."""
    again_behind: float
    """Hours for which the second reading is behind its time."""
    calls: int

    def lag(self, share: float) -> float:
        """Return within how many seconds that share of the stored events was."""
        in_order = sorted(self.stored, key=lambda each: each.lag)
        left = share * sum(each.events for each in in_order)
        for each in in_order:
            left -= each.events
            if left <= 0:
                return each.lag
        return in_order[-1].lag


class HarvestDays:
    """A harvest that begins with an empty store."""

    def __init__(self, course: Course, rhythm: Rhythm, store_seconds: float) -> None:
        """store_seconds: how long it takes to store a page."""
        self._course = course
        self._rhythm = rhythm
        self._pages = Pages(Pacing(), store_seconds)
        self._days: dict[date, coverage.Spans] = {}
        self._stored: list[Stored] = []

    def run(self, days: int) -> Harvested:
        """Harvest, from the first midnight on, for so many days."""
        now, end = START, START + timedelta(days=days)
        while now < end:
            finished = self._harvest(now)
            now += _EVERY * max(1, -(-(finished - now) // _EVERY))
        read = sum(each.events for each in self._stored)
        edge = _seconds(end - self._rhythm.settle)
        return Harvested(tuple(self._stored), self._course.by(edge) - read, self._behind(end), self._pages.calls)

    def _harvest(self, now: datetime) -> datetime:
        """Read what is owed until the time of a run is over; return when that is."""
        self._pages.begin(_seconds(now), _seconds(now + self._rhythm.budget))
        plan = harvest_plan.plan(self._spans(), START, now, self._rhythm)
        for window in plan.windows:
            if window.end <= START:
                continue
            until = self._read(window)
            self._mark(window, until, now)
            if until < window.end:
                break
        return _time(max(self._pages.now, _seconds(now)))

    def _read(self, window: Window) -> datetime:
        """Read the pages of a window as far as time goes; return up to when that is."""
        position, end = self._course.by(_seconds(window.start)), self._course.by(_seconds(window.end))
        for stored_at in self._pages.of(max(1, int(-(-(end - position) // given.AUDIT_PAGE.value)))):
            begun, position = position, min(end, position + given.AUDIT_PAGE.value)
            if window.reading is Reading.FIRST:
                middle = self._course.when((begun + position) / 2)
                self._stored.append(Stored(position - begun, stored_at - middle))
        if position >= end and self._pages.was_whole:
            return window.end
        return max(window.start, _time(self._course.when(position)).replace(microsecond=0))

    def _mark(self, window: Window, until: datetime, at: datetime) -> None:
        day = window.start.date()
        changed = coverage.read(self._days.get(day, ()), window, until, {}, at)
        if changed is not None:
            self._days[day] = changed

    def _spans(self) -> Iterator[Span]:
        yield Span(start=START - self._rhythm.reach - HOUR, end=START, state=State.TWICE, at=START)
        for spans in self._days.values():
            yield from spans

    def _behind(self, end: datetime) -> float:
        due = [each.at for spans in self._days.values() for each in spans if each.state is State.ONCE]
        late = end - self._rhythm.again_after - min(due, default=end)
        return max(0.0, late / HOUR)


def _seconds(at: datetime) -> float:
    return (at - START).total_seconds()


def _time(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)
