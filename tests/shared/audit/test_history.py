"""History: the audit log's events and the ledger's requests joined, whole lines compared."""

from datetime import timedelta
from typing import Any, Final

import msgspec
import pytest
from msgspec.structs import replace

from shared.audit.actors import NOBODY, DeskIdentity
from shared.audit.history import TELLS_WITHIN, history
from shared.audit.history_line import (
    Actor,
    Deed,
    HistoryLine,
    Kind,
    Method,
    Party,
    Person,
    Registration,
    Standing,
    Through,
)
from shared.contract import Action
from shared.outcome import Approval, PersonNamed, Status, Verdict
from tests.shared.audit.recorded import (
    ADA,
    BOB,
    BY_ADA,
    BY_DESK,
    BY_DESK_CORE,
    BY_LEE,
    CORE,
    DELETED,
    DESK,
    DESK_CLIENT,
    DESK_PRINCIPAL,
    KIM,
    LEE,
    NOON,
    PORTAL,
    REGISTERED,
    REVOKED,
    UPDATED,
    Changes,
    app,
    event,
    named,
    request,
    target,
    user,
)

LATER: Final = NOON + timedelta(hours=6)
ADA_TOLD: Final = Person(id="ada-id", user_principal_name="ada@contoso.com", display_name="Ada Lovelace")
BOB_TOLD: Final = Person(id="bob-id", user_principal_name="bob@contoso.com", display_name="Bob Hope")
KIM_ASKS: Final = Actor(party=Party.PERSON, id="kim-id", name="kim@contoso.com", display_name="Kim Admin")
LEE_DOES: Final = Actor(
    party=Party.PERSON, id="lee-id", name="lee@contoso.com", display_name="Lee Operator", ip_address="203.0.113.7"
)
THE_DESK: Final = Actor(party=Party.APPLICATION, id=DESK_PRINCIPAL, name="mi-mfadesk-reset", app_id=DESK_CLIENT)
DETAIL: Final[Changes] = {"StrongAuthenticationPhoneAppDetail": ([{"DeviceName": "iPhone 14"}], [])}


def lines(*events: Any, requests: Any = (), now: Any = LATER) -> tuple[HistoryLine, ...]:
    """Return the history of these events and requests, as it stands hours later."""
    return history(events, requests, DESK, now)


def only(*events: Any, requests: Any = (), now: Any = LATER) -> HistoryLine:
    """Return the one line that they make."""
    (line,) = lines(*events, requests=requests, now=now)
    return line


# --- through the desk -------------------------------------------------------------------------------------------------


def test_a_reset_by_the_desk_is_one_line_with_the_human_who_asked() -> None:
    """Deletions, their twins and the revocation fold into one; the ledger names who stands behind the identity."""
    line = only(
        event(DELETED, BY_DESK, ADA, 0, changes={"Phone.PhoneNumber": ("+1 5555550100", "")}, correlation="1"),
        event(UPDATED, BY_DESK_CORE, ADA, 0.4, changes={"StrongAuthenticationUserDetails": ([], [])}, correlation="1"),
        event(DELETED, BY_DESK, ADA, 2, reason="Admin deleted Authenticator App with Notification and Code"),
        event(UPDATED, BY_DESK_CORE, ADA, 3, changes=DETAIL),
        event(REVOKED, BY_DESK_CORE, ADA, 4),
        requests=[request()],
    )

    assert (
        HistoryLine(
            id="INC-1",
            at=NOON,
            until=NOON + timedelta(seconds=4),
            person=ADA_TOLD,
            deeds=(
                Deed(
                    kind=Kind.METHODS_REMOVED,
                    methods=(Method("microsoftAuthenticator", "iPhone 14"), Method("phone", "+1 ********00")),
                ),
                Deed(kind=Kind.SESSIONS_REVOKED),
            ),
            standing=Standing.MATCHED,
            through=Through.DESK,
            asked_by=KIM_ASKS,
            done_by=THE_DESK,
            ticket="T-7",
            reason="Lost phone",
            request_id="INC-1",
            result=Status.SUCCEEDED,
            events=(f"{DELETED}/0", f"{UPDATED}/0.4", f"{DELETED}/2", f"{UPDATED}/3", f"{REVOKED}/4"),
        )
        == line
    )


def test_every_action_of_the_desk_is_accounted_for() -> None:
    """A pass and per-user MFA, with the state before it, stand in the line of their request."""
    actions = (Action.SET_PER_USER_MFA, Action.ISSUE_TEMPORARY_ACCESS_PASS)
    state: Any = ([{"RelyingParty": "*", "State": 1}], [])
    line = only(
        event(
            "Update per-user multifactor authentication state", BY_DESK, ADA, 1, changes={"State": (None, "disabled")}
        ),
        event(UPDATED, BY_DESK_CORE, ADA, 1.2, changes={"StrongAuthenticationRequirement": state}),
        event(REGISTERED, BY_DESK, ADA, 2, reason="User registered temporary access pass method"),
        requests=[request(actions=actions)],
    )

    assert (
        Standing.MATCHED,
        (
            Deed(kind=Kind.PER_USER_MFA_CHANGED, before="enabled", after="disabled"),
            Deed(kind=Kind.PASS_ISSUED),
        ),
        (),
    ) == (line.standing, line.deeds, line.unseen)


def test_the_approver_stands_in_the_line() -> None:
    """Whoever was the second person is named beside whoever asked."""
    approval = Approval(verdict=Verdict.APPROVED, by=named(LEE), at=NOON - timedelta(seconds=1), comment="Called back")
    line = only(event(REVOKED, BY_DESK_CORE, ADA), requests=[request(seconds=-7200, approval=approval)])

    assert (KIM_ASKS, approval) == (line.asked_by, line.approval)


def test_an_application_that_asked_is_named_as_one() -> None:
    """What signed in to the desk may be an application."""
    asked_by = PersonNamed(asked="", id="app-id", display_name="Ticket system")
    line = only(event(REVOKED, BY_DESK_CORE, ADA), requests=[request(requested_by=asked_by)])

    assert Actor(party=Party.APPLICATION, id="app-id", name="Ticket system") == line.asked_by


def test_what_failed_at_first_is_told_and_the_ledger_says_how_it_ended() -> None:
    """Graph refuses the default method until the others are gone: the second try is what counts."""
    refusal = "The requested authentication method id of [1] matches the user's current default authentication method"
    line = only(
        event(
            DELETED, BY_DESK, ADA, 1, reason=refusal, result="failure", changes={"Phone.PhoneNumber": ("+1 55555", "")}
        ),
        event(DELETED, BY_DESK, ADA, 3, reason="Admin deleted phone method for user"),
        requests=[request()],
        now=NOON + timedelta(minutes=1),
    )

    assert (Status.SUCCEEDED, (refusal,), (Deed(kind=Kind.METHODS_REMOVED, methods=(Method("phone"),)),)) == (
        line.result,
        line.failures,
        line.deeds,
    )


def test_what_only_failed_stands_there_as_failed() -> None:
    """A deed without success is told, and makes no reset."""
    line = only(
        event(DELETED, BY_DESK, ADA, 1, reason="Insufficient privileges", result="failure"),
        requests=[request(status=Status.FAILED)],
    )

    assert (Deed(kind=Kind.METHODS_REMOVED, failed=True),) == line.deeds
    assert (line.result, line.is_reset) == (Status.FAILED, False)


def test_what_the_ledger_asked_for_and_the_log_does_not_show_is_named() -> None:
    """A line that matches in part says which part."""
    removal = event(DELETED, BY_DESK, ADA)

    assert only(removal, requests=[request()]).unseen == (Action.REVOKE_SESSIONS,)
    assert only(removal, requests=[request()], now=NOON + timedelta(minutes=5)).unseen == ()


# --- in the ledger, not in the audit ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("waited", "standing", "unseen"),
    [
        pytest.param(timedelta(minutes=5), Standing.PENDING, (), id="the log may still tell"),
        pytest.param(TELLS_WITHIN, Standing.PENDING, (), id="at the last moment"),
        pytest.param(
            TELLS_WITHIN + timedelta(seconds=1),
            Standing.UNCONFIRMED,
            (Action.REQUIRE_REREGISTRATION, Action.REVOKE_SESSIONS),
            id="the log had the time",
        ),
    ],
)
def test_a_request_without_a_trace_is_unconfirmed_once_enough_time_has_passed(
    waited: timedelta, standing: Standing, unseen: tuple[Action, ...]
) -> None:
    """Until then it is pending; a trace that comes later makes it a match."""
    finished = NOON + timedelta(seconds=10)
    line = only(requests=[request()], now=finished + waited)

    assert HistoryLine(
        id="INC-1",
        at=finished,
        until=finished,
        person=ADA_TOLD,
        deeds=(Deed(kind=Kind.METHODS_REMOVED), Deed(kind=Kind.SESSIONS_REVOKED)),
        standing=standing,
        through=Through.DESK,
        asked_by=KIM_ASKS,
        ticket="T-7",
        reason="Lost phone",
        request_id="INC-1",
        result=Status.SUCCEEDED,
        unseen=unseen,
    ) == replace(line, note="")
    assert line.note


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"status": Status.REFUSED}, id="refused"),
        pytest.param({"status": Status.REJECTED}, id="rejected"),
        pytest.param({"status": Status.AWAITING_APPROVAL, "until": None}, id="waiting"),
        pytest.param({"status": Status.RUNNING, "until": None}, id="at work"),
        pytest.param({"status": Status.FAILED}, id="failed"),
        pytest.param({"dry_run": True}, id="a dry run"),
        pytest.param({"message_id": "m"}, id="a message that was not taken"),
    ],
)
def test_a_request_that_changed_nothing_is_owed_no_trace(changes: Any) -> None:
    """Only what the ledger says was done is looked for in the audit log."""
    assert lines(requests=[request(**changes)]) == ()


# --- the desk's identity, and no request ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("act", "requests"),
    [
        pytest.param(event(DELETED, BY_DESK, ADA), [], id="no request at all"),
        pytest.param(event(DELETED, BY_DESK, ADA), [request(who=BOB)], id="a request about somebody else"),
        pytest.param(event(DELETED, BY_DESK, ADA), [request(dry_run=True)], id="a dry run"),
        pytest.param(event(DELETED, BY_DESK, ADA), [request(status=Status.REFUSED)], id="a refused request"),
        pytest.param(
            event(DELETED, BY_DESK, ADA),
            [request(status=Status.AWAITING_APPROVAL, until=None)],
            id="a request that waits for approval",
        ),
        pytest.param(event(DELETED, BY_DESK, ADA), [request(actions=(Action.REVOKE_SESSIONS,))], id="another action"),
        pytest.param(event(DELETED, BY_DESK, ADA, -126), [request()], id="before the request"),
        pytest.param(event(DELETED, BY_DESK, ADA, 311), [request()], id="after its end"),
        pytest.param(
            event(DELETED, BY_DESK, ADA, -600),
            [
                request(
                    seconds=-3600,
                    approval=Approval(verdict=Verdict.APPROVED, by=named(LEE), at=NOON),
                )
            ],
            id="before its approval",
        ),
        pytest.param(event("Reset password (by admin)", BY_DESK, ADA), [request()], id="what no request can ask for"),
        pytest.param(
            event(DELETED, app("mi-mfadesk-reset", None, DESK_CLIENT), ADA), [], id="known by its client id alone"
        ),
        pytest.param(event(DELETED, BY_DESK_CORE, ADA), [], id="known by its object id alone"),
        pytest.param(event(DELETED, {**BY_DESK, "user": BY_LEE["user"]}, ADA), [], id="a person beside the identity"),
    ],
)
def test_what_the_desks_identity_did_without_a_request_is_an_alarm(act: Any, requests: Any) -> None:
    """Somebody has the identity's token, or the ledger has lost a row."""
    alarms = [line for line in lines(act, requests=requests) if line.standing is Standing.ALARM]

    assert [((act.id,), Through.DESK, Party.APPLICATION)] == [
        (line.events, line.through, line.asked_by.party) for line in alarms
    ]


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(event(DELETED, BY_DESK, ADA, -125), id="the desk's clock is ahead"),
        pytest.param(event(DELETED, BY_DESK, ADA, 310), id="the log's is"),
    ],
)
def test_clocks_may_differ_a_little(act: Any) -> None:
    """Microsoft dates the events, the desk its requests: two minutes before it was accepted, five after it ended."""
    assert Standing.MATCHED is only(act, requests=[request()]).standing


def test_an_alarm_does_not_hide_behind_a_request_at_the_same_moment() -> None:
    """A request that revokes sessions does not account for a deletion, nor swallow the deletion's twin."""
    made = lines(
        event(REVOKED, BY_DESK_CORE, ADA, 1, correlation="1"),
        event(DELETED, BY_DESK, ADA, 2, correlation="2"),
        event(UPDATED, BY_DESK_CORE, ADA, 2.5, changes=DETAIL, correlation="2"),
        requests=[request(actions=(Action.REVOKE_SESSIONS,))],
    )

    assert [
        (Standing.ALARM, (f"{DELETED}/2", f"{UPDATED}/2.5")),
        (Standing.MATCHED, (f"{REVOKED}/1",)),
    ] == [(line.standing, line.events) for line in made]


def test_a_request_that_is_still_at_work_accounts_for_what_it_does() -> None:
    """It has no end yet; deferred by Graph, it may take its time."""
    at_work = request(status=Status.DEFERRED, until=None)
    line = only(event(DELETED, BY_DESK, ADA, 1800), requests=[at_work], now=NOON + timedelta(seconds=1801))

    assert (line.standing, line.result) == (Standing.MATCHED, Status.DEFERRED)


def test_a_twin_alone_is_accounted_for_by_its_request() -> None:
    """When the methods' own event is late, the directory's is enough; later they are in one line."""
    twin = event(UPDATED, BY_DESK_CORE, ADA, 3, changes=DETAIL)
    late = event(DELETED, BY_DESK, ADA, 2)

    assert (Standing.MATCHED, (Method("microsoftAuthenticator", "iPhone 14"),)) == (
        only(twin, requests=[request()]).standing,
        only(twin, requests=[request()]).deeds[0].methods,
    )
    assert (late.id, twin.id) == only(twin, late, requests=[request()]).events


def test_of_two_requests_the_nearer_one_accounts() -> None:
    """Two requests about one person, one after the other, get what is theirs."""
    made = lines(
        event(DELETED, BY_DESK, ADA, 0),
        event(DELETED, BY_DESK, ADA, 60),
        requests=[request(), request("INC-2", seconds=55, until=70)],
    )

    assert [("INC-2", (f"{DELETED}/60",)), ("INC-1", (f"{DELETED}/0",))] == [(line.id, line.events) for line in made]


def test_of_two_requests_to_come_the_next_one_accounts() -> None:
    """The log's clock is behind: what it dates a minute early is the request's that was accepted first after it."""
    made = lines(
        event(DELETED, BY_DESK, ADA, -60),
        requests=[request(seconds=-5, until=100), request("INC-2", seconds=30, until=40)],
    )

    assert {("INC-1", (f"{DELETED}/-60",)), ("INC-2", ())} == {(line.id, line.events) for line in made}


def test_of_two_requests_at_work_the_shorter_one_accounts() -> None:
    """A request that took an hour, by its approval or by Graph, was idle for most of it."""
    made = lines(
        event(DELETED, BY_DESK, ADA, 0),
        requests=[request(seconds=-1800, until=1800), request("INC-2", seconds=-5, until=10)],
    )

    assert {("INC-1", ()), ("INC-2", (f"{DELETED}/0",))} == {(line.id, line.events) for line in made}


def test_the_identity_is_known_again_where_a_service_tells_another_id() -> None:
    """Core Directory tells no client id; the methods' service tells both, and so the desk learns the other."""
    desk = DeskIdentity(client_ids=frozenset({DESK_CLIENT.upper()}))
    events = [event(DELETED, BY_DESK, ADA, 0), event(REVOKED, BY_DESK_CORE, BOB, 900)]

    assert [line.standing for line in history(events, [], desk, LATER)] == [Standing.ALARM, Standing.ALARM]


# --- around the desk --------------------------------------------------------------------------------------------------


def test_the_portals_button_is_named_with_the_admin() -> None:
    """One event for all methods: its properties tell the phones, the directory's event the app."""
    phones: Any = {"Phone.PhoneNumber": ("+1 5555550100", ""), "Phone.PhoneType": ("mobile", "")}
    line = only(
        event(DELETED, BY_LEE, ADA, 0, changes=phones, reason=PORTAL, correlation="p"),
        event(UPDATED, user(LEE, core=True), ADA, 1, changes=DETAIL, correlation="p"),
        event(REVOKED, user(LEE, core=True), ADA, 40),
    )

    assert (
        HistoryLine(
            id=f"{DELETED}/0",
            at=NOON,
            until=NOON + timedelta(seconds=40),
            person=ADA_TOLD,
            deeds=(
                Deed(
                    kind=Kind.METHODS_REMOVED,
                    methods=(
                        Method("microsoftAuthenticator", "iPhone 14"),
                        Method("phone", "mobile +1 ********00"),
                    ),
                ),
                Deed(kind=Kind.SESSIONS_REVOKED),
            ),
            standing=Standing.OUTSIDE_DESK,
            through=Through.PORTAL_OR_TOOL,
            asked_by=LEE_DOES,
            result=Status.SUCCEEDED,
            events=(f"{DELETED}/0", f"{UPDATED}/1", f"{REVOKED}/40"),
        )
        == line
    )


@pytest.mark.parametrize(
    ("by", "through", "expected"),
    [
        pytest.param(
            app("CIPP", "sp", "client"),
            Through.APPLICATION,
            Actor(party=Party.APPLICATION, id="sp", name="CIPP", app_id="client"),
            id="another application",
        ),
        pytest.param(
            {"user": BY_LEE["user"], "app": app("Capri")["app"]},
            Through.PORTAL_OR_TOOL,
            replace(LEE_DOES, tool="Capri"),
            id="a person with a tool",
        ),
        pytest.param(
            {"user": {"id": "far", "displayName": "Partner Pat", "userPrincipalName": None}, "app": None},
            Through.PORTAL_OR_TOOL,
            Actor(party=Party.PERSON, id="far", name="Partner Pat", display_name="Partner Pat"),
            id="somebody of another tenant",
        ),
        pytest.param({"user": None, "app": None}, Through.UNKNOWN, Actor(party=Party.UNKNOWN), id="nobody"),
        pytest.param(None, Through.UNKNOWN, Actor(party=Party.UNKNOWN), id="not even the field"),
        pytest.param(
            {"user": {"id": None}, "app": {"displayName": None}},
            Through.UNKNOWN,
            Actor(party=Party.UNKNOWN),
            id="both, and both empty",
        ),
    ],
)
def test_the_true_initiator_is_named(by: Any, through: Through, expected: Actor) -> None:
    """A person comes before the application that they used; what is not told is not made up."""
    line = only(event(DELETED, by, ADA))

    assert (Standing.OUTSIDE_DESK, through, expected) == (line.standing, line.through, line.asked_by)


def test_an_initiator_gets_the_name_that_another_event_tells() -> None:
    """Core Directory leaves the display name out."""
    made = lines(event(REVOKED, user(LEE, core=True), ADA, 0), event(DELETED, BY_LEE, BOB, 600))

    assert [line.asked_by for line in made] == [LEE_DOES, LEE_DOES]


@pytest.mark.parametrize(
    ("activity", "kind"),
    [
        pytest.param("Reset password (by admin)", Kind.PASSWORD_CHANGED, id="a password"),
        pytest.param("Admin registered security info", Kind.METHODS_REGISTERED, id="a method for somebody else"),
        pytest.param(REGISTERED, Kind.METHODS_REGISTERED, id="a method for somebody else, as if by the user"),
        pytest.param("Read the tea leaves", Kind.OTHER, id="unknown"),
    ],
)
def test_other_acts_of_others_are_lines_too(activity: str, kind: Kind) -> None:
    """What an admin does to somebody's sign-in stands in their history, whatever the activity is called."""
    line = only(event(activity, BY_LEE, ADA))

    assert (Standing.OUTSIDE_DESK, [kind], False) == (
        line.standing,
        [deed.kind for deed in line.deeds],
        line.is_reset,
    )


def test_several_people_of_one_event_are_all_named() -> None:
    """The first is whom the line is about."""
    line = only(event(DELETED, BY_LEE, [target(ADA), target(BOB), target(ADA)]))

    assert (line.person, line.others) == (ADA_TOLD, (BOB_TOLD,))


@pytest.mark.parametrize(
    ("targets", "expected"),
    [
        pytest.param([], None, id="no target"),
        pytest.param([{}], None, id="an empty one"),
        pytest.param(
            [{"id": "g", "type": "Group", "displayName": "Tier 0"}, {"id": "r", "type": "Role"}],
            Person(id="g", display_name="Tier 0"),
            id="a group",
        ),
    ],
)
def test_an_act_on_no_person_is_a_line_too(targets: Any, expected: Person | None) -> None:
    """A group that gets a role, a policy, or nothing that the event would name."""
    assert expected == only(event("Add member to role", BY_LEE, targets)).person


def test_a_role_that_pim_gives_is_one_line_under_whoever_asked() -> None:
    """PIM tells the person, Core Directory the service that carries it out."""
    role: Any = {"Role.DisplayName": (None, "Global Administrator")}
    line = only(
        event("Add member to role completed (PIM activation)", BY_ADA, ADA, 0, changes=role, service="PIM"),
        event("Add member to role", app("MS-PIM"), ADA, 2, changes=role, service=CORE),
    )

    assert ((Deed(kind=Kind.ROLE_GIVEN, detail="Global Administrator"),), 2) == (line.deeds, len(line.events))


# --- one sitting, and the next ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("apart", "correlation", "expected"),
    [
        pytest.param(120, "", 1, id="in one sitting"),
        pytest.param(121, "", 2, id="later"),
        pytest.param(900, "c", 1, id="later, with the correlation id of before"),
        pytest.param(901, "c", 2, id="much later, with the correlation id of before"),
    ],
)
def test_acts_belong_together_by_time_or_correlation(apart: int, correlation: str, expected: int) -> None:
    """What the same admin does to the same person in one sitting is one line."""
    made = lines(
        event(DELETED, BY_LEE, ADA, 0, correlation=correlation),
        event(DELETED, BY_LEE, ADA, apart, correlation=correlation),
    )

    assert expected == len(made)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(event(DELETED, BY_LEE, ADA, 0), event(DELETED, user(KIM), ADA, 1), id="two admins"),
        pytest.param(event(DELETED, BY_LEE, ADA, 0), event(DELETED, BY_LEE, BOB, 1), id="two people"),
        pytest.param(
            event(DELETED, BY_LEE, ADA, 0),
            event(UPDATED, user(KIM), ADA, 1, changes=DETAIL),
            id="the twin of another admin's act",
        ),
        pytest.param(
            event(DELETED, BY_LEE, ADA, 0, correlation="c"),
            event(UPDATED, user(KIM), ADA, 1, changes=DETAIL, correlation="c"),
            id="another admin under the same correlation id",
        ),
        pytest.param(
            event(DELETED, BY_LEE, ADA, 0, correlation="c"),
            event(UPDATED, BY_DESK_CORE, ADA, 1, changes=DETAIL, correlation="c"),
            id="the desk's identity under somebody else's correlation id",
        ),
        pytest.param(
            event(DELETED, BY_LEE, ADA, 0),
            event(UPDATED, app("CIPP"), ADA, 1, changes=DETAIL),
            id="another application at the same moment",
        ),
        pytest.param(
            event(DELETED, BY_LEE, ADA, 0), event(UPDATED, BY_LEE, ADA, 500, changes=DETAIL), id="a late twin"
        ),
        pytest.param(event(DELETED, BY_LEE, ADA, 0), event("Add member to role", BY_LEE, ADA, 1), id="a role"),
    ],
)
def test_what_does_not_belong_together_stays_apart(first: Any, second: Any) -> None:
    """Nobody's act is told under somebody else's name."""
    assert len(lines(first, second)) == 2


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(
            event("Update role definition", BY_LEE, [{"id": "one", "type": "Role"}], 0),
            event("Update role definition", BY_LEE, [{"id": "other", "type": "Role"}], 1),
            id="two roles",
        ),
        pytest.param(
            event("Set password policy", BY_LEE, [], 0),
            event("Set domain authentication", BY_LEE, [], 1),
            id="two acts that name nothing",
        ),
    ],
)
def test_what_is_about_nobody_is_told_by_itself(first: Any, second: Any) -> None:
    """No person holds such acts together, though the same admin is at work."""
    assert len(lines(first, second)) == 2


@pytest.mark.parametrize(
    ("apart", "correlation", "expected"),
    [
        pytest.param(60, "", 1, id="a minute after the act"),
        pytest.param(61, "", 2, id="later"),
        pytest.param(900, "c", 1, id="a quarter of an hour, under its correlation id"),
        pytest.param(901, "c", 2, id="later still"),
    ],
)
def test_a_twin_comes_soon_or_under_the_correlation_id(apart: int, correlation: str, expected: int) -> None:
    """What another service says long after is an act of its own."""
    made = lines(
        event(DELETED, BY_LEE, ADA, 0, correlation=correlation),
        event(UPDATED, BY_LEE, ADA, apart, changes=DETAIL, correlation=correlation),
    )

    assert expected == len(made)


def test_the_directorys_services_repeat_what_a_person_did() -> None:
    """Core Directory and the device service name themselves; near the act it is theirs no more."""
    line = only(
        event(REGISTERED, BY_ADA, ADA, 0, reason="User registered Fido2 Authentication Method"),
        event(
            "Add Passkey (device-bound)",
            app("Device Registration Service"),
            ADA,
            1,
            service="Device Registration Service",
        ),
        event(
            UPDATED,
            app("Azure MFA StrongAuthenticationService"),
            ADA,
            2,
            changes={"StrongAuthenticationMethod": ([], [])},
        ),
    )

    assert (Standing.SELF_SERVICE, (Deed(kind=Kind.METHODS_REGISTERED, methods=(Method("fido2"),)),)) == (
        line.standing,
        line.deeds,
    )


def test_of_two_acts_the_one_under_the_same_correlation_id_is_repeated() -> None:
    """Two admins at work on one person at the same moment each keep what is theirs."""
    made = lines(
        event(DELETED, BY_LEE, ADA, 0, correlation="lee"),
        event(DELETED, user(KIM), ADA, 1, correlation="kim"),
        event(UPDATED, app("Azure MFA StrongAuthenticationService"), ADA, 1.1, changes=DETAIL, correlation="lee"),
    )

    assert [(line.asked_by.name, len(line.events)) for line in made] == [("kim@contoso.com", 1), ("lee@contoso.com", 2)]


def test_an_unknown_service_repeats_what_its_correlation_id_says() -> None:
    """Microsoft has more services than are known by name."""
    line = only(
        event(DELETED, BY_LEE, ADA, 0, correlation="c"),
        event(UPDATED, app("Another Service"), ADA, 2, changes=DETAIL, correlation="c"),
    )

    assert line.asked_by == LEE_DOES


def test_a_service_alone_is_no_culprit() -> None:
    """Where the act itself is missing, the line says that the service is not who stood behind it."""
    line = only(event(UPDATED, app("Azure MFA StrongAuthenticationService"), ADA, changes=DETAIL))

    assert "not told" in line.note


# --- the person ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "by",
    [
        pytest.param(BY_ADA, id="by object id"),
        pytest.param({"user": {"userPrincipalName": "ADA@contoso.com"}}, id="by name alone"),
        pytest.param({"user": None, "app": None}, id="by the activity, where nobody is named"),
    ],
)
def test_what_people_do_to_themselves_is_self_service(by: Any) -> None:
    """It is no reset."""
    line = only(event("User deleted security info", by, ADA))

    assert (line.standing, line.through, line.is_reset) == (Standing.SELF_SERVICE, Through.SELF_SERVICE, False)


def test_what_was_registered_afterwards_stands_with_the_reset_until_the_next_one() -> None:
    """A registration belongs to the reset before it, and has its own line besides."""
    made = lines(
        event(REGISTERED, BY_ADA, ADA, -3600, reason="User registered Fido"),
        event(DELETED, BY_DESK, ADA, 0),
        event(REGISTERED, BY_ADA, ADA, 900, reason="User registered Mobile Phone SMS"),
        event(REGISTERED, BY_ADA, BOB, 901, reason="User registered Fido"),
        event(DELETED, BY_LEE, ADA, 7200),
        event(REGISTERED, BY_ADA, ADA, 9000, reason="User registered Authenticator App with Code"),
        event(REGISTERED, BY_ADA, ADA, 12000, reason="Failed", result="failure"),
        requests=[request()],
    )

    assert [
        (f"{DELETED}/7200", (Registration(NOON + timedelta(seconds=9000), (Method("softwareOath"),)),)),
        ("INC-1", (Registration(NOON + timedelta(seconds=900), (Method("phone"),)),)),
    ] == [(line.id, line.afterwards) for line in made if line.is_reset]
    assert len(made) == 7


def test_what_people_remove_themselves_is_no_reset_that_registrations_belong_to() -> None:
    """What they register after it still came after the reset before it."""
    made = lines(
        event(DELETED, BY_LEE, ADA, 0),
        event("User deleted security info", BY_ADA, ADA, 3600),
        event(REGISTERED, BY_ADA, ADA, 7200),
    )

    assert [len(line.afterwards) for line in made if line.is_reset] == [1]


@pytest.mark.parametrize(("apart", "expected"), [pytest.param(600, 1, id="one"), pytest.param(601, 2, id="two")])
def test_a_registration_takes_its_time(apart: int, expected: int) -> None:
    """The steps of somebody who registers are further apart than those of an admin at work."""
    made = lines(event(REGISTERED, BY_ADA, ADA, 0), event(REGISTERED, BY_ADA, ADA, apart))

    assert expected == len(made)


def test_a_person_without_an_id_in_one_event_is_known_by_the_name() -> None:
    """Events of one person are one person's, whatever each of them tells."""
    line = only(
        event(DELETED, BY_LEE, ADA, 0),
        event(DELETED, BY_LEE, {"userPrincipalName": "ada@contoso.com"}, 5),
    )

    assert line.person == ADA_TOLD
    assert line.others == ()


def test_late_events_make_the_lines_anew() -> None:
    """What came late is in the line as if it had been there from the start."""
    early, late = event(DELETED, BY_LEE, ADA, 0), event(DELETED, BY_LEE, ADA, 30, reason="Admin deleted email method")

    assert (early.id,) == only(early).events
    assert (early.id, late.id) == only(late, early).events


def test_a_line_can_be_told_as_json() -> None:
    """Absent fields are left out; names are camelCase."""
    told = msgspec.json.decode(msgspec.json.encode(only(event(REVOKED, user(KIM), ADA))))

    assert {
        "id": f"{REVOKED}/0",
        "at": "2026-11-20T12:00:00Z",
        "until": "2026-11-20T12:00:00Z",
        "person": {"id": "ada-id", "userPrincipalName": "ada@contoso.com", "displayName": "Ada Lovelace"},
        "deeds": [{"kind": "sessionsRevoked"}],
        "standing": "outsideDesk",
        "through": "portalOrTool",
        "askedBy": {
            "party": "person",
            "id": "kim-id",
            "name": "kim@contoso.com",
            "displayName": "Kim Admin",
            "ipAddress": "203.0.113.7",
        },
        "result": "succeeded",
        "events": [f"{REVOKED}/0"],
    } == told


def test_a_request_of_which_nothing_but_the_id_can_be_read_names_nobody() -> None:
    """Another release has listed it: that it is there is told all the same."""
    line = only(requests=[request(user=None, requested_by=None)])

    assert (line.request_id, line.asked_by, line.person) == ("INC-1", NOBODY, Person())
