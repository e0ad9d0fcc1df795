"""The app permission that each path demands."""

import json
from pathlib import Path
from typing import Any

import pytest

from local.tenant.permissions import Permissions, read_catalogue
from local.tenant.routing import Route
from local.tenant.service import ROUTES
from tests.local.tenant.caller import SAM, Graph, error
from tests.local.tenant.conftest import GraphWith

OFFICIAL = Path(__file__).parents[4] / "shared" / "graph-types" / "permissions.json"


def _name(route: Route) -> str:
    return f"{route.method} {route.path}"


def _call(graph: Graph, route: Route) -> Any:
    path = route.path.replace("{id}", SAM, 1).replace("{id}", "x")
    body: dict[str, str] | None = {} if route.method in {"PATCH", "POST"} else None
    return graph.call(route.method, f"/{'beta' if route.beta_only else 'v1.0'}{path}", body)


@pytest.mark.parametrize("route", ROUTES, ids=_name)
def test_without_permission_a_path_is_403(graph_with: GraphWith, route: Route) -> None:
    """Each service has a code and a sentence of its own for it."""
    expected = {
        "authentication": (403, "accessDenied", "Request Authorization failed"),
        "directory": (
            403,
            "Authorization_RequestDenied",
            "Insufficient privileges to complete the operation.",
        ),
        "mail": (403, "ErrorAccessDenied", "Access is denied. Check credentials and try again."),
        "reports": (
            403,
            "Authentication_MSGraphPermissionMissing",
            "Calling principal does not have required MSGraph permissions AuditLog.Read.All",
        ),
    }

    assert error(_call(graph_with("Calendars.Read"), route)) == expected[route.family]


@pytest.mark.parametrize("route", ROUTES, ids=_name)
def test_each_permission_of_a_path_suffices(graph_with: GraphWith, route: Route) -> None:
    """Any one of them opens it, or those that belong together; whether the call then succeeds is another matter."""
    for permissions in Permissions(read_catalogue()).ways(route.needs):
        assert _call(graph_with(*permissions), route).status_code != 403, permissions


@pytest.mark.parametrize(
    ("needs", "permission", "expected"),
    [
        ("GET /users/{id}/authentication/methods", "UserAuthenticationMethod.Read.All", True),
        ("GET /users/{id}/authentication/methods", "UserAuthMethod-Phone.Read.All", False),
        ("GET /users/{id}/authentication/phonemethods", "UserAuthMethod-Phone.Read.All", True),
        ("DELETE /users/{id}/authentication/phonemethods/{id}", "UserAuthMethod-Phone.ReadWrite.All", True),
        ("DELETE /users/{id}/authentication/phonemethods/{id}", "UserAuthMethod-Phone.Read.All", False),
        ("DELETE /users/{id}/authentication/phonemethods/{id}", "UserAuthenticationMethod.ReadWrite.All", True),
        ("GET /users/{id}/authentication/fido2methods", "UserAuthenticationMethod.ReadWrite.All", True),
        ("GET /users/{id}/authentication/requirements", "Policy.Read.All", True),
        ("PATCH /users/{id}/authentication/requirements", "Policy.ReadWrite.AuthenticationMethod", True),
        ("PATCH /users/{id}/authentication/requirements", "UserAuthenticationMethod.ReadWrite.All", False),
        ("PATCH /users/{id}/authentication/signinpreferences", "UserAuthenticationMethod.ReadWrite.All", True),
        ("POST /users/{id}/revokesigninsessions", "User.RevokeSessions.All", True),
        ("POST /users/{id}/revokesigninsessions", "UserAuthenticationMethod.ReadWrite.All", False),
        ("GET /users/{id}/transitivememberof", "User.Read.All", True),
        ("GET /users/{id}/memberof", "User.Read.All", False),
        ("GET /auditlogs/directoryaudits", "AuditLog.Read.All", True),
        ("GET /auditlogs/directoryaudits", "User.Read.All", False),
        ("GET /rolemanagement/directory/roleassignments", "RoleManagement.Read.Directory", True),
        ("GET /rolemanagement/directory/roleassignments", "User.Read.All", False),
        (
            "GET /rolemanagement/directory/roleeligibilityscheduleinstances",
            "RoleEligibilitySchedule.Read.Directory",
            True,
        ),
    ],
)
def test_the_catalogue_says_what_the_facts_say(needs: str, permission: str, *, expected: bool) -> None:
    """Spot checks by hand of the cut that is enforced."""
    assert Permissions(read_catalogue()).suffice(needs, frozenset({permission})) is expected


def test_a_path_that_is_not_in_the_catalogue_is_open_to_nobody() -> None:
    """Forgetting an entry closes a door."""
    assert not Permissions(read_catalogue()).suffice("GET /nowhere", frozenset({"Directory.ReadWrite.All"}))


@pytest.mark.skipif(not OFFICIAL.exists(), reason="Microsoft's whole catalogue is not beside this repository")
def test_the_cut_is_the_official_catalogue() -> None:
    """Each path has the permissions which Microsoft's own catalogue gives it, no more and no less."""
    official: dict[str, set[str]] = {}
    for permission, methods in json.loads(OFFICIAL.read_bytes())["application"].items():
        for method, paths in methods.items():
            for path in paths:
                official.setdefault(f"{method} {path.rstrip('*')}", set()).add(permission)
    cut = read_catalogue().catalogue

    assert {needs: set(permissions) for needs, permissions in cut.items()} == {needs: official[needs] for needs in cut}


@pytest.mark.skipif(not OFFICIAL.exists(), reason="Microsoft's whole catalogue is not beside this repository")
def test_permissions_have_their_official_ids() -> None:
    """Every one that opens a path, but for those to which Microsoft's catalogue gives none."""
    official = json.loads(OFFICIAL.read_bytes())["appRoles"]
    opening = Permissions(read_catalogue()).everything()

    assert read_catalogue().app_roles == {name: official[name] for name in opening if name in official}
