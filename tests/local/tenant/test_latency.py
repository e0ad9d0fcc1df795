"""How long calls take; the waiting itself is injected."""

import json
import time
from random import Random
from typing import Any

import pytest

from local.tenant.call import Call
from local.tenant.clock import Clock
from local.tenant.faults import Fault
from local.tenant.permissions import DELEGATED, Permissions, read_catalogue
from local.tenant.seed import read
from local.tenant.service import Service
from local.tenant.tokens import GRAPH, Tokens
from local.tenant.world import World
from tests.local.tenant.caller import ADELE


class Stage:
    """A tenant without a wire, which notes how long it would have slept."""

    def __init__(self) -> None:
        seed = read()
        random = Random(1)  # noqa: S311
        permissions, scopes = Permissions(read_catalogue()), Permissions(read_catalogue(DELEGATED))
        self.world = World(seed, Clock(time.time), random, permissions, scopes)
        tokens = Tokens(b"k" * 32, seed.tenant.id, time.time)
        self.service = Service(self.world, tokens, self._sleep)
        self.token, _ = tokens.issue(next(iter(self.world.directory.apps.values())), GRAPH, 3600)
        self.slept: list[float] = []

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    async def call(self, method: str, path: str, body: Any = None) -> int:
        """One call; answer its status."""
        call = Call(
            method=method,
            path=path,
            query="",
            headers={"authorization": f"Bearer {self.token}", "content-type": "application/json"},
            body=json.dumps(body).encode(),
            origin=GRAPH,
            request_id="1",
        )
        return (await self.service.respond(call)).answer.status


@pytest.fixture
def stage() -> Stage:
    """Set one up."""
    return Stage()


async def test_without_latency_nothing_waits(stage: Stage) -> None:
    """A call is answered at once."""
    assert await stage.call("GET", f"/v1.0/users/{ADELE}") == 200
    assert stage.slept == []


async def test_every_call_takes_the_latency(stage: Stage) -> None:
    """Once, whatever comes of it."""
    stage.world.switches = stage.world.switches.patched({"latency": 0.1})

    await stage.call("GET", f"/v1.0/users/{ADELE}")
    await stage.call("GET", "/v1.0/users/nobody")

    assert stage.slept == [0.1, 0.1]


async def test_a_batch_takes_the_latency_once(stage: Stage) -> None:
    """That is what batches are for."""
    stage.world.switches = stage.world.switches.patched({"latency": 0.1})
    requests = [{"id": str(number), "method": "GET", "url": f"/users/{ADELE}"} for number in range(10)]

    assert await stage.call("POST", "/v1.0/$batch", {"requests": requests}) == 200
    assert stage.slept == [0.1]


async def test_a_fault_delays_a_call(stage: Stage) -> None:
    """By so many seconds more."""
    stage.world.switches = stage.world.switches.patched({"latency": 0.1})
    stage.world.faults.add(Fault(effect="delay", seconds=30))

    assert await stage.call("GET", f"/v1.0/users/{ADELE}") == 200
    assert stage.slept == [0.1, 30]
