"""The harvest at work, as `python -m bench.harvester EVENTS ROUNDS START WHERE`, in the environment of a stand.

The log holds so many events for each hour from START on. Each round harvests one hour, then inserts the very rows of
that hour once more, with the SDK alone: where WHERE is `apart`, into tables of their own; where it is `beside`, into
partitions of their own in the same tables, which to Azurite makes a difference where these are large. It tells, one
figure a line: for each round the seconds of either; then the peak of its memory in KiB after the first round and after
the last; then the seconds of a lookup after the first round and after the last.
"""

import asyncio
import os
import resource
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any, Final

import msgspec
from azure.data.tables import UpdateMode
from azure.data.tables.aio import TableServiceClient
from msgspec.structs import replace

from shared.audit.coverage_table import CoverageTable
from shared.audit.directory_audits import DirectoryAudits
from shared.audit.event import parse
from shared.audit.harvest import Harvest
from shared.audit.harvest_plan import Rhythm
from shared.audit.lookup import AuditLookup
from shared.audit.pacing import Pacing
from shared.audit.rows import Row, day_row, entry, index_rows
from shared.audit.store import AuditStore
from shared.audit.transactions import transactions
from shared.audit.windows import HOUR, Window
from shared.graph import Graph
from shared.settings import StorageConnection
from shared.storage import credential, table_service

ADELE: Final = "0f3ae0a2-5b1f-4e9a-9d1c-2f6d7c8b9a01"
_ANY: Final = timedelta(days=9999)
_UNPACED: Final = 1_000_000
"""Requests in ten seconds: the goal is about the desk's own speed, which Graph's pace would hide."""
_AT_ONCE: Final = 4
_LOOKUPS: Final = 30


def _apart(row: Row) -> Row:
    return replace(row, table=f"Bare{row.table}")


def _beside(row: Row) -> Row:
    return replace(row, entity={**row.entity, "PartitionKey": f"bare-{row.entity['PartitionKey']}"})


BARE: Final = {"apart": _apart, "beside": _beside}


class Bench:
    """A harvest whose clock is moved on by one window a round."""

    def __init__(
        self,
        start: datetime,
        window: timedelta = HOUR,
        retention: timedelta = timedelta(days=60),
        bare: Callable[[Row], Row] = _apart,
    ) -> None:
        """bare: where a row goes that is inserted once more."""
        self.now = start
        self._bare = bare
        self._window = window
        identity = credential(os.environ["AUDIT_IDENTITY_CLIENT_ID"])
        self._audits = DirectoryAudits(Graph(os.environ["GRAPH_ENDPOINT"], identity), Pacing(_UNPACED))
        self.tables = table_service(
            StorageConnection(connection_string=os.environ["DeskStorage"])  # noqa: SIM112 - so it is called
        )
        self._store = AuditStore(self.tables)
        self.lookup = AuditLookup(self.tables, retention, lambda: self.now)
        coverage = CoverageTable(self.tables)
        rhythm = Rhythm(reach=window, settle=timedelta(), budget=timedelta(days=1), retention=retention, tolerance=_ANY)
        self._harvest = Harvest(self._audits, self._store, coverage, rhythm, now=lambda: self.now)

    async def harvest(self, events: int) -> float:
        """Return how long the next window takes."""
        self.now += self._window
        started = time.perf_counter()
        harvested = await self._harvest.run()
        taken = time.perf_counter() - started
        if harvested.gathered.counts.events != events:
            raise SystemExit(f"The harvest has found something else than {events} events: {harvested}")
        return taken

    async def insert(self) -> float:
        """Return how long the rows of the same window take, when there is nothing else to do."""
        window = Window(self.now - self._window, self.now)
        groups = [[self._bare(row) for row in group] async for group in self._groups(window)]
        for table in {row.table for group in groups for row in group}:
            await self.tables.create_table_if_not_exists(table)
        started = time.perf_counter()
        await _insert(self.tables, groups)
        return time.perf_counter() - started

    async def know(self) -> None:
        """Have somebody who is to be looked up."""
        raws = [msgspec.json.encode(_reset(self.now - number * HOUR)) for number in range(1, 41)]
        await self._store.keep((entry(parse(raw), raw) for raw in raws), Window(self.now - HOUR, self.now))

    async def look_up(self) -> float:
        """Return how long it takes to find out who reset somebody's MFA."""
        seconds = []
        for _ in range(_LOOKUPS):
            started = time.perf_counter()
            found = await self.lookup.of_person(ADELE, None, 20)
            seconds.append(time.perf_counter() - started)
            if len(found.events) != 20:  # noqa: PLR2004 - as many as were asked for
                raise SystemExit("The lookup has found something else than the last 20 events.")
        return median(seconds)

    async def _groups(self, window: Window) -> Any:
        async for page in self._audits.pages(window, self._audits.deadline(3600)):
            entries = [entry(event, raw) for raw in map(bytes, page.value) if (event := parse(raw)).at < window.end]
            for rows in ((row for each in entries for row in index_rows(each)), map(day_row, entries)):
                for group in transactions(rows):
                    yield group


async def _insert(tables: TableServiceClient, groups: list[list[Row]]) -> None:
    waiting = iter(groups)

    async def one_after_another() -> None:
        for group in waiting:
            client = tables.get_table_client(group[0].table)
            if len(group) == 1:
                await client.upsert_entity(group[0].entity, mode=UpdateMode.REPLACE)
            else:
                await client.submit_transaction([("upsert", row.entity, {"mode": "replace"}) for row in group])

    await asyncio.gather(*(one_after_another() for _ in range(_AT_ONCE)))


def _reset(at: datetime) -> dict[str, Any]:
    return {
        "id": f"Reset_{at:%Y%m%dT%H%M%S}",
        "activityDateTime": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "activityDisplayName": "Admin deleted security info",
        "loggedByService": "Authentication Methods",
        "targetResources": [{"id": ADELE, "type": "User"}],
    }


def peak() -> float:
    """Return the most memory that this process has ever had, in KiB."""
    return float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


async def main(events: int, rounds: int, start: datetime, where: str) -> None:
    """Measure, and tell."""
    bench, peaks, lookups = Bench(start, bare=BARE[where]), [], []
    await bench.know()
    for number in range(rounds):
        print(await bench.harvest(events))
        print(await bench.insert())
        if number in {0, rounds - 1}:
            peaks.append(peak())
            lookups.append(await bench.look_up())
    print(*peaks, *lookups, sep="\n")


if __name__ == "__main__":
    since = datetime.fromisoformat(sys.argv[3]).astimezone(UTC)
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), since, sys.argv[4]))
