"""What is known of the harvest of a day, as the report states it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from shared.audit.windows import HOUR, READ, Span, State, free, overlaps
from shared.report.completeness import Coverage, Gap
from shared.report.day import Day

_NOT_YET: Final = "It has not been read yet."


def coverage_of(day: Day, spans: Iterable[Span], now: datetime, dead_letters: int = 0) -> Coverage:
    """Return the statement for a day of the operator's, which can lie in three of UTC's.

    What is yet to come of a day that is not over is no gap. Of a span that lies across the bounds of the day only the
    counts of the whole are known: the day has its share of them, but for what could not be read, which may all be here.
    """
    touched = [span for span in spans if overlaps(span, day.since, day.until)]
    until = day.until if day.until <= now else now - _SETTLING
    read = [(span.counts, _share(span, day)) for span in touched if span.state in READ]
    return Coverage(
        hours_read_once=_hours(touched, State.ONCE, day),
        hours_read_twice=_hours(touched, State.TWICE, day),
        events=round(sum(counts.events * share for counts, share in read)),
        late_events=round(sum(counts.late * share for counts, share in read)),
        unreadable_events=sum(counts.unreadable for counts, _ in read),
        estimated=any(share < 1 for _, share in read),
        dead_letters=dead_letters,
        gaps=tuple(sorted((*_unread(touched, day, until), *_failed(touched, day)), key=lambda gap: gap.since)),
    )


def _hours(spans: Iterable[Span], state: State, day: Day) -> float:
    """Return how many hours of the day are in that state."""
    within = (min(span.end, day.until) - max(span.start, day.since) for span in spans if span.state is state)
    return round(sum(within, timedelta()) / HOUR, 2)


def _unread(spans: list[Span], day: Day, until: datetime) -> Iterable[Gap]:
    stretches = free(spans, day.since, until)
    return (Gap(since=start, until=end, why=_NOT_YET) for start, end in stretches)


def _share(span: Span, day: Day) -> float:
    """Return how much of a span is in the day."""
    return (min(span.end, day.until) - max(span.start, day.since)) / (span.end - span.start)


_SETTLING: Final = timedelta(minutes=15)
"""The newest minutes are read a while later, when their events have shown."""


def _failed(spans: Iterable[Span], day: Day) -> Iterable[Gap]:
    return (
        Gap(
            since=max(span.start, day.since),
            until=min(span.end, day.until),
            why=span.error,
            lost=span.state is State.LOST,
        )
        for span in spans
        if span.state in (State.FAILED, State.LOST)
    )
