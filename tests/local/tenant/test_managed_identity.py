"""The token endpoint, and Graph's check of the tokens."""

import time
from typing import Any

import httpx
import jwt
import pytest
from azure.core.exceptions import ClientAuthenticationError
from azure.identity.aio import ManagedIdentityCredential

from local.tenant.control_client import ControlClient
from tests.fixtures.tenant import Tenant
from tests.local.tenant.caller import ADELE, Graph, error, graph_as


def _ask(http: httpx.Client, tenant: Tenant, header: str | None = None, **changes: str) -> httpx.Response:
    query = {"api-version": "2019-08-01", "resource": tenant.url, "client_id": tenant.reset_client_id} | changes
    headers = {"X-IDENTITY-HEADER": tenant.identity_header if header is None else header}
    return http.get(tenant.identity_endpoint, params=query, headers=headers)


def _claims(raw: str) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(raw, options={"verify_signature": False})
    return claims


def test_an_identity_gets_a_token_with_its_granted_permissions(http: httpx.Client, tenant: Tenant) -> None:
    """The token is for this Graph and carries app id, object id, roles and tenant."""
    answer = _ask(http, tenant).json()
    claims = _claims(answer["access_token"])
    identity = tenant.control.facts().apps["reset"]

    assert (answer["token_type"], answer["client_id"]) == ("Bearer", tenant.reset_client_id)
    assert (claims["aud"], claims["appid"], claims["oid"]) == (tenant.url, identity.client_id, identity.id)
    assert claims["exp"] == int(answer["expires_on"]) == claims["iat"] + 86_400
    assert "UserAuthenticationMethod.ReadWrite.All" in claims["roles"]
    assert claims["tid"] == tenant.control.facts().id


def test_a_wrong_header_is_401(http: httpx.Client, tenant: Tenant) -> None:
    """Whoever does not know the secret gets nothing."""
    assert _ask(http, tenant, header="guess").status_code == 401


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"client_id": "00000000-0000-0000-0000-000000000000"}, "No User Assigned"),
        ({"resource": "https://vault.azure.net"}, "AADSTS500011"),
        ({"api-version": "2017-09-01"}, "api-version"),
    ],
)
def test_an_unknown_identity_resource_or_protocol_is_400(
    http: httpx.Client, tenant: Tenant, changes: dict[str, str], message: str
) -> None:
    """Each is refused with a sentence."""
    answer = _ask(http, tenant, **changes)

    assert answer.status_code == 400
    assert message in answer.json()["message"]


async def test_the_real_credential_class_works(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    """azure-identity takes the endpoint for App Service's own."""
    for name, value in tenant.environment.items():
        monkeypatch.setenv(name, value)
    async with ManagedIdentityCredential(client_id=tenant.audit_client_id) as credential:
        access = await credential.get_token(f"{tenant.url}/.default")

    assert _claims(access.token)["appid"] == tenant.audit_client_id
    assert access.expires_on == pytest.approx(time.time() + 86_400, abs=60)


async def test_the_real_credential_class_reports_an_unknown_identity(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An identity that is not assigned to the app is an authentication error."""
    for name, value in tenant.environment.items():
        monkeypatch.setenv(name, value)
    async with ManagedIdentityCredential(client_id="nobody") as credential:
        with pytest.raises(ClientAuthenticationError):
            await credential.get_token(f"{tenant.url}/.default")


def test_graph_refuses_a_call_without_a_token(http: httpx.Client, tenant: Tenant) -> None:
    """401 with the code InvalidAuthenticationToken and a challenge."""
    answer = http.get(f"{tenant.url}/v1.0/users/{ADELE}")

    assert error(answer) == (401, "InvalidAuthenticationToken", "Access token is empty.")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer ")


def test_graph_refuses_an_expired_token(http: httpx.Client, tenant: Tenant, control: ControlClient) -> None:
    """A token past its lifetime is a 401 that says so."""
    control.turn(token_lifetime=-1)
    answer = graph_as(http, tenant, tenant.reset_client_id).call("GET", f"/v1.0/users/{ADELE}")

    assert error(answer)[1:] == ("InvalidAuthenticationToken", "Lifetime validation failed, the token is expired.")


def test_graph_refuses_a_token_that_somebody_else_signed(graph: Graph) -> None:
    """A forged signature does not parse."""
    forged = jwt.encode(_claims(graph.token), b"x" * 32, algorithm="HS256")
    answer = Graph(graph.http, graph.url, forged).call("GET", f"/v1.0/users/{ADELE}")

    assert error(answer)[0] == 401
    assert error(answer)[2].startswith("CompactToken parsing failed")


def test_graph_refuses_a_token_for_another_origin(graph: Graph) -> None:
    """A token is good only where its audience is the Graph that is called."""
    answer = graph.call("GET", f"/v1.0/users/{ADELE}", Host="graph.contoso.example")

    assert error(answer)[2] == "Access token validation failure. Invalid audience."


def test_a_permission_counts_from_the_next_token_on(tenant: Tenant, graph: Graph) -> None:
    """A token already issued keeps what is withdrawn; a new one does not have it."""
    tenant.control.withdraw("reset", "Directory.Read.All")
    old = graph.call("GET", f"/v1.0/users/{ADELE}")
    renewed = graph_as(graph.http, tenant, tenant.reset_client_id)
    new = renewed.call("GET", f"/v1.0/users/{ADELE}")

    assert (old.status_code, new.status_code) == (200, 403)
