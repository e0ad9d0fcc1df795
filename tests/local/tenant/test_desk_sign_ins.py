"""Tokens for the desk's own API: what Entra says in them of people and of applications."""

from typing import Any
from uuid import UUID

import httpx
import jwt
import pytest
from azure.identity.aio import ManagedIdentityCredential

from local.tenant import seed, sign_in
from local.tenant.control_client import ControlClient, EnterpriseApplication
from local.tenant.process import running
from tests.fixtures.tenant import Tenant
from tests.local.tenant.caller import ADELE, PATTI, Graph, error

LEE = "lee.gu@contoso.com"
GRADY = "grady.archie@contoso.com"
NESTOR = "nestor.wilke@contoso.com"
LIDIA = "lidia.holloway@contoso.com"
ENRICO = "enrico.cattaneo@contoso.com"
ALEX = "alex.wilber@contoso.com"
KIM = "kim.akers_fabrikam.example#EXT#@contoso.com"
EVERYBODY = "b79fbf4d-3ef9-4689-8143-76b194e85509"
GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
PRIVILEGED_ROLE_ADMINISTRATOR = "e8611ab8-c189-46e8-94e1-60213ab1f814"
PRIVILEGED_AUTHENTICATION_ADMINISTRATOR = "7be44c8a-adaf-4e2a-84d6-ab2649e08a13"
OPERATOR = "MfaDesk.Operator"


def _claims(token: str) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims


def _roles(control: ControlClient, who: str) -> list[str]:
    roles: list[str] = _claims(control.desk_sign_in(who)).get("roles", [])
    return roles


@pytest.fixture
def desk(control: ControlClient) -> EnterpriseApplication:
    """Return the desk's enterprise application."""
    return control.facts().applications["MFA Desk"]


# --- people -----------------------------------------------------------------------------------------------------------


def test_token_of_a_person_is_entras_version_2(control: ControlClient, desk: EnterpriseApplication) -> None:
    """Its audience is the bare app id; who, by which client, for what, and with which roles."""
    tenant_id, claims = control.facts().id, _claims(control.desk_sign_in(NESTOR))
    sub, uti, iat = claims.pop("sub"), claims.pop("uti"), claims.pop("iat")

    assert claims == {
        "aud": desk.app_id,
        "iss": f"https://login.microsoftonline.com/{tenant_id}/v2.0",
        "nbf": iat,
        "exp": iat + 3600,
        "tid": tenant_id,
        "ver": "2.0",
        "azp": "04b07795-8ddb-461a-bbee-02f9e1bf7b46",
        "azpacr": "0",
        "name": "Nestor Wilke",
        "oid": control.person(NESTOR).id,
        "preferred_username": NESTOR,
        "roles": ["MfaDesk.PrivilegedOperator"],
        "scp": "user_impersonation",
        "wids": [PRIVILEGED_AUTHENTICATION_ADMINISTRATOR, EVERYBODY],
    }
    assert (len(sub), len(uti)) == (43, 22)


def test_subject_is_the_same_at_every_sign_in_and_no_object_id(control: ControlClient) -> None:
    """It means a person at one application."""
    first, second = (_claims(control.desk_sign_in(LEE))["sub"] for _ in range(2))

    assert first == second
    assert first not in {control.person(LEE).id, _claims(control.desk_sign_in(ADELE))["sub"]}


def test_app_role_of_a_group_is_its_members(control: ControlClient) -> None:
    """That is how a whole service desk is let in at once."""
    assert _roles(control, LEE) == [OPERATOR]


def test_app_role_of_a_group_is_not_the_members_of_a_group_within(control: ControlClient) -> None:
    """The service desk is in All IT, and Nestor is too: only he gets what All IT is given."""
    control.unassign_app_role(OPERATOR, "Service Desk")
    control.assign_app_role(OPERATOR, "All IT")

    assert (_roles(control, LEE), _roles(control, NESTOR)) == ([], [OPERATOR, "MfaDesk.PrivilegedOperator"])


def test_app_role_twice_is_one(control: ControlClient) -> None:
    """Given to the person and to their group."""
    control.assign_app_role(OPERATOR, LEE)

    assert _roles(control, LEE) == [OPERATOR]


def test_without_an_app_role_there_is_no_such_claim(control: ControlClient) -> None:
    """Not even an empty one."""
    assert "roles" not in _claims(control.desk_sign_in(ADELE))


@pytest.mark.parametrize(
    ("who", "roles"),
    [
        (PATTI, {GLOBAL_ADMINISTRATOR, EVERYBODY}),
        (LIDIA, {PRIVILEGED_ROLE_ADMINISTRATOR, EVERYBODY}),
        (ENRICO, {EVERYBODY}),
        (ALEX, {EVERYBODY}),
    ],
)
def test_directory_roles_are_those_active_everywhere(control: ControlClient, who: str, roles: set[str]) -> None:
    """Through a role-assignable group as well; eligible ones and those over a unit are not in it."""
    assert set(_claims(control.desk_sign_in(who))["wids"]) == roles


def test_guest_signs_in_under_the_name_they_have_at_home(control: ControlClient) -> None:
    """And has no directory role, not even that of every member."""
    claims = _claims(control.desk_sign_in(KIM))

    assert claims["preferred_username"] == "kim.akers@fabrikam.example"
    assert "wids" not in claims


def test_roles_count_from_the_next_sign_in_on(control: ControlClient) -> None:
    """A token keeps what it was issued with, as there is nobody who could change it."""
    before = control.desk_sign_in(LEE)
    control.unassign_app_role(OPERATOR, "Service Desk")

    assert (_claims(before)["roles"], _roles(control, LEE)) == ([OPERATOR], [])


def test_disabled_account_cannot_sign_in(control: ControlClient) -> None:
    """Neither to the desk nor to Graph; with Entra's code."""
    for signing_in in (control.desk_sign_in, control.sign_in):
        with pytest.raises(httpx.HTTPStatusError, match=rf"AADSTS50057.*\({GRADY}\)") as refusal:
            signing_in(GRADY)
        assert refusal.value.response.status_code == 400


def test_account_that_is_enabled_again_can(control: ControlClient) -> None:
    """It is decided at each sign-in."""
    control.change_person(GRADY, enabled=True)

    assert _roles(control, GRADY) == [OPERATOR]


def test_nobody_cannot_sign_in(control: ControlClient) -> None:
    """It says who was meant."""
    with pytest.raises(httpx.HTTPStatusError, match=r"nobody@contoso\.com") as refusal:
        control.desk_sign_in("nobody@contoso.com")

    assert refusal.value.response.status_code == 404


def test_id_token_has_no_scope_and_no_client(tenant: Tenant, http: httpx.Client, desk: EnterpriseApplication) -> None:
    """The sign-in page learns who signed in, and gets nothing to call an API with."""
    answer = http.post(f"{tenant.url}/control/desk/id-tokens", json={"user": LEE}).json()
    claims = _claims(answer["token"])

    assert (claims["aud"], claims["preferred_username"], claims["roles"]) == (desk.app_id, LEE, [OPERATOR])
    assert claims["exp"] == answer["expiresOn"]
    assert not {"scp", "azp"} & claims.keys()


def test_people_are_listed_with_the_roles_of_their_tokens(tenant: Tenant, http: httpx.Client) -> None:
    """For the sign-in page to show, by the roles' names."""
    tenant.control.assign("Global Reader", NESTOR, eligible=True)
    (nestor,) = http.get(f"{tenant.url}/control/desk/people", params={"search": NESTOR}).json()

    assert nestor == {
        "id": tenant.control.person(NESTOR).id,
        "upn": NESTOR,
        "name": "Nestor Wilke",
        "title": "Identity engineer (Privileged Authentication Administrator)",
        "department": "IT",
        "appRoles": ["Privileged operator"],
        "directoryRoles": ["Privileged Authentication Administrator"],
    }


# --- keys -------------------------------------------------------------------------------------------------------------


def test_anybody_can_check_a_token(tenant: Tenant, http: httpx.Client, desk: EnterpriseApplication) -> None:
    """With PyJWT's own client, by what the tenant publishes where Entra does."""
    token, tenant_id = tenant.control.desk_sign_in(LEE), tenant.control.facts().id
    configuration = http.get(f"{tenant.url}/{tenant_id}/v2.0/.well-known/openid-configuration").json()
    key = jwt.PyJWKClient(configuration["jwks_uri"]).get_signing_key_from_jwt(token)

    assert configuration["jwks_uri"] == f"{tenant.url}/{tenant_id}/discovery/v2.0/keys"
    assert jwt.decode(token, key, ["RS256"], audience=desk.app_id, issuer=configuration["issuer"])["azpacr"] == "0"


def test_only_the_public_half_is_published(tenant: Tenant, http: httpx.Client) -> None:
    """One RSA key for signatures."""
    (key,) = http.get(f"{tenant.url}/{tenant.control.facts().id}/discovery/v2.0/keys").json()["keys"]

    assert (key["kty"], key["use"], key["e"]) == ("RSA", "sig", "AQAB")
    assert set(key) == {"kty", "use", "kid", "n", "e"}


def test_another_tenants_keys_are_not_here(tenant: Tenant, http: httpx.Client) -> None:
    """Its path is nobody's."""
    assert http.get(f"{tenant.url}/{UUID(int=0)}/discovery/v2.0/keys").status_code in {400, 401, 404}


@pytest.mark.stand
def test_tenant_that_is_started_again_has_another_key() -> None:
    """As after a rotation: what the first one signed, the second knows nothing of."""
    keys = list[str]()
    for _ in range(2):
        with running("header") as url:
            keys.append(httpx.get(f"{url}/{seed.read().tenant.id}/discovery/v2.0/keys").json()["keys"][0]["kid"])

    assert keys[0] != keys[1]


def test_graph_takes_no_token_for_the_desk(tenant: Tenant, http: httpx.Client) -> None:
    """Nor the other way round: each is for one of them."""
    answer = Graph(http, tenant.url, tenant.control.desk_sign_in(PATTI)).call("GET", "/v1.0/me")

    assert error(answer)[:2] == (401, "InvalidAuthenticationToken")


# --- applications -----------------------------------------------------------------------------------------------------


async def _app_token(tenant: Tenant, resource: str, monkeypatch: pytest.MonkeyPatch) -> str:
    for name, value in tenant.environment.items():
        monkeypatch.setenv(name, value)
    async with ManagedIdentityCredential(client_id=tenant.audit_client_id) as credential:
        return str((await credential.get_token(f"{resource}/.default")).token)


@pytest.mark.parametrize("prefix", ["api://", ""])
async def test_token_of_an_application_has_no_name_and_no_scope(
    tenant: Tenant, desk: EnterpriseApplication, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the real credential class; the audience is the bare app id, however it was asked for."""
    claims = _claims(await _app_token(tenant, f"{prefix}{desk.app_id}", monkeypatch))
    audit = tenant.control.facts().apps["audit"]
    common = {name: claims.pop(name) for name in ("iss", "iat", "nbf", "exp", "tid", "uti", "ver")}

    assert claims == {
        "aud": desk.app_id,
        "azp": audit.client_id,
        "azpacr": "2",
        "oid": audit.id,
        "sub": audit.id,
    }
    assert common["exp"] == common["iat"] + 86_400


async def test_application_has_the_app_role_that_it_was_given(
    tenant: Tenant, desk: EnterpriseApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Itself; one that a group was given does not reach an application in it."""
    tenant.control.assign_app_role("MfaDesk.Auditor", "mfa-desk-audit")
    tenant.control.join("Service Desk", "mfa-desk-audit")
    claims = _claims(await _app_token(tenant, f"api://{desk.app_id}", monkeypatch))

    assert claims["roles"] == ["MfaDesk.Auditor"]


# --- the command ------------------------------------------------------------------------------------------------------


def test_command_prints_a_token_for_the_desk(tenant: Tenant, capsys: pytest.CaptureFixture[str]) -> None:
    """And nothing else, for a shell to put it into a header."""
    assert sign_in.main([LEE, "--desk", "--tenant", tenant.url]) == 0

    assert _claims(capsys.readouterr().out.strip())["scp"] == "user_impersonation"


def test_command_says_why_somebody_cannot_sign_in(tenant: Tenant, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 1, Entra's sentence, and nothing that could be taken for a token."""
    assert sign_in.main([GRADY, "--desk", "--tenant", tenant.url]) == 1
    out, err = capsys.readouterr()

    assert out == ""
    assert "AADSTS50057: The user account is disabled." in err


def test_command_takes_no_scopes_for_the_desk(capsys: pytest.CaptureFixture[str]) -> None:
    """They are Graph's."""
    with pytest.raises(SystemExit) as end:
        sign_in.main([LEE, "--desk", "--scope", "User.Read"])

    assert end.value.code == 2
    assert "not allowed with argument" in capsys.readouterr().err
