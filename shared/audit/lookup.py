"""Looks up directory audit events that tell of somebody's MFA: by person, by who acted, by day; the newest first."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Final

import msgspec
from azure.core.exceptions import ResourceNotFoundError
from azure.data.tables.aio import TableServiceClient
from msgspec import Meta

from shared.audit import keys
from shared.audit.event import AuditEvent
from shared.audit.rows import event_of
from shared.contract import ContractError

_DAY: Final = timedelta(days=1)
_LAST: Final = "~"
"""Behind every key."""


class EventList(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """Events, the newest first."""

    events: tuple[AuditEvent, ...]
    continuation: Annotated[str | None, Meta(description="Give it back to get what follows; absent at the end.")] = None


class AuditLookup:
    """Lists of events. A list costs what it shows and one question a month, all asked at once, however many events."""

    def __init__(
        self,
        tables: TableServiceClient,
        retention: timedelta,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """retention: how long events are kept, which is how far back anything is to be found."""
        self._tables = tables
        self._retention = retention
        self._now = now

    async def of_person(self, object_id: str, continuation: str | None, limit: int) -> EventList:
        """Return what was done to the person of that object id, `limit` events at the most."""
        return await self._list(keys.person_partition(object_id), self._months(continuation), continuation, limit)

    async def of_actor(self, actor_id: str, continuation: str | None, limit: int) -> EventList:
        """Return what was done by a user or a service principal (object id), or by an application (app id)."""
        return await self._list(keys.actor_partition(actor_id), self._months(continuation), continuation, limit)

    async def about(self, object_id: str, start: datetime, end: datetime) -> tuple[AuditEvent, ...]:
        """Return all that was done to a person from a time up to another, the newest first."""
        start = max(start, self._now() - self._retention)
        tables = keys.index_tables(start.date(), max(start, end).date())
        partition = keys.person_partition(object_id)
        months = await asyncio.gather(*(self._stretch(each, partition, start, end) for each in tables))
        return tuple(event_of(row) for month in months for row in month)

    async def of_day(self, day: date, continuation: str | None, limit: int) -> EventList:
        """Return what was done on that day (UTC)."""
        return await self._list(keys.relevant_partition(day), [keys.index_table(day)], continuation, limit)

    async def between(self, start: datetime, end: datetime) -> AsyncIterator[AuditEvent]:
        """Yield all that was done from a time up to another, the newest first."""
        last, first = end.astimezone(UTC).date(), start.astimezone(UTC).date()
        while last >= first:
            async for found in self._rows(keys.index_table(last), keys.relevant_partition(last), ""):
                event = event_of(found)
                if start <= event.at < end:
                    yield event
            last -= _DAY

    def _months(self, continuation: str | None) -> list[str]:
        """Return the tables in which something can be, the newest first."""
        now = self._now()
        last = keys.time_of(continuation) if continuation and keys.is_found_key(continuation) else now + _DAY
        return keys.index_tables((now - self._retention).date(), min(last, now + _DAY).date())

    async def _list(self, partition: str, tables: list[str], continuation: str | None, limit: int) -> EventList:
        if continuation is not None and not keys.is_found_key(continuation):
            raise ContractError("continuation", "is none that this desk has given out; begin without it.")
        months = await asyncio.gather(*(self._page(each, partition, continuation or "", limit + 1) for each in tables))
        found = [row for month in months for row in month]
        more = len(found) > limit
        return EventList(
            events=tuple(event_of(row) for row in found[:limit]),
            continuation=str(found[limit - 1]["RowKey"]) if more else None,
        )

    async def _page(self, table: str, partition: str, after: str, limit: int) -> list[Any]:
        page: list[Any] = []
        async for row in self._rows(table, partition, after, limit):
            page.append(row)
            if len(page) == limit:
                break
        return page

    async def _stretch(self, table: str, partition: str, start: datetime, end: datetime) -> list[Any]:
        after, before = f"{keys.turned(end)}{_LAST}", f"{keys.turned(start)}{_LAST}"
        return [row async for row in self._rows(table, partition, after, before=before)]

    async def _rows(
        self, table: str, partition: str, after: str, at_once: int | None = None, *, before: str = _LAST
    ) -> AsyncIterator[Any]:
        """Yield the rows of a partition behind a key and before another; none where the month has no table."""
        query = "PartitionKey eq @partition and RowKey gt @after and RowKey lt @before"
        parameters = {"partition": partition, "after": after, "before": before}
        rows = self._tables.get_table_client(table).query_entities(
            query, parameters=parameters, results_per_page=at_once
        )
        try:
            async for row in rows:
                yield row
        except ResourceNotFoundError:
            return
