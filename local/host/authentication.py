"""
App Service Authentication before the app: says who calls, and lets nobody else say it (facts/functions.md, EasyAuth).

It is set up as the desk is deployed with it: a caller who is not signed in passes without its headers, and the app
decides (unauthenticatedClientAction AllowAnonymous). Where it is off, nothing stands before the app: X-MS-* headers
that a caller made up reach it, as they would on a real host.
"""

import contextlib
import logging
import time
from collections.abc import AsyncIterator, Mapping

import httpx
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Router
from starlette.types import ASGIApp, Receive, Scope, Send

from local.host import authentication_settings, client_principal, request_origin, sign_in
from local.host.authentication_settings import AuthenticationSettings
from local.host.client_principal import ClientPrincipal
from local.host.sessions import Sessions
from local.host.sign_in import SignIn
from local.host.signing_keys import SigningKeys
from local.host.tenant_people import TenantPeople
from local.host.token_check import InvalidTokenError, TokenCheck

PLATFORM_HEADERS = b"x-ms-"
SECONDS = 10.0

log = logging.getLogger(__name__)


class ForgedRequestError(Exception):
    """Another site may have made a browser send the request."""


class AppServiceAuthentication:
    """An ASGI application before another."""

    def __init__(self, app: ASGIApp, tokens: TokenCheck, pages: SignIn) -> None:
        self._app = app
        self._tokens = tokens
        self._pages = pages
        self._router = Router(pages.routes(), redirect_slashes=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer what is under /.auth, and what is not to be believed; hand everything else on."""
        request = Request(scope, receive)
        try:
            if request.scope["path"].startswith(sign_in.PREFIX):
                await self._router(scope, receive, send)
                return
            told = _told(await self._principal(request))
        except httpx.HTTPError as error:
            await sign_in.tenant_away(error)(scope, receive, send)
        except InvalidTokenError as error:
            log.warning("A bearer token was refused: %s", error)
            await _refused(request)(scope, receive, send)
        except ForgedRequestError:
            await Response(status_code=403)(scope, receive, send)
        else:
            headers = [(name, value) for name, value in scope["headers"] if not _is_platforms(name)]
            await self._app({**scope, "headers": [*headers, *told]}, receive, send)

    async def _principal(self, request: Request) -> ClientPrincipal | None:
        """Return who calls: by a bearer token, which counts before the cookie, or by the session's cookie."""
        if (token := _bearer(request)) is not None:
            return client_principal.of(await self._tokens.claims(token))
        session = self._pages.session(request)
        if session and request_origin.is_refused_with_a_session(request):
            raise ForgedRequestError
        return session.principal if session else None


@contextlib.asynccontextmanager
async def before(app: ASGIApp, settings: Mapping[str, str]) -> AsyncIterator[ASGIApp]:
    """Yield the app, behind App Service Authentication if the settings switch it on."""
    wanted = authentication_settings.read(settings)
    if wanted is None:
        yield app
        return
    async with httpx.AsyncClient(timeout=SECONDS, trust_env=False) as http:
        yield assembled(app, wanted, http, Sessions(time.time))


def assembled(
    app: ASGIApp, wanted: AuthenticationSettings, http: httpx.AsyncClient, sessions: Sessions
) -> AppServiceAuthentication:
    """Return the app behind App Service Authentication; `http` leads to the tenant."""
    tokens = TokenCheck(wanted.client_id, SigningKeys(wanted.openid_issuer, http))
    return AppServiceAuthentication(app, tokens, SignIn(TenantPeople(wanted.sign_in_url, http), tokens, sessions))


def _bearer(request: Request) -> str | None:
    """Return the bearer token; None without one. Two Authorization headers are no token at all."""
    given = request.headers.getlist("authorization")
    schemes = [value.partition(" ")[0].lower() for value in given]
    if "bearer" not in schemes:
        return None
    return given[0].partition(" ")[2].strip() if len(given) == 1 else ""


def _told(principal: ClientPrincipal | None) -> list[tuple[bytes, bytes]]:
    headers = principal.headers if principal else {}
    return [(name.encode(), value.encode()) for name, value in headers.items()]


def _is_platforms(name: bytes) -> bool:
    return name.lower().startswith(PLATFORM_HEADERS)


def _refused(request: Request) -> Response:
    challenge = f'Bearer realm="{request.headers.get("host", "")}"'
    return Response(status_code=401, headers={"WWW-Authenticate": challenge})
