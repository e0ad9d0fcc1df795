"""Walls: what each day takes of each thing that is limited, and at what size that is all there is."""

from typing import Final

import msgspec

from bench.scale import assumptions as given
from bench.scale.day import Course
from bench.scale.scenario import RESET

_DAY: Final = 86_400
_READINGS_OF_THE_LOG: Final = 2
_BUDGET_SHARE: Final = 4 / 5
"""HARVEST_BUDGET of HARVEST_SCHEDULE."""
_LOOKS: Final = 1
"""Calls after the methods are gone."""


class Wall(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a day takes more of the more people there are."""

    what: str
    per_million: float
    """What a million people take."""
    limit: float
    unit: str

    @property
    def people(self) -> float:
        """How many people take all of it."""
        return self.limit / self.per_million * 1e6


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """What a day brings, for each person."""

    resets: float
    """Requests a day."""
    peak: float
    """Requests in the busiest second."""
    writes: int
    events: float
    acts: float
    """Lines of history."""


def normal() -> Load:
    """Return a normal day."""
    resets = given.RESETS.value
    acts = given.EVENTS.value * given.RELEVANT.value / given.EVENTS_AN_ACT.value
    return Load(resets=resets, peak=Course(resets).peak, writes=RESET, events=given.EVENTS.value, acts=acts)


def spray() -> Load:
    """Return the day of a password spray: a normal one, and more."""
    day, more = normal(), given.SPRAYED.value
    return Load(
        resets=day.resets + more,
        peak=day.peak + more / given.SPRAY_HOURS.value / 3600,
        writes=RESET,
        events=day.events + 2 * more * given.EVENTS_AN_ACT.value,
        acts=day.acts + 2 * more,
    )


def walls(load: Load) -> list[Wall]:
    """Return all walls of a day on which requests come by themselves, the nearest first."""
    found = [*_of_graph(load), *_of_storage(load), *_of_the_report(load)]
    return sorted(found, key=lambda each: each.people)


def incident(writes: int) -> list[Wall]:
    """Return the walls of everybody at once, asked for in bulk and worked off as fast as Graph lets it be."""
    a_day = _writes_a_second() * given.BULK_SHARE.value * _DAY
    load = Load(resets=1, peak=0, writes=writes, events=given.EVENTS.value, acts=1)
    day = Wall(what="Graph's writes, within a day", per_million=1e6 * writes, limit=a_day, unit="a day")
    return sorted([day, _audit_log(load), *_of_the_report(load)], key=lambda each: each.people)


def audit_capacity() -> float:
    """Return how many events a day are read, each twice, by the pace, the pauses and the pages of the harvest."""
    return audit_pace() * _BUDGET_SHARE / _READINGS_OF_THE_LOG * _DAY


def audit_pace() -> float:
    """Return how many events a second a harvest reads: five calls, and ten seconds since their first answer."""
    calls = given.AUDIT_CALLS.value
    return calls * given.AUDIT_PAGE.value / (10 + given.AUDIT_LATENCY.value)


def _of_graph(load: Load) -> list[Wall]:
    units = given.UNITS_OF_A_READING.value + load.writes + _LOOKS
    return [
        Wall(what="Graph's writes", per_million=1e6 * load.peak * load.writes, limit=_writes_a_second(), unit="a s"),
        Wall(
            what="Graph's resource units",
            per_million=1e6 * load.peak * units,
            limit=given.GRAPH_UNITS.value / 10,
            unit="a s",
        ),
        _audit_log(load),
    ]


def _audit_log(load: Load) -> Wall:
    return Wall(
        what="Graph's audit log, read twice", per_million=1e6 * load.events, limit=audit_capacity(), unit="events a day"
    )


def _of_storage(load: Load) -> list[Wall]:
    peak, events = 1e6 * load.peak, 1e6 * Course(load.events).peak
    requests = peak * given.STORAGE_OF_A_RESET.value + events * given.STORAGE_OF_EVENTS.value / 1000
    partition = given.PARTITION.value
    return [
        Wall(what="`OpenRequests`, partition `open`", per_million=2 * peak, limit=partition, unit="rows a s"),
        Wall(what="`RequestIndex`, the day's partition", per_million=peak, limit=partition, unit="rows a s"),
        Wall(what="the request queue", per_million=3 * peak, limit=given.QUEUE.value, unit="messages a s"),
        Wall(what="the storage account", per_million=requests, limit=given.ACCOUNT.value, unit="requests a s"),
    ]


def _of_the_report(load: Load) -> list[Wall]:
    memory = 1024**3
    taken = load.resets * given.SUMMARY.value + load.acts * given.LINE.value
    return [
        Wall(what="half an instance's memory, for a report", per_million=1e6 * taken, limit=memory, unit="bytes"),
    ]


def _writes_a_second() -> float:
    return given.GRAPH_WRITES.value / 150
