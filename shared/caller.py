"""The caller of an HTTP trigger, as App Service Authentication tells of them.

It puts what it has verified into the header X-MS-CLIENT-PRINCIPAL: base64 of a JSON object, one element a claim
(Microsoft Learn, configure-authentication-user-identities). Some claims come under a longer name than the token's.
"""

import base64
import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from shared.authority import Authority, authority_of

PRINCIPAL_HEADER: Final = "x-ms-client-principal"
_MICROSOFT: Final = "http://schemas.microsoft.com/identity/claims"
_SOAP: Final = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims"
_OBJECT_ID: Final = ("oid", f"{_MICROSOFT}/objectidentifier")
_TENANT_ID: Final = ("tid", f"{_MICROSOFT}/tenantid")
_SCOPE: Final = ("scp", f"{_MICROSOFT}/scope")
_KIND: Final = ("idtyp",)
_CLIENT: Final = ("azp", "appid")
_NAMES: Final = ("preferred_username", "upn", f"{_SOAP}/upn", "unique_name", f"{_SOAP}/name", "name")
"""The first that is there is shown; none of them decides anything, for whoever bears a name may change it."""
_ROLES: Final = ("roles", "http://schemas.microsoft.com/ws/2008/06/identity/claims/role")
_DIRECTORY_ROLES: Final = ("wids",)
_GUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class Caller(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """Somebody who has signed in, with what their token gives them at the desk."""

    id: Annotated[str, Meta(description="Object id of the person, or of the application's service principal.")]
    name: Annotated[str, Meta(description="User principal name; of an application, its client id.")] = ""
    authority: Annotated[Authority, Meta(description="What they may do at the desk.")] = Authority.NONE
    is_application: Annotated[bool, Meta(description="No person is behind the call.")] = False


class NotSignedInError(Exception):
    """Nobody can be told to be the caller."""


class _Claim(msgspec.Struct, frozen=True):
    typ: str
    val: str | None = None


class _Principal(msgspec.Struct, frozen=True):
    auth_typ: str
    claims: tuple[_Claim, ...]
    role_typ: str = ""

    def values(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return what these claims say, in the order of the names; each thing once."""
        said = (claim.val for name in names for claim in self.claims if claim.typ == name)
        return tuple(dict.fromkeys(value for value in said if value))

    def value(self, names: tuple[str, ...]) -> str:
        """Return what this claim says, under whichever name; empty where it is not there."""
        values = self.values(names)
        if len(values) > 1:
            raise NotSignedInError(f"Your sign-in has more than one claim '{names[0]}'; sign in anew.")
        return values[0] if values else ""


_decoder: Final = msgspec.json.Decoder(_Principal)


def caller_of(headers: Mapping[str, str], *, authentication_enabled: bool, tenant_id: str) -> Caller:
    """Return who calls; raise NotSignedInError where that cannot be told for certain.

    authentication_enabled: App Service Authentication stands before the app. Without it anybody can send that header.
    tenant_id: the one tenant whose people and applications may call.
    """
    if not authentication_enabled:
        raise NotSignedInError("App Service Authentication is switched off here, so this desk cannot tell who calls.")
    principal = _principal(headers)
    _expect_tenant(principal.value(_TENANT_ID), tenant_id)
    object_id = principal.value(_OBJECT_ID)
    if not _GUID.fullmatch(object_id):
        raise NotSignedInError("Your sign-in does not tell your object id (claim 'oid'); sign in with Microsoft Entra.")
    is_application = _is_application(principal)
    return Caller(
        id=object_id.lower(),
        name=principal.value(_CLIENT) if is_application else next(iter(principal.values(_NAMES)), ""),
        authority=authority_of(
            principal.values({*_ROLES, principal.role_typ} - {""}), principal.values(_DIRECTORY_ROLES)
        ),
        is_application=is_application,
    )


def _principal(headers: Mapping[str, str]) -> _Principal:
    sent = [value for name, value in headers.items() if name.lower() == PRINCIPAL_HEADER]
    if len(sent) != 1 or not sent[0]:
        raise NotSignedInError("You are not signed in; send a token of Microsoft Entra for this desk, or sign in.")
    try:
        principal = _decoder.decode(base64.b64decode(sent[0], validate=True))
    except (ValueError, msgspec.DecodeError, RecursionError):
        raise NotSignedInError(
            "What App Service Authentication tells about you cannot be read; sign in anew."
        ) from None
    if principal.auth_typ != "aad":
        raise NotSignedInError("You are signed in elsewhere than with Microsoft Entra, which is what this desk takes.")
    return principal


def _expect_tenant(tenant_id: str, expected: str) -> None:
    if not expected:
        raise NotSignedInError("Setting 'TENANT_ID' is missing, so this desk cannot tell whose people may call.")
    if not tenant_id:
        raise NotSignedInError("Your sign-in does not tell your tenant (claim 'tid'); sign in with Microsoft Entra.")
    if tenant_id.lower() != expected.lower():
        raise NotSignedInError(
            "You are signed in to another tenant than this desk's; sign in with an account of its own."
        )


def _is_application(principal: _Principal) -> bool:
    """Return whether no person is behind the token: `idtyp` says so where it is configured, or else what it lacks."""
    if kind := principal.value(_KIND):
        return kind != "user"
    return not principal.value(_SCOPE) and not principal.values(_NAMES)
