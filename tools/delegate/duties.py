"""What can be delegated: two roles of Entra, and the app roles of the desk's own enterprise application."""

from typing import Final

import msgspec


class DirectoryRole(msgspec.Struct, frozen=True, kw_only=True):
    """A built-in role of Entra, by its template id, which is its definition's id in every tenant."""

    word: str
    title: str
    template_id: str


class AppRole(msgspec.Struct, frozen=True, kw_only=True):
    """A role that the desk's application defines; `title` is its value."""

    word: str
    title: str


Duty = DirectoryRole | AppRole

DIRECTORY_ROLES: Final = (
    DirectoryRole(
        word="authentication-administrator",
        title="Authentication Administrator",
        template_id="c4e39bd9-1100-46d3-8c65-fb160da0071f",
    ),
    DirectoryRole(
        word="privileged-authentication-administrator",
        title="Privileged Authentication Administrator",
        template_id="7be44c8a-adaf-4e2a-84d6-ab2649e08a13",
    ),
)
APP_ROLES: Final = (
    AppRole(word="auditor", title="MfaDesk.Auditor"),
    AppRole(word="operator", title="MfaDesk.Operator"),
    AppRole(word="privileged-operator", title="MfaDesk.PrivilegedOperator"),
)
DUTIES: Final[tuple[Duty, ...]] = (*DIRECTORY_ROLES, *APP_ROLES)

_READING: Final = ("User.Read", "User.ReadBasic.All", "GroupMember.Read.All")
_NEEDED_ROLES: Final = {
    DirectoryRole: "Privileged Role Administrator",
    AppRole: "Cloud Application Administrator, Application Administrator or Privileged Role Administrator",
}


def duty_named(name: str) -> Duty | None:
    """Return what somebody calls by its word or its title, in any case."""
    wanted = name.strip().lower()
    return next((duty for duty in DUTIES if wanted in {duty.word, duty.title.lower()}), None)


def scopes(duties: tuple[Duty, ...], *, changing: bool) -> tuple[str, ...]:
    """Return the delegated permissions of Microsoft Graph that it takes, and no more."""
    wanted = list(_READING)
    if any(isinstance(duty, DirectoryRole) for duty in duties):
        wanted.append("RoleManagement.ReadWrite.Directory" if changing else "RoleManagement.Read.Directory")
    if any(isinstance(duty, AppRole) for duty in duties):
        wanted += ["Application.Read.All", *(["AppRoleAssignment.ReadWrite.All"] if changing else [])]
    return tuple(wanted)


def needed_role(duty: Duty) -> str:
    """Return which role of Entra whoever assigns this must hold."""
    return _NEEDED_ROLES[type(duty)]
