"""Access tokens as Entra issues them to a managed identity, and Graph's check of them."""

from collections.abc import Callable
from typing import Any

import jwt
import msgspec

from local.tenant.entities import App
from local.tenant.refusals import unauthorized

GRAPH = "https://graph.microsoft.com"
GRAPH_APP_ID = "00000003-0000-0000-c000-000000000000"


class Bearer(msgspec.Struct, frozen=True):
    """Who calls: a client id and the app permissions at the time the token was issued."""

    app_id: str
    roles: frozenset[str]
    expires: float


class Tokens:
    """Issues and checks tokens on the wall clock, since those who hold them live by it."""

    def __init__(self, key: bytes, tenant_id: str, wall: Callable[[], float]) -> None:
        self._key = key
        self._tenant_id = tenant_id
        self._wall = wall
        self._known: dict[tuple[str, str], Bearer] = {}

    def issue(self, app: App, audience: str, lifetime: int) -> tuple[str, int]:
        """Return a token for an app, and when it expires in seconds since the epoch."""
        now = int(self._wall())
        claims: dict[str, Any] = {
            "aud": audience,
            "iss": f"https://sts.windows.net/{self._tenant_id}/",
            "iat": now,
            "nbf": now,
            "exp": now + lifetime,
            "appid": app.client_id,
            "oid": app.id,
            "sub": app.id,
            "idtyp": "app",
            "roles": sorted(app.permissions),
            "tid": self._tenant_id,
            "ver": "1.0",
        }
        return jwt.encode(claims, self._key, algorithm="HS256"), now + lifetime

    def check(self, authorization: str, origin: str) -> Bearer:
        """Return the caller behind an Authorization header. Raises a 401 refusal."""
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise unauthorized("Access token is empty.")
        bearer = self._known.get((token, origin)) or self._parsed(token, origin)
        if self._wall() >= bearer.expires:
            self._known.pop((token, origin), None)
            raise unauthorized("Lifetime validation failed, the token is expired.")
        self._known[token, origin] = bearer
        return bearer

    def _parsed(self, token: str, origin: str) -> Bearer:
        # expiry is checked by the caller, on the tenant's own wall clock
        options: Any = {"verify_exp": False, "verify_nbf": False, "verify_iat": False}
        try:
            claims = jwt.decode(token, self._key, ["HS256"], audience=list(audiences(origin)), options=options)
        except jwt.InvalidAudienceError as error:
            raise unauthorized("Access token validation failure. Invalid audience.") from error
        except jwt.InvalidTokenError as error:
            raise unauthorized("CompactToken parsing failed with error code: 80049217") from error
        return Bearer(claims["appid"], frozenset(claims["roles"]), claims["exp"])


def audiences(origin: str) -> frozenset[str]:
    """Return the resources that mean this Graph: its origin, with and without the port, and the real one's names.

    Entra accepts no port in a scope, so that Graph's SDKs leave it out.
    """
    scheme, _, host = origin.partition("://")
    named = (origin, f"{scheme}://{host.partition(':')[0]}", GRAPH)
    return frozenset({*named, *(f"{name}/" for name in named), GRAPH_APP_ID})
