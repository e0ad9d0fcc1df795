"""Whatever the audit log holds: nothing is lost, nothing is told twice, and the order of arrival does not matter."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.audit.event import ActingApp, ActingUser, AuditEvent, Change, Target
from shared.audit.history import history
from shared.audit.history_line import Standing
from shared.contract import Action
from shared.outcome import Status
from tests.shared.audit.recorded import (
    ADA,
    BOB,
    DELETED,
    DESK,
    DESK_CLIENT,
    DESK_PRINCIPAL,
    KIM,
    NOON,
    PORTAL,
    REGISTERED,
    REVOKED,
    UPDATED,
    request,
)

PEOPLE: Final = st.sampled_from(
    [
        Target(id=ADA["id"], type="User", user_principal_name=ADA["userPrincipalName"]),
        Target(type="User", user_principal_name=ADA["userPrincipalName"].upper()),
        Target(
            id=BOB["id"],
            type="User",
            display_name="Bob",
            changes=(Change(name="Phone.PhoneNumber", old='"+1 555555"'),),
        ),
        Target(id="r", type="Role", display_name="Reports Reader"),
        Target(),
    ]
)
ACTIVITIES: Final = st.sampled_from(
    [DELETED, REGISTERED, REVOKED, UPDATED, "Add member to role", "Delete Passkey (device-bound)", "Tea leaves", ""]
)
USERS: Final = st.sampled_from(
    [None, ActingUser(), ActingUser(id=KIM["id"]), ActingUser(id=ADA["id"], user_principal_name="ada@contoso.com")]
)
APPS: Final = st.sampled_from(
    [
        None,
        ActingApp(),
        ActingApp(app_id=DESK_CLIENT, service_principal_id=DESK_PRINCIPAL),
        ActingApp(service_principal_id=DESK_PRINCIPAL),
        ActingApp(display_name="Azure MFA StrongAuthenticationService"),
        ActingApp(display_name="CIPP", app_id="cipp"),
    ]
)
SECONDS: Final = st.one_of(st.integers(-60, 240), st.integers(0, 7200))
EVENTS: Final = st.lists(
    st.builds(
        AuditEvent,
        id=st.integers(0, 40).map(str),
        at=SECONDS.map(lambda seconds: NOON + timedelta(seconds=seconds)),
        activity=ACTIVITIES,
        service=st.sampled_from(["Core Directory", "Device Registration Service", ""]),
        result=st.sampled_from(["success", "failure", "timeout", ""]),
        reason=st.sampled_from(["", PORTAL, "Admin deleted phone method for user"]),
        correlation_id=st.sampled_from(["", "", "1", "2"]),
        user=USERS,
        app=APPS,
        targets=st.lists(PEOPLE, max_size=3).map(tuple),
    ),
    max_size=25,
    unique_by=lambda event: event.id,
)
REQUESTS: Final = st.lists(
    st.builds(
        request,
        st.sampled_from(["INC-1", "INC-2", "INC-3"]),
        st.sampled_from([ADA, BOB]),
        st.integers(-600, 300),
        st.one_of(st.none(), st.integers(300, 900)),
        status=st.sampled_from(Status),
        actions=st.lists(st.sampled_from(Action), min_size=1, unique=True).map(tuple),
    ),
    max_size=3,
    unique_by=lambda each: each.id,
)
NOW: Final = NOON + timedelta(days=1)


@given(EVENTS, REQUESTS)
@settings(deadline=None)
def test_every_event_is_in_exactly_one_line(events: list[AuditEvent], requests: Sequence[Any]) -> None:
    """No event is lost, none is told twice."""
    made = history(events, requests, DESK, NOW)

    assert Counter(event.id for event in events) == Counter(event for line in made for event in line.events)


@given(EVENTS, REQUESTS, st.randoms(use_true_random=False))
@settings(deadline=None)
def test_the_order_of_arrival_does_not_matter(events: list[AuditEvent], requests: Sequence[Any], dice: Any) -> None:
    """Shuffled, and with a page that came twice, the same events make the same lines."""
    made = history(events, requests, DESK, NOW)
    shuffled = [*events, *events[: len(events) // 2]]
    dice.shuffle(shuffled)

    assert made == history(shuffled, list(reversed(requests)), DESK, NOW)


@given(EVENTS, REQUESTS)
@settings(deadline=None)
def test_every_line_has_an_id_of_its_own_and_the_newest_comes_first(
    events: list[AuditEvent], requests: Sequence[Any]
) -> None:
    """A list can be paged and told apart by them."""
    made = history(events, requests, DESK, NOW)

    assert len(made) == len({line.id for line in made})
    assert sorted(made, key=lambda line: (line.at, line.id), reverse=True) == list(made)


@given(EVENTS, REQUESTS)
@settings(deadline=None)
def test_what_the_desks_identity_did_is_matched_or_an_alarm(events: list[AuditEvent], requests: Sequence[Any]) -> None:
    """It never passes for somebody else's act, and nobody else's for the desk's."""
    by_desk = {event.id for event in events if DESK.did(event) and event.activity in (DELETED, REVOKED)}
    standings = {
        event: line.standing
        for line in history(events, requests, DESK, NOW)
        for event in line.events
        if event in by_desk
    }

    assert set(standings.values()) <= {Standing.MATCHED, Standing.ALARM}


@given(EVENTS)
@settings(deadline=None)
def test_without_a_ledger_nothing_is_matched(events: list[AuditEvent]) -> None:
    """A match takes two sides."""
    standings = {line.standing for line in history(events, [], DESK, NOW)}

    assert standings.isdisjoint({Standing.MATCHED, Standing.PENDING, Standing.UNCONFIRMED})
