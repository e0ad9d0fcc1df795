"""Graph's JSON, cut to what the desk reads of it, and how that becomes the desk's own values.

Shapes after the Microsoft Graph metadata of 2026-08 and the examples of list methods (v1.0 and beta).
"""

import hashlib
import re
from datetime import datetime
from typing import Annotated, Final, Generic, TypeVar

import msgspec
from msgspec import Meta

from shared.methods import RegisteredMethod, type_name
from shared.roles import HeldRole

T = TypeVar("T")
Instant = Annotated[datetime, Meta(tz=True)]
"""A time with its zone; one without cannot be compared, and the answer that has it cannot be read."""
_COUNTRY_CODE: Final = re.compile(r"\+[0-9]{1,3} ")


class Page(msgspec.Struct, Generic[T], frozen=True):
    """One page of a collection."""

    value: list[T]
    next_link: str | None = msgspec.field(default=None, name="@odata.nextLink")


class DirectoryPerson(msgspec.Struct, frozen=True, rename="camel"):
    """A user, as far as the desk asks for one."""

    id: str
    user_principal_name: str
    display_name: str | None = None
    account_enabled: bool | None = None
    user_type: str | None = None
    sign_in_sessions_valid_from_date_time: Instant | None = None


class DirectoryRole(msgspec.Struct, frozen=True, rename="camel"):
    """A directoryRole that somebody is a member of."""

    role_template_id: str
    display_name: str | None = None


class Group(msgspec.Struct, frozen=True, rename="camel"):
    """A group that somebody is a member of."""

    id: str
    display_name: str | None = None
    is_assignable_to_role: bool | None = None


class RoleDefinition(msgspec.Struct, frozen=True, rename="camel"):
    """A unifiedRoleDefinition, as far as it is asked for."""

    display_name: str | None = None


class RoleAssignment(msgspec.Struct, frozen=True, rename="camel"):
    """A unifiedRoleAssignment, or a unifiedRoleEligibilityScheduleInstance."""

    role_definition_id: str
    directory_scope_id: str = ""
    """Empty where Graph does not tell it: then the role counts as limited to something unknown."""
    role_definition: RoleDefinition | None = None

    def held(self, *, eligible: bool) -> HeldRole:
        """Return it as the desk's value."""
        name = self.role_definition.display_name if self.role_definition else None
        return HeldRole(self.role_definition_id, name or "", self.directory_scope_id, eligible)


class AppRoleAssignment(msgspec.Struct, frozen=True, rename="camel"):
    """An app role that somebody has been given, directly or through a group."""

    app_role_id: str
    resource_id: str


class AppRoleShown(msgspec.Struct, frozen=True, rename="camel"):
    """An appRole of an application."""

    id: str
    value: str | None = None
    is_enabled: bool = True


class EnterpriseApp(msgspec.Struct, frozen=True, rename="camel"):
    """A servicePrincipal, as far as its roles go."""

    id: str
    app_roles: list[AppRoleShown] = []


class AuthenticationRequirements(msgspec.Struct, frozen=True, rename="camel"):
    """Beta strongAuthenticationRequirements."""

    per_user_mfa_state: str | None = None


class IssuedPass(msgspec.Struct, frozen=True, rename="camel"):
    """A temporaryAccessPassAuthenticationMethod as its creation answers it: only there the pass itself is told."""

    id: str
    temporary_access_pass: str
    start_date_time: Instant | None = None
    lifetime_in_minutes: int | None = None
    is_usable_once: bool | None = None

    def __repr__(self) -> str:
        """Return what a log may show of it."""
        return f"IssuedPass(id={self.id!r})"


class SignInPreferences(msgspec.Struct, frozen=True, rename="camel"):
    """Beta signInPreferences."""

    user_preferred_method_for_secondary_authentication: str | None = None


class TokenDevice(msgspec.Struct, frozen=True, rename="camel"):
    """The device behind a hardware OATH token."""

    serial_number: str | None = None
    status: str | None = None


class AuthenticationMethod(msgspec.Struct, frozen=True, rename="camel"):
    """Any authentication method: what its types have that tells one from another."""

    id: str
    odata_type: str = msgspec.field(default="", name="@odata.type")
    created_date_time: Instant | None = None
    creation_date_time: Instant | None = None
    phone_number: str | None = None
    phone_type: str | None = None
    email_address: str | None = None
    display_name: str | None = None
    device: TokenDevice | None = None

    def registered(self, user_id: str, typed: str = "") -> RegisteredMethod:
        """Return it as the desk's value, personal data masked.

        typed: the method's short type name, for the lists whose items carry no @odata.type.
        """
        return RegisteredMethod(
            type=typed or type_name(self.odata_type),
            id=self.id,
            registered_at=self.created_date_time or self.creation_date_time,
            digest=_digest(self.phone_number or self.email_address, user_id),
            phone_type=self.phone_type,
            label=self._label(),
            active=self.device is None or self.device.status in (None, "activated"),
        )

    def _label(self) -> str:
        if self.phone_number is not None:
            return f"{self.phone_type or 'phone'} {masked_phone(self.phone_number)}"
        if self.email_address is not None:
            return masked_email(self.email_address)
        if self.device is not None and self.device.serial_number:
            return self.device.serial_number
        return self.display_name or ""


def masked_phone(number: str) -> str:
    """Return the number with its country code and its last two digits only: "+1 ********55"."""
    country = _COUNTRY_CODE.match(number)
    shown = country[0] if country else ""
    rest = number.removeprefix(shown)
    return f"{shown}{'*' * len(rest[:-2])}{rest[-2:]}"


def masked_email(address: str) -> str:
    """Return the address with the first letter of its name only: "a***@example.com"."""
    name, at, domain = address.rpartition("@")
    return f"{name[:1]}***@{domain}" if at else "***"


def _digest(value: str | None, user_id: str) -> str:
    """Return what tells a value from another one, keyed by person so that it tells nothing beyond that person."""
    if value is None:
        return ""
    return hashlib.blake2b(value.encode(), key=user_id.encode()[:64], digest_size=8).hexdigest()
