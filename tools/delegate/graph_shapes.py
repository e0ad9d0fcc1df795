"""Graph's JSON, cut to what the tool reads of it (Microsoft Graph metadata of 2026-08)."""

import msgspec


class User(msgspec.Struct, frozen=True, rename="camel"):
    """A user."""

    id: str
    user_principal_name: str | None = None
    display_name: str | None = None


class Group(msgspec.Struct, frozen=True, rename="camel"):
    """A group."""

    id: str
    display_name: str | None = None
    is_assignable_to_role: bool | None = None


class DirectoryObject(msgspec.Struct, frozen=True, rename="camel"):
    """Whoever holds a role or is in a group: a user, a group or a service principal."""

    id: str
    odata_type: str = msgspec.field(default="", name="@odata.type")
    user_principal_name: str | None = None
    display_name: str | None = None

    @property
    def shown(self) -> str:
        """How a table calls it."""
        return self.user_principal_name or self.display_name or self.id


class RoleAssignment(msgspec.Struct, frozen=True, rename="camel"):
    """A unifiedRoleAssignment."""

    id: str
    principal_id: str
    directory_scope_id: str | None = None
    principal: DirectoryObject | None = None


class ScheduleInstance(msgspec.Struct, frozen=True, rename="camel"):
    """How PIM sees a role that is active or could be: unifiedRole(Assignment|Eligibility)ScheduleInstance."""

    principal_id: str
    directory_scope_id: str | None = None
    assignment_type: str | None = None
    """Assigned, or Activated for a while by somebody who is eligible."""
    end_date_time: str | None = None
    principal: DirectoryObject | None = None


class AppRole(msgspec.Struct, frozen=True, rename="camel"):
    """A role that an application defines."""

    id: str
    value: str | None = None
    is_enabled: bool = True


class ServicePrincipal(msgspec.Struct, frozen=True, rename="camel"):
    """An enterprise application."""

    id: str
    display_name: str | None = None
    app_roles: tuple[AppRole, ...] = ()


class AppRoleAssignment(msgspec.Struct, frozen=True, rename="camel"):
    """An app role that somebody has been given."""

    id: str
    app_role_id: str
    principal_id: str
    resource_id: str
    principal_type: str | None = None
    principal_display_name: str | None = None
