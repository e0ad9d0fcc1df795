"""A worker's stint at a bulk request: each person becomes an ordinary request of the desk, several at once."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

import msgspec
from azure.core.exceptions import AzureError

from shared import contract
from shared.arrival import Arrival, Conflict
from shared.bulk.bulk import Bulk, BulkStatus
from shared.bulk.ending import Ending, ending_of, ending_of_outcome
from shared.bulk.order import BulkTerms, request_of
from shared.bulk.rows import Endings
from shared.bulk.table import BulkTable
from shared.contract import ResetRequest
from shared.desk import Desk
from shared.ledger import Overtaken
from shared.outcome import Status

log: Final = logging.getLogger("mfadesk")
PULSE: Final = timedelta(seconds=2)
"""So often what has ended is written down, and looked whether somebody has paused the bulk request."""
TRIES: Final = 3
"""After so many errors of the desk's own about one person that person's request is given up."""
_PAUSE: Final = timedelta(seconds=30)
"""Before each further try."""
_COURTESY: Final = 0.05
_COURTESIES: Final = 20
"""For a second at the most: where singles never end, bulk requests go on all the same, at about half their pace."""


def at_once(terms: BulkTerms) -> int:
    """Return how many people are at work together.

    Few enough that a single reset on the same instance is not held up. Revoking waits for its turn to write, resets
    wait for deletions to show: those take more of them to make use of what Graph allows.
    """
    if terms.dry_run:
        return 8
    return 48 if "requireReregistration" in terms.actions else 16


class _Part(msgspec.Struct, frozen=True):
    chunk: int
    place: int
    person: str


class Crew(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker works with."""

    table: BulkTable
    desk: Desk
    """One that keeps the pace of bulk requests."""
    now: Callable[[], datetime]
    signs_of_life: Callable[[], Awaitable[None]]
    """Raises Overtaken where another worker has begun."""
    has_time: Callable[[], bool]
    singles: Callable[[], bool]
    """Tells whether a single request is at work on this instance."""
    sleep: Callable[[float], Awaitable[None]]
    failures: dict[str, int]
    """By request: how often it met with an error of the desk's own."""


class Stint:
    """Works off some chunks of a bulk request as far as that goes now."""

    def __init__(self, bulk: Bulk, chunks: tuple[int, ...], crew: Crew) -> None:
        self.bulk = bulk
        """As it was written last."""
        self.due: dict[int, datetime] = {}
        """When it is worth while to come back to whoever is left in a chunk."""
        self._chunks = chunks
        self._crew = crew
        self._known: dict[int, Endings] = {}
        self._new: dict[int, Endings] = defaultdict(dict)
        self._seen_at = crew.now()
        self._stopped = False
        self._writing = asyncio.Lock()

    async def run(self) -> None:
        """Do what can be done now. Raises Overtaken, and AzureError where the storage does not answer."""
        left = iter([each for chunk in self._chunks for each in await self._left(chunk)])
        hands = [self._one_after_another(left) for _ in range(at_once(self.bulk.terms))]
        went = await asyncio.gather(*hands, return_exceptions=True)
        await self._write_down()
        for error in went:
            if error is not None:
                raise error

    async def _let_singles_pass(self) -> None:
        """Begin with nobody while a single request is at work here, for a while: those go first."""
        for _ in range(_COURTESIES):
            if not self._crew.singles():
                return
            await self._crew.sleep(_COURTESY)

    async def _left(self, chunk: int) -> list[_Part]:
        people = await self._crew.table.people(self.bulk.id, chunk)
        known = self._known[chunk] = await self._crew.table.endings(self.bulk.id, chunk)
        return [_Part(chunk, place, person) for place, person in enumerate(people) if place not in known]

    async def _one_after_another(self, left: Iterator[_Part]) -> None:
        for part in left:
            try:
                await self._look_up()
                if self._stopped:
                    return
                await self._let_singles_pass()
                await self._one(part)
            except BaseException:
                self._stopped = True  # what the others have begun is ended, and nobody begins anything more
                raise

    async def _one(self, part: _Part) -> None:
        request = request_of(self.bulk.terms, self.bulk.id, part.person, self.bulk.caller.id)
        ending = await self._ending(request, part.chunk)
        if ending is not None:
            self._new[part.chunk][part.place] = ending

    async def _ending(self, request: ResetRequest, chunk: int) -> Ending | None:
        """Return how it went; None where it has not ended, and somebody has to look again."""
        arrival = self._arrival()
        try:
            exhausted = self._crew.failures.get(request.id, 0) >= TRIES
            begin = self._crew.desk.abandon if exhausted else self._crew.desk.handle
            row = (await begin(request, arrival)).row
        except Conflict as conflict:
            outcome = await self._crew.desk.refuse(conflict, arrival, contract.encode(request))
            return ending_of_outcome(outcome, request.id)
        except AzureError:
            raise
        except Exception:
            log.exception(
                "request %s of bulk request %s cannot be done now; it is tried again", request.id, self.bulk.id
            )
            self._crew.failures[request.id] = self._crew.failures.get(request.id, 0) + 1
            self._come_back(chunk, self._crew.now() + _PAUSE)
            return None
        if row.is_open and row.status is not Status.AWAITING_APPROVAL:
            self._come_back(chunk, row.due_at)
            return None
        return ending_of(row)

    def _come_back(self, chunk: int, at: datetime) -> None:
        self.due[chunk] = min(self.due.get(chunk, at), at)

    def _arrival(self) -> Arrival:
        bulk = self.bulk
        return Arrival(accepted_at=bulk.accepted_at, carrier=f"bulk-{uuid4().hex}", caller=bulk.caller, bulk=bulk.id)

    async def _look_up(self) -> None:
        """Every now and then write down what has ended, and see whether to go on."""
        async with self._writing:
            if self._crew.now() - self._seen_at >= PULSE:
                await self._write_down()

    async def _write_down(self) -> None:
        await self._crew.signs_of_life()
        new, self._new = self._new, defaultdict(dict)
        now = self._crew.now()
        worked = (now - self._seen_at).total_seconds()
        self._seen_at = now
        await self._recorded(new, worked)
        self._stopped = self._stopped or self.bulk.status is not BulkStatus.RUNNING or not self._crew.has_time()

    async def _recorded(self, new: dict[int, Endings], worked: float) -> None:
        """Record these endings; somebody may pause or cancel meanwhile, and then it is done on top of that."""
        known = {chunk: self._known[chunk] | endings for chunk, endings in new.items()}
        while True:
            try:
                self.bulk = await self._crew.table.record(self.bulk, known, **self._changes(new, worked))
            except Overtaken:
                self.bulk = await self._there()
                continue
            self._known |= known
            return

    def _changes(self, new: dict[int, Endings], worked: float) -> dict[str, object]:
        bulk = self.bulk
        chunks = tuple(done + len(new.get(chunk, ())) for chunk, done in enumerate(bulk.chunks))
        tally = bulk.tally.and_these(ending for endings in new.values() for ending in endings.values())
        return {"tally": tally, "chunks": chunks, "worked": bulk.worked + worked}

    async def _there(self) -> Bulk:
        there = await self._crew.table.there(self.bulk.id)
        if there.worker != self.bulk.worker:
            raise Overtaken(f"Another worker has taken over bulk request '{self.bulk.id}'.")
        return there
