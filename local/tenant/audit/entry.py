"""One event in the log: when it happened, from when on it is seen, and its JSON or what the JSON is written from."""

from typing import Protocol

import msgspec


class Sketch(Protocol):
    """What writes the JSON of an event when it is read, so that a million of them need little memory."""

    def written(self, number: int, at: int) -> bytes:
        """Return the JSON of the event with this number, which happened at this time in ticks."""


class Entry(msgspec.Struct, frozen=True, gc=False):
    """An event; times in ticks. `number` tells events of the same tick apart, and the same event is always the same."""

    at: int
    number: int
    visible: int
    body: bytes | Sketch

    @property
    def key(self) -> tuple[int, int]:
        """Return its place in the log."""
        return (self.at, self.number)

    def json(self) -> bytes:
        """Return the event as v1.0 shows it."""
        return self.body if isinstance(self.body, bytes) else self.body.written(self.number, self.at)
