"""What somebody may do at the desk, by the roles which they hold."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from shared.roles import (
    AUTHENTICATION_ADMINISTRATOR,
    GLOBAL_ADMINISTRATOR,
    GLOBAL_READER,
    PRIVILEGED_AUTHENTICATION_ADMINISTRATOR,
    REPORTS_READER,
    SECURITY_READER,
    AppRole,
)


class Authority(StrEnum):
    """What somebody may do at the desk; each of them also what those before it may."""

    NONE = "none"
    AUDITOR = "auditor"
    OPERATOR = "operator"
    PRIVILEGED_OPERATOR = "privilegedOperator"

    def covers(self, needed: "Authority") -> bool:
        """Return whether this is as much as is needed, or more."""
        return _RANKS.index(self) >= _RANKS.index(needed)

    def or_less(self, other: "Authority") -> "Authority":
        """Return the lesser of the two."""
        return min(self, other, key=_RANKS.index)


_RANKS: Final = tuple(Authority)
_APP_ROLES: Final[dict[str, Authority]] = {
    AppRole.AUDITOR: Authority.AUDITOR,
    AppRole.OPERATOR: Authority.OPERATOR,
    AppRole.PRIVILEGED_OPERATOR: Authority.PRIVILEGED_OPERATOR,
}
_DIRECTORY_ROLES: Final = {
    GLOBAL_READER: Authority.AUDITOR,
    REPORTS_READER: Authority.AUDITOR,
    SECURITY_READER: Authority.AUDITOR,
    AUTHENTICATION_ADMINISTRATOR: Authority.OPERATOR,
    PRIVILEGED_AUTHENTICATION_ADMINISTRATOR: Authority.PRIVILEGED_OPERATOR,
    GLOBAL_ADMINISTRATOR: Authority.PRIVILEGED_OPERATOR,
}


def authority_of(app_roles: Iterable[str], directory_roles: Iterable[str]) -> Authority:
    """Return what these roles give: values of the desk's app roles, template ids of directory roles.

    directory_roles: those that are active, over the whole tenant. One that is scoped to an administrative unit gives
    nothing here, because the desk cannot tell who is in the unit.
    """
    held = [_APP_ROLES[role] for role in app_roles if role in _APP_ROLES]
    held += [_DIRECTORY_ROLES[role] for role in directory_roles if role in _DIRECTORY_ROLES]
    return max(held, key=_RANKS.index, default=Authority.NONE)
