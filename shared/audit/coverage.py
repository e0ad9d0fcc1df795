"""What is known of a day's hours, and how a reading, a failure or a loss changes it.

A day is a few spans, in order, without overlap. What was read once is a span for each hour of the clock, until it is
read again. Every change is a function of the day as it stands, and returns None where another instance was faster: what
comes second is not counted twice.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from msgspec.structs import replace

from shared.audit.tally import Hourly
from shared.audit.windows import (
    HOUR,
    READ,
    Counts,
    Reading,
    Span,
    State,
    Window,
    free,
    hour,
    overlaps,
    pieces,
)

Spans = tuple[Span, ...]
NARROWEST: Final = timedelta(minutes=1)
_FIRST_PAUSE: Final = timedelta(minutes=5)
_LONGEST_PAUSE: Final = timedelta(hours=6)
_MANY_DOUBLINGS: Final = 12
_MANY_SPANS: Final = 200
"""A day in more pieces is not cut any further: it has to remain a row of Table Storage."""
_LONGEST_ERROR: Final = 300


def read(day: Spans, window: Window, until: datetime, counts: Hourly, at: datetime) -> Spans | None:
    """Return the day after a window was read, from its start up to `until`, by a reading that began at `at`."""
    if until <= window.start:
        return None
    if window.reading is Reading.FIRST:
        return _read_first(day, window.start, until, counts, at)
    return _read_again(day, window.start, until, counts, at)


def failed(day: Spans, rest: Window, error: str, at: datetime) -> Spans | None:
    """Return the day after what is left of a window could not be read; it is tried again, in narrower windows."""
    error = error[:_LONGEST_ERROR]
    if rest.reading is Reading.FIRST:
        return _failed_first(day, rest, error, at)
    return _failed_again(day, rest, error, at)


def lost(day: Spans, start: datetime, end: datetime, at: datetime) -> Spans | None:
    """Return the day after a stretch of it has come to be out of Entra's reach: what nobody has read of it is lost."""
    settled = [each for each in day if each.state in READ or each.state is State.LOST]
    unread = tuple(free(settled, start, end))
    for begin, finish in unread:
        day = merged((*_without(day, begin, finish), _loss(day, begin, finish, at)))
    return day if unread else None


def believed(day: Spans, now: datetime, tolerance: timedelta) -> Spans:
    """Return the day without what a clock that ran ahead has put there: it tells of a time that was yet to come.

    A loss stays: what Entra still has of it is read all the same.
    """
    return tuple(each for each in day if each.state is State.LOST or each.at <= now + tolerance)


def merged(spans: Iterable[Span]) -> Spans:
    """Return the spans in order, neighbours that are alike made one."""
    day: list[Span] = []
    for span in sorted(spans, key=lambda each: each.start):
        if day and _alike(day[-1], span):
            last = day[-1]
            day[-1] = replace(last, end=span.end, at=max(last.at, span.at), counts=last.counts + span.counts)
        else:
            day.append(span)
    return tuple(day)


def pause(attempts: int) -> timedelta:
    """Return how long to wait before what has failed so often is tried again."""
    doublings = min(attempts - 1, _MANY_DOUBLINGS)
    return min(_FIRST_PAUSE * (1 << doublings), _LONGEST_PAUSE)


def _alike(one: Span, other: Span) -> bool:
    if one.end != other.start or one.state is not other.state or one.error != other.error:
        return False
    match one.state:
        case State.TWICE | State.LOST:
            return True
        case State.ONCE:
            return not one.attempts and not other.attempts and other.end - hour(one.start) <= HOUR
        case State.FAILED:  # pragma: no branch - there is no other
            return False


def _loss(day: Spans, start: datetime, end: datetime, at: datetime) -> Span:
    errors = [each.error for each in day if each.state is State.FAILED and overlaps(each, start, end)]
    error = errors[-1] if errors else "It was not read while Entra had it."
    return Span(start=start, end=end, state=State.LOST, at=at, error=error)


def _read_first(day: Spans, start: datetime, until: datetime, counts: Hourly, at: datetime) -> Spans | None:
    if any(each.state in READ and overlaps(each, start, until) for each in day):
        return None
    new = [
        Span(start=begin, end=end, state=State.ONCE, at=at, counts=counts.get(hour(begin), Counts()))
        for begin, end in pieces(start, until, HOUR)
    ]
    return merged((*_without(day, start, until), *new))


def _read_again(day: Spans, start: datetime, until: datetime, counts: Hourly, at: datetime) -> Spans | None:
    touched = [each for each in day if overlaps(each, start, until)]
    if not _read_once_throughout(touched, start, until):
        return None
    others = [each for each in day if each not in touched]
    again = [part for each in touched for part in _divided(each, until, counts.get(hour(each.start), Counts()), at)]
    return merged((*others, *again))


def _read_once_throughout(spans: list[Span], start: datetime, until: datetime) -> bool:
    return (
        bool(spans)
        and spans[0].start == start
        and all(each.state is State.ONCE for each in spans)
        and next(free(spans, start, until), None) is None
    )


def _divided(once: Span, until: datetime, found: Counts, at: datetime) -> tuple[Span, ...]:
    """Return the part of an hour which was read again, and the one which was not yet."""
    if once.end <= until:
        counts = Counts(
            events=max(once.counts.events + found.late, found.events),
            late=found.late,
            unreadable=max(once.counts.unreadable, found.unreadable),
        )
        return (Span(start=once.start, end=once.end, state=State.TWICE, at=at, counts=counts),)
    left = Counts(
        events=max(0, once.counts.events - (found.events - found.late)),
        unreadable=max(0, once.counts.unreadable - found.unreadable),
    )
    return (
        Span(start=once.start, end=until, state=State.TWICE, at=at, counts=found),
        replace(once, start=until, counts=left),
    )


def _failed_first(day: Spans, rest: Window, error: str, at: datetime) -> Spans | None:
    if any(each.state in READ and overlaps(each, rest.start, rest.end) for each in day):
        return None
    if rest.end - rest.start > NARROWEST and len(day) < _MANY_SPANS:
        return merged((*_without(day, rest.start, rest.end), *_halves(rest, error, at)))
    tried = [each.attempts for each in day if each.state is State.FAILED and overlaps(each, rest.start, rest.end)]
    attempts = max(tried, default=0) + 1
    return merged((*_without(day, rest.start, rest.end), _failure(rest.start, rest.end, error, at, attempts)))


def _halves(rest: Window, error: str, at: datetime) -> tuple[Span, Span]:
    middle = (rest.start + (rest.end - rest.start) / 2).replace(microsecond=0)
    return _failure(rest.start, middle, error, at, 1), _failure(middle, rest.end, error, at, 1)


def _failure(start: datetime, end: datetime, error: str, at: datetime, attempts: int) -> Span:
    return Span(
        start=start,
        end=end,
        state=State.FAILED,
        at=at,
        attempts=attempts,
        retry_at=at + pause(attempts),
        error=error,
    )


def _failed_again(day: Spans, rest: Window, error: str, at: datetime) -> Spans | None:
    """Return the day with its hours as they are, read once, each to be tried for itself."""
    touched = [each for each in day if each.state is State.ONCE and overlaps(each, rest.start, rest.end)]
    if not touched:
        return None
    others = [each for each in day if each not in touched]
    tried = [
        replace(each, attempts=each.attempts + 1, retry_at=at + pause(each.attempts + 1), error=error)
        for each in touched
    ]
    return merged((*others, *tried))


def _without(day: Spans, start: datetime, end: datetime) -> list[Span]:
    """Return the day's spans, cut to what is outside of that stretch. Only those without counts may be cut."""
    return [
        replace(each, start=begin, end=finish)
        for each in day
        for begin, finish in (
            ((each.start, min(each.end, start)), (max(each.start, end), each.end))
            if overlaps(each, start, end)
            else ((each.start, each.end),)
        )
        if begin < finish
    ]
