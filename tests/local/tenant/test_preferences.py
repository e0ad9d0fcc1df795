"""Sign-in preferences, per-user MFA and Temporary Access Passes."""

from typing import Any

import pytest

from local.tenant.control_client import ControlClient
from local.tenant.methods import Email, SoftwareOath
from tests.local.tenant.caller import ADELE, KIM, MIRIAM, SAM, Graph, error, ids_of
from tests.local.tenant.conftest import GraphWith
from tests.local.tenant.schema import Schema

PREFERENCES = f"/beta/users/{ADELE}/authentication/signInPreferences"
REQUIREMENTS = f"/beta/users/{ADELE}/authentication/requirements"
PASSES = f"/v1.0/users/{ADELE}/authentication/temporaryAccessPassMethods"
PREFERRED = "userPreferredMethodForSecondaryAuthentication"
SYSTEM = "isSystemPreferredAuthenticationMethodEnabled"
POLICY = "Policy.ReadWrite.AuthenticationMethod"


def test_the_preference_names_the_default(graph: Graph) -> None:
    """Adele's is push."""
    preferences = graph.get(PREFERENCES)

    assert (preferences[PREFERRED], preferences[SYSTEM]) == ("push", False)
    assert set(preferences) - {"@odata.context"} == set(Schema("beta").properties("signInPreferences"))


def test_without_a_second_factor_the_preference_is_none(graph: Graph) -> None:
    """There is nothing to prefer."""
    path = "/beta/users/nobody.yet@contoso.com/authentication/signInPreferences"

    assert graph.get(path)[PREFERRED] == "none"


def test_the_default_can_be_changed_and_the_old_one_then_deleted(graph: Graph, control: ControlClient) -> None:
    """204; the deletion that was refused goes through."""
    answer = graph.call("PATCH", PREFERENCES, {PREFERRED: "oath"})
    ids = ids_of(control, ADELE)

    assert answer.status_code == 204
    assert graph.get(PREFERENCES)[PREFERRED] == "oath"
    assert graph.delete(ADELE, "microsoftAuthenticatorMethods", ids["microsoftAuthenticator"]).status_code == 204


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({PREFERRED: "voiceOffice"}, "badRequest"),
        ({PREFERRED: "none"}, "badRequest"),
        ({PREFERRED: ["push"]}, "badRequest"),
        ({SYSTEM: "yes"}, "BadRequest"),
        ({"default": "push"}, "BadRequest"),
    ],
)
def test_a_preference_that_cannot_be_is_400(
    graph: Graph, control: ControlClient, body: dict[str, Any], code: str
) -> None:
    """A method the person does not have, a wrong type, an unknown property."""
    assert error(graph.call("PATCH", PREFERENCES, body))[:2] == (400, code)
    assert control.journal() == []


def test_the_system_preference_leaves_the_default(graph: Graph) -> None:
    """The default method is still relevant."""
    graph.call("PATCH", PREFERENCES, {SYSTEM: True})

    assert graph.get(PREFERENCES)[SYSTEM] is True
    assert graph.get(PREFERENCES)[PREFERRED] == "push"


def test_per_user_mfa_needs_a_policy_permission(graph: Graph) -> None:
    """UserAuthenticationMethod.ReadWrite.All does not cover it."""
    assert error(graph.call("GET", REQUIREMENTS))[0] == 403
    assert error(graph.call("PATCH", REQUIREMENTS, {"perUserMfaState": "disabled"}))[0] == 403


def test_per_user_mfa_is_read_and_set(graph_with: GraphWith, control: ControlClient) -> None:
    """204, and journaled with the new state."""
    graph = graph_with(POLICY)
    before = graph.get(REQUIREMENTS)["perUserMfaState"]
    answer = graph.call("PATCH", REQUIREMENTS, {"perUserMfaState": "disabled"})

    assert (before, answer.status_code) == ("enforced", 204)
    assert graph.get(REQUIREMENTS)["perUserMfaState"] == "disabled"
    assert [(entry.act, entry.detail) for entry in control.journal()[-1:]] == [("perUserMfaStateChanged", "disabled")]


def test_enabled_becomes_enforced_for_somebody_who_has_registered(
    graph_with: GraphWith, control: ControlClient
) -> None:
    """Without a second factor it stays enabled."""
    graph = graph_with(POLICY)
    for who in (ADELE, "nobody.yet@contoso.com"):
        graph.call("PATCH", f"/beta/users/{who}/authentication/requirements", {"perUserMfaState": "enabled"})

    assert control.person(ADELE).per_user_mfa == "enforced"
    assert control.person("nobody.yet@contoso.com").per_user_mfa == "enabled"


def test_registering_enforces_what_was_enabled(control: ControlClient) -> None:
    """Whoever is enabled becomes enforced with the first second factor."""
    who = "nobody.yet@contoso.com"
    control.change_person(who, per_user_mfa="enabled")
    control.register(who, Email(email_address="nobody@fabrikam.example"))
    before = control.person(who).per_user_mfa
    control.register(who, SoftwareOath())

    assert (before, control.person(who).per_user_mfa) == ("enabled", "enforced")


@pytest.mark.parametrize("body", [{}, {"perUserMfaState": "on"}, {"perUserMfaState": None}, {"state": "enabled"}])
def test_a_state_that_does_not_exist_is_400(graph_with: GraphWith, body: dict[str, Any]) -> None:
    """There are disabled, enabled and enforced."""
    assert error(graph_with(POLICY).call("PATCH", REQUIREMENTS, body))[0] == 400


def test_a_pass_is_shown_once(graph: Graph, control: ControlClient) -> None:
    """201 with the secret; nothing shows it again."""
    answer = graph.call("POST", PASSES, {"lifetimeInMinutes": 60, "isUsableOnce": True})
    made = answer.json()

    assert answer.status_code == 201
    assert len(made["temporaryAccessPass"]) == 8
    assert (made["isUsable"], made["isUsableOnce"], made["lifetimeInMinutes"]) == (True, True, 60)
    assert Schema("v1.0").flaws("temporaryAccessPassAuthenticationMethod", made) == []
    assert graph.get(f"{PASSES}/{made['id']}")["temporaryAccessPass"] is None
    assert made["temporaryAccessPass"] not in str(control.journal())


@pytest.mark.parametrize(("switch", "acts"), [(True, ["methodDeleted", "sessionsRevoked"]), (False, ["methodDeleted"])])
def test_deleting_a_usable_pass_may_end_sessions(
    graph: Graph, control: ControlClient, acts: list[str], *, switch: bool
) -> None:
    """It once was documented to; whether it does is a switch."""
    control.turn(temporary_access_pass_deletion_revokes=switch)
    made = graph.call("POST", PASSES, {}).json()

    assert graph.delete(ADELE, "temporaryAccessPassMethods", made["id"]).status_code == 204
    assert [entry.act for entry in control.journal()[1:]] == acts


def test_a_new_pass_replaces_the_old_one(graph: Graph) -> None:
    """One pass per person."""
    path = f"/v1.0/users/{SAM}/authentication/temporaryAccessPassMethods"
    made = graph.call("POST", path, {}).json()

    assert [method["id"] for method in graph.get(path)["value"]] == [made["id"]]


def test_a_pass_for_later_is_not_usable_yet(graph: Graph, control: ControlClient) -> None:
    """Until its time has come."""
    made = graph.call("POST", PASSES, {"startDateTime": "2999-01-01T00:00:00Z"}).json()

    assert (made["isUsable"], made["methodUsabilityReason"]) == (False, "NotYetValid")
    assert len(control.journal()) == 1


@pytest.mark.parametrize(
    "body",
    [
        {"lifetimeInMinutes": "60"},
        {"lifetimeInMinutes": True},
        {"startDateTime": "soon"},
        {"startDateTime": 60},
        {"startDateTime": "2999-01-01T00:00:00"},
        {"isUsableOnce": "yes"},
    ],
)
def test_a_pass_that_cannot_be_is_400(graph: Graph, control: ControlClient, body: dict[str, Any]) -> None:
    """Wrong types, and a time without a zone."""
    assert error(graph.call("POST", PASSES, body))[:2] == (400, "badRequest")
    assert control.journal() == []


@pytest.mark.parametrize("minutes", [59, 481])
def test_a_lifetime_outside_the_policys_is_400(graph: Graph, minutes: int) -> None:
    """Entra's own policy allows one hour to eight."""
    message = "Invalid LifetimeInMinutes specified. The valid range between 60 and 480."

    assert error(graph.call("POST", PASSES, {"lifetimeInMinutes": minutes})) == (400, "badRequest", message)


@pytest.mark.parametrize(("wanted", "given"), [({"lifetimeInMinutes": 43_200}, 43_200), ({}, 90)])
def test_a_lifetime_is_the_one_wanted_or_the_policys(
    graph: Graph, control: ControlClient, wanted: dict[str, int], given: int
) -> None:
    """A policy can allow up to 30 days, and has a default of its own."""
    control.turn(temporary_access_pass_minutes=(10, 43_200), temporary_access_pass_default=90)

    assert graph.call("POST", PASSES, wanted).json()["lifetimeInMinutes"] == given


def test_policy_may_forbid_passes(graph: Graph, control: ControlClient) -> None:
    """400, naming the policy."""
    control.turn(temporary_access_pass_allowed=False)

    assert "UserCredentialPolicy" in error(graph.call("POST", PASSES, {}))[2]
    assert control.journal() == []


@pytest.mark.parametrize(("demanded", "given"), [(True, True), (False, False)])
def test_without_a_wish_a_pass_is_as_the_policy_has_it(
    graph: Graph, control: ControlClient, *, demanded: bool, given: bool
) -> None:
    """For one sign-in where policy demands that, otherwise for several."""
    control.turn(temporary_access_pass_once=demanded)

    assert graph.call("POST", PASSES, {}).json()["isUsableOnce"] is given


def test_a_pass_for_several_sign_ins_may_be_against_the_policy(graph: Graph, control: ControlClient) -> None:
    """Then 400; one for a single sign-in is still made."""
    control.turn(temporary_access_pass_once=True)

    assert error(graph.call("POST", PASSES, {"isUsableOnce": False}))[:2] == (400, "badRequest")
    assert graph.call("POST", PASSES, {"isUsableOnce": True}).status_code == 201


def test_a_guest_gets_no_pass(graph: Graph) -> None:
    """A guest signs in at home."""
    path = f"/v1.0/users/{KIM}/authentication/temporaryAccessPassMethods"
    message = "Temporary Access Pass cannot be added to an external guest user."

    assert error(graph.call("POST", path, {})) == (400, "badRequest", message)


def test_no_list_shows_a_passs_secret(graph: Graph) -> None:
    """Neither the list of passes nor that of all methods, in either version."""
    secret = graph.call("POST", PASSES, {}).json()["temporaryAccessPass"]
    lists = [
        graph.call("GET", f"/{version}/users/{ADELE}/authentication/{segment}").text
        for version in ("v1.0", "beta")
        for segment in ("methods", "temporaryAccessPassMethods")
    ]

    assert [secret in text for text in lists] == [False] * 4


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "/beta/users/{}/authentication/signInPreferences", {PREFERRED: "sms"}),
        ("POST", "/v1.0/users/{}/authentication/temporaryAccessPassMethods", {}),
    ],
)
def test_a_restricted_unit_keeps_apps_out_here_as_well(
    graph: Graph, method: str, path: str, body: dict[str, Any]
) -> None:
    """403 accessDenied."""
    assert error(graph.call(method, path.format(MIRIAM), body))[:2] == (403, "accessDenied")
