"""A worker's shift: stints at whatever bulk requests there are, in turn, until its time is over or nothing is left."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from typing import Final

import msgspec

from shared.bulk.bulk import ENDED, WORKED_OFF, Bulk, BulkStatus
from shared.bulk.lease import TERM, Lease
from shared.bulk.pace import Pace
from shared.bulk.stint import Crew, Stint
from shared.bulk.table import BulkTable, Listed
from shared.desk import Desk
from shared.ledger import Overtaken

LASTS: Final = timedelta(minutes=4)
"""functionTimeout in host.json has to leave it some minutes more."""
_STRETCH: Final = 8
"""Chunks in one stint: at its end a part of the hands wait for the last, and after it comes the next bulk request."""
_SHORT: Final = 20.0
"""Seconds for which a worker rather waits than leaves."""


class Tools(msgspec.Struct, frozen=True, kw_only=True):
    """What workers work with."""

    table: BulkTable
    lease: Lease
    desk: Desk
    """One whose calls to Graph keep the pace."""
    pace: Pace
    now: Callable[[], datetime]
    singles: Callable[[], bool] = lambda: False
    """Tells whether a single request is at work on this instance."""
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    failures: dict[str, int] = msgspec.field(default_factory=dict)
    """By request: how often it met with an error of the desk's own, on this instance."""


def in_turn(unended: Iterable[Listed], last: str) -> list[Listed]:
    """Return bulk requests in the order in which it is their turn: the one of the last stint comes at the end."""
    return sorted(unended, key=lambda each: (each.id <= last, each.id))


class Shift:
    """What one owner of the lease does."""

    def __init__(self, owner: str, tools: Tools) -> None:
        self._owner = owner
        self._tools = tools
        self._ends = tools.now() + LASTS
        self._signed_at = tools.now()
        self._last = ""
        self._due: dict[tuple[str, int], datetime] = {}
        self._crew = Crew(
            table=tools.table,
            desk=tools.desk,
            now=tools.now,
            signs_of_life=self._sign,
            has_time=self._has_time,
            singles=tools.singles,
            sleep=tools.sleep,
            failures=tools.failures,
        )

    async def run(self) -> timedelta | None:
        """Work; return after how long somebody should come again, or None where nothing is left to do.

        Raises Overtaken where another has taken this one for dead.
        """
        while self._has_time():
            bulk = await self._next()
            if bulk is None:
                return self._until_due()
            await self._work_on(bulk)
        return timedelta(seconds=self._tools.pace.held)

    async def _next(self) -> Bulk | None:
        """Return a bulk request with something to do now: of several, the one after that of the last stint."""
        unended = await self._tools.table.unended()
        for listed in in_turn(unended, self._last):
            bulk = await self._tools.table.of(listed)
            if bulk is not None and (bulk := await self._settled(bulk)) and self._ready(bulk):
                return bulk
        return None

    async def _settled(self, bulk: Bulk) -> Bulk | None:
        """Return a bulk request on which somebody has to work; end one of which nobody is left."""
        if bulk.status in WORKED_OFF and not bulk.unfinished:
            bulk = await self._changed(bulk, status=BulkStatus.FINISHED, finished_at=self._tools.now())
        if bulk.status in ENDED:
            await self._tools.table.close(bulk)
        return bulk if bulk.status in WORKED_OFF else None

    async def _work_on(self, bulk: Bulk) -> None:
        self._last = bulk.id
        if bulk.worker != self._owner or bulk.status is BulkStatus.ACCEPTED:
            bulk = await self._changed(bulk, worker=self._owner, status=BulkStatus.RUNNING)
        if bulk.status is not BulkStatus.RUNNING:
            return
        stint = Stint(bulk, self._ready(bulk), self._crew)
        await stint.run()
        self._due |= {(bulk.id, chunk): at for chunk, at in stint.due.items()}

    async def _changed(self, bulk: Bulk, **changes: object) -> Bulk:
        """Return it changed; or as it stands where somebody else has changed it meanwhile."""
        try:
            return await self._tools.table.change(bulk, **changes)
        except Overtaken:
            return await self._tools.table.there(bulk.id)

    def _ready(self, bulk: Bulk) -> tuple[int, ...]:
        """Return the chunks in which somebody can be worked on now."""
        now = self._tools.now()
        due = (chunk for chunk in bulk.unfinished if self._due.get((bulk.id, chunk), now) <= now)
        return tuple(due)[:_STRETCH]

    def _until_due(self) -> timedelta | None:
        """Return how long it takes until somebody can be worked on who could not now."""
        now = self._tools.now()
        waits = [at - now for at in self._due.values() if at > now]
        return min(waits, default=None)

    def _has_time(self) -> bool:
        return self._tools.now() < self._ends and self._tools.pace.held <= _SHORT

    async def _sign(self) -> None:
        """Give a sign of life, often enough not to be taken for dead."""
        if self._tools.now() - self._signed_at < TERM / 6:
            return
        if not await self._tools.lease.keep(self._owner):
            raise Overtaken("Another worker has begun with the bulk requests.")
        self._signed_at = self._tools.now()
