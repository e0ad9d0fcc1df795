"""One run through the windows that are owed: each read, then marked as far as it was read."""

import functools
import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

import msgspec
from azure.core.exceptions import AzureError

from shared.audit import coverage
from shared.audit.coverage_table import CoverageTable
from shared.audit.directory_audits import OutOfTime, WindowRefused
from shared.audit.window_reader import Ending, WindowReader
from shared.audit.windows import Counts, Window
from shared.graph import GraphUnavailable

log: Final = logging.getLogger("mfadesk")


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

    A window that is refused while others are served is at fault itself; when two on end are refused, Graph is away.
    """

    def __init__(self, reader: WindowReader, coverage_table: CoverageTable, now: Callable[[], datetime]) -> None:
        self._reader = reader
        self._coverage = coverage_table
        self._now = now
        self._counts = Counts()
        self._read = 0
        self._failed = 0
        self._doubtful: Ending | None = None

    async def gather(self, windows: Sequence[Window], deadline: float) -> Gathered:
        """Read the windows and mark what was read. Raises LogClosed, and AzureError where the store fails."""
        for window in windows:
            at = self._now()
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
        if ending.begun and self._doubtful is not None:
            await self._fail(self._doubtful, at)
            self._doubtful = None
        match ending.trouble:
            case None:
                return True
            case WindowRefused():
                await self._fail(ending, at)
                return True
            case OutOfTime():
                if ending.begun and ending.until == ending.window.start:
                    await self._fail(ending, at)
                return False
            case GraphUnavailable():
                again = self._doubtful is not None
                self._doubtful = ending
                return not again and ending.trouble.retry_after is None
            case AzureError():
                raise ending.trouble

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
