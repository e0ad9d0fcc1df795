"""The keys with which an issuer signs its tokens, as it publishes them (OpenID Connect Discovery 1.0)."""

from typing import Any

import httpx
import jwt
import msgspec

DISCOVERY = "/.well-known/openid-configuration"


class _Published(msgspec.Struct, frozen=True):
    issuer: str
    keys: dict[str, jwt.PyJWK]


class SigningKeys:
    """Reads the keys when the first token comes, and anew when a token names one that is not among them."""

    def __init__(self, issuer_url: str, http: httpx.AsyncClient) -> None:
        self._issuer_url = issuer_url
        self._http = http
        self._known = _Published("", {})

    async def find(self, key_id: str) -> tuple[str, jwt.PyJWK] | None:
        """Return the issuer's name and the key, or None. Raises httpx.HTTPError when nobody answers.

        A real platform waits between two looks at the keys; this one looks at once, since the tenant beside it may
        have been started again.
        """
        if key_id not in self._known.keys:
            self._known = await self._read()
        key = self._known.keys.get(key_id)
        return (self._known.issuer, key) if key else None

    async def _read(self) -> _Published:
        configuration = await self._document(f"{self._issuer_url}{DISCOVERY}")
        keys = jwt.PyJWKSet.from_dict(await self._document(configuration["jwks_uri"]))
        return _Published(configuration["issuer"], {str(key.key_id): key for key in keys.keys})

    async def _document(self, url: str) -> dict[str, Any]:
        answer = (await self._http.get(url)).raise_for_status()
        document: dict[str, Any] = answer.json()
        return document
