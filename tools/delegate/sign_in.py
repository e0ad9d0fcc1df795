"""Signing an administrator in, as themselves: in a browser, by a code, with the Azure CLI, or by a token."""

import asyncio
import base64
import contextlib
import re
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from types import TracebackType
from typing import Any, Final, Self

import msgspec
from azure.core.credentials import AccessToken, TokenCredential
from azure.core.exceptions import AzureError
from azure.identity import AzureCliCredential, DeviceCodeCredential, InteractiveBrowserCredential

TOKEN_SETTING: Final = "GRAPH_ACCESS_TOKEN"  # noqa: S105 - its name
GRAPH_COMMAND_LINE_TOOLS: Final = "14d82eec-204b-4c2f-b7e8-296a70dab67e"
"""Microsoft's own public client for scripts: an administrator can consent to any delegated permission for it."""
_EARLY_SECONDS: Final = 300
_TOKEN_SECONDS: Final = 3600


class SignInError(Exception):
    """Nobody is signed in; says why, and what to do."""


class SignIn(StrEnum):
    """The ways to sign in."""

    BROWSER = "browser"
    DEVICE_CODE = "device-code"
    CLI = "cli"
    TOKEN = "token"  # noqa: S105 - its name


class Administrator:
    """Whoever is signed in, as a credential for Graph; asked once, however many calls wait for it.

    Raises SignInError, which no caller takes for a passing fault of Graph's.
    """

    def __init__(self, ask: Callable[[], AccessToken], now: Callable[[], float] = time.time) -> None:
        self._ask = ask
        self._now = now
        self._lock = asyncio.Lock()
        self._token: AccessToken | None = None

    async def get_token(self, *_scopes: str, **_options: Any) -> AccessToken:
        """Return a token that is good for a while yet. The scopes are those which `ask` was made for."""
        async with self._lock:
            if self._token is None or self._token.expires_on - _EARLY_SECONDS < self._now():
                self._token = await asyncio.to_thread(self._asked)
            return self._token

    def _asked(self) -> AccessToken:
        try:
            return self._ask()
        except AzureError as error:
            reason = str(error).strip().partition("\n")[0].rstrip(".")
            raise SignInError(f"Nobody could sign in: {reason}. Try again, or another --sign-in.") from error

    async def close(self) -> None:
        """Do nothing: there is no connection to give back."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        await self.close()


class Application(msgspec.Struct, frozen=True, kw_only=True):
    """With which application somebody signs in, where, and what for."""

    endpoint: str
    permissions: tuple[str, ...]
    client_id: str = GRAPH_COMMAND_LINE_TOOLS
    tenant_id: str = ""


def administrator(
    way: SignIn, application: Application, environ: Mapping[str, str], say: Callable[[str], None]
) -> Administrator:
    """Return who is signed in that way. Raises SignInError for a token that cannot be one; asks nobody yet."""
    if way is SignIn.TOKEN:
        return Administrator(lambda: given_token(environ.get(TOKEN_SETTING, ""), time.time()))
    if way is SignIn.CLI:
        # The Azure CLI has the permissions that Microsoft gave it: none can be asked for.
        cli = AzureCliCredential(tenant_id=application.tenant_id)
        return Administrator(lambda: cli.get_token(f"{application.endpoint}/.default"))
    person = _person(way, application, say)
    scopes = [f"{application.endpoint}/{permission}" for permission in application.permissions]
    return Administrator(lambda: person.get_token(*scopes))


def _person(way: SignIn, application: Application, say: Callable[[str], None]) -> TokenCredential:
    client_id, tenant_id = application.client_id, application.tenant_id or "organizations"
    if way is SignIn.BROWSER:
        return InteractiveBrowserCredential(client_id=client_id, tenant_id=tenant_id)

    def prompt(address: str, code: str, _expires: datetime) -> None:
        say(f"Open {address} and enter the code {code}.")

    return DeviceCodeCredential(client_id, tenant_id=tenant_id, prompt_callback=prompt)


def given_token(text: str, now: float) -> AccessToken:
    """Return a token that somebody obtained for themselves. Raises SignInError where there is none that still holds."""
    token = text.strip()
    if not token:
        raise SignInError(f"{TOKEN_SETTING} is empty; put an access token for Microsoft Graph into it.")
    if not re.fullmatch(r"[\x21-\x7e]+", token):
        raise SignInError(f"{TOKEN_SETTING} holds no access token: it has blanks or letters which none can have.")
    expires = _expiry(token)
    if expires is not None and expires <= now:
        ended = datetime.fromtimestamp(expires, UTC).strftime("%Y-%m-%d %H:%M UTC")
        raise SignInError(f"The token in {TOKEN_SETTING} expired at {ended}; obtain a new one.")
    # It cannot be renewed, so that it is used to its end.
    return AccessToken(token, int(expires or now + _TOKEN_SECONDS) + _EARLY_SECONDS)


class _Claims(msgspec.Struct, frozen=True):
    exp: float


def _expiry(token: str) -> float | None:
    """Return when a token ends, where it can be read: only for a better sentence, Graph is the judge."""
    payload = [*token.split("."), ""][1]
    with contextlib.suppress(ValueError, msgspec.MsgspecError):
        return msgspec.json.decode(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)), type=_Claims).exp
    return None
