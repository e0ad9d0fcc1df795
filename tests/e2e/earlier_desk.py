"""The desk's harvest as its timer ran some days ago, on a stand: by a clock that is behind, and the tenant's with it.

The host and the storage account live by this machine's clock. So what was before an outage is done here, by the same
harvest with the same settings, and the host is started in the present.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Final

from local.stand import Stand
from local.tenant.control_client import ControlClient
from shared import settings
from shared.audit.coverage_table import CoverageTable
from shared.audit.directory_audits import DirectoryAudits
from shared.audit.harvest import Harvest
from shared.audit.harvest_plan import Rhythm
from shared.audit.pacing import Pacing
from shared.audit.store import AuditStore
from shared.graph import Graph
from shared.storage import credential, table_service

_EVERY: Final = timedelta(minutes=15)
_FAR_APART: Final = timedelta(days=100_000)
"""Azurite's clock cannot be turned back."""


class EarlierClock:
    """The desk's time and the tenant's, days ago; it passes only when somebody waits."""

    def __init__(self, tenant: ControlClient, ago: timedelta) -> None:
        self._tenant = tenant
        self._behind = timedelta()
        self._present = datetime.now(UTC).replace(microsecond=0)
        self.advance(-ago)

    def __call__(self) -> datetime:
        """Return the time."""
        return self._present - self._behind

    def advance(self, duration: timedelta) -> None:
        """Let time pass."""
        self._behind -= duration
        self._tenant.advance(duration.total_seconds())

    async def sleep(self, seconds: float) -> None:
        """Pass the time without waiting for it."""
        self.advance(timedelta(seconds=seconds))

    def catch_up(self) -> None:
        """Be in the present again."""
        self.advance(self._behind)


class EarlierDesk:
    """A harvest in the rhythm of production."""

    def __init__(self, stand: Stand, clock: EarlierClock) -> None:
        known = settings.read(stand.settings)
        self.clock = clock
        self._graph = Graph(known.graph_endpoint, credential(known.audit.client_id), sleep=clock.sleep, now=clock)
        self._tables = table_service(known.storage)
        audits = DirectoryAudits(self._graph, Pacing(), clock=lambda: clock().timestamp(), sleep=clock.sleep)
        rhythm = Rhythm(reach=known.audit.reach, tolerance=_FAR_APART)
        self._harvest = Harvest(audits, AuditStore(self._tables), CoverageTable(self._tables), rhythm, now=clock)

    async def run(self, duration: timedelta) -> None:
        """Let the timer run for so long."""
        for _ in range(duration // _EVERY):
            await self._harvest.run()
            self.clock.advance(_EVERY)

    async def close(self) -> None:
        """Go."""
        await self._graph.close()
        await self._tables.close()


@asynccontextmanager
async def earlier_desk(stand: Stand, clock: EarlierClock) -> AsyncIterator[EarlierDesk]:
    """Yield a desk by that clock; afterwards it is the present."""
    desk = EarlierDesk(stand, clock)
    yield desk
    await desk.close()
    clock.catch_up()
