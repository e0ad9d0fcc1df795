"""The roles that count: the desk's own app roles, and Microsoft Entra's built-in ones by their template ids.

Template ids: Microsoft Entra documentation, permissions-reference (2026-01). They are the same in every tenant.
"""

from enum import StrEnum
from typing import Final

import msgspec

TENANT_WIDE: Final = "/"
"""The directoryScopeId of a role that is not limited to an administrative unit or an application."""


class AppRole(StrEnum):
    """What the desk's enterprise application gives to people, groups and applications."""

    AUDITOR = "MfaDesk.Auditor"
    OPERATOR = "MfaDesk.Operator"
    PRIVILEGED_OPERATOR = "MfaDesk.PrivilegedOperator"


GLOBAL_ADMINISTRATOR: Final = "62e90394-69f5-4237-9190-012177145e10"
PRIVILEGED_AUTHENTICATION_ADMINISTRATOR: Final = "7be44c8a-adaf-4e2a-84d6-ab2649e08a13"
AUTHENTICATION_ADMINISTRATOR: Final = "c4e39bd9-1100-46d3-8c65-fb160da0071f"
GLOBAL_READER: Final = "f2ef992c-3afb-46b9-b7cf-a126ee74c451"
REPORTS_READER: Final = "4a5d8f65-41da-4de4-8968-e035b65339cf"
SECURITY_READER: Final = "5d6b6bb7-de71-4623-b4af-96380a352509"
DIRECTORY_READERS: Final = "88d8e3e3-8f55-4a1e-953a-9b9898b8876b"
GUEST_INVITER: Final = "95e79109-95c0-4d8e-aee3-d01accf2d47b"
MESSAGE_CENTER_READER: Final = "790c1fb9-7f7d-4f88-86a1-ef1f95c05c1b"
PASSWORD_ADMINISTRATOR: Final = "966707d0-3269-4727-9be2-8c3a10f19b9d"  # noqa: S105 - a role
USAGE_SUMMARY_REPORTS_READER: Final = "75934031-6c7e-415a-99d7-48dbd49e875e"
USER_EXPERIENCE_SUCCESS_MANAGER: Final = "27460883-1df1-4691-b032-3b79643e5e63"

WITHIN_REACH: Final = frozenset(
    {
        AUTHENTICATION_ADMINISTRATOR,
        DIRECTORY_READERS,
        GUEST_INVITER,
        MESSAGE_CENTER_READER,
        PASSWORD_ADMINISTRATOR,
        REPORTS_READER,
        USER_EXPERIENCE_SUCCESS_MANAGER,
        USAGE_SUMMARY_REPORTS_READER,
    }
)
"""Whose holders an Authentication Administrator may reset; of every other role they may not.

(Entra documentation, privileged-roles-permissions, "Who can reset passwords", 2024-10, to which the page of the
Authentication Administrator refers for authentication methods as well.)
"""


class HeldRole(msgspec.Struct, frozen=True):
    """A directory role that somebody holds: direct or through a group, active or eligible in PIM."""

    id: str
    """Of the definition: a template id for a built-in role."""
    name: str = ""
    scope: str = TENANT_WIDE
    eligible: bool = False

    @property
    def is_within_reach(self) -> bool:
        """Whether an Authentication Administrator may reset who holds it.

        One that is scoped to an administrative unit does not count as such: where the unit is restricted, they may not.
        """
        return self.id in WITHIN_REACH and self.scope == TENANT_WIDE

    def __str__(self) -> str:
        scoped = "" if self.scope == TENANT_WIDE else " over a part of the directory"
        return f"{'eligible for ' if self.eligible else ''}{self.name or self.id}{scoped}"
