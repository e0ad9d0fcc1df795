"""What somebody would try who wants a reset to be told under another's name: each attempt, and what it comes to."""

from datetime import timedelta
from typing import Any, Final

import pytest

from shared.audit.event import AuditEvent
from shared.audit.history import history
from shared.audit.history_line import HistoryLine, Kind, Party, Standing
from shared.contract import Action
from shared.methods import MethodType
from shared.outcome import Status
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
    KIM,
    LEE,
    NOON,
    REVOKED,
    UPDATED,
    Changes,
    app,
    event,
    request,
    target,
    user,
)

LATER: Final = NOON + timedelta(hours=6)
APP_GONE: Final[Changes] = {"StrongAuthenticationPhoneAppDetail": ([{"DeviceName": "iPhone 14"}], [])}
KEY_GONE: Final = "Admin deleted Fido2 Authentication Method"
PHONE_GONE: Final = "Admin deleted phone method for user"


def lines(*events: AuditEvent, requests: Any = ()) -> tuple[HistoryLine, ...]:
    """Return the history of these events and requests."""
    return history(events, requests, DESK, LATER)


def told(*events: AuditEvent, requests: Any = ()) -> set[tuple[Standing, str, tuple[str, ...]]]:
    """Return how each line stands, whom it names, and its events."""
    return {(line.standing, line.asked_by.name, line.events) for line in lines(*events, requests=requests)}


# --- with the desk's identity, near somebody's request ---------------------------------------------------------------


def test_a_method_that_the_request_did_not_touch_is_an_alarm() -> None:
    """Whoever has the identity's token cannot hide behind a reset of phones that is under way."""
    phones = request(methods=("phone", "softwareOath"), actions=(Action.REQUIRE_REREGISTRATION,))
    made = told(
        event(DELETED, BY_DESK, ADA, 1, reason=PHONE_GONE),
        event(DELETED, BY_DESK, ADA, 2, reason=KEY_GONE),
        requests=[phones],
    )

    assert {
        (Standing.MATCHED, "kim@contoso.com", (f"{DELETED}/1",)),
        (Standing.ALARM, "mi-mfadesk-reset", (f"{DELETED}/2",)),
    } == made


@pytest.mark.parametrize(("begun", "standing"), [(True, Standing.MATCHED), (False, Standing.ALARM)])
def test_a_refused_request_accounts_for_what_it_had_begun_before(*, begun: bool, standing: Standing) -> None:
    """A run died, and the next one may not go on: what the first did is no use of the identity around the desk."""
    refused = request(status=Status.REFUSED, methods=("phone",) if begun else None, begun=begun)

    (line,) = lines(event(DELETED, BY_DESK, ADA, 1, reason=PHONE_GONE), requests=[refused])

    assert standing is line.standing


@pytest.mark.parametrize(
    ("methods", "reason"),
    [
        pytest.param(("phone",), PHONE_GONE, id="the one it removed"),
        pytest.param(("softwareOath",), "Admin deleted Authenticator App with Notification and Code", id="a kin"),
        pytest.param(("phone",), "Admin deleted security info", id="one that the log does not name"),
        pytest.param(None, KEY_GONE, id="a request of which the ledger does not say what it removed"),
        pytest.param(("#microsoft.graph.newer",), KEY_GONE, id="a type that this desk does not know"),
    ],
)
def test_what_the_request_did_touch_is_its_own(methods: Any, reason: str) -> None:
    """The log's words for methods are few and loose: only what they tell apart for sure counts against a request."""
    done = request(methods=methods, actions=(Action.REQUIRE_REREGISTRATION,))

    assert [line.standing for line in lines(event(DELETED, BY_DESK, ADA, reason=reason), requests=[done])] == [
        Standing.MATCHED
    ]


@pytest.mark.parametrize(
    ("type_", "words"),
    [
        (MethodType.PHONE, "phone"),
        (MethodType.PHONE, "Mobile Phone Call and SMS"),
        (MethodType.MICROSOFT_AUTHENTICATOR, "Authenticator App with Notification and Code"),
        (MethodType.PASSWORDLESS_AUTHENTICATOR, "Authenticator App with passwordless sign-in"),
        (MethodType.SOFTWARE_OATH, "Authenticator App with Code"),
        (MethodType.HARDWARE_OATH, "hardware OATH token"),
        (MethodType.FIDO2, "Fido2 Authentication"),
        (MethodType.FIDO2, "passkey"),
        (MethodType.WINDOWS_HELLO, "Windows Hello for Business"),
        (MethodType.PLATFORM_CREDENTIAL, "platform credential"),
        (MethodType.EMAIL, "email"),
        (MethodType.TEMPORARY_ACCESS_PASS, "temporary access pass"),
        (MethodType.EXTERNAL, "external authentication"),
        (MethodType.QR_CODE_PIN, "QR code"),
    ],
)
def test_the_words_of_each_type_are_those_of_the_request(type_: MethodType, words: str) -> None:
    """What the desk removed is never an alarm because the log calls it otherwise."""
    gone = event(DELETED, BY_DESK, ADA, reason=f"Admin deleted {words} method for user")

    assert [line.standing for line in lines(gone, requests=[request(methods=(type_,))])] == [Standing.MATCHED]


def test_a_refusal_is_no_method_that_went() -> None:
    """Whatever words are in what Microsoft says of it."""
    refused = event(DELETED, BY_DESK, ADA, 1, reason="The email method cannot be deleted.", result="failure")
    gone = event(DELETED, BY_DESK, ADA, 2, reason=PHONE_GONE)

    assert len(lines(refused, gone, requests=[request(methods=("phone",))])) == 1


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param(APP_GONE, id="methods removed"),
        pytest.param({"StrongAuthenticationRequirement": ([{"State": 2}], [])}, id="per-user MFA switched off"),
    ],
)
def test_what_the_directory_alone_tells_needs_a_request_of_its_own(changes: Changes) -> None:
    """The desk's twin of a revocation is no place to hide a change of methods, though it comes a second later."""
    made = told(
        event(REVOKED, BY_DESK_CORE, ADA, 1),
        event(UPDATED, BY_DESK_CORE, ADA, 2, changes=changes),
        requests=[request(actions=(Action.REVOKE_SESSIONS,))],
    )

    assert {
        (Standing.MATCHED, "kim@contoso.com", (f"{REVOKED}/1",)),
        (Standing.ALARM, "mi-mfadesk-reset", (f"{UPDATED}/2",)),
    } == made


def test_an_act_on_two_people_is_accounted_for_by_no_request_about_one() -> None:
    """A request is about one person; the other one would go under in its line."""
    (line,) = [
        line for line in lines(event(DELETED, BY_DESK, [target(ADA), target(BOB)]), requests=[request()]) if line.events
    ]

    assert (line.standing, [each.display_name for each in line.others]) == (Standing.ALARM, ["Bob Hope"])


def test_of_two_requests_at_once_each_has_its_own() -> None:
    """They are about one person at one moment: what each was asked for tells them apart."""
    made = told(
        event(DELETED, BY_DESK, ADA, 1, reason=PHONE_GONE),
        event(REVOKED, BY_DESK_CORE, ADA, 2),
        event(DELETED, BY_DESK, ADA, 3, reason=KEY_GONE),
        requests=[
            request("INC-1", actions=(Action.REQUIRE_REREGISTRATION,), methods=("phone",)),
            request("INC-2", actions=(Action.REVOKE_SESSIONS,)),
            request("INC-3", actions=(Action.REQUIRE_REREGISTRATION,), methods=("fido2",)),
        ],
    )

    assert {(f"{DELETED}/1",), (f"{REVOKED}/2",), (f"{DELETED}/3",)} == {events for _, _, events in made}
    assert {Standing.MATCHED} == {standing for standing, _, _ in made}


# --- by name ---------------------------------------------------------------------------------------------------------


def test_an_application_of_the_desks_name_is_not_the_desk() -> None:
    """Anybody may call an application as they like; ids are Microsoft's to give."""
    twin = app("mi-mfadesk-reset", "foreign-principal", "foreign-client")
    made = told(event(DELETED, BY_DESK, ADA, 1), event(DELETED, twin, ADA, 2), requests=[request()])

    assert {
        (Standing.MATCHED, "kim@contoso.com", (f"{DELETED}/1",)),
        (Standing.OUTSIDE_DESK, "mi-mfadesk-reset", (f"{DELETED}/2",)),
    } == made


@pytest.mark.parametrize("name", ["Device Registration Service", "MS-PIM", "Azure MFA StrongAuthenticationService"])
def test_an_application_of_a_services_name_is_not_that_service(name: str) -> None:
    """It tells a client id that is not Microsoft's: what it did is its own, and nobody else stood behind it."""
    twin = app(name, "foreign-principal", "foreign-client")
    role: Any = {"Role.DisplayName": (None, "Global Administrator")}
    made = lines(
        event(DELETED, BY_LEE, ADA, 1),
        event(UPDATED, twin, ADA, 2, changes=APP_GONE),
        event("Add member to role", BY_LEE, BOB, 3, changes=role, service=CORE),
        event("Add member to role", twin, BOB, 4, changes=role, service=CORE),
    )

    assert {"lee@contoso.com", name} == {line.asked_by.name for line in made}
    assert {1} == {len(line.events) for line in made}
    assert {""} == {line.note for line in made}


def test_core_directory_tells_such_an_application_by_a_property() -> None:
    """It leaves the client id out of the initiator, and has it among what was modified."""
    told_as: Changes = {**APP_GONE, "ActorId.ServicePrincipalNames": (None, "foreign-client")}
    twin = event(UPDATED, app("Azure MFA StrongAuthenticationService"), ADA, 2, changes=told_as)

    assert [len(line.events) for line in lines(event(DELETED, BY_LEE, ADA, 1), twin)] == [1, 1]


def test_a_service_that_tells_something_else_repeats_nobody() -> None:
    """By its name alone it is known, so that what nobody else told stands by itself."""
    made = lines(
        event(REVOKED, BY_LEE, ADA, 1),
        event(UPDATED, app("Azure MFA StrongAuthenticationService"), ADA, 2, changes=APP_GONE),
    )

    assert [(line.asked_by.name, bool(line.note)) for line in made] == [
        ("Azure MFA StrongAuthenticationService", True),
        ("lee@contoso.com", False),
    ]


def test_two_people_of_one_display_name_stay_two() -> None:
    """They are told apart by object id, and named by user principal name."""
    other = {**LEE, "id": "other-lee", "userPrincipalName": "lee.other@contoso.com"}
    made = lines(event(DELETED, BY_LEE, ADA, 1), event(DELETED, user(other), ADA, 2))

    assert [line.asked_by.name for line in made] == ["lee.other@contoso.com", "lee@contoso.com"]


# --- in person -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("first", [pytest.param([ADA, BOB], id="oneself first"), pytest.param([BOB, ADA], id="last")])
def test_what_somebody_does_to_themselves_and_another_is_no_self_service(first: list[dict[str, str]]) -> None:
    """One's own name among the targets hides nothing."""
    (line,) = lines(event(DELETED, BY_ADA, [target(each) for each in first]))

    assert (line.standing, line.is_reset) == (Standing.OUTSIDE_DESK, True)


def test_a_reset_in_the_portal_right_after_the_desks_is_told_by_itself() -> None:
    """Seconds after, on the same person, by the very one who asked the desk: it has no ticket all the same."""
    made = told(
        event(DELETED, BY_DESK, ADA, 1, correlation="desk"),
        event(DELETED, user(KIM), ADA, 3, correlation="kim"),
        event(UPDATED, user(KIM, core=True), ADA, 3.5, changes=APP_GONE),
        requests=[request()],
    )

    assert {
        (Standing.MATCHED, "kim@contoso.com", (f"{DELETED}/1",)),
        (Standing.OUTSIDE_DESK, "kim@contoso.com", (f"{DELETED}/3", f"{UPDATED}/3.5")),
    } == made


# --- requests that did less than they were asked for ------------------------------------------------------------------


def test_a_request_that_found_nothing_to_change_is_owed_no_trace() -> None:
    """Somebody without methods was asked about: the log has nothing to tell, and nobody was reset."""
    assert lines(requests=[request(idle=tuple(request().actions))]) == ()


def test_what_found_nothing_to_change_is_not_missed_beside_what_did() -> None:
    """The revocation is there, and no method was."""
    (line,) = lines(event(REVOKED, BY_DESK_CORE, ADA), requests=[request(idle=(Action.REQUIRE_REREGISTRATION,))])
    (unseen,) = lines(requests=[request(idle=(Action.REQUIRE_REREGISTRATION,))])

    assert (line.standing, line.unseen) == (Standing.MATCHED, ())
    assert ([deed.kind for deed in unseen.deeds], unseen.unseen) == ([Kind.SESSIONS_REVOKED], (Action.REVOKE_SESSIONS,))


def test_a_request_that_failed_half_way_accounts_for_what_it_did() -> None:
    """It ended as failed; what it had removed by then was its own."""
    (line,) = lines(event(DELETED, BY_DESK, ADA, 2), requests=[request(status=Status.FAILED)])

    assert (line.standing, line.result, line.asked_by.party) == (Standing.MATCHED, Status.FAILED, Party.PERSON)
