"""A directory audit event: read from whatever Graph sends, and known for one about somebody's MFA."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.audit.event import (
    ActingApp,
    ActingUser,
    AuditEvent,
    Change,
    Target,
    Unreadable,
    is_relevant,
    parse,
)

AT = datetime(2024, 12, 27, 10, 1, 19, 579674, tzinfo=UTC)
RECORDED = {
    "id": "SSGM_b662f17a-3e4f-4a1b-8c2d-5e6f7a8b9c0d_MCDC4_88453290",
    "category": "UserManagement",
    "correlationId": "b662f17a-3e4f-4a1b-8c2d-5e6f7a8b9c0d",
    "result": "success",
    "resultReason": "Admin required re-registration of MFA authentication methods.",
    "activityDisplayName": "Admin deleted security info",
    "activityDateTime": "2024-12-27T10:01:19.5796748Z",
    "loggedByService": "Authentication Methods",
    "operationType": "Delete",
    "initiatedBy": {
        "app": None,
        "user": {
            "id": "6b5f1d2c-7a80-4c11-8f3e-1d2c3b4a5f06",
            "displayName": None,
            "userPrincipalName": "patti@contoso.com",
            "ipAddress": "203.0.113.7",
            "userType": None,
            "homeTenantId": None,
            "homeTenantName": None,
        },
    },
    "targetResources": [
        {
            "id": "0f3ae0a2-5b1f-4e9a-9d1c-2f6d7c8b9a01",
            "displayName": "Adele Vance",
            "type": "User",
            "userPrincipalName": "adele.vance@contoso.com",
            "groupType": None,
            "modifiedProperties": [{"displayName": "Phone.PhoneNumber", "oldValue": '"+1 206"', "newValue": None}],
        }
    ],
    "additionalDetails": [{"key": "User-Agent", "value": "Mozilla"}],
}


def read(**changes: Any) -> AuditEvent:
    """Return the recorded event, with changes, as it is read."""
    return parse(json.dumps(RECORDED | changes).encode())


def test_an_event_is_read_whole() -> None:
    """What the desk needs of it has its place; a null is as good as nothing."""
    expected = AuditEvent(
        id="SSGM_b662f17a-3e4f-4a1b-8c2d-5e6f7a8b9c0d_MCDC4_88453290",
        at=AT,
        activity="Admin deleted security info",
        service="Authentication Methods",
        category="UserManagement",
        operation="Delete",
        result="success",
        reason="Admin required re-registration of MFA authentication methods.",
        correlation_id="b662f17a-3e4f-4a1b-8c2d-5e6f7a8b9c0d",
        user=ActingUser(
            id="6b5f1d2c-7a80-4c11-8f3e-1d2c3b4a5f06",
            user_principal_name="patti@contoso.com",
            ip_address="203.0.113.7",
        ),
        targets=(
            Target(
                id="0f3ae0a2-5b1f-4e9a-9d1c-2f6d7c8b9a01",
                type="User",
                display_name="Adele Vance",
                user_principal_name="adele.vance@contoso.com",
                changes=(Change(name="Phone.PhoneNumber", old='"+1 206"'),),
            ),
        ),
    )

    assert expected == read()


def test_a_managed_identity_is_the_app_that_acted() -> None:
    """Core Directory leaves its app id out."""
    app = {"appId": None, "displayName": "id-mfadesk-reset", "servicePrincipalId": "b194", "servicePrincipalName": None}

    event = read(initiatedBy={"app": app, "user": None})

    assert (event.app, event.user) == (
        ActingApp(service_principal_id="b194", display_name="id-mfadesk-reset"),
        None,
    )


def test_both_can_have_acted_or_neither() -> None:
    """Graph names a user and an app together, and sometimes nobody."""
    both = read(initiatedBy={"app": {"appId": "a"}, "user": {"id": "u"}})
    neither = read(initiatedBy={"app": None, "user": None})

    assert (both.app, both.user) == (ActingApp(app_id="a"), ActingUser(id="u"))
    assert (neither.app, neither.user) == (None, None)


def test_the_least_that_an_event_has_is_an_id_and_a_time() -> None:
    """Everything else may be missing."""
    assert AuditEvent(id="x", at=AT) == parse(b'{"id":"x","activityDateTime":"2024-12-27T10:01:19.5796748Z"}')


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-12-27T10:01:59.9999999Z", datetime(2024, 12, 27, 10, 1, 59, 999999, tzinfo=UTC)),
        ("2024-12-27T10:01:59Z", datetime(2024, 12, 27, 10, 1, 59, tzinfo=UTC)),
        ("2024-12-27T12:01:59.5+02:00", datetime(2024, 12, 27, 10, 1, 59, 500000, tzinfo=UTC)),
        ("2024-12-27T10:01:59", datetime(2024, 12, 27, 10, 1, 59, tzinfo=UTC)),
    ],
)
def test_seven_decimals_are_cut_and_not_rounded(text: str, expected: datetime) -> None:
    """Rounded, the last tenth of a microsecond would carry an event into the next second, and over a window's edge."""
    assert expected == read(activityDateTime=text).at


@pytest.mark.parametrize(
    "changes",
    [
        {"targetResources": None},
        {"targetResources": []},
        {"targetResources": "nobody"},
        {"targetResources": [None]},
        {"initiatedBy": None},
        {"initiatedBy": "the system"},
        {"initiatedBy": {"user": [], "app": 5}},
        {"result": 7, "category": None, "operationType": {"a": 1}},
        {"additionalDetails": "x", "unknown": {"nested": [1, 2, 3]}},
    ],
    ids=str,
)
def test_what_has_another_shape_is_read_as_far_as_it_goes(changes: dict[str, Any]) -> None:
    """An event keeps its id, its time and its activity."""
    event = read(**changes)

    assert (event.id, event.at, event.activity) == (RECORDED["id"], AT, RECORDED["activityDisplayName"])


def test_one_target_in_another_shape_does_not_hide_the_others() -> None:
    """Nor one change those beside it."""
    changes = [None, {"displayName": "StrongAuthenticationMethod", "oldValue": [1], "newValue": 2}]

    event = read(targetResources=[None, {"id": 5, "type": "User", "modifiedProperties": changes}])

    assert event.targets == (
        Target(id="5", type="User", changes=(Change(name="StrongAuthenticationMethod", old="[1]", new="2"),)),
    )


def test_two_hundred_changes_are_two_hundred_changes() -> None:
    """None is left out."""
    properties = [{"displayName": f"P{number}", "oldValue": "[]", "newValue": f'["{number}"]'} for number in range(200)]

    (target,) = read(targetResources=[{"id": "x", "modifiedProperties": properties}]).targets

    assert [change.name for change in target.changes] == [f"P{number}" for number in range(200)]


def test_half_a_character_does_not_hide_an_event() -> None:
    """A name cut within an emoji leaves half of a surrogate pair, which strict JSON does not know."""
    raw = json.dumps(RECORDED).replace("Adele Vance", "Adele \\ud83d").encode()

    assert parse(raw).targets[0].display_name == "Adele ?"


def test_bytes_that_are_no_utf_8_do_not_hide_an_event() -> None:
    """They are replaced."""
    raw = json.dumps(RECORDED).encode().replace(b"Adele", b"Ad\xe8le")

    assert parse(raw).targets[0].display_name == "Ad\ufffdle Vance"


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"null", "It is a JSON NoneType, and no object."),
        (b"[1]", "It is a JSON list, and no object."),
        (b"{", "It is no JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
        (b'{"activityDateTime":"2024-12-27T10:01:19Z"}', "It has no id."),
        (b'{"id":"","activityDateTime":"2024-12-27T10:01:19Z"}', "It has no id."),
        (b'{"id":"x","additionalDetails":' + b"[" * 100_000 + b"]" * 100_000 + b"}", None),
        (b'{"id":"x"}', "Its activityDateTime is None, and no time."),
        (b'{"id":"x","activityDateTime":"yesterday"}', "Its activityDateTime is 'yesterday', and no time."),
        (b'{"id":"x","activityDateTime":17}', "Its activityDateTime is '17', and no time."),
        (b'{"id":"x","activityDateTime":"0001-01-01T00:00:00+02:00"}', None),
    ],
)
def test_what_cannot_be_kept_by_an_id_and_a_time_is_unreadable(raw: bytes, why: str | None) -> None:
    """And it is said why."""
    with pytest.raises(Unreadable) as unreadable:
        parse(raw)

    assert why is None or str(unreadable.value) == why


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=5), children, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(sorted(RECORDED)), json_values))
def test_no_json_is_anything_but_an_event_or_unreadable(changes: dict[str, Any]) -> None:
    """Whatever stands in its fields."""
    try:
        event = read(**changes)
    except Unreadable:
        return

    assert event.id
    assert event.at.tzinfo is UTC


@given(st.binary(max_size=60))
def test_no_bytes_are_anything_but_an_event_or_unreadable(raw: bytes) -> None:
    """Whatever they are."""
    with pytest.raises(Unreadable):
        parse(raw)


RELEVANT = [
    ("Authentication Methods", "Admin deleted security info"),
    ("Authentication Methods", "Admin registered security info"),
    ("Authentication Methods", "Admin updated security info"),
    ("Authentication Methods", "Admin started password reset"),
    ("Authentication Methods", "User registered security info"),
    ("Authentication Methods", "User deleted security info"),
    ("Authentication Methods", "User updated security info"),
    ("Authentication Methods", "User changed default security info"),
    ("Authentication Methods", "User registered all required security info"),
    ("Authentication Methods", "User started security info registration"),
    ("Authentication Methods", "User reviewed security info"),
    ("Authentication Methods", "Update per-user multifactor authentication state"),
    ("Authentication Methods", "Restore multifactor authentication on all remembered devices"),
    ("Authentication Methods", "PATCH UserAuthMethod.PatchSignInPreferencesAsync"),
    ("Authentication Methods", "Delete Hardware Oath Token"),
    ("Authentication Methods", "PATCH UserAuthMethod.ResetQRPinAsync"),
    ("Authentication Methods", "Something that is new this year"),
    ("Core Directory", "Update StsRefreshTokenValidFrom Timestamp"),
    ("Core Directory", "Disable Strong Authentication"),
    ("Core Directory", "Enable Strong Authentication"),
    ("Core Directory", "Reset password"),
    ("Core Directory", "Reset user password"),
    ("Core Directory", "Change user password"),
    ("Core Directory", "Disable account"),
    ("Core Directory", "Enable account"),
    ("Core Directory", "Create application password for user"),
    ("Core Directory", "Delete application password for user"),
    ("Device Registration Service", "Delete Passkey (device-bound)"),
    ("Device Registration Service", "Delete FIDO2 security key(s)"),
    ("Device Registration Service", "Add FIDO2 security key"),
    ("Device Registration Service", "Delete Windows Hello for Business credential"),
    ("Device Registration Service", "Add Windows Hello for Business credential"),
    ("Device Registration Service", "Delete passwordless phone sign-in credential"),
    ("Device Registration Service", "Delete platform credential"),
    ("Self-service Password Management", "Reset password (by admin)"),
    ("Self-service Password Management", "Reset password (self-service)"),
    ("Self-service Password Management", "Change password (self-service)"),
    ("Self-service Password Management", "Blocked from self-service password reset"),
    ("Self-service Password Management", "Security info saved for self-service password reset"),
    ("Self-service Password Management", "Unlock user account (self-service)"),
]
ROLES = [
    "Add member to role",
    "Remove member from role",
    "Add eligible member to role",
    "Add EligibleRoleAssignment to RoleDefinition",
    "Remove EligibleRoleAssignment from RoleDefinition",
    "Add role assignment to role definition",
    "Remove role assignment from role definition",
    "Add scoped member to role",
    "Add member to role scoped over Restricted Management Administrative Unit",
    "Add member to role completed (PIM activation)",
    "Add eligible member to role in PIM completed (permanent)",
    "Add member to role outside of PIM (permanent)",
    "Remove member from role (PIM activation expired)",
]
NOISE = [
    ("Core Directory", "GroupManagement", "Update group"),
    ("Core Directory", "GroupManagement", "Add member to group"),
    ("Core Directory", "UserManagement", "Add user"),
    ("Core Directory", "UserManagement", "Update user"),
    ("Core Directory", "ApplicationManagement", "Add app role assignment to service principal"),
    ("Device Registration Service", "Device", "Add registered owner to device"),
    ("Conditional Access", "Policy", "Update conditional access policy"),
    ("PIM", "RoleManagement", "Update role setting in PIM"),
]


@pytest.mark.parametrize(("service", "activity"), RELEVANT)
def test_what_concerns_how_people_prove_who_they_are_is_relevant(service: str, activity: str) -> None:
    """By Microsoft's reference of activities, and by family where the reference may be behind."""
    assert is_relevant(read(loggedByService=service, activityDisplayName=activity))


@pytest.mark.parametrize("activity", ROLES)
def test_who_gets_or_loses_a_role_is_relevant(activity: str) -> None:
    """A new role changes who may reset that person."""
    event = read(loggedByService="Core Directory", category="RoleManagement", activityDisplayName=activity)

    assert is_relevant(event)


@pytest.mark.parametrize(
    "changed", ["StrongAuthenticationMethod", "StrongAuthenticationRequirement", "StrongAuthenticationUserDetails"]
)
def test_an_update_of_a_user_is_relevant_by_what_it_changes(changed: str) -> None:
    """It is the twin, in Core Directory, of what Authentication Methods has logged."""
    target = {"id": "x", "modifiedProperties": [{"displayName": "DisplayName"}, {"displayName": changed}]}
    event = read(loggedByService="Core Directory", activityDisplayName="Update user", targetResources=[target])

    assert is_relevant(event)


@pytest.mark.parametrize(("service", "category", "activity"), NOISE)
def test_everything_else_is_kept_and_not_relevant(service: str, category: str, activity: str) -> None:
    """It is by far the most."""
    event = read(loggedByService=service, category=category, activityDisplayName=activity)

    assert not is_relevant(event)
