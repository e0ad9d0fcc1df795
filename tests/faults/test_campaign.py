"""A short campaign: whatever goes wrong, each request comes to one ending, and ledger, tenant and audit log agree."""

import logging
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from shared.bulk.bulk import BulkStatus
from shared.bulk.tally import Tally
from shared.report.report_table import Owed, ReportList, Unwritten
from tests.faults.judge import faults_of
from tests.faults.lookout import BulkSeen
from tests.faults.room import Room
from tests.faults.runner import play
from tests.faults.schedule import schedule_of
from tests.faults.seen import Seen
from tests.faults.steps import Ask, AskMany, Schedule, Timer, Work
from tests.faults.words import told
from tests.fixtures.azurite import Storage
from tests.fixtures.tenant import Tenant

pytestmark = pytest.mark.stand
RESET = ("requireReregistration", "revokeSessions")
LEE, ADELE, DIEGO = "lee.gu@contoso.com", "adele.vance@contoso.com", "diego.siciliani@contoso.com"
LOST_PHONE = Ask(id="lost", way="queue", by=LEE, user=ADELE, actions=RESET)
PASS = Ask(id="pass", way="http", by=LEE, user="johanna.lorenz@contoso.com", actions=("issueTemporaryAccessPass",))
INCIDENT = AskMany(id="many", by=LEE, users=(ADELE, DIEGO), actions=("revokeSessions",))
NOT_THEIRS = AskMany(id="not-theirs", by=ADELE, users=(DIEGO,), actions=("revokeSessions",))


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
    schedule = Schedule(1, (LOST_PHONE, PASS, INCIDENT, NOT_THEIRS, Work(), Timer(name="sweep"), Work()))
    assert (await room.tried(schedule)).faults == ()
    seen = await play(schedule, tenant, storage.connection_string)

    missed = {
        what
        for what, changes in _wrong(seen).items()
        if not any(what in each for each in faults_of(schedule, msgspec.structs.replace(seen, **changes)))
    }

    assert missed == set()


def _wrong(seen: Seen) -> dict[str, dict[str, Any]]:
    """Return what the judge has to say of which change to a good ending."""
    (lost,) = (row for row in seen.rows if row.id == "lost")
    nobody = msgspec.structs.replace(lost.request, requested_by=ADELE)
    others = tuple(row for row in seen.rows if row.id != lost.id)
    (many,) = seen.bulks
    (first, *_) = seen.reports.reports
    return {
        "did not come to rest": {"quiet": False},
        "is not on record": {"rows": ()},
        "with outcome None": {"rows": (*others, msgspec.structs.replace(lost, outcome=None))},
        "announced to nobody": {"announced": ()},
        "announced otherwise": {"announced": (*seen.announced, seen.announced[0].replace(b"succeeded", b"failed"))},
        "No request accounts for": {"rows": (*others, msgspec.structs.replace(lost, request=nobody))},
        "the tenant knows nothing of it": {"journal": ()},
        "are not kept": {"stored": {}},
        "kept more than once": {"stored": dict.fromkeys(seen.stored, 2)},
        "does not show": {"visible": frozenset()},
        "of which no history tells": {"lines": ()},
        "told as its own": {"strange": seen.lines[0].events},
        "Bulk request many was answered": {"bulks": ()},
        "of the refusals are on record": {"refused": ()},
        "has come to no end": {"bulks": (_bulk(many, status=BulkStatus.PAUSED),)},
        "tells of 0 of 2 people": {"bulks": (msgspec.structs.replace(many, endings={}),)},
        "has 3 people": {"bulks": (_bulk(many, people=3),)},
        "counts Tally(done=0": {"bulks": (_bulk(many, tally=Tally()),)},
        "what no request of theirs does": {"rows": (lost,)},
        "which names no": {"bulks": (msgspec.structs.replace(many, people=(ADELE,)),)},
        "says refused of": {"bulks": (_told(many, "refused"),)},
        "was shown 2 times": {"passes": seen.passes * 2},
        "is written down": {"written": seen.passes},
        "passes were shown, and the tenant issued": {"passes": (*seen.passes, "another")},
        "still owes": {"reports": ReportList((msgspec.structs.replace(first, owed=(Owed.MAIL,)),))},
        "is missing": {"reports": ReportList((), (Unwritten(day=first.day, tried_at=seen.begun, trouble="x"),))},
        "was announced with 2 contents": {"reported": (*seen.reported, seen.reported[0] + b" ")},
        "of the report of": {"reported": ()},
        "was mailed to nobody": {"mails": ()},
        "was mailed 2 times": {"mails": seen.mails * 2},
        "of which there is no report": {"reports": ReportList(())},
    }


def _bulk(seen: BulkSeen, **changes: Any) -> BulkSeen:
    return msgspec.structs.replace(seen, bulk=msgspec.structs.replace(seen.bulk, **changes))


def _told(seen: BulkSeen, status: str) -> BulkSeen:
    return msgspec.structs.replace(
        seen, endings={place: msgspec.structs.replace(each, status=status) for place, each in seen.endings.items()}
    )
