"""The same questions to two stores in turn, as `python -m bench.reader START END CONNECTION CONNECTION`.

The stores are those that `bench.chronicler` has filled from START on; it is END now. It tells for each round the
seconds of either store for: who reset somebody's MFA; the same of somebody of whom nothing is known, which is the
store's own search; the report of the day before START. At the end it tells how many bytes, and in how many answers,
either store has sent for the first of these questions.
"""

import asyncio
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from azure.core.pipeline import PipelineResponse
from azure.data.tables.aio import TableServiceClient

from bench.day_report import DayReport
from bench.harvester import ADELE
from shared.audit.lookup import AuditLookup
from shared.audit.windows import DAY
from shared.settings import StorageConnection
from shared.storage import table_service

RETENTION: Final = timedelta(days=400)
ROUNDS: Final = 40
_NOBODY: Final = "00000000-0000-4000-8000-000000000000"
_SHOWN: Final = 20


class Scales:
    """The tables' service, whose answers to queries are weighed."""

    def __init__(self, tables: TableServiceClient) -> None:
        self._tables = tables
        self.answers = 0
        self.bytes = 0

    def get_table_client(self, name: str) -> Any:
        """Return a table that is asked by way of these scales."""
        return _Weighed(self._tables.get_table_client(name), self)

    def weigh(self, answer: PipelineResponse[Any, Any]) -> None:
        """Take note of an answer."""
        self.answers += 1
        self.bytes += len(answer.http_response.body())


class _Weighed:
    def __init__(self, table: Any, scales: Scales) -> None:
        self._table = table
        self._scales = scales

    def query_entities(self, *arguments: Any, **options: Any) -> Any:
        return self._table.query_entities(*arguments, raw_response_hook=self._scales.weigh, **options)


class Reader:
    """Who asks one store."""

    def __init__(self, connection_string: str, start: datetime, now: datetime) -> None:
        tables = table_service(StorageConnection(connection_string=connection_string))
        self._now = now
        self._tables = tables
        self._lookup = AuditLookup(tables, RETENTION, lambda: now)
        self.report = DayReport(tables, self._lookup, start - DAY)

    async def look_up(self, person: str, events: int) -> float:
        """Return how long it takes to find the last events about somebody, of whom there are so many to be shown."""
        started = time.perf_counter()
        found = await self._lookup.of_person(person, None, _SHOWN)
        taken = time.perf_counter() - started
        if len(found.events) != events:
            raise SystemExit(f"The lookup has found {len(found.events)} events instead of {events}.")
        return taken

    async def weighed(self) -> Scales:
        """Return the scales on which the answers are to who reset somebody's MFA."""
        scales: Any = Scales(self._tables)
        await AuditLookup(scales, RETENTION, lambda: self._now).of_person(ADELE, None, _SHOWN)
        weighed: Scales = scales
        return weighed


async def main(start: datetime, now: datetime, connections: list[str]) -> None:
    """Ask, and tell."""
    readers = [Reader(each, start, now) for each in connections]
    for reader in readers:
        await reader.report.write()
    for _ in range(ROUNDS):
        for person, events in ((ADELE, _SHOWN), (_NOBODY, 0)):
            print(*[await reader.look_up(person, events) for reader in readers])
        print(*[await reader.report.seconds() for reader in readers])
    weighed = [await reader.weighed() for reader in readers]
    print(*(scales.bytes for scales in weighed), *(scales.answers for scales in weighed))


if __name__ == "__main__":
    first, last = (datetime.fromisoformat(each).astimezone(UTC) for each in sys.argv[1:3])
    asyncio.run(main(first, last, sys.argv[3:]))
