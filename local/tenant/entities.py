"""The directory's objects as they change at run time."""

from typing import Any

import msgspec

from local.tenant.methods import Method


class Fading(msgspec.Struct, frozen=True):
    """A method that is deleted and still seen until a time on the tenant's clock."""

    method: Method
    until: float


class Person(msgspec.Struct, kw_only=True):
    """A user; `profile` holds Graph's properties, `default` a preference and the id of the method that serves it."""

    id: str
    upn: str
    name: str
    guest: bool
    profile: dict[str, Any]
    sessions_valid_from: str
    per_user_mfa: str
    methods: dict[str, Method]
    default: tuple[str, str] | None
    system_preferred: bool = False
    fading: tuple[Fading, ...] = ()

    def seen(self, now: float) -> list[Method]:
        """Return the methods that a list shows now: those registered, and those whose deletion is not through yet."""
        return [*self.methods.values(), *(gone.method for gone in self.fading if gone.until > now)]


class Group(msgspec.Struct, kw_only=True):
    """A group; members and owners are object ids, members of groups too."""

    id: str
    name: str
    role_assignable: bool
    members: list[str]
    owners: list[str]


class Unit(msgspec.Struct, kw_only=True):
    """An administrative unit."""

    id: str
    name: str
    restricted: bool
    members: list[str]


class Role(msgspec.Struct, frozen=True, kw_only=True):
    """A role definition. `activated_id` is the id of its directoryRole object, which is not the template's."""

    id: str
    name: str
    description: str
    actions: tuple[str, ...]
    built_in: bool
    privileged: bool
    activated_id: str


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a role can allow; its namespace is what stands before the first slash of its name."""

    name: str
    description: str
    privileged: bool

    @property
    def namespace(self) -> str:
        """Return the service that the action belongs to."""
        return self.name.partition("/")[0]


class RoleAssignment(msgspec.Struct, frozen=True, kw_only=True):
    """A role held by a principal over a scope: `/` or `/administrativeUnits/{id}`; eligible ones must be activated.

    PIM gives roles for a time (`until`), or turns an eligible one into an active one (`activated`).
    """

    id: str
    role_id: str
    principal_id: str
    scope: str
    eligible: bool
    until: str | None = None
    activated: bool = False


class App(msgspec.Struct, kw_only=True):
    """An application with its service principal's object id and the app permissions which its next token carries.

    It was created with them, but for those that were `granted_at` some later time.
    """

    key: str
    id: str
    client_id: str
    name: str
    permissions: set[str]
    created: str = "2024-03-01T09:00:00Z"
    granted_at: dict[str, str] = {}


class AppRole(msgspec.Struct, frozen=True, kw_only=True):
    """A role that an application defines for itself."""

    id: str
    value: str
    name: str
    description: str


class Application(msgspec.Struct, frozen=True, kw_only=True):
    """An enterprise application: `id` is its service principal's object id, `client_id` its app id."""

    id: str
    client_id: str
    name: str
    roles: tuple[AppRole, ...]


class AppRoleAssignment(msgspec.Struct, frozen=True, kw_only=True):
    """An app role that a principal has been given."""

    id: str
    role_id: str
    principal_id: str
    resource_id: str
    created: str
