"""The rows that hold reports: packed JSON, spread over as many as it takes, beside the rows that name them.

Limits (Azure documentation, Understanding the Table service data model): 1 MiB an entity, 64 KiB a property.
"""

import logging
import zlib
from collections.abc import AsyncIterator, Callable
from datetime import date
from typing import Final
from uuid import uuid4

from azure.core.exceptions import AzureError
from azure.data.tables.aio import TableClient

from shared.entity import gathered_bytes, spread

log: Final = logging.getLogger("mfadesk")
PACKED: Final = "packed-"
"""With this their keys begin: after those of all rows that a list of reports is read from."""
ROW: Final = 700_000
"""Bytes which are less than 1 MiB with all that stands beside them, also in base64, as Azurite counts them."""
_BEYOND: Final = "~"
"""What comes after every key that begins alike."""


class TornReport(Exception):
    """Of what a report was packed into, not everything is there."""


class PackedRows:
    """Whole under one name, or good for nothing: rows of two writings are never taken for one."""

    def __init__(self, rows: TableClient, partition: str, nonce: Callable[[], str] = lambda: uuid4().hex) -> None:
        self._rows = rows
        self._partition = partition
        self._nonce = nonce

    async def write(self, day: date, revision: int, content: bytes) -> str:
        """Write the report of a day; return the name under which it is found."""
        name = f"{_revisions(day)}{revision:06}-{self._nonce()}"
        packed = zlib.compress(content)
        for number, start in enumerate(range(0, len(packed), ROW)):
            key = {"PartitionKey": self._partition, "RowKey": f"{name}-{number:06}"}
            await self._rows.upsert_entity({**key, **spread("Packed", packed[start : start + ROW])})
        return name

    async def read(self, name: str) -> bytes:
        """Return what was written under that name. Raises TornReport."""
        parts = [gathered_bytes("Packed", row) async for row in self._between(f"{name}-", f"{name}-{_BEYOND}")]
        try:
            return zlib.decompress(b"".join(parts))
        except zlib.error as error:
            raise TornReport(f"Not all of '{name}' is there: {error}") from error

    async def keep_only(self, name: str, day: date, revision: int) -> None:
        """Delete what was written for this revision of a day, or an older one, under any other name.

        Once this one stands, no row can come to name those any more. What cannot be deleted now goes the next time.
        """
        first, last = _revisions(day), f"{_revisions(day)}{revision:06}-{_BEYOND}"
        await self._drop(first, last, but=name)

    async def drop(self, name: str) -> None:
        """Delete what no row has come to name."""
        await self._drop(f"{name}-", f"{name}-{_BEYOND}")

    async def _drop(self, first: str, last: str, but: str = _BEYOND) -> None:
        try:
            keys = [str(row["RowKey"]) async for row in self._between(first, last, ["RowKey"])]
            for key in keys:
                if not key.startswith(but):
                    await self._rows.delete_entity(self._partition, key)
        except AzureError as error:
            log.warning("what was packed from %s to %s is not deleted yet: %s", first, last, error)

    async def _between(
        self, first: str, last: str, columns: list[str] | None = None
    ) -> AsyncIterator[dict[str, bytes]]:
        parameters = {"rows": self._partition, "first": first, "last": last}
        query = "PartitionKey eq @rows and RowKey ge @first and RowKey lt @last"
        async for row in self._rows.query_entities(query, parameters=parameters, select=columns):
            yield row


def _revisions(day: date) -> str:
    return f"{PACKED}{day.isoformat()}-"
