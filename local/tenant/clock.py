"""The tenant's time: the wall clock, moved forward on demand."""

from collections.abc import Callable
from datetime import UTC, datetime


class Clock:
    """Seconds since the epoch; `advance` lets a test wait without sleeping."""

    def __init__(self, wall: Callable[[], float]) -> None:
        self.wall = wall
        self._ahead = 0.0

    def __call__(self) -> float:
        """Return the tenant's time in seconds since the epoch."""
        return self.wall() + self._ahead

    def advance(self, seconds: float) -> None:
        """Move the tenant's time forward; tokens stay on the wall clock, which their holders live by."""
        self._ahead += seconds

    def restore(self) -> None:
        """Be the wall clock again."""
        self._ahead = 0.0

    def stamp(self) -> str:
        """Now, as Graph prints it."""
        return iso(self())


def iso(seconds: float) -> str:
    """Return an ISO 8601 time in UTC without fractions."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def seconds(stamp: str) -> float:
    """Return the inverse of `iso`, for any ISO 8601 time."""
    return datetime.fromisoformat(stamp).timestamp()
