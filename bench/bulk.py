"""Many at once: how fast 10,000 people are on record, how near to Graph's limits they are done, and a single beside."""

import time
from collections.abc import Iterator
from datetime import datetime
from statistics import median
from typing import Any

import httpx

from bench import workbench
from bench.measurement import Known, Measurement
from local.stand import Stand
from local.tenant.control_client import ControlClient
from shared.bulk.cost import WRITES

PEOPLE = 10_000
WORKED_OFF = 1_600
"""A sixth: at what Graph allows, 20 writes a second, all of them would take more than eight minutes."""
LATENCY_SECONDS = 0.1
SINGLES = 5
_PATIENCE = 300.0
_TWO_CORES = Known(
    "The desk, the simulated tenant and Azurite share the cores of one machine here, and where those are slow or lent "
    "to others, they do not come to 20 revocations a second. The pace itself is held by tests.",
    worst=0.6,
)


class Caller:
    """Lee, who calls the desk."""

    def __init__(self, stand: Stand, tenant: ControlClient) -> None:
        headers = {"Authorization": f"Bearer {tenant.desk_sign_in(workbench.LEE)}"}
        self._http = httpx.Client(base_url=f"{stand.host_url}/api/", headers=headers, timeout=_PATIENCE)

    def ask_for(self, users: list[str]) -> dict[str, Any]:
        """Have the sessions of so many people revoked."""
        return self._ended("POST", "bulk-requests", json={"users": users, "actions": ["revokeSessions"]})

    def progress(self, bulk: dict[str, Any]) -> dict[str, Any]:
        """Return how far that is."""
        return self._ended("GET", f"bulk-requests/{bulk['id']}")

    def cancel(self, bulk: dict[str, Any]) -> None:
        """Have it ended."""
        self._ended("POST", f"bulk-requests/{bulk['id']}/cancellation", json={})

    def reset(self, user: str) -> float:
        """Return how long the reset of one person takes."""
        started = time.perf_counter()
        asked = {"user": user, "actions": ["requireReregistration", "revokeSessions"]}
        if self._ended("POST", "requests", json=asked)["status"] != "succeeded":
            raise SystemExit(f"The reset of {user} went wrong.")
        return time.perf_counter() - started

    def _ended(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        answer = self._http.request(method, path, **options)
        answer.raise_for_status()
        told: dict[str, Any] = answer.json()
        return told


def measure() -> Iterator[Measurement]:
    """Do it on a whole stand, where bulk and singles share one process."""
    with workbench.stand() as stand, ControlClient(stand.tenant_url) as tenant:
        caller = Caller(stand, tenant)
        singles = iter(tenant.add_people(2 * SINGLES + 1, workbench.METHODS))
        crowd = tenant.add_people(WORKED_OFF, ())
        tenant.turn(latency=LATENCY_SECONDS)
        caller.reset(next(singles))
        alone = [caller.reset(next(singles)) for _ in range(SINGLES)]
        yield _acceptance(caller)
        bulk = caller.ask_for(crowd)
        beside = _resets_beside(caller, bulk, singles)
        yield _pace(_finished(caller, bulk))
    how = f"median of {SINGLES}: {median(beside):.2f} s against {median(alone):.2f} s"
    yield Measurement("a single reset beside a bulk request", median(beside) / median(alone), 2, "at most", how)


def _acceptance(caller: Caller) -> Measurement:
    users = [f"somebody.number.{number}@contoso.com" for number in range(PEOPLE)]
    started = time.perf_counter()
    bulk = caller.ask_for(users)
    taken = time.perf_counter() - started
    caller.cancel(bulk)
    return Measurement("seconds until 10,000 people are accepted", taken, 5, "at most", "over HTTP, into Azurite")


def _resets_beside(caller: Caller, bulk: dict[str, Any], singles: Iterator[str]) -> list[float]:
    while not caller.progress(bulk)["done"]:
        time.sleep(0.5)
    taken = []
    for single in singles:
        taken.append(caller.reset(single))
        time.sleep(1.0)
    if caller.progress(bulk)["status"] != "running":
        raise SystemExit("The bulk request had ended before the single resets had; give it more people.")
    return taken


def _finished(caller: Caller, bulk: dict[str, Any]) -> dict[str, Any]:
    until = time.monotonic() + _PATIENCE
    while (told := caller.progress(bulk))["status"] != "finished":
        if time.monotonic() > until:
            raise SystemExit(f"The bulk request does not come to its end: {told}")
        time.sleep(0.5)
    return told


def _pace(told: dict[str, Any]) -> Measurement:
    accepted, finished = (datetime.fromisoformat(told[name]) for name in ("acceptedAt", "finishedAt"))
    if told["byStatus"] != {"succeeded": WORKED_OFF}:
        raise SystemExit(f"Not everybody's sessions were revoked: {told['byStatus']}")
    per_second = WORKED_OFF / (finished - accepted).total_seconds()
    how = f"{per_second:.1f} revocations/s of {WRITES:.0f}/s, for {WORKED_OFF} people from acceptance to the last"
    return Measurement(
        "bulk requests, against what Graph allows", per_second / WRITES, 0.9, "at least", how, _TWO_CORES
    )
