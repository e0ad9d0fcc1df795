"""Reads one window of the log into the store: page by page, the next one fetched while this one is being stored."""

from contextlib import aclosing
from datetime import datetime
from typing import Final

import msgspec
from azure.core.exceptions import AzureError
from msgspec.structs import replace

from shared.audit.ahead import ahead
from shared.audit.directory_audits import DirectoryAudits, OutOfTime, WindowRefused
from shared.audit.page import Page
from shared.audit.rows import Entry
from shared.audit.sheet import Sheet, sheet_of
from shared.audit.store import AuditStore, Unfit
from shared.audit.tally import Hourly, Tally
from shared.audit.windows import Reading, Window
from shared.graph import GraphUnavailable

_PAGES_WITHOUT_NEWS: Final = 10
"""A page that brings nothing new can be one that Graph repeats, or an empty one; so many on end lead nowhere."""
Trouble = OutOfTime | WindowRefused | GraphUnavailable | AzureError
Known = dict[str, bool]


class Ending(msgspec.Struct, frozen=True, kw_only=True):
    """How far a reading has come."""

    window: Window
    until: datetime
    """Up to here everything was read and stored."""
    counts: Hourly
    begun: bool
    """Whether Graph has served a page of it."""
    trouble: Trouble | None = None
    """Why it ends before the window does."""

    @property
    def rest(self) -> Window:
        """What is still to be read."""
        return replace(self.window, start=self.until)


class WindowReader:
    """Reads windows."""

    def __init__(self, audits: DirectoryAudits, store: AuditStore) -> None:
        self._audits = audits
        self._store = store

    async def read(self, window: Window, deadline: float) -> Ending:
        """Read a window and store what is in it, as far as that goes until the deadline. Raises LogClosed."""
        course = _Course(window, self._store)
        try:
            async with aclosing(ahead(self._audits.pages(window, deadline))) as pages:
                async for page in pages:
                    await course.take(page)
        except (OutOfTime, WindowRefused, GraphUnavailable, AzureError) as trouble:
            return course.ended(trouble)
        return course.ended(None)


class _Course:
    """The reading of one window."""

    def __init__(self, window: Window, store: AuditStore) -> None:
        self._window = window
        self._store = store
        self._tally = Tally(window)
        self._page_before: frozenset[str] = frozenset()
        self._without_news = 0
        self._begun = False

    async def take(self, page: Page) -> None:
        """Store a page, and only then count it. Raises WindowRefused of a page too many that brings nothing new."""
        self._begun = True
        sheet = sheet_of(page, self._window, self._page_before)
        known = await self._known(sheet.entries)
        unfit = await self._store.keep(self._to_keep(sheet.entries, known), self._window)
        await self._store.keep_garbled(sheet.garbled, self._window)
        self._count(sheet, known, unfit)
        self._page_before = sheet.keys or self._page_before
        self._without_news = 0 if sheet.new else self._without_news + 1
        if self._without_news == _PAGES_WITHOUT_NEWS and page.next_link:
            raise WindowRefused(f"{_PAGES_WITHOUT_NEWS} pages on end have brought nothing new.")

    def ended(self, trouble: Trouble | None) -> Ending:
        """Return how far this has come."""
        until, counts = self._tally.so_far() if trouble else self._tally.whole()
        return Ending(window=self._window, until=until, counts=counts, begun=self._begun, trouble=trouble)

    async def _known(self, entries: tuple[Entry, ...]) -> Known:
        """Return which of a page's events are stored already, where that matters: they need not be stored again."""
        if self._window.reading is Reading.FIRST or not entries:
            return {}
        keys = [each.key for each in entries]
        return await self._store.known(min(keys), max(keys), self._window.start.date())

    def _to_keep(self, entries: tuple[Entry, ...], known: Known) -> tuple[Entry, ...]:
        if self._window.reading is Reading.FIRST:
            return entries
        return tuple([replace(each, late=True) for each in entries if each.key not in known])

    def _count(self, sheet: Sheet, known: Known, unfit: Unfit) -> None:
        again = self._window.reading is Reading.AGAIN
        for one in sheet.new:
            if not isinstance(one, Entry) or one.key in unfit.refused:
                self._tally.add_unreadable()
                continue
            self._tally.add(one.event.at, late=again and known.get(one.key, True))
            if one.key in unfit.shortened:
                self._tally.add_unreadable()
