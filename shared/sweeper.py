"""The sweeper: what dead runs have left is put back on the queue, and endings nobody may have heard are announced."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

from shared import contract
from shared.announcement import announce
from shared.ledger import Ledger
from shared.record import Row
from shared.storage import Queues

log: Final = logging.getLogger("mfadesk")
AT_ONCE: Final = 16
TIME: Final = timedelta(minutes=5)
"""How long a sweep goes on, half of what the host lets a run take: what is left then is the next one's."""


class Sweeper:
    """Looks after requests that nobody else looks after any more."""

    def __init__(self, ledger: Ledger, queues: Queues, lease: timedelta, now: Callable[[], datetime]) -> None:
        """lease: after so long whoever had a request is taken for dead."""
        self._ledger = ledger
        self._queues = queues
        self._lease = lease
        self._now = now
        self._tidying: set[asyncio.Task[None]] = set()

    async def sweep(self) -> int:
        """Look after what dead runs have left: put it back on the queue, or announce it; return how many that were."""
        now = self._now()
        left = await self._all(self._ledger.due(now), self._put_back, now + TIME)
        return left + await self._all(self._ledger.unannounced(now), self._announced, now + TIME)

    def tidy_soon(self, row: Row, *, announce: bool) -> None:
        """Settle a request that has just ended, beside the answer: nobody waits for that.

        Should the process die before, the sweeper finds it and does the same.
        """
        task = asyncio.create_task(self._tidy(row, announce=announce))
        self._tidying.add(task)
        task.add_done_callback(self._tidying.discard)

    async def tidied(self) -> None:
        """Wait for what is being tidied up."""
        await asyncio.gather(*self._tidying)

    async def close(self) -> None:
        """Wait for that, and give the queues' connections back."""
        await self.tidied()
        await self._queues.close()

    async def _tidy(self, row: Row, *, announce: bool) -> None:
        try:
            if announce:
                await self._announced(row)
            await self._ledger.settled(row)
        except Exception:
            log.exception("request %s cannot be tidied up now; the sweeper will", row.id)

    async def _all(
        self, request_ids: AsyncIterator[str], look_after: Callable[[Row], Awaitable[bool]], until: datetime
    ) -> int:
        """Look after many requests at once, and begin with none after that time; return of how many it was true."""
        room = asyncio.Semaphore(AT_ONCE)
        begun: list[asyncio.Task[bool]] = []
        try:
            async for each in request_ids:
                await room.acquire()
                if self._now() >= until:
                    log.warning("the sweeper leaves to its next run what it finds after %s requests", len(begun))
                    break
                begun.append(asyncio.create_task(self._looked_after(each, look_after)))
                begun[-1].add_done_callback(lambda _: room.release())
        finally:
            done = await asyncio.gather(*begun)
        return sum(done)

    async def _looked_after(self, request_id: str, look_after: Callable[[Row], Awaitable[bool]]) -> bool:
        """Look after one request; return whether there was something to do. Its trouble is not that of the others."""
        try:
            row = await self._ledger.get(request_id)
            if row is None:
                await self._ledger.forget(request_id)
                return False
            return await look_after(row)
        except Exception:
            log.exception("request %s cannot be looked after now; it is looked at again", request_id)
            return False

    async def _put_back(self, row: Row) -> bool:
        now = self._now()
        if not row.is_open:
            await self._ledger.settled(row)
            return False
        if row.due_at > now:
            await self._ledger.expect(row.id, row.due_at, row.status)
            return False
        await self._queues.requests.put(contract.encode(row.request))
        # A long queue is not filled with copies of what waits in it: each comes after half the request's age.
        await self._ledger.expect(row.id, now + max(self._lease, (now - row.accepted_at) / 2), row.status)
        return True

    async def _announced(self, row: Row) -> bool:
        if row.outcome is None:
            await self._ledger.to_announce(row.id, self._now() + self._lease)
            return False
        await self._queues.results.put(announce(row.outcome))
        await self._ledger.announced(row.id)
        return True
