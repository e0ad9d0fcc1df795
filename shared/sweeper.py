"""The sweeper: what dead runs have left is put back on the queue, and endings nobody may have heard are announced."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

from shared import contract
from shared.announcement import announce
from shared.ledger import Ledger
from shared.record import Row
from shared.storage import Queues

log: Final = logging.getLogger("mfadesk")


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
        left = sum([await self._looked_after(each, self._put_back) async for each in self._ledger.due(now)])
        unheard = self._ledger.unannounced(now)
        return left + sum([await self._looked_after(each, self._announced) async for each in unheard])

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
