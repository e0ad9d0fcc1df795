"""What keeps an application from changing somebody although it has the permission."""

from local.tenant.call import Call
from local.tenant.directory import TENANT_WIDE
from local.tenant.entities import Person, RoleAssignment
from local.tenant.world import World

GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
PRIVILEGED_AUTHENTICATION_ADMINISTRATOR = "7be44c8a-adaf-4e2a-84d6-ab2649e08a13"
AUTHENTICATION_ADMINISTRATOR = "c4e39bd9-1100-46d3-8c65-fb160da0071f"


def is_beyond_reach(call: Call, world: World, person: Person) -> bool:
    """Tell whether a restricted management administrative unit keeps the app from changing the person.

    Application permissions do not apply to its members; a directory role over that very unit does
    (Entra documentation, restricted management administrative units).
    """
    fitting = {AUTHENTICATION_ADMINISTRATOR, PRIVILEGED_AUTHENTICATION_ADMINISTRATOR}
    scopes = {given.scope for given in _held(call, world) if given.role_id in fitting}
    restricted = (unit for unit in world.directory.units_of(person.id) if unit.restricted)
    return any(f"/administrativeUnits/{unit.id}" not in scopes for unit in restricted)


def is_admin(world: World, person: Person) -> bool:
    """Tell whether somebody holds any active role, themselves or through a group."""
    return bool(world.directory.held_by(world.directory.principals_of(person.id)))


def holds_mighty_role(call: Call, world: World) -> bool:
    """Tell whether the app itself holds a tenant-wide role that may end anybody's sessions."""
    mighty = {GLOBAL_ADMINISTRATOR, PRIVILEGED_AUTHENTICATION_ADMINISTRATOR}
    return any(given.role_id in mighty and given.scope == TENANT_WIDE for given in _held(call, world))


def _held(call: Call, world: World) -> list[RoleAssignment]:
    return world.directory.held_by([world.directory.apps[call.app_id].id])
