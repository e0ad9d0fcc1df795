"""Role definitions and assignments."""

from typing import Any
from urllib.parse import quote

import pytest

from local.tenant.control_client import ControlClient
from tests.local.tenant.caller import ADELE, EVENTUAL, PATTI, Graph, error
from tests.local.tenant.conftest import GraphWith
from tests.local.tenant.schema import Schema

BASE = "/v1.0/roleManagement/directory"
TRANSITIVE = "/beta/roleManagement/directory/transitiveRoleAssignments"
GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
PRIVILEGED_AUTHENTICATION_ADMINISTRATOR = "7be44c8a-adaf-4e2a-84d6-ab2649e08a13"
AUTHENTICATION_ADMINISTRATOR = "c4e39bd9-1100-46d3-8c65-fb160da0071f"
PRIVILEGED_ROLE_ADMINISTRATOR = "e8611ab8-c189-46e8-94e1-60213ab1f814"
LIDIA = "lidia.holloway@contoso.com"
ENRICO = "enrico.cattaneo@contoso.com"
ALEX = "alex.wilber@contoso.com"


def _of(control: ControlClient, who: str) -> str:
    return "$filter=" + quote(f"principalId eq '{control.person(who).id}'")


def _held(graph: Graph, path: str, **headers: str) -> list[Any]:
    return list(graph.get(path, **headers)["value"])


def test_definitions_show_what_a_role_may_do(graph: Graph) -> None:
    """The resource actions of the two authentication administrator roles are the published ones."""
    role = graph.get(f"{BASE}/roleDefinitions/{PRIVILEGED_AUTHENTICATION_ADMINISTRATOR}")
    actions = role["rolePermissions"][0]["allowedResourceActions"]

    assert (role["displayName"], role["isBuiltIn"]) == ("Privileged Authentication Administrator", True)
    assert "microsoft.directory/users/authenticationMethods/delete" in actions
    assert "microsoft.directory/users/invalidateAllRefreshTokens" in actions
    assert Schema("v1.0").flaws("unifiedRoleDefinition", role) == []


def test_definitions_are_listed_with_the_custom_one(graph: Graph) -> None:
    """Built-in roles by their template ids."""
    roles = {role["displayName"]: role for role in _held(graph, f"{BASE}/roleDefinitions")}

    assert roles["Global Administrator"]["id"] == roles["Global Administrator"]["templateId"] == GLOBAL_ADMINISTRATOR
    assert [name for name, role in roles.items() if not role["isBuiltIn"]] == ["Branch device helper"]


def test_definitions_are_filtered_and_narrowed(graph: Graph) -> None:
    """By name, to what is selected."""
    path = f"{BASE}/roleDefinitions?$select=id&$filter=" + quote("displayName eq 'Global Reader'")

    assert _held(graph, path) == [{"id": "f2ef992c-3afb-46b9-b7cf-a126ee74c451"}]


def test_beta_says_which_roles_are_privileged(graph: Graph) -> None:
    """And filters by it; v1.0 has no such property."""
    base = BASE.replace("v1.0", "beta")
    privileged = quote("isPrivileged eq true")
    names = {role["displayName"] for role in _held(graph, f"{base}/roleDefinitions?$filter={privileged}")}
    role = graph.get(f"{base}/roleDefinitions/{AUTHENTICATION_ADMINISTRATOR}")

    assert names.isdisjoint({"Reports Reader", "Branch device helper"})
    assert names >= {"Authentication Administrator", "Global Reader"}
    assert Schema("beta").flaws("unifiedRoleDefinition", role) == []
    assert error(graph.call("GET", f"{BASE}/roleDefinitions?$select=isPrivileged"))[0] == 400
    assert error(graph.call("GET", f"{BASE}/roleDefinitions?$filter={privileged}"))[0] == 400


def test_beta_says_what_a_role_inherits(graph: Graph) -> None:
    """A built-in role what Directory Readers may do, a custom one nothing; with $select neither says so."""
    path = f"{BASE.replace('v1.0', 'beta')}/roleDefinitions"
    inherited = {role["displayName"]: role["inheritsPermissionsFrom"] for role in _held(graph, path)}

    assert inherited["Authentication Administrator"] == [{"id": "88d8e3e3-8f55-4a1e-953a-9b9898b8876b"}]
    assert (inherited["Branch device helper"], inherited["Directory Readers"]) == ([], [])
    assert set(_held(graph, f"{path}?$select=id")[0]) == {"id"}


@pytest.mark.parametrize(
    ("clause", "names"),
    [
        ("displayName eq 'Branch device helper'", ["Branch device helper"]),
        ("displayName eq 'Branch''s helper'", []),
        ("displayName eq 'x'' or displayName ne ''y'", []),
    ],
)
def test_an_apostrophe_in_a_filter_is_doubled(graph: Graph, clause: str, names: list[str]) -> None:
    """And is then part of the text."""
    path = f"{BASE}/roleDefinitions?$select=displayName&$filter=" + quote(clause)

    assert [role["displayName"] for role in _held(graph, path)] == names


def test_an_unknown_definition_is_404(graph: Graph) -> None:
    """As in the directory."""
    assert error(graph.call("GET", f"{BASE}/roleDefinitions/nothing"))[:2] == (404, "Request_ResourceNotFound")


def test_assignments_of_a_principal_are_direct_and_active(graph: Graph, control: ControlClient) -> None:
    """Scoped ones too; eligible and inherited ones are not among them."""
    direct = {who: _held(graph, f"{BASE}/roleAssignments?{_of(control, who)}") for who in (PATTI, ENRICO, LIDIA, ALEX)}

    assert [given["roleDefinitionId"] for given in direct[PATTI]] == [GLOBAL_ADMINISTRATOR]
    assert direct[ENRICO][0]["directoryScopeId"].startswith("/administrativeUnits/")
    assert (direct[LIDIA], direct[ALEX]) == ([], [])
    assert Schema("v1.0").flaws("unifiedRoleAssignment", direct[PATTI][0]) == []


def test_assignments_of_a_role_are_its_holders(graph: Graph) -> None:
    """With the principal expanded, of whatever type."""
    clause = quote(f"roleDefinitionId eq '{PRIVILEGED_ROLE_ADMINISTRATOR}'")
    held = _held(graph, f"{BASE}/roleAssignments?$expand=principal&$filter={clause}")

    assert [given["principal"]["@odata.type"] for given in held] == ["#microsoft.graph.group"]
    assert held[0]["principal"]["displayName"] == "Tier 0 Engineers"


def test_a_principal_whom_one_may_not_read_has_an_id_only(graph_with: GraphWith) -> None:
    """As everywhere where objects of several types come together; no source settles it for this path."""
    clause = quote(f"roleDefinitionId eq '{GLOBAL_ADMINISTRATOR}'")
    path = f"{BASE}/roleAssignments?$expand=principal&$filter={clause}"
    principal = _held(graph_with("RoleManagement.Read.Directory"), path)[0]["principal"]

    assert (principal["@odata.type"], principal["displayName"]) == ("#microsoft.graph.user", None)
    assert principal["id"]


def test_only_one_relationship_is_expanded(graph: Graph) -> None:
    """Both principal and roleDefinition is 400; either is fine."""
    both = graph.call("GET", f"{BASE}/roleAssignments?$expand=principal,roleDefinition")
    one = _held(graph, f"{BASE}/roleAssignments?$top=1&$expand=roleDefinition")

    assert error(both) == (400, "Request_BadRequest", "Only one property can be expanded in a single query.")
    assert one[0]["roleDefinition"]["displayName"] == "Global Administrator"


def test_an_app_can_hold_a_role(graph: Graph, control: ControlClient) -> None:
    """Its service principal is the principal."""
    control.assign("Reports Reader", "mfa-desk-audit")
    app_id = control.facts().apps["audit"].id
    held = _held(graph, f"{BASE}/roleAssignments?$expand=principal&$filter=" + quote(f"principalId eq '{app_id}'"))

    assert held[0]["principal"]["@odata.type"] == "#microsoft.graph.servicePrincipal"


def test_an_assignment_is_read_by_its_id(graph: Graph, control: ControlClient) -> None:
    """And an unknown one is 404."""
    given = _held(graph, f"{BASE}/roleAssignments?{_of(control, PATTI)}")[0]
    read = graph.get(f"{BASE}/roleAssignments/{given['id']}")

    assert {name: value for name, value in read.items() if name != "@odata.context"} == given
    assert error(graph.call("GET", f"{BASE}/roleAssignments/nothing"))[0] == 404


@pytest.mark.parametrize(
    "clause", ["principalId eq 'x' or roleDefinitionId eq 'y'", "principalId ne 'x'", "displayName eq 'x'"]
)
def test_other_filters_are_400(graph: Graph, clause: str) -> None:
    """Only eq on principal, role and scope, joined by and."""
    assert error(graph.call("GET", f"{BASE}/roleAssignments?$filter={quote(clause)}"))[0] == 400


def test_transitive_assignments_come_through_groups(graph: Graph, control: ControlClient) -> None:
    """With the group's id as principalId; scoped ones are included, eligible ones are not."""
    held = {
        who: _held(graph, f"{TRANSITIVE}?$count=true&{_of(control, who)}", **EVENTUAL) for who in (LIDIA, ENRICO, ALEX)
    }

    assert [given["roleDefinitionId"] for given in held[LIDIA]] == [PRIVILEGED_ROLE_ADMINISTRATOR]
    assert held[LIDIA][0]["principalId"] != control.person(LIDIA).id
    assert [given["roleDefinitionId"] for given in held[ENRICO]] == [AUTHENTICATION_ADMINISTRATOR]
    assert held[ALEX] == []


@pytest.mark.parametrize(("option", "headers"), [("", EVENTUAL), ("$count=true&", {}), ("", {})])
def test_a_transitive_query_that_is_not_advanced_is_404(
    graph: Graph, control: ControlClient, option: str, headers: dict[str, str]
) -> None:
    """Strange, and documented."""
    assert error(graph.call("GET", f"{TRANSITIVE}?{option}{_of(control, LIDIA)}", **headers))[0] == 404


def test_a_transitive_query_names_a_principal(graph: Graph) -> None:
    """Otherwise 400."""
    assert error(graph.call("GET", f"{TRANSITIVE}?$count=true", **EVENTUAL))[0] == 400


def test_eligible_roles_are_in_pim_only(graph: Graph, control: ControlClient) -> None:
    """The eligible Global Administrator holds nothing at present."""
    eligible = _held(graph, f"{BASE}/roleEligibilityScheduleInstances?{_of(control, ALEX)}")
    active = _held(graph, f"{BASE}/roleAssignmentScheduleInstances?{_of(control, ALEX)}")

    assert [given["roleDefinitionId"] for given in eligible] == [GLOBAL_ADMINISTRATOR]
    assert active == []
    assert Schema("v1.0").flaws("unifiedRoleEligibilityScheduleInstance", eligible[0]) == []


def test_active_roles_are_in_pim_as_well(graph: Graph, control: ControlClient) -> None:
    """As assigned, not activated; both relationships may be expanded here."""
    path = f"{BASE}/roleAssignmentScheduleInstances?$expand=principal,roleDefinition&{_of(control, PATTI)}"
    active = _held(graph, path)[0]

    assert (active["assignmentType"], active["memberType"]) == ("Assigned", "Direct")
    assert active["principal"]["userPrincipalName"] == PATTI
    assert active["roleDefinition"]["displayName"] == "Global Administrator"
    assert Schema("v1.0").flaws("unifiedRoleAssignmentScheduleInstance", active) == []


def test_pim_lists_a_groups_role_under_the_group(graph: Graph, control: ControlClient) -> None:
    """A member of the group is not listed by their own id."""
    assert _held(graph, f"{BASE}/roleAssignmentScheduleInstances?{_of(control, LIDIA)}") == []


def test_assignments_change(graph: Graph, control: ControlClient) -> None:
    """Giving a role twice is once; what is taken back is gone; each is journaled once."""
    path = f"{BASE}/roleAssignments?{_of(control, ADELE)}"
    control.assign("Authentication Administrator", ADELE)
    control.assign("Authentication Administrator", ADELE)

    assert len(_held(graph, path)) == 1
    control.unassign("Authentication Administrator", ADELE)
    assert _held(graph, path) == []
    assert [entry.act for entry in control.journal()] == ["roleAssigned", "roleUnassigned"]
