"""People who call Graph themselves: an app acts for them, with what they consented to and the roles they hold."""

from collections.abc import Callable
from typing import Any

import httpx
import jwt
import pytest

from local.tenant import sign_in
from local.tenant.control_client import ControlClient
from tests.fixtures.tenant import Tenant
from tests.local.tenant.caller import ADELE, PATTI, Graph, error

LIDIA = "lidia.holloway@contoso.com"
ENRICO = "enrico.cattaneo@contoso.com"
ALEX = "alex.wilber@contoso.com"
KIM = "kim.akers_fabrikam.example#EXT#@contoso.com"
GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
PRIVILEGED_ROLE_ADMINISTRATOR = "e8611ab8-c189-46e8-94e1-60213ab1f814"
EVERYBODY = "b79fbf4d-3ef9-4689-8143-76b194e85509"

As = Callable[..., Graph]


@pytest.fixture
def signed_in(http: httpx.Client, tenant: Tenant) -> As:
    """Call Graph as a person."""

    def calling(who: str, *scopes: str) -> Graph:
        return Graph(http, tenant.url, tenant.control.sign_in(who, scopes or None))

    return calling


def _claims(token: str) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims


def test_a_token_of_a_person_is_a_delegated_one(control: ControlClient) -> None:
    """It has scopes and no roles, names the person and the app, and lasts an hour."""
    claims = _claims(control.sign_in(PATTI, ["User.Read", "Group.Read.All"]))

    assert (claims["scp"], claims["idtyp"], claims["upn"]) == ("Group.Read.All User.Read", "user", PATTI)
    assert claims["oid"] == control.person(PATTI).id
    assert claims["exp"] == claims["iat"] + 3600
    assert "roles" not in claims


@pytest.mark.parametrize(
    ("who", "roles"),
    [
        (PATTI, {GLOBAL_ADMINISTRATOR, EVERYBODY}),
        (LIDIA, {PRIVILEGED_ROLE_ADMINISTRATOR, EVERYBODY}),
        (ENRICO, {EVERYBODY}),
        (ALEX, {EVERYBODY}),
        (KIM, set()),
    ],
)
def test_a_token_has_the_roles_that_are_active_everywhere(control: ControlClient, who: str, roles: set[str]) -> None:
    """Through a group as well; eligible ones and those over a unit are not in it, and a guest has none."""
    assert set(_claims(control.sign_in(who))["wids"]) == roles


def test_me_is_whoever_signed_in(signed_in: As, control: ControlClient) -> None:
    """An app is nobody, and there me is refused."""
    assert signed_in(ADELE, "User.Read").get("/v1.0/me?$select=id") == {
        "@odata.context": f"{control.url}/v1.0/$metadata#users(id)/$entity",
        "id": control.person(ADELE).id,
    }


def test_me_is_refused_to_an_app(graph: Graph) -> None:
    """With the sentence that Graph has for it."""
    message = "/me request is only valid with delegated authentication flow."

    assert error(graph.call("GET", "/v1.0/me")) == (400, "BadRequest", message)


@pytest.mark.parametrize(
    ("scopes", "path", "status"),
    [
        (("User.Read",), "/me", 200),
        (("User.Read",), f"/users/{ADELE}", 403),
        (("User.ReadBasic.All",), f"/users/{ADELE}", 200),
        (("User.ReadBasic.All",), f"/users/{ADELE}?$select=jobTitle", 403),
        (("GroupMember.Read.All",), "/groups", 200),
        (("User.Read",), "/groups", 403),
        (("RoleManagement.Read.Directory",), "/roleManagement/directory/roleAssignments", 200),
        (("User.Read",), "/roleManagement/directory/roleAssignments", 403),
        (("Application.Read.All",), "/servicePrincipals", 200),
        (("User.ReadBasic.All",), "/servicePrincipals", 403),
        (("UserAuthenticationMethod.ReadWrite.All",), f"/users/{ADELE}/authentication/methods", 403),
    ],
)
def test_a_person_needs_the_scope_of_a_path(signed_in: As, scopes: tuple[str, ...], path: str, status: int) -> None:
    """However mighty they are; what is not simulated for people is closed to them."""
    assert signed_in(PATTI, *scopes).call("GET", f"/v1.0{path}").status_code == status


def test_roles_count_from_the_next_sign_in_on(signed_in: As, control: ControlClient) -> None:
    """A token keeps what it was issued with."""
    body = {"roleDefinitionId": GLOBAL_ADMINISTRATOR, "principalId": control.person(ADELE).id, "directoryScopeId": "/"}
    before = signed_in(ADELE)
    control.assign("Privileged Role Administrator", ADELE)
    path = "/v1.0/roleManagement/directory/roleAssignments"

    assert before.call("POST", path, body).status_code == 403
    assert signed_in(ADELE).call("POST", path, body).status_code == 201


def test_the_command_prints_a_token(tenant: Tenant, http: httpx.Client, capsys: pytest.CaptureFixture[str]) -> None:
    """For a shell to put it into the environment."""
    assert sign_in.main([ADELE, "--tenant", tenant.url, "--scope", "User.Read"]) == 0
    token = capsys.readouterr().out.strip()

    assert Graph(http, tenant.url, token).get("/v1.0/me")["userPrincipalName"] == ADELE


@pytest.mark.parametrize("arguments", [["nobody@contoso.com"], [ADELE, "--tenant", "http://127.0.0.1:9"]])
def test_the_command_says_why_nobody_could_sign_in(
    tenant: Tenant, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 1, a sentence, and nothing that could be taken for a token."""
    assert sign_in.main(["--tenant", tenant.url, *arguments]) == 1
    out, err = capsys.readouterr()

    assert out == ""
    assert err.startswith("Nobody could sign in at http://127.0.0.1")
