"""Limits as Graph may keep them: how is not documented beyond "so many in so long"."""

from typing import Protocol


class Limit(Protocol):
    """What a call takes something of."""

    def wait(self, now: float, amount: float) -> float:
        """Take that much; 0 if it was there, else the seconds until it can be, and nothing is taken."""


class Bucket:
    """Full at first, filled up again evenly, as the simulated tenant does it."""

    def __init__(self, amount: float, seconds: float) -> None:
        self._most = self._left = amount
        self._rate = amount / seconds
        self._at = 0.0

    def wait(self, now: float, amount: float) -> float:
        """Take that much; see Limit."""
        self._left = min(self._most, self._left + (now - self._at) * self._rate)
        self._at = now
        if self._left < amount:
            return (amount - self._left) / self._rate
        self._left -= amount
        return 0.0


class FixedWindow:
    """Full again at the beginning of each stretch of time, for everybody at once."""

    def __init__(self, amount: float, seconds: float) -> None:
        self._most = self._left = amount
        self._seconds = seconds
        self._number = 0

    def wait(self, now: float, amount: float) -> float:
        """Take that much; see Limit."""
        number = int(now // self._seconds)
        if number > self._number:
            self._number, self._left = number, self._most
        if self._left < amount:
            return (self._number + 1) * self._seconds - now
        self._left -= amount
        return 0.0
