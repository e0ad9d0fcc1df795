"""The worker of bulk requests: there is one at a time, whichever message calls it, and on whichever instance."""

import logging
from datetime import timedelta
from typing import Final
from uuid import uuid4

from shared.bulk import rows
from shared.bulk.bulk import ENDED, WORKED_OFF, Bulk
from shared.bulk.shift import Shift, Tools
from shared.bulk.table import Listed
from shared.ledger import Overtaken
from shared.storage import MessageQueue

log: Final = logging.getLogger("mfadesk")
WAKE_UP: Final = b'{"wakeUp":"bulk"}'
"""The message that calls a worker. It names nothing: a worker sees for itself what there is to do."""
_LONGEST: Final = timedelta(minutes=10)
_NEVER_TAKEN: Final = timedelta(hours=1)
"""What was listed so long ago, and is not on record, never will be: the process died in between."""


class Worker:
    """Works while there is something to do, and has itself called again for what has to wait."""

    def __init__(self, tools: Tools, calls: MessageQueue) -> None:
        """Take with `calls` the queue that calls workers."""
        self._tools = tools
        self._calls = calls

    async def work(self) -> None:
        """Work for a shift, if nobody else does: what comes while somebody works, that one finds before it leaves."""
        while await self._tools.lease.take(owner := uuid4().hex):
            try:
                again = await Shift(owner, self._tools).run()
            except Overtaken as overtaken:
                log.warning("%s", overtaken)
                return
            finally:
                await self._tools.desk.tidied()
                await self._tools.lease.release(owner)
            if again is not None:
                await self._calls.put(WAKE_UP, min(again, _LONGEST))
                return
            if not await self.is_called_for():
                return

    async def is_called_for(self) -> bool:
        """Return whether there is a bulk request to work on; what a death has left on the list is cleared away."""
        found = [await self._cleared(each) for each in await self._tools.table.unended()]
        return any(bulk is not None and bulk.status in WORKED_OFF for bulk in found)

    async def _cleared(self, listed: Listed) -> Bulk | None:
        bulk = await self._tools.table.of(listed)
        if bulk is not None and bulk.status in ENDED:
            await self._tools.table.close(bulk)
        elif bulk is None and self._tools.now() - rows.listed_at(listed.key) > _NEVER_TAKEN:
            await self._tools.table.unlist(listed)
        return bulk

    async def sweep(self) -> int:
        """Call a worker where one should be at work and none is, a dead one's work included; return how many."""
        if await self._tools.lease.is_held() or not await self.is_called_for():
            return 0
        await self._calls.put(WAKE_UP)
        return 1
