"""Graph's JSON about who holds which role, cut to what the list of delegates reads of it (pure).

Shapes after the Microsoft Graph metadata of 2026-08.
"""

from typing import Final

import msgspec

from shared.lookups.delegate import DelegatedRole, Holder, Holding, Kind, Scope
from shared.roles import TENANT_WIDE, AppRole

UNIT_SCOPE: Final = "/administrativeUnits/"
_KINDS: Final = {
    "#microsoft.graph.user": Kind.USER,
    "#microsoft.graph.group": Kind.GROUP,
    "#microsoft.graph.servicePrincipal": Kind.APPLICATION,
    "User": Kind.USER,
    "Group": Kind.GROUP,
    "ServicePrincipal": Kind.APPLICATION,
}


class Principal(msgspec.Struct, frozen=True, rename="camel"):
    """A directoryObject: the principal of an assignment, or a member of a group."""

    id: str
    odata_type: str = msgspec.field(default="", name="@odata.type")
    display_name: str | None = None
    user_principal_name: str | None = None

    @property
    def holder(self) -> Holder | None:
        """Return it as a holder, None of what nobody can sign in as: a device, a contact."""
        kind = _KINDS.get(self.odata_type)
        if kind is None:
            return None
        return Holder(id=self.id, kind=kind, name=self.display_name, user_principal_name=self.user_principal_name)


class Assignment(msgspec.Struct, frozen=True, rename="camel"):
    """A unifiedRoleAssignment or a unifiedRoleEligibilityScheduleInstance, with its principal."""

    principal_id: str
    directory_scope_id: str | None = None
    principal: Principal | None = None

    def holding(self, role: DelegatedRole, *, eligible: bool) -> Holding | None:
        """Return it as a holding, None where Graph does not say whose it is."""
        holder = self.principal.holder if self.principal else None
        if holder is None:
            return None
        return Holding(holder=holder, role=role, scope=Scope(self.directory_scope_id or ""), eligible=eligible)


class AppRoleDefined(msgspec.Struct, frozen=True, rename="camel"):
    """An appRole of the desk's enterprise application."""

    id: str
    value: str | None = None
    display_name: str | None = None
    is_enabled: bool = True


class EnterpriseApplication(msgspec.Struct, frozen=True, rename="camel"):
    """The servicePrincipal of the desk."""

    app_roles: list[AppRoleDefined] = []

    def by_id(self) -> dict[str, AppRoleDefined]:
        """Return the desk's roles among those that it defines."""
        return {role.id: role for role in self.app_roles if role.value in set(AppRole)}


class AppRoleGiven(msgspec.Struct, frozen=True, rename="camel"):
    """An appRoleAssignment."""

    app_role_id: str
    principal_id: str
    principal_type: str | None = None
    principal_display_name: str | None = None

    def holding(self, defined: AppRoleDefined) -> Holding | None:
        """Return it as a holding of that role, None where Graph does not say what the principal is."""
        kind = _KINDS.get(self.principal_type or "")
        if kind is None:
            return None
        value = defined.value or defined.id
        return Holding(
            holder=Holder(id=self.principal_id, kind=kind, name=self.principal_display_name),
            role=DelegatedRole(value, defined.display_name or value),
            scope=Scope(TENANT_WIDE),
            disabled=not defined.is_enabled,
        )


class Named(msgspec.Struct, frozen=True, rename="camel"):
    """A person or an administrative unit that is looked up for its names."""

    display_name: str | None = None
    user_principal_name: str | None = None
