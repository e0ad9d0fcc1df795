"""What is known of each day's harvest, in Table Storage: a row a day, changed only as it was read.

Table AuditCoverage, partition coverage, row key the day (UTC): its spans. Beside the days a row "state": what a run
leaves to the next.
"""

import contextlib
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Final

import msgspec
from azure.core import MatchConditions
from azure.core.exceptions import ResourceExistsError, ResourceModifiedError, ResourceNotFoundError
from azure.data.tables import UpdateMode
from azure.data.tables.aio import TableServiceClient

from shared.audit.coverage import Spans
from shared.audit.windows import State
from shared.entity import gathered, json, spread

COVERAGE_TABLE: Final = "AuditCoverage"
_PARTITION: Final = "coverage"
_STATE: Final = "state"
_AFTER_ALL_DAYS: Final = "9999"
Change = Callable[[Spans], Spans | None]


class HarvestState(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename="camel"):
    """What a run leaves to the next."""

    ran_at: datetime | None = None
    horizon: datetime | None = None
    """What is before is read, known as lost, or was never promised."""
    resume_at: datetime | None = None
    """Until then Graph wants to be left alone."""
    troubles: int = 0
    """How many runs on end have found Graph away."""
    error: str = ""


class CoverageTable:
    """The days, and the state of the harvest."""

    def __init__(self, tables: TableServiceClient) -> None:
        self._rows = tables.get_table_client(COVERAGE_TABLE)

    async def state(self) -> HarvestState:
        """Return what the last run has left; creates the table where there is none yet."""
        try:
            found = await self._rows.get_entity(_PARTITION, _STATE)
        except ResourceNotFoundError:
            with contextlib.suppress(ResourceExistsError):
                await self._rows.create_table()
            return HarvestState()
        return msgspec.json.decode(gathered("State", found), type=HarvestState)

    async def leave(self, state: HarvestState) -> datetime:
        """Leave that to the next run; return the storage account's own time."""
        entity = {"PartitionKey": _PARTITION, "RowKey": _STATE, **spread("State", json(state))}
        written = await self._rows.upsert_entity(entity, mode=UpdateMode.REPLACE)
        at: datetime = written["date"]
        return at

    async def days(self, first: date, last: date | None = None) -> dict[date, Spans]:
        """Return the days from one to another of which anything is known."""
        parameters = {"first": first.isoformat(), "last": last.isoformat() if last else _AFTER_ALL_DAYS}
        query = f"PartitionKey eq '{_PARTITION}' and RowKey ge @first and RowKey le @last"
        found = self._rows.query_entities(query, parameters=parameters)
        return {date.fromisoformat(each["RowKey"]): _spans(each) async for each in found}

    async def change(self, day: date, change: Change) -> bool:
        """Change a day; return False where there is nothing to change any more.

        change: is given the day as it stands, again after somebody else has changed it.
        """
        while True:
            entity, etag = await self._read(day)
            spans = change(_spans(entity))
            if spans is None:
                return False
            with contextlib.suppress(ResourceModifiedError, ResourceExistsError):
                await self._write(_entity(day, spans), etag)
                return True

    async def _read(self, day: date) -> tuple[dict[str, Any], str | None]:
        try:
            found = await self._rows.get_entity(_PARTITION, day.isoformat())
        except ResourceNotFoundError:
            return {}, None
        return found, str(found.metadata["etag"])

    async def _write(self, entity: dict[str, Any], etag: str | None) -> None:
        if etag is None:
            await self._rows.create_entity(entity)
        else:
            await self._rows.update_entity(
                entity, mode=UpdateMode.REPLACE, etag=etag, match_condition=MatchConditions.IfNotModified
            )


def _spans(entity: dict[str, Any]) -> Spans:
    text = gathered("Spans", entity)
    return msgspec.json.decode(text, type=Spans) if text else ()


def _entity(day: date, spans: Spans) -> dict[str, Any]:
    """Return the row of a day, with the figures for whoever looks at the table itself."""
    lost = sum((each.end - each.start).total_seconds() for each in spans if each.state is State.LOST)
    return {
        "PartitionKey": _PARTITION,
        "RowKey": day.isoformat(),
        "Events": sum(each.counts.events for each in spans),
        "Late": sum(each.counts.late for each in spans),
        "Unreadable": sum(each.counts.unreadable for each in spans),
        "LostSeconds": int(lost),
        **spread("Spans", json(spans)),
    }
