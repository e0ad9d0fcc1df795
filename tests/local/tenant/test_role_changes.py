"""Giving roles and taking them back, as a person and as an app."""

from typing import Any

import httpx
import pytest

from local.tenant.control_client import ControlClient
from tests.fixtures.tenant import Tenant
from tests.local.tenant.caller import ADELE, PATTI, Graph, error
from tests.local.tenant.conftest import GraphWith
from tests.local.tenant.schema import Schema

PATH = "/v1.0/roleManagement/directory/roleAssignments"
AUTHENTICATION_ADMINISTRATOR = "c4e39bd9-1100-46d3-8c65-fb160da0071f"
NIGHT_SHIFT = "d3c1b1c4-6e0c-4b63-9c57-2b8f5d9c6a10"
SERVICE_DESK = "15102454-66b1-41a4-9750-1f92c811e999"
MILAN = "/administrativeUnits/19a04b7d-d354-4653-938e-5cf9abb624a4"
LIDIA = "lidia.holloway@contoso.com"
JONI = "joni.sherman@contoso.com"


@pytest.fixture
def patti(http: httpx.Client, tenant: Tenant) -> Graph:
    """Call Graph as a Global Administrator."""
    return Graph(http, tenant.url, tenant.control.sign_in(PATTI))


def _body(principal_id: str, **changes: str) -> dict[str, str]:
    wanted = {"roleDefinitionId": AUTHENTICATION_ADMINISTRATOR, "principalId": principal_id, "directoryScopeId": "/"}
    return wanted | changes


def _id(control: ControlClient, who: str) -> str:
    return control.person(who).id


def test_an_administrator_assigns_a_role(patti: Graph, control: ControlClient) -> None:
    """201 with the assignment, which is then read by its id; the journal names the administrator."""
    answer = patti.call("POST", PATH, _body(_id(control, ADELE)))
    made = answer.json()

    assert answer.status_code == 201
    assert Schema("v1.0").flaws("unifiedRoleAssignment", made) == []
    assert patti.get(f"{PATH}/{made['id']}")["principalId"] == _id(control, ADELE)
    assert [(entry.act, entry.actor) for entry in control.journal()] == [("roleAssigned", f"admin:{PATTI}")]


@pytest.mark.parametrize("status", [400, 409])
def test_a_role_that_is_held_already_is_refused(patti: Graph, control: ControlClient, status: int) -> None:
    """With either status: no source settles which."""
    control.turn(duplicate_role_assignment=status)
    answer = patti.call("POST", PATH, _body(_id(control, JONI)))

    assert error(answer)[0] == status
    assert error(answer)[2].startswith("A conflicting object")
    assert control.journal() == []


def test_the_same_role_over_a_unit_is_another_assignment(patti: Graph, control: ControlClient) -> None:
    """Tenant-wide and scoped stand side by side."""
    assert patti.call("POST", PATH, _body(_id(control, JONI), directoryScopeId=MILAN)).status_code == 201


def test_an_eligible_role_can_be_assigned(patti: Graph, control: ControlClient) -> None:
    """Eligibility is none of its duplicates."""
    control.assign("Authentication Administrator", ADELE, eligible=True)

    assert patti.call("POST", PATH, _body(_id(control, ADELE))).status_code == 201


def test_a_role_assignable_group_gets_a_role_and_no_other_group(patti: Graph) -> None:
    """The other one is 400."""
    assert patti.call("POST", PATH, _body(NIGHT_SHIFT)).status_code == 201
    assert error(patti.call("POST", PATH, _body(SERVICE_DESK)))[:2] == (400, "Request_BadRequest")


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"principalId": "00000000-0000-0000-0000-000000000000"}, 404),
        ({"roleDefinitionId": "00000000-0000-0000-0000-000000000000"}, 404),
        ({"directoryScopeId": "/administrativeUnits/nowhere"}, 404),
        ({"directoryScopeId": 7}, 400),
    ],
)
def test_what_is_not_there_cannot_be_assigned(
    patti: Graph, control: ControlClient, changes: dict[str, Any], status: int
) -> None:
    """404, and 400 for a body that is wrong."""
    assert patti.call("POST", PATH, _body(_id(control, ADELE)) | changes).status_code == status
    assert control.journal() == []


@pytest.mark.parametrize(
    "who", [ADELE, JONI, "nestor.wilke@contoso.com", "alex.wilber@contoso.com", "pradeep.gupta@contoso.com"]
)
def test_only_two_roles_may_assign_roles(http: httpx.Client, tenant: Tenant, who: str) -> None:
    """An eligible Global Administrator, a User Administrator and both authentication administrators may not."""
    graph = Graph(http, tenant.url, tenant.control.sign_in(who))
    expected = (403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")

    assert error(graph.call("POST", PATH, _body(_id(tenant.control, ADELE)))) == expected
    assert error(graph.call("DELETE", f"{PATH}/x")) == expected


def test_a_privileged_role_administrator_through_a_group_may(http: httpx.Client, tenant: Tenant) -> None:
    """A role through a group is a role."""
    graph = Graph(http, tenant.url, tenant.control.sign_in(LIDIA))

    assert graph.call("POST", PATH, _body(_id(tenant.control, ADELE))).status_code == 201


def test_the_scope_to_read_is_none_to_write(http: httpx.Client, tenant: Tenant) -> None:
    """Not even for a Global Administrator."""
    graph = Graph(http, tenant.url, tenant.control.sign_in(PATTI, ["RoleManagement.Read.Directory"]))

    assert graph.call("POST", PATH, _body(_id(tenant.control, ADELE))).status_code == 403


def test_an_app_needs_its_permission_only(graph_with: GraphWith, tenant: Tenant) -> None:
    """Which is why the desk's identities do not have it; its client id is in the journal."""
    graph = graph_with("RoleManagement.ReadWrite.Directory")
    answer = graph.call("POST", PATH, _body(_id(tenant.control, ADELE)))

    assert answer.status_code == 201
    assert [entry.actor for entry in tenant.control.journal() if entry.act == "roleAssigned"] == [
        tenant.audit_client_id
    ]


def test_an_assignment_is_taken_back_by_its_id(patti: Graph, control: ControlClient) -> None:
    """204 once, then 404."""
    made = patti.call("POST", PATH, _body(_id(control, ADELE))).json()["id"]

    assert [patti.call("DELETE", f"{PATH}/{made}").status_code for _ in range(2)] == [204, 404]
    assert [entry.act for entry in control.journal()] == ["roleAssigned", "roleUnassigned"]


def test_pim_tells_what_it_gave_for_a_time(patti: Graph, control: ControlClient) -> None:
    """Roles that end by themselves are assignments like the others, but for PIM's own list."""
    control.assign("Authentication Administrator", ADELE, until="2027-01-01T00:00:00Z", activated=True)
    condition = f"$filter=principalId%20eq%20'{_id(control, ADELE)}'"
    plain = patti.get(f"{PATH}?{condition}")["value"][0]
    instance = patti.get(f"/v1.0/roleManagement/directory/roleAssignmentScheduleInstances?{condition}")["value"][0]

    assert (instance["assignmentType"], instance["endDateTime"]) == ("Activated", "2027-01-01T00:00:00Z")
    assert instance["roleAssignmentOriginId"] == plain["id"]


def test_a_tenant_without_the_licence_has_no_pim(patti: Graph, control: ControlClient) -> None:
    """Its paths are 400 with a code of their own."""
    control.turn(pim=False)
    answer = patti.call("GET", "/v1.0/roleManagement/directory/roleEligibilityScheduleInstances")

    assert error(answer)[:2] == (400, "AadPremiumLicenseRequired")
