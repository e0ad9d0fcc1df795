"""What a person is a member or an owner of: groups, administrative units, directory roles."""

from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec

from local.tenant.call import Answer, Call
from local.tenant.directory import TENANT_WIDE
from local.tenant.entities import Group, Person, Role, RoleAssignment, Unit
from local.tenant.graph_groups import properties_of as group_properties
from local.tenant.graph_users import person_of
from local.tenant.metadata import METADATA
from local.tenant.odata import NEEDS_ADVANCED, clauses, fits, paged, selected
from local.tenant.refusals import no_segment, unsupported_query
from local.tenant.routing import Handler, Route
from local.tenant.world import World

Circle = Group | Unit | Role
Reader = Callable[[World, Person], list[Circle]]

TYPES: dict[str, type[Circle]] = {"directoryRole": Role, "group": Group, "administrativeUnit": Unit}

READABLE_WITH = {
    "group": frozenset({"Group.Read.All", "GroupMember.Read.All", "Group.ReadWrite.All"}),
    "administrativeUnit": frozenset({"AdministrativeUnit.Read.All", "AdministrativeUnit.ReadWrite.All"}),
    "directoryRole": frozenset({"RoleManagement.Read.Directory", "RoleManagement.ReadWrite.Directory"}),
}
"""Without one of these, or Directory.Read.All, an object of the type has its id and nothing else (Graph documentation,
limited information returned for inaccessible member objects).
"""
EVERYTHING = frozenset({"Directory.Read.All", "Directory.ReadWrite.All"})
OPTIONS = frozenset({"$select", "$filter", "$count", "$top", "$skiptoken"})
FILTERABLE = frozenset({"id", "displayName", "isAssignableToRole"})


def transitive(world: World, person: Person) -> list[Circle]:
    """Return groups direct and nested, units, and the directory roles which these give."""
    directory = world.directory
    return [
        *directory.all_groups_of(person.id),
        *directory.units_of(person.id),
        *_roles(world, directory.principals_of(person.id)),
    ]


def direct(world: World, person: Person) -> list[Circle]:
    """Return the same, without what comes through a group."""
    directory = world.directory
    return [*directory.groups_of(person.id), *directory.units_of(person.id), *_roles(world, [person.id])]


def owned(world: World, person: Person) -> list[Circle]:
    """Return the groups a person owns."""
    return [group for group in world.directory.groups.values() if person.id in group.owners]


def _roles(world: World, principal_ids: list[str]) -> list[Role]:
    # only active, built-in, tenant-wide roles are directoryRole memberships: eligible, scoped and custom ones are not
    held = world.directory.held_by(principal_ids)
    roles = {given.role_id: world.directory.roles[given.role_id] for given in held if given.scope == TENANT_WIDE}
    return [role for role in roles.values() if role.built_in]


def list_circles(reader: Reader, relation: str, call: Call, world: World) -> Answer:
    """GET {relation}: objects of every type, each with its `@odata.type`."""
    _refuse_simple(call, cast=False)
    wanted = clauses(call, frozenset({"id", "displayName"}))
    circles = [circle for circle in reader(world, person_of(call, world)) if fits(_properties(circle), wanted)]
    return paged(
        call,
        circles,
        lambda circle: _shown(call, circle, None),
        f"directoryObjects({relation})",
        world.switches.page_size,
    )


def list_cast(reader: Reader, relation: str, call: Call, world: World) -> Answer:
    """GET {relation}/microsoft.graph.{type}: an advanced query, as is every $filter and $count."""
    type_name = _cast(call.keys.pop())
    _refuse_simple(call, cast=world.switches.cast_needs_advanced_query)
    names = selected(call, type_name)
    wanted = clauses(call, FILTERABLE if type_name == "group" else frozenset({"id", "displayName"}))
    circles = [
        circle
        for circle in reader(world, person_of(call, world))
        if isinstance(circle, TYPES[type_name]) and fits(_properties(circle), wanted)
    ]
    return paged(call, circles, lambda circle: _shown(call, circle, names), relation, world.switches.page_size)


def _refuse_simple(call: Call, *, cast: bool) -> None:
    if not call.advanced and (cast or call.options.keys() & {"$filter", "$count"}):
        raise unsupported_query(NEEDS_ADVANCED)


def _cast(segment: str) -> str:
    namespace, _, name = segment.rpartition(".")
    if namespace.lower() != "microsoft.graph" or name not in TYPES:
        raise no_segment(segment)
    return name


def _type_of(circle: Circle) -> str:
    return next(name for name, class_ in TYPES.items() if isinstance(circle, class_))


def _properties(circle: Circle) -> dict[str, Any]:
    match circle:
        case Group():
            return group_properties(circle)
        case Unit():
            return {
                "id": circle.id,
                "displayName": circle.name,
                "isMemberManagementRestricted": circle.restricted,
            }
        case _:
            return {
                "id": circle.activated_id,
                "displayName": circle.name,
                "description": circle.description,
                "roleTemplateId": circle.id,
            }


def _shown(call: Call, circle: Circle, names: list[str] | None) -> dict[str, Any]:
    # with names, an object of a cast; without, one among objects of other types
    type_name = _type_of(circle)
    known = _properties(circle)
    if not call.roles & (READABLE_WITH[type_name] | EVERYTHING):
        known = {"id": known["id"]}
    shown = {name: known.get(name, default) for name, default in METADATA[type_name].blank().items()}
    if names is not None:
        return {name: shown[name] for name in names}
    wanted = call.options.get("$select")
    if wanted is not None:
        shown = {name: value for name, value in shown.items() if name in wanted.split(",")}
    return {"@odata.type": f"#microsoft.graph.{type_name}", **shown}


def list_scoped_roles(call: Call, world: World) -> Answer:
    """GET scopedRoleMemberOf: the roles that a person holds over administrative units."""
    person = person_of(call, world)
    scoped = [given for given in world.directory.held_by([person.id]) if given.scope != TENANT_WIDE]

    def shown(given: RoleAssignment) -> dict[str, Any]:
        return {
            "id": given.id,
            "roleId": world.directory.roles[given.role_id].activated_id,
            "administrativeUnitId": given.scope.removeprefix("/administrativeUnits/"),
            "roleMemberInfo": {"id": person.id, "displayName": person.name},
        }

    return paged(call, scoped, shown, "scopedRoleMemberships", world.switches.page_size)


def _routes_of(relation: str, reader: Reader) -> list[Route]:
    path = f"/users/{{id}}/{relation}"
    everything: Handler = partial(list_circles, reader, relation)
    whole = Route(method="GET", path=path, handler=everything, family="directory", options=OPTIONS)
    cast = msgspec.structs.replace(
        whole, path=f"{path}/{{id}}", handler=partial(list_cast, reader, relation), permission=whole.needs
    )
    return [whole, cast]


ROUTES = (
    *_routes_of("transitiveMemberOf", transitive),
    *_routes_of("memberOf", direct),
    *_routes_of("ownedObjects", owned),
    Route(
        method="GET",
        path="/users/{id}/scopedRoleMemberOf",
        handler=list_scoped_roles,
        family="directory",
        options=frozenset({"$top", "$skiptoken"}),
    ),
)
