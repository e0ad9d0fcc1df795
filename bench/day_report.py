"""The report of one fixed day: how long it takes, whatever else the store holds."""

import time
from datetime import datetime
from typing import Any, Final

import msgspec
from azure.data.tables.aio import TableServiceClient

from shared.audit.actors import DeskIdentity
from shared.audit.event import parse
from shared.audit.histories import Histories
from shared.audit.lookup import AuditLookup
from shared.audit.rows import entry
from shared.audit.store import AuditStore
from shared.audit.windows import DAY, Window
from shared.report.day import day_of
from shared.report.figures import Rules
from shared.report.reports import Reports
from shared.request_index import RequestIndex

_RESETS: Final = 100
"""A day: one event in a hundred of ten thousand."""


class DayReport:
    """A day of resets, and before it as many such days as a report looks back to."""

    def __init__(self, tables: TableServiceClient, lookup: AuditLookup, at: datetime) -> None:
        """at: a time within the day."""
        self._day = day_of(at, "UTC")
        self._store = AuditStore(tables)
        desk = DeskIdentity(client_ids=frozenset(), principal_ids=frozenset())
        histories = Histories(lookup, RequestIndex(tables), desk, lambda: self._day.until)
        self._reports = Reports(tables, histories, "UTC", lambda: self._day.until)

    async def know(self) -> None:
        """Have the day and those before it, so many resets each, of as many people."""
        for back in range(Rules().again // DAY + 1):
            start = self._day.before(back).since
            raws = [msgspec.json.encode(_reset(start + DAY / _RESETS * number, number)) for number in range(_RESETS)]
            await self._store.keep((entry(parse(raw), raw) for raw in raws), Window(start, start + DAY))

    async def write(self) -> None:
        """Write it for the first time."""
        report = await self._reports.write(self._day)
        if report is None or len(report.lines) < _RESETS:
            raise SystemExit(f"The report of {self._day.date} does not tell of {_RESETS} resets.")

    async def seconds(self) -> float:
        """Return how long it takes to make it again, and to find that it says what the last one said."""
        started = time.perf_counter()
        written = await self._reports.write(self._day)
        taken = time.perf_counter() - started
        if written is not None:
            raise SystemExit(f"The report of {self._day.date} has changed although nothing of that day has.")
        return taken


def _reset(at: datetime, number: int) -> dict[str, Any]:
    admin, person = f"5d3f6a1c-0000-4000-8000-{number % 7:012d}", f"7e21c4b8-0000-4000-8000-{number:012d}"
    return {
        "id": f"Report_{at:%Y%m%dT%H%M%S%f}",
        "activityDateTime": f"{at:%Y-%m-%dT%H:%M:%S.%fZ}",
        "activityDisplayName": "Admin deleted security info",
        "loggedByService": "Authentication Methods",
        "result": "success",
        "correlationId": f"00000000-0000-4000-8000-{number:012d}",
        "initiatedBy": {"user": {"id": admin, "userPrincipalName": f"admin.{number % 7}@contoso.com"}},
        "targetResources": [{"id": person, "type": "User", "userPrincipalName": f"person.{number}@contoso.com"}],
    }
