"""Which windows of the directory audit log are owed now, and which can be read no more."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final

import msgspec

from shared.audit import windows
from shared.audit.windows import DAY, HOUR, READ, Reading, Span, State, Stretch, Window

_SECOND: Final = timedelta(seconds=1)
_NARROW: Final = timedelta(minutes=15)
_MANY_CUTS: Final = 6


class Rhythm(msgspec.Struct, frozen=True, kw_only=True):
    """When the log is read, and for how long it is kept."""

    reach: timedelta = timedelta(days=30)
    """How far back Entra serves its events."""
    settle: timedelta = timedelta(minutes=5)
    """How long an event may take to show up before it counts as late."""
    again_after: timedelta = timedelta(hours=3)
    """How long after its first reading a window is read again."""
    budget: timedelta = timedelta(minutes=4)
    """How long one run may take."""
    retention: timedelta = timedelta(days=400)
    """How long the desk keeps events; whole months are deleted."""
    tolerance: timedelta = timedelta(minutes=5)
    """How far this machine's clock and the storage account's may be apart."""

    def horizon(self, now: datetime) -> datetime:
        """Return the earliest time that is worth reading: what is before, Entra or the desk itself does not keep."""
        return _ceiling(now - min(self.reach, self.retention))


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What to do."""

    windows: tuple[Window, ...]
    """To be read, in this order."""
    gaps: tuple[Stretch, ...]
    """Out of reach, never read, and not known as lost yet; each within one day of UTC."""
    horizon: datetime
    """What is before is settled: read, or known as lost."""


def plan(spans: Iterable[Span], horizon: datetime | None, now: datetime, rhythm: Rhythm, *, troubles: int = 0) -> Plan:
    """Return what is owed.

    spans: what is known, without what is not to be believed. horizon: that of the last plan; None: there was none.
    troubles: how many runs on end have found Graph away; windows get narrower, in case they are what is too much.
    """
    known = tuple(spans)
    reached, edge = rhythm.horizon(now), (now - rhythm.settle).replace(microsecond=0)
    longest = max(_NARROW, DAY / 4 ** min(troubles, _MANY_CUTS))
    first = [*_unread(known, reached, edge), *_failed(known, reached, now)]
    again = [*_read_once(known, reached, now, rhythm), *_failed_again(known, reached, now)]
    return Plan(
        windows=(*_in_order(_cut(first, longest)), *_cut(sorted(again, key=_start), longest)),
        gaps=tuple(_gaps(known, min(horizon or reached, reached), reached)),
        horizon=reached,
    )


def _unread(known: tuple[Span, ...], start: datetime, edge: datetime) -> Iterator[Window]:
    taken = [each for each in known if each.state is not State.LOST]
    for begin, end in windows.free(taken, start, edge):
        yield from (Window(*piece) for piece in windows.pieces(begin, end, DAY))


def _failed(known: tuple[Span, ...], start: datetime, now: datetime) -> Iterator[Window]:
    for each in known:
        if each.state is State.FAILED and each.end > start and _is_due(each, now):
            yield Window(max(each.start, start), each.end)


def _read_once(known: tuple[Span, ...], start: datetime, now: datetime, rhythm: Rhythm) -> Iterator[Window]:
    """Yield what is to be read again; hours that follow each other are one window."""
    due = [
        each
        for each in known
        if each.state is State.ONCE
        and not each.attempts
        and each.start >= start
        and each.at + rhythm.again_after <= now
    ]
    for begin, end in _joined(due):
        yield from (Window(*piece, Reading.AGAIN) for piece in windows.pieces(begin, end, DAY))


def _failed_again(known: tuple[Span, ...], start: datetime, now: datetime) -> Iterator[Window]:
    for each in known:
        if each.state is State.ONCE and each.attempts and each.start >= start and _is_due(each, now):
            yield Window(each.start, each.end, Reading.AGAIN)


def _gaps(known: tuple[Span, ...], start: datetime, end: datetime) -> Iterator[Stretch]:
    settled = [each for each in known if each.state in READ or each.state is State.LOST]
    for begin, finish in windows.free(settled, start, end):
        yield from windows.pieces(begin, finish, DAY)


def _is_due(span: Span, now: datetime) -> bool:
    return span.retry_at is None or span.retry_at <= now


def _joined(spans: Iterable[Span]) -> list[Stretch]:
    joined: list[Stretch] = []
    for each in sorted(spans, key=lambda span: span.start):
        if joined and joined[-1][1] == each.start:
            joined[-1] = joined[-1][0], each.end
        else:
            joined.append((each.start, each.end))
    return joined


def _in_order(first: Iterable[Window]) -> list[Window]:
    """Return the newest first, which somebody may be waiting for, then the oldest, which Entra will soon forget."""
    by_start = sorted(first, key=_start)
    return [*by_start[-1:], *by_start[:-1]]


def _cut(owed: Iterable[Window], longest: timedelta) -> Iterator[Window]:
    """Yield windows that are no longer than that; what is read again is cut between hours alone."""
    for each in owed:
        length = longest if each.reading is Reading.FIRST else max(HOUR, longest // HOUR * HOUR)
        yield from (Window(*piece, each.reading) for piece in windows.pieces(each.start, each.end, length))


def _start(window: Window) -> datetime:
    return window.start


def _ceiling(at: datetime) -> datetime:
    """Return the next full second: Graph is asked for full seconds, whichever way it may cut a time."""
    full = at.replace(microsecond=0)
    return full if full == at else full + _SECOND
