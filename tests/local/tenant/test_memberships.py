"""What a person is a member or an owner of."""

from urllib.parse import quote

import pytest

from local.tenant.control_client import ControlClient
from tests.local.tenant.caller import ADELE, EVENTUAL, MIRIAM, PATTI, Graph, error
from tests.local.tenant.conftest import GraphWith
from tests.local.tenant.schema import Schema

LEE = "lee.gu@contoso.com"
LIDIA = "lidia.holloway@contoso.com"
RAUL = "raul.razo@contoso.com"
ENRICO = "enrico.cattaneo@contoso.com"
ALEX = "alex.wilber@contoso.com"
ALLAN = "allan.deyoung@contoso.com"
BIANCA = "bianca.pisani@contoso.com"

PRIVILEGED_ROLE_ADMINISTRATOR = "e8611ab8-c189-46e8-94e1-60213ab1f814"


def _names(graph: Graph, who: str, path: str, **headers: str) -> list[str]:
    return [circle["displayName"] for circle in graph.get(f"/v1.0/users/{who}/{path}", **headers)["value"]]


def _roles(graph: Graph, who: str) -> list[str]:
    return _names(graph, who, "transitiveMemberOf/microsoft.graph.directoryRole?$count=true", **EVENTUAL)


def test_nested_groups_are_seen_transitively_only(graph: Graph, graph_with: GraphWith) -> None:
    """MemberOf is direct; transitiveMemberOf goes up."""
    everything = graph_with("Directory.Read.All")

    assert _names(everything, LEE, "memberOf") == ["Service Desk"]
    assert _names(graph, LEE, "transitiveMemberOf") == ["Service Desk", "All IT"]


def test_objects_of_all_types_come_together(graph: Graph) -> None:
    """Groups, administrative units and roles, each with its type, all of them fitting the metadata."""
    circles = graph.get(f"/v1.0/users/{PATTI}/transitiveMemberOf")["value"]
    units = graph.get(f"/v1.0/users/{MIRIAM}/transitiveMemberOf")["value"]
    types = [circle["@odata.type"].removeprefix("#microsoft.graph.") for circle in circles + units]

    assert types == ["group", "directoryRole", "administrativeUnit"]
    for type_name, circle in zip(types, circles + units, strict=True):
        assert Schema("v1.0").flaws(type_name, circle) == []


@pytest.mark.parametrize(
    ("who", "roles"),
    [
        (PATTI, ["Global Administrator"]),
        (LIDIA, ["Privileged Role Administrator"]),
        (ENRICO, []),
        (ALEX, []),
        (ALLAN, []),
        (ADELE, []),
    ],
)
def test_directory_roles_are_those_active_built_in_and_tenant_wide(graph: Graph, who: str, roles: list[str]) -> None:
    """Also through a group; but neither scoped to a unit, nor eligible, nor custom."""
    assert _roles(graph, who) == roles


def test_a_directory_role_has_an_id_of_its_own(graph: Graph) -> None:
    """The template's id is roleTemplateId."""
    path = f"/v1.0/users/{LIDIA}/transitiveMemberOf/microsoft.graph.directoryRole?$count=true"
    role = graph.get(path, **EVENTUAL)["value"][0]

    assert role["roleTemplateId"] == PRIVILEGED_ROLE_ADMINISTRATOR
    assert role["id"] != PRIVILEGED_ROLE_ADMINISTRATOR


@pytest.mark.parametrize(
    ("option", "headers"),
    [
        ("", {}),
        ("?$count=true", {}),
        ("", EVENTUAL),
        ("?$filter=isAssignableToRole eq true", {}),
        ("?$filter=isAssignableToRole eq true", EVENTUAL),
        ("?$filter=isAssignableToRole eq true&$count=true", {}),
    ],
)
def test_a_cast_is_an_advanced_query(graph: Graph, option: str, headers: dict[str, str]) -> None:
    """Without both ConsistencyLevel and $count it is 400."""
    answer = graph.call("GET", f"/v1.0/users/{LIDIA}/transitiveMemberOf/microsoft.graph.group{option}", **headers)

    assert error(answer)[:2] == (400, "Request_UnsupportedQuery")


@pytest.mark.parametrize("option", ["$count=true", "$filter=displayName eq 'Retail'"])
def test_counting_and_filtering_memberships_is_advanced(graph: Graph, option: str) -> None:
    """With objects of all types as well."""
    path = f"/v1.0/users/{ADELE}/transitiveMemberOf?{option}"

    assert error(graph.call("GET", path))[:2] == (400, "Request_UnsupportedQuery")
    assert len(graph.get(f"{path}&$count=true", **EVENTUAL)["value"]) == 1


def test_a_plain_cast_can_be_allowed(graph: Graph, control: ControlClient) -> None:
    """The documentation and what has been seen differ, so it is a switch; filtering stays advanced."""
    control.turn(cast_needs_advanced_query=False)
    path = "transitiveMemberOf/microsoft.graph.group"

    assert _names(graph, LEE, path) == ["Service Desk", "All IT"]
    assert graph.call("GET", f"/v1.0/users/{LEE}/{path}?$count=true").status_code == 400


def test_role_assignable_groups_are_found_by_filter(graph: Graph) -> None:
    """With the count of what matched."""
    path = "transitiveMemberOf/microsoft.graph.group?$count=true&$filter=" + quote("isAssignableToRole eq true")
    found = graph.get(f"/v1.0/users/{BIANCA}/{path}", **EVENTUAL)

    assert found["@odata.count"] == 1
    assert found["value"][0]["isAssignableToRole"] is True
    assert graph.get(f"/v1.0/users/{LEE}/{path}", **EVENTUAL)["value"] == []


def test_owned_role_assignable_groups_are_found(graph: Graph) -> None:
    """An owner is no member."""
    path = "ownedObjects/microsoft.graph.group?$count=true&$filter=" + quote("isAssignableToRole eq true")

    assert _names(graph, RAUL, path, **EVENTUAL) == ["Tier 0 Engineers"]
    assert _names(graph, RAUL, "transitiveMemberOf") == []
    assert _names(graph, ADELE, path, **EVENTUAL) == []


def test_select_narrows_a_cast(graph: Graph) -> None:
    """To what is selected."""
    path = "transitiveMemberOf/microsoft.graph.group?$count=true&$select=id"

    assert [set(group) for group in graph.get(f"/v1.0/users/{LIDIA}/{path}", **EVENTUAL)["value"]] == [{"id"}]


def test_an_unknown_cast_is_400(graph: Graph) -> None:
    """There are groups, units and roles."""
    answer = graph.call("GET", f"/v1.0/users/{LEE}/transitiveMemberOf/microsoft.graph.team", **EVENTUAL)

    assert error(answer)[:2] == (400, "BadRequest")


def test_memberships_come_in_pages(graph: Graph, control: ControlClient) -> None:
    """$top and the server's own page size both lead to a next link, which keeps the query."""
    control.turn(page_size=1)
    first = graph.get(f"/v1.0/users/{LEE}/transitiveMemberOf?$top=5")
    second = graph.get(first["@odata.nextLink"])

    assert [circle["displayName"] for circle in (*first["value"], *second["value"])] == ["Service Desk", "All IT"]
    assert "$top=5" in first["@odata.nextLink"]
    assert "@odata.nextLink" not in second


def test_what_an_app_may_not_read_has_an_id_and_nothing_else(graph_with: GraphWith) -> None:
    """User.Read.All lists memberships, but shows groups, units and roles as bare ids."""
    circles = graph_with("User.Read.All").get(f"/v1.0/users/{PATTI}/transitiveMemberOf")["value"]

    assert [circle["displayName"] for circle in circles] == [None, None]
    assert all(circle["id"] for circle in circles)


def test_scoped_roles_are_listed_on_their_own(graph_with: GraphWith) -> None:
    """With the administrative unit they are over; tenant-wide ones are not among them."""
    graph = graph_with("Directory.Read.All")
    scoped = graph.get(f"/v1.0/users/{ENRICO}/scopedRoleMemberOf")["value"]

    assert [membership["roleMemberInfo"]["displayName"] for membership in scoped] == ["Enrico Cattaneo"]
    assert graph.get(f"/v1.0/users/{PATTI}/scopedRoleMemberOf")["value"] == []


def test_memberships_change(graph: Graph, control: ControlClient) -> None:
    """What joins is a member from then on, and an owner an owner."""
    control.join("Tier 0 Engineers", ADELE)
    control.join("Service Desk", ADELE, owner=True)
    control.leave("Retail", ADELE)

    assert _roles(graph, ADELE) == ["Privileged Role Administrator"]
    assert _names(graph, ADELE, "ownedObjects") == ["Service Desk", "Retail"]
    assert [entry.act for entry in control.journal()] == ["memberAdded", "ownerAdded", "memberRemoved"]
