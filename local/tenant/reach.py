"""What keeps a caller from changing something although it has the permission."""

from local.tenant.call import Call
from local.tenant.directory import TENANT_WIDE
from local.tenant.entities import Person, RoleAssignment
from local.tenant.refusals import insufficient_privileges
from local.tenant.world import World

GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
PRIVILEGED_AUTHENTICATION_ADMINISTRATOR = "7be44c8a-adaf-4e2a-84d6-ab2649e08a13"
AUTHENTICATION_ADMINISTRATOR = "c4e39bd9-1100-46d3-8c65-fb160da0071f"
PRIVILEGED_ROLE_ADMINISTRATOR = "e8611ab8-c189-46e8-94e1-60213ab1f814"
APPLICATION_ADMINISTRATOR = "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3"
CLOUD_APPLICATION_ADMINISTRATOR = "158c047a-c907-4556-b7ef-446551a6b5f7"

MAY_ASSIGN_ROLES = frozenset({GLOBAL_ADMINISTRATOR, PRIVILEGED_ROLE_ADMINISTRATOR})
"""Who may give directory roles (Graph documentation, unifiedRoleAssignment: create)."""
MAY_ASSIGN_APP_ROLES = MAY_ASSIGN_ROLES | {APPLICATION_ADMINISTRATOR, CLOUD_APPLICATION_ADMINISTRATOR}
"""Who may give app roles. Graph's documentation names further ones, such as User Administrator and Directory Writers,
and the owners of the application: here they are refused.
"""


MAY_READ_AUDITS = frozenset(
    {
        GLOBAL_ADMINISTRATOR,
        "f2ef992c-3afb-46b9-b7cf-a126ee74c451",  # Global Reader
        "4a5d8f65-41da-4de4-8968-e035b65339cf",  # Reports Reader
        "194ae4cb-b126-40b2-bd5b-6091b380977d",  # Security Administrator
        "5d6b6bb7-de71-4623-b4af-96380a352509",  # Security Reader
    }
)
"""Who may read directory audits (Graph documentation, list directoryAudits, and Entra documentation, audit logs)."""


def demand_one_of(roles: frozenset[str], call: Call) -> None:
    """Refuse a person who holds none of these directory roles; an app needs its permission only."""
    if call.user_id and call.wids.isdisjoint(roles):
        raise insufficient_privileges()


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
