"""Who calls, from what App Service Authentication tells: believed only where it stands before the app."""

import base64
import json
from typing import Any

import pytest

from shared.authority import Authority
from shared.caller import Caller, NotSignedInError, caller_of
from shared.roles import AUTHENTICATION_ADMINISTRATOR, GLOBAL_READER, PRIVILEGED_AUTHENTICATION_ADMINISTRATOR

TENANT = "0f6c1e0a-6b1c-4a51-9d43-1a2b3c4d5e6f"
LEE = "7a8bdf04-4c51-4c95-97ae-692d37d8074a"
OTHER = "11111111-2222-4333-8444-555555555555"
CLIENT = "5f0e5d1c-3c52-4b38-9a5e-0a4d7ad5a7c1"
LONG_ROLE = "http://schemas.microsoft.com/ws/2008/06/identity/claims/role"
LONG_OID = "http://schemas.microsoft.com/identity/claims/objectidentifier"
LONG_TID = "http://schemas.microsoft.com/identity/claims/tenantid"
LONG_SCP = "http://schemas.microsoft.com/identity/claims/scope"
LONG_UPN = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn"
SHORT = (("oid", LEE), ("tid", TENANT), ("scp", "user_impersonation"), ("preferred_username", "lee.gu@contoso.com"))
APP_ONLY = (("oid", LEE), ("tid", TENANT), ("azp", CLIENT), ("roles", "MfaDesk.Operator"))

Claims = tuple[tuple[str, Any], ...]


def headers(claims: Claims = SHORT, **principal: Any) -> dict[str, str]:
    """Return the header as the platform writes it."""
    told = {
        "auth_typ": "aad",
        "name_typ": "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name",
        "role_typ": LONG_ROLE,
        "claims": [{"typ": typ, "val": val} for typ, val in claims],
        **principal,
    }
    return {"x-ms-client-principal": base64.b64encode(json.dumps(told).encode()).decode()}


def called(sent: dict[str, str], tenant_id: str = TENANT) -> Caller:
    """Return who calls where App Service Authentication is on."""
    return caller_of(sent, authentication_enabled=True, tenant_id=tenant_id)


def refusal(sent: dict[str, str], tenant_id: str = TENANT) -> str:
    """Return why that is nobody."""
    with pytest.raises(NotSignedInError) as refused:
        called(sent, tenant_id)
    return str(refused.value)


def test_a_person_is_known_by_object_id_and_shown_by_name() -> None:
    """The id decides; the name is what people read."""
    assert called(headers()) == Caller(id=LEE, name="lee.gu@contoso.com")


def test_claims_under_their_long_names_say_the_same() -> None:
    """The platform's default mapping renames some of them."""
    claims = ((LONG_OID, LEE), (LONG_TID, TENANT), (LONG_SCP, "user_impersonation"), (LONG_UPN, "lee.gu@contoso.com"))

    assert called(headers(claims)) == called(headers())


@pytest.mark.parametrize("typ", ["roles", LONG_ROLE])
def test_app_roles_give_authority_under_either_name(typ: str) -> None:
    """The claim is called `roles` although role_typ says otherwise; one element for each role."""
    claims = (*SHORT, (typ, "MfaDesk.Auditor"), (typ, "MfaDesk.Operator"))

    assert called(headers(claims)).authority is Authority.OPERATOR


def test_app_roles_give_authority_under_the_name_that_the_header_tells() -> None:
    """An operator can have configured another claim for roles."""
    sent = headers((*SHORT, ("desk_roles", "MfaDesk.Operator")), role_typ="desk_roles")

    assert called(sent).authority is Authority.OPERATOR


@pytest.mark.parametrize(
    ("wids", "expected"),
    [
        pytest.param((GLOBAL_READER,), Authority.AUDITOR, id="reader"),
        pytest.param((AUTHENTICATION_ADMINISTRATOR,), Authority.OPERATOR, id="authentication administrator"),
        pytest.param(
            (GLOBAL_READER, PRIVILEGED_AUTHENTICATION_ADMINISTRATOR), Authority.PRIVILEGED_OPERATOR, id="the highest"
        ),
        pytest.param(("b79fbf4d-3ef9-4689-8143-76b194e85509",), Authority.NONE, id="everybody"),
    ],
)
def test_directory_roles_give_authority(wids: tuple[str, ...], expected: Authority) -> None:
    """`wids` are the template ids of the directory roles that are active over the tenant."""
    claims = (*SHORT, *(("wids", role) for role in wids))

    assert called(headers(claims)).authority is expected


def test_somebody_without_a_role_has_signed_in_all_the_same() -> None:
    """Who calls and what they may are two questions."""
    assert called(headers()).authority is Authority.NONE


@pytest.mark.parametrize("typ", ["groups", "scp_roles", "Roles", "role"])
def test_a_role_in_another_claim_counts_for_nothing(typ: str) -> None:
    """Only the claims that Entra fills with app roles are looked at."""
    assert called(headers((*SHORT, (typ, "MfaDesk.PrivilegedOperator")))).authority is Authority.NONE


def test_an_app_role_is_no_directory_role() -> None:
    """A template id among the app roles, or a role's name among the wids, gives nothing."""
    claims = (*SHORT, ("roles", AUTHENTICATION_ADMINISTRATOR), ("wids", "MfaDesk.Operator"))

    assert called(headers(claims)).authority is Authority.NONE


def test_a_token_without_scope_and_name_is_an_application() -> None:
    """An application is shown by its client id."""
    assert called(headers(APP_ONLY)) == Caller(id=LEE, name=CLIENT, authority=Authority.OPERATOR, is_application=True)


def test_the_client_id_of_an_older_token_is_read_too() -> None:
    """Tokens of version 1.0 call it appid."""
    claims = (("oid", LEE), ("tid", TENANT), ("appid", CLIENT))

    assert called(headers(claims)).name == CLIENT


@pytest.mark.parametrize("kind", ["app", "device"])
def test_what_the_token_says_of_its_kind_counts_before_all(kind: str) -> None:
    """`idtyp` is there where the operator has configured it; whatever is no user counts as an application."""
    assert called(headers((*SHORT, ("idtyp", kind)))).is_application


def test_a_person_without_a_name_is_a_person_where_the_token_says_so() -> None:
    """`idtyp` user needs no name beside it."""
    claims = (("oid", LEE), ("tid", TENANT), ("idtyp", "user"))

    assert called(headers(claims)) == Caller(id=LEE)


def test_a_session_of_the_sign_in_page_is_a_person() -> None:
    """It comes of an ID token, which has no scope and a name."""
    claims = (("oid", LEE), ("tid", TENANT), ("name", "Lee Gu"))

    assert called(headers(claims)) == Caller(id=LEE, name="Lee Gu")


def test_the_user_principal_name_is_shown_before_the_plain_one() -> None:
    """A display name alone would not tell two people apart."""
    claims = (("name", "Lee Gu"), *SHORT)

    assert called(headers(claims)).name == "lee.gu@contoso.com"


def test_object_and_tenant_ids_are_compared_in_lower_case() -> None:
    """Ids are GUIDs, which nobody writes twice alike; Graph has them in lower case."""
    claims = (("oid", LEE.upper()), ("tid", TENANT.upper()))

    assert called(headers(claims)).id == LEE


@pytest.mark.parametrize("name", ["X-MS-CLIENT-PRINCIPAL", "X-Ms-Client-Principal"])
def test_the_header_is_found_in_whatever_case(name: str) -> None:
    """Header names have no case."""
    assert called({name: headers()["x-ms-client-principal"]}).id == LEE


def test_other_headers_and_claims_say_nothing() -> None:
    """The shorter headers beside it are not looked at, nor is a claim without a value."""
    sent = headers((*SHORT, ("aio", None)), val_typ="x") | {
        "x-ms-client-principal-id": OTHER,
        "x-ms-client-principal-name": "a@b",
    }

    assert called(sent) == called(headers())


def test_the_header_is_not_believed_without_app_service_authentication() -> None:
    """Without it the header comes from whoever calls."""
    with pytest.raises(NotSignedInError, match="App Service Authentication is switched off"):
        caller_of(headers(), authentication_enabled=False, tenant_id=TENANT)


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param({}, id="no header"),
        pytest.param({"x-ms-client-principal": ""}, id="an empty one"),
        pytest.param({"x-ms-client-principal-name": "lee.gu@contoso.com"}, id="only its neighbour"),
        pytest.param({**headers(), "X-MS-CLIENT-PRINCIPAL": headers(APP_ONLY)["x-ms-client-principal"]}, id="two"),
    ],
)
def test_a_caller_without_the_one_header_is_not_signed_in(sent: dict[str, str]) -> None:
    """App Service Authentication lets those pass who are not signed in, without the header."""
    assert refusal(sent) == "You are not signed in; send a token of Microsoft Entra for this desk, or sign in."


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("%%%", id="no base64"),
        pytest.param("ünïcode", id="no ASCII"),
        pytest.param(headers()["x-ms-client-principal"] * 2, id="two in one"),
        pytest.param(f"{headers()['x-ms-client-principal']},{headers()['x-ms-client-principal']}", id="two joined"),
        pytest.param(base64.b64encode(b"\xff\xfe").decode(), id="no UTF-8"),
        pytest.param(base64.b64encode(b"not JSON").decode(), id="no JSON"),
        pytest.param(base64.b64encode(b"[]").decode(), id="no object"),
        pytest.param(base64.b64encode(b'{"auth_typ":"aad"}').decode(), id="no claims"),
        pytest.param(base64.b64encode(b'{"auth_typ":"aad","claims":[{"typ":1}]}').decode(), id="a claim of no name"),
        pytest.param(base64.b64encode(b'{"x":' + b"[" * 20_000).decode(), id="endless depth"),
    ],
)
def test_a_header_that_cannot_be_read_is_nobody(text: str) -> None:
    """Nothing is guessed from a part of it."""
    assert "cannot be read" in refusal({"x-ms-client-principal": text})


@pytest.mark.parametrize("provider", ["google", "AAD", "", "facebook"])
def test_another_identity_provider_vouches_for_nobody(provider: str) -> None:
    """An object id of somebody else's means nothing here."""
    assert "elsewhere than with Microsoft Entra" in refusal(headers(auth_typ=provider))


@pytest.mark.parametrize("oid", ["", "lee.gu@contoso.com", f"{LEE}/../x", f"{LEE}\n"])
def test_without_an_object_id_it_is_nobody(oid: str) -> None:
    """What becomes part of the desk's records and of Graph's addresses is an id and nothing else."""
    assert "claim 'oid'" in refusal(headers((("oid", oid), ("tid", TENANT))))


def test_an_account_without_an_object_id_is_nobody() -> None:
    """The subject of the token is no substitute: it is another one in every application."""
    assert "claim 'oid'" in refusal(headers((("tid", TENANT), ("sub", LEE))))


def test_without_a_tenant_it_is_nobody() -> None:
    """An object id means something in its tenant only."""
    assert "claim 'tid'" in refusal(headers((("oid", LEE),)))


def test_another_tenant_is_nobody() -> None:
    """Also where the platform would let people of every tenant sign in."""
    assert "another tenant" in refusal(headers((("oid", LEE), ("tid", OTHER))))


@pytest.mark.parametrize("tid", [TENANT, ""])
def test_a_desk_without_a_tenant_takes_nobody(tid: str) -> None:
    """A missing setting does not open the door, neither to everybody nor to those without a tenant."""
    assert "'TENANT_ID'" in refusal(headers((("oid", LEE), ("tid", tid))), tenant_id="")


@pytest.mark.parametrize(
    "claims",
    [
        pytest.param((*SHORT, ("oid", OTHER)), id="two object ids"),
        pytest.param((*SHORT, (LONG_OID, OTHER)), id="one under each name"),
        pytest.param((*SHORT, ("tid", OTHER)), id="two tenants"),
        pytest.param((*SHORT, ("idtyp", "app"), ("idtyp", "user")), id="two kinds"),
        pytest.param((*APP_ONLY, ("appid", OTHER)), id="two clients"),
    ],
)
def test_claims_that_contradict_each_other_are_nobody(claims: Claims) -> None:
    """Where two answers are given to who it is, none of them is taken."""
    assert "more than one claim" in refusal(headers(claims))
