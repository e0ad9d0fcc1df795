"""What stands around the instances for one schedule: the clock, the tenant, the tables, the queues, and the weather."""

import asyncio
import itertools
from datetime import timedelta
from typing import Final

from azure.data.tables import TableServiceClient
from azure.identity.aio import ManagedIdentityCredential

from local.storage import create_missing
from local.tenant.control_client import ControlClient
from shared.ledger import TABLES
from shared.storage import credential
from tests.faults.weather import Errands, Mailbox, Storms
from tests.fixtures.office import Clock
from tests.fixtures.tenant import Tenant

LEASE: Final = timedelta(minutes=5)


class PatientClock(Clock):
    """Time that passes only when somebody waits; whoever waits lets the others go on."""

    async def sleep(self, seconds: float) -> None:
        """Pass the time without waiting for it."""
        await super().sleep(seconds)
        await asyncio.sleep(0)


class Town:
    """Begins empty: the tenant at its seed, the tables gone, nothing on the queues."""

    def __init__(self, tenant: Tenant, connection_string: str) -> None:
        self.tenant: ControlClient = tenant.control
        self.tenant.reset()
        self.tenant.turn(audit_delay=(0, 0), revoke_needs_role_for_admins=False, limits={"reports": None})
        self.tenant.grant("reset", "Policy.ReadWrite.AuthenticationMethod")
        self.tenant.grant("audit", "Mail.Send")
        self.clock = PatientClock(self.tenant)
        self.begun = self.clock()
        facts = self.tenant.facts()
        self.tenant_id, self.tenant_url, self.client_id = facts.id, tenant.url, tenant.reset_client_id
        self.principal_id = facts.apps["reset"].id
        self.enterprise_app = facts.applications["MFA Desk"].id
        self.connection_string = connection_string
        self._empty()
        self.reset_credential: ManagedIdentityCredential = credential(tenant.reset_client_id)
        self.audit_credential: ManagedIdentityCredential = credential(tenant.audit_client_id)
        self.requests, self.poison, self.results, self.reports = (Mailbox(self.clock) for _ in range(4))
        self.bulk_calls = Mailbox(self.clock)
        self.storms = Storms()
        self.errands = Errands()
        self._ids = itertools.count()

    def new_id(self) -> str:
        """Return an id that no other request has."""
        return f"made-{next(self._ids)}"

    async def close(self) -> None:
        """Give all connections back."""
        await self.reset_credential.close()
        await self.audit_credential.close()

    def _empty(self) -> None:
        with TableServiceClient.from_connection_string(self.connection_string) as tables:
            for table in list(tables.list_tables()):
                tables.delete_table(table.name)
        create_missing(self.connection_string, tables=TABLES)
