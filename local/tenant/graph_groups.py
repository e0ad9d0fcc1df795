"""Groups: reading one, finding several."""

from typing import Any

from local.tenant.call import Answer, Call
from local.tenant.entities import Group
from local.tenant.metadata import METADATA
from local.tenant.odata import clauses, fits, paged, selected
from local.tenant.refusals import bad_directory_request, no_resource
from local.tenant.routing import Route
from local.tenant.world import World

FILTERABLE = frozenset({"id", "displayName", "isAssignableToRole", "securityEnabled"})


def properties_of(group: Group) -> dict[str, Any]:
    """Every property that has a value."""
    return {
        "id": group.id,
        "displayName": group.name,
        "isAssignableToRole": True if group.role_assignable else None,
        "securityEnabled": True,
        "mailEnabled": False,
        "visibility": "Private" if group.role_assignable else None,
    }


def group_of(call: Call, world: World) -> Group:
    """Return the group whose object id the path has. Raises Graph's 404."""
    key = call.keys[0]
    group = world.directory.groups.get(key.lower())
    if group is None:
        raise no_resource(key)
    return group


def list_groups(call: Call, world: World) -> Answer:
    """GET /groups with $filter (eq, startswith); display names need not be unique."""
    if "$count" in call.options and not call.advanced:
        raise bad_directory_request("$count is not currently supported.")
    names = selected(call, "group")
    wanted = clauses(call, FILTERABLE)
    groups = [group for group in world.directory.groups.values() if fits(properties_of(group), wanted)]
    return paged(call, groups, lambda group: _shown(group, names), "groups", world.switches.page_size)


def get_group(call: Call, world: World) -> Answer:
    """GET /groups/{id}."""
    names = selected(call, "group")
    group = group_of(call, world)
    return Answer(body={"@odata.context": call.context("groups/$entity"), **_shown(group, names)})


def _shown(group: Group, names: list[str]) -> dict[str, Any]:
    known = METADATA["group"].blank() | properties_of(group)
    return {name: known[name] for name in names}


ROUTES = (
    Route(
        method="GET",
        path="/groups",
        handler=list_groups,
        family="directory",
        options=frozenset({"$select", "$filter", "$count", "$top", "$skiptoken"}),
    ),
    Route(method="GET", path="/groups/{id}", handler=get_group, family="directory", options=frozenset({"$select"})),
)
