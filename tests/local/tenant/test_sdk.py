"""The real SDKs against the tenant: only the base URL is another."""

import json
from collections.abc import AsyncIterator

import httpx
import pytest
from azure.identity.aio import ManagedIdentityCredential
from kiota_abstractions.api_error import APIError
from kiota_abstractions.method import Method
from kiota_abstractions.request_information import RequestInformation
from kiota_authentication_azure.azure_identity_authentication_provider import AzureIdentityAuthenticationProvider
from msgraph.graph_request_adapter import GraphRequestAdapter
from msgraph_core import GraphClientFactory

from local.tenant.control_client import ControlClient
from tests.fixtures.tenant import Tenant
from tests.local.tenant.caller import ADELE, ALTERNATE


class Sdk:
    """The SDK's own adapter with authentication and middleware; bytes instead of its models."""

    def __init__(self, adapter: GraphRequestAdapter, base: str) -> None:
        self.adapter = adapter
        self.base = base

    async def send(self, method: Method, path: str) -> bytes:
        """One request; raises the SDK's APIError."""
        request = RequestInformation()
        request.http_method = method
        request.url = f"{self.base}/{path}"
        return bytes(await self.adapter.send_primitive_async(request, "bytes", {}) or b"")


@pytest.fixture(params=["origin", "hostname"])
async def sdk(request: pytest.FixtureRequest, tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Sdk]:
    """Build it with a managed identity's credential, and a scope as the desk writes it or as the SDK makes one up."""
    for name, value in tenant.environment.items():
        monkeypatch.setenv(name, value)
    scopes = [f"{tenant.url}/.default"] if request.param == "origin" else []
    async with (
        ManagedIdentityCredential(client_id=tenant.reset_client_id) as credential,
        httpx.AsyncHTTPTransport() as transport,  # msgraph-core's own transport does not close what it wraps
    ):
        http = httpx.AsyncClient(transport=transport, trust_env=False)
        provider = AzureIdentityAuthenticationProvider(credential, scopes=scopes)
        adapter = GraphRequestAdapter(provider, GraphClientFactory.create_with_default_middleware(client=http))
        yield Sdk(adapter, f"{tenant.url}/v1.0")


async def test_the_sdks_adapter_reads_and_deletes(sdk: Sdk, control: ControlClient) -> None:
    """Authentication, middleware and errors work as against Graph."""
    listed = json.loads(await sdk.send(Method.GET, f"users/{ADELE}/authentication/methods"))
    revoked = json.loads(await sdk.send(Method.POST, f"users/{ADELE}/revokeSignInSessions"))
    await sdk.send(Method.DELETE, f"users/{ADELE}/authentication/phoneMethods/{ALTERNATE}")
    with pytest.raises(APIError) as refused:
        await sdk.send(Method.DELETE, f"users/{ADELE}/authentication/phoneMethods/{ALTERNATE}")

    assert len(listed["value"]) == 5
    assert revoked["value"] is True
    assert refused.value.response_status_code == 404
    assert [entry.act for entry in control.journal()] == ["sessionsRevoked", "methodDeleted"]
