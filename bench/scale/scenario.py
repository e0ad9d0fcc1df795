"""The days that are simulated, each at several sizes of a company."""

from bench.scale import assumptions as given
from bench.scale.bucket import Bucket, Limit
from bench.scale.chance import Chance
from bench.scale.day import Course
from bench.scale.queue_day import QueueDay
from bench.scale.verdict import Verdict

SIZES = (1_000, 10_000, 100_000, 1_000_000)
RESET = int(given.METHODS.value) + 1
"""Writes of a whole reset: its methods and the revocation."""
REVOCATION = 1
_SEED = 20261123
_JOBS = 2_000
_SPRAY_BEGINS = 8 * 3600.0


def normal(people: int) -> Verdict:
    """Return a day on which people lose their phones."""
    chance, number = Chance(_SEED), max(1, round(people * given.RESETS.value))
    return QueueDay(chance).run(chance.arrivals(Course(number), number), RESET)


def spray(people: int) -> Verdict:
    """Return a day on which some hours bring the resets of all whose password was guessed."""
    chance, number = Chance(_SEED), round(people * given.SPRAYED.value)
    weight = max(1, number // _JOBS)
    hours = given.SPRAY_HOURS.value * 3600
    return QueueDay(chance, weight=weight).run(chance.together(hours, number // weight, _SPRAY_BEGINS), RESET)


def incident(
    people: int,
    writes: int,
    instances: int = int(given.INSTANCES.value),
    *,
    writes_limit: Limit | None = None,
    has_door: bool = True,
) -> Verdict:
    """Return what becomes of everybody's requests put on the queue of single requests at once."""
    weight = min(instances, max(1, people // 500))  # one job has a place at each of as many instances
    day = QueueDay(Chance(_SEED), weight=weight, writes=writes_limit, instances=instances, has_door=has_door)
    return day.run([0.0] * (people // weight), writes)


def beside_bulk(people: int, times: float) -> Verdict:
    """Return single requests on a day on which a bulk request takes its share of Graph all day.

    times: how many more single requests come than on a normal day.
    """
    chance, number = Chance(_SEED), max(1, round(people * given.RESETS.value * times))
    left = (1 - given.BULK_SHARE.value) * given.GRAPH_WRITES.value
    day = QueueDay(chance, writes=Bucket(left, 150))
    return day.run(chance.arrivals(Course(number), number), RESET)
