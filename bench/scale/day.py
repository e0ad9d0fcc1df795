"""The course of a day: how much of it has come by when."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

HOURS: Final = 24
OFFICE: Final = (1, 1, 1, 1, 1, 2, 4, 8, 14, 12, 9, 7, 6, 7, 7, 6, 5, 4, 3, 2, 2, 1, 1, 1)
"""Weights of the hours: a seventh of the day comes from eight to nine in the morning."""
EVEN: Final = (1,) * HOURS


class Course:
    """What comes in a day, hour by hour, day after day the same."""

    def __init__(self, amount: float, hours: Sequence[float] = OFFICE) -> None:
        whole = sum(hours)
        self._rates = [amount * weight / whole / 3600 for weight in hours]
        self._sums = [3600 * sum(self._rates[:number]) for number in range(HOURS + 1)]

    @property
    def peak(self) -> float:
        """What comes in a second of the busiest hour."""
        return max(self._rates)

    def by(self, second: float) -> float:
        """Return what has come by a second since the first midnight."""
        days, rest = divmod(second, 86_400)
        hour = int(rest // 3600)
        return days * self._sums[-1] + self._sums[hour] + self._rates[hour] * (rest - hour * 3600)

    def when(self, amount: float) -> float:
        """Return the second by which that much has come."""
        days, rest = divmod(amount, self._sums[-1])
        hour = min(HOURS - 1, bisect_right(self._sums, rest) - 1)
        return days * 86_400 + hour * 3600 + (rest - self._sums[hour]) / self._rates[hour]
