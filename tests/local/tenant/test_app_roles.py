"""Enterprise applications, and who has a role of theirs."""

from typing import Any

import httpx
import pytest

from local.tenant.control_client import ControlClient, EnterpriseApplication
from tests.fixtures.tenant import Tenant
from tests.local.tenant.caller import ADELE, PATTI, Graph, error
from tests.local.tenant.conftest import GraphWith
from tests.local.tenant.schema import Schema

LEE = "lee.gu@contoso.com"
SERVICE_DESK = "15102454-66b1-41a4-9750-1f92c811e999"
RETAIL = "03e8ed4a-37c8-4de2-9d8d-a62168888a70"


@pytest.fixture
def patti(http: httpx.Client, tenant: Tenant) -> Graph:
    """Call Graph as a Global Administrator."""
    return Graph(http, tenant.url, tenant.control.sign_in(PATTI))


@pytest.fixture
def desk(control: ControlClient) -> EnterpriseApplication:
    """Return the desk's own application."""
    return control.facts().applications["MFA Desk"]


def _path(desk: EnterpriseApplication) -> str:
    return f"/v1.0/servicePrincipals/{desk.id}/appRoleAssignedTo"


def _body(desk: EnterpriseApplication, principal_id: str, **changes: str) -> dict[str, str]:
    wanted = {"principalId": principal_id, "resourceId": desk.id, "appRoleId": desk.roles["MfaDesk.Operator"]}
    return wanted | changes


def _of(graph: Graph, path: str) -> list[dict[str, Any]]:
    return list(graph.get(f"/v1.0/{path}")["value"])


def test_the_desk_is_found_by_its_app_id(patti: Graph, desk: EnterpriseApplication) -> None:
    """As another key, and by a filter; with the three roles that it defines."""
    by_key = patti.get(f"/v1.0/servicePrincipals(appId='{desk.app_id}')")
    by_filter = _of(patti, f"servicePrincipals?$filter=appId%20eq%20'{desk.app_id}'")

    assert [found["id"] for found in (by_key, *by_filter)] == [desk.id, desk.id]
    assert {role["value"]: role["id"] for role in by_key["appRoles"]} == desk.roles
    assert list(desk.roles) == ["MfaDesk.Auditor", "MfaDesk.Operator", "MfaDesk.PrivilegedOperator"]
    assert Schema("v1.0").flaws("servicePrincipal", by_key) == []
    assert [flaw for role in by_key["appRoles"] for flaw in Schema("v1.0").flaws("appRole", role)] == []


def test_a_managed_identity_is_a_service_principal(patti: Graph, tenant: Tenant) -> None:
    """By its client id as well; an unknown one is 404."""
    found = patti.get(
        f"/v1.0/servicePrincipals(appId='{tenant.reset_client_id}')?$select=servicePrincipalType,appRoles"
    )
    unknown = patti.call("GET", "/v1.0/servicePrincipals(appId='nothing')")

    assert (found["servicePrincipalType"], found["appRoles"]) == ("ManagedIdentity", [])
    assert error(unknown)[:2] == (404, "Request_ResourceNotFound")


def test_a_role_goes_to_a_person_and_to_a_group(
    patti: Graph, desk: EnterpriseApplication, control: ControlClient
) -> None:
    """201 with the assignment; any group will do; the journal names the administrator."""
    person = patti.call("POST", _path(desk), _body(desk, control.person(ADELE).id))
    group = patti.call("POST", f"/v1.0/servicePrincipals(appId='{desk.app_id}')/appRoleAssignedTo", _body(desk, RETAIL))

    assert (person.status_code, group.status_code) == (201, 201)
    assert (person.json()["principalType"], group.json()["principalType"]) == ("User", "Group")
    assert Schema("v1.0").flaws("appRoleAssignment", person.json()) == []
    assert [(entry.act, entry.actor) for entry in control.journal()] == [("appRoleAssigned", f"admin:{PATTI}")] * 2


def test_a_role_that_is_there_already_is_400(patti: Graph, desk: EnterpriseApplication) -> None:
    """In the words that Graph has for it."""
    expected = (400, "Request_BadRequest", "Permission being assigned already exists on the object")

    assert error(patti.call("POST", _path(desk), _body(desk, SERVICE_DESK))) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"resourceId": RETAIL}, (400, "Not a valid reference update.")),
        ({"appRoleId": RETAIL}, (400, "Permission being assigned was not found on application")),
        ({"principalId": "00000000-0000-0000-0000-000000000000"}, (404, "Resource '00000000")),
        ({"principalId": 7}, (400, "One or more properties are invalid")),
    ],
)
def test_what_does_not_fit_is_refused(
    patti: Graph, desk: EnterpriseApplication, changes: dict[str, Any], expected: tuple[int, str]
) -> None:
    """Each with a sentence."""
    status, _, message = error(patti.call("POST", _path(desk), _body(desk, RETAIL) | changes))

    assert (status, message[: len(expected[1])]) == expected


def test_a_role_is_taken_back(patti: Graph, desk: EnterpriseApplication, control: ControlClient) -> None:
    """204 once, then 404."""
    given = next(each for each in _of(patti, f"groups/{SERVICE_DESK}/appRoleAssignments"))
    path = f"{_path(desk)}/{given['id']}"

    assert [patti.call("DELETE", path).status_code for _ in range(2)] == [204, 404]
    assert [entry.act for entry in control.journal()] == ["appRoleUnassigned"]


def test_a_person_s_list_has_what_their_groups_give_them(
    patti: Graph, desk: EnterpriseApplication, control: ControlClient
) -> None:
    """Those of direct groups, under the group's id; a group inside a group hands nothing on."""
    control.assign_app_role("MfaDesk.Auditor", LEE)
    control.assign_app_role("MfaDesk.PrivilegedOperator", "All IT")
    given = _of(patti, f"users/{LEE}/appRoleAssignments?$filter=resourceId%20eq%20{desk.id}")

    assert {(each["principalType"], each["appRoleId"]) for each in given} == {
        ("User", desk.roles["MfaDesk.Auditor"]),
        ("Group", desk.roles["MfaDesk.Operator"]),
    }


def test_another_application_s_roles_are_filtered_out(patti: Graph) -> None:
    """By the resource's id, which is written without apostrophes."""
    assert _of(patti, f"users/{LEE}/appRoleAssignments?$filter=resourceId%20eq%20{RETAIL}") == []


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("Cloud Application Administrator", 201),
        ("Application Administrator", 201),
        ("Privileged Role Administrator", 201),
        ("Global Administrator", 201),
        ("Privileged Authentication Administrator", 403),
        ("Helpdesk Administrator", 403),
    ],
)
def test_few_roles_may_assign_app_roles(
    http: httpx.Client, tenant: Tenant, desk: EnterpriseApplication, role: str, status: int
) -> None:
    """Whoever resets MFA may not."""
    tenant.control.assign(role, ADELE)
    graph = Graph(http, tenant.url, tenant.control.sign_in(ADELE))

    assert graph.call("POST", _path(desk), _body(desk, RETAIL)).status_code == status


@pytest.mark.parametrize(
    ("permissions", "status"),
    [
        (["AppRoleAssignment.ReadWrite.All", "Application.Read.All"], 201),
        (["AppRoleAssignment.ReadWrite.All", "Directory.Read.All"], 201),
        (["AppRoleAssignment.ReadWrite.All"], 403),
        (["Application.Read.All"], 403),
    ],
)
def test_assigning_takes_two_permissions_together(
    tenant: Tenant, graph_with: GraphWith, desk: EnterpriseApplication, permissions: list[str], status: int
) -> None:
    """Of a person and of an app alike."""
    app = graph_with(*permissions)
    person = Graph(app.http, tenant.url, tenant.control.sign_in(PATTI, permissions))

    assert app.call("POST", _path(desk), _body(desk, RETAIL)).status_code == status
    assert person.call("POST", _path(desk), _body(desk, tenant.control.person(ADELE).id)).status_code == status


def test_the_control_api_gives_and_takes_app_roles(control: ControlClient) -> None:
    """By value; what nobody has cannot be taken."""
    control.assign_app_role("MfaDesk.Auditor", ADELE)
    control.unassign_app_role("MfaDesk.Auditor", ADELE)

    assert [entry.act for entry in control.journal()] == ["appRoleAssigned", "appRoleUnassigned"]
    with pytest.raises(httpx.HTTPStatusError, match="does not have"):
        control.unassign_app_role("MfaDesk.Auditor", ADELE)
    with pytest.raises(httpx.HTTPStatusError, match="There is no app role"):
        control.assign_app_role("MfaDesk.King", ADELE)


GRAPH = "servicePrincipals(appId='00000003-0000-0000-c000-000000000000')"


def test_what_an_identity_has_been_granted_stands_in_the_directory(graph: Graph, tenant: Tenant) -> None:
    """By its client id, as app roles of Microsoft Graph; from the moment of the grant, whatever its token has."""
    tenant.control.grant("audit", "Mail.Send")
    tenant.control.withdraw("audit", "AuditLog.Read.All")
    resource = graph.get(f"/v1.0/{GRAPH}")
    names = {role["id"]: role["value"] for role in resource["appRoles"]}
    (given,) = _of(graph, f"servicePrincipals(appId='{tenant.audit_client_id}')/appRoleAssignments")

    assert (given["resourceId"], given["resourceDisplayName"]) == (resource["id"], "Microsoft Graph")
    assert (names[given["appRoleId"]], given["principalType"]) == ("Mail.Send", "ServicePrincipal")
    assert Schema("v1.0").flaws("appRoleAssignment", given) == []
    assert Schema("v1.0").flaws("servicePrincipal", resource) == []


def test_graph_lists_whom_its_permissions_have_been_granted_to(graph: Graph, tenant: Tenant) -> None:
    """Seen from the other end, the same."""
    own = _of(graph, f"servicePrincipals(appId='{tenant.reset_client_id}')/appRoleAssignments")
    all_of_them = _of(graph, f"{GRAPH}/appRoleAssignedTo")

    assert [given for given in all_of_them if given["principalDisplayName"] == "mfa-desk-reset"] == own
    assert len(own) == 4


def test_an_identity_can_be_given_app_roles_of_the_desk_too(
    patti: Graph, desk: EnterpriseApplication, tenant: Tenant
) -> None:
    """They stand in the same list, under their own resource; and the list can be filtered by it."""
    identity = f"servicePrincipals(appId='{tenant.audit_client_id}')"
    patti.call("POST", _path(desk), _body(desk, patti.get(f"/v1.0/{identity}")["id"]))
    given = _of(patti, f"{identity}/appRoleAssignments?$filter=resourceId%20eq%20{desk.id}")

    assert [each["appRoleId"] for each in given] == [desk.roles["MfaDesk.Operator"]]
