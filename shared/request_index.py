"""The index of requests: by the day on which they came, whom they are about, and who asked; the newest first.

Table RequestIndex: partition day-2026-11-23 (UTC), person-<object id> or requester-<object id>, row key the time turned
round, then the id.
What stands there is a copy for lists; the ledger's own row is the truth.
"""

import asyncio
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import msgspec
from azure.data.tables.aio import TableServiceClient

from shared.contract import ContractError
from shared.entity import gathered, json, spread
from shared.outcome import Status
from shared.record import RequestList, RequestSummary

INDEX_TABLE: Final = "RequestIndex"
_CONTINUATION: Final = re.compile(r"[0-9]{13}-[A-Za-z0-9._-]{1,130}")
_END_OF_TIME: Final = 9_999_999_999_999
"""Milliseconds since 1970, as many digits as they have until the year 2286."""


class RequestIndex:
    """Lists of requests. A list costs what it shows; one of a single status, what came on that day."""

    def __init__(self, tables: TableServiceClient) -> None:
        self._rows = tables.get_table_client(INDEX_TABLE)

    async def put(self, summary: RequestSummary) -> None:
        """Have a request listed as it stands now."""
        partitions = [f"day-{summary.accepted_at:%Y-%m-%d}"]
        if summary.user is not None and summary.user.id:
            partitions.append(f"person-{summary.user.id}")
        if summary.requested_by is not None and summary.requested_by.id:
            partitions.append(f"requester-{summary.requested_by.id}")
        row = {"RowKey": _row_key(summary), "Status": summary.status.value, **spread("Summary", json(summary))}
        await asyncio.gather(*(self._rows.upsert_entity({"PartitionKey": each, **row}) for each in partitions))

    async def of_day(self, day: date, status: Status | None, continuation: str | None, limit: int) -> RequestList:
        """Return the requests that came on that day (UTC), `limit` at the most, all or those of one status."""
        return await self._list(f"day-{day:%Y-%m-%d}", status, continuation, limit)

    async def of_person(self, user_id: str, status: Status | None, continuation: str | None, limit: int) -> RequestList:
        """Return the requests about the person of that object id."""
        return await self._list(f"person-{user_id}", status, continuation, limit)

    async def about(self, user_id: str, since: datetime, until: datetime) -> tuple[RequestSummary, ...]:
        """Return all requests about a person that came from a time up to another."""
        return await self._between(f"person-{user_id}", since, until)

    async def asked_by(self, requester_id: str, since: datetime, until: datetime) -> tuple[RequestSummary, ...]:
        """Return all requests for which somebody asked from a time up to another."""
        return await self._between(f"requester-{requester_id}", since, until)

    async def last_asked_by(self, requester_id: str, until: datetime, limit: int) -> tuple[RequestSummary, ...]:
        """Return the last requests, so many at the most, for which somebody asked before a time; the newest first."""
        query = "PartitionKey eq @partition and RowKey gt @after"
        parameters = {"partition": f"requester-{requester_id}", "after": f"{_turned(until)}~"}
        found: list[RequestSummary] = []
        async for entity in self._rows.query_entities(query, parameters=parameters, results_per_page=limit):
            found.append(_summary(entity))
            if len(found) == limit:
                break
        return tuple(found)

    async def accepted(self, since: datetime, until: datetime) -> tuple[RequestSummary, ...]:
        """Return all requests that came from a time up to another, the newest first."""
        days = [until.date() - timedelta(days=back) for back in range((until.date() - since.date()).days + 1)]
        found = [await self._between(f"day-{day:%Y-%m-%d}", since, until) for day in days]
        return tuple(summary for each in found for summary in each)

    async def _between(self, partition: str, since: datetime, until: datetime) -> tuple[RequestSummary, ...]:
        """Return what was accepted since a time, and before another."""
        query = "PartitionKey eq @partition and RowKey ge @first and RowKey lt @last"
        parameters = {"partition": partition, "first": _turned(until), "last": f"{_turned(since)}~"}
        rows = self._rows.query_entities(query, parameters=parameters)
        found = [_summary(entity) async for entity in rows]
        return tuple(each for each in found if since <= each.accepted_at < until)

    async def _list(self, partition: str, status: Status | None, continuation: str | None, limit: int) -> RequestList:
        if continuation is not None and not _CONTINUATION.fullmatch(continuation):
            raise ContractError("continuation", "is none that this desk has given out; begin without it.")
        parameters = {"partition": partition, "after": continuation or "", "status": status.value if status else ""}
        query = "PartitionKey eq @partition and RowKey gt @after" + (" and Status eq @status" if status else "")
        keys: list[str] = []
        found: list[RequestSummary] = []
        async for entity in self._rows.query_entities(query, parameters=parameters, results_per_page=limit + 1):
            if len(found) == limit:
                return RequestList(requests=tuple(found), continuation=keys[-1])
            keys.append(str(entity["RowKey"]))
            found.append(_summary(entity))
        return RequestList(requests=tuple(found))


def _summary(entity: Mapping[str, Any]) -> RequestSummary:
    """Return what is listed of a request; of one that another release has listed, what can be read all the same."""
    try:
        return msgspec.json.decode(gathered("Summary", entity), type=RequestSummary)
    except msgspec.DecodeError:
        turned, _, request_id = str(entity["RowKey"]).partition("-")
        accepted_at = datetime.fromtimestamp((_END_OF_TIME - int(turned)) / 1000, UTC)
        return RequestSummary(id=request_id, status=Status(entity["Status"]), accepted_at=accepted_at)


def _row_key(summary: RequestSummary) -> str:
    message = f"-{summary.message_id}" if summary.message_id else ""
    return f"{_turned(summary.accepted_at)}-{summary.id}{message}"


def _turned(at: datetime) -> str:
    """Return a time so that later ones come first."""
    return f"{_END_OF_TIME - int(at.timestamp() * 1000):013d}"
