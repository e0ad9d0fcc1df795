"""What the desk's two identities need on Microsoft Graph, as application permissions: the one table of it in code."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

import msgspec

from shared.contract import Action


class Identity(StrEnum):
    """The two managed identities of the desk."""

    RESET = "reset"
    AUDIT = "audit"


class When(StrEnum):
    """What a permission depends on."""

    ALWAYS = "always"
    SHOW_PER_USER_MFA = "showPerUserMfa"
    """While setPerUserMfa is switched off: what that takes includes it."""
    SET_PER_USER_MFA = "setPerUserMfa"
    SEND_MAIL = "sendMail"


class Permission(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the table."""

    name: str
    identity: Identity
    when: When
    purpose: str
    without: str
    covers: tuple[str, ...] = ()
    """Smaller permissions that it includes, by which a refusal may name it."""
    instead: tuple[frozenset[str], ...] = ()
    """What is as good, each together: higher permissions, and combinations of others."""
    instead_without_app_roles: tuple[frozenset[str], ...] = ()
    """The same for a desk that reads nobody's app roles."""

    @property
    def app_role_id(self) -> str:
        """The id under which Microsoft Graph defines it, in every tenant."""
        return APP_ROLE_IDS[self.name]

    def is_met_by(self, held: frozenset[str], *, app_roles: bool) -> bool:
        """Return whether an identity that holds these permissions has what this row is for.

        app_roles: whether the desk reads app roles, because an enterprise application is named.
        """
        others = self.instead if app_roles else (*self.instead, *self.instead_without_app_roles)
        return self.name in held or any(way <= held for way in others)


GRAPH_APP_ID: Final = "00000003-0000-0000-c000-000000000000"
"""Of Microsoft Graph itself, the same in every tenant."""
APP_ROLE_IDS: Final = {
    "Application.Read.All": "9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30",
    "AuditLog.Read.All": "b0afded3-3588-46d8-8b3d-9842eff778da",
    "Directory.Read.All": "7ab1d382-f21e-4acd-a863-ba3e13f7da61",
    "Directory.ReadWrite.All": "19dbc75e-c2e2-444c-a770-ec69d8559fc7",
    "GroupMember.Read.All": "98830695-27a2-44f7-8c18-0c3ebc9698f6",
    "Mail.Send": "b633e1c5-b582-4048-a93e-9f11b44c7e96",
    "Policy.Read.All": "246dd0d5-5bd0-4def-940b-0421030a5b68",
    "Policy.ReadWrite.AuthenticationMethod": "29c18626-4985-4dcd-85c0-193eef327366",
    "RoleManagement.Read.All": "c7fbd983-d9aa-4fa7-84b8-17382c103bc4",
    "RoleManagement.Read.Directory": "483bed4a-2ad3-4361-a73b-c83ccdbdc53c",
    "RoleManagement.ReadWrite.Directory": "9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8",
    "User.Read.All": "df021288-bdef-4463-88db-98f22de89214",
    "User.ReadWrite.All": "741f803b-c850-494e-b5df-cde7c675a1ca",
    "User.RevokeSessions.All": "77f3a031-c388-4f99-b373-dc68676a979e",
    "UserAuthenticationMethod.ReadWrite.All": "50483e42-d915-4231-9639-7fdb7fd190e5",
}
"""Every permission that the table names, itself or in place of another (microsoft-graph-devx-content, 6cbd6bbd)."""

METHODS: Final = Permission(
    name="UserAuthenticationMethod.ReadWrite.All",
    identity=Identity.RESET,
    when=When.ALWAYS,
    purpose="reading and removing methods, issuing a pass",
    without="no resets",
)
SESSIONS: Final = Permission(
    name="User.RevokeSessions.All",
    identity=Identity.RESET,
    when=When.ALWAYS,
    purpose="revoking sessions",
    without="no revocations",
    instead=(frozenset({"User.ReadWrite.All"}), frozenset({"Directory.ReadWrite.All"})),
)
ROLES: Final = Permission(
    name="RoleManagement.Read.Directory",
    identity=Identity.RESET,
    when=When.ALWAYS,
    purpose="everybody's roles, eligible ones too; what a role allows",
    without="nobody is reset: the desk cannot tell who they are",
    instead=(
        frozenset({"RoleManagement.ReadWrite.Directory"}),
        frozenset({"RoleManagement.Read.All", "Directory.Read.All"}),
    ),
)
DIRECTORY: Final = Permission(
    name="Directory.Read.All",
    identity=Identity.RESET,
    when=When.ALWAYS,
    purpose="people, groups, search, delegates, the app roles of whoever asks through the queue",
    without="nobody is reset: the desk cannot read who they are",
    covers=("User.Read.All", "GroupMember.Read.All", "Application.Read.All"),
    instead_without_app_roles=(frozenset({"User.Read.All", "GroupMember.Read.All"}),),
)
SHOW_PER_USER_MFA: Final = Permission(
    name="Policy.Read.All",
    identity=Identity.RESET,
    when=When.SHOW_PER_USER_MFA,
    purpose="showing per-user MFA in a preview",
    without="the preview says that it may not be read",
    instead=(frozenset({"Policy.ReadWrite.AuthenticationMethod"}),),
)
SET_PER_USER_MFA: Final = Permission(
    name="Policy.ReadWrite.AuthenticationMethod",
    identity=Identity.RESET,
    when=When.SET_PER_USER_MFA,
    purpose="setPerUserMfa, and showing per-user MFA",
    without="that action fails",
    covers=("Policy.Read.All",),
)
AUDIT_LOG: Final = Permission(
    name="AuditLog.Read.All",
    identity=Identity.AUDIT,
    when=When.ALWAYS,
    purpose="harvesting the audit log",
    without="no history, and reports that say how incomplete they are",
    instead=(frozenset({"Directory.Read.All"}),),
)
SEND_MAIL: Final = Permission(
    name="Mail.Send",
    identity=Identity.AUDIT,
    when=When.SEND_MAIL,
    purpose="mailing the report",
    without="the report is not mailed, unless Exchange grants it for the one mailbox",
)
PERMISSIONS: Final = (
    METHODS,
    SESSIONS,
    ROLES,
    DIRECTORY,
    SHOW_PER_USER_MFA,
    SET_PER_USER_MFA,
    AUDIT_LOG,
    SEND_MAIL,
)


def demanded(further_actions: Iterable[Action], *, mails: bool) -> tuple[Permission, ...]:
    """Return what a desk with these actions switched on has to hold; mails: whether it mails its report."""
    policy = When.SET_PER_USER_MFA if Action.SET_PER_USER_MFA in further_actions else When.SHOW_PER_USER_MFA
    occasions = {When.ALWAYS, policy, *([When.SEND_MAIL] if mails else [])}
    return tuple(permission for permission in PERMISSIONS if permission.when in occasions)
