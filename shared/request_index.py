"""The index of requests: by the day on which they came, and by the person whom they are about; the newest first.

Table RequestIndex: partition day-2026-11-23 (UTC) or person-<object id>, row key the time turned round, then the id.
What stands there is a copy for lists; the ledger's own row is the truth.
"""

import asyncio
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
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
        row = {"RowKey": _row_key(summary), "Status": summary.status.value, **spread("Summary", json(summary))}
        await asyncio.gather(*(self._rows.upsert_entity({"PartitionKey": each, **row}) for each in partitions))

    async def of_day(self, day: date, status: Status | None, continuation: str | None, limit: int) -> RequestList:
        """Return the requests that came on that day (UTC), `limit` at the most, all or those of one status."""
        return await self._list(f"day-{day:%Y-%m-%d}", status, continuation, limit)

    async def of_person(self, user_id: str, status: Status | None, continuation: str | None, limit: int) -> RequestList:
        """Return the requests about the person of that object id."""
        return await self._list(f"person-{user_id}", status, continuation, limit)

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
    turned = _END_OF_TIME - _milliseconds(summary.accepted_at)
    message = f"-{summary.message_id}" if summary.message_id else ""
    return f"{turned:013d}-{summary.id}{message}"


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)
