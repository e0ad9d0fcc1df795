"""The tenant's invented life, hour by hour: an hour is the same however often it is invented.

So a tenant that is started again has the same past, with the same ids.
"""

from collections.abc import Iterator

from local.tenant.audit.activity import event_id
from local.tenant.audit.chance import Chance
from local.tenant.audit.delay import delay
from local.tenant.audit.entry import Entry, Sketch
from local.tenant.audit.incidents import Incidents, Moment
from local.tenant.audit.pace import Pace
from local.tenant.audit.scribe import event
from local.tenant.audit.ticks import PER_SECOND, of_seconds

HOUR = 3600
_HOURS_A_DAY = 24
_MOST_IN_AN_HOUR = 10_000
_SEED = 0x6C696665


class Life:
    """Invents hours."""

    def __init__(self, pace: Pace, noise: Sketch, incidents: Incidents, bounds: tuple[float, float]) -> None:
        self._pace = pace
        self._noise = noise
        self._incidents = incidents
        self._bounds = bounds

    def hour(self, hour: int) -> Iterator[Entry]:
        """Return the events of an hour, counted from the epoch; what follows from an incident may be of a later one."""
        chance = Chance(_SEED, hour)
        number = hour * _MOST_IN_AN_HOUR
        for moment, start in self._happened(chance, hour):
            for entry in self._told(chance, moment, start, number):
                number = entry.number + 1
                yield entry
        for _ in range(_times(chance, self._pace.daily * _liveliness(hour) / _HOURS_A_DAY)):
            at = of_seconds(hour * HOUR) + chance.below(of_seconds(HOUR))
            yield self._entry(number, at, self._noise)
            number += 1

    def _happened(self, chance: Chance, hour: int) -> Iterator[tuple[Moment, int]]:
        for _ in range(_times(chance, self._pace.incidents * _liveliness(hour) / _HOURS_A_DAY)):
            start = of_seconds(hour * HOUR) + chance.below(of_seconds(HOUR))
            for moment in self._incidents.one(chance, start / PER_SECOND):
                yield moment, start + of_seconds(moment.later)

    def _told(self, chance: Chance, moment: Moment, start: int, number: int) -> Iterator[Entry]:
        correlation_id = chance.guid()
        for place, draft in enumerate(moment.drafts):
            at = start + place * 10_000
            id_ = event_id(draft.activity.service, correlation_id, chance.bits() & 0xFFFFFFFF, number + place)
            yield self._entry(number + place, at, event(draft, correlation_id, id_, at).json())

    def _entry(self, number: int, at: int, body: bytes | Sketch) -> Entry:
        late = delay(Chance(number, at), self._bounds)
        return Entry(at=at, number=number, visible=at + of_seconds(late), body=body)


def _times(chance: Chance, expected: float) -> int:
    return int(expected + chance.share())


def _liveliness(hour: int) -> float:
    """Return how lively an hour is, on average 1 over a week: people work from 7 to 17 UTC, and not at weekends."""
    weekday = (hour // _HOURS_A_DAY + 3) % 7  # the epoch was a Thursday
    working = weekday < 5 and 7 <= hour % _HOURS_A_DAY < 17  # noqa: PLR2004
    return 2.6 if working else 0.32
