"""The invented life of the tenant, which fills the log of a demonstration."""

from datetime import UTC, datetime
from random import Random
from typing import Any

import msgspec
import pytest

from local.tenant.audit.audit import Audit
from local.tenant.audit.pace import Pace
from local.tenant.clock import Clock
from local.tenant.directory import Directory
from local.tenant.seed import Seed, read
from local.tenant.switches import Switches
from tests.local.tenant.auditor import Auditor
from tests.local.tenant.caller import ADELE, PATTI
from tests.local.tenant.schema import Schema

NOON = datetime(2026, 6, 30, 12, tzinfo=UTC).timestamp()
DAY = 86_400
QUIET = Pace(days=3, daily=200)
RELEVANT = {
    "Admin deleted security info",
    "User registered security info",
    "Update StsRefreshTokenValidFrom Timestamp",
    "Add member to role",
    "Add member to role completed (PIM activation)",
}


class Life:
    """A tenant of its own, which was started at some time."""

    def __init__(self, started: float, seed: Seed) -> None:
        self.clock = Clock(lambda: started)
        directory = Directory(seed, self.clock, Random())  # noqa: S311
        self.audit = Audit(directory, Switches)

    def events(self) -> list[dict[str, Any]]:
        """Read everything that has happened."""
        return [msgspec.json.decode(entry.json()) for entry in self.audit.happened()]

    def ids(self) -> list[str]:
        """List what has happened."""
        return [event["id"] for event in self.events()]


def _living(started: float, pace: Pace = QUIET, seed: Seed | None = None) -> Life:
    life = Life(started, seed or read())
    life.audit.live(pace)
    return life


@pytest.fixture(scope="module")
def month() -> list[dict[str, Any]]:
    """Read the usual history once."""
    return _living(NOON, Pace()).events()


def test_a_month_is_as_full_as_a_mid_size_tenants(month: list[dict[str, Any]]) -> None:
    """Some 40,000 events, of which some 300 are what the desk is there for."""
    relevant = [event for event in month if event["activityDisplayName"] in RELEVANT]

    assert 36_000 < len(month) < 44_000
    assert 200 < len(relevant) < 450
    assert len({event["id"] for event in month}) == len(month)


def test_a_month_has_resets_of_every_kind(month: list[dict[str, Any]]) -> None:
    """By named administrators in the portal, by the desk, by another app; and people who register anew."""
    deletions = [event for event in month if event["activityDisplayName"] == "Admin deleted security info"]
    admins = {event["initiatedBy"]["user"]["userPrincipalName"] for event in deletions if event["initiatedBy"]["user"]}
    apps = {event["initiatedBy"]["app"]["displayName"] for event in deletions if event["initiatedBy"]["app"]}
    registered = [event for event in month if event["activityDisplayName"] == "User registered security info"]

    assert "joni.sherman@contoso.com" in admins
    assert len(admins) > 2
    assert apps == {"mfa-desk-reset", "Contoso Onboarding Robot"}
    assert len(registered) > 30


def test_its_events_have_graphs_shape(month: list[dict[str, Any]]) -> None:
    """Those that are written when they are read as well."""
    schema = Schema("v1.0")

    assert [flaw for event in month[::20] for flaw in schema.flaws("directoryAudit", event)] == []
    assert {tuple(event) for event in month[::20]} == {tuple(month[0])}
    assert "<<" not in str(month[:2000])


def test_an_administrator_resets_somebody_else(month: list[dict[str, Any]]) -> None:
    """Nobody presses the portal's button for themselves."""
    again = [event for event in month if "re-registration" in event["resultReason"]]
    themselves = [event for event in again if event["initiatedBy"]["user"]["id"] == event["targetResources"][0]["id"]]

    assert len(again) > 20
    assert themselves == []


def test_people_work_by_day(month: list[dict[str, Any]]) -> None:
    """Most happens from Monday to Friday in the daytime."""
    times = [datetime.fromisoformat(event["activityDateTime"]) for event in month]
    working = [time for time in times if time.weekday() < 5 and 7 <= time.hour < 17]

    assert len(working) > len(times) / 2


def test_the_past_is_the_same_after_a_new_start() -> None:
    """Down to the ids: whoever has stored it already has nothing new to store."""
    first, again = _living(NOON), _living(NOON + 3 * 3600)
    later = set(again.ids())

    assert [id_ for id_ in first.ids()[50:] if id_ not in later] == []
    assert len(first.ids()) > 300


def test_it_goes_on_with_the_clock() -> None:
    """A tenant that nobody watched for days has lived all the same, and nothing happens twice."""
    life = _living(NOON)
    before = life.ids()
    life.clock.advance(2 * DAY)
    after = life.ids()

    assert after[: len(before)] == before
    assert len(after) > len(before) + 200
    assert len(set(after)) == len(after)


def test_it_can_rest() -> None:
    """Then its past stays, and no further hour passes."""
    life = _living(NOON)
    life.audit.rest()
    before = life.ids()
    life.clock.advance(2 * DAY)

    assert len(life.ids()) - len(before) < 30


def test_the_desk_can_be_left_out() -> None:
    """Where what its identity did must be in the desk's own records."""
    events = _living(NOON, Pace(daily=0, incidents=20, desk=False)).events()

    assert len(events) > 1000
    assert "mfa-desk-reset" not in str(events)


@pytest.mark.parametrize("people", [0, 1])
def test_it_needs_nobody(people: int) -> None:
    """Not even an administrator: another tenant's seed lives as well."""
    seed = msgspec.structs.replace(
        read(), people=read().people[:people], groups=(), units=(), assignments=(), applications=()
    )
    activities = {event["activityDisplayName"] for event in _living(NOON, Pace(incidents=50), seed).events()}

    assert "Update group" in activities
    assert ("Admin deleted security info" in activities) is (people > 0)


def test_it_changes_nobody(auditor: Auditor) -> None:
    """People's methods are what they were: only the log has it."""
    before = auditor.control.person(ADELE)
    auditor.control.audit.live(Pace(days=7, daily=200, incidents=20))

    assert auditor.control.audit.count().happened > 1000
    assert auditor.control.person(ADELE) == before
    assert auditor.control.journal() == []


def test_what_really_happens_is_among_it(auditor: Auditor) -> None:
    """The invented life does not hide it."""
    auditor.control.audit.live(Pace(days=1, daily=500))
    auditor.control.reset_in_portal(ADELE, admin=PATTI)
    found = auditor.events(filter=f"targetResources/any(t:t/id eq '{auditor.control.person(ADELE).id}')")

    assert found[-2]["resultReason"] == "Admin required re-registration of MFA authentication methods."
