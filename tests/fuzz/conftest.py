"""A stand for the fuzzers: the whole app behind App Service Authentication, with Azurite and the tenant."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from local.stand import ANY_PORTS, Stand
from local.tenant.control_client import ControlClient
from shared.ledger import TABLES

NESTOR = "nestor.wilke@contoso.com"
ADELE = "adele.vance@contoso.com"


@dataclass(frozen=True)
class Target:
    """What is fuzzed, and who does it."""

    url: str
    tenant: ControlClient
    identity: str
    """Client id in whose name the desk asks Graph for its callers."""
    privileged_operator: dict[str, str]
    """The header of somebody who may do everything."""
    nobody: dict[str, str]
    """The header of somebody who has signed in and may do nothing."""


@pytest.fixture(scope="package")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """Yield a running desk; what the fuzzers do to its people stays done until the last of them has ended."""
    queues = ("reset-requests", "reset-results", "bulk-requests")
    with (
        Stand(
            folder=tmp_path_factory.mktemp("fuzz"),
            usual_ports=ANY_PORTS,
            queues=queues,
            tables=TABLES,
            say=lambda _: None,
        ) as stand,
        ControlClient(stand.tenant_url) as tenant,
    ):
        yield Target(
            url=stand.host_url,
            tenant=tenant,
            identity=stand.settings["RESET_IDENTITY_CLIENT_ID"],
            privileged_operator=signed_in(tenant, NESTOR),
            nobody=signed_in(tenant, ADELE),
        )


def signed_in(tenant: ControlClient, who: str) -> dict[str, str]:
    """Return the header with which that person calls the desk."""
    return {"Authorization": f"Bearer {tenant.desk_sign_in(who)}"}
