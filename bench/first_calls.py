"""The SDKs and their first calls, as `python -m bench.first_calls`: what no app that uses them can do without.

It imports what the desk imports of them, has itself a token, asks Graph for one person (the name on standard input), as
bytes, and writes one row; then it tells the time (monotonic clock, seconds).
"""

import asyncio
import os
import sys
import time
from typing import Final
from urllib.parse import urlsplit

import azure.functions  # noqa: F401 - every function app imports it
import httpx
from azure.core.pipeline.transport import AsyncioRequestsTransport
from azure.data.tables.aio import TableServiceClient
from azure.identity.aio import ManagedIdentityCredential
from kiota_abstractions.method import Method
from kiota_abstractions.request_information import RequestInformation
from kiota_authentication_azure.azure_identity_authentication_provider import AzureIdentityAuthenticationProvider
from msgraph import GraphRequestAdapter
from msgraph_core import GraphClientFactory

_TABLE: Final = "ResetRequests"
"""One that the stand has."""


async def call(user: str) -> None:
    """Make one call to each."""
    endpoint = os.environ["GRAPH_ENDPOINT"]
    # With their own choice of transport the SDKs would load a third one: this is what the desk gives them, too.
    credential = ManagedIdentityCredential(
        client_id=os.environ["RESET_IDENTITY_CLIENT_ID"], transport=AsyncioRequestsTransport()
    )
    provider = AzureIdentityAuthenticationProvider(
        credential, scopes=[f"{endpoint}/.default"], allowed_hosts=[urlsplit(endpoint).hostname or ""]
    )
    web = GraphClientFactory.create_with_default_middleware(client=httpx.AsyncClient())
    request = RequestInformation(Method.GET)
    request.url = f"{endpoint}/v1.0/users/{user}"
    if not await GraphRequestAdapter(provider, web).send_primitive_async(request, "bytes", {}):
        raise SystemExit("Graph has sent nothing.")
    connection = os.environ["DeskStorage"]  # noqa: SIM112 - so it is called
    tables = TableServiceClient.from_connection_string(connection, transport=AsyncioRequestsTransport())
    await tables.get_table_client(_TABLE).upsert_entity({"PartitionKey": "first", "RowKey": "call"})
    print(time.clock_gettime(time.CLOCK_MONOTONIC))
    await tables.close()
    await credential.close()


if __name__ == "__main__":
    asyncio.run(call(sys.stdin.read().strip()))
