"""Which activities of the directory audit log tell of somebody's MFA, sessions, password or roles.

Names after Microsoft's Entra audit activity reference (reference-audit-activities, 2024-10), which warns that it may
be out of step with the log: families are known by what their names have in common, so that a new member is not missed.
"""

from collections.abc import Iterable
from typing import Final

_WHOLE_SERVICES: Final = frozenset({"authentication methods"})
"""Everything that these log is about how people prove who they are."""
_NAMES: Final = frozenset(
    {
        "update stsrefreshtokenvalidfrom timestamp",
        "enable strong authentication",
        "disable strong authentication",
        "reset password",
        "reset user password",
        "change user password",
        "change password (self-service)",
        "reset password (by admin)",
        "reset password (self-service)",
        "blocked from self-service password reset",
        "security info saved for self-service password reset",
        "unlock user account (self-service)",
        "enable account",
        "disable account",
        "create application password for user",
        "delete application password for user",
        "update per-user multifactor authentication state",
        "restore multifactor authentication on all remembered devices",
    }
)
_SECURITY_INFO: Final = "security info"
_CREDENTIALS: Final = (
    "passkey",
    "fido2 security key",
    "windows hello for business credential",
    "passwordless phone sign-in credential",
    "platform credential",
)
"""What Device Registration Service adds and deletes."""
_ROLE_MANAGEMENT: Final = "rolemanagement"
_ROLES: Final = ("role", "eligibleroleassignment")
_UPDATE_USER: Final = "update user"
_STRONG_AUTHENTICATION: Final = "strongauthentication"


def tells_of_mfa(service: str, category: str, activity: str, changed: Iterable[str]) -> bool:
    """Return whether an event is of interest; changed: the names of the properties that it modified."""
    name = activity.lower()
    if name == _UPDATE_USER:
        return any(_STRONG_AUTHENTICATION in each.lower() for each in changed)
    if name in _NAMES or _SECURITY_INFO in name or service.lower() in _WHOLE_SERVICES:
        return True
    if not name.startswith(("add ", "delete ", "remove ")):
        return False
    if any(each in name for each in _CREDENTIALS):
        return True
    return category.lower() == _ROLE_MANAGEMENT and any(each in name for each in _ROLES)
