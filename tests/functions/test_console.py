"""The console's doors: the page and its files, for anybody, under a policy that lets nothing else run."""

import gzip
import re

import pytest

from functions import console
from shared.console import assets
from tests.functions.visit import behind, call, told

FILES = assets.read()


async def test_the_page_is_for_anybody() -> None:
    """It holds nothing of anybody; who is not signed in is led to the sign-in by it."""
    page = await call(console.show_console, behind(), headers={})

    assert (page.status_code, page.mimetype, page.get_body()) == (200, "text/html", FILES.page.body)


async def test_nothing_but_the_desks_own_files_runs_on_it() -> None:
    """Nor is it put into a frame, or let turn text into markup."""
    page = await call(console.show_console, behind(), headers={})
    policy = dict(part.strip().split(" ", 1) for part in page.headers["Content-Security-Policy"].split(";"))

    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "connect-src": "'self'",
        "img-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cross-Origin-Opener-Policy"] == "same-origin"


async def test_the_page_names_files_that_are_there_and_never_change() -> None:
    """By a fingerprint of their content, so that a browser asks for them once."""
    text = (await call(console.show_console, behind(), headers={})).get_body().decode()
    named = re.findall(r'"/console/([^"/]+)/([^"]+)"', text)
    answers = [
        await call(console.show_console_asset, behind(), headers={}, fingerprint=each, asset=name)
        for each, name in named
    ]

    assert len(named) >= 3
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.headers["Cache-Control"] for answer in answers} == {"public, max-age=31536000, immutable"}


@pytest.mark.parametrize(
    ("fingerprint", "asset"), [("0000000000000000", "console.js"), (FILES.fingerprint, "../assets.py")]
)
async def test_what_is_not_there_is_said_to_be_not_there(fingerprint: str, asset: str) -> None:
    """Neither a file of another deployment, nor one beside the folder."""
    answer = await call(console.show_console_asset, behind(), headers={}, fingerprint=fingerprint, asset=asset)

    assert (answer.status_code, told(answer)["field"]) == (404, "asset")


@pytest.mark.parametrize(
    ("accepted", "packed"),
    [("gzip, deflate, br", True), ("gzip;q=0.5", True), ("br, gzip;q=0", False), ("identity", False), ("", False)],
)
async def test_who_takes_gzip_gets_it(accepted: str, packed: bool) -> None:  # noqa: FBT001 - a row of the table
    """The same bytes, a third of the weight."""
    page = await call(console.show_console, behind(), headers={"accept-encoding": accepted})
    body = gzip.decompress(page.get_body()) if packed else page.get_body()

    assert (page.headers.get("Content-Encoding"), page.headers["Vary"]) == (
        "gzip" if packed else None,
        "Accept-Encoding",
    )
    assert body == FILES.page.body


async def test_a_page_that_is_there_is_not_sent_again() -> None:
    """The browser asks each time, and mostly has it."""
    first = await call(console.show_console, behind(), headers={})
    again = await call(console.show_console, behind(), headers={"if-none-match": first.headers["ETag"]})

    assert (again.status_code, again.get_body(), first.headers["Cache-Control"]) == (304, b"", "no-cache")
