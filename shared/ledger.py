"""The ledger: what was asked, by whom, and what became of it, in Table Storage; written before anything is done.

Table ResetRequests: one row a request (partition: its id), and beside it a row for each message that claimed its id
with other content. Table OpenRequests: one row a request that has not ended, with the time when somebody should look;
and, by its content, which id a request without one of its own was given: the poison queue does not tell it.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

import msgspec
from azure.core import MatchConditions
from azure.core.exceptions import ResourceExistsError, ResourceModifiedError, ResourceNotFoundError
from azure.data.tables import UpdateMode
from azure.data.tables.aio import TableServiceClient

from shared import contract
from shared.contract import ResetRequest
from shared.outcome import Outcome, Status
from shared.reset_plan import Attempt, Done, Step

REQUEST_TABLE: Final = "ResetRequests"
OPEN_TABLE: Final = "OpenRequests"
_REQUEST: Final = "request"
_OPEN: Final = "open"
_NAMELESS: Final = "nameless"
_TEXT_LIMIT: Final = 32_000
"""Characters of a string property (64 KiB in UTF-16), or half the bytes of a binary one, with some room."""


class Overtaken(Exception):
    """Another run has taken the request over since it was read."""


class Row(msgspec.Struct, frozen=True):
    """A request as the ledger has it."""

    id: str
    status: Status
    request: ResetRequest
    accepted_at: datetime
    carrier: str
    """The message by which the last run came: when that one is delivered again, its announcement may be missing."""
    due_at: datetime
    """When the run's lease ends, or until when the request is deferred."""
    runs: int
    etag: str
    target_id: str = ""
    """Object id of the person on whom a run has begun to act."""
    plan: tuple[Step, ...] | None = None
    done: tuple[tuple[Step, Attempt], ...] = ()
    """What earlier runs have done of the plan, as far as they could tell."""
    revoking_at: datetime | None = None
    """When a run first was about to act on the sessions."""
    outcome: Outcome | None = None


class Ledger:
    """Rows are changed only as they were read; a change that comes second raises Overtaken."""

    def __init__(self, tables: TableServiceClient, nonce: Callable[[], str] = lambda: uuid4().hex) -> None:
        self._requests = tables.get_table_client(REQUEST_TABLE)
        self._open = tables.get_table_client(OPEN_TABLE)
        self._nonce = nonce

    async def open(self, request: ResetRequest, accepted_at: datetime, carrier: str, due_at: datetime) -> Row | None:
        """Write the intent, as a running request; return None if a request of that id is there already."""
        await self.expect(request.id, due_at)
        entity = {
            "PartitionKey": request.id,
            "RowKey": _REQUEST,
            "Status": Status.RUNNING.value,
            "Request": contract.encode(request).decode(),
            "AcceptedAt": accepted_at,
            "Carrier": carrier,
            "DueAt": due_at,
            "Runs": 1,
            "Nonce": self._nonce(),
        }
        try:
            created = await self._requests.create_entity(entity)
        except ResourceExistsError:
            etag = await self._etag_of(entity)
            return _row(entity, etag) if etag else None
        return _row(entity, str(created["etag"]))

    async def get(self, request_id: str) -> Row | None:
        """Return the request of that id."""
        try:
            entity = await self._requests.get_entity(request_id, _REQUEST)
        except ResourceNotFoundError:
            return None
        return _row(entity, str(entity.metadata["etag"]))

    async def take_over(self, row: Row, carrier: str, due_at: datetime) -> Row:
        """Begin another run of an open request."""
        await self.expect(row.id, due_at)
        changes = {"Status": Status.RUNNING.value, "Carrier": carrier, "DueAt": due_at, "Runs": row.runs + 1}
        etag = await self._change(row, changes)
        return msgspec.structs.replace(
            row, status=Status.RUNNING, carrier=carrier, due_at=due_at, runs=row.runs + 1, etag=etag
        )

    async def planned(
        self, row: Row, target_id: str, plan: tuple[Step, ...] | None, revoking_at: datetime | None
    ) -> Row:
        """Record what is about to be done, and to whom."""
        changes: dict[str, Any] = {"TargetId": target_id}
        if plan is not None:
            changes |= _spread("Plan", _json(plan))
        if revoking_at is not None:
            changes["RevokingAt"] = revoking_at
        etag = await self._change(row, changes)
        return msgspec.structs.replace(row, target_id=target_id, plan=plan, revoking_at=revoking_at, etag=etag)

    async def progressed(self, row: Row, done: Done) -> Row:
        """Record what has been done of the plan."""
        etag = await self._change(row, _done(done))
        return msgspec.structs.replace(row, done=tuple(done.items()), etag=etag)

    async def defer(self, row: Row, done: Done, until: datetime, look_at: datetime) -> None:
        """Leave the rest to a later run, for which the sweeper looks out from look_at on."""
        await self._change(row, {"Status": Status.DEFERRED.value, "DueAt": until, **_done(done)})
        await self.expect(row.id, look_at)

    async def release(self, row: Row, done: Done, now: datetime) -> None:
        """Give up the run's lease, so that the next delivery need not wait for its end."""
        await self._change(row, {"DueAt": now, **_done(done)})

    async def close(self, row: Row, outcome: Outcome) -> None:
        """Record the ending. What told one registration from another is no longer needed, and goes."""
        forgotten = dict.fromkeys(_spread("Plan", _json(row.plan or ())) | _spread("Done", _json(row.done)), "")
        await self._change(row, {"Status": outcome.status.value, **forgotten, **_spread("Outcome", _json(outcome))})
        await self.settled(row.id)

    async def record(self, outcome: Outcome, message: bytes) -> None:
        """Keep a message that is no request, whole, with its ending; once, however often it is delivered."""
        entity = {
            "PartitionKey": outcome.id,
            "RowKey": f"message-{outcome.message_id}",
            "Status": outcome.status.value,
            **_spread("Message", message),
            **_spread("Outcome", _json(outcome)),
        }
        try:
            await self._requests.create_entity(entity)
        except ResourceExistsError:
            return

    async def expect(self, request_id: str, due_at: datetime) -> None:
        """Have the sweeper look at that request from then on."""
        await self._open.upsert_entity({"PartitionKey": _OPEN, "RowKey": request_id, "DueAt": due_at})

    async def settled(self, request_id: str) -> None:
        """Have the sweeper look at that request no more."""
        await self._open.delete_entity(_OPEN, request_id)

    async def due(self, now: datetime) -> AsyncIterator[str]:
        """Yield the ids of the open requests at which somebody should look."""
        query = f"PartitionKey eq '{_OPEN}' and DueAt le @now"
        async for entity in self._open.query_entities(query, parameters={"now": now}, select=["RowKey"]):
            yield str(entity["RowKey"])

    async def name(self, content_hash: str, request_id: str) -> None:
        """Remember by its content which id a request without one of its own was given."""
        await self._open.upsert_entity({"PartitionKey": _NAMELESS, "RowKey": content_hash, "RequestId": request_id})

    async def named(self, content_hash: str) -> str | None:
        """Return the id that the last request of that content, and without an id of its own, was given."""
        try:
            entity = await self._open.get_entity(_NAMELESS, content_hash)
        except ResourceNotFoundError:
            return None
        return str(entity["RequestId"])

    async def _change(self, row: Row, changes: Mapping[str, Any]) -> str:
        entity = {"PartitionKey": row.id, "RowKey": _REQUEST, **changes, "Nonce": self._nonce()}
        try:
            changed = await self._requests.update_entity(
                entity, mode=UpdateMode.MERGE, etag=row.etag, match_condition=MatchConditions.IfNotModified
            )
        except ResourceModifiedError as error:
            etag = await self._etag_of(entity)
            if etag is None:
                raise Overtaken(f"Another run has taken over request '{row.id}'.") from error
            return etag
        return str(changed["etag"])

    async def _etag_of(self, entity: Mapping[str, Any]) -> str | None:
        """Return the etag under which this very write stands, or None if what stands there is another's.

        The client sends a write again when its answer is lost; the second is then refused because of the first.
        """
        stands = await self._requests.get_entity(entity["PartitionKey"], entity["RowKey"])
        return str(stands.metadata["etag"]) if stands.get("Nonce") == entity["Nonce"] else None


def _row(entity: Mapping[str, Any], etag: str) -> Row:
    plan, done, outcome = (_gathered(name, entity) for name in ("Plan", "Done", "Outcome"))
    revoking_at = entity.get("RevokingAt")
    return Row(
        id=str(entity["PartitionKey"]),
        status=Status(entity["Status"]),
        request=contract.parse(str(entity["Request"]).encode()),
        accepted_at=_time(entity["AcceptedAt"]),
        carrier=str(entity["Carrier"]),
        due_at=_time(entity["DueAt"]),
        runs=int(entity["Runs"]),
        etag=etag,
        target_id=str(entity.get("TargetId", "")),
        plan=msgspec.json.decode(plan, type=tuple[Step, ...]) if plan else None,
        done=msgspec.json.decode(done, type=tuple[tuple[Step, Attempt], ...]) if done else (),
        revoking_at=_time(revoking_at) if revoking_at else None,
        outcome=msgspec.json.decode(outcome, type=Outcome) if outcome else None,
    )


def _time(value: datetime) -> datetime:
    """Return a plain datetime: what the table client returns is a subclass, which msgspec does not encode."""
    return datetime.fromisoformat(value.isoformat())


def _spread(name: str, value: str | bytes) -> dict[str, str | bytes]:
    """Return a long value as properties which each keep within the limit of one: Name, Name1, Name2 and so on."""
    limit = _TEXT_LIMIT if isinstance(value, str) else 2 * _TEXT_LIMIT
    parts = [value[start : start + limit] for start in range(0, len(value), limit)] or [value]
    return {f"{name}{number or ''}": part for number, part in enumerate(parts)}


def _done(done: Done) -> dict[str, str | bytes]:
    return _spread("Done", _json(tuple(done.items()))) if done else {}


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _gathered(name: str, entity: Mapping[str, Any]) -> str:
    parts = [str(entity.get(name, ""))]
    while f"{name}{len(parts)}" in entity:
        parts.append(str(entity[f"{name}{len(parts)}"]))
    return "".join(parts)
