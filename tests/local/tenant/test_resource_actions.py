"""What roles can allow, and how Graph describes it."""

from typing import Any
from urllib.parse import quote

import pytest

from local.tenant import seed
from local.tenant.control_client import ControlClient
from local.tenant.metadata import METADATA
from tests.local.tenant.caller import Graph, error

NAMESPACES = "/beta/roleManagement/directory/resourceNamespaces"
DIRECTORY = f"{NAMESPACES}/microsoft.directory/resourceActions"
DELETE = "microsoft.directory/users/authenticationMethods/delete"


def _actions(graph: Graph, path: str) -> list[Any]:
    return list(graph.get(path)["value"])


def test_an_action_is_described(graph: Graph) -> None:
    """With what Microsoft's documentation shows of one."""
    condition = quote(f"name eq '{DELETE}'")

    assert _actions(graph, f"{DIRECTORY}?$filter={condition}") == [
        {
            "actionVerb": "DELETE",
            "description": "Remove people's authentication methods",
            "id": "microsoft.directory-users-authenticationMethods-delete-delete",
            "isPrivileged": True,
            "name": DELETE,
            "resourceScopeId": None,
        }
    ]


def test_a_namespace_has_its_own_actions_only(graph: Graph) -> None:
    """The namespace is what stands before the first slash; its case does not matter."""
    names = [
        action["name"] for action in _actions(graph, f"{NAMESPACES}/Microsoft.Azure.SupportTickets/resourceActions")
    ]

    assert names == ["microsoft.azure.supportTickets/allEntities/allTasks"]


@pytest.mark.parametrize(
    "role",
    ["Authentication Administrator", "Privileged Authentication Administrator", "Authentication Policy Administrator"],
)
def test_all_that_the_authentication_roles_allow_is_described(role: str) -> None:
    """The other roles carry a single action, which is described as well."""
    seeded = seed.read()
    described = {action.name for action in seeded.actions}

    assert [
        action for each in seeded.roles if each.name == role for action in each.actions if action not in described
    ] == []


def test_a_long_list_of_actions_comes_in_pages(graph: Graph, control: ControlClient) -> None:
    """Each page links to the next; together they are all actions, once."""
    control.turn(page_size=10)
    sizes: list[int] = []
    names: list[str] = []
    path = f"{DIRECTORY}?$select=name"
    while path:
        page = graph.get(path)
        sizes.append(len(page["value"]))
        names += [action["name"] for action in page["value"]]
        path = page.get("@odata.nextLink", "")

    everything = [action.name for action in seed.read().actions]

    assert sizes == [10, 10, 1]
    assert names == [name for name in everything if name.startswith("microsoft.directory/")]


@pytest.mark.parametrize(
    ("condition", "found"),
    [("isPrivileged eq true", True), ("actionVerb eq 'PATCH'", True), ("id eq 'nothing'", False)],
)
def test_actions_are_filtered(graph: Graph, condition: str, *, found: bool) -> None:
    """By equality on what the documentation names."""
    assert bool(_actions(graph, f"{DIRECTORY}?$filter={quote(condition)}")) is found


def test_what_the_actions_do_not_offer_is_400(graph: Graph) -> None:
    """$search and $expand, a filter on another property, a property that does not exist."""
    paths = ["?$search=x", "?$expand=x", "?$filter=" + quote("resourceScopeId eq 'x'"), "?$select=privileged"]

    assert [graph.call("GET", DIRECTORY + path).status_code for path in paths] == [400] * 4


def test_an_unknown_namespace_is_404(graph: Graph) -> None:
    """As other things that are not there."""
    path = f"{NAMESPACES}/contoso.nothing/resourceActions"

    assert error(graph.call("GET", path))[:2] == (404, "Request_ResourceNotFound")


def test_actions_are_in_beta_only(graph: Graph) -> None:
    """The documentation has no page of them in v1.0."""
    assert error(graph.call("GET", DIRECTORY.replace("/beta", "/v1.0")))[:2] == (400, "BadRequest")


def test_an_action_can_be_asked_for_all_its_properties(graph: Graph) -> None:
    """Those that Microsoft's SDKs have, too."""
    names = METADATA["unifiedRbacResourceAction"].names()

    assert list(_actions(graph, f"{DIRECTORY}?$select={','.join(names)}")[0]) == list(names)
