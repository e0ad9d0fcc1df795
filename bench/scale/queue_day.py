"""The request queue through a day and more: a discrete-event simulation of arrivals, instances and Graph's limits."""

import heapq
from collections import deque
from collections.abc import Callable, Iterable
from itertools import count
from typing import Final

from bench.scale import assumptions as given
from bench.scale.bucket import Bucket, Limit
from bench.scale.chance import Chance
from bench.scale.fleet import Fleet
from bench.scale.instance import Instance
from bench.scale.job import READING, Job
from bench.scale.verdict import Verdict

_DEFERRALS: Final = (30, 60, 120, 240, 480, 600)
"""As in shared/desk.py."""
_MOMENT: Final = 2.0
"""Seconds that a message put back on the queue comes later than it might."""


def writes_limit() -> Limit:
    """Return Graph's limit of writes, as a bucket that fills up evenly."""
    return Bucket(given.GRAPH_WRITES.value, 150)


class QueueDay:
    """The queue function of single requests."""

    def __init__(
        self,
        chance: Chance,
        *,
        weight: int = 1,
        writes: Limit | None = None,
        instances: int = int(given.INSTANCES.value),
        has_door: bool = True,
    ) -> None:
        """weight: how many requests one job stands for; writes: what Graph's limit leaves to this queue.

        has_door: whether the desk learns that Graph throttles.
        """
        self._chance = chance
        self._weight = weight
        self._has_door = has_door
        self._writes = writes or writes_limit()
        self._units = Bucket(given.GRAPH_UNITS.value, 10)
        self._fleet = Fleet(weight, instances)
        self._waiting: deque[Job] = deque()
        self._events: list[tuple[float, int, Callable[[float], None]]] = []
        self._numbers = count()
        self._refused = 0

    def run(self, arrivals: Iterable[float], writes: int) -> Verdict:
        """Return what became of requests that come at those seconds and change so many things each."""
        jobs = [Job(arrived=at, writes=writes) for at in arrivals]
        for job in jobs:
            self._at(job.arrived, lambda now, job=job: self._arrive(job, now))  # type: ignore[misc]
        while self._events:
            now, _, happen = heapq.heappop(self._events)
            happen(now)
        return Verdict(jobs=tuple(jobs), weight=self._weight, refused=self._refused * self._weight)

    def _at(self, when: float, happen: Callable[[float], None]) -> None:
        heapq.heappush(self._events, (when, next(self._numbers), happen))

    def _arrive(self, job: Job, now: float) -> None:
        self._waiting.append(job)
        look = self._chance.look() if self._fleet.idle else 0.0
        self._at(now + look, self._dispatch)

    def _dispatch(self, now: float) -> None:
        if more := self._fleet.order(len(self._waiting), now):
            self._at(now + given.COLD_START.value, lambda then: self._ready(more, then))
            self._at(now + given.SCALE_OUT.value, self._dispatch)
        while self._waiting and self._fleet.has_room:
            self._begin(self._waiting.popleft(), now)

    def _ready(self, more: int, now: float) -> None:
        self._fleet.add(more)
        self._dispatch(now)

    def _begin(self, job: Job, now: float) -> None:
        at = self._fleet.take(self._chance)
        job.begin(now, at)
        if now - job.arrived > given.REQUEST_AGE.value:
            job.too_old = True
            self._end(job, now)
        elif self._has_door:
            self._line_up(job, at, now)
        else:
            self._call(job, now)

    def _line_up(self, job: Job, at: Instance, now: float) -> None:
        """Wait for the job's turn, as long as a run waits for what it reads."""

        def enter(then: float) -> None:
            job.is_inside = True
            self._at(then, lambda turn: self._call(job, turn))

        def give_up(then: float) -> None:
            if at.give_up(enter):
                self._defer(job, then, at.opening.held(then) or self._usual(job))

        at.line_up(enter, has_begun=job.done > 0)
        at.let_in(now)
        if not job.is_inside:
            self._at(now + given.DOOR_WAIT.value, give_up)

    def _call(self, job: Job, now: float) -> None:
        """Make the job's next call, as far as Graph's limits and the run's time go."""
        if job.is_over:
            self._end(job, now)
        elif now - job.begun > given.RUN_TIME.value:
            self._defer(job, now, self._usual(job))
        elif wait := self._refusal(job, now):
            self._refused += 1
            self._wait(job, now, wait)
        else:
            self._at(now + self._chance.latency(), lambda then: self._answered(job, then))

    def _usual(self, job: Job) -> float:
        return _DEFERRALS[min(job.runs, len(_DEFERRALS)) - 1]

    def _refusal(self, job: Job, now: float) -> float:
        """Return for how many seconds Graph refuses the next call; whole ones, as Retry-After has them."""
        units = 1.0 + job.is_looking if job.is_writing else given.UNITS_OF_A_READING.value / READING
        wait = self._units.wait(now, units * self._weight)
        if not wait and job.is_writing:
            wait = self._writes.wait(now, self._weight)
        return float(-(-wait // 1))

    def _wait(self, job: Job, now: float, seconds: float) -> None:
        if job.at and self._has_door:
            job.at.opening.throttled(seconds, job.at.inside, now)
            self._at(now + seconds, job.at.let_in)
        if job.waited + seconds > given.SHORT_WAIT.value:
            self._defer(job, now, seconds)
            return
        job.waited += seconds
        self._at(now + seconds, lambda then: self._call(job, then))

    def _answered(self, job: Job, now: float) -> None:
        job.advance()
        self._call(job, now)

    def _defer(self, job: Job, now: float, seconds: float) -> None:
        self._at(now + seconds + _MOMENT, lambda then: self._arrive(job, then))
        self._leave(job, now)

    def _end(self, job: Job, now: float) -> None:
        job.ended = now
        self._leave(job, now)

    def _leave(self, job: Job, now: float) -> None:
        if job.at:
            self._fleet.leave(job.at, now, was_inside=job.is_inside)
            job.is_inside = False
            self._at(now, job.at.let_in)
        self._at(now, self._dispatch)
