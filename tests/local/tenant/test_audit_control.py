"""What a test can do to the audit log."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from local.tenant.control_client import ControlClient
from tests.local.tenant.auditor import Auditor, given
from tests.local.tenant.caller import ADELE, PATTI

UNUSUAL: list[dict[str, Any]] = [
    {},
    {"id": "nothing else"},
    given("null targets", targetResources=None, initiatedBy=None),
    given("no targets", targetResources=[]),
    given("three targets", targetResources=[{"id": str(number), "type": "User"} for number in range(3)]),
    given("both", initiatedBy={"user": {"id": "1"}, "app": {"displayName": "x"}}),
    given("unknown activity", activityDisplayName="Teleport user", loggedByService="Somewhere else"),
    given("wrong types", activityDisplayName=7, category=["x"], result=None),
    given("odd time", at="yesterday"),
    given("umlauts and \\ / ? # \t in an id ü"),
    given(
        "200 properties",
        targetResources=[
            {
                "id": "t",
                "modifiedProperties": [{"displayName": f"P{number}", "oldValue": "x" * 400} for number in range(200)],
            }
        ],
    ),
]


@pytest.mark.parametrize("event", UNUSUAL, ids=lambda event: str(event.get("id")))
def test_an_event_is_served_exactly_as_given(auditor: Auditor, event: dict[str, Any]) -> None:
    """Whatever is wrong with it."""
    auditor.control.audit.add(event)

    assert auditor.page()["value"] == [event]


def test_an_event_stands_at_its_own_time(auditor: Auditor) -> None:
    """At another if told so, and at the present where it has none."""
    at = (datetime.now(UTC) - timedelta(hours=2)).isoformat().replace("+00:00", "Z")
    earlier = (datetime.now(UTC) - timedelta(hours=3)).isoformat().replace("+00:00", "Z")
    auditor.control.audit.add(given("own", at))
    auditor.control.audit.add(given("told", at), at=earlier)
    auditor.control.audit.add(given("none"))

    assert auditor.ids() == ["told", "own", "none"]


def test_the_true_log_has_everything(auditor: Auditor) -> None:
    """Seen or not, kept or not, with its time and that from which on it is seen."""
    auditor.control.audit.add(given("old", "2020-01-01T00:00:00.5Z"), late=0.25)
    auditor.control.audit.add(given("hidden"), late=3600)
    old, hidden = auditor.control.audit.events()
    counted = auditor.control.audit.count()

    assert (old.id, old.activity) == ("old", "Update group")
    assert (old.at, old.visible_from) == ("2020-01-01T00:00:00.5Z", "2020-01-01T00:00:00.75Z")
    assert hidden.visible_from > hidden.at
    assert (counted.happened, counted.visible) == (2, 1)


def test_the_future_has_not_happened(auditor: Auditor) -> None:
    """It is in the log when its time comes."""
    auditor.control.audit.add(given("tomorrow"), at=(datetime.now(UTC) + timedelta(days=1)).isoformat())
    before = auditor.control.audit.events()
    auditor.control.advance(86_400)

    assert before == []
    assert [event.id for event in auditor.control.audit.events()] == ["tomorrow"]


def test_a_crowd_is_spread_over_its_span(auditor: Auditor) -> None:
    """Evenly, each with an id of its own, and a share of them of the kind that the desk looks for."""
    until = datetime.now(UTC) - timedelta(hours=1)
    since = until - timedelta(days=1)
    auditor.control.audit.crowd(2000, since=since.isoformat(), until=until.isoformat(), relevant=0.1)
    events = auditor.events()
    half = [
        event for event in events if datetime.fromisoformat(event["activityDateTime"]) < since + timedelta(hours=12)
    ]
    relevant = [event for event in events if "security info" in event["activityDisplayName"]]

    assert len({event["id"] for event in events}) == len(events) == 2000
    assert len(half) == 1000
    assert 80 < len(relevant) < 200


def test_a_crowd_is_the_same_on_every_page(auditor: Auditor) -> None:
    """Although its events are written only when they are read."""
    until = datetime.now(UTC) - timedelta(hours=1)
    auditor.control.audit.crowd(50, since=(until - timedelta(hours=1)).isoformat(), until=until.isoformat())
    events = auditor.events()

    assert auditor.events(top=7) == events
    assert [event.id for event in auditor.control.audit.events()] == [event["id"] for event in events]


def test_a_reset_empties_the_log(auditor: Auditor) -> None:
    """And ends the invented life."""
    auditor.control.audit.live()
    auditor.control.revoke(ADELE, actor=f"admin:{PATTI}")
    auditor.control.reset()

    assert auditor.control.audit.events() == []


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/audit/events", b"{}", 400),
        ("/audit/events", b'{"event": {}, "at": "yesterday"}', 400),
        ("/audit/events", b'{"event": {', 400),
        ("/audit/crowd", b'{"count": 1, "since": "x", "until": "2026-01-01"}', 400),
        ("/audit/crowd", b'{"count": "many", "since": "2026-01-01", "until": "2026-01-01"}', 400),
        ("/audit/life", b'{"speed": 1}', 400),
        (f"/people/{ADELE}/resets", b"{}", 400),
        (f"/people/{ADELE}/resets", b'{"admin": "nobody"}', 404),
        ("/people/nobody/resets", b'{"app": "Robot"}', 404),
    ],
)
def test_wrong_input_is_refused_with_a_sentence(control: ControlClient, path: str, body: bytes, status: int) -> None:
    """And nothing happens."""
    answer = httpx.post(f"{control.url}/control{path}", content=body)

    assert answer.status_code == status
    assert answer.json()["error"]
    assert control.audit.events() == []
