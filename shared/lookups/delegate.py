"""Who holds what gives authority at the desk, and what it gives them (pure)."""

from enum import StrEnum
from typing import Final

import msgspec

from shared.authority import Authority, authority_of
from shared.roles import AUTHENTICATION_ADMINISTRATOR, PRIVILEGED_AUTHENTICATION_ADMINISTRATOR, TENANT_WIDE, AppRole


class Kind(StrEnum):
    """What a holder is."""

    USER = "user"
    GROUP = "group"
    APPLICATION = "application"


class DelegatedRole(msgspec.Struct, frozen=True, rename="camel"):
    """A directory role, its key being the template id, or an app role of the desk, its key being the role's value."""

    key: str
    title: str


class Scope(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """Where a role counts: `/` is the whole tenant, otherwise an administrative unit, as far as it has a name."""

    id: str
    name: str | None = None


class Through(msgspec.Struct, frozen=True, rename="camel"):
    """The group by which somebody holds a role."""

    id: str
    name: str | None


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """A person, group or application."""

    id: str
    kind: Kind
    name: str | None = None
    user_principal_name: str | None = None


class Holding(msgspec.Struct, frozen=True, kw_only=True):
    """A role which somebody has been given, directly."""

    holder: Holder
    role: DelegatedRole
    scope: Scope = Scope(TENANT_WIDE)
    eligible: bool = False
    disabled: bool = False


class Delegate(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """One holder of one role in one way; a group stands here only where nobody has the role by it, or none can say."""

    id: str
    display_name: str | None
    user_principal_name: str | None = None
    kind: Kind
    role: DelegatedRole
    authority: Authority
    why: str = ""
    """Why the role gives no authority at the desk, or why a group stands here itself."""
    through: Through | None = None
    eligible: bool
    """In PIM: the role gives nothing until it is activated."""
    scope: Scope


DIRECTORY_ROLES: Final = (
    DelegatedRole(PRIVILEGED_AUTHENTICATION_ADMINISTRATOR, "Privileged Authentication Administrator"),
    DelegatedRole(AUTHENTICATION_ADMINISTRATOR, "Authentication Administrator"),
)
NOBODY: Final = "Nobody is in this group."
NESTED: Final = "Members of a group within the group do not get the role by it."
UNREAD: Final = "Who is in this group could not be read."
_ORDER: Final = (*(role.key for role in DIRECTORY_ROLES), *reversed(AppRole))


def of_holder(holding: Holding, holder: Holder, through: Through | None = None) -> Delegate:
    """Return the row of a holding, or of somebody who has it by their group."""
    authority, why = _given(holding, holder)
    return _row(holding, holder, authority, why, through)


def of_group(holding: Holding, why: str) -> Delegate:
    """Return the row of a group that nobody is in, or none can say who."""
    authority, limit = _given(holding, holding.holder)
    return _row(holding, holding.holder, Authority.NONE if why == NOBODY else authority, f"{why} {limit}".strip(), None)


def of_nested(holding: Holding, inner: Holder, through: Through) -> Delegate:
    """Return the row of a group within a group."""
    return _row(holding, inner, Authority.NONE, NESTED, through)


def ordered(rows: list[Delegate]) -> tuple[Delegate, ...]:
    """Return the rows, the mightiest role first and then by name."""
    return tuple(
        sorted(
            rows,
            key=lambda row: (
                _ORDER.index(row.role.key),
                row.eligible,
                row.scope.id,
                (row.display_name or "").casefold(),
                row.id,
                row.through.id if row.through else "",
            ),
        )
    )


def _given(holding: Holding, holder: Holder) -> tuple[Authority, str]:
    of_directory = holding.role in DIRECTORY_ROLES
    if holding.eligible:
        return Authority.NONE, "The role is eligible only: it gives nothing until it is activated."
    if holding.scope.id != TENANT_WIDE:
        return Authority.NONE, f"The role counts in {_where(holding.scope)} only: the desk cannot tell who is in it."
    if holding.disabled:
        return Authority.NONE, "The app role is disabled: no token names it."
    if of_directory and holder.kind is Kind.APPLICATION:
        return Authority.NONE, "The token of an application does not name its directory roles; give it an app role."
    return authority_of([holding.role.key], [holding.role.key]), ""


def _where(scope: Scope) -> str:
    return f"the administrative unit {scope.name}" if scope.name else scope.id or "an unknown part of the directory"


def _row(holding: Holding, holder: Holder, authority: Authority, why: str, through: Through | None) -> Delegate:
    return Delegate(
        id=holder.id,
        display_name=holder.name,
        user_principal_name=holder.user_principal_name,
        kind=holder.kind,
        role=holding.role,
        authority=authority,
        why=why,
        through=through,
        eligible=holding.eligible,
        scope=holding.scope,
    )
