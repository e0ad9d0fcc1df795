"""Signing an administrator in."""

import asyncio
import threading
import time

import jwt
import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError

from tests.tools.desk import Administrator as Tool
from tools.delegate.sign_in import Administrator, Application, SignIn, SignInError, administrator, given_token

NOW = 1_800_000_000.0
KEY = b"k" * 32
APPLICATION = Application(endpoint="https://graph.microsoft.com", permissions=("User.Read",))


def _token(expires: float) -> str:
    return jwt.encode({"exp": int(expires)}, KEY, algorithm="HS256")


async def test_somebody_is_asked_once_however_many_calls_wait() -> None:
    """Ten calls at once open one browser."""
    asked = list[str]()

    def ask() -> AccessToken:
        asked.append(threading.current_thread().name)
        return AccessToken("token", int(NOW + 3600))

    somebody = Administrator(ask, lambda: NOW)
    tokens = await asyncio.gather(*(somebody.get_token("x") for _ in range(10)))

    assert {token.token for token in tokens} == {"token"}
    assert len(asked) == 1
    assert asked[0] != threading.main_thread().name


async def test_a_token_near_its_end_is_renewed() -> None:
    """A run may take longer than a token lasts."""
    tokens = iter([AccessToken("old", int(NOW + 60)), AccessToken("new", int(NOW + 3600))])
    somebody = Administrator(lambda: next(tokens), lambda: NOW)

    assert [(await somebody.get_token("x")).token for _ in range(3)] == ["old", "new", "new"]


async def test_a_sign_in_that_fails_is_one_sentence() -> None:
    """The first line of the reason, and what to do."""

    def ask() -> AccessToken:
        raise ClientAuthenticationError("Authentication failed: cancelled.\nTrace ID: 1\nTimestamp: 2")

    with pytest.raises(SignInError, match=r"^Nobody could sign in: Authentication failed: cancelled\. Try again"):
        await Administrator(ask).get_token("x")


@pytest.mark.parametrize("way", [SignIn.BROWSER, SignIn.DEVICE_CODE, SignIn.CLI, SignIn.TOKEN])
def test_every_way_is_there_and_asks_nobody_yet(way: SignIn) -> None:
    """The real credential classes take what they are given."""
    assert isinstance(administrator(way, APPLICATION, {}, lambda _: None), Administrator)


def test_a_given_token_is_used_to_its_end() -> None:
    """It cannot be renewed, so that no early renewal is tried; one that nobody can read is believed for an hour."""
    assert given_token(f" {_token(NOW + 900)}\n", NOW).expires_on >= NOW + 900
    assert given_token("opaque", NOW).expires_on > NOW


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "GRAPH_ACCESS_TOKEN is empty"),
        ("two words", "holds no access token"),
        ("tökén", "holds no access token"),
        (_token(NOW - 1), "expired at 2027-01-15 07:59 UTC; obtain a new one"),
    ],
)
def test_what_is_no_token_is_refused(text: str, complaint: str) -> None:
    """Before Graph is asked."""
    with pytest.raises(SignInError, match=complaint):
        given_token(text, NOW)


def test_no_token_at_all_ends_with_2(admin: Tool) -> None:
    """And a sentence which names the setting."""
    admin.token = ""

    assert admin("list", "all") == 2
    assert admin.printed.startswith("GRAPH_ACCESS_TOKEN is empty")


def test_a_token_that_expired_is_said_with_its_time(admin: Tool) -> None:
    """No call is made with it."""
    admin.token = _token(time.time() - 60)

    assert admin("list", "all") == 2
    assert "expired at" in admin.printed
    assert admin.tenant.trace() == []


def test_a_token_that_graph_does_not_take_is_said(admin: Tool) -> None:
    """For instance one of another Graph."""
    admin.token = _token(time.time() + 600)

    assert admin("list", "all") == 2
    assert "Graph answered 401 InvalidAuthenticationToken" in admin.printed
