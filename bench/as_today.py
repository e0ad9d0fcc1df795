"""What people use today, on the same tenant and the same Azurite: `python -m bench.as_today reset|harvest`.

reset: msgraph-sdk as its samples show it, one person and one call after another, as the reset scripts of the field do;
object ids on standard input, one a line. It checks no role, keeps no record and looks at nothing afterwards. It tells
when each person was done (monotonic clock, seconds), and then the seconds of CPU it took.

harvest: the directory audits page by page through the SDK's models, each event inserted by itself. It tells the seconds
that took, and how many events they were.
"""

import asyncio
import json
import os
import sys
import time
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
from azure.data.tables import TableServiceClient
from kiota_abstractions.api_error import APIError
from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_authentication_azure.azure_identity_authentication_provider import AzureIdentityAuthenticationProvider
from msgraph import GraphRequestAdapter, GraphServiceClient
from msgraph_core import GraphClientFactory

from shared.storage import credential

_TABLE: Final = "AuditEventsAsToday"
_PAGE: Final = 999


def client(identity: str) -> GraphServiceClient:
    """Return the SDK's client on the stand's tenant, in the name of an identity."""
    endpoint = os.environ["GRAPH_ENDPOINT"]
    provider = AzureIdentityAuthenticationProvider(
        credential(os.environ[identity]),
        scopes=[f"{endpoint}/.default"],
        allowed_hosts=[urlsplit(endpoint).hostname or ""],
    )
    web = GraphClientFactory.create_with_default_middleware(client=httpx.AsyncClient())
    adapter = GraphRequestAdapter(provider, web)
    adapter.base_url = f"{endpoint}/v1.0"
    return GraphServiceClient(request_adapter=adapter)


async def reset(graph: GraphServiceClient, user_id: str) -> None:
    """Delete what is registered, one after another, what was refused once more at the end, and revoke the sessions."""
    listed = await graph.users.by_user_id(user_id).authentication.methods.get()
    refused = []
    for method in (listed.value if listed else None) or ():
        try:
            await _delete(graph, user_id, method)
        except APIError:  # the default, as long as there are others
            refused.append(method)
    for method in refused:
        await _delete(graph, user_id, method)
    await graph.users.by_user_id(user_id).revoke_sign_in_sessions.post()


async def _delete(graph: GraphServiceClient, user_id: str, method: Any) -> None:
    authentication = graph.users.by_user_id(user_id).authentication
    match method.odata_type.rpartition(".")[2]:
        case "phoneAuthenticationMethod":
            await authentication.phone_methods.by_phone_authentication_method_id(method.id).delete()
        case "microsoftAuthenticatorAuthenticationMethod":
            builder = authentication.microsoft_authenticator_methods
            await builder.by_microsoft_authenticator_authentication_method_id(method.id).delete()
        case "softwareOathAuthenticationMethod":
            await authentication.software_oath_methods.by_software_oath_authentication_method_id(method.id).delete()


async def harvest(graph: GraphServiceClient) -> int:
    """Read the log through the models, and insert event by event."""
    store = TableServiceClient.from_connection_string(os.environ["DeskStorage"])  # noqa: SIM112 - so it is called
    rows = store.create_table_if_not_exists(_TABLE)
    audits = graph.audit_logs.directory_audits
    page = await audits.get(
        RequestConfiguration(query_parameters=audits.DirectoryAuditsRequestBuilderGetQueryParameters(top=_PAGE))
    )
    found = 0
    while page is not None:
        for event in page.value or ():
            rows.upsert_entity(_row(event))
            found += 1
        page = await audits.with_url(page.odata_next_link).get() if page.odata_next_link else None
    return found


def _row(event: Any) -> dict[str, Any]:
    at = event.activity_date_time
    targets = [{"id": each.id, "name": each.display_name} for each in event.target_resources or ()]
    return {
        "PartitionKey": f"{at:%Y%m%d}",
        "RowKey": event.id,
        "Activity": event.activity_display_name,
        "Service": event.logged_by_service,
        "Result": str(event.result),
        "Correlation": event.correlation_id,
        "Targets": json.dumps(targets),
    }


async def _reset_all(user_ids: list[str]) -> None:
    graph = client("RESET_IDENTITY_CLIENT_ID")
    for user_id in user_ids:
        await reset(graph, user_id)
        print(time.clock_gettime(time.CLOCK_MONOTONIC))
    print(time.process_time())


async def _harvest_all() -> None:
    started = time.perf_counter()
    found = await harvest(client("AUDIT_IDENTITY_CLIENT_ID"))
    print(time.perf_counter() - started)
    print(found)


if __name__ == "__main__":
    asyncio.run(_harvest_all() if sys.argv[1] == "harvest" else _reset_all(sys.stdin.read().split()))
