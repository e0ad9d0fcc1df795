"""What Entra publishes about its tokens: the issuer, and the keys with which their signatures are checked."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from local.tenant.entra_key import SigningKey
from local.tenant.entra_tokens import EntraTokens


class Metadata:
    """The documents that everybody may read, at the paths that Entra has them (OpenID Connect Discovery 1.0)."""

    def __init__(self, tenant_id: str, key: SigningKey, tokens: EntraTokens) -> None:
        self._tenant_id = tenant_id
        self._key = key
        self._tokens = tokens

    def routes(self) -> list[Route]:
        """Return the routes, to be mounted at the root."""
        return [
            Route(f"/{self._tenant_id}/v2.0/.well-known/openid-configuration", self._configuration),
            Route(f"/{self._tenant_id}/discovery/v2.0/keys", self._keys),
        ]

    async def _configuration(self, request: Request) -> JSONResponse:
        origin = f"{request.url.scheme}://{request.url.netloc}"
        document: dict[str, Any] = {
            "issuer": self._tokens.issuer,
            "jwks_uri": f"{origin}/{self._tenant_id}/discovery/v2.0/keys",
            "id_token_signing_alg_values_supported": ["RS256"],
            "subject_types_supported": ["pairwise"],
        }
        return JSONResponse(document)

    async def _keys(self, _: Request) -> JSONResponse:
        return JSONResponse({"keys": [self._key.jwk]})
