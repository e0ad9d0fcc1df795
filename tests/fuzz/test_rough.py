"""What no client of the description would send: broken, huge, doubled, forged. Each gets a problem, and none a 500."""

import base64
import gzip
import http.client
import json
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from tests.fuzz.conftest import ADELE, NESTOR, Target

pytestmark = pytest.mark.stand

REQUEST = {"user": ADELE, "actions": ["revokeSessions"], "dryRun": True}
BODY = json.dumps(REQUEST).encode()
POSTS = ["requests", "requests/none/approval", "requests/none/rejection"]


def post(target: Target, path: str, body: bytes, *headers: tuple[str, str]) -> tuple[int, dict[str, Any]]:
    """Return status and problem of a body sent as JSON; a header may be there twice."""
    sent = [*target.privileged_operator.items(), ("Content-Type", "application/json"), ("If-Match", '"x"')]
    return raw(target, "POST", path, body, [*(pair for pair in sent if pair[0] not in dict(headers)), *headers])


def raw(
    target: Target, method: str, path: str, body: bytes, headers: list[tuple[str, str]]
) -> tuple[int, dict[str, Any]]:
    """Return status and body of a call of exactly those headers."""
    connection = http.client.HTTPConnection(target.url.removeprefix("http://"), timeout=30)
    try:
        connection.putrequest(method, f"/api/{path}")
        for name, value in headers:
            connection.putheader(name, value)
        connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        response = connection.getresponse()
        return response.status, json.loads(response.read() or b"{}")
    finally:
        connection.close()


@pytest.mark.parametrize("path", POSTS)
@settings(max_examples=20, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(body=st.binary(min_size=1, max_size=200))
@example(body=b"\x00")
@example(body=b"nul")
@example(body=b'{"user":')
@example(body=b'{"user":"\\ud800"}')
@example(body=b'{"comment":"\\udfff"}')
@example(body=b"[" * 60_000)
@example(body=b'{"verification":' * 4_000)
@example(body=b'{"x":' + b"[" * 60_000)
@example(body=b"1e999999")
@example(body=BODY.decode().encode("utf-16"))
@example(body=BODY.decode().encode("utf-32"))
@example(body=gzip.compress(BODY))
def test_a_body_that_is_none_is_refused(target: Target, path: str, body: bytes) -> None:
    """Wherever it breaks off, and however deep it goes."""
    assume(body.strip() != b"{}")  # a decision without a comment, which is one
    status, problem = post(target, path, body)

    assert (status, problem["status"]) == (400, 400)


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("size", [65_537, 1_000_000])
def test_a_body_that_is_too_large_is_refused(target: Target, path: str, size: int) -> None:
    """Whatever stands in it."""
    status, problem = post(target, path, BODY.ljust(size))

    assert (status, problem["type"]) == (413, "urn:mfa-desk:problem:tooLarge")


@pytest.mark.parametrize(
    ("header", "values", "status", "field"),
    [
        ("Content-Type", ["application/json", "text/plain"], 415, "Content-Type"),
        ("Content-Type", ["application/json", "application/json"], 415, "Content-Type"),
        ("Content-Type", ["application/json; charset=latin-1"], 415, "Content-Type"),
        ("Content-Type", ["application/json\t;\tcharset=utf-8\t; charset=utf-7"], 415, "Content-Type"),
        ("If-Match", ['"x"', '"y"'], 400, "If-Match"),
        ("If-Match", ['W/"x"'], 400, "If-Match"),
        ("If-Match", ['"\xe4"'], 400, "If-Match"),
        ("If-Match", [f'"{"x" * 5_000}"'], 400, "If-Match"),
    ],
)
def test_a_header_that_is_there_twice_or_is_odd_is_named(
    target: Target, header: str, values: list[str], status: int, field: str
) -> None:
    """Which of two would count is not guessed."""
    found, problem = post(target, "requests/none/approval", b"{}", *((header, value) for value in values))

    assert (found, problem["field"]) == (status, field)


@pytest.mark.parametrize("values", [["respond-async", "respond-async"], ["\xe4"], [","], [";;;", "=respond-async"]])
def test_an_odd_preference_breaks_nothing(target: Target, values: list[str]) -> None:
    """What is no preference the desk knows is passed over (RFC 7240)."""
    status, _ = post(target, "requests", BODY, *(("Prefer", value) for value in values))

    assert status in {201, 202}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("day=2026-11-23&day=2026-11-24", "day"),
        ("day=2026-11-23,2026-11-24", "day"),
        ("status=running&status=deferred", "status"),
        ("user=%FF%FE", "user"),
        ("user=", "user"),
        ("day=%00", "day"),
        ("day=2026-13-40", "day"),
        ("day=2026-02-30", "day"),
        ("day=0000-01-01", "day"),
        ("%00=1", "\x00"),
        ("day[]=2026-11-23", "day[]"),
        ("DAY=2026-11-23", "DAY"),
    ],
)
def test_an_odd_query_is_named(target: Target, query: str, field: str) -> None:
    """Doubled, empty, not text, or not quite the name: the list it would give is not what was asked for."""
    status, problem = raw(target, "GET", f"requests?{query}", b"", [*target.privileged_operator.items()])

    assert (status, problem["field"]) == (400, field)


@pytest.mark.parametrize("path", ["requests/{}", "requests/{}/approval", "requests/{}/rejection"])
@pytest.mark.parametrize("request_id", ["a'b", "a%20b", "x" * 65, "%00", "%C3%BC", "a%0A", "a%2Fb", "'%20or%20true"])
def test_an_odd_id_is_named(target: Target, path: str, request_id: str) -> None:
    """It does not become part of a query of the storage, which would have another answer for each."""
    verb = "GET" if path.endswith("}") else "POST"
    body = b"" if verb == "GET" else b'{"comment":"Seen."}'
    sent = [*target.privileged_operator.items(), ("Content-Type", "application/json"), ("If-Match", '"x"')]
    status, problem = raw(target, verb, path.format(request_id), body, sent)

    assert (status, problem["field"]) == (400, "id")


@pytest.mark.parametrize("name", ["X-MS-CLIENT-PRINCIPAL", "x-ms-client-principal", "X-Ms-Client-Principal"])
def test_a_principal_that_the_caller_writes_is_nobody(target: Target, name: str) -> None:
    """App Service Authentication removes what it has not written itself."""
    facts = target.tenant.facts()
    claims = [("oid", target.tenant.person(NESTOR).id), ("tid", facts.id), ("roles", "MfaDesk.PrivilegedOperator")]
    told = {"auth_typ": "aad", "claims": [{"typ": typ, "val": val} for typ, val in claims]}
    forged = base64.b64encode(json.dumps(told).encode()).decode()

    assert raw(target, "GET", "requests", b"", [(name, forged)])[0] == 401


def test_a_principal_that_the_caller_writes_adds_nothing_to_their_own(target: Target) -> None:
    """Somebody who has signed in does not become somebody else by a header."""
    told = {"auth_typ": "aad", "claims": [{"typ": "roles", "val": "MfaDesk.PrivilegedOperator"}]}
    forged = base64.b64encode(json.dumps(told).encode()).decode()
    sent = [*target.nobody.items(), ("X-MS-CLIENT-PRINCIPAL", forged)]

    assert raw(target, "GET", "requests", b"", sent)[0] == 403


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "OPTIONS", "POST"])
def test_what_has_no_door_is_not_found(target: Target, method: str) -> None:
    """A method that a route has not is the host's business: it answers like for no route at all."""
    response = httpx.request(method, f"{target.url}/api/me", headers=target.privileged_operator, timeout=30)

    assert response.status_code == 404
