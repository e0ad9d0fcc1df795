"""The instances that work on one queue: target-based scaling on Flex Consumption."""

from math import ceil

from bench.scale import assumptions as given
from bench.scale.chance import Chance
from bench.scale.instance import Instance


class Fleet:
    """Grows with the queue; within a simulated day it does not shrink."""

    def __init__(self, weight: int, most: int) -> None:
        """weight: how many requests one job of the model stands for; most: instances."""
        self._weight = weight
        self._most = most
        self._ordered = 0
        self._ready = 0
        self._next = 0.0
        self._busy = 0
        self._instances: list[Instance] = []

    @property
    def has_room(self) -> bool:
        """Whether another job can be taken."""
        return self._busy < self._places

    @property
    def _places(self) -> int:
        slots = self._ready * int(given.AT_WORK.value)
        return max(1, slots // self._weight) if self._ready else 0

    @property
    def idle(self) -> bool:
        """Whether nothing is at work, so that the queue is looked at now and then only."""
        return self._busy == 0

    def order(self, waiting: int, now: float) -> int:
        """Return how many instances are on their way now, for a queue of that many jobs."""
        wanted = ceil(waiting * self._weight / given.MESSAGES_AN_INSTANCE.value)
        more = min(wanted, self._most, self._ordered + given.INSTANCES_AT_ONCE.value) - self._ordered
        if more <= 0 or now < self._next:
            return 0
        self._ordered += int(more)
        self._next = now + given.SCALE_OUT.value
        return int(more)

    def add(self, instances: int) -> None:
        """Have that many more at work."""
        self._ready += instances
        missing = ceil(self._places / given.AT_WORK.value) - len(self._instances)
        self._instances += [Instance() for _ in range(missing)]

    def take(self, chance: Chance) -> Instance:
        """Begin a job at one of the instances that have room."""
        self._busy += 1
        instance = chance.one_of([each for each in self._instances if each.has_room])
        instance.take()
        return instance

    def leave(self, instance: Instance, now: float, *, was_inside: bool) -> None:
        """End a job."""
        self._busy -= 1
        instance.leave(now, was_inside=was_inside)
