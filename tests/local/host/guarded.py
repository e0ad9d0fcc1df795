"""An app behind App Service Authentication, and the tenant whose people call it; all in the test's own process."""

import base64
import json
import re
import time
from pathlib import Path
from random import Random
from typing import Any

import azure.functions as func
import httpx

from local.host import authentication, functions
from local.host.authentication_settings import AuthenticationSettings
from local.host.host import Host
from local.host.host_json import HostJson
from local.host.sessions import Sessions
from local.host.web import Web
from local.tenant import seed
from local.tenant.clock import Clock
from local.tenant.entra_key import SigningKey
from local.tenant.entra_sign_in import EntraSignIn
from local.tenant.entra_tokens import EntraTokens
from local.tenant.permissions import Permissions, read_catalogue
from local.tenant.server import serving
from local.tenant.world import World

LOGIN = "/.auth/login/aad"
SESSION = "AppServiceAuthSession"
TENANT_URL = "http://tenant"
LEE = "lee.gu@contoso.com"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def world() -> World:
    """Return a tenant as its seed has it."""
    permissions = Permissions(read_catalogue())
    return World(seed.read(), Clock(time.time), Random(1), permissions, permissions)  # noqa: S311


class Issuer:
    """A tenant that can be started again, which changes its key, or be away."""

    def __init__(self) -> None:
        self.world = world()
        self.away = False
        self.restart()

    def restart(self) -> None:
        """Serve with another key."""
        self.key = SigningKey()
        self.tokens = EntraTokens(self.key, self.world.seed.tenant.id, time.time)
        self.entra = EntraSignIn(self.world, self.tokens)
        self._app = serving(self.world, "secret", self.key)

    def token(self, who: str = LEE) -> str:
        """Return a token with which a client calls the desk's API for a person."""
        person = self.world.directory.person(who)
        assert person
        return self.entra.access_token(person).token

    def signed(self, audience: str = "", lifetime: int = 60, **claims: Any) -> str:
        """Return a token with any claims; without an audience, for the desk."""
        claims = {"oid": "somebody", "sub": "somebody"} | claims
        return self.tokens.issue(claims, audience or self.entra.desk.client_id, lifetime).token

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer as the tenant, unless it is away."""
        if self.away:
            raise httpx.ConnectError("All connection attempts failed")
        await self._app(scope, receive, send)


class Guarded:
    """An app with one function, `/api/echo`, behind App Service Authentication; `seen` is what reached it."""

    def __init__(self, folder: Path) -> None:
        self.issuer = Issuer()
        self.time = time.time()
        self.seen: list[func.HttpRequest] = []
        self._host = self._started(folder)
        self._to_tenant = httpx.AsyncClient(transport=httpx.ASGITransport(self.issuer))
        wanted = AuthenticationSettings(
            openid_issuer=f"{TENANT_URL}/{self.issuer.world.seed.tenant.id}/v2.0",
            client_id=self.issuer.entra.desk.client_id,
            sign_in_url=f"{TENANT_URL}/control/desk",
        )
        web = Web(self._host.routes, self._host.invoker, self._host.admin, keys=None)
        self.app = authentication.assembled(web, wanted, self._to_tenant, Sessions(lambda: self.time))
        self.browser = httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://desk")

    async def get(self, path: str = "/api/echo", **request: Any) -> httpx.Response:
        """Call with GET; what cookies there are go with it."""
        return await self.browser.get(path, **request)

    async def call(self, token: str) -> httpx.Response:
        """Call the function with a bearer token."""
        return await self.get(headers={"Authorization": f"Bearer {token}"})

    async def form(self, redirect: str = "", **changes: str) -> dict[str, str]:
        """Return the fields of the sign-in page's form, with Lee chosen."""
        page = await self.get(LOGIN, params={"post_login_redirect_uri": redirect})
        found = re.search(r'name="nonce" value="([^"]+)"', page.text)
        assert found
        lee = self.issuer.world.directory.person(LEE)
        assert lee
        return {"nonce": found[1], "post_login_redirect_uri": redirect, "user": lee.id, **changes}

    async def sign_in(self, who: str = LEE, redirect: str = "") -> httpx.Response:
        """Sign in with the page."""
        person = self.issuer.world.directory.person(who)
        assert person
        return await self.browser.post(LOGIN, data=await self.form(redirect, user=person.id))

    @property
    def session_id(self) -> str:
        """The browser's session cookie."""
        return str(self.browser.cookies[SESSION])

    @property
    def told(self) -> dict[str, str]:
        """The platform's headers of the last call that reached the function."""
        return {name: value for name, value in self.seen[-1].headers.items() if name.startswith("x-ms-")}

    @property
    def principal(self) -> dict[str, Any]:
        """What X-MS-CLIENT-PRINCIPAL said of the last caller."""
        return decoded(self.told["x-ms-client-principal"])

    @property
    def claims(self) -> dict[str, list[str]]:
        """Its claims: the values of each type."""
        claims: dict[str, list[str]] = {}
        for claim in self.principal["claims"]:
            claims.setdefault(claim["typ"], []).append(claim["val"])
        return claims

    async def close(self) -> None:
        """End everything."""
        await self.browser.aclose()
        await self._to_tenant.aclose()
        await self._host.stop()

    def _started(self, folder: Path) -> Host:
        app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

        @app.route("echo")
        async def echo(req: func.HttpRequest) -> str:
            self.seen.append(req)
            return "ok"

        host = Host(HostJson(), {}, state_folder=folder)
        host.start(functions.index(app))
        return host


def decoded(header: str) -> dict[str, Any]:
    """Return what a principal's header holds."""
    principal: dict[str, Any] = json.loads(base64.b64decode(header))
    return principal
