"""What the tenant's own tests ask for."""

from collections.abc import Callable, Iterator

import httpx
import pytest

from local.tenant.control_client import ControlClient
from tests.fixtures.tenant import Tenant
from tests.local.tenant.auditor import Auditor
from tests.local.tenant.caller import Graph, graph_as

GraphWith = Callable[..., Graph]


@pytest.fixture(scope="session")
def http() -> Iterator[httpx.Client]:
    """Share connections: making a client costs more than a whole test."""
    with httpx.Client() as client:
        yield client


@pytest.fixture
def control(tenant: Tenant) -> ControlClient:
    """Offer the control API of a tenant as its seed has it."""
    return tenant.control


@pytest.fixture
def graph(http: httpx.Client, tenant: Tenant) -> Graph:
    """Call Graph as the desk's reset identity."""
    return graph_as(http, tenant, tenant.reset_client_id)


@pytest.fixture
def graph_with(http: httpx.Client, tenant: Tenant) -> GraphWith:
    """Call Graph as an app that has just these permissions."""

    def calling(*permissions: str) -> Graph:
        tenant.control.withdraw("audit", "AuditLog.Read.All")
        for permission in permissions:
            tenant.control.grant("audit", permission)
        caller = graph_as(http, tenant, tenant.audit_client_id)
        for permission in permissions:
            tenant.control.withdraw("audit", permission)
        return caller

    return calling


@pytest.fixture
def auditor(http: httpx.Client, tenant: Tenant) -> Auditor:
    """Read the audit log as the desk's audit identity: at once, and as often as one likes."""
    tenant.control.turn(audit_delay=(0, 0), limits={"reports": None})
    return Auditor(graph_as(http, tenant, tenant.audit_client_id), tenant.control)
