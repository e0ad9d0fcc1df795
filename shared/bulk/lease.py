"""Who works on bulk requests: one worker at a time, on whichever instance, so that there is one pace."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from azure.core import MatchConditions
from azure.core.exceptions import ResourceExistsError, ResourceModifiedError, ResourceNotFoundError
from azure.data.tables import UpdateMode
from azure.data.tables.aio import TableServiceClient

from shared.bulk.table import BULK_TABLE

TERM: Final = timedelta(minutes=2)
"""After so long without a sign of life a worker is taken for dead: longer than any one person takes it (a minute)."""
_PLACE: Final = {"PartitionKey": "work", "RowKey": "lease"}


class Lease:
    """The right to work, which one worker has until it gives it back or dies."""

    def __init__(self, tables: TableServiceClient, now: Callable[[], datetime]) -> None:
        self._rows = tables.get_table_client(BULK_TABLE)
        self._now = now

    async def is_held(self) -> bool:
        """Return whether somebody works, or died a moment ago."""
        row = await self._row()
        return row is not None and row["Until"] > self._now()

    async def take(self, owner: str) -> bool:
        """Return whether the work is that owner's now."""
        row = await self._row()
        if row is None:
            return await self._create(owner)
        if row["Until"] > self._now() and row["Owner"] != owner:
            return False
        return await self._replace(row, owner, self._now() + TERM)

    async def keep(self, owner: str) -> bool:
        """Give a sign of life; return False where another has taken the owner for dead."""
        row = await self._row()
        return row is not None and row["Owner"] == owner and await self._replace(row, owner, self._now() + TERM)

    async def release(self, owner: str) -> None:
        """Give it back."""
        row = await self._row()
        if row is not None and row["Owner"] == owner:
            await self._replace(row, owner, self._now())

    async def _row(self) -> Any:
        try:
            return await self._rows.get_entity(_PLACE["PartitionKey"], _PLACE["RowKey"])
        except ResourceNotFoundError:
            return None

    async def _create(self, owner: str) -> bool:
        try:
            await self._rows.create_entity({**_PLACE, "Owner": owner, "Until": self._now() + TERM})
        except ResourceExistsError:
            return await self._is_mine(owner)
        except ResourceNotFoundError:
            return False  # there is not even a table: nothing was ever asked for
        return True

    async def _replace(self, row: Any, owner: str, until: datetime) -> bool:
        etag, match = row.metadata["etag"], MatchConditions.IfNotModified
        changed = {**_PLACE, "Owner": owner, "Until": until}
        try:
            await self._rows.update_entity(changed, mode=UpdateMode.REPLACE, etag=etag, match_condition=match)
        except ResourceModifiedError:
            return await self._is_mine(owner)
        return True

    async def _is_mine(self, owner: str) -> bool:
        """Return whether it was this owner's own writing, sent twice, that came before."""
        row = await self._row()
        return row is not None and row["Owner"] == owner
