"""The events in the order in which they happened."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator

from local.tenant.audit.entry import Entry

Key = tuple[int, int]
_FIRST_NUMBER = 40_000_000
"""As long as those in recorded ids."""


class AuditLog:
    """Sorted by time and number, whatever the order of arrival."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self._number = _FIRST_NUMBER

    def __len__(self) -> int:
        return len(self._entries)

    def next_number(self) -> int:
        """Return a number that no event added one by one has."""
        self._number += 1
        return self._number

    def add(self, entry: Entry) -> None:
        """Put an event in its place."""
        insort(self._entries, entry, key=_key)

    def extend(self, entries: Iterable[Entry]) -> None:
        """Put many events in their places at once."""
        self._entries.extend(entries)
        self._entries.sort(key=_key)

    def upwards(self, low: Key, high: Key) -> Iterator[Entry]:
        """Return the events after one place and up to another, the oldest first."""
        start, end = self._after(low), self._after(high)
        return (self._entries[place] for place in range(start, end))

    def downwards(self, low: Key, high: Key) -> Iterator[Entry]:
        """Return the events from one place on and before another, the newest first."""
        start, end = self._before(low), self._before(high)
        return (self._entries[place] for place in range(end - 1, start - 1, -1))

    def _after(self, key: Key) -> int:
        return bisect_right(self._entries, key, key=_key)

    def _before(self, key: Key) -> int:
        return bisect_left(self._entries, key, key=_key)


def _key(entry: Entry) -> Key:
    return (entry.at, entry.number)
