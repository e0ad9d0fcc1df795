"""A stand for the fuzzers: the whole app behind App Service Authentication, with Azurite and the tenant."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

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
    privileged_operator: dict[str, str]
    """The header of somebody who may do everything."""
    nobody: dict[str, str]
    """The header of somebody who has signed in and may do nothing."""


@pytest.fixture(scope="package")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """Yield a running desk; what the fuzzers do to its people stays done until the last of them has ended."""
    with running(tmp_path_factory.mktemp("fuzz"), {}) as target:
        yield target


@contextmanager
def running(folder: Path, settings: Mapping[str, str]) -> Iterator[Target]:
    """Yield a running desk with these settings."""
    queues = ("reset-requests", "reset-results", "bulk-requests")
    with (
        Stand(
            folder=folder, usual_ports=ANY_PORTS, settings=settings, queues=queues, tables=TABLES, say=lambda _: None
        ) as stand,
        ControlClient(stand.tenant_url) as tenant,
    ):
        yield Target(
            url=stand.host_url,
            tenant=tenant,
            privileged_operator=signed_in(tenant, NESTOR),
            nobody=signed_in(tenant, ADELE),
        )


def signed_in(tenant: ControlClient, who: str) -> dict[str, str]:
    """Return the header with which that person calls the desk."""
    return {"Authorization": f"Bearer {tenant.desk_sign_in(who)}"}
