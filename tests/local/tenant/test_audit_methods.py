"""The events that the desk leaves when it changes somebody's methods through Graph."""

import msgspec
import pytest

from tests.fixtures.tenant import Tenant
from tests.local.tenant.auditor import Auditor, modified
from tests.local.tenant.caller import ADELE, ALTERNATE, KIM, MIRIAM, MOBILE, SAM, Graph, error, ids_of
from tests.local.tenant.conftest import GraphWith

DELETED = ("Authentication Methods", "Admin deleted security info")
TWIN = ("Core Directory", "Update user")
OATH = "userPreferredMethodForSecondaryAuthentication"


@pytest.mark.parametrize(
    ("segment", "version", "expected"),
    [
        ("phoneMethods", "v1.0", [DELETED, TWIN]),
        ("passwordlessMicrosoftAuthenticatorMethods", "beta", ["passwordless phone sign-in credential", TWIN]),
        ("softwareOathMethods", "v1.0", [DELETED, TWIN]),
        ("fido2Methods", "v1.0", ["Passkey (device-bound)", TWIN]),
        ("windowsHelloForBusinessMethods", "v1.0", ["Windows Hello for Business credential", TWIN]),
        ("platformCredentialMethods", "v1.0", ["platform credential"]),
        ("emailMethods", "v1.0", [DELETED, TWIN]),
        ("temporaryAccessPassMethods", "v1.0", [DELETED]),
        ("externalAuthenticationMethods", "v1.0", [DELETED]),
    ],
)
def test_a_deletion_leaves_several_events(
    auditor: Auditor, graph: Graph, segment: str, version: str, expected: list[object]
) -> None:
    """The methods' service tells it, the device registration of keys, and the directory of what it keeps."""
    kind = segment.removesuffix("Methods").removesuffix("Authentication")
    method_id = ALTERNATE if kind == "phone" else ids_of(auditor.control, SAM)[kind]
    suffix = "/$ref" if kind == "external" else ""
    told = [
        told
        for each in expected
        for told in ([DELETED, ("Device Registration Service", f"Delete {each}")] if isinstance(each, str) else [each])
    ]

    assert graph.delete(SAM, segment, f"{method_id}{suffix}", version).status_code == 204
    assert auditor.told() == told


def test_the_desk_is_named_as_an_application(tenant: Tenant, auditor: Auditor, graph: Graph) -> None:
    """With its app id, its object id and its name; there is no person, whoever asked the desk."""
    graph.delete(ADELE, "phoneMethods", ALTERNATE)
    facts = auditor.control.facts().apps["reset"]
    event = auditor.events()[0]

    assert event["initiatedBy"] == {
        "user": None,
        "app": {
            "appId": tenant.reset_client_id,
            "displayName": facts.name,
            "servicePrincipalId": facts.id,
            "servicePrincipalName": None,
        },
    }


def test_a_deletion_names_the_person_and_the_number(auditor: Auditor, graph: Graph) -> None:
    """The values are JSON texts; what is gone is an empty one, and the number is in full."""
    graph.delete(ADELE, "phoneMethods", ALTERNATE)
    event = auditor.events()[0]
    target = event["targetResources"][0]

    assert (target["id"], target["type"]) == (auditor.control.person(ADELE).id, "User")
    assert (target["userPrincipalName"], target["displayName"]) == (ADELE, "Adele Vance")
    assert modified(event, "Phone.PhoneNumber") == ('"+1 4255550111"', '""')
    assert (event["result"], event["resultReason"]) == ("success", "Admin deleted phone method for user")


def test_the_twin_says_what_the_directory_keeps(auditor: Auditor, graph: Graph) -> None:
    """Lists before and after as JSON texts, and the names of what has changed."""
    graph.delete(SAM, "fido2Methods", ids_of(auditor.control, SAM)["fido2"])
    twin = auditor.events()[-1]
    before, after = (msgspec.json.decode(text) for text in modified(twin, "SearchableDeviceKey"))

    assert [key["Usage"] for key in before] == ["NGC", "FIDO", "NGC"]
    assert [key["Usage"] for key in after] == ["NGC", "NGC"]
    assert modified(twin, "Included Updated Properties") == (None, '"SearchableDeviceKey"')
    assert modified(twin, "TargetId.UserType") == (None, '"Member"')
    assert twin["additionalDetails"] == [{"key": "UserType", "value": "Member"}]


def test_without_any_second_factor_left_the_list_is_empty(auditor: Auditor, graph: Graph) -> None:
    """Which is what many a detection rule looks for."""
    graph.delete("lynne.robbins@contoso.com", "phoneMethods", MOBILE)
    before, after = modified(auditor.events()[-1], "StrongAuthenticationMethod")

    assert before == '[{"MethodType":0,"Default":false},{"MethodType":5,"Default":true}]'
    assert after == "[]"


def test_one_call_has_one_correlation_id(auditor: Auditor, graph: Graph) -> None:
    """It is in the ids of its events; the next call has another."""
    graph.delete(ADELE, "phoneMethods", ALTERNATE)
    graph.delete(ADELE, "softwareOathMethods", ids_of(auditor.control, ADELE)["softwareOath"])
    events = auditor.events()
    correlations = [event["correlationId"] for event in events]

    assert correlations[0] == correlations[1] != correlations[2] == correlations[3]
    assert events[0]["id"].startswith(f"Authentication Methods_{correlations[0]}_")
    assert events[1]["id"].startswith(f"Directory_{correlations[0]}_")
    assert len({event["id"] for event in events}) == 4


def test_the_directory_names_microsofts_service(auditor: Auditor, graph: Graph) -> None:
    """By default the twin does not say who asked, and no app id, as in recorded events."""
    graph.delete(ADELE, "phoneMethods", ALTERNATE)
    app = auditor.events()[1]["initiatedBy"]["app"]

    assert (app["displayName"], app["appId"]) == ("Azure MFA StrongAuthenticationService", None)


@pytest.mark.parametrize("named", [True, False])
def test_the_directory_can_name_the_caller(tenant: Tenant, auditor: Auditor, graph: Graph, *, named: bool) -> None:
    """No source settles it for calls of Graph, nor whether the app id can be there."""
    auditor.control.turn(audit_twins_by="caller", audit_core_app_ids=named)
    graph.delete(ADELE, "phoneMethods", ALTERNATE)
    app = auditor.events()[1]["initiatedBy"]["app"]

    assert app["servicePrincipalId"] == auditor.control.facts().apps["reset"].id
    assert app["appId"] == (tenant.reset_client_id if named else None)


def test_a_hardware_token_that_is_deactivated_is_updated(auditor: Auditor, graph: Graph) -> None:
    """It stays with the person; only the methods' service has something to say."""
    token = ids_of(auditor.control, SAM)["hardwareOath"]
    graph.call("POST", f"/beta/users/{SAM}/authentication/hardwareOathMethods/{token}/deactivate")

    assert auditor.told() == [("Authentication Methods", "Update Hardware Oath Token")]


# --- what is refused --------------------------------------------------------------------------------------------------


def test_a_deletion_that_the_service_refuses_is_a_failure(auditor: Auditor, graph: Graph) -> None:
    """Nothing but the failure is told, with the refusal as its reason."""
    refusal = graph.delete(ADELE, "phoneMethods", MOBILE)
    event = auditor.events()[0]

    assert len(auditor.events()) == 1
    assert (event["activityDisplayName"], event["result"]) == (DELETED[1], "failure")
    assert event["resultReason"] == error(refusal)[2]
    assert event["targetResources"][0]["modifiedProperties"] == []


def test_whether_refusals_are_told_is_a_switch(auditor: Auditor, graph: Graph) -> None:
    """No source settles it."""
    auditor.control.turn(audit_refused_deletions=False)
    graph.delete(ADELE, "phoneMethods", MOBILE)

    assert auditor.events() == []


def test_a_denied_call_leaves_nothing(auditor: Auditor, graph: Graph) -> None:
    """The log has changes, and not what somebody was not allowed to try."""
    denied = graph.delete(MIRIAM, "phoneMethods", MOBILE)
    unknown = graph.delete(ADELE, "phoneMethods", "unknown")

    assert (denied.status_code, unknown.status_code) == (403, 404)
    assert auditor.events() == []


# --- what is set ------------------------------------------------------------------------------------------------------


def test_a_pass_is_security_info(auditor: Auditor, graph: Graph) -> None:
    """With its id, its times and its use, but never the pass itself."""
    path = f"/v1.0/users/{ADELE}/authentication/temporaryAccessPassMethods"
    body = {"startDateTime": "2026-12-01T08:00:00Z", "lifetimeInMinutes": 90, "isUsableOnce": True}
    made = graph.call("POST", path, body).json()
    event = auditor.events()[0]

    assert auditor.told() == [("Authentication Methods", "Admin registered security info")]
    assert event["resultReason"] == "Admin registered temporary access pass method for user"
    assert modified(event, "TemporaryAccessPass.Id") == ('""', f'"{made["id"]}"')
    assert modified(event, "TemporaryAccessPass.EndDateTime") == ('""', '"2026-12-01T09:30:00Z"')
    assert modified(event, "TemporaryAccessPass.AccessPassUsage") == ('""', '"Once"')
    assert made["temporaryAccessPass"] not in str(event)


def test_another_mfa_state_is_told_twice(auditor: Auditor, graph_with: GraphWith) -> None:
    """Only the directory says what it was; who is disabled has no requirement at all."""
    auditor.control.change_person(ADELE, per_user_mfa="enforced")
    writer = graph_with("Policy.ReadWrite.AuthenticationMethod")
    before = len(auditor.events())
    writer.call("PATCH", f"/beta/users/{ADELE}/authentication/requirements", {"perUserMfaState": "disabled"})
    told, events = auditor.told()[before:], auditor.events()[before:]
    old, new = modified(events[1], "StrongAuthenticationRequirement")

    assert told == [("Authentication Methods", "Update per-user multifactor authentication state"), TWIN]
    assert modified(events[0], "PerUserMfaState") == ('""', '"disabled"')
    assert (msgspec.json.decode(old)[0]["State"], new) == (2, "[]")


def test_another_default_is_told_twice(auditor: Auditor, graph: Graph) -> None:
    """The directory moves the mark from one method to another."""
    graph.call("PATCH", f"/beta/users/{ADELE}/authentication/signInPreferences", {OATH: "oath"})
    before, after = modified(auditor.events()[1], "StrongAuthenticationMethod")

    assert auditor.told() == [("Authentication Methods", "PATCH UserAuthMethod.PatchSignInPreferencesAsync"), TWIN]
    assert '{"MethodType":6,"Default":true}' in before
    assert '{"MethodType":7,"Default":true}' in after


def test_sessions_that_are_ended_are_told_twice(auditor: Auditor, graph: Graph) -> None:
    """Both by the directory and in the caller's name, with the time before and after, under one correlation id."""
    old = auditor.control.person(ADELE).sessions_valid_from
    graph.call("POST", f"/v1.0/users/{ADELE}/revokeSignInSessions")
    new = auditor.control.person(ADELE).sessions_valid_from
    events = auditor.events()

    assert auditor.told() == [("Core Directory", "Update StsRefreshTokenValidFrom Timestamp"), TWIN]
    assert [modified(event, "StsRefreshTokensValidFrom") for event in events] == [(f'["{old}"]', f'["{new}"]')] * 2
    assert {event["initiatedBy"]["app"]["displayName"] for event in events} == {"mfa-desk-reset"}
    assert len({event["correlationId"] for event in events}) == 1


def test_a_guests_sessions_leave_nothing(auditor: Auditor, graph: Graph) -> None:
    """They do not end."""
    graph.call("POST", f"/v1.0/users/{KIM}/revokeSignInSessions")

    assert auditor.events() == []
