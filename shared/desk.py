"""The desk: the one way in for whatever asks for something, and the story of a request from there to its ending."""

import asyncio
import hashlib
import logging
from datetime import datetime, timedelta
from typing import Final

import msgspec
from azure.core.exceptions import AzureError

from shared import contract
from shared.contract import ContractError, ResetRequest
from shared.directory import Reading
from shared.graph import GraphUnavailable
from shared.ledger import Overtaken, Row
from shared.outcome import OPEN, Outcome, Problem, Status
from shared.run import Means, Rules, Run
from shared.storage import RequestQueue

log: Final = logging.getLogger("mfadesk")
_DEFERRALS: Final = tuple(timedelta(seconds=seconds) for seconds in (30, 60, 120, 240, 480, 600))
"""How long a request waits after its first run, its second, and so on, where Graph does not say how long."""
_LONGEST_DEFERRAL: Final = timedelta(days=1)


class Delivery(msgspec.Struct, frozen=True):
    """A message as the queue's trigger hands it over."""

    message: bytes
    message_id: str
    """As the host tells it: of a JSON message that has an `id` of its own, that one, whatever it is."""
    inserted_at: datetime
    """When it was put on the queue: from then on it counts as accepted."""
    redelivered: bool = False
    """The host has had it before: its last run died, or its announcement could not be written."""

    @property
    def carrier(self) -> str:
        """What this message is known by when it is delivered again; that much the sender cannot choose."""
        told = f"{self.inserted_at.isoformat()} {self.message_id} ".encode() + self.message
        return hashlib.blake2b(told, digest_size=16).hexdigest()

    @property
    def subject(self) -> str:
        """The message's id where it can be one, for the records of what is no request."""
        return self.message_id if contract.is_request_id(self.message_id) else self.carrier


class Desk:
    """Takes requests, carries each out once, and keeps the record of it."""

    def __init__(self, means: Means, queue: RequestQueue, rules: Rules, lease: timedelta) -> None:
        self._means = means
        self._directory = means.directory
        self._ledger = means.ledger
        self._now = means.now
        self._queue = queue
        self._rules = rules
        self._lease = lease

    async def receive(self, delivery: Delivery) -> Outcome | None:
        """Do what a queue message asks for; return the ending to announce, if it comes to one now."""
        try:
            request = contract.parse_queued(delivery.message, delivery.message_id)
        except ContractError as error:
            return await self._reject(delivery, error)
        missing = contract.missing(request, self._rules.demanded)
        if missing and await self._ledger.get(request.id) is None:
            return await self._reject(delivery, missing, request.id)
        if contract.is_nameless(delivery.message):
            await self._ledger.name(contract.content_hash(request), request.id)
        return await self.handle(request, delivery)

    async def handle(self, request: ResetRequest, delivery: Delivery) -> Outcome | None:
        """Carry a request out, or what an earlier run has left of it; return the ending to announce, if there is one.

        The intent is on record before anything is changed; the directory is read meanwhile.
        """
        started = self._now()
        opened, reading = await asyncio.gather(
            self._ledger.open(request, delivery.inserted_at, delivery.carrier, started + self._lease),
            self._read(request),
            return_exceptions=True,  # what went wrong with the reading is told once the intent is on record
        )
        if isinstance(opened, BaseException):
            raise opened
        try:
            if opened is not None:
                return await self._run(opened, reading, started)
            claimed = await self._claim(request, delivery, started)
            if not isinstance(claimed, Row):
                return claimed
            # Anew: since the first look, the run that had the request until now may have gone on.
            (reading,) = await asyncio.gather(self._read(request), return_exceptions=True)
            return await self._run(claimed, reading, started)
        except Overtaken as overtaken:
            log.warning("%s", overtaken)
            return None

    async def give_up(self, delivery: Delivery) -> Outcome | None:
        """End the request of a message that has used up its tries; return the ending to announce.

        One that has ended already is announced again, for that may be what failed.
        """
        try:
            request = contract.parse_queued(delivery.message, delivery.message_id)
        except ContractError as error:
            return await self._reject(delivery, error)
        content_hash = contract.content_hash(request)
        if contract.is_nameless(delivery.message):
            request = msgspec.structs.replace(request, id=await self._ledger.named(content_hash) or request.id)
        row = await self._ledger.get(request.id)
        if row is not None and row.status not in OPEN and contract.content_hash(row.request) == content_hash:
            return row.outcome
        started = self._now()
        opened = await self._ledger.open(request, delivery.inserted_at, delivery.carrier, started + self._lease)
        claimed = opened or await self._claim(request, delivery, started)
        if not isinstance(claimed, Row):
            return claimed
        outcome = Run(claimed, self._rules, self._means).failed(Problem(code="triesExhausted", detail=_EXHAUSTED))
        return await self._close(claimed, outcome)

    async def sweep(self) -> int:
        """Put back on the queue what a dead run has left open; return how many requests that were."""
        now = self._now()
        return sum([await self._swept(request_id, now) async for request_id in self._ledger.due(now)])

    async def close(self) -> None:
        """Give the queue's connection back."""
        await self._queue.close()

    async def _swept(self, request_id: str, now: datetime) -> bool:
        """Look after one open request; return whether it was put back. Its trouble is not that of the others."""
        try:
            row = await self._ledger.get(request_id)
            if row is None or row.status not in OPEN:
                await self._ledger.settled(request_id)
                return False
            if row.due_at > now:
                await self._ledger.expect(request_id, row.due_at)
                return False
            await self._queue.put_back(contract.encode(row.request))
            # A long queue is not filled with copies of what waits in it: each comes after half the request's age.
            await self._ledger.expect(request_id, now + max(self._lease, (now - row.accepted_at) / 2))
        except Exception:
            log.exception("request %s cannot be looked after now; it stays open, and is looked at again", request_id)
            return False
        return True

    async def _claim(self, request: ResetRequest, delivery: Delivery, started: datetime) -> Row | Outcome | None:
        """Return the row of a request on record, to be gone on with; or else what this delivery ends in."""
        row = await self._ledger.get(request.id)
        if row is None:
            raise LookupError(f"Request '{request.id}' was on record a moment ago, and is not now.")
        if contract.content_hash(row.request) != contract.content_hash(request):
            return await self._conflict(row, delivery)
        if row.status not in OPEN:
            return await self._announce_again(row, delivery)
        if row.due_at > started:
            log.info("request %s is under way or deferred; this message adds nothing to it", row.id)
            return None
        return await self._ledger.take_over(row, delivery.carrier, started + self._lease)

    async def _run(self, row: Row, reading: Reading | BaseException, started: datetime) -> Outcome | None:
        """Run within the lease, and leave the row so that somebody can go on, whatever happens."""
        run = Run(row, self._rules, self._means)
        left = (started + self._lease * 0.8 - self._now()).total_seconds()
        try:
            async with asyncio.timeout(left):
                outcome = await run.outcome(reading)
            return await self._close(run.row, outcome)
        except (GraphUnavailable, TimeoutError) as error:
            await self._defer(run, error)
            return None
        except Overtaken:
            raise
        except Exception:
            await self._release(run)
            raise

    async def _close(self, row: Row, outcome: Outcome) -> Outcome:
        await self._ledger.close(row, outcome)
        rule = outcome.decision.rule if outcome.decision else outcome.problem and outcome.problem.code
        log.info("request %s %s (%s)", outcome.id, outcome.status, rule)
        return outcome

    async def _release(self, run: Run) -> None:
        """Let the next delivery go on at once; where even that fails, the lease ends by itself."""
        try:
            await self._ledger.release(run.row, run.done, self._now())
        except (Overtaken, AzureError) as error:
            log.warning("the lease of request %s runs on: %s", run.row.id, error)

    async def _defer(self, run: Run, error: GraphUnavailable | TimeoutError) -> None:
        """Leave the rest to a later run: when Graph says, or after a while that grows with every run."""
        row = await self._ledger.get(run.row.id)  # anew: the time may have run out in the middle of a write
        if row is None or row.carrier != run.row.carrier or row.status is not Status.RUNNING:
            raise Overtaken(f"Another run has taken over request '{run.row.id}'.")
        asked = error.retry_after if isinstance(error, GraphUnavailable) else None
        usual = _DEFERRALS[min(row.runs, len(_DEFERRALS)) - 1]
        delay = min(timedelta(seconds=asked), _LONGEST_DEFERRAL) if asked else usual
        until = self._now() + delay
        await self._ledger.defer(row, run.done, until, look_at=until + 3 * self._lease)
        await self._queue.put_back(contract.encode(row.request), delay)
        log.warning("request %s deferred until %s: %s", row.id, until.isoformat(), _why(error))

    async def _read(self, request: ResetRequest) -> Reading:
        with_methods = contract.Action.REQUIRE_REREGISTRATION in request.actions
        async with asyncio.timeout(self._lease.total_seconds() / 2):
            return await self._directory.read(request.user, request.requested_by or "", with_methods=with_methods)

    async def _reject(self, delivery: Delivery, error: ContractError, request_id: str | None = None) -> Outcome:
        """Keep what cannot be taken, whole, with what is wrong with it."""
        code = "unreadable" if error.field is None else "invalid"
        problem = Problem(code=code, detail=str(error), field=error.field)
        return await self._recorded(delivery, request_id or delivery.subject, Status.REJECTED, problem)

    async def _conflict(self, row: Row, delivery: Delivery) -> Outcome:
        if row.status not in OPEN:
            await self._ledger.settled(row.id)
        detail = f"A request '{row.id}' with other content was accepted at {row.accepted_at:%Y-%m-%d %H:%M} UTC."
        problem = Problem(code="conflict", detail=f"{detail} Give this one an id of its own.", field="id")
        return await self._recorded(delivery, row.id, Status.REFUSED, problem)

    async def _recorded(self, delivery: Delivery, request_id: str, status: Status, problem: Problem) -> Outcome:
        outcome = Outcome(
            id=request_id,
            status=status,
            accepted_at=delivery.inserted_at,
            finished_at=self._now(),
            problem=problem,
            message_id=delivery.carrier,
        )
        await self._ledger.record(outcome, delivery.message)
        log.info("message %s %s: %s", delivery.carrier, status, problem.code)
        return outcome

    async def _announce_again(self, row: Row, delivery: Delivery) -> Outcome | None:
        """Return the ending if the message that brought it is delivered again: its announcement may be missing."""
        await self._ledger.settled(row.id)
        return row.outcome if delivery.redelivered and row.carrier == delivery.carrier else None


_EXHAUSTED: Final = (
    "Every try ended in an error of the desk or its storage; its log tells. Look at the person, then ask anew."
)


def _why(error: GraphUnavailable | TimeoutError) -> str:
    return str(error) if isinstance(error, GraphUnavailable) else "the run took too long"
