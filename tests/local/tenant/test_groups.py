"""Groups, found and looked into."""

from urllib.parse import quote

import pytest

from local.tenant.control_client import ControlClient
from tests.local.tenant.caller import Graph, error
from tests.local.tenant.conftest import GraphWith
from tests.local.tenant.schema import Schema

SERVICE_DESK = "15102454-66b1-41a4-9750-1f92c811e999"
ALL_IT = "9c232844-728d-44eb-88ac-9e09b851e4f0"


def _names(graph: Graph, condition: str) -> list[str]:
    return [group["displayName"] for group in graph.get(f"/v1.0/groups?$filter={quote(condition)}")["value"]]


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        ("displayName eq 'Service Desk'", ["Service Desk"]),
        ("displayName eq 'Night shift''s desk'", ["Night shift's desk"]),
        ("displayName eq 'Field Service'", ["Field Service", "Field Service"]),
        ("startswith(displayName, 'Role')", ["Role-assignable, no role yet"]),
        ("displayName eq 'nobody'", []),
        ("isAssignableToRole eq true and displayName eq 'Field Service'", ["Field Service"]),
    ],
)
def test_groups_are_found_by_name(graph: Graph, condition: str, names: list[str]) -> None:
    """Display names need not be unique."""
    assert _names(graph, condition) == names


def test_a_group_says_whether_roles_can_be_given_to_it(graph: Graph) -> None:
    """True or null, never false."""
    groups = graph.get("/v1.0/groups?$select=displayName,isAssignableToRole")["value"]

    assert {group["isAssignableToRole"] for group in groups} == {True, None}


def test_a_group_is_read_by_its_id(graph: Graph) -> None:
    """And an unknown one is 404."""
    group = graph.get(f"/v1.0/groups/{SERVICE_DESK}")

    assert group["displayName"] == "Service Desk"
    assert Schema("v1.0").flaws("group", group) == []
    assert error(graph.call("GET", "/v1.0/groups/nothing"))[:2] == (404, "Request_ResourceNotFound")


def test_members_are_people_and_groups(graph: Graph) -> None:
    """Direct ones only."""
    members = graph.get(f"/v1.0/groups/{ALL_IT}/members?$select=id,displayName,userPrincipalName")["value"]

    assert {member["@odata.type"] for member in members} == {"#microsoft.graph.user", "#microsoft.graph.group"}
    assert "Lee Gu" not in {member["displayName"] for member in members}


@pytest.mark.parametrize(("version", "shown"), [("v1.0", False), ("beta", True)])
def test_an_application_in_a_group_is_listed_in_beta_only(
    graph: Graph, control: ControlClient, version: str, *, shown: bool
) -> None:
    """A known issue of Graph's v1.0."""
    control.join("Service Desk", "mfa-desk-audit")
    members = graph.get(f"/{version}/groups/{SERVICE_DESK}/members?$select=id,displayName,userPrincipalName")["value"]
    names = {
        member["displayName"] for member in members if member["@odata.type"] == "#microsoft.graph.servicePrincipal"
    }

    assert names == ({"mfa-desk-audit"} if shown else set())


def test_members_whom_one_may_not_read_have_an_id_only(graph_with: GraphWith) -> None:
    """As everywhere where objects of several types come together."""
    graph = graph_with("GroupMember.Read.All")
    member = graph.get(f"/v1.0/groups/{SERVICE_DESK}/members?$select=id,displayName")["value"][0]

    assert member["id"]
    assert member["displayName"] is None


def test_counting_groups_is_an_advanced_query(graph: Graph) -> None:
    """Otherwise 400."""
    assert error(graph.call("GET", "/v1.0/groups?$count=true"))[:2] == (400, "Request_BadRequest")
