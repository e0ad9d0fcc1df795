"""Tokens as Entra issues them for an application's own API and to its sign-in page, in version 2.0."""

import secrets
from collections.abc import Callable
from typing import Any

import jwt
import msgspec

from local.tenant.entra_key import SigningKey

VERSION = "2.0"


class Issued(msgspec.Struct, frozen=True, rename="camel"):
    """A token, and when it expires in seconds since the epoch."""

    token: str
    expires_on: int


class EntraTokens:
    """Signs claims on the wall clock, since those who hold tokens live by it."""

    def __init__(self, key: SigningKey, tenant_id: str, wall: Callable[[], float]) -> None:
        self._key = key
        self._tenant_id = tenant_id
        self._wall = wall

    @property
    def issuer(self) -> str:
        """What the tokens name as `iss`."""
        return f"https://login.microsoftonline.com/{self._tenant_id}/v{VERSION}"

    def issue(self, claims: dict[str, Any], audience: str, lifetime: int) -> Issued:
        """Return the claims, signed; `lifetime` in seconds."""
        now = int(self._wall())
        common = {
            "aud": audience,
            "iss": self.issuer,
            "iat": now,
            "nbf": now,
            "exp": now + lifetime,
            "tid": self._tenant_id,
            "uti": secrets.token_urlsafe(16),
            "ver": VERSION,
        }
        signed = jwt.encode({**common, **claims}, self._key.private, "RS256", headers={"kid": self._key.id})
        return Issued(signed, now + lifetime)
