"""The table of bulk requests: taken whole or not at all, changed only as they were read."""

from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, Final
from uuid import uuid4

import msgspec
from azure.core import MatchConditions
from azure.core.exceptions import HttpResponseError, ResourceModifiedError, ResourceNotFoundError
from azure.data.tables import TableTransactionError, UpdateMode
from azure.data.tables.aio import TableServiceClient

from shared.bulk import rows
from shared.bulk.bulk import CHUNK, Bulk, chunks_of
from shared.bulk.rows import Endings
from shared.ledger import Overtaken

BULK_TABLE: Final = "BulkRequests"


class Listed(msgspec.Struct, frozen=True):
    """A line of the list."""

    key: str
    id: str


class Standing(msgspec.Struct, frozen=True):
    """What stands under the id of a bulk request already, its own or another's."""

    bulk: Bulk


class BulkTable:
    """Bulk requests, their people, and what became of them."""

    def __init__(self, tables: TableServiceClient, nonce: Callable[[], str] = lambda: uuid4().hex) -> None:
        self._tables = tables
        self._rows = tables.get_table_client(BULK_TABLE)
        self._nonce = nonce

    async def take(self, asked: Bulk, people: tuple[str, ...]) -> Bulk | Standing:
        """Put a bulk request on record, all of it at once; return what stands there if there is one of that id already.

        It is listed before that, so that whoever looks after what was left finds it whenever this dies.
        """
        bulk = msgspec.structs.replace(asked, version=self._nonce())
        await self._list(bulk)
        chunks = enumerate(chunks_of(people))
        new = [rows.head(bulk), *(rows.people(bulk.id, chunk, names) for chunk, names in chunks)]
        try:
            answers = await self._rows.submit_transaction([("create", row) for row in new])
        except HttpResponseError as error:
            if error.status_code != _CONFLICT:
                raise
            # The client sends again when the answer is lost; the second is then refused because of the first.
            there = await self.there(bulk.id)
            return there if there.version == bulk.version else Standing(there)
        return msgspec.structs.replace(bulk, etag=str(answers[0]["etag"]))

    async def get(self, bulk_id: str) -> Bulk | None:
        """Return the bulk request of that id: one read, however many people it has."""
        try:
            found = await self._rows.get_entity(rows.partition(bulk_id), rows.BULK)
        except ResourceNotFoundError:
            return None
        return rows.bulk_of(found, str(found.metadata["etag"]))

    async def there(self, bulk_id: str) -> Bulk:
        """Return the bulk request of that id, which was on record a moment ago."""
        bulk = await self.get(bulk_id)
        if bulk is None:
            raise LookupError(f"Bulk request '{bulk_id}' was on record a moment ago, and is not now.")
        return bulk

    async def change(self, bulk: Bulk, **changes: Any) -> Bulk:
        """Return a bulk request as it stands after these changes. Raises Overtaken where another came before."""
        changed = msgspec.structs.replace(bulk, version=self._nonce(), **changes)
        try:
            answer = await self._rows.update_entity(
                rows.head(changed), mode=UpdateMode.MERGE, etag=bulk.etag, match_condition=MatchConditions.IfNotModified
            )
        except ResourceModifiedError as error:
            return await self._mine(changed, error)
        return msgspec.structs.replace(changed, etag=str(answer["etag"]))

    async def record(self, bulk: Bulk, known: Mapping[int, Endings], **changes: Any) -> Bulk:
        """Change a bulk request, and with it what is known of some chunks: all or nothing. Raises Overtaken."""
        changed = msgspec.structs.replace(bulk, version=self._nonce(), **changes)
        match = {"mode": UpdateMode.MERGE, "etag": bulk.etag, "match_condition": MatchConditions.IfNotModified}
        try:
            told = [("upsert", rows.endings(bulk.id, chunk, endings)) for chunk, endings in known.items()]
            answers = await self._rows.submit_transaction([("update", rows.head(changed), match), *told])
        except TableTransactionError as error:
            if error.status_code != _PRECONDITION_FAILED:
                raise
            return await self._mine(changed, error)
        return msgspec.structs.replace(changed, etag=str(answers[0]["etag"]))

    async def people(self, bulk_id: str, chunk: int) -> tuple[str, ...]:
        """Return the people of a chunk."""
        return rows.people_of(await self._rows.get_entity(rows.partition(bulk_id), rows.people_key(chunk)))

    async def endings(self, bulk_id: str, chunk: int) -> Endings:
        """Return what became of the people of a chunk so far."""
        try:
            found = await self._rows.get_entity(rows.partition(bulk_id), rows.endings_key(chunk))
        except ResourceNotFoundError:
            return {}
        return rows.endings_of(found)

    async def whole(self, bulk_id: str) -> tuple[tuple[str, ...], Endings]:
        """Return all people of a bulk request in their order, and by their places what became of them so far."""
        people: dict[int, tuple[str, ...]] = {}
        known: Endings = {}
        found = self._rows.query_entities("PartitionKey eq @bulk", parameters={"bulk": rows.partition(bulk_id)})
        async for each in found:
            if (chunk := rows.chunk_of_people(each)) is not None:
                people[chunk] = rows.people_of(each)
            elif (chunk := rows.chunk_of_endings(each)) is not None:
                known |= {chunk * CHUNK + place: ending for place, ending in rows.endings_of(each).items()}
        return tuple(person for chunk in sorted(people) for person in people[chunk]), known

    # --- the list of all ----------------------------------------------------------------------------------------------

    async def close(self, bulk: Bulk) -> None:
        """List a bulk request as it stands: as one that has ended nobody looks after it any more."""
        await self._rows.upsert_entity(rows.entry(bulk))

    async def page(self, after: str, limit: int) -> tuple[tuple[Listed, ...], str | None]:
        """Return what is listed beyond that continuation, the newest first; and the next one, if there is more."""
        query = "PartitionKey eq @list and RowKey gt @after"
        found: list[Listed] = []
        async for each in self._listed(query, {"list": rows.LIST, "after": after}):
            if len(found) == limit:
                return tuple(found), found[-1].key
            found.append(each)
        return tuple(found), None

    async def unended(self) -> tuple[Listed, ...]:
        """Return those that have not ended, the oldest first."""
        query = "PartitionKey eq @list and Open eq true"
        return tuple([each async for each in self._listed(query, {"list": rows.LIST})])[::-1]

    async def of(self, listed: Listed) -> Bulk | None:
        """Return the bulk request of a line; None for a line of one that was never put on record."""
        bulk = await self.get(listed.id)
        return bulk if bulk is not None and rows.entry(bulk)["RowKey"] == listed.key else None

    async def unlist(self, listed: Listed) -> None:
        """Take a line off the list."""
        await self._rows.delete_entity(rows.LIST, listed.key)

    async def _listed(self, query: str, parameters: Mapping[str, Any]) -> AsyncIterator[Listed]:
        try:
            async for each in self._rows.query_entities(query, parameters=dict(parameters)):
                yield Listed(str(each["RowKey"]), str(each["BulkId"]))
        except ResourceNotFoundError:
            return  # no bulk request has ever been taken here

    async def _list(self, bulk: Bulk) -> None:
        try:
            await self._rows.upsert_entity(rows.entry(bulk))
        except ResourceNotFoundError:
            await self._tables.create_table_if_not_exists(BULK_TABLE)
            await self._rows.upsert_entity(rows.entry(bulk))

    async def _mine(self, changed: Bulk, error: HttpResponseError) -> Bulk:
        """Return a change that stands although its second sending was refused, its first having had no answer."""
        there = await self.there(changed.id)
        if there.version != changed.version:
            raise Overtaken(f"Bulk request '{changed.id}' has changed meanwhile.") from error
        return there


_CONFLICT: Final = 409
_PRECONDITION_FAILED: Final = 412
