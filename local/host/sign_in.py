"""
The pages under /.auth: signing in and out, and who is signed in.

App Service leads to Microsoft's own sign-in page; here the page is the stand's, and asks for no password. Paths,
parameters and defaults are App Service's (documentation, configure-authentication-customize-sign-in-out and
configure-authentication-oauth-tokens).
"""

import re
import secrets
from hmac import compare_digest
from urllib.parse import parse_qsl

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from local.host import client_principal, cookies, request_origin, sign_in_page
from local.host.local_path import is_local
from local.host.sessions import Session, Sessions
from local.host.sign_in_page import SignInForm
from local.host.tenant_people import SignInRefusedError, TenantPeople
from local.host.token_check import TokenCheck

PREFIX = "/.auth/"
SESSION_COOKIE = "AppServiceAuthSession"
NONCE_COOKIE = "Nonce"
LOGIN = "/.auth/login/aad"
SIGNED_IN = "/.auth/login/done"
SIGNED_OUT = "/.auth/logout/complete"
LARGEST_FORM = 10_000
SEE_OTHER = 303
_NONCE = re.compile(r"[A-Za-z0-9_-]{43}")
STALE = "This page was open for too long, or another site sent you here. Choose once more."


class SignIn:
    """The endpoints; those that ask the tenant raise httpx.HTTPError when it does not answer."""

    def __init__(self, people: TenantPeople, tokens: TokenCheck, sessions: Sessions) -> None:
        self._people = people
        self._tokens = tokens
        self._sessions = sessions

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route(LOGIN, self._page, methods=["GET"]),
            Route(LOGIN, self._enter, methods=["POST"]),
            Route(SIGNED_IN, self._entered, methods=["GET"]),
            Route("/.auth/logout", self._leave, methods=["GET"]),
            Route(SIGNED_OUT, self._left, methods=["GET"]),
            Route("/.auth/me", self._me, methods=["GET"]),
        ]

    def session(self, request: Request) -> Session | None:
        """Return the session that the request's cookie names."""
        return self._sessions.find(cookies.named(request, SESSION_COOKIE))

    async def _page(self, request: Request) -> Response:
        redirect = request.query_params.get("post_login_redirect_uri", "")
        if redirect and not is_local(redirect):
            return _not_local(redirect)
        return await self._listed(request, redirect, search=request.query_params.get("search", ""))

    async def _enter(self, request: Request) -> Response:
        form = await _form(request)
        redirect = form.get("post_login_redirect_uri", "")
        if redirect and not is_local(redirect):
            return _not_local(redirect)
        if not _is_own(request, form.get("nonce", "")):
            return await self._listed(request, redirect, problem=STALE, status=403)
        try:
            id_token = await self._people.id_token(form.get("user", ""))
        except SignInRefusedError as refusal:
            return await self._listed(request, redirect, problem=str(refusal), status=403)
        return await self._begun(request, id_token, redirect or SIGNED_IN)

    async def _begun(self, request: Request, id_token: str, path: str) -> Response:
        principal = client_principal.of(await self._tokens.claims(id_token))
        self._sessions.end(cookies.named(request, SESSION_COOKIE))
        answer = RedirectResponse(path, SEE_OTHER, headers=sign_in_page.HEADERS)
        # Not `secure`, as App Service has it: a laptop's host speaks plain HTTP.
        session_id = self._sessions.begin(principal, id_token)
        answer.set_cookie(SESSION_COOKIE, session_id, httponly=True, samesite="lax", path="/")
        return answer

    async def _listed(
        self, request: Request, redirect: str, *, search: str = "", problem: str = "", status: int = 200
    ) -> Response:
        nonce, session = _nonce(request), self.session(request)
        form = SignInForm(
            people=await self._people.search(search),
            nonce=nonce,
            redirect=redirect,
            search=search,
            signed_in=session.principal.name if session else "",
            problem=problem,
        )
        answer = sign_in_page.sign_in(form, status)
        answer.set_cookie(NONCE_COOKIE, nonce, httponly=True, samesite="strict", path=LOGIN)
        return answer

    async def _entered(self, request: Request) -> Response:
        if not (session := self.session(request)):
            return sign_in_page.message("You are not signed in", "Sign in first.")
        return sign_in_page.message("You are signed in", f"As {session.principal.name}. You can close this page.")

    async def _leave(self, request: Request) -> Response:
        path = request.query_params.get("post_logout_redirect_uri", "") or SIGNED_OUT
        if not is_local(path):
            return _not_local(path)
        self._sessions.end(cookies.named(request, SESSION_COOKIE))
        answer = RedirectResponse(path, headers=sign_in_page.HEADERS, status_code=302)
        answer.delete_cookie(SESSION_COOKIE, path="/", httponly=True, samesite="lax")
        return answer

    async def _left(self, _: Request) -> Response:
        return sign_in_page.message("You have signed out", "You can close this page, or sign in as somebody else.")

    async def _me(self, request: Request) -> Response:
        if not (session := self.session(request)):
            return Response(status_code=401)
        about = {
            "provider_name": client_principal.PROVIDER,
            "user_id": session.principal.name,
            "user_claims": [{"typ": claim.typ, "val": claim.val} for claim in session.principal.claims],
            "id_token": session.id_token,
        }
        return JSONResponse([about], headers={"Cache-Control": "no-store"})


def tenant_away(error: httpx.HTTPError) -> Response:
    """Return the answer when the tenant does not give one."""
    return PlainTextResponse(f"The simulated tenant does not answer ({error}). Is the stand still running?\n", 500)


async def _form(request: Request) -> dict[str, str]:
    """Return the fields of a form; nothing for a body that is no form or too large."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_FORM:
            return {}
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))


def _nonce(request: Request) -> str:
    """Return the nonce of a page that this browser has open already, or a new one."""
    known = (each for each in cookies.named(request, NONCE_COOKIE) if _NONCE.fullmatch(each))
    return next(known, "") or secrets.token_urlsafe(32)


def _is_own(request: Request, nonce: str) -> bool:
    """Whether the form is of a page that this browser was given: it repeats the cookie, and no other site sent it."""
    given = cookies.named(request, NONCE_COOKIE)
    repeated = any(each and compare_digest(each.encode(), nonce.encode()) for each in given)
    return repeated and not request_origin.is_foreign(request)


def _not_local(path: str) -> Response:
    text = f"“{path}” is no path of this site, and signing in and out lead nowhere else. Give one that begins with /."
    return sign_in_page.message("Not a path of this site", text, 400)
