"""Role management: definitions, assignments direct and transitive, and PIM's active and eligible instances."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from local.tenant.call import Answer, Call
from local.tenant.entities import Role, RoleAssignment
from local.tenant.graph_members import find, shown_among
from local.tenant.metadata import METADATA
from local.tenant.odata import Clause, clauses, expanded, fits, paged, selected
from local.tenant.refusals import bad_directory_request, no_premium_license, no_resource, not_found
from local.tenant.routing import Handler, Route
from local.tenant.world import World

BASE = "/roleManagement/directory"
DIRECTORY_READERS = "88d8e3e3-8f55-4a1e-953a-9b9898b8876b"
IN_BETA = ("allowedPrincipalTypes", "isPrivileged")
"""What beta tells of a role definition and v1.0 does not (metadata of both)."""
FILTERABLE = frozenset({"principalId", "roleDefinitionId", "directoryScopeId"})
EXPANDABLE = frozenset({"principal", "roleDefinition"})
LIST_OPTIONS = frozenset({"$filter", "$expand", "$select", "$count", "$top", "$skiptoken"})


# --- definitions ------------------------------------------------------------------------------------------------------


def list_definitions(call: Call, world: World) -> Answer:
    """GET roleDefinitions, also by displayName or isBuiltIn, in beta by isPrivileged too."""
    names = _names(call)
    wanted = clauses(call, frozenset({"id", "templateId", "displayName", "isBuiltIn", *_only_here(call)}))
    roles = [role for role in world.directory.roles.values() if fits(_definition(role), wanted)]
    context = "roleManagement/directory/roleDefinitions"
    return paged(call, roles, lambda role: _told(call, role, names), context, world.switches.page_size)


def get_definition(call: Call, world: World) -> Answer:
    """GET roleDefinitions/{id}."""
    names = _names(call)
    role = world.directory.roles.get(call.keys[0])
    if role is None:
        raise no_resource(call.keys[0])
    context = call.context("roleManagement/directory/roleDefinitions/$entity")
    return Answer(body={"@odata.context": context, **_told(call, role, names)})


def _told(call: Call, role: Role, names: list[str]) -> dict[str, Any]:
    shown = _picked(_definition(role), names)
    if call.version != "beta" or "$select" in call.options:
        return shown
    # the documentation's examples of beta have it unasked, with Directory Readers for built-in roles
    path = f"roleManagement/directory/roleDefinitions('{role.id}')/inheritsPermissionsFrom"
    inherited = [{"id": DIRECTORY_READERS}] if role.built_in and role.id != DIRECTORY_READERS else []
    return shown | {"inheritsPermissionsFrom@odata.context": call.context(path), "inheritsPermissionsFrom": inherited}


def _names(call: Call) -> list[str]:
    return selected(call, "unifiedRoleDefinition", also=_only_here(call))


def _properties_of_definition(call: Call) -> list[str]:
    return [*METADATA["unifiedRoleDefinition"].names(), *_only_here(call)]


def _only_here(call: Call) -> tuple[str, ...]:
    return IN_BETA if call.version == "beta" else ()


def _definition(role: Role) -> dict[str, Any]:
    permissions = {"allowedResourceActions": list(role.actions), "condition": None}
    return METADATA["unifiedRoleDefinition"].blank() | {
        "id": role.id,
        "templateId": role.id,
        "displayName": role.name,
        "description": role.description,
        "isBuiltIn": role.built_in,
        "isEnabled": True,
        "isPrivileged": role.privileged,
        "allowedPrincipalTypes": None,
        "resourceScopes": ["/"],
        "rolePermissions": [permissions],
        "version": "1",
    }


# --- assignments ------------------------------------------------------------------------------------------------------


def list_assignments(call: Call, world: World) -> Answer:
    """GET roleAssignments: active ones of the principals themselves."""
    active = (given for given in world.directory.assignments if not given.eligible)
    return _listed(call, world, active, clauses(call, FILTERABLE), "roleAssignments")


def get_assignment(call: Call, world: World) -> Answer:
    """GET roleAssignments/{id}."""
    for given in world.directory.assignments:
        if given.id == call.keys[0] and not given.eligible:
            context = call.context("roleManagement/directory/roleAssignments/$entity")
            return Answer(body={"@odata.context": context, **assignment(given)})
    raise no_resource(call.keys[0])


def list_transitive(call: Call, world: World) -> Answer:
    """GET transitiveRoleAssignments: through groups too, with the group's id as principalId.

    Without ConsistencyLevel and $count it answers 404, as documented.
    """
    if not call.advanced:
        raise not_found()
    wanted = clauses(call, FILTERABLE)
    principal = next((str(clause.value) for clause in wanted if clause.name == "principalId"), None)
    if principal is None:
        raise bad_directory_request("The filter must name a principalId.")
    held = world.directory.held_by(world.directory.principals_of(principal))
    others = tuple(clause for clause in wanted if clause.name != "principalId")
    return _listed(call, world, held, others, "transitiveRoleAssignments")


def assignment(given: RoleAssignment) -> dict[str, Any]:
    """Return an assignment as Graph shows it."""
    return METADATA["unifiedRoleAssignment"].blank() | _common(given)


def _common(given: RoleAssignment) -> dict[str, Any]:
    return {
        "id": given.id,
        "principalId": given.principal_id,
        "roleDefinitionId": given.role_id,
        "directoryScopeId": given.scope,
    }


# --- PIM --------------------------------------------------------------------------------------------------------------


def list_instances(kind: str, call: Call, world: World) -> Answer:
    """GET roleAssignmentScheduleInstances or roleEligibilityScheduleInstances.

    Whether a group's members are listed by their own ids is not settled; here only the group is.
    """
    if not world.switches.pim:
        raise no_premium_license()
    eligible = kind == "roleEligibilityScheduleInstances"
    held = (given for given in world.directory.assignments if given.eligible == eligible)
    return _listed(call, world, held, clauses(call, FILTERABLE), kind)


def _instance(given: RoleAssignment) -> dict[str, Any]:
    schedule = "roleEligibilityScheduleId" if given.eligible else "roleAssignmentScheduleId"
    type_name = "unifiedRoleEligibilityScheduleInstance" if given.eligible else "unifiedRoleAssignmentScheduleInstance"
    times = {"memberType": "Direct", schedule: given.id, "endDateTime": given.until}
    shown = METADATA[type_name].blank() | _common(given) | times
    if given.eligible:
        return shown
    return shown | {
        "assignmentType": "Activated" if given.activated else "Assigned",
        "roleAssignmentOriginId": given.id,
    }


# --- all of them ------------------------------------------------------------------------------------------------------


def _listed(call: Call, world: World, held: Iterable[RoleAssignment], wanted: tuple[Clause, ...], path: str) -> Answer:
    instances = path.endswith("Instances")
    expansion = expanded(call, EXPANDABLE, one_only=not instances)
    type_name = f"unified{path[0].upper()}{path[1:-1]}" if instances else "unifiedRoleAssignment"
    names = selected(call, type_name)
    show = _instance if instances else assignment

    def shown(given: RoleAssignment) -> dict[str, Any]:
        return _picked(show(given), names) | {name: _expansion(call, world, given, name) for name in expansion}

    matching = [given for given in held if fits(_common(given), wanted)]
    return paged(call, matching, shown, f"{BASE[1:]}/{path}", world.switches.page_size)


def _expansion(call: Call, world: World, given: RoleAssignment, name: str) -> dict[str, Any] | None:
    if name == "roleDefinition":
        return _picked(_definition(world.directory.roles[given.role_id]), _properties_of_definition(call))
    principal = find(world, given.principal_id)
    return shown_among(call, world, principal) if principal else None


def _picked(shown: dict[str, Any], names: list[str]) -> dict[str, Any]:
    return {name: shown[name] for name in names}


def _route(path: str, handler: Handler, *, options: frozenset[str] = LIST_OPTIONS, beta_only: bool = False) -> Route:
    return Route(
        method="GET", path=f"{BASE}/{path}", handler=handler, family="directory", options=options, beta_only=beta_only
    )


ROUTES = (
    _route("roleDefinitions", list_definitions),
    _route("roleDefinitions/{id}", get_definition, options=frozenset({"$select"})),
    _route("roleAssignments", list_assignments),
    _route("roleAssignments/{id}", get_assignment, options=frozenset()),
    _route("transitiveRoleAssignments", list_transitive, beta_only=True),
    _route("roleAssignmentScheduleInstances", partial(list_instances, "roleAssignmentScheduleInstances")),
    _route("roleEligibilityScheduleInstances", partial(list_instances, "roleEligibilityScheduleInstances")),
)
