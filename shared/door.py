"""The door before Graph: where Graph throttles this process, few go in at a time, and the others wait in line."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from itertools import chain
from typing import Final

import msgspec

from shared.graph import Call, GraphUnavailable
from shared.opening import Opening

log: Final = logging.getLogger("mfadesk")
_UNTOLD: Final = 1.0
"""Seconds to wait where Graph does not say how long."""


class _Place(msgspec.Struct, frozen=True):
    """A place in a line."""

    run: str
    until: float
    """When whoever has it gives up."""
    turn: "asyncio.Future[None]"


class Door:
    """Lets runs in, first come, first served; before them those that have begun with their changes, however many.

    Who waits keeps a place at this instance, so that the host takes no more from the queue: a run that was deferred
    instead would cost the storage account as much as a whole reset, and then ask again.
    """

    headers: Mapping[str, str] = {}

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """clock: tells seconds."""
        self._clock = clock
        self._opening = Opening()
        self._inside: set[str] = set()
        self._begun: deque[_Place] = deque()
        self._others: deque[_Place] = deque()

    async def enter(self, run: str, patience: float, *, has_begun: bool) -> None:
        """Wait until it is that run's turn.

        Raises GraphUnavailable, and at once, where Graph wants to hear nothing for longer than these seconds.
        """
        if run in self._inside:
            return
        held = self._opening.held(self._clock())
        if held > patience:
            raise _too_long(held)
        place = _Place(run, self._clock() + patience, asyncio.get_running_loop().create_future())
        (self._begun if has_begun else self._others).append(place)
        self._let_in()
        await place.turn

    def leave(self, run: str) -> None:
        """Make room for the next one."""
        if run in self._inside:
            self._inside.remove(run)
            self._opening.ended(self._clock())
        self._let_in()

    async def turn(self, calls: Iterable[Call]) -> None:
        """Who is inside calls when they like."""

    def throttled(self, retry_after: float | None) -> None:
        """Let nobody in for as long as Graph says, and fewer at once thereafter."""
        if not self._opening.held(self._clock()):
            log.warning("graph: throttled for %s s, with %d runs inside", retry_after, len(self._inside))
        self._opening.throttled(retry_after or _UNTOLD, len(self._inside), self._clock())
        self._send_away()
        asyncio.get_running_loop().call_later(self._opening.held(self._clock()), self._let_in)

    def _send_away(self) -> None:
        """Do not let those wait whose turn cannot come before they give up."""
        held = self._opening.held(self._clock())
        for place in chain(self._begun, self._others):
            if self._clock() + held > place.until and not place.turn.done():
                place.turn.set_exception(_too_long(held))

    def _let_in(self) -> None:
        while self._begun and not self._opening.held(self._clock()):
            self._seat(self._begun.popleft())
        while self._others and self._opening.lets_in(len(self._inside), self._clock()):
            self._seat(self._others.popleft())

    def _seat(self, place: _Place) -> None:
        if not place.turn.done():  # it is, where whoever waited has given up
            self._inside.add(place.run)
            place.turn.set_result(None)


def _too_long(held: float) -> GraphUnavailable:
    return GraphUnavailable(f"Graph throttles for {held:.0f} s more", held)
