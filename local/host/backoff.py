"""How long a queue listener waits after an empty look (facts/functions.md: randomised exponential back-off)."""

from collections.abc import Callable

MINIMUM_SECONDS = 0.1
SPREAD = 0.2


class Backoff:
    """100 ms at first and after a message, then growing, each step times 0.8 to 1.2, up to a maximum."""

    def __init__(self, maximum: float, uniform: Callable[[float, float], float]) -> None:
        self._maximum = maximum
        self._uniform = uniform
        self.reset()

    def reset(self) -> None:
        """Begin anew: a message was found."""
        self._wait, self._steps = 0.0, 0

    def next(self) -> float:
        """Return the seconds to wait now."""
        if self._wait < self._maximum:
            self._wait = min(self._maximum, MINIMUM_SECONDS + self._growth())
            self._steps += 1
        return self._wait

    def _growth(self) -> float:
        if not self._steps:
            return 0.0
        return self._uniform(1 - SPREAD, 1 + SPREAD) * 2.0 ** (self._steps - 1) * MINIMUM_SECONDS
