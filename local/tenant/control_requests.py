"""The bodies that the control API takes; unknown fields are refused."""

import msgspec

from local.tenant.credentials import PERSON
from local.tenant.methods import Method

ADMIN = "admin"


class _Request(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    pass


class Registration(_Request, frozen=True):
    """A method, and who registers it."""

    method: Method
    actor: str = PERSON


class Revocation(_Request, frozen=True):
    """Who ends the sessions."""

    actor: str


class PersonChange(_Request, frozen=True):
    """What no journal entry is about; None leaves it."""

    per_user_mfa: str | None = None
    enabled: bool | None = None


class Crowd(_Request, frozen=True):
    """So many invented people with these methods."""

    count: int
    methods: tuple[Method, ...] = ()


class RoleChange(_Request, frozen=True):
    """A role, by name or id, for a principal, tenant-wide or over a unit."""

    role: str
    principal: str
    unit: str | None = None
    eligible: bool = False
    actor: str = ADMIN


class CircleChange(_Request, frozen=True):
    """A member or owner of a group or unit."""

    circle: str
    member: str
    owner: bool = False
    actor: str = ADMIN


class PermissionChange(_Request, frozen=True):
    """An app permission."""

    app: str
    permission: str


class Advance(_Request, frozen=True):
    """Seconds that pass at once."""

    advance: float
