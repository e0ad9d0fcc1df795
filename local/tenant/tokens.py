"""Access tokens as Entra issues them to a managed identity or to a person, and Graph's check of them."""

from collections.abc import Callable
from typing import Any

import jwt
import msgspec

from local.tenant.entities import App, Person
from local.tenant.refusals import unauthorized

GRAPH = "https://graph.microsoft.com"
GRAPH_APP_ID = "00000003-0000-0000-c000-000000000000"


class Bearer(msgspec.Struct, frozen=True):
    """Who calls: a client id and what it may do, as of the time at which the token was issued.

    An app has `roles`, its app permissions. Where an app acts for a person, `roles` are the delegated permissions, and
    the person's active directory roles count as well: the template ids in `wids`.
    """

    app_id: str
    roles: frozenset[str]
    expires: float
    user_id: str = ""
    upn: str = ""
    wids: frozenset[str] = frozenset()


class Consent(msgspec.Struct, frozen=True):
    """With which app somebody signs in, what they consent to, and the roles that count for them at this moment."""

    client_id: str
    scopes: frozenset[str]
    wids: frozenset[str]


class Tokens:
    """Issues and checks tokens on the wall clock, since those who hold them live by it."""

    def __init__(self, key: bytes, tenant_id: str, wall: Callable[[], float]) -> None:
        self._key = key
        self._tenant_id = tenant_id
        self._wall = wall
        self._known: dict[tuple[str, str], Bearer] = {}

    def issue(self, app: App, audience: str, lifetime: int) -> tuple[str, int]:
        """Return a token for an app, and when it expires in seconds since the epoch."""
        claims = {"appid": app.client_id, "oid": app.id, "sub": app.id, "idtyp": "app"}
        return self._signed({**claims, "roles": sorted(app.permissions)}, audience, lifetime)

    def issue_for(self, person: Person, consent: Consent, audience: str, lifetime: int) -> tuple[str, int]:
        """Return a token with which an app acts for a person, and when it expires."""
        claims = {
            "appid": consent.client_id,
            "oid": person.id,
            "sub": person.id,
            "idtyp": "user",
            "upn": person.upn,
            "unique_name": person.upn,
            "name": person.name,
            "scp": " ".join(sorted(consent.scopes)),
            "wids": sorted(consent.wids),
        }
        return self._signed(claims, audience, lifetime)

    def _signed(self, claims: dict[str, Any], audience: str, lifetime: int) -> tuple[str, int]:
        now = int(self._wall())
        common: dict[str, Any] = {
            "aud": audience,
            "iss": f"https://sts.windows.net/{self._tenant_id}/",
            "iat": now,
            "nbf": now,
            "exp": now + lifetime,
            "tid": self._tenant_id,
            "ver": "1.0",
        }
        return jwt.encode({**common, **claims}, self._key, algorithm="HS256"), now + lifetime

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
        if "scp" not in claims:
            return Bearer(claims["appid"], frozenset(claims["roles"]), claims["exp"])
        scopes, wids = frozenset(claims["scp"].split()), frozenset(claims["wids"])
        return Bearer(claims["appid"], scopes, claims["exp"], claims["oid"], claims["upn"], wids)


def audiences(origin: str) -> frozenset[str]:
    """Return the resources that mean this Graph: its origin, with and without the port, and the real one's names.

    Entra accepts no port in a scope, so that Graph's SDKs leave it out.
    """
    scheme, _, host = origin.partition("://")
    named = (origin, f"{scheme}://{host.partition(':')[0]}", GRAPH)
    return frozenset({*named, *(f"{name}/" for name in named), GRAPH_APP_ID})
