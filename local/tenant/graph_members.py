"""Objects of several types side by side: who is in a group, who holds a role."""

from collections.abc import Sequence
from typing import Any

from local.tenant.call import Answer, Call
from local.tenant.entities import Group, Person
from local.tenant.graph_groups import group_of
from local.tenant.graph_groups import properties_of as group_properties
from local.tenant.graph_users import BASIC, shown
from local.tenant.graph_users import DEFAULT as USER_DEFAULT
from local.tenant.metadata import METADATA
from local.tenant.odata import paged, selected
from local.tenant.routing import Route
from local.tenant.service_principals import ServicePrincipal, everything
from local.tenant.service_principals import properties_of as service_principal_properties
from local.tenant.world import World

Member = Person | Group | ServicePrincipal

EVERYTHING = frozenset({"Directory.Read.All", "Directory.ReadWrite.All"})
READABLE_WITH = {
    "user": EVERYTHING | {"User.Read.All", "User.ReadWrite.All"},
    "group": EVERYTHING
    | {"Group.Read.All", "Group.ReadWrite.All", "GroupMember.Read.All", "GroupMember.ReadWrite.All"},
    "servicePrincipal": EVERYTHING | {"Application.Read.All", "Application.ReadWrite.All"},
}
"""Without one of these an object has its id and type; User.ReadBasic.All shows a person's basic properties (Graph
documentation, limited information returned for inaccessible member objects).
"""


def find(world: World, object_id: str) -> Member | None:
    """Return the person, group or service principal of an object id."""
    directory = world.directory
    found = directory.people.get(object_id) or directory.groups.get(object_id)
    return found or next((each for each in everything(directory) if each.id == object_id), None)


def shown_among(call: Call, world: World, member: Member, names: Sequence[str] | None = None) -> dict[str, Any]:
    """Return an object with its type, and of the properties named those that its type has: without names, all."""
    type_name = _type_of(member)
    chosen = [name for name in METADATA[type_name].names() if names is None or name in names]
    known = _known(world, member, type_name)
    readable = _readable(call, type_name)
    properties = {name: known[name] if readable is None or name in readable else None for name in chosen}
    return {"@odata.type": f"#microsoft.graph.{type_name}", **properties}


def _type_of(member: Member) -> str:
    if isinstance(member, Person):
        return "user"
    return "group" if isinstance(member, Group) else "servicePrincipal"


def _known(world: World, member: Member, type_name: str) -> dict[str, Any]:
    blank = METADATA[type_name].blank()
    if isinstance(member, Person):
        return shown(world, member, list(blank))
    return blank | (group_properties(member) if isinstance(member, Group) else service_principal_properties(member))


def _readable(call: Call, type_name: str) -> frozenset[str] | None:
    if not call.roles.isdisjoint(READABLE_WITH[type_name]):
        return None
    return BASIC if type_name == "user" and "User.ReadBasic.All" in call.roles else frozenset({"id"})


def list_members(call: Call, world: World) -> Answer:
    """GET /groups/{id}/members: direct ones only; v1.0 leaves out service principals.

    (Graph documentation, list group members, known issue.)
    """
    names = selected(call, "user", USER_DEFAULT)
    found = [find(world, id_) for id_ in group_of(call, world).members]
    members = [
        member
        for member in found
        if member is not None and (call.version == "beta" or isinstance(member, Person | Group))
    ]
    size = world.switches.page_size
    return paged(call, members, lambda member: shown_among(call, world, member, names), "directoryObjects", size)


ROUTES = (
    Route(
        method="GET",
        path="/groups/{id}/members",
        handler=list_members,
        family="directory",
        options=frozenset({"$select", "$top", "$skiptoken"}),
    ),
)
