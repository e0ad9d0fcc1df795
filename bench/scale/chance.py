"""Randomness that is the same each time."""

import math
from random import Random
from typing import TypeVar

from bench.scale import assumptions as given
from bench.scale.day import Course

T = TypeVar("T")


class Chance:
    """Draws what the model leaves to chance."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)  # noqa: S311 - a model's, not a secret's

    def latency(self) -> float:
        """Return how long Graph takes to answer a call."""
        return self._random.lognormvariate(math.log(given.GRAPH_LATENCY.value), given.GRAPH_SPREAD.value)

    def one_of(self, several: list[T]) -> T:
        """Return one of them."""
        return several[int(self._random.random() * len(several))]

    def look(self) -> float:
        """Return how long a message on an idle queue waits until somebody looks."""
        return self._random.uniform(0, given.POLLING.value)

    def arrivals(self, course: Course, number: int) -> list[float]:
        """Return the seconds of a day in which so many come, by its course."""
        whole = course.by(86_399.999)
        return sorted(course.when(self._random.uniform(0, whole)) for _ in range(number))

    def together(self, seconds: float, number: int, start: float = 0.0) -> list[float]:
        """Return so many seconds out of a stretch of time."""
        return sorted(start + self._random.uniform(0, seconds) for _ in range(number))
