"""The pace of bulk requests: a share of what Graph allows, so that single requests find room beside them."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Final

from shared.bulk.cost import UNITS, WRITES, cost_of
from shared.graph import Call, GraphUnavailable

SHARE: Final = 0.95
"""Of Graph's limits. The rest, a write a second, is room for a single reset every few seconds, and nothing is lost of a
goal of 0.9; when singles need more, Graph throttles the bulk first, whose calls say that they can wait."""
_BURST: Final = 1.0
"""Seconds' worth which may be made up for: a turn that came late is no turn lost. More would crowd out singles."""
_LONGEST: Final = 20.0
"""Seconds: a call that has to wait longer is given up, and its request deferred."""
_MOMENT: Final = 0.001
"""Seconds: as good as now."""
_UNTOLD: Final = 10.0
"""Seconds to hold where Graph throttles and does not say how long."""
_SLOWER: Final = 0.7
_FASTER: Final = 1.05
_STEADY: Final = 15.0
"""Seconds without throttling after which it goes a little faster again."""
_SLOWEST: Final = 0.05


class Pace:
    """Gives calls their turns, evenly. One worker of bulk requests at a time has it, whichever instance that is on."""

    headers: Mapping[str, str] = {"x-ms-throttle-priority": "low"}
    """When Graph has to throttle, it begins with these (Microsoft Graph documentation, throttling)."""

    def __init__(
        self,
        *,
        writes: float = WRITES * SHARE,
        units: float = UNITS * SHARE,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Take `writes` and `units` a second; the clock tells seconds."""
        self._writes, self._units = writes, units
        self._clock, self._sleep = clock, sleep
        self._next_write = self._next_unit = self._held_until = self._changed = clock()
        self._factor = 1.0

    @property
    def held(self) -> float:
        """Seconds for which Graph wants to hear nothing."""
        return max(0.0, self._held_until - self._clock())

    async def turn(self, calls: Iterable[Call]) -> None:
        """Wait until these calls may be made. Raises GraphUnavailable where that takes too long."""
        self._refuse_long_holds()
        cost, now = cost_of(calls), self._clock()
        self._recover(now)
        self._next_write = max(self._next_write, now - _BURST)
        self._next_unit = max(self._next_unit, now - _BURST)
        at = max(self._next_write if cost.writes else now, self._next_unit)
        self._next_write += cost.writes / (self._writes * self._factor)
        self._next_unit += cost.units / (self._units * self._factor)
        while (seconds := max(at - self._clock(), self.held)) > _MOMENT:
            self._refuse_long_holds()
            await self._sleep(seconds)

    def throttled(self, retry_after: float | None) -> None:
        """Hold everything for as long as Graph says, then go on more slowly; what was on its way then counts once."""
        now = self._clock()
        if now >= self._held_until:
            self._factor = max(_SLOWEST, self._factor * _SLOWER)
        self._held_until = max(self._held_until, now + (retry_after or _UNTOLD))
        self._changed = self._held_until
        self._next_write = max(self._next_write, self._held_until)
        self._next_unit = max(self._next_unit, self._held_until)

    def _refuse_long_holds(self) -> None:
        if self.held > _LONGEST:
            raise GraphUnavailable(f"Graph throttles bulk requests for {self.held:.0f} s more", self.held)

    def _recover(self, now: float) -> None:
        if self._factor < 1.0 and now - self._changed >= _STEADY:
            self._factor, self._changed = min(1.0, self._factor * _FASTER), now
