"""How wide the door stands open through which requests come to Graph: nearly shut where Graph throttles (pure)."""

from typing import Final

_WIDE: Final = float("inf")
_NARROWER: Final = 0.5
_WIDER: Final = 0.1
"""By so much with every round of those inside that have ended unhindered."""
_FORGOTTEN: Final = 300.0
"""Seconds after the last throttling, when it is as if there had never been any."""
_LONGEST: Final = 600.0
"""Seconds: what Graph says of one call, for longer, is not taken for said of all."""


class Opening:
    """So many may be inside at once; each time Graph wants to hear nothing for a while, it becomes half as many.

    What several calls that were on their way at the same time are told counts once. Times are seconds of any clock.
    """

    def __init__(self) -> None:
        self._most = _WIDE
        self._held_until = -_WIDE

    def held(self, now: float) -> float:
        """Return for how many seconds Graph wants to hear nothing."""
        return max(0.0, self._held_until - now)

    def lets_in(self, inside: int, now: float) -> bool:
        """Return whether there is room for another one."""
        if now - self._held_until > _FORGOTTEN:
            self._most = _WIDE
        return not self.held(now) and inside + 1 <= self._most

    def throttled(self, seconds: float, inside: int, now: float) -> None:
        """Take note that Graph wants to hear nothing for so many seconds, of as many as are inside."""
        if not self.held(now):
            self._most = max(1.0, min(self._most, inside) * _NARROWER)
        self._held_until = max(self._held_until, now + min(seconds, _LONGEST))

    def ended(self, now: float) -> None:
        """Take note that one of those inside has ended."""
        if not self.held(now):
            self._most += _WIDER / self._most
