"""One run through the windows that are owed: each read, then marked as far as it was read."""

import functools
import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

import msgspec
from azure.core.exceptions import AzureError
from msgspec.structs import replace

from shared.audit import coverage
from shared.audit.coverage_table import CoverageTable
from shared.audit.directory_audits import OutOfTime, WindowRefused
from shared.audit.harvest_plan import Rhythm
from shared.audit.window_reader import Ending, WindowReader
from shared.audit.windows import Counts, Reading, Window
from shared.graph import GraphUnavailable

log: Final = logging.getLogger("mfadesk")
_ON_END: Final = 2
"""So many refusals on end: it is no use to go on."""


class Gathered(msgspec.Struct, frozen=True, kw_only=True):
    """What has come of the windows."""

    read: int = 0
    """How many were read whole."""
    failed: int = 0
    """How many could not be read, and are tried again later."""
    owed: int = 0
    """How many are still to be read, or to be read on."""
    counts: Counts = Counts()
    away: GraphUnavailable | None = None
    """That Graph does not serve us at all now."""


class Gathering:
    """Goes through the windows in their order, until the time is over or Graph is away.

    A window that is refused while others are served is at fault itself; when nothing was served yet and two on end are
    refused, Graph is away.
    """

    def __init__(
        self, reader: WindowReader, coverage_table: CoverageTable, rhythm: Rhythm, now: Callable[[], datetime]
    ) -> None:
        self._reader = reader
        self._coverage = coverage_table
        self._rhythm = rhythm
        self._now = now
        self._counts = Counts()
        self._read = 0
        self._failed = 0
        self._served = False
        self._refused = 0
        self._doubtful: Ending | None = None

    async def gather(self, windows: Sequence[Window], deadline: float) -> Gathered:
        """Read the windows and mark what was read. Raises LogClosed, and AzureError where the store fails."""
        for planned in windows:
            at = self._now()
            window = self._within_reach(planned, at)
            if window.start >= window.end:
                continue
            ending = await self._reader.read(window, deadline)
            await self._mark(ending, at)
            if not await self._goes_on(ending, at):
                break
        return self._gathered(len(windows))

    def _gathered(self, planned: int) -> Gathered:
        away = self._doubtful.trouble if self._doubtful else None
        return Gathered(
            read=self._read,
            failed=self._failed,
            owed=planned - self._read - self._failed,
            counts=self._counts,
            away=away if isinstance(away, GraphUnavailable) else None,
        )

    async def _goes_on(self, ending: Ending, at: datetime) -> bool:
        """Deal with what has ended a reading; return whether the next window is worth a try."""
        if ending.begun:
            await self._serve(at)
        match ending.trouble:
            case None:
                return True
            case WindowRefused():
                await self._fail(ending, at)
                self._refused += 1
                return self._served or self._refused < _ON_END
            case OutOfTime():
                if ending.begun and ending.until == ending.window.start:
                    await self._fail(ending, at)
                return False
            case GraphUnavailable():
                return await self._doubt(ending, ending.trouble, at)
            case AzureError():  # pragma: no branch - there is no other
                raise ending.trouble

    async def _serve(self, at: datetime) -> None:
        """Take note that Graph serves us: what it has refused before is at fault itself."""
        self._served, self._refused = True, 0
        if self._doubtful is not None:
            await self._fail(self._doubtful, at)
            self._doubtful = None

    async def _doubt(self, ending: Ending, trouble: GraphUnavailable, at: datetime) -> bool:
        """Deal with what may be the window's fault, or Graph's; return whether the next window is worth a try."""
        self._refused += 1
        if self._served and trouble.retry_after is None:
            await self._fail(ending, at)
        else:
            self._doubtful = ending
        return trouble.retry_after is None and self._refused < _ON_END

    def _within_reach(self, window: Window, at: datetime) -> Window:
        """Return what Entra still has of a window: those before it may have taken minutes."""
        if window.reading is Reading.AGAIN:
            return window
        return replace(window, start=max(window.start, self._rhythm.horizon(at)))

    async def _mark(self, ending: Ending, at: datetime) -> None:
        window = ending.window
        self._read += ending.trouble is None
        if ending.until == window.start:
            return
        read = functools.partial(coverage.read, window=window, until=ending.until, counts=ending.counts, at=at)
        if await self._coverage.change(window.start.date(), read):
            found = sum(ending.counts.values(), Counts())
            self._counts += found
            log.info("harvest: %s reading of %s until %s: %s", window.reading, window.start, ending.until, found)
        else:
            log.info("harvest: another instance has read %s until %s as well", window.start, ending.until)

    async def _fail(self, ending: Ending, at: datetime) -> None:
        error = str(ending.trouble) or "A run's time is not enough for any part of it."
        log.error("harvest: %s until %s cannot be read now: %s", ending.until, ending.window.end, error)
        failed = functools.partial(coverage.failed, rest=ending.rest, error=error, at=at)
        if await self._coverage.change(ending.window.start.date(), failed):
            self._failed += 1
