"""The authentication methods a person can have, as values; their properties are Graph's (metadata of v1.0 and beta)."""

from random import Random
from typing import Any, Literal
from uuid import UUID

import msgspec

PHONE_IDS = {
    "mobile": "3179e48a-750b-4051-897c-87b9720928f7",
    "alternateMobile": "b6332ec1-7057-4abe-9331-3d72feddfe41",
    "office": "e37fc753-ff3b-4958-9484-eaa9425c82bc",
}
"""Ids that are the same for everybody (Graph documentation, phoneAuthenticationMethod: delete)."""
PASSWORD_ID = "28c10230-6103-485e-b985-444c60001490"  # noqa: S105
EMAIL_ID = "3ddfcfc8-9383-446f-83cc-3ab9be4be18f"


class _Method(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", rename="camel", forbid_unknown_fields=True):
    id: str = ""
    created_date_time: str | None = None


class Phone(_Method, frozen=True, tag="phone"):
    """A telephone number for calls and texts; one per type, with a fixed id."""

    phone_type: Literal["mobile", "alternateMobile", "office"]
    phone_number: str
    sms_sign_in_state: str = "notEnabled"


class MicrosoftAuthenticator(_Method, frozen=True, tag="microsoftAuthenticator"):
    """The Authenticator app on one device."""

    display_name: str
    device_tag: str = "SoftwareTokenActivated"
    phone_app_version: str = "6.8.30"
    client_app_name: str = "microsoftAuthenticator"


class PasswordlessMicrosoftAuthenticator(_Method, frozen=True, tag="passwordlessMicrosoftAuthenticator"):
    """Phone sign-in with the Authenticator app; a deprecated beta type."""

    display_name: str


class SoftwareOath(_Method, frozen=True, tag="softwareOath"):
    """One-time codes from any app; the secret is never shown."""

    secret_key: None = None


class HardwareOathDevice(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """The token itself, which stays in the directory whoever holds it."""

    id: str = ""
    serial_number: str
    manufacturer: str
    model: str
    secret_key: None = None
    time_interval_in_seconds: int = 30
    status: Literal["available", "assigned", "activated"] = "activated"
    last_used_date_time: str | None = None
    hash_function: str = "hmacsha1"


class HardwareOath(_Method, frozen=True, tag="hardwareOath"):
    """A hardware token assigned to a person."""

    device: HardwareOathDevice


class Fido2(_Method, frozen=True, tag="fido2"):
    """A security key or passkey."""

    display_name: str
    aa_guid: str
    model: str
    attestation_level: Literal["attested", "notAttested"] = "attested"
    attestation_certificates: tuple[str, ...] = ()
    passkey_type: Literal["deviceBound", "synced"] = "deviceBound"


class WindowsHelloForBusiness(_Method, frozen=True, tag="windowsHelloForBusiness"):
    """Windows Hello on one computer."""

    display_name: str
    key_strength: Literal["normal", "weak", "unknown"] = "normal"


class PlatformCredential(_Method, frozen=True, tag="platformCredential"):
    """A key in the secure enclave of a Mac."""

    display_name: str
    platform: str = "macOS"
    key_strength: Literal["normal", "weak", "unknown"] = "normal"


class Email(_Method, frozen=True, tag="email"):
    """An address for self-service password reset."""

    email_address: str


class Password(_Method, frozen=True, tag="password"):
    """The password, which is never shown and cannot be deleted."""

    password: None = None


class TemporaryAccessPass(_Method, frozen=True, tag="temporaryAccessPass"):
    """A pass; its secret is shown once, when it is made."""

    start_date_time: str
    lifetime_in_minutes: int = 60
    is_usable_once: bool = False


class External(_Method, frozen=True, tag="external"):
    """A method of another provider."""

    display_name: str
    configuration_id: str


class QrCodePin(_Method, frozen=True, tag="qrCodePin"):
    """A badge with a QR code and a PIN."""


class Unheard(_Method, frozen=True, tag="unheard"):
    """A method of a type which came after its readers were written: listed, and nothing else."""

    odata_type: str
    properties: dict[str, Any] = msgspec.field(default_factory=dict)


Method = (
    Phone
    | MicrosoftAuthenticator
    | PasswordlessMicrosoftAuthenticator
    | SoftwareOath
    | HardwareOath
    | Fido2
    | WindowsHelloForBusiness
    | PlatformCredential
    | Email
    | Password
    | TemporaryAccessPass
    | External
    | QrCodePin
    | Unheard
)


def kind_of(method: Method) -> str:
    """Return the tag under which a method is written in the seed and in the journal."""
    return str(method.__struct_config__.tag)


def registered(method: Method, stamp: str, random: Random) -> Method:
    """Return the method with the id and the date which Entra gives it when it is registered."""
    return msgspec.structs.replace(method, id=method.id or _id(method, random), created_date_time=_date(method, stamp))


def _id(method: Method, random: Random) -> str:
    match method:
        case Phone(phone_type=phone_type):
            return PHONE_IDS[phone_type]
        case Password():
            return PASSWORD_ID
        case Email():
            return EMAIL_ID
        case _:
            return str(UUID(int=random.getrandbits(128), version=4))


def _date(method: Method, stamp: str) -> str | None:
    # Graph's own examples give phones, e-mail addresses and passwords no date.
    return None if isinstance(method, Phone | Email | Password) else method.created_date_time or stamp
