"""The bulk desk: what callers ask for many people at once, look up, pause, resume and cancel."""

import asyncio
import logging
import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final
from uuid import uuid4

import msgspec
from azure.core.exceptions import AzureError

from shared import contract
from shared.authority import Authority
from shared.bulk import sheet
from shared.bulk.bulk import ENDED, Bulk, BulkList, BulkRequest, BulkStatus, Intervention, chunks_of, named, shown
from shared.bulk.ending import Ending, ending_of
from shared.bulk.order import BulkOrder, content_hash, distinct, request_of, terms_of
from shared.bulk.refusals import BulkConflict, BulkEnded, BulkRefused, NoSuchBulk, NotYours
from shared.bulk.table import BulkTable, Standing
from shared.bulk.worker import WAKE_UP
from shared.caller import Caller
from shared.contract import ContractError
from shared.delegation import Asked, Decision, WayIn, may_ask, may_do
from shared.ledger import Ledger, Overtaken
from shared.outcome import OPEN, Outcome, Problem, Status
from shared.run import Rules
from shared.storage import MessageQueue

log: Final = logging.getLogger("mfadesk")
_CONTINUATION: Final = re.compile(r"[0-9]{13}-[A-Za-z0-9._-]{1,64}")
_AT_ONCE: Final = 16


class BulkTold(msgspec.Struct, frozen=True, kw_only=True):
    """A bulk request as it stands."""

    request: BulkRequest
    version: str
    fresh: bool = False
    """It was accepted now."""


class BulkDesk:
    """Serves callers who ask for many people at once."""

    def __init__(
        self,
        table: BulkTable,
        ledger: Ledger,
        calls: MessageQueue,
        now: Callable[[], datetime],
        rules: Rules,
    ) -> None:
        """Take with `calls` the queue that calls workers."""
        self._table = table
        self._ledger = ledger
        self._calls = calls
        self._now = now
        self._rules = rules

    async def accept(self, order: BulkOrder, caller: Caller) -> BulkTold:
        """Put a bulk request on record and have it worked off. Raises ContractError, BulkRefused and BulkConflict."""
        terms, people = terms_of(order), distinct(order.users)
        one = request_of(terms, "", people[0], caller.id)
        if (missing := contract.missing(one, self._rules.demanded)) is not None:
            raise missing
        decision = may_ask(caller.authority) or may_do(Asked(one.actions, WayIn.HTTP), self._rules.policy)
        if decision is not None:
            raise BulkRefused(decision, await self._turned_away(order, caller, decision=decision))
        asked = Bulk(
            id=order.id or uuid4().hex,
            status=BulkStatus.ACCEPTED,
            terms=terms,
            caller=caller,
            accepted_at=self._now(),
            people=len(people),
            duplicates=len(order.users) - len(people),
            content_hash=content_hash(terms, people, caller.id),
            chunks=(0,) * len(chunks_of(people)),
        )
        there = await self._table.get(asked.id)
        taken = Standing(there) if there else await self._table.take(asked, people)
        if isinstance(taken, Standing):
            return await self._there_before(order, asked, taken.bulk)
        await self._call()
        log.info("bulk request %s accepted: %d people", taken.id, taken.people)
        return self._told(taken, fresh=True)

    async def find(self, bulk_id: str) -> BulkTold | None:
        """Return a bulk request as it stands: one read, however many people it has."""
        bulk = await self._table.get(bulk_id)
        return self._told(bulk) if bulk else None

    async def listed(self, continuation: str | None, limit: int) -> BulkList:
        """Return bulk requests, the newest first. Raises ContractError for a continuation that is none."""
        if continuation is not None and not _CONTINUATION.fullmatch(continuation):
            raise ContractError("continuation", "is none that this desk has given out; begin without it.")
        listed, further = await self._table.page(continuation or "", limit)
        bulks = await asyncio.gather(*(self._table.of(each) for each in listed))
        now = self._now()
        return BulkList(bulk_requests=tuple(shown(bulk, now) for bulk in bulks if bulk), continuation=further)

    async def pause(self, bulk_id: str, caller: Caller) -> BulkTold:
        """Begin with nobody more until it is resumed. Raises NoSuchBulk, NotYours and BulkEnded, as the next two."""
        return self._told(await self._become(bulk_id, caller, BulkStatus.PAUSED, BulkStatus.PAUSED))

    async def resume(self, bulk_id: str, caller: Caller) -> BulkTold:
        """Go on."""
        bulk = await self._become(bulk_id, caller, BulkStatus.RUNNING, BulkStatus.ACCEPTED, BulkStatus.RUNNING)
        await self._call()
        return self._told(bulk)

    async def cancel(self, bulk_id: str, caller: Caller) -> BulkTold:
        """End it: nobody more is begun with; what was begun is ended."""
        bulk = await self._become(bulk_id, caller, BulkStatus.CANCELLED, BulkStatus.CANCELLED)
        await self._table.close(bulk)
        return self._told(bulk)

    async def outcomes(self, bulk_id: str) -> bytes:
        """Return what became of everybody, as CSV; of those who wait, as they stand now. Raises NoSuchBulk."""
        if await self._table.get(bulk_id) is None:
            raise NoSuchBulk(bulk_id)
        people, known = await self._table.whole(bulk_id)
        waiting = {place: each for place, each in known.items() if each.status in OPEN}
        return sheet.csv_of(
            people, known | dict(zip(waiting, await self._as_they_stand(waiting.values()), strict=True))
        )

    # --- the parts ----------------------------------------------------------------------------------------------------

    async def _there_before(self, order: BulkOrder, asked: Bulk, there: Bulk) -> BulkTold:
        if there.content_hash != asked.content_hash:
            conflict = BulkConflict(there.id, there.accepted_at)
            problem = Problem(code="conflict", detail=str(conflict), field="id")
            await self._turned_away(order, asked.caller, problem=problem)
            raise conflict
        await self._call()
        return self._told(there)

    async def _become(self, bulk_id: str, caller: Caller, status: BulkStatus, *already: BulkStatus) -> Bulk:
        """Return a bulk request as it stands once it has become that, or where it is that already."""
        while True:
            bulk = await self._table.get(bulk_id)
            if bulk is None:
                raise NoSuchBulk(bulk_id)
            if caller.id != bulk.caller.id and not caller.authority.covers(Authority.PRIVILEGED_OPERATOR):
                raise NotYours("This takes whoever asked for the bulk request, or a privileged operator.")
            if bulk.status in already:
                return bulk
            if bulk.status in ENDED:
                raise BulkEnded(bulk.id, bulk.status)
            now = self._now()
            told = Intervention(to=status, by=named(caller), at=now)
            changes = {"finished_at": now} if status in ENDED else {}
            try:
                return await self._table.change(bulk, status=status, interventions=bulk.intervened(told), **changes)
            except Overtaken:
                continue  # a worker has written down how far it is; look again

    async def _turned_away(
        self, order: BulkOrder, caller: Caller, *, decision: Decision | None = None, problem: Problem | None = None
    ) -> str:
        """Keep that somebody tried, with what they wanted and for how many; return the id under which that stands."""
        now, people = self._now(), distinct(order.users)
        request_id = uuid4().hex
        outcome = Outcome(
            id=request_id,
            status=Status.REFUSED,
            accepted_at=now,
            finished_at=now,
            dry_run=order.dry_run,
            requested_by=named(caller),
            ticket=order.ticket,
            decision=decision,
            problem=problem,
            message_id=f"bulk-{request_id}",
        )
        kept = msgspec.structs.replace(order, users=people[:_SHOWN])
        told = {"bulkRequest": kept, "people": len(people)}
        await self._ledger.record(outcome, msgspec.json.encode(told))
        return request_id

    async def _call(self) -> None:
        """Call a worker. What is on record is worked off also where this fails: the sweeper calls again."""
        try:
            await self._calls.put(WAKE_UP)
        except AzureError as error:
            log.warning("no worker can be called for bulk requests now; the sweeper will: %s", error)

    async def _as_they_stand(self, endings: Iterable[Ending]) -> list[Ending]:
        room = asyncio.Semaphore(_AT_ONCE)

        async def now(ending: Ending) -> Ending:
            async with room:
                row = await self._ledger.get(ending.request_id)
            return ending_of(row) if row else ending

        return await asyncio.gather(*(now(each) for each in endings))

    def _told(self, bulk: Bulk, *, fresh: bool = False) -> BulkTold:
        return BulkTold(request=shown(bulk, self._now()), version=bulk.version, fresh=fresh)


_SHOWN: Final = 20
"""People of a bulk request that was not taken whom the record names: all of them would not fit into a row."""
