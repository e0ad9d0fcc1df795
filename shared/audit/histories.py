"""Histories: who did what to somebody's MFA, looked up in the audit log that was kept and joined with the ledger."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from shared.audit import keys
from shared.audit.actors import DeskIdentity
from shared.audit.event import AuditEvent
from shared.audit.history import history
from shared.audit.history_line import HistoryLine
from shared.audit.lookup import AuditLookup
from shared.audit.stretch import APART, Stretch, cut, key_of, widened
from shared.record import RequestSummary
from shared.request_index import RequestIndex

_PAGE: Final = 200
"""Events that are asked for at once; what comes back as lines are fewer."""
_ASKED: Final = 50
"""Requests of one requester that are told at once; each takes a look at the person it is about."""
_AFTERWARDS: Final = timedelta(days=1)
"""So long after a reset is looked for what the person registered, where the reset is at the end of what is shown."""
_AHEAD: Final = timedelta(days=1)
_LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)


class HistoryList(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """Lines of history, the newest first."""

    lines: tuple[HistoryLine, ...]
    continuation: Annotated[str | None, Meta(description="Give it back to get what follows; absent at the end.")] = None


class Histories:
    """Answers "who reset this person's MFA", however many events there are.

    Whatever is shown, a little more is looked at on either side: an act belongs to one line, and that one is told once,
    where it began.
    """

    def __init__(
        self,
        lookup: AuditLookup,
        index: RequestIndex,
        desk: DeskIdentity,
        now: Callable[[], datetime],
        longest_wait: timedelta = timedelta(days=2),
    ) -> None:
        """longest_wait: how long before its last act a request may have been accepted, waiting for people and Graph."""
        self._lookup = lookup
        self._index = index
        self._desk = desk
        self._now = now
        self.longest_wait = longest_wait

    async def of_person(self, user_id: str, continuation: str | None) -> HistoryList:
        """Return what was done to the person of that object id. Raises ContractError where it cannot continue."""
        found = await self._lookup.of_person(user_id, continuation, _PAGE)
        until = self._until(continuation)
        since = cut([event.at for event in found.events]) if found.continuation else _LONG_AGO
        requests = await self._index.about(user_id, since - self.longest_wait, until + APART)
        wide = widened((since, until), requests, self._now(), self.longest_wait)
        events = await self._beside(user_id, found.events, (since, until), wide)
        return self._told(events, requests, (since, until))

    async def of_actor(self, actor_id: str, continuation: str | None) -> HistoryList:
        """Return what somebody did, or had the desk do: by object id, of an application also by its app id."""
        found = await self._lookup.of_actor(actor_id, continuation, _PAGE)
        until = self._until(continuation)
        asked = await self._index.last_asked_by(actor_id, until, _ASKED)
        since = _since(found.events, asked, more=(found.continuation is not None, len(asked) == _ASKED))
        requests = await self._index.asked_by(actor_id, since - self.longest_wait, until + APART)
        events = (*(event for event in found.events if event.at >= since), *await self._done_for(requests))
        told = self._told(events, requests, (since, until))
        lines = tuple(line for line in told.lines if actor_id.lower() in _actors(line))
        return HistoryList(lines=lines, continuation=told.continuation)

    async def of_day(self, day: date) -> HistoryList:
        """Return what was done on a day (UTC)."""
        start = datetime(day.year, day.month, day.day, tzinfo=UTC)
        return HistoryList(lines=await self.between(start, start + timedelta(days=1)))

    async def between(
        self, start: datetime, end: datetime, afterwards: timedelta = timedelta()
    ) -> tuple[HistoryLine, ...]:
        """Return what began from a time up to another.

        afterwards: how long after that is looked for what people registered.
        """
        requests = await self._index.accepted(start - self.longest_wait, end + APART)
        since, until = widened((start, end), requests, self._now(), self.longest_wait)
        events = [event async for event in self._lookup.between(since, max(until, end + afterwards))]
        return self._told(events, requests, (start, end)).lines

    def _until(self, continuation: str | None) -> datetime:
        """Return up to when a page tells, which is where the one before began."""
        known = continuation and keys.is_found_key(continuation)
        return keys.time_of(str(continuation)) if known else self._now() + _AHEAD

    def _told(self, events: Iterable[AuditEvent], requests: Iterable[RequestSummary], stretch: Stretch) -> HistoryList:
        since, until = stretch
        lines = history(events, requests, self._desk, self._now())
        further = key_of(since) if since > _LONG_AGO else None
        return HistoryList(lines=tuple(line for line in lines if since <= line.at < until), continuation=further)

    async def _beside(
        self, user_id: str, events: tuple[AuditEvent, ...], stretch: Stretch, wide: Stretch
    ) -> tuple[AuditEvent, ...]:
        """Return the events of a stretch, with those that lie beside it; of the newest page all are there."""
        since, until = stretch
        ahead = until if until > self._now() else min(max(wide[1], until + _AFTERWARDS), self._now())
        newer, older = await asyncio.gather(
            self._lookup.about(user_id, until, ahead) if ahead > until else _nothing(),
            self._lookup.about(user_id, wide[0], since) if since > _LONG_AGO else _nothing(),
        )
        return (*newer, *(event for event in events if event.at >= since), *older)

    async def _done_for(self, requests: tuple[RequestSummary, ...]) -> tuple[AuditEvent, ...]:
        """Return what was done to the people of these requests, from the first of them until some days later."""
        spans: dict[str, Stretch] = {}
        for request in requests:
            if request.user is not None and request.user.id:
                known = spans.get(request.user.id, (request.accepted_at, request.accepted_at))
                spans[request.user.id] = widened(known, [request], self._now(), self.longest_wait)
        looks = (self._lookup.about(each, since, until + _AFTERWARDS) for each, (since, until) in spans.items())
        return tuple(event for found in await asyncio.gather(*looks) for event in found)


async def _nothing() -> tuple[AuditEvent, ...]:
    return ()


def _since(events: Iterable[AuditEvent], requests: Iterable[RequestSummary], *, more: tuple[bool, bool]) -> datetime:
    """Return where a page of both begins; more: whether there are further events, and further requests."""
    lists = [event.at for event in events], [request.accepted_at for request in requests]
    if not any(more):
        return _LONG_AGO
    reach = max(min(times) for times, further in zip(lists, more, strict=True) if further and times)
    return cut(sorted((at for times in lists for at in times if at >= reach), reverse=True))


def _actors(line: HistoryLine) -> set[str]:
    """Return the ids of those who did a thing or had it done; names are not asked for, and anybody's to choose."""
    actors = (line.asked_by, line.done_by)
    told = {each.lower() for actor in actors if actor for each in (actor.id, actor.app_id) if each}
    return told | ({line.approval.by.id.lower()} if line.approval else set())
