"""One event in the desk's words: what was done, which methods, from what to what."""

from typing import Any

import pytest

from shared.audit.history_line import Deed, Kind, Method
from shared.audit.meaning import deeds_of
from tests.shared.audit.recorded import ADA, BY_LEE, CORE, DELETED, METHODS, PORTAL, REGISTERED, REVOKED, UPDATED, event

PHONE_AND_APP = [
    {"MethodType": 6, "Default": True},
    {"MethodType": 7, "Default": False},
    {"MethodType": 0, "Default": False},
]


@pytest.mark.parametrize(
    ("activity", "reason", "expected"),
    [
        pytest.param(DELETED, "Admin deleted phone method for user", "phone", id="a phone"),
        pytest.param("User deleted security info", "User deleted Mobile Phone Call and SMS", "phone", id="SMS"),
        pytest.param(
            DELETED,
            "User deleted Authenticator App with Notification and Code",
            "microsoftAuthenticator",
            id="the app, which is no phone",
        ),
        pytest.param(DELETED, "User deleted Authenticator App with Code", "softwareOath", id="codes of an app"),
        pytest.param(DELETED, "Admin deleted hardware OATH token method for user", "hardwareOath", id="a token"),
        pytest.param(DELETED, "User deleted Fido", "fido2", id="a key, in the older word"),
        pytest.param(DELETED, "Admin deleted passkey method for user", "fido2", id="a key, in the newer word"),
        pytest.param(DELETED, "Admin deleted email method for user", "email", id="an address"),
        pytest.param(DELETED, "Admin deleted Windows Hello for Business", "windowsHelloForBusiness", id="Hello"),
        pytest.param(DELETED, "Admin deleted QR code method for user", "qrCodePin", id="a QR code"),
        pytest.param(
            DELETED, "Admin deleted temporary access pass method for user", "temporaryAccessPass", id="a pass"
        ),
    ],
)
def test_a_removed_method_is_told_by_the_reason(activity: str, reason: str, expected: str) -> None:
    """The words of the reason tell the type where no property does."""
    told = deeds_of(event(activity, BY_LEE, ADA, reason=reason))

    assert (Deed(kind=Kind.METHODS_REMOVED, methods=(Method(expected),)),) == told


@pytest.mark.parametrize(
    ("activity", "service", "expected"),
    [
        pytest.param(REVOKED, CORE, Deed(kind=Kind.SESSIONS_REVOKED), id="sessions"),
        pytest.param(
            "Restore multifactor authentication on all remembered devices",
            METHODS,
            Deed(kind=Kind.SESSIONS_REVOKED),
            id="the portal's older button",
        ),
        pytest.param(
            "Disable Strong Authentication",
            CORE,
            Deed(kind=Kind.PER_USER_MFA_CHANGED, after="disabled"),
            id="per-user MFA, in the older name",
        ),
        pytest.param("Reset password (by admin)", CORE, Deed(kind=Kind.PASSWORD_CHANGED), id="a password"),
        pytest.param(
            "Change password (self-service).", CORE, Deed(kind=Kind.PASSWORD_CHANGED), id="a name that ends in a stop"
        ),
        pytest.param("User changed default security info", METHODS, Deed(kind=Kind.DEFAULT_CHANGED), id="the default"),
        pytest.param(
            "PATCH UserAuthMethod.PatchSignInPreferencesAsync",
            METHODS,
            Deed(kind=Kind.DEFAULT_CHANGED),
            id="preference",
        ),
        pytest.param(
            "Update Hardware Oath Token",
            METHODS,
            Deed(kind=Kind.METHODS_UPDATED, methods=(Method("hardwareOath"),)),
            id="a token that is deactivated",
        ),
        pytest.param(
            "Delete Passkey (device-bound)",
            "Device Registration Service",
            Deed(kind=Kind.METHODS_REMOVED, methods=(Method("fido2"),)),
            id="a key, as its other service tells it",
        ),
        pytest.param(
            "Add Windows Hello for Business credential",
            "Device Registration Service",
            Deed(kind=Kind.METHODS_REGISTERED, methods=(Method("windowsHelloForBusiness"),)),
            id="Hello that is set up",
        ),
        pytest.param(
            "Read the tea leaves", "Oracle", Deed(kind=Kind.OTHER, detail="Read the tea leaves"), id="unknown"
        ),
        pytest.param("", "", Deed(kind=Kind.OTHER, detail="An act without a name"), id="without a name"),
    ],
)
def test_an_activity_has_a_word(activity: str, service: str, expected: Deed) -> None:
    """What the desk has no word for keeps the audit log's own."""
    assert (expected,) == deeds_of(event(activity, BY_LEE, ADA, service=service))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param(
            {"Phone.PhoneNumber": ("+1 5555550100", ""), "Phone.PhoneType": ("mobile", "")},
            (Method("phone", "mobile +1 ********00"),),
            id="a phone with its type",
        ),
        pytest.param({"Phone.PhoneNumber": ("+1 5555550100", "")}, (Method("phone", "+1 ********00"),), id="a phone"),
        pytest.param(
            {"Email.EmailAddress": ("ada@home.net", "")}, (Method("email", "a***@home.net"),), id="an address"
        ),
        pytest.param({"Fido2.DisplayName": ("Red key", None)}, (Method("fido2", "Red key"),), id="a key by its name"),
        pytest.param({"Phone.SmsSignIn": ("ready", "")}, (Method("phone"),), id="a property that is no name"),
    ],
)
def test_a_property_names_the_method_masked(changes: Any, expected: tuple[Method, ...]) -> None:
    """Numbers and addresses are masked; the names of devices stand as they are."""
    told = deeds_of(event(DELETED, BY_LEE, ADA, changes=changes))

    assert (Deed(kind=Kind.METHODS_REMOVED, methods=expected),) == told


def test_a_pass_is_issued_whoever_the_log_calls_its_maker() -> None:
    """Registering a pass is issuing it; app-only calls were seen under the activity of a user."""
    told = deeds_of(event(REGISTERED, BY_LEE, ADA, reason="User registered temporary access pass method"))

    assert (Deed(kind=Kind.PASS_ISSUED),) == told


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param(
            {"StrongAuthenticationMethod": (PHONE_AND_APP, [])},
            (Deed(kind=Kind.METHODS_REMOVED, methods=(Method("phone"), Method("microsoftAuthenticator"))),),
            id="all types are gone",
        ),
        pytest.param(
            {"StrongAuthenticationMethod": ([], [{"MethodType": 7, "Default": True}])},
            (Deed(kind=Kind.METHODS_REGISTERED, methods=(Method("softwareOath"),)),),
            id="codes alone are a token",
        ),
        pytest.param(
            {
                "StrongAuthenticationMethod": (PHONE_AND_APP, PHONE_AND_APP[2:]),
                "StrongAuthenticationPhoneAppDetail": (
                    [
                        {"DeviceName": "NO_DEVICE", "DeviceTag": "SoftwareTokenActivated", "AuthenticationType": 2},
                        {"DeviceName": "Pixel 9", "DeviceTag": "SoftwareTokenActivated", "AuthenticationType": 3},
                    ],
                    [{"DeviceName": "Pixel 9", "DeviceTag": "SoftwareTokenActivated", "AuthenticationType": 3}],
                ),
            },
            (
                Deed(
                    kind=Kind.METHODS_REMOVED,
                    methods=(Method("softwareOath"), Method("microsoftAuthenticator")),
                ),
            ),
            id="a detail and a type that it does not explain",
        ),
        pytest.param(
            {
                "StrongAuthenticationMethod": (PHONE_AND_APP, PHONE_AND_APP[2:]),
                "StrongAuthenticationPhoneAppDetail": ([{"DeviceName": "iPhone 14", "AuthenticationType": 3}], []),
            },
            (Deed(kind=Kind.METHODS_REMOVED, methods=(Method("microsoftAuthenticator", "iPhone 14"),)),),
            id="the app, whose codes go with it",
        ),
        pytest.param(
            {"StrongAuthenticationPhoneAppDetail": ([{"DeviceName": ""}], [])},
            (Deed(kind=Kind.METHODS_REMOVED, methods=(Method("softwareOath"),)),),
            id="a token without a device",
        ),
        pytest.param(
            {"SearchableDeviceKey": ([], [{"Usage": "FIDO", "KeyIdentifier": "x"}])},
            (Deed(kind=Kind.METHODS_REGISTERED, methods=(Method("fido2"),)),),
            id="a key",
        ),
        pytest.param(
            {
                "StrongAuthenticationUserDetails": (
                    [{"PhoneNumber": "+1 5555550100"}],
                    [{"PhoneNumber": "+1 5555550199"}],
                )
            },
            (Deed(kind=Kind.METHODS_UPDATED, methods=(Method("phone", "mobile +1 ********99"),)),),
            id="another number",
        ),
        pytest.param(
            {
                "StrongAuthenticationMethod": (
                    PHONE_AND_APP,
                    [{**each, "Default": not each["Default"]} for each in PHONE_AND_APP],
                )
            },
            (Deed(kind=Kind.DEFAULT_CHANGED),),
            id="another default",
        ),
        pytest.param(
            {"StrongAuthenticationRequirement": ([{"RelyingParty": "*", "State": 1}], [])},
            (Deed(kind=Kind.PER_USER_MFA_CHANGED, before="enabled", after="disabled"),),
            id="per-user MFA is off",
        ),
        pytest.param(
            {"StrongAuthenticationRequirement": (None, [{"State": 2}])},
            (Deed(kind=Kind.PER_USER_MFA_CHANGED, after="enforced"),),
            id="per-user MFA is enforced, and it is not told what was before",
        ),
        pytest.param(
            {"StsRefreshTokensValidFrom": (["2026-01-01T00:00:00Z"], ["2026-11-20T12:00:00Z"])},
            (Deed(kind=Kind.SESSIONS_REVOKED),),
            id="sessions",
        ),
        pytest.param(
            {"Department": (["Sales"], ["IT"])}, (Deed(kind=Kind.OTHER, detail=UPDATED),), id="something else"
        ),
        pytest.param(
            {
                "StrongAuthenticationMethod": ("not a list", 7),
                "StrongAuthenticationRequirement": ("x", [{"State": []}]),
            },
            (Deed(kind=Kind.METHODS_UPDATED), Deed(kind=Kind.PER_USER_MFA_CHANGED)),
            id="values that nobody expects",
        ),
    ],
)
def test_the_directorys_own_event_tells_what_changed(changes: Any, expected: tuple[Deed, ...]) -> None:
    """The lists before and after tell what went, what came, and what became another."""
    assert expected == deeds_of(event(UPDATED, BY_LEE, ADA, changes=changes))


def test_a_value_that_is_no_json_is_no_reason_to_stop() -> None:
    """A property can hold anything at all."""
    person = {
        **ADA,
        "type": "User",
        "modifiedProperties": [{"displayName": "Phone.PhoneNumber", "oldValue": "{[", "newValue": None}],
    }
    told = deeds_of(event(DELETED, BY_LEE, [person], reason=PORTAL))

    assert (Deed(kind=Kind.METHODS_REMOVED, methods=(Method("phone"),)),) == told


@pytest.mark.parametrize(
    ("activity", "kind"),
    [
        pytest.param("Add member to role", Kind.ROLE_GIVEN, id="given"),
        pytest.param("Add eligible member to role", Kind.ROLE_GIVEN, id="eligible"),
        pytest.param("Add member to role completed (PIM activation)", Kind.ROLE_GIVEN, id="activated"),
        pytest.param("Add EligibleRoleAssignment to RoleDefinition", Kind.ROLE_GIVEN, id="by its other name"),
        pytest.param("Remove member from role", Kind.ROLE_TAKEN, id="taken"),
    ],
)
def test_a_role_is_named(activity: str, kind: Kind) -> None:
    """The role stands in a property of the person who gets it."""
    told = deeds_of(event(activity, BY_LEE, ADA, changes={"Role.DisplayName": (None, "Global Administrator")}))

    assert (Deed(kind=kind, detail="Global Administrator"),) == told


def test_a_property_that_tells_no_state_is_passed_over() -> None:
    """Which property tells it is not on record."""
    changes = {"Included Updated Properties": ("", "PerUserMfa"), "PerUserMfaState": ("enabled", "disabled")}

    told = deeds_of(event("Disable Strong Authentication", BY_LEE, ADA, changes=changes))

    assert told == (Deed(kind=Kind.PER_USER_MFA_CHANGED, before="enabled", after="disabled"),)
