"""Which bodies are taken: JSON, of a bounded size, and not from the page of another site."""

from typing import Any

import pytest

from functions import approvals, requests
from functions.body import LARGEST
from functions.doors import Verb
from tests.functions.visit import ADELE, OPERATOR, SESSION, TOKEN, behind, call, signed_in, submitted, told

EVERY = pytest.mark.parametrize("verb", [requests.submit_request, approvals.approve_request, approvals.reject_request])
ASKED = {"id": "INC-1001", "user": ADELE, "actions": ["revokeSessions"]}


async def send(verb: Verb, headers: dict[str, str], body: Any = None) -> tuple[Any, bool]:
    """Return the answer to a body, and whether the desk was asked anything."""
    premises = behind(submitted())
    body = body or (ASKED if verb is requests.submit_request else {"comment": "Seen."})
    sent = {**signed_in(OPERATOR), "if-match": '"v-1"', **headers}
    answer = await call(verb, premises, headers=sent, body=body, id="INC-1001")
    return answer, bool(premises.part.asked)


@EVERY
@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "application/json; charset=utf-8",
        'Application/JSON;charset="UTF-8"',
        "application/vnd.mfa-desk+json",
    ],
)
@pytest.mark.parametrize("way", [TOKEN, SESSION])
async def test_json_is_taken_under_all_its_names(verb: Verb, content_type: str, way: dict[str, str]) -> None:
    """The type may name its charset, which is UTF-8 anyway."""
    answer, asked = await send(verb, {**way, "content-type": content_type})

    assert (answer.status_code in (200, 201), asked) == (True, True)


@EVERY
@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=utf-16",
        "application/jsonp",
        "text/plain, application/json",
        "text/json",
    ],
)
@pytest.mark.parametrize("way", [TOKEN, SESSION])
async def test_another_type_is_not_taken(verb: Verb, content_type: str, way: dict[str, str]) -> None:
    """A form of another site can send the first three without being asked."""
    answer, asked = await send(verb, {**way, "content-type": content_type})

    assert (answer.status_code, told(answer)["field"], asked) == (415, "Content-Type", False)


@EVERY
async def test_a_program_may_leave_the_type_out(verb: Verb) -> None:
    """Whoever has a token has not been sent by somebody else's page."""
    _, asked = await send(verb, TOKEN)

    assert asked


@EVERY
async def test_a_browser_may_not_leave_the_type_out(verb: Verb) -> None:
    """A page of another site can send a body without a type, and the browser adds the session."""
    answer, asked = await send(verb, {**SESSION, "content-type": ""})

    assert (answer.status_code, asked) == (415, False)


@EVERY
@pytest.mark.parametrize(
    "page",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site", "origin": "https://other.example"},
        {"sec-fetch-site": "same-origin,cross-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "https://desk.example.evil.example"},
        {"origin": "https://desk.example:444"},
        {"origin": "https://["},
        {"origin": ""},
    ],
)
async def test_a_page_of_another_site_cannot_use_the_session(verb: Verb, page: dict[str, str]) -> None:
    """The browser says where it comes from; the cookie alone is not relied on."""
    answer, asked = await send(verb, {**SESSION, **page})

    assert (answer.status_code, told(answer)["type"], asked) == (403, "urn:mfa-desk:problem:foreignPage", False)


@EVERY
@pytest.mark.parametrize(
    "page",
    [
        {"sec-fetch-site": "same-origin", "origin": "https://desk.example"},
        {"sec-fetch-site": "same-origin", "origin": "https://behind.a.proxy.example"},
        {"origin": "https://desk.example"},
        {},
    ],
)
async def test_the_desks_own_page_can_use_the_session(verb: Verb, page: dict[str, str]) -> None:
    """What the browser says of the site holds, also behind a proxy under another name."""
    _, asked = await send(verb, {**SESSION, **page})

    assert asked


@EVERY
@pytest.mark.parametrize("page", [{"sec-fetch-site": "cross-site"}, {"origin": "https://other.example"}])
async def test_a_page_with_a_token_of_its_own_may_come_from_elsewhere(verb: Verb, page: dict[str, str]) -> None:
    """No browser adds a bearer token by itself, and none sends it elsewhere without asking (CORS)."""
    _, asked = await send(verb, {**TOKEN, **page})

    assert asked


@EVERY
@pytest.mark.parametrize("authorization", ["Basic bGVlOnBhc3M=", "Bearer", "", "bearertoken"])
async def test_other_credentials_make_no_program_of_a_browser(verb: Verb, authorization: str) -> None:
    """A browser sends some of them by itself."""
    headers = {**SESSION, "authorization": authorization, "sec-fetch-site": "cross-site"}

    answer, asked = await send(verb, headers)

    assert (answer.status_code, asked) == (403, False)


@EVERY
async def test_a_body_that_is_too_large_is_not_read(verb: Verb) -> None:
    """No request needs as much, and a queue message could not carry it."""
    answer, asked = await send(verb, TOKEN, b" " * (LARGEST + 1))

    assert (answer.status_code, told(answer)["type"], asked) == (413, "urn:mfa-desk:problem:tooLarge", False)


@EVERY
async def test_a_body_of_the_largest_size_is_read(verb: Verb) -> None:
    """The limit belongs to what is taken; white space counts."""
    small = b'{"comment":"Seen."}'
    if verb is requests.submit_request:
        small = b'{"user":"adele.vance@contoso.com","actions":["revokeSessions"]}'

    _, asked = await send(verb, TOKEN, small.ljust(LARGEST))

    assert asked
