"""The authentication methods a person can have registered, as Microsoft Graph names and serves them."""

from datetime import datetime
from enum import StrEnum
from typing import Final, Literal

import msgspec

TYPE_PREFIX: Final = "#microsoft.graph."

ApiVersion = Literal["v1.0", "beta"]


class MethodType(StrEnum):
    """The types which Graph lets an application remove. A password is none: Graph has no DELETE for it."""

    PHONE = "phone"
    MICROSOFT_AUTHENTICATOR = "microsoftAuthenticator"
    SOFTWARE_OATH = "softwareOath"
    HARDWARE_OATH = "hardwareOath"
    FIDO2 = "fido2"
    WINDOWS_HELLO = "windowsHelloForBusiness"
    EMAIL = "email"
    TEMPORARY_ACCESS_PASS = "temporaryAccessPass"  # noqa: S105 - the name of a method type
    PLATFORM_CREDENTIAL = "platformCredential"
    EXTERNAL = "external"
    QR_CODE_PIN = "qrCodePin"
    PASSWORDLESS_AUTHENTICATOR = "passwordlessMicrosoftAuthenticator"


class Endpoint(msgspec.Struct, frozen=True):
    """Where Graph serves the methods of one type, below /users/{id}/authentication."""

    segment: str
    version: ApiVersion = "v1.0"
    single: bool = False
    """There is one at most, and its address carries no id."""


ENDPOINTS: Final = {
    MethodType.PHONE: Endpoint("phoneMethods"),
    MethodType.MICROSOFT_AUTHENTICATOR: Endpoint("microsoftAuthenticatorMethods"),
    MethodType.SOFTWARE_OATH: Endpoint("softwareOathMethods"),
    MethodType.HARDWARE_OATH: Endpoint("hardwareOathMethods", "beta"),
    MethodType.FIDO2: Endpoint("fido2Methods"),
    MethodType.WINDOWS_HELLO: Endpoint("windowsHelloForBusinessMethods"),
    MethodType.EMAIL: Endpoint("emailMethods"),
    MethodType.TEMPORARY_ACCESS_PASS: Endpoint("temporaryAccessPassMethods"),
    MethodType.PLATFORM_CREDENTIAL: Endpoint("platformCredentialMethods"),
    MethodType.EXTERNAL: Endpoint("externalAuthenticationMethods"),
    MethodType.QR_CODE_PIN: Endpoint("qrCodePinMethod", "beta", single=True),
    MethodType.PASSWORDLESS_AUTHENTICATOR: Endpoint("passwordlessMicrosoftAuthenticatorMethods", "beta"),
}
"""Microsoft Graph metadata of 2026-08: what DELETE serves, and which types are in beta only."""

PORTAL_TYPES: Final = frozenset(
    {
        MethodType.PHONE,
        MethodType.MICROSOFT_AUTHENTICATOR,
        MethodType.SOFTWARE_OATH,
        MethodType.HARDWARE_OATH,
        MethodType.PASSWORDLESS_AUTHENTICATOR,
    }
)
"""What the portal's "Require re-register MFA" takes away (Entra documentation, howto-mfa-userdevicesettings)."""

PASSWORD: Final = "password"  # noqa: S105 - the name of a method type


class RegisteredMethod(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """One authentication method as it stood when the directory was read."""

    type: str
    """Short name; one that Graph knows and this desk does not is possible."""
    id: str
    registered_at: datetime | None = None
    """When it was registered; Graph does not say it of every type (phones, for one)."""
    digest: str = ""
    """Of the value behind an id that never changes: a phone registered again has the id it had before."""
    phone_type: str | None = None
    label: str = ""
    """What tells it from its like, personal data masked."""
    active: bool = True
    """False for a hardware OATH token that is assigned and not activated."""

    def is_still(self, other: "RegisteredMethod") -> bool:
        """Return whether the other is this very registration, and not a later one under the same id."""
        mine = (self.type, self.id, self.registered_at, self.digest)
        return mine == (other.type, other.id, other.registered_at, other.digest)


def type_name(odata_type: str) -> str:
    """Return the short name of an `@odata.type`: a MethodType's, "password", or what Graph calls an unknown one."""
    return odata_type.removeprefix(TYPE_PREFIX).removesuffix("AuthenticationMethod")


BY_NAME: Final = {method_type.value: method_type for method_type in MethodType}
"""Short name -> method type; a name that is not in here is one for which this desk knows no address."""

DEFAULTS: Final[dict[str, frozenset[tuple[MethodType, str | None]]]] = {
    "push": frozenset({(MethodType.MICROSOFT_AUTHENTICATOR, None)}),
    "oath": frozenset({(MethodType.SOFTWARE_OATH, None), (MethodType.HARDWARE_OATH, None)}),
    "sms": frozenset({(MethodType.PHONE, "mobile")}),
    "voiceMobile": frozenset({(MethodType.PHONE, "mobile")}),
    "voiceAlternateMobile": frozenset({(MethodType.PHONE, "alternateMobile")}),
    "voiceOffice": frozenset({(MethodType.PHONE, "office")}),
}
"""userPreferredMethodForSecondaryAuthentication (beta signInPreferences) -> (type, phone type) of the default."""
