"""The table of Graph permissions: the README, the templates, the tenant and the refusals say the same as it does."""

import re
from pathlib import Path
from typing import Final

import msgspec
import pytest

from local.tenant import seed
from local.tenant.permissions import Permissions, read_catalogue
from shared import graph_answers
from shared.audit import directory_audits
from shared.contract import Action
from shared.lookups import permission
from shared.permissions import APP_ROLE_IDS, PERMISSIONS, Identity, Permission, When, demanded
from shared.report import mail

ROOT: Final = Path(__file__).parents[2]
ALWAYS: Final = {
    "UserAuthenticationMethod.ReadWrite.All",
    "User.RevokeSessions.All",
    "RoleManagement.Read.Directory",
    "Directory.Read.All",
    "AuditLog.Read.All",
}
PATHS: Final = {
    "UserAuthenticationMethod.ReadWrite.All": [
        "GET /users/{id}/authentication/methods",
        "DELETE /users/{id}/authentication/phonemethods/{id}",
        "DELETE /users/{id}/authentication/fido2methods/{id}",
        "POST /users/{id}/authentication/temporaryaccesspassmethods",
    ],
    "User.RevokeSessions.All": ["POST /users/{id}/revokesigninsessions"],
    "RoleManagement.Read.Directory": [
        "GET /rolemanagement/directory/roleassignments",
        "GET /rolemanagement/directory/transitiveroleassignments",
        "GET /rolemanagement/directory/roleeligibilityscheduleinstances",
        "GET /rolemanagement/directory/roledefinitions",
        "GET /rolemanagement/directory/resourcenamespaces/{id}/resourceactions",
    ],
    "Directory.Read.All": [
        "GET /users",
        "GET /users/{id}",
        "GET /users/{id}/transitivememberof",
        "GET /users/{id}/ownedobjects",
        "GET /groups/{id}/members",
    ],
    "Policy.Read.All": ["GET /users/{id}/authentication/requirements"],
    "Policy.ReadWrite.AuthenticationMethod": ["PATCH /users/{id}/authentication/requirements"],
    "AuditLog.Read.All": ["GET /auditlogs/directoryaudits"],
    "Mail.Send": ["POST /users/{id}/sendmail"],
}
"""What each is for; of Directory.Read.All that which a desk without app roles reads as well."""


def of(identity: Identity, when: When) -> list[str]:
    """Return the names of some rows, in their order."""
    return [each.name for each in PERMISSIONS if (each.identity, each.when) == (identity, when)]


def test_the_readme_names_exactly_these() -> None:
    """Each with the identity that needs it."""
    section = ROOT.joinpath("README.md").read_text(encoding="utf-8").split("## Permissions\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| `(?P<name>[\w.]+)` \| (?P<identity>\w+) \|", section, re.MULTILINE)

    assert rows == [(each.name, each.identity.value) for each in PERMISSIONS]


def test_the_templates_grant_exactly_these() -> None:
    """Under the same occasions."""
    granted = msgspec.json.decode(ROOT.joinpath("infra", "graph-permissions.json").read_bytes())

    assert granted == {
        identity.value: {when.value: names for when in When if (names := of(identity, when))} for identity in Identity
    }


def test_the_tenant_grants_what_is_always_needed_and_no_more() -> None:
    """So that everything else is seen to be missing, on the stand as well."""
    apps = seed.read().apps

    for identity in Identity:
        assert sorted(apps[identity].permissions) == sorted(of(identity, When.ALWAYS))


def test_the_ids_are_microsoft_s() -> None:
    """As the tenant's cut of the official catalogue has them."""
    official = read_catalogue().app_roles

    assert {name: official[name] for name in APP_ROLE_IDS} == APP_ROLE_IDS
    assert [each.app_role_id for each in PERMISSIONS] == [official[each.name] for each in PERMISSIONS]


def test_every_id_is_of_a_permission_that_counts() -> None:
    """Of a row, or of what is as good as one, or of what lets the grants be read."""
    ways = [way for each in PERMISSIONS for way in (*each.instead, *each.instead_without_app_roles)]
    named = {each.name for each in PERMISSIONS}.union(*ways, *(each.covers for each in PERMISSIONS))

    assert named == set(APP_ROLE_IDS)


def _shut(name: str, held: frozenset[str]) -> list[str]:
    """Return the paths of a row that stay shut to whoever holds these."""
    catalogue = Permissions(read_catalogue())
    return [needs for needs in PATHS[name] if not catalogue.suffice(needs, held)]


@pytest.mark.parametrize("row", PERMISSIONS, ids=lambda row: row.name)
def test_what_stands_in_for_a_permission_opens_the_same_paths(row: Permission) -> None:
    """By the official catalogue; and with a part of it missing, not all of them."""
    for way in (frozenset({row.name}), *row.instead, *row.instead_without_app_roles):
        assert _shut(row.name, way) == []
        assert [part for part in way if not _shut(row.name, way - {part})] == []


def test_every_permission_that_a_refusal_names_is_in_the_table() -> None:
    """Under its own name, or covered by a greater one."""
    known = {name for each in PERMISSIONS for name in (each.name, *each.covers)}
    named = {*graph_answers.PERMISSIONS.values(), permission.DIRECTORY, permission.ROLES}

    assert named | {directory_audits.PERMISSION, mail.SEND} <= known


@pytest.mark.parametrize(
    ("further", "mails", "besides"),
    [
        pytest.param([], False, {"Policy.Read.All"}, id="as it comes"),
        pytest.param([Action.ISSUE_TEMPORARY_ACCESS_PASS], False, {"Policy.Read.All"}, id="a pass takes no more"),
        pytest.param([Action.SET_PER_USER_MFA], False, {"Policy.ReadWrite.AuthenticationMethod"}, id="per-user MFA"),
        pytest.param([], True, {"Policy.Read.All", "Mail.Send"}, id="mail"),
    ],
)
def test_what_is_demanded_depends_on_what_is_switched_on(
    *,
    further: list[Action],
    mails: bool,
    besides: set[str],
) -> None:
    """Heavy permissions are asked for with what takes them, and not before."""
    assert {each.name for each in demanded(further, mails=mails)} == ALWAYS | besides


@pytest.mark.parametrize(
    ("name", "held", "app_roles", "expected"),
    [
        ("Directory.Read.All", {"Directory.Read.All"}, True, True),
        ("Directory.Read.All", {"User.Read.All", "GroupMember.Read.All"}, False, True),
        ("Directory.Read.All", {"User.Read.All", "GroupMember.Read.All"}, True, False),
        ("Directory.Read.All", {"User.Read.All"}, False, False),
        ("RoleManagement.Read.Directory", {"RoleManagement.ReadWrite.Directory"}, True, True),
        ("RoleManagement.Read.Directory", {"RoleManagement.Read.All"}, True, False),
        ("User.RevokeSessions.All", {"User.ReadWrite.All"}, True, True),
        ("Policy.ReadWrite.AuthenticationMethod", {"Policy.Read.All"}, True, False),
    ],
)
def test_a_higher_permission_counts_and_a_part_does_not(
    *,
    name: str,
    held: set[str],
    app_roles: bool,
    expected: bool,
) -> None:
    """A desk that reads nobody's app roles does with less."""
    (row,) = (each for each in PERMISSIONS if each.name == name)

    assert row.is_met_by(frozenset(held), app_roles=app_roles) is expected
