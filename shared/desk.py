"""The desk: the one way in for whatever asks for something, and the story of a request from there to its ending."""

import asyncio
import logging
from datetime import datetime, timedelta
from typing import Final

import msgspec
from azure.core.exceptions import AzureError

from shared import contract
from shared.acts import Means
from shared.arrival import Arrival, Conflict, Delivery, Handled
from shared.contract import ContractError, ResetRequest
from shared.delegation import Decision
from shared.door import Door
from shared.graph import GraphUnavailable
from shared.ledger import Overtaken, Standing
from shared.outcome import Approval, Outcome, Problem, Status
from shared.reading import Reading
from shared.record import Row, Waiting
from shared.run import Rules, Run, question
from shared.storage import Queues
from shared.sweeper import Sweeper

log: Final = logging.getLogger("mfadesk")
_DEFERRALS: Final = tuple(timedelta(seconds=seconds) for seconds in (30, 60, 120, 240, 480, 600))
"""How long a request waits after its first run, its second, and so on, where Graph does not say how long."""
_LONGEST_DEFERRAL: Final = timedelta(days=1)


_PATIENCE_OF_A_CALLER: Final = timedelta(seconds=60)
"""After that a request over HTTP goes on behind the queue (the platform itself gives up after 230 s)."""


class Desk:
    """Takes requests, carries each out once, and keeps the record of it."""

    def __init__(self, means: Means, queues: Queues, rules: Rules, lease: timedelta, door: Door | None = None) -> None:
        """door: where the calls of its directory are told of throttling."""
        self._means = means
        self._directory = means.directory
        self._ledger = means.ledger
        self._now = means.now
        self._queues = queues
        self._rules = rules
        self._lease = lease
        self._door = door or Door()
        self._sweeper = Sweeper(means.ledger, queues, lease, means.now)
        self._at_work = 0

    @property
    def is_busy(self) -> bool:
        """Whether it is carrying a request out, or is about to."""
        return self._at_work > 0

    # --- the queue ----------------------------------------------------------------------------------------------------

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
        try:
            return (await self.handle(request, delivery.arrival)).outcome
        except Conflict as conflict:
            return await self.refuse(conflict, delivery.arrival, delivery.message)

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
        if row is not None and not row.is_open and contract.content_hash(row.request) == content_hash:
            return row.outcome
        try:
            return (await self.abandon(request, delivery.arrival)).outcome
        except Conflict as conflict:
            return await self.refuse(conflict, delivery.arrival, delivery.message)

    # --- one request --------------------------------------------------------------------------------------------------

    async def handle(self, request: ResetRequest, arrival: Arrival) -> Handled:
        """Carry a request out, or what an earlier run has left of it. Raises Conflict."""
        self._at_work += 1
        try:
            return await self._handled(request, arrival)
        finally:
            self._at_work -= 1
            self._door.leave(arrival.carrier)

    async def _handled(self, request: ResetRequest, arrival: Arrival) -> Handled:
        """Carry it out.

        The intent is on record before anything is changed; the directory is read meanwhile.
        """
        started = self._now()
        asked = self._asked(request, arrival, Status.RUNNING, started + self._lease)
        looking = asyncio.create_task(self._read(asked, self._deadline(arrival, started)))
        try:
            opened = await self._ledger.open(asked, asked.due_at)
        except BaseException:
            await _dropped(looking)
            raise
        try:
            if isinstance(opened, Row):
                # What went wrong with the reading is told once the intent is on record.
                (reading,) = await asyncio.gather(looking, return_exceptions=True)
                return await self._run(opened, reading, arrival, started)
            # If it is read at all, then anew: the run that had the request until now may have gone on meanwhile.
            await _dropped(looking)
            claimed = await self._claim(opened.row, request, arrival, started)
            return claimed if isinstance(claimed, Handled) else await self._go_on(claimed, arrival, started)
        except Overtaken as overtaken:
            log.warning("%s", overtaken)
            return await self._left_to_another(await self._ledger.there(request.id), arrival)

    async def abandon(self, request: ResetRequest, arrival: Arrival) -> Handled:
        """End a request of which every try has failed, unless somebody is at it. Raises Conflict."""
        claimed = await self._taken(request, arrival)
        if isinstance(claimed, Handled):
            return claimed
        outcome = Run(claimed, self._rules, self._means).failed(Problem(code="triesExhausted", detail=_EXHAUSTED))
        return await self._close(claimed, outcome, arrival)

    async def accept(self, request: ResetRequest, arrival: Arrival) -> Handled:
        """Put a request on record and on the queue, to be carried out soon. Raises Conflict."""
        now = self._now()
        look_at = now + self._lease
        opened = await self._ledger.open(self._asked(request, arrival, Status.DEFERRED, now), look_at)
        if isinstance(opened, Standing):
            if contract.content_hash(opened.row.request) != contract.content_hash(request):
                raise Conflict(opened.row)
            return Handled(row=opened.row)
        await self._ledger.index(opened)
        await self._queues.requests.put(contract.encode(request))
        return Handled(row=opened, fresh=True)

    async def turn_away(self, request: ResetRequest, arrival: Arrival, decision: Decision) -> Handled:
        """Keep a request that is refused whatever it is about: nobody is looked up for it. Raises Conflict."""
        now = self._now()
        opened = await self._ledger.open(self._asked(request, arrival, Status.RUNNING, now), now + self._lease)
        if isinstance(opened, Standing):
            raise Conflict(opened.row)
        return await self._close(opened, Run(opened, self._rules, self._means).refused(decision), arrival)

    async def decide(self, row: Row, approval: Approval, arrival: Arrival) -> Handled:
        """Record what the second person says, and act on it. Raises Overtaken where somebody was faster."""
        started = self._now()
        taken = await self._ledger.decided(row, approval, arrival.carrier, started + self._lease)
        try:
            return await self._go_on(taken, arrival, started)
        except Overtaken as overtaken:
            log.warning("%s", overtaken)
            return Handled(row=await self._ledger.there(row.id))
        finally:
            self._door.leave(arrival.carrier)

    async def refuse(self, conflict: Conflict, arrival: Arrival, message: bytes) -> Outcome:
        """Keep a request whose id was taken by another one; return the ending."""
        problem = Problem(code="conflict", detail=str(conflict), field="id")
        return await self._recorded(arrival, conflict.row.id, Status.REFUSED, problem, message)

    async def sweep(self) -> int:
        """Look after what dead runs have left; return how many requests that were."""
        return await self._sweeper.sweep()

    async def tidied(self) -> None:
        """Wait for what goes on behind the answers."""
        await self._sweeper.tidied()

    async def close(self) -> None:
        """Let what is being tidied up be done, and give the queues' connections back."""
        await self._sweeper.close()

    # --- the parts ----------------------------------------------------------------------------------------------------

    def _asked(self, request: ResetRequest, arrival: Arrival, status: Status, due_at: datetime) -> Row:
        return Row(
            id=request.id,
            status=status,
            request=request,
            accepted_at=arrival.accepted_at,
            carrier=arrival.carrier,
            due_at=due_at,
            runs=1,
            caller=arrival.caller,
            bulk=arrival.bulk,
        )

    async def _taken(self, request: ResetRequest, arrival: Arrival) -> Row | Handled:
        """Return the row of a request, new or on record, to be gone on with; or else what this delivery ends in."""
        started = self._now()
        asked = self._asked(request, arrival, Status.RUNNING, started + self._lease)
        opened = await self._ledger.open(asked, asked.due_at)
        return opened if isinstance(opened, Row) else await self._claim(opened.row, request, arrival, started)

    async def _claim(self, row: Row, request: ResetRequest, arrival: Arrival, started: datetime) -> Row | Handled:
        if contract.content_hash(row.request) != contract.content_hash(request):
            if not row.is_open:
                await self._ledger.settled(row)
            raise Conflict(row)
        if not row.is_open:
            return await self._announce_again(row, arrival)
        if row.due_at > started:
            log.info("request %s is under way, deferred or awaits approval; nothing is added to it", row.id)
            return await self._left_to_another(row, arrival)
        return await self._ledger.take_over(row, arrival.carrier, started + self._lease)

    async def _left_to_another(self, row: Row, arrival: Arrival) -> Handled:
        """Leave a request to whoever has it.

        Where that is a delivery of this very message, or may be, the message goes with this one, and nobody would
        announce the ending if the other one cannot: so the sweeper does, be it once more.
        """
        if row.carrier == arrival.carrier or row.caller is not None:
            await self._ledger.to_announce(row.id, self._now() + self._lease)
        return Handled(row=row)

    async def _go_on(self, row: Row, arrival: Arrival, started: datetime) -> Handled:
        """Run a request that this run has taken over. Raises Overtaken."""
        if row.intent is None and Run(row, self._rules, self._means).ended_unseen() is not None:
            return await self._run(row, LookupError("Nobody was looked for."), arrival, started)
        looking = self._read(row, self._deadline(arrival, started))
        (reading,) = await asyncio.gather(looking, return_exceptions=True)  # what went wrong is told by the run
        return await self._run(row, reading, arrival, started)

    async def _run(self, row: Row, reading: Reading | BaseException, arrival: Arrival, started: datetime) -> Handled:
        """Run within the lease, and leave the row so that somebody can go on, whatever happens."""
        attended = row.caller is not None and arrival.caller is not None and row.caller.id == arrival.caller.id
        run = Run(row, self._rules, self._means, attended=attended)
        try:
            async with asyncio.timeout((self._deadline(arrival, started) - self._now()).total_seconds()):
                ending = await run.ending(reading)
            if isinstance(ending, Waiting):
                return await self._wait(run.row, ending)
            return msgspec.structs.replace(await self._close(run.row, ending, arrival), issued=run.issued)
        except (GraphUnavailable, TimeoutError) as error:
            return await self._defer(run, error)
        except Overtaken:
            raise
        except Exception:
            await self._release(run)
            raise

    async def _wait(self, row: Row, waiting: Waiting) -> Handled:
        row = await self._ledger.wait(row, waiting)
        log.info("request %s awaits approval until %s", row.id, waiting.until.isoformat())
        return Handled(row=row, fresh=True)

    async def _close(self, row: Row, outcome: Outcome, arrival: Arrival) -> Handled:
        """Record the ending. Of one over HTTP no message is delivered again: its announcement is on record as owed."""
        if arrival.caller is not None:
            await self._ledger.to_announce(row.id, self._now() + self._lease)
        row = await self._ledger.close(row, outcome)
        rule = outcome.decision.rule if outcome.decision else outcome.problem and outcome.problem.code
        log.info("request %s %s (%s)", outcome.id, outcome.status, rule)
        self._sweeper.tidy_soon(row, announce=arrival.caller is not None)
        return Handled(row=row, outcome=outcome, fresh=True)

    async def _release(self, run: Run) -> None:
        """Let the next delivery go on at once; where even that fails, the lease ends by itself."""
        try:
            await self._ledger.release(run.row, run.done, self._now())
        except (Overtaken, AzureError) as error:
            log.warning("the lease of request %s runs on: %s", run.row.id, error)

    async def _defer(self, run: Run, error: GraphUnavailable | TimeoutError) -> Handled:
        """Leave the rest to a later run: when Graph says, or after a while that grows with every run."""
        row = await self._ledger.get(run.row.id)  # anew: the time may have run out in the middle of a write
        if row is None or row.carrier != run.row.carrier or row.status is not Status.RUNNING:
            raise Overtaken(f"Another run has taken over request '{run.row.id}'.")
        asked = error.retry_after if isinstance(error, GraphUnavailable) else None
        usual = _DEFERRALS[min(row.runs, len(_DEFERRALS)) - 1]
        delay = min(timedelta(seconds=asked), _LONGEST_DEFERRAL) if asked else usual
        until = self._now() + delay
        row = await self._ledger.defer(row, run.done, until, look_at=until + 3 * self._lease)
        await self._queues.requests.put(contract.encode(row.request), delay)
        log.warning("request %s deferred until %s: %s", row.id, until.isoformat(), _why(error))
        return Handled(row=row, fresh=True)

    def _deadline(self, arrival: Arrival, started: datetime) -> datetime:
        """Return when a run has to have ended: before its lease, and before whoever waits has gone."""
        patience = self._lease * 0.8
        return started + (min(patience, _PATIENCE_OF_A_CALLER) if arrival.caller else patience)

    async def _read(self, row: Row, deadline: datetime) -> Reading:
        left = min(deadline - self._now(), self._lease / 2)
        async with asyncio.timeout(left.total_seconds()):
            await self._door.enter(row.carrier, left.total_seconds(), has_begun=row.intent is not None)
            return await self._directory.read(question(row))

    async def _reject(self, delivery: Delivery, error: ContractError, request_id: str | None = None) -> Outcome:
        """Keep what cannot be taken, whole, with what is wrong with it."""
        code = "unreadable" if error.field is None else "invalid"
        problem = Problem(code=code, detail=str(error), field=error.field)
        subject = request_id or delivery.subject
        return await self._recorded(delivery.arrival, subject, Status.REJECTED, problem, delivery.message)

    async def _recorded(
        self, arrival: Arrival, request_id: str, status: Status, problem: Problem, message: bytes
    ) -> Outcome:
        outcome = Outcome(
            id=request_id,
            status=status,
            accepted_at=arrival.accepted_at,
            finished_at=self._now(),
            problem=problem,
            message_id=arrival.carrier,
        )
        outcome = await self._ledger.record(outcome, message)
        log.info("message %s %s: %s", arrival.carrier, status, problem.code)
        return outcome

    async def _announce_again(self, row: Row, arrival: Arrival) -> Handled:
        """Return the ending if the message that brought it is delivered again: its announcement may be missing."""
        await self._ledger.settled(row)
        again = arrival.redelivered and row.carrier == arrival.carrier
        return Handled(row=row, outcome=row.outcome if again else None)


async def _dropped(task: asyncio.Task[Reading]) -> None:
    """Do without what a task was to find out."""
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


_EXHAUSTED: Final = (
    "Every try ended in an error of the desk or its storage; its log tells. Look at the person, then ask anew."
)


def _why(error: GraphUnavailable | TimeoutError) -> str:
    return str(error) if isinstance(error, GraphUnavailable) else "the run, or its wait before Graph, took too long"
