"""A short campaign: whatever goes wrong, each request comes to one ending, and ledger, tenant and audit log agree."""

import logging
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from tests.faults.judge import faults_of
from tests.faults.room import Room
from tests.faults.runner import play
from tests.faults.schedule import Ask, Schedule, Timer, Work, schedule_of
from tests.faults.words import told
from tests.fixtures.azurite import Storage
from tests.fixtures.tenant import Tenant

pytestmark = pytest.mark.stand
RESET = ("requireReregistration", "revokeSessions")
LOST_PHONE = Ask(id="lost", way="queue", by="lee.gu@contoso.com", user="adele.vance@contoso.com", actions=RESET)


@pytest.fixture
def room(tenant: Tenant, storage: Storage, monkeypatch: pytest.MonkeyPatch) -> Iterator[Room]:
    """Yield a room with the session's Azurite and tenant, in which what fails on purpose is not logged."""
    for name, value in tenant.environment.items():
        monkeypatch.setenv(name, value)
    logging.disable(logging.CRITICAL)
    yield Room(tenant, storage.connection_string)
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("seed", range(1, 7))
async def test_a_random_schedule_ends_as_it_has_to(room: Room, seed: int) -> None:
    """A thousand of them are played by `make faults`."""
    verdict = await room.tried(schedule_of(seed))

    assert verdict.faults == (), str(verdict)


def test_a_seed_always_makes_the_same_schedule() -> None:
    """So that what was found can be found again."""
    assert schedule_of(36) == schedule_of(36)
    assert schedule_of(36) != schedule_of(37)


@pytest.mark.parametrize("seed", range(50))
def test_every_step_can_be_told(seed: int) -> None:
    """A numbered line each."""
    schedule = schedule_of(seed)

    assert len(schedule.steps) + 1 == len(told(schedule).splitlines())


async def test_the_judge_sees_what_is_wrong(room: Room, tenant: Tenant, storage: Storage) -> None:
    """Each claim is taken away from a good ending, one at a time, and missed."""
    schedule = Schedule(1, (LOST_PHONE, Work(), Timer(name="sweep")))
    seen = await play(schedule, tenant, storage.connection_string)
    row = seen.rows[0]
    assert (await room.tried(schedule)).faults == ()
    assert row.outcome is not None
    nobody = msgspec.structs.replace(row.request, requested_by="adele.vance@contoso.com")
    before = msgspec.structs.replace(row, outcome=None)
    wrong: dict[str, dict[str, Any]] = {
        "did not come to rest": {"quiet": False},
        "is not on record": {"rows": ()},
        "with outcome None": {"rows": (before,)},
        "announced to nobody": {"announced": ()},
        "announced otherwise": {"announced": (*seen.announced, seen.announced[0].replace(b"succeeded", b"failed"))},
        "No request accounts for": {"rows": (msgspec.structs.replace(row, request=nobody),)},
        "the tenant knows nothing of it": {"journal": ()},
        "are not kept": {"stored": {}},
        "kept more than once": {"stored": dict.fromkeys(seen.stored, 2)},
        "does not show": {"visible": frozenset()},
        "told as its own": {"strange": seen.lines[0].events},
    }

    missed = {
        what
        for what, changes in wrong.items()
        if not any(what in each for each in faults_of(schedule, msgspec.structs.replace(seen, **changes)))
    }

    assert missed == set()
