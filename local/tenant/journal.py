"""What was done to people, once each and in order: the truth that tests and, later, audit events are held against."""

from typing import Literal

import msgspec

from local.tenant.audit.portrait import Portrait
from local.tenant.entities import AppRoleAssignment, RoleAssignment
from local.tenant.methods import Method

Act = Literal[
    "methodRegistered",
    "methodDeleted",
    "hardwareTokenDeactivated",
    "sessionsRevoked",
    "perUserMfaStateChanged",
    "signInPreferencesChanged",
    "roleAssigned",
    "roleUnassigned",
    "appRoleAssigned",
    "appRoleUnassigned",
    "memberAdded",
    "memberRemoved",
    "ownerAdded",
    "ownerRemoved",
    "permissionGranted",
    "permissionWithdrawn",
]


class Entry(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """One effect. `actor` is an app's client id, `person`, or `admin:` and a user principal name.

    `detail` is what the act needs beside the person and the method: the new state, the role or the group.
    """

    at: str
    actor: str
    act: Act
    user_id: str
    method_kind: str | None = None
    method_id: str | None = None
    detail: str | None = None


About = Portrait | RoleAssignment | AppRoleAssignment


class Change(msgspec.Struct, frozen=True):
    """An effect for whoever watches: its entry, the method, and how the person looked before or what was assigned."""

    entry: Entry
    method: Method | None = None
    about: About | None = None
