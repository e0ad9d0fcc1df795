"""The events of everybody but the desk: people themselves, administrators in the portal, other applications, roles."""

from typing import Any

import httpx
import pytest

from local.tenant.methods import Fido2, HardwareOath, MicrosoftAuthenticator, Phone, kind_of
from tests.fixtures.tenant import Tenant
from tests.local.tenant.auditor import Auditor, modified
from tests.local.tenant.caller import ADELE, PATTI, SAM, Graph, ids_of

JONI = "joni.sherman@contoso.com"
REGISTERED = ("Authentication Methods", "User registered security info")
DELETED = ("Authentication Methods", "Admin deleted security info")
TWIN = ("Core Directory", "Update user")
AGAIN = "Admin required re-registration of MFA authentication methods."


# --- people themselves ------------------------------------------------------------------------------------------------


def test_a_person_registers_a_method(auditor: Auditor) -> None:
    """In their own name and from an address, which is the same every time."""
    auditor.control.register(ADELE, MicrosoftAuthenticator(display_name="New phone"))
    event = auditor.events()[0]
    adele = auditor.control.person(ADELE)

    assert auditor.told() == [REGISTERED, TWIN]
    assert event["initiatedBy"]["app"] is None
    assert event["initiatedBy"]["user"] == {
        "id": adele.id,
        "displayName": "Adele Vance",
        "userPrincipalName": ADELE,
        "ipAddress": event["initiatedBy"]["user"]["ipAddress"],
        "userType": None,
        "homeTenantId": None,
        "homeTenantName": None,
    }
    assert event["initiatedBy"]["user"]["ipAddress"].startswith("203.0.113.")
    assert event["targetResources"][0]["id"] == adele.id
    assert event["resultReason"] == "User registered Authenticator App with Notification and Code"


def test_a_passkey_is_registered_with_the_devices(auditor: Auditor) -> None:
    """Which their service tells."""
    auditor.control.register(
        ADELE, Fido2(display_name="Key", aa_guid="2fc0579f-8113-47ea-b116-555a8db9202a", model="K")
    )

    assert auditor.told() == [REGISTERED, ("Device Registration Service", "Add Passkey (device-bound)"), TWIN]


def test_a_person_deletes_a_method(auditor: Auditor) -> None:
    """As a user, not as an administrator."""
    auditor.control.remove(ADELE, ids_of(auditor.control, ADELE)["softwareOath"])

    assert auditor.told() == [("Authentication Methods", "User deleted security info"), TWIN]


def test_who_is_enabled_becomes_enforced_with_it(auditor: Auditor) -> None:
    """One registration, one correlation id, two things that have changed."""
    auditor.control.change_person("nobody.yet@contoso.com", per_user_mfa="enabled")
    auditor.control.register("nobody.yet@contoso.com", Phone(phone_type="mobile", phone_number="+1 4255550155"))
    state = ("Authentication Methods", "Update per-user multifactor authentication state")

    assert auditor.told() == [REGISTERED, TWIN, state, TWIN]
    assert len({event["correlationId"] for event in auditor.events()}) == 1


# --- the portal and other applications --------------------------------------------------------------------------------


def test_the_portals_button_deletes_what_it_says(auditor: Auditor) -> None:
    """Phones, Authenticator apps and software tokens go, the hardware token stops working, the rest stays."""
    auditor.control.reset_in_portal(SAM, admin=JONI)
    left = auditor.control.person(SAM).methods
    token = next(method for method in left if isinstance(method, HardwareOath))

    assert {kind_of(method) for method in left} == {
        "hardwareOath",
        "fido2",
        "windowsHelloForBusiness",
        "platformCredential",
        "email",
        "temporaryAccessPass",
        "external",
        "qrCodePin",
        "unheard",
        "password",
    }
    assert token.device.status == "assigned"
    assert len(auditor.control.journal()) == 7


def test_the_portals_button_is_one_operation_of_a_named_admin(auditor: Auditor) -> None:
    """The reason says what it was; the phones' numbers are in it; all of it has one correlation id."""
    auditor.control.reset_in_portal(SAM, admin=JONI)
    events = auditor.events()
    user = events[0]["initiatedBy"]["user"]
    numbers = [
        each["oldValue"]
        for each in events[0]["targetResources"][0]["modifiedProperties"]
        if each["displayName"] == "Phone.PhoneNumber"
    ]

    assert auditor.told() == [DELETED, ("Authentication Methods", "Update Hardware Oath Token"), TWIN]
    assert events[0]["resultReason"] == AGAIN
    assert (user["userPrincipalName"], user["displayName"]) == (JONI, "Joni Sherman")
    assert user["ipAddress"].startswith("203.0.113.")
    assert numbers == ['"+1 4255550120"', '"+1 4255550121"', '"+1 4255550122x7"']
    assert len({event["correlationId"] for event in events}) == 1


def test_the_portals_button_can_leave_an_event_for_each_method(auditor: Auditor) -> None:
    """No source settles it; the reason is the same everywhere."""
    auditor.control.turn(portal_reset_events="each")
    auditor.control.reset_in_portal(ADELE, admin=JONI)
    events = [event for event in auditor.events() if event["activityDisplayName"] == DELETED[1]]

    assert auditor.told() == [DELETED, TWIN] * 4
    assert {event["resultReason"] for event in events} == {AGAIN}
    assert len({event["correlationId"] for event in auditor.events()}) == 1


def test_another_application_deletes_call_by_call(auditor: Auditor) -> None:
    """Every call is an operation of its own, in the application's name; then the sessions end."""
    auditor.control.reset_by_app(ADELE, app="Ticket Robot")
    events = [event for event in auditor.events() if event["activityDisplayName"] != "Update user"]

    assert [event["activityDisplayName"] for event in events] == [DELETED[1]] * 4 + [
        "Update StsRefreshTokenValidFrom Timestamp"
    ]
    assert {event["initiatedBy"]["app"]["displayName"] for event in events} == {"Ticket Robot"}
    assert len({event["initiatedBy"]["app"]["servicePrincipalId"] for event in events}) == 1
    assert len({event["correlationId"] for event in events}) == 5
    assert [kind_of(method) for method in auditor.control.person(ADELE).methods] == ["password"]


def test_an_administrator_ends_sessions(auditor: Auditor) -> None:
    """The directory names people without their display name."""
    auditor.control.revoke(ADELE, actor=f"admin:{JONI}")
    user = auditor.events()[0]["initiatedBy"]["user"]

    assert (user["userPrincipalName"], user["displayName"]) == (JONI, None)


def test_an_administrator_who_has_left_is_still_named(auditor: Auditor) -> None:
    """By the name that they had."""
    auditor.control.revoke(ADELE, actor="admin:gone@contoso.com")

    assert auditor.events()[0]["initiatedBy"]["user"]["userPrincipalName"] == "gone@contoso.com"


# --- roles ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("how", "given", "taken"),
    [
        ({}, [("Core Directory", "Add member to role")], [("Core Directory", "Remove member from role")]),
        (
            {"unit": "Milan"},
            [("Core Directory", "Add scoped member to role")],
            [("Core Directory", "Remove scoped member from role")],
        ),
        (
            {"eligible": True},
            [
                ("PIM", "Add eligible member to role in PIM completed (permanent)"),
                ("Core Directory", "Add eligible member to role"),
            ],
            [
                ("PIM", "Remove eligible member from role in PIM completed (permanent)"),
                ("Core Directory", "Remove eligible member from role"),
            ],
        ),
    ],
)
def test_a_role_is_given_and_taken(
    auditor: Auditor, how: dict[str, Any], given: list[tuple[str, str]], taken: list[tuple[str, str]]
) -> None:
    """Over the tenant, over a unit, or to be activated."""
    auditor.control.assign("Global Reader", ADELE, **how)
    first = auditor.told()
    auditor.control.unassign("Global Reader", ADELE, **how)

    assert (first, auditor.told()[len(first) :]) == (given, taken)
    assert {event["category"] for event in auditor.events()} == {"RoleManagement"}


@pytest.mark.parametrize(
    ("how", "pim"),
    [
        ({"activated": True}, "Add member to role completed (PIM activation)"),
        ({"until": "2030-01-01T00:00:00Z"}, "Add member to role in PIM completed (timebound)"),
        (
            {"until": "2030-01-01T00:00:00Z", "eligible": True},
            "Add eligible member to role in PIM completed (timebound)",
        ),
    ],
)
def test_pim_tells_of_its_own(auditor: Auditor, how: dict[str, Any], pim: str) -> None:
    """And the directory then does it in PIM's name."""
    auditor.control.assign("Global Reader", ADELE, **how)
    first, second = auditor.events()

    assert (first["loggedByService"], first["activityDisplayName"]) == ("PIM", pim)
    assert second["initiatedBy"]["app"]["displayName"] == "MS-PIM"
    assert first["correlationId"] == second["correlationId"]


def test_a_role_names_itself_and_its_holder(auditor: Auditor) -> None:
    """The holder is the first target, with the role's name and template; the role is the second."""
    auditor.control.assign("Global Administrator", ADELE)
    event = auditor.events()[0]
    holder, role = event["targetResources"]

    assert (holder["type"], holder["userPrincipalName"]) == ("User", ADELE)
    assert modified(event, "Role.DisplayName") == (None, '"Global Administrator"')
    assert modified(event, "Role.TemplateId") == (None, '"62e90394-69f5-4237-9190-012177145e10"')
    assert modified(event, "Role.WellKnownObjectName") == (None, '"TenantAdmins"')
    assert role["type"] == "Role"
    assert event["initiatedBy"]["user"]["userPrincipalName"] == PATTI


def test_a_person_gives_a_role_through_graph(http: httpx.Client, tenant: Tenant, auditor: Auditor) -> None:
    """In their own name."""
    patti = Graph(http, tenant.url, tenant.control.sign_in(PATTI))
    role = {"roleDefinitionId": "f2ef992c-3afb-46b9-b7cf-a126ee74c451", "directoryScopeId": "/"}
    body = role | {"principalId": auditor.control.person(ADELE).id}
    patti.call("POST", "/v1.0/roleManagement/directory/roleAssignments", body)

    assert [event["initiatedBy"]["user"]["userPrincipalName"] for event in auditor.events()] == [PATTI]


@pytest.mark.parametrize(
    ("principal", "given", "taken", "category"),
    [
        (ADELE, "Add app role assignment grant to user", "Remove app role assignment from user", "UserManagement"),
        ("Retail", "Add app role assignment to group", "Remove app role assignment from group", "GroupManagement"),
    ],
)
def test_an_app_role_is_given_and_taken(
    auditor: Auditor, principal: str, given: str, taken: str, category: str
) -> None:
    """The application is the target; the role and its new holder are among the properties."""
    auditor.control.assign_app_role("MfaDesk.Operator", principal)
    auditor.control.unassign_app_role("MfaDesk.Operator", principal)
    event = auditor.events()[0]

    assert [each["activityDisplayName"] for each in auditor.events()] == [given, taken]
    assert event["category"] == category
    assert event["targetResources"][0]["displayName"] == "MFA Desk"
    assert modified(event, "AppRole.Value") == (None, '"MfaDesk.Operator"')


def test_a_permission_is_an_app_role_of_graph(auditor: Auditor) -> None:
    """So that a new permission of the desk itself is in the log."""
    auditor.control.grant("reset", "Mail.Send")
    auditor.control.withdraw("reset", "Mail.Send")
    event = auditor.events()[0]

    assert [each["activityDisplayName"] for each in auditor.events()] == [
        "Add app role assignment to service principal",
        "Remove app role assignment from service principal",
    ]
    assert event["targetResources"][0]["displayName"] == "Microsoft Graph"
    assert modified(event, "AppRole.Value") == (None, '"Mail.Send"')
    assert modified(event, "ServicePrincipal.DisplayName") == (None, '"mfa-desk-reset"')


@pytest.mark.parametrize(
    ("circle", "owner", "expected"),
    [
        ("Retail", False, ["Add member to group", "Remove member from group"]),
        ("Retail", True, ["Add owner to group", "Remove owner from group"]),
        ("Milan", False, ["Add member to administrative unit", "Remove member from administrative unit"]),
    ],
)
def test_joining_and_leaving_are_told(auditor: Auditor, circle: str, *, owner: bool, expected: list[str]) -> None:
    """Groups, their owners, and units."""
    auditor.control.join(circle, SAM, owner=owner)
    auditor.control.leave(circle, SAM, owner=owner)

    assert [event["activityDisplayName"] for event in auditor.events()] == expected
    assert auditor.events()[0]["targetResources"][0]["userPrincipalName"] == SAM
