"""What single requests cost when there are far more at work than Graph allows for, with the door before it and without.

What docs/scale.md models, 640 at work for what keeps eleven busy, scaled down. It takes some minutes:
`python -m bench.overload`.
"""

import re
import sys
from collections.abc import Iterator
from typing import Final

import msgspec
from rich.console import Console

from bench import workbench
from bench.measurement import Measurement, report
from local.stand import Stand
from local.tenant.control_client import ControlClient

REQUESTS: Final = 120
INSTANCES: Final = 4
AT_ONCE: Final = 16
LIMIT: Final = {"requests": 100, "seconds": 10}
"""Calls of authentication methods: a reset makes six or seven of them, so that three in two seconds can be done."""
LATENCY_SECONDS: Final = 0.25
_TABLES: Final = re.compile(r'"\w+ /devstoreaccount1/(?:ResetRequests|OpenRequests|RequestIndex)')


class Cost(msgspec.Struct, frozen=True):
    """What a request took, on average."""

    runs: float
    calls: float
    storage: float

    def __str__(self) -> str:
        """Return it in words."""
        return f"{self.runs:.1f} runs, {self.calls:.0f} calls, {self.storage:.0f} requests to tables"


def measure() -> Iterator[Measurement]:
    """Have the same work done by desks that are told of throttling and by desks that are not."""
    with (
        workbench.stand(with_host=False, tells_storage_requests=True) as stand,
        ControlClient(stand.tenant_url) as tenant,
    ):
        tenant.turn(latency=LATENCY_SECONDS, limits={"authentication": LIMIT})
        without, told = (_cost(stand, tenant, door) for door in ("none", "door"))
    how = f"{INSTANCES * AT_ONCE} at work; with the door {told}; without {without}"
    yield Measurement(
        "Graph calls in an overload, against those without a door", told.calls / without.calls, 0.5, "at most", how
    )
    yield Measurement("runs of a request in an overload", told.runs, 2, "at most", how)


def _cost(stand: Stand, tenant: ControlClient, door: str) -> Cost:
    users = tenant.add_people(REQUESTS, workbench.METHODS)
    requests = "\n".join(workbench.request(user, f"{door}-{number}") for number, user in enumerate(users))
    tenant.advance(LIMIT["seconds"])
    tenant.forget_trace()
    before = stand.azurite_log.stat().st_size
    (runs,) = workbench.run(stand, "-m", "bench.crowd", str(INSTANCES), str(AT_ONCE), door, told=requests)
    storage = len(_TABLES.findall(stand.azurite_log.read_bytes()[before:].decode()))
    return Cost(runs / REQUESTS, len(tenant.trace()) / REQUESTS, storage / REQUESTS)


if __name__ == "__main__":
    sys.exit(0 if report(Console(), measure()) else 1)
