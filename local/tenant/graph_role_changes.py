"""Role management: giving a role and taking it back."""

import re

import msgspec

from local.tenant.call import Answer, Call
from local.tenant.directory import TENANT_WIDE
from local.tenant.graph_roles import BASE, assignment
from local.tenant.principals import find
from local.tenant.reach import MAY_ASSIGN_ROLES, demand_one_of
from local.tenant.refusals import bad_directory_request, conflicting_object, no_resource, not_assignable
from local.tenant.routing import Route
from local.tenant.world import World

_UNIT = re.compile(r"/administrativeUnits/(?P<id>[^/]+)")


class _Wanted(msgspec.Struct, frozen=True, rename="camel"):
    role_definition_id: str
    principal_id: str
    directory_scope_id: str


def create_assignment(call: Call, world: World) -> Answer:
    """POST roleAssignments: 201; refused for a group that is not role-assignable, and when it exists already."""
    demand_one_of(MAY_ASSIGN_ROLES, call)
    wanted = _wanted(call)
    directory = world.directory
    principal = find(directory, wanted.principal_id)
    if principal is None:
        raise no_resource(wanted.principal_id)
    if wanted.role_definition_id not in directory.roles:
        raise no_resource(wanted.role_definition_id)
    _check_scope(wanted.directory_scope_id, world)
    if principal.group is not None and not principal.group.role_assignable:
        raise not_assignable(principal.name)
    key = (wanted.role_definition_id, principal.id, wanted.directory_scope_id)
    if any(
        (held.role_id, held.principal_id, held.scope) == key and not held.eligible for held in directory.assignments
    ):
        raise conflicting_object(world.switches.duplicate_role_assignment)
    given = directory.assign(*key, eligible=False, actor=call.actor)
    context = call.context("roleManagement/directory/roleAssignments/$entity")
    return Answer(201, {"@odata.context": context, **assignment(given)})


def delete_assignment(call: Call, world: World) -> Answer:
    """DELETE roleAssignments/{id}: 204; what is only eligible is not found here."""
    demand_one_of(MAY_ASSIGN_ROLES, call)
    for given in world.directory.assignments:
        if given.id == call.keys[0] and not given.eligible:
            world.directory.unassign(given, call.actor)
            return Answer(204)
    raise no_resource(call.keys[0])


def _wanted(call: Call) -> _Wanted:
    try:
        return msgspec.convert(call.json(), _Wanted)
    except msgspec.ValidationError as error:
        raise bad_directory_request(f"One or more properties are invalid or missing: {error}") from error


def _check_scope(scope: str, world: World) -> None:
    unit = _UNIT.fullmatch(scope)
    if scope != TENANT_WIDE and (unit is None or unit["id"] not in world.directory.units):
        raise no_resource(scope)


ROUTES = (
    Route(method="POST", path=f"{BASE}/roleAssignments", handler=create_assignment, family="directory"),
    Route(method="DELETE", path=f"{BASE}/roleAssignments/{{id}}", handler=delete_assignment, family="directory"),
)
