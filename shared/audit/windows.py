"""Stretches of time: those to be read, and what is known of those that were. Each holds its start, but not its end."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
Stretch = tuple[datetime, datetime]
"""From the first, up to but without the second."""


class Reading(StrEnum):
    """Which of the two readings of a window."""

    FIRST = "first"
    AGAIN = "again"
    """Some hours later, for what came late."""


class Window(msgspec.Struct, frozen=True):
    """What is to be read, whole, and within one day of UTC."""

    start: datetime
    end: datetime
    reading: Reading = Reading.FIRST


class State(StrEnum):
    """What became of a stretch of time."""

    ONCE = "once"
    """Read whole, and to be read again."""
    TWICE = "twice"
    """Read again: done."""
    FAILED = "failed"
    """Not read yet, because it could not be."""
    LOST = "lost"
    """Not read in the time for which Entra keeps it: a gap."""


READ: Final = frozenset({State.ONCE, State.TWICE})


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """What a reading found."""

    events: int = 0
    late: int = 0
    """Those of them which the first reading did not find."""
    unreadable: int = 0
    """Kept beside the events, because they have no id or no time, or cannot be stored as one."""

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            events=self.events + other.events,
            late=self.late + other.late,
            unreadable=self.unreadable + other.unreadable,
        )


class Span(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename="camel"):
    """A stretch of time, and what became of it."""

    start: datetime
    end: datetime
    state: State
    at: datetime
    """When that became of it: when the reading began, when it failed, when the gap was found."""
    counts: Counts = Counts()
    attempts: int = 0
    """How often its next reading has failed."""
    retry_at: datetime | None = None
    error: str = ""


def free(taken: Iterable[Span], start: datetime, end: datetime) -> Iterator[Stretch]:
    """Yield what of a stretch is in none of those spans."""
    for span in sorted(taken, key=lambda each: each.start):
        if start >= end:
            return
        if span.start > start:
            yield start, min(span.start, end)
        start = max(start, span.end)
    if start < end:
        yield start, end


def pieces(start: datetime, end: datetime, length: timedelta) -> Iterator[Stretch]:
    """Yield a stretch cut wherever a multiple of that length has passed since midnight (UTC)."""
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    cut = midnight + (start - midnight) // length * length
    while start < end:
        cut = min(cut + length, midnight + DAY)
        yield start, min(cut, end)
        start = cut
        if cut == midnight + DAY:
            midnight = cut


def hour(at: datetime) -> datetime:
    """Return the full hour before a time, or that time if it is one."""
    return at.replace(minute=0, second=0, microsecond=0)


def overlaps(span: Span, start: datetime, end: datetime) -> bool:
    """Return whether a span and a stretch share a moment."""
    return span.start < end and start < span.end
