"""
A caller as App Service Authentication tells the app of them: the X-MS-CLIENT-PRINCIPAL headers.

The shape is App Service's (documentation, configure-authentication-user-identities). Which claims are renamed is not
documented: these are the ones of Microsoft's JWT handlers, and principals that people have published agree. `roles` and
`wids` keep their names although `role_typ` says otherwise (azure-functions-host#3898).
"""

import base64
from collections.abc import Mapping
from typing import Any

import msgspec

PROVIDER = "aad"
_IDENTITY = "http://schemas.microsoft.com/identity/claims"
_SOAP = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims"
NAME_TYPE = f"{_SOAP}/emailaddress"
ROLE_TYPE = "http://schemas.microsoft.com/ws/2008/06/identity/claims/role"
RENAMED = {
    "email": f"{_SOAP}/emailaddress",
    "family_name": f"{_SOAP}/surname",
    "given_name": f"{_SOAP}/givenname",
    "idp": f"{_IDENTITY}/identityprovider",
    "oid": f"{_IDENTITY}/objectidentifier",
    "scp": f"{_IDENTITY}/scope",
    "sub": f"{_SOAP}/nameidentifier",
    "tid": f"{_IDENTITY}/tenantid",
    "unique_name": f"{_SOAP}/name",
    "upn": f"{_SOAP}/upn",
}
NAMES = ("preferred_username", "upn", "email", "unique_name")


class Claim(msgspec.Struct, frozen=True):
    """One value of a claim."""

    typ: str
    val: str


class ClientPrincipal(msgspec.Struct, frozen=True):
    """Somebody who is signed in: object id, sign-in name (an application has none), and the claims of the token."""

    id: str
    name: str
    claims: tuple[Claim, ...]

    @property
    def headers(self) -> dict[str, str]:
        """Return what the app is given."""
        principal = {"auth_typ": PROVIDER, "name_typ": NAME_TYPE, "role_typ": ROLE_TYPE, "claims": self.claims}
        headers = {
            "x-ms-client-principal": base64.b64encode(msgspec.json.encode(principal)).decode(),
            "x-ms-client-principal-id": self.id,
            "x-ms-client-principal-idp": PROVIDER,
        }
        return {**headers, "x-ms-client-principal-name": self.name} if self.name else headers


def of(token: Mapping[str, Any]) -> ClientPrincipal:
    """Return whom the claims of a checked token are about."""
    claims = tuple(Claim(RENAMED.get(name, name), text) for name, value in token.items() for text in _texts(value))
    name = next((str(token[each]) for each in NAMES if each in token), "")
    return ClientPrincipal(str(token.get("oid") or token["sub"]), name, claims)


def _texts(value: Any) -> list[str]:
    if isinstance(value, list):
        return [text for each in value for text in _texts(each)]
    return [value if isinstance(value, str) else msgspec.json.encode(value).decode()]
