"""The store of directory audit events: what the harvest keeps, and what it asks before it does."""

import contextlib
import logging
from collections.abc import Iterable
from datetime import date
from typing import Final

import msgspec
from azure.core.exceptions import AzureError, ResourceNotFoundError
from azure.data.tables.aio import TableServiceClient

from shared.audit import keys
from shared.audit.rows import Entry, day_row, index_rows, raw_of, unreadable_row
from shared.audit.sheet import Garbled
from shared.audit.windows import Window
from shared.audit.writer import RowWriter

log: Final = logging.getLogger("mfadesk")


class Unfit(msgspec.Struct, frozen=True):
    """Which of some events Table Storage does not hold as they are, by their keys."""

    refused: frozenset[str]
    """They are kept with what cannot be read."""
    shortened: frozenset[str]
    """Of them the columns alone are kept."""


class AuditStore:
    """Keeps events, each once however often it is kept."""

    def __init__(self, tables: TableServiceClient) -> None:
        self._tables = tables
        self._writer = RowWriter(tables)

    async def keep(self, entries: Iterable[Entry], window: Window) -> Unfit:
        """Keep events of a window; return those for which there is no room.

        They are written by person, by actor and as relevant before they are written to their day: what stands there
        can be found, at whatever moment this process dies.
        """
        kept = tuple(entries)
        refused = await self._writer.write(row for each in kept for row in index_rows(each))
        by_day = [day_row(each) for each in kept]
        refused_of_day = await self._writer.write(by_day)
        garbled = [Garbled(raw=raw_of(row.entity), key=row.key, why=why) for row, why in (*refused, *refused_of_day)]
        await self.keep_garbled(garbled, window)
        shortened = frozenset(row.key for row in by_day if row.oversized)
        for key in shortened:
            log.error("directory audit %s is too long for Table Storage: of it the columns alone are kept", key)
        return Unfit(frozenset(row.key for row, _ in refused_of_day), shortened)

    async def keep_garbled(self, garbled: Iterable[Garbled], window: Window) -> None:
        """Keep what stood among the events of a window and cannot be kept as one of them.

        There is always room for it. Raises AzureError where it is refused all the same: then it is not on its account.
        """
        refused = await self._writer.write(unreadable_row(each.raw, window, each.why) for each in garbled)
        if refused:
            raise AzureError(f"The storage account refuses whatever it is given. {refused[0][1]}")

    async def known(self, first: str, last: str, day: date) -> dict[str, bool]:
        """Return the keys of a day's events, from one to another: whether each has come late."""
        month = self._tables.get_table_client(keys.events_table(day))
        parameters = {"day": keys.day_partition(day), "first": first, "last": last}
        query = "PartitionKey eq @day and RowKey ge @first and RowKey le @last"
        found = month.query_entities(query, parameters=parameters, select=["RowKey", "Late"])
        with contextlib.suppress(ResourceNotFoundError):  # a month without an event has no table
            return {str(each["RowKey"]): bool(each.get("Late")) async for each in found}
        return {}

    async def drop_before(self, day: date) -> list[str]:
        """Delete the tables of all months that were over on that day; return their names."""
        over = [table.name async for table in self._tables.list_tables() if keys.is_over(table.name, day)]
        for name in over:
            await self._tables.delete_table(name)
        return over
