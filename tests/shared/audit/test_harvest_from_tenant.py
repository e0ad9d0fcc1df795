"""The harvest against the simulated tenant over HTTP: what has happened there, late and throttled, is stored once."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from local.tenant.control_client import ControlClient
from shared.audit.coverage_table import CoverageTable
from shared.audit.directory_audits import DirectoryAudits
from shared.audit.harvest import Harvest
from shared.audit.harvest_plan import Rhythm
from shared.audit.lookup import AuditLookup
from shared.audit.pacing import Pacing
from shared.audit.store import AuditStore
from shared.audit.windows import State
from shared.graph import Graph
from shared.storage import credential
from tests.fixtures.office import ADELE, Clock
from tests.fixtures.tenant import Tenant
from tests.shared.audit.barn import FAR_APART, Barn

RHYTHM = Rhythm(reach=timedelta(days=4), tolerance=FAR_APART)
PATTI = "patti.fernandez@contoso.com"


class Live:
    """A harvest of the tenant's log, by the tenant's clock."""

    def __init__(self, tenant: Tenant, barn: Barn) -> None:
        self.tenant: ControlClient = tenant.control
        self.barn = barn
        self.clock = Clock(tenant.control)
        self.credential = credential(tenant.audit_client_id)
        self.graph = Graph(tenant.url, self.credential, sleep=self.clock.sleep, now=self.clock)
        audits = DirectoryAudits(self.graph, Pacing(), clock=self._seconds, sleep=self.clock.sleep)
        store, coverage = AuditStore(barn.tables), CoverageTable(barn.tables)
        self.harvest = Harvest(audits, store, coverage, RHYTHM, now=self.clock)
        self.lookup = AuditLookup(barn.tables, RHYTHM.retention, self.clock)

    def _seconds(self) -> float:
        return self.clock.time.timestamp()

    async def run(self, hours: float) -> None:
        """Let the timer run for some hours."""
        for _ in range(int(hours * 4)):
            await self.harvest.run()
            self.clock.advance(minutes=15)

    def crowd(self, count: int, since: timedelta, until: timedelta = timedelta()) -> None:
        """Have many things happen."""
        start, end = self.clock() - since, self.clock() - until
        self.tenant.audit.crowd(count, since=start.isoformat(), until=end.isoformat(), relevant=0.02)

    async def everything_is_stored_once(self) -> None:
        """Compare with the tenant's own log."""
        settled = {
            event.id
            for event in self.tenant.audit.events()
            if datetime.fromisoformat(event.at) < self.clock() - 4 * HOUR
        }
        stored = await self.barn.stored()
        assert set(stored.values()) == {1}
        assert settled <= set(stored)


HOUR = timedelta(hours=1)


@pytest.fixture
async def live(tenant: Tenant, barn: Barn, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Live]:
    """Yield a harvest of the session's tenant."""
    for name, value in tenant.environment.items():
        monkeypatch.setenv(name, value)
    live = Live(tenant, barn)
    yield live
    await live.graph.close()
    await live.credential.close()


async def test_what_happened_in_the_tenant_is_stored_once(live: Live) -> None:
    """Several pages of it, late and out of order, counted against the tenant's own log; nobody is throttled."""
    live.crowd(2500, since=20 * HOUR)

    await live.run(hours=9)

    await live.everything_is_stored_once()
    assert not [call for call in live.tenant.trace() if call.status == 429]


async def test_an_outage_of_three_days_is_made_up_for(live: Live) -> None:
    """Every event is stored once, and there is no gap."""
    live.crowd(300, since=20 * HOUR)
    await live.harvest.run()
    live.clock.advance(days=3)
    live.crowd(900, since=72 * HOUR)

    await live.run(hours=9)

    await live.everything_is_stored_once()
    assert not [span for span in await live.barn.spans() if span.state is State.LOST]


async def test_a_reset_in_the_portal_is_found_by_its_person(live: Live) -> None:
    """With the administrator who pressed the button."""
    adele = live.tenant.person(ADELE)
    live.tenant.reset_in_portal(ADELE, admin=PATTI)
    live.clock.advance(minutes=30)

    await live.harvest.run()

    found = (await live.lookup.of_person(adele.id, None, 50)).events
    assert PATTI in {event.user.user_principal_name for event in found if event.user}
