"""Writes rows of events to the tables of their months, which it creates when they are first written to."""

import asyncio
import contextlib
from collections.abc import Iterable
from typing import Final

from azure.core.exceptions import HttpResponseError, ResourceExistsError
from azure.data.tables import UpdateMode
from azure.data.tables.aio import TableClient, TableServiceClient

from shared.audit.rows import Row
from shared.audit.transactions import transactions

_AT_ONCE: Final = 4
"""Transactions on their way: more do not make a table faster."""
_REFUSED: Final = frozenset({400, 413})
"""What Table Storage says to a row that it would not take at another time either."""


class RowWriter:
    """Writes rows, each once however often it is written."""

    def __init__(self, tables: TableServiceClient) -> None:
        self._tables = tables
        self._months: dict[str, TableClient] = {}

    async def write(self, rows: Iterable[Row]) -> list[tuple[Row, str]]:
        """Write all rows; return those that Table Storage does not take, with what it says to them."""
        groups = list(transactions(rows))
        for table in {group[0].table for group in groups}:
            await self.month(table)
        room = asyncio.Semaphore(_AT_ONCE)
        # Whatever becomes of one, the others are waited for: nothing is being written when this is over.
        written = await asyncio.gather(*(self._write(group, room) for group in groups), return_exceptions=True)
        return [refused for one in written for refused in _result(one)]

    async def month(self, table: str) -> TableClient:
        """Return the table of a month."""
        if table not in self._months:
            month = self._tables.get_table_client(table)
            with contextlib.suppress(ResourceExistsError):
                await month.create_table()
            self._months[table] = month
        return self._months[table]

    async def _write(self, group: list[Row], room: asyncio.Semaphore) -> list[tuple[Row, str]]:
        async with room:
            try:
                await _upsert(await self.month(group[0].table), group)
            except HttpResponseError as error:
                if error.status_code not in _REFUSED:
                    self._months.clear()  # one may be gone: who writes next creates it anew
                    raise
                return await self._one_by_one(group, error)
            return []

    async def _one_by_one(self, group: list[Row], error: HttpResponseError) -> list[tuple[Row, str]]:
        """Write what a refused transaction held, but for those rows on whose account it was refused."""
        if len(group) == 1:
            return [(group[0], f"Table Storage does not take it: {error.status_code} {error.reason}")]
        half = len(group) // 2
        alone = asyncio.Semaphore(1)
        return [*await self._write(group[:half], alone), *await self._write(group[half:], alone)]


async def _upsert(month: TableClient, group: list[Row]) -> None:
    if len(group) == 1:
        await month.upsert_entity(group[0].entity, mode=UpdateMode.REPLACE)
    else:
        await month.submit_transaction([("upsert", row.entity, {"mode": UpdateMode.REPLACE}) for row in group])


def _result(one: list[tuple[Row, str]] | BaseException) -> list[tuple[Row, str]]:
    if isinstance(one, BaseException):
        raise one
    return one
