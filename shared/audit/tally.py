"""The count of what a reading finds, hour by hour, and how far it can be relied upon while it is not at its end."""

from datetime import datetime

from shared.audit.windows import Counts, Window, hour

Hourly = dict[datetime, Counts]
"""By the full hour."""


class Tally:
    """Counts what is read in the order of its time.

    The last second is kept apart: more of it may be on the next page, so what is read up to it alone is whole.
    """

    def __init__(self, window: Window) -> None:
        self._window = window
        self._second = window.start
        self._of_second = Counts()
        self._before: Hourly = {}
        self._in_order = True

    def add(self, at: datetime, *, late: bool) -> None:
        """Count an event."""
        second = at.replace(microsecond=0)
        if second != self._second:
            self._move(second)
        self._of_second += Counts(events=1, late=int(late))

    def add_unreadable(self) -> None:
        """Count what stands among the events and is none, as if it were of the same second as the one before."""
        self._of_second += Counts(unreadable=1)

    def whole(self) -> tuple[datetime, Hourly]:
        """Return the end of the window and all counts: everything was read."""
        self._close()
        return self._window.end, self._before

    def so_far(self) -> tuple[datetime, Hourly]:
        """Return until when everything was read, and its counts; that is the window's start where nothing is sure."""
        return (self._second, self._before) if self._in_order else (self._window.start, {})

    def _move(self, second: datetime) -> None:
        self._in_order &= second > self._second
        self._close()
        self._second = second

    def _close(self) -> None:
        of_hour = hour(self._second)
        self._before[of_hour] = self._before.get(of_hour, Counts()) + self._of_second
        self._of_second = Counts()
