"""The bodies that the control API takes; unknown fields are refused."""

import msgspec

from local.tenant.credentials import PERSON
from local.tenant.methods import Method

ADMIN = "admin"
GRAPH_COMMAND_LINE_TOOLS = "14d82eec-204b-4c2f-b7e8-296a70dab67e"
"""The app id of Microsoft Graph Command Line Tools, the app with which administrators usually sign in."""


class _Request(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    pass


class Registration(_Request, frozen=True):
    """A method, and who registers it."""

    method: Method
    actor: str = PERSON


class Reset(_Request, frozen=True):
    """Who resets a person past the desk: an administrator in the portal, or a foreign application."""

    admin: str | None = None
    app: str | None = None


class GivenEvent(_Request, frozen=True):
    """An event for the audit log, exactly as given; its place in time, and how long it takes to be seen."""

    event: msgspec.Raw
    at: str | None = None
    late: float | None = None


class AuditCrowd(_Request, frozen=True):
    """So many invented events over a span; `relevant` is the share of what the desk looks for."""

    count: int
    since: str
    until: str
    relevant: float = 0.01


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
    """A role, by name or id, for a principal, tenant-wide or over a unit; PIM gives some until a time, or activated."""

    role: str
    principal: str
    unit: str | None = None
    eligible: bool = False
    until: str | None = None
    activated: bool = False
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


class SignIn(_Request, frozen=True):
    """Who signs in, at which app, and what they consent to (None: everything)."""

    user: str
    scopes: tuple[str, ...] | None = None
    client_id: str = GRAPH_COMMAND_LINE_TOOLS


class DeskSignIn(_Request, frozen=True):
    """Who signs in to the desk."""

    user: str


class AppRoleChange(_Request, frozen=True):
    """An app role, by its value or id, for a person or a group."""

    role: str
    principal: str
    actor: str = ADMIN
