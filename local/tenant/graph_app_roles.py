"""Service principals, and the app roles that people and groups have on them."""

from collections.abc import Iterable
from typing import Any

import msgspec

from local.tenant.call import Answer, Call
from local.tenant.entities import AppRoleAssignment
from local.tenant.graph_groups import group_of
from local.tenant.graph_users import person_of
from local.tenant.metadata import METADATA
from local.tenant.microsoft_graph import grants
from local.tenant.odata import clauses, fits, paged, selected
from local.tenant.principals import find
from local.tenant.reach import MAY_ASSIGN_APP_ROLES, demand_one_of
from local.tenant.refusals import bad_directory_request, no_resource
from local.tenant.routing import Route
from local.tenant.service_principals import ServicePrincipal, changeable, everything, properties_of
from local.tenant.world import World

PAGED = frozenset({"$top", "$skiptoken"})


# --- service principals -----------------------------------------------------------------------------------------------


def list_service_principals(call: Call, world: World) -> Answer:
    """GET /servicePrincipals, also by appId or displayName."""
    names = selected(call, "servicePrincipal")
    wanted = clauses(call, frozenset({"id", "appId", "displayName"}))
    found = [each for each in everything(world.directory) if fits(properties_of(each), wanted)]
    return paged(call, found, lambda each: _shown(each, names), "servicePrincipals", world.switches.page_size)


def get_service_principal(call: Call, world: World) -> Answer:
    """GET /servicePrincipals/{id} and /servicePrincipals(appId='…')."""
    names = selected(call, "servicePrincipal")
    shown = _shown(_addressed(call, world), names)
    return Answer(body={"@odata.context": call.context("servicePrincipals/$entity"), **shown})


def _addressed(call: Call, world: World) -> ServicePrincipal:
    return _among(everything(world.directory), call)


def _among(principals: Iterable[ServicePrincipal], call: Call) -> ServicePrincipal:
    key = call.keys[0].lower()
    for each in principals:
        if key in {each.id, f"appid={each.client_id}"}:
            return each
    raise no_resource(call.keys[0].partition("=")[2] or call.keys[0])


def _shown(principal: ServicePrincipal, names: list[str]) -> dict[str, Any]:
    known = METADATA["servicePrincipal"].blank() | properties_of(principal)
    return {name: known[name] for name in names}


# --- app roles given --------------------------------------------------------------------------------------------------


class _Wanted(msgspec.Struct, frozen=True, rename="camel"):
    principal_id: str
    resource_id: str
    app_role_id: str


def list_assigned_to(call: Call, world: World) -> Answer:
    """GET /servicePrincipals/{id}/appRoleAssignedTo: everybody who has been given a role of it."""
    resource = _addressed(call, world)
    return _listed(call, world, (each for each in _given(world) if each.resource_id == resource.id))


def list_of_user(call: Call, world: World) -> Answer:
    """GET /users/{id}/appRoleAssignments: their own, and those of the groups that they are a direct member of.

    (Graph documentation, list appRoleAssignments granted to a user.)
    """
    person = person_of(call, world)
    through = {person.id, *(group.id for group in world.directory.groups_of(person.id))}
    return _listed(call, world, (each for each in _given(world) if each.principal_id in through))


def list_of_group(call: Call, world: World) -> Answer:
    """GET /groups/{id}/appRoleAssignments."""
    group = group_of(call, world)
    return _listed(call, world, (each for each in _given(world) if each.principal_id == group.id))


def list_of_service_principal(call: Call, world: World) -> Answer:
    """GET /servicePrincipals/{id}/appRoleAssignments: what an application has been granted on others."""
    holder = _addressed(call, world)
    return _listed(call, world, (each for each in _given(world) if each.principal_id == holder.id))


def _given(world: World) -> list[AppRoleAssignment]:
    return [*world.directory.app_role_assignments, *grants(world.directory)]


def _listed(call: Call, world: World, given: Iterable[AppRoleAssignment]) -> Answer:
    wanted = clauses(call, frozenset({"resourceId"}))
    shown = [each for each in (_assignment(world, each) for each in given) if fits(each, wanted)]
    return paged(call, shown, lambda each: each, "appRoleAssignments", world.switches.page_size)


def _assignment(world: World, given: AppRoleAssignment) -> dict[str, Any]:
    principal = find(world.directory, given.principal_id)
    resource = next(each for each in everything(world.directory) if each.id == given.resource_id)
    return METADATA["appRoleAssignment"].blank() | {
        "id": given.id,
        "appRoleId": given.role_id,
        "createdDateTime": given.created,
        "principalDisplayName": principal.name if principal else None,
        "principalId": given.principal_id,
        "principalType": principal.kind if principal else None,
        "resourceDisplayName": resource.name,
        "resourceId": given.resource_id,
    }


def assign(call: Call, world: World) -> Answer:
    """POST /servicePrincipals/{id}/appRoleAssignedTo: 201; 400 when it is there already."""
    demand_one_of(MAY_ASSIGN_APP_ROLES, call)
    resource, wanted = _among(changeable(world.directory), call), _wanted(call)
    if wanted.resource_id.lower() != resource.id:
        raise bad_directory_request("Not a valid reference update.")
    principal = find(world.directory, wanted.principal_id)
    if principal is None:
        raise no_resource(wanted.principal_id)
    role_id = wanted.app_role_id.lower()
    if role_id not in {role.id for role in getattr(resource, "roles", ())}:
        message = f"Permission being assigned was not found on application '{resource.client_id}'."
        raise bad_directory_request(message)
    if any((each.role_id, each.principal_id) == (role_id, principal.id) for each in _given(world)):
        raise bad_directory_request("Permission being assigned already exists on the object")
    given = world.directory.assign_app_role(resource.id, role_id, principal.id, call.actor)
    context = call.context(f"servicePrincipals('{resource.id}')/appRoleAssignedTo/$entity")
    return Answer(201, {"@odata.context": context, **_assignment(world, given)})


def _wanted(call: Call) -> _Wanted:
    try:
        return msgspec.convert(call.json(), _Wanted)
    except msgspec.ValidationError as error:
        raise bad_directory_request(f"One or more properties are invalid or missing: {error}") from error


def unassign(call: Call, world: World) -> Answer:
    """DELETE /servicePrincipals/{id}/appRoleAssignedTo/{id}: 204."""
    demand_one_of(MAY_ASSIGN_APP_ROLES, call)
    resource = _among(changeable(world.directory), call)
    for each in world.directory.app_role_assignments:
        if each.id == call.keys[1] and each.resource_id == resource.id:
            world.directory.unassign_app_role(each, call.actor)
            return Answer(204)
    raise no_resource(call.keys[1])


_ASSIGNED_TO = "/servicePrincipals/{id}/appRoleAssignedTo"
ROUTES = (
    Route(
        method="GET",
        path="/servicePrincipals",
        handler=list_service_principals,
        family="directory",
        options=frozenset({"$select", "$filter", *PAGED}),
    ),
    Route(
        method="GET",
        path="/servicePrincipals/{id}",
        handler=get_service_principal,
        family="directory",
        options=frozenset({"$select"}),
    ),
    Route(
        method="GET",
        path="/servicePrincipals/{id}/appRoleAssignments",
        handler=list_of_service_principal,
        family="directory",
        options=PAGED | {"$filter"},
    ),
    Route(method="GET", path=_ASSIGNED_TO, handler=list_assigned_to, family="directory", options=PAGED),
    Route(method="POST", path=_ASSIGNED_TO, handler=assign, family="directory"),
    Route(method="DELETE", path=f"{_ASSIGNED_TO}/{{id}}", handler=unassign, family="directory"),
    Route(
        method="GET",
        path="/users/{id}/appRoleAssignments",
        handler=list_of_user,
        family="directory",
        options=PAGED | {"$filter"},
    ),
    Route(
        method="GET",
        path="/groups/{id}/appRoleAssignments",
        handler=list_of_group,
        family="directory",
        options=PAGED | {"$filter"},
    ),
)
