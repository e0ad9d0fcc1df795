"""App Service Authentication before the app: who calls, by which token, and who is not believed."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from starlette.types import Receive, Scope, Send

from local.tenant.entra_key import SigningKey
from local.tenant.entra_tokens import EntraTokens
from local.tenant.tokens import Consent, Tokens
from tests.local.host.guarded import LEE, Guarded, Issuer

OBJECT_ID = "http://schemas.microsoft.com/identity/claims/objectidentifier"
SCOPE = "http://schemas.microsoft.com/identity/claims/scope"
ROLE = "http://schemas.microsoft.com/ws/2008/06/identity/claims/role"
ZOE = "zoë.müller@contoso.com"


async def test_caller_who_is_not_signed_in_passes_as_nobody(guarded: Guarded) -> None:
    """The app decides what to do with them: nothing says who they are."""
    answer = await guarded.get()

    assert answer.status_code == 200
    assert guarded.told == {}


@pytest.mark.parametrize("name", ["X-MS-CLIENT-PRINCIPAL", "x-ms-client-principal-id", "X-Ms-Token-Aad-Id-Token"])
async def test_forged_header_is_removed(guarded: Guarded, name: str) -> None:
    """In any case of its letters; web servers write names small, and nothing here depends on it."""

    async def with_names_as_sent(scope: Scope, receive: Receive, send: Send) -> None:
        forged = [(name.encode(), b"forged"), (b"x-msx", b"kept")]
        await guarded.app({**scope, "headers": [*scope["headers"], *forged]}, receive, send)

    async with httpx.AsyncClient(transport=httpx.ASGITransport(with_names_as_sent), base_url="http://desk") as caller:
        await caller.get("/api/echo")

    assert not [each for each in guarded.seen[-1].headers if each.lower().startswith("x-ms-")]
    assert guarded.seen[-1].headers["x-msx"] == "kept"


async def test_forged_header_does_not_stand_beside_the_true_one(guarded: Guarded) -> None:
    """Somebody who is signed in cannot add to what is said of them."""
    forged = [("X-MS-CLIENT-PRINCIPAL-NAME", "patti.fernandez@contoso.com"), ("X-MS-CLIENT-PRINCIPAL", "e30=")]
    await guarded.get(headers=[("Authorization", f"Bearer {guarded.issuer.token()}"), *forged])

    assert guarded.told["x-ms-client-principal-name"] == LEE
    assert guarded.principal["auth_typ"] == "aad"


async def test_bearer_of_a_token_is_told_with_id_name_and_provider(guarded: Guarded) -> None:
    """The object id, the sign-in name and aad stand in headers of their own."""
    lee = guarded.issuer.world.directory.person(LEE)
    await guarded.call(guarded.issuer.token())

    assert lee
    assert {name: value for name, value in guarded.told.items() if name != "x-ms-client-principal"} == {
        "x-ms-client-principal-id": lee.id,
        "x-ms-client-principal-name": LEE,
        "x-ms-client-principal-idp": "aad",
    }


async def test_claims_go_under_the_names_that_the_platform_gives_them(guarded: Guarded) -> None:
    """Some are renamed to long names; roles keep theirs although role_typ says another."""
    await guarded.call(guarded.issuer.token())

    assert guarded.principal["role_typ"] == ROLE
    assert guarded.principal["name_typ"] == "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress"
    assert set(guarded.claims) == {
        *("aud", "iss", "iat", "nbf", "exp", "uti", "ver", "azp", "azpacr", "name", "preferred_username"),
        *("roles", "wids", OBJECT_ID, SCOPE),
        "http://schemas.microsoft.com/identity/claims/tenantid",
        "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier",
    }
    assert guarded.claims[SCOPE] == ["user_impersonation"]


async def test_every_role_is_a_claim_of_its_own(guarded: Guarded) -> None:
    """A list in the token is one element per value."""
    await guarded.call(guarded.issuer.signed(roles=["MfaDesk.Auditor", "MfaDesk.Operator"]))

    assert guarded.claims["roles"] == ["MfaDesk.Auditor", "MfaDesk.Operator"]


async def test_application_has_no_name(guarded: Guarded) -> None:
    """Its object id is its service principal's; there is no scope either."""
    app = next(iter(guarded.issuer.world.directory.apps.values()))
    await guarded.call(guarded.issuer.entra.app_token(app, guarded.issuer.entra.desk).token)

    assert guarded.told["x-ms-client-principal-id"] == app.id
    assert "x-ms-client-principal-name" not in guarded.told
    assert guarded.claims["azp"] == [app.client_id]
    assert SCOPE not in guarded.claims


async def test_names_beyond_ascii_arrive_as_they_are(guarded: Guarded) -> None:
    """In the header as in the claims."""
    await guarded.call(guarded.issuer.token(ZOE))

    assert guarded.told["x-ms-client-principal-name"] == ZOE
    assert guarded.claims["name"] == ["Zoë Müller-Łukasiewicz"]


async def test_header_that_is_not_utf8_arrives_byte_by_byte(guarded: Guarded) -> None:
    """What an old client sends is still text."""
    await guarded.get(headers={"X-Note": "café".encode("latin-1"), "X-Other": "café".encode()})

    assert guarded.seen[-1].headers["x-note"] == "café"
    assert guarded.seen[-1].headers["x-other"] == "café"


async def test_version_1_audience_is_taken_too(guarded: Guarded) -> None:
    """A version 1.0 token names the address of the API instead of the bare app id."""
    desk = guarded.issuer.entra.desk

    assert (await guarded.call(guarded.issuer.signed(f"api://{desk.client_id}"))).status_code == 200


async def test_scheme_is_bearer_in_any_case(guarded: Guarded) -> None:
    """As HTTP has it."""
    await guarded.get(headers={"Authorization": f"bEARER  {guarded.issuer.token()}"})

    assert guarded.told["x-ms-client-principal-name"] == LEE


async def test_other_schemes_are_not_the_platforms_business(guarded: Guarded) -> None:
    """They reach the app, from somebody who is not signed in."""
    await guarded.get(headers={"Authorization": "Basic bGVlOnNlY3JldA=="})

    assert guarded.told == {}
    assert guarded.seen[-1].headers["authorization"] == "Basic bGVlOnNlY3JldA=="


def _part(value: Any) -> str:
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


def _claims(token: str) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims


def _with_other_claims(issuer: Issuer) -> str:
    header, _, signature = issuer.token().split(".")
    return f"{header}.{_part(_claims(issuer.token()) | {'roles': ['MfaDesk.PrivilegedOperator']})}.{signature}"


def _with_other_signature(issuer: Issuer) -> str:
    unsigned, _, signature = issuer.token().rpartition(".")
    return f"{unsigned}.{'B' if signature[0] == 'A' else 'A'}{signature[1:]}"


def _without_signature(issuer: Issuer) -> str:
    return f"{_part({'alg': 'none', 'kid': issuer.key.id})}.{_part(_claims(issuer.token()))}."


def _with_the_public_key_as_secret(issuer: Issuer) -> str:
    """Sign as somebody would who knows the published key and hopes that the header's algorithm is believed."""
    public = issuer.key.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    unsigned = f"{_part({'alg': 'HS256', 'kid': issuer.key.id})}.{_part(_claims(issuer.token()))}"
    return f"{unsigned}.{_part(hmac.digest(public, unsigned.encode(), hashlib.sha256))}"


def _for_graph(issuer: Issuer) -> str:
    person = issuer.world.directory.person(LEE)
    assert person
    tokens = Tokens(b"x" * 32, issuer.world.seed.tenant.id, issuer.world.clock.wall)
    return tokens.issue_for(person, Consent("app", frozenset({"User.Read"}), frozenset()), TENANT, 60)[0]


def _of_another_tenant(issuer: Issuer) -> str:
    tokens = EntraTokens(issuer.key, "72f988bf-86f1-41af-91ab-2d7cd011db47", issuer.world.clock.wall)
    return tokens.issue({"sub": "x"}, issuer.entra.desk.client_id, 60).token


def _with_another_key(issuer: Issuer) -> str:
    tokens = EntraTokens(SigningKey(), issuer.world.seed.tenant.id, issuer.world.clock.wall)
    return tokens.issue({"sub": "x"}, issuer.entra.desk.client_id, 60).token


def _with_another_key_under_the_name_of_the_published_one(issuer: Issuer) -> str:
    return jwt.encode(_claims(issuer.token()), SigningKey().private, "RS256", headers={"kid": issuer.key.id})


def _without_end(issuer: Issuer) -> str:
    claims = {name: value for name, value in _claims(issuer.token()).items() if name != "exp"}
    return jwt.encode(claims, issuer.key.private, "RS256", headers={"kid": issuer.key.id})


def _without_key_id(issuer: Issuer) -> str:
    return jwt.encode(_claims(issuer.token()), issuer.key.private, "RS256")


TENANT = "http://tenant"
FORGERIES: dict[str, Callable[[Issuer], str]] = {
    "nothing": lambda _: "",
    "rubbish": lambda _: "rubbish",
    "not ASCII": lambda _: "tökén.tökén.tökén",
    "a header of thousands of brackets": lambda _: f"{_part(b'[' * 20_000)}.e30.e30",
    "other claims": _with_other_claims,
    "another signature": _with_other_signature,
    "alg none": _without_signature,
    "HS256 with the public key": _with_the_public_key_as_secret,
    "for Graph": _for_graph,
    "signed for Graph by the desk's own issuer": lambda issuer: issuer.signed("https://graph.microsoft.com"),
    "of another tenant": _of_another_tenant,
    "with a key that is not published": _with_another_key,
    "with a key that calls itself the published one": _with_another_key_under_the_name_of_the_published_one,
    "expired": lambda issuer: issuer.signed(lifetime=-1),
    "not valid yet": lambda issuer: issuer.signed(nbf=int(issuer.world.clock.wall()) + 600),
    "without an end": _without_end,
    "without a key id": _without_key_id,
}


@pytest.mark.parametrize("forge", [pytest.param(forge, id=name) for name, forge in FORGERIES.items()])
async def test_token_that_is_not_to_be_believed_is_401(guarded: Guarded, forge: Callable[[Issuer], str]) -> None:
    """From the platform itself: the app does not hear of it."""
    answer = await guarded.get(headers={"Authorization": f"Bearer {forge(guarded.issuer)}".encode()})

    assert (answer.status_code, answer.content) == (401, b"")
    assert answer.headers["www-authenticate"] == 'Bearer realm="desk"'
    assert guarded.seen == []


async def test_two_authorization_headers_are_401(guarded: Guarded) -> None:
    """It would be anybody's guess which one the app looks at."""
    headers = [("Authorization", f"Bearer {guarded.issuer.token()}"), ("Authorization", "Basic bGVlOnNlY3JldA==")]

    assert (await guarded.get(headers=headers)).status_code == 401
    assert guarded.seen == []


async def test_tenant_that_was_started_again_has_another_key(guarded: Guarded) -> None:
    """Its new tokens count at once, and the old ones no longer."""
    old = guarded.issuer.token()
    before = await guarded.call(old)
    guarded.issuer.restart()
    new = await guarded.call(guarded.issuer.token())
    after = await guarded.call(old)

    assert [answer.status_code for answer in (before, new, after)] == [200, 200, 401]


async def test_tenant_that_is_away_is_said(guarded: Guarded) -> None:
    """Nobody can be believed then; those who do not say who they are still pass."""
    token = guarded.issuer.token()
    guarded.issuer.away = True
    answer = await guarded.call(token)

    assert answer.status_code == 500
    assert answer.text.startswith("The simulated tenant does not answer (All connection attempts failed).")
    assert (await guarded.get()).status_code == 200


async def test_known_key_is_not_asked_for_again(guarded: Guarded) -> None:
    """A tenant that goes away does not make good tokens bad."""
    await guarded.call(guarded.issuer.token())
    guarded.issuer.away = True

    assert (await guarded.call(guarded.issuer.token())).status_code == 200


async def test_token_counts_before_the_cookie(guarded: Guarded) -> None:
    """Who sends both is who the token says."""
    await guarded.sign_in()
    await guarded.call(guarded.issuer.token(ZOE))

    assert guarded.told["x-ms-client-principal-name"] == ZOE


async def test_bad_token_is_not_made_good_by_a_cookie(guarded: Guarded) -> None:
    """It is refused, whoever has signed in."""
    await guarded.sign_in()

    assert (await guarded.call("rubbish")).status_code == 401
