"""The ledger: what was asked, by whom, and what became of it, in Table Storage; written before anything is done.

Table ResetRequests: one row a request (partition: its id), beside it a row for each message that claimed its id with
other content, and one for each try to approve it that did not count. Table OpenRequests, partition open: one row a
request that has not ended, with the time when somebody should look; partition announce: one for each ending that is
still to be announced; partition nameless: by its content, which id a request without one of its own was given, because
the poison queue does not tell it.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

import msgspec
from azure.core import MatchConditions
from azure.core.exceptions import ResourceExistsError, ResourceModifiedError, ResourceNotFoundError
from azure.data.tables import UpdateMode
from azure.data.tables.aio import TableServiceClient

from shared import entity
from shared.entity import json, spread
from shared.outcome import Approval, Outcome, Status
from shared.record import (
    ApprovalAttempt,
    Intent,
    MessageRefused,
    RequestRecord,
    Row,
    Waiting,
    record,
    summary,
    summary_of_refused,
)
from shared.request_index import INDEX_TABLE, RequestIndex
from shared.reset_plan import Done

log: Final = logging.getLogger("mfadesk")
REQUEST_TABLE: Final = "ResetRequests"
OPEN_TABLE: Final = "OpenRequests"
TABLES: Final = (REQUEST_TABLE, OPEN_TABLE, INDEX_TABLE)
_REQUEST: Final = "request"
_MESSAGE: Final = "message-"
_ATTEMPT: Final = "approval-"
_OPEN: Final = "open"
_ANNOUNCE: Final = "announce"
_NAMELESS: Final = "nameless"


class Overtaken(Exception):
    """Another run has taken the request over since it was read."""


class Standing(msgspec.Struct, frozen=True):
    """What stands under the id of a request already, its own or another's."""

    row: Row


class Ledger:
    """Rows are changed only as they were read; a change that comes second raises Overtaken."""

    def __init__(self, tables: TableServiceClient, nonce: Callable[[], str] = lambda: uuid4().hex) -> None:
        self._requests = tables.get_table_client(REQUEST_TABLE)
        self._open = tables.get_table_client(OPEN_TABLE)
        self._index = RequestIndex(tables)
        self._nonce = nonce

    async def open(self, asked: Row, look_at: datetime) -> Row | Standing:
        """Write the intent; return what stands there if a request of that id is there already.

        look_at: when the sweeper is to look, which must leave the time to write it. It is listed once it has ended or
        has to wait: most end at once, and until then stand among the open ones.
        """
        await self.expect(asked.id, look_at, asked.status)
        row = msgspec.structs.replace(asked, version=self._nonce())
        properties = {"PartitionKey": row.id, "RowKey": _REQUEST, **entity.taken(row)}
        try:
            etag = str((await self._requests.create_entity(properties))["etag"])
        except ResourceExistsError:
            stands = await self.there(row.id)
            if stands.version != row.version:
                return Standing(stands)
            etag = stands.etag
        return msgspec.structs.replace(row, etag=etag)

    async def get(self, request_id: str) -> Row | None:
        """Return the request of that id."""
        try:
            found = await self._requests.get_entity(request_id, _REQUEST)
        except ResourceNotFoundError:
            return None
        return entity.row_of(found, str(found.metadata["etag"]))

    async def there(self, request_id: str) -> Row:
        """Return the request of that id, which was on record a moment ago."""
        row = await self.get(request_id)
        if row is None:
            raise LookupError(f"Request '{request_id}' was on record a moment ago, and is not now.")
        return row

    async def whole(self, request_id: str) -> RequestRecord | None:
        """Return all that is on record of a request; None where there is none of that id."""
        row: Row | None = None
        attempts, messages = [], []
        query = "PartitionKey eq @id"
        async for each in self._requests.query_entities(query, parameters={"id": request_id}):
            key = str(each["RowKey"])
            if key == _REQUEST:
                row = entity.row_of(each, str(each.metadata["etag"]))
            elif key.startswith(_ATTEMPT):
                attempts.append(msgspec.json.decode(entity.gathered("Attempt", each), type=ApprovalAttempt))
            else:
                messages.append(entity.message_of(each))
        return record(row, tuple(attempts), tuple(messages)) if row else None

    async def messages(self, request_id: str) -> tuple[MessageRefused, ...]:
        """Return the messages which were not taken, that claimed this id or were given it."""
        query = "PartitionKey eq @id and RowKey gt @first and RowKey lt @last"
        parameters = {"id": request_id, "first": _MESSAGE, "last": f"{_MESSAGE}~"}
        found = self._requests.query_entities(query, parameters=parameters)
        return tuple([entity.message_of(each) async for each in found])

    async def take_over(self, row: Row, carrier: str, due_at: datetime) -> Row:
        """Begin another run of an open request, for whose end the sweeper looks out since it was to be opened anew."""
        return await self._change(row, status=Status.RUNNING, carrier=carrier, due_at=due_at, runs=row.runs + 1)

    async def intend(self, row: Row, intent: Intent) -> Row:
        """Record what is about to be done, and to whom."""
        return await self._change(row, intent=intent)

    async def progressed(self, row: Row, done: Done) -> Row:
        """Record what has been done of the plan."""
        return await self._change(row, done=tuple(done.items()))

    async def defer(self, row: Row, done: Done, until: datetime, look_at: datetime) -> Row:
        """Leave the rest to a later run, for which the sweeper looks out from look_at on."""
        row = await self._change(row, status=Status.DEFERRED, due_at=until, done=tuple(done.items()))
        await self.index(row)
        await self.expect(row.id, look_at, row.status)
        return row

    async def wait(self, row: Row, waiting: Waiting) -> Row:
        """Let a request wait for a second person; the sweeper looks when its time is over."""
        row = await self._change(row, status=Status.AWAITING_APPROVAL, due_at=waiting.until, waiting=waiting)
        await self.index(row)
        await self.expect(row.id, waiting.until, row.status)
        return row

    async def decided(self, row: Row, approval: Approval, carrier: str, due_at: datetime) -> Row:
        """Record what the second person said, and begin the run that acts on it."""
        await self.expect(row.id, due_at, Status.RUNNING)
        return await self._change(
            row, status=Status.RUNNING, approval=approval, carrier=carrier, due_at=due_at, runs=row.runs + 1
        )

    async def release(self, row: Row, done: Done, now: datetime) -> Row:
        """Give up the run's lease, so that the next delivery need not wait for its end."""
        return await self._change(row, due_at=now, done=tuple(done.items()))

    async def close(self, row: Row, outcome: Outcome) -> Row:
        """Record the ending, which is still to be `settled`.

        What told one registration from another is no longer needed, and goes.
        """
        return await self._change(row, status=outcome.status, intent=None, done=(), outcome=outcome)

    async def record(self, outcome: Outcome, message: bytes) -> Outcome:
        """Keep a message that is no request, whole, with its ending; return that.

        It is kept once, however often it is delivered: delivered again, it ends as it did the first time.
        """
        row_key = f"{_MESSAGE}{outcome.message_id}"
        properties = {
            "PartitionKey": outcome.id,
            "RowKey": row_key,
            "Status": outcome.status.value,
            **spread("Message", message),
            **spread("Outcome", json(outcome)),
        }
        try:
            await self._requests.create_entity(properties)
        except ResourceExistsError:
            stands = await self._requests.get_entity(outcome.id, row_key)
            outcome = entity.message_of(stands).outcome
        await self._index.put(summary_of_refused(outcome))
        return outcome

    async def attempted(self, request_id: str, attempt: ApprovalAttempt) -> None:
        """Keep that somebody tried to decide, and might not or was too late: the last time, however often they try."""
        key = f"{_ATTEMPT}{attempt.by.id}-{attempt.verdict}-{attempt.rule}"
        properties = {"PartitionKey": request_id, "RowKey": key, **spread("Attempt", json(attempt))}
        await self._requests.upsert_entity(properties)

    # --- what somebody still has to look at ---------------------------------------------------------------------------

    async def index(self, row: Row) -> None:
        """Have a request listed by its day, and by its person as far as that is known."""
        await self._index.put(summary(row))

    async def expect(self, request_id: str, due_at: datetime, status: Status) -> None:
        """Have the sweeper look at that request from then on."""
        entry = {"PartitionKey": _OPEN, "RowKey": request_id, "DueAt": due_at, "Status": status.value}
        await self._open.upsert_entity(entry)

    async def settled(self, row: Row) -> None:
        """List an ended request as such, and have the sweeper look at it no more."""
        await self._index.put(summary(row))
        await self._open.delete_entity(_OPEN, row.id)

    async def forget(self, request_id: str) -> None:
        """Have the sweeper look no more for a request that is not there."""
        await self._open.delete_entity(_OPEN, request_id)
        await self._open.delete_entity(_ANNOUNCE, request_id)

    def due(self, now: datetime) -> AsyncIterator[str]:
        """Yield the ids of the open requests at which somebody should look."""
        return self._due(_OPEN, now)

    async def unended(self, status: Status | None, after: str, limit: int) -> tuple[tuple[Row, ...], str | None]:
        """Return requests that have not ended, in the order of their ids: so many at the most, beyond that id.

        Beside them stands the id beyond which there are more, if there are.
        """
        query = "PartitionKey eq @open and RowKey gt @after" + (" and Status eq @status" if status else "")
        parameters = {"open": _OPEN, "after": after, "status": status.value if status else ""}
        ids: list[str] = []
        async for found in self._open.query_entities(query, parameters=parameters, results_per_page=limit + 1):
            ids.append(str(found["RowKey"]))
            if len(ids) > limit:
                break
        rows = await asyncio.gather(*(self._readable(each) for each in ids[:limit]))
        unended = tuple(row for row in rows if row is not None and row.is_open and status in (None, row.status))
        return unended, ids[limit - 1] if len(ids) > limit else None

    async def _readable(self, request_id: str) -> Row | None:
        try:
            return await self.get(request_id)
        except entity.UnreadableRow as error:
            log.warning("%s", error)
            return None

    async def to_announce(self, request_id: str, due_at: datetime) -> None:
        """Have the sweeper announce that request's ending, if nobody has by then."""
        await self._open.upsert_entity({"PartitionKey": _ANNOUNCE, "RowKey": request_id, "DueAt": due_at})

    async def announced(self, request_id: str) -> None:
        """Have the sweeper announce that ending no more."""
        await self._open.delete_entity(_ANNOUNCE, request_id)

    def unannounced(self, now: datetime) -> AsyncIterator[str]:
        """Yield the ids of the requests of which nobody may have heard the ending."""
        return self._due(_ANNOUNCE, now)

    async def name(self, content_hash: str, request_id: str) -> None:
        """Remember by its content which id a request without one of its own was given."""
        await self._open.upsert_entity({"PartitionKey": _NAMELESS, "RowKey": content_hash, "RequestId": request_id})

    async def named(self, content_hash: str) -> str | None:
        """Return the id that the last request of that content, and without an id of its own, was given."""
        try:
            found = await self._open.get_entity(_NAMELESS, content_hash)
        except ResourceNotFoundError:
            return None
        return str(found["RequestId"])

    async def _due(self, partition: str, now: datetime) -> AsyncIterator[str]:
        query = f"PartitionKey eq '{partition}' and DueAt le @now"
        async for found in self._open.query_entities(query, parameters={"now": now}, select=["RowKey"]):
            yield str(found["RowKey"])

    # --- one change at a time -----------------------------------------------------------------------------------------

    async def _change(self, row: Row, **changes: Any) -> Row:
        """Return the row as it stands after these changes of its fields."""
        changed = msgspec.structs.replace(row, version=self._nonce(), **changes)
        properties = {"PartitionKey": row.id, "RowKey": _REQUEST, **entity.changed(row, changed)}
        try:
            answer = await self._requests.update_entity(
                properties, mode=UpdateMode.MERGE, etag=row.etag, match_condition=MatchConditions.IfNotModified
            )
        except ResourceModifiedError as error:
            etag = await self._etag_of(properties)
            if etag is None:
                raise Overtaken(f"Another run has taken over request '{row.id}'.") from error
            return msgspec.structs.replace(changed, etag=etag)
        return msgspec.structs.replace(changed, etag=str(answer["etag"]))

    async def _etag_of(self, properties: Mapping[str, Any]) -> str | None:
        """Return the etag under which this very write stands, or None if what stands there is another's.

        The client sends a write again when its answer is lost; the second is then refused because of the first.
        """
        stands = await self._requests.get_entity(properties["PartitionKey"], properties["RowKey"])
        return str(stands.metadata["etag"]) if stands.get("Nonce") == properties["Nonce"] else None
