"""A harvest at work: on real Azurite, from a hand-made Graph, by a clock that a test turns by hand."""

from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import pytest
from azure.data.tables.aio import TableServiceClient

from shared.audit.coverage_table import COVERAGE_TABLE, CoverageTable
from shared.audit.directory_audits import DirectoryAudits
from shared.audit.harvest import Harvest
from shared.audit.harvest_plan import Rhythm
from shared.audit.lookup import AuditLookup
from shared.audit.pacing import Pacing
from shared.audit.store import AuditStore
from shared.audit.windows import Span
from shared.settings import StorageConnection
from shared.storage import table_service
from tests.fixtures.azurite import Storage
from tests.fixtures.mortal import Fuse
from tests.shared.audit.graph_log import GraphLog

NOON: Final = datetime(2026, 11, 22, 12, tzinfo=UTC)
FAR_APART: Final = timedelta(days=100_000)
"""Azurite's clock is not turned by hand."""


class Clock:
    """Time that passes only when somebody waits."""

    def __init__(self, start: datetime) -> None:
        self.time = start
        self.waited: list[float] = []

    def __call__(self) -> datetime:
        """Return the time."""
        return self.time

    def monotonic(self) -> float:
        """Return the seconds since anything."""
        return self.time.timestamp()

    def advance(self, **duration: float) -> None:
        """Let time pass."""
        self.time += timedelta(**duration)

    async def sleep(self, seconds: float) -> None:
        """Pass the time without waiting for it."""
        self.waited.append(seconds)
        self.advance(seconds=seconds)


class Barn:
    """A harvest, with everything that a test wants to look at or to disturb."""

    def __init__(self, storage: Storage, rhythm: Rhythm | None = None) -> None:
        self.clock = Clock(NOON)
        self.graph = GraphLog(self.clock)
        self.rhythm = rhythm or Rhythm(tolerance=FAR_APART)
        self.tables = table_service(StorageConnection(connection_string=storage.connection_string))
        self.coverage = CoverageTable(self.tables)
        self.lookup = AuditLookup(self.tables, self.rhythm.retention, self.clock)

    def harvest(self, fuse: Fuse | None = None, *, rhythm: Rhythm | None = None) -> Harvest:
        """Return a harvest; with a fuse it dies when that has burnt down."""
        tables: Any = _Mortal(self.tables, fuse) if fuse else self.tables
        graph: Any = fuse.before(self.graph) if fuse else self.graph
        audits = DirectoryAudits(graph, Pacing(), clock=self.clock.monotonic, sleep=self.clock.sleep)
        coverage, rhythm = CoverageTable(tables), rhythm or self.rhythm
        return Harvest(audits, AuditStore(tables), coverage, rhythm, now=self.clock)

    async def run_until_done(self, runs: int = 20) -> None:
        """Run every five minutes, as the timer does, until nothing is owed and nothing is to be tried again."""
        for _ in range(runs):
            harvested = await self.harvest().run()
            waits = any(each.retry_at for each in await self.spans())
            if not harvested.gathered.owed and not waits:
                return
            self.clock.advance(minutes=5)

    async def spans(self, first: date = date.min) -> list[Span]:
        """Return all that is known, in order."""
        return [span for _, spans in sorted((await self.coverage.days(first)).items()) for span in spans]

    async def rows(self, kind: str) -> list[dict[str, Any]]:
        """Return the rows of all partitions of a kind, in all months: day, relevant, person, actor, unreadable."""
        found: list[dict[str, Any]] = []
        for table in await self.months():
            client = self.tables.get_table_client(table)
            query = f"PartitionKey ge '{kind}-' and PartitionKey lt '{kind}.'"
            found += [dict(each) async for each in client.query_entities(query)]
        return found

    async def months(self) -> list[str]:
        """Return the names of the tables that hold events, in order."""
        names = [table.name async for table in self.tables.list_tables()]
        return sorted(name for name in names if name.startswith(("AuditEvents", "AuditIndex")))

    async def stored(self) -> Counter[str]:
        """Return how often each event is stored, by its id."""
        return Counter(str(row["EventId"]) for row in await self.rows("day"))

    async def empty(self) -> None:
        """Leave nothing behind: the tables have the same names for every test."""
        for table in [*await self.months(), COVERAGE_TABLE]:
            await self.tables.delete_table(table)


class _Mortal:
    """The tables' service, each of whose tables is called through a fuse."""

    def __init__(self, tables: TableServiceClient, fuse: Fuse) -> None:
        self._tables = tables
        self._fuse = fuse

    def get_table_client(self, name: str) -> Any:
        return self._fuse.before(self._tables.get_table_client(name))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tables, name)


@pytest.fixture
async def barn(storage: Storage) -> AsyncIterator[Barn]:
    """Yield a harvest on the session's Azurite that has never run."""
    barn = Barn(storage)
    await barn.empty()
    yield barn
    await barn.empty()
    await barn.tables.close()
