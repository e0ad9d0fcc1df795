"""How many requests to the storage account a reset takes, and a harvest: they are what its price is made of."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from bench import workbench
from bench.measurement import Measurement
from local.stand import Stand
from local.tenant.control_client import ControlClient

RESETS: Final = 20
EVENTS: Final = 20_000
OF_THE_HOST: Final = 3
"""Requests by the Functions host for each request on the queue: get the message, delete it, put the announcement."""
HARVEST: Final = """
import asyncio, function_app
(door,) = [each for each in function_app.app.get_functions() if each.get_function_name() == "harvest"]
asyncio.run(door.get_user_function()(None))
"""
_LINE: Final = re.compile(r'"(\w+) /devstoreaccount1/')


def measure() -> Iterator[Measurement]:
    """Count what Azurite was asked for by resets from the queue, and by a harvest."""
    with (
        workbench.stand(with_host=False, tells_storage_requests=True) as stand,
        ControlClient(stand.tenant_url) as tenant,
    ):
        told = "\n".join(
            workbench.request(user, f"requests-{number}")
            for number, user in enumerate(tenant.add_people(RESETS, workbench.METHODS))
        )
        resets = _asked(stand, "-m", "bench.worker", "queue", "4", told=told)
        until = datetime.now(UTC) - timedelta(hours=1)
        tenant.audit.crowd(EVENTS, since=(until - timedelta(days=1)).isoformat(), until=until.isoformat())
        tenant.turn(limits={"reports": None})
        harvest = _asked(stand, "-c", HARVEST)
    each = sum(resets.values()) / RESETS + OF_THE_HOST
    yield Measurement("storage requests per reset", each, 13, "at most", _words(resets, RESETS))
    how = f"{EVENTS} events of a day: {_words(harvest, EVENTS / 1000)}"
    yield Measurement(
        "storage requests per 1,000 audit events", sum(harvest.values()) * 1000 / EVENTS, 35, "at most", how
    )


def _asked(stand: Stand, *arguments: str, told: str = "") -> Counter[str]:
    """Return what a process asks of the storage account, by method."""
    before = stand.azurite_log.stat().st_size
    workbench.run(stand, *arguments, told=told)
    return Counter(_LINE.findall(stand.azurite_log.read_bytes()[before:].decode()))


def _words(asked: Counter[str], of: float) -> str:
    return ", ".join(f"{count / of:.1f} {method}" for method, count in asked.most_common())
