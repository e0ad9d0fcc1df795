"""A day written short, for tests: hours since midnight, and what became of them."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from shared.audit.windows import Counts, Reading, Span, State, Window

MIDNIGHT: Final = datetime(2026, 11, 22, tzinfo=UTC)


def at(hours: float) -> datetime:
    """Return a time of the day."""
    return MIDNIGHT + timedelta(hours=hours)


def once(start: float, end: float, events: int = 0, read_at: float = 30, **more: Any) -> Span:
    """Return what was read once."""
    return Span(start=at(start), end=at(end), state=State.ONCE, at=at(read_at), counts=Counts(events=events), **more)


def twice(start: float, end: float, *, read_at: float = 30, **counts: int) -> Span:
    """Return what was read twice."""
    return Span(start=at(start), end=at(end), state=State.TWICE, at=at(read_at), counts=Counts(**counts))


def failed(start: float, end: float, attempts: int, retry_at: float, failed_at: float = 30) -> Span:
    """Return what could not be read."""
    return Span(
        start=at(start),
        end=at(end),
        state=State.FAILED,
        at=at(failed_at),
        attempts=attempts,
        retry_at=at(retry_at),
        error="It broke.",
    )


def lost(start: float, end: float, error: str = "It was not read while Entra had it.", found_at: float = 30) -> Span:
    """Return what is lost."""
    return Span(start=at(start), end=at(end), state=State.LOST, at=at(found_at), error=error)


def first(start: float, end: float) -> Window:
    """Return a window for its first reading."""
    return Window(at(start), at(end))


def again(start: float, end: float) -> Window:
    """Return a window for its second reading."""
    return Window(at(start), at(end), Reading.AGAIN)
