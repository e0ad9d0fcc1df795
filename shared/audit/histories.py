"""Histories: who did what to somebody's MFA, looked up in the audit log that was kept and joined with the ledger."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from shared.audit import keys
from shared.audit.actors import DeskIdentity
from shared.audit.event import AuditEvent
from shared.audit.history import history
from shared.audit.history_line import HistoryLine
from shared.audit.lookup import AuditLookup, EventList
from shared.record import RequestSummary
from shared.request_index import RequestIndex

_PAGE: Final = 200
"""Events that are asked for at once; what comes back as lines are fewer."""
_APART: Final = timedelta(minutes=15)
"""Events of one act are closer together than that: a page of history ends only where there is as much between two."""
_BEFORE: Final = timedelta(days=1)
"""A request may have been accepted so long before its first event: it waited for an approval, or for Graph."""
_AHEAD: Final = timedelta(days=1)
_LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)

Ask = Callable[[str | None], Awaitable[EventList]]


class HistoryList(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """Lines of history, the newest first."""

    lines: tuple[HistoryLine, ...]
    continuation: Annotated[str | None, Meta(description="Give it back to get what follows; absent at the end.")] = None


class Histories:
    """Answers "who reset this person's MFA", however many events there are."""

    def __init__(
        self, lookup: AuditLookup, index: RequestIndex, desk: DeskIdentity, now: Callable[[], datetime]
    ) -> None:
        self._lookup = lookup
        self._index = index
        self._desk = desk
        self._now = now

    async def of_person(self, user_id: str, continuation: str | None) -> HistoryList:
        """Return what was done to the person of that object id. Raises ContractError where it cannot continue."""
        events, further = await _page(lambda after: self._lookup.of_person(user_id, after, _PAGE), continuation)
        since, until = self._stretch(events, continuation, further)
        requests = await self._index.about(user_id, since - _BEFORE, until)
        return HistoryList(lines=_within(self._joined(events, requests), since, until), continuation=further)

    async def of_actor(self, actor_id: str, continuation: str | None) -> HistoryList:
        """Return what somebody did, or had the desk do: by object id, of an application also by its app id."""
        events, further = await _page(lambda after: self._lookup.of_actor(actor_id, after, _PAGE), continuation)
        since, until = self._stretch(events, continuation, further)
        requests = await self._index.asked_by(actor_id, since - _BEFORE, until)
        done = await self._done_for(requests, since - _BEFORE, until)
        lines = self._joined((*events, *done), requests)
        mine = tuple(line for line in lines if actor_id.lower() in _actors(line))
        return HistoryList(lines=_within(mine, since, until), continuation=further)

    async def of_day(self, day: date) -> HistoryList:
        """Return what was done on a day (UTC)."""
        start = datetime(day.year, day.month, day.day, tzinfo=UTC)
        return HistoryList(lines=await self.between(start, start + timedelta(days=1)))

    async def between(self, start: datetime, end: datetime) -> tuple[HistoryLine, ...]:
        """Return what was done from a time up to another; what began just before is taken into account."""
        events = [event async for event in self._lookup.between(start - _APART, end + _APART)]
        requests = await self._index.accepted(start - _BEFORE, end)
        return tuple(line for line in self._joined(events, requests) if start <= line.at < end)

    def _joined(self, events: Iterable[AuditEvent], requests: Iterable[RequestSummary]) -> tuple[HistoryLine, ...]:
        return history(events, requests, self._desk, self._now())

    async def _done_for(
        self, requests: Iterable[RequestSummary], since: datetime, until: datetime
    ) -> tuple[AuditEvent, ...]:
        """Return what was done to the people of these requests meanwhile."""
        people = {request.user.id for request in requests if request.user is not None and request.user.id}
        lists = await asyncio.gather(*(self._lookup.of_person(each, None, _PAGE) for each in sorted(people)))
        return tuple(event for found in lists for event in found.events if since <= event.at < until)

    def _stretch(
        self, events: tuple[AuditEvent, ...], continuation: str | None, further: str | None
    ) -> tuple[datetime, datetime]:
        """Return from when to when a page tells; the last one tells all that is older."""
        until = keys.time_of(continuation) if continuation else self._now() + _AHEAD
        return events[-1].at if further and events else _LONG_AGO, until


async def _page(ask: Ask, continuation: str | None) -> tuple[tuple[AuditEvent, ...], str | None]:
    """Return events, and where those begin that are left: not in the middle of an act, as far as that can be told."""
    found = await ask(continuation)
    if found.continuation is None:
        return found.events, None
    events = found.events
    for place in range(len(events) - 1, 0, -1):
        if events[place - 1].at - events[place].at > _APART:
            last = events[place - 1]
            return events[:place], keys.found_key(last.at, keys.day_key(last.at, last.id))
    return events, found.continuation


def _within(lines: Iterable[HistoryLine], since: datetime, until: datetime) -> tuple[HistoryLine, ...]:
    return tuple(line for line in lines if since <= line.until and line.at < until)


def _actors(line: HistoryLine) -> set[str]:
    actors = (line.asked_by, line.done_by)
    told = {name.lower() for actor in actors if actor for name in (actor.id, actor.app_id, actor.name) if name}
    return told | ({line.approval.by.id.lower()} if line.approval else set())
