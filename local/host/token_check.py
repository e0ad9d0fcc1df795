"""Whether a token was issued by the tenant, for the desk, and is still good."""

from typing import Any

import jwt

from local.host.signing_keys import SigningKeys

ALGORITHMS = ["RS256"]
"""Never what the token itself says: `none`, or HS256 with the public key as its secret, would be anybody's token."""
DEMANDED = ["exp", "nbf", "iss", "aud", "sub"]


class InvalidTokenError(Exception):
    """The token is not to be believed."""


class TokenCheck:
    """Checks signature, issuer, audience and lifetime."""

    def __init__(self, client_id: str, keys: SigningKeys) -> None:
        # Version 2.0 tokens name the bare app id, version 1.0 ones the address that was asked for.
        self._audiences = [client_id, f"api://{client_id}"]
        self._keys = keys

    async def claims(self, token: str) -> dict[str, Any]:
        """Return what the token says. Raises InvalidTokenError; httpx.HTTPError when the issuer does not answer."""
        try:
            key_id = jwt.get_unverified_header(token).get("kid", "")
            if not (found := await self._keys.find(key_id)):
                raise InvalidTokenError("It was signed with a key that the tenant does not publish.")
            return self._verified(token, *found)
        except jwt.InvalidTokenError as error:
            raise InvalidTokenError(str(error)) from error

    def _verified(self, token: str, issuer: str, key: jwt.PyJWK) -> dict[str, Any]:
        options: Any = {"require": DEMANDED}
        claims: dict[str, Any] = jwt.decode(
            token, key, ALGORITHMS, audience=self._audiences, issuer=issuer, options=options
        )
        return claims
