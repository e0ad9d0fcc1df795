"""The SDKs' calls and nothing else: what no app that uses them can do without.

`python -m bench.sdk_calls first`: they are imported as the desk imports them, have themselves a token, ask Graph for
one person (the name on standard input), as bytes, and write one row.

`python -m bench.sdk_calls resets CONCURRENCY`: the calls of as many resets (object ids on standard input, one a line),
so many at once: the same changes as the desk's, as many reads and as many rows, with no decision.

Either tells when each was done (monotonic clock, seconds).
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import Iterator
from typing import Any, Final
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
_ROWS: Final = 4
"""Written by the desk before it asks Graph, and as many again by the time a request is ended and listed."""
_DEFAULT: Final = "#microsoft.graph.microsoftAuthenticatorAuthenticationMethod"
"""What the people of the measurements sign in with: Graph deletes the default last."""


class Sdks:
    """Both clients, with the SDKs' own defaults."""

    def __init__(self) -> None:
        endpoint = os.environ["GRAPH_ENDPOINT"]
        # With their own choice of transport the SDKs would load a third one: this is what the desk gives them, too.
        self._credential = ManagedIdentityCredential(
            client_id=os.environ["RESET_IDENTITY_CLIENT_ID"], transport=AsyncioRequestsTransport()
        )
        provider = AzureIdentityAuthenticationProvider(
            self._credential, scopes=[f"{endpoint}/.default"], allowed_hosts=[urlsplit(endpoint).hostname or ""]
        )
        web = GraphClientFactory.create_with_default_middleware(client=httpx.AsyncClient())
        self._graph = GraphRequestAdapter(provider, web)
        self._users = f"{endpoint}/v1.0/users"
        connection = os.environ["DeskStorage"]  # noqa: SIM112 - so it is called
        self._tables = TableServiceClient.from_connection_string(connection, transport=AsyncioRequestsTransport())
        self._table = self._tables.get_table_client(_TABLE)

    async def close(self) -> None:
        """Give the connections back."""
        await self._tables.close()
        await self._credential.close()

    async def first(self, user: str) -> None:
        """Make one call to each."""
        if not await self._call(Method.GET, user):
            raise SystemExit("Graph has sent nothing.")
        await self._write("first", "call")

    async def reset(self, user: str) -> None:
        """Make the calls of a reset."""
        for number in range(_ROWS):
            await self._write(user, f"{number}")
        await self._call(Method.GET, user)
        listed = json.loads(await self._call(Method.GET, f"{user}/authentication/methods"))["value"]
        for method in sorted(listed, key=lambda each: each["@odata.type"] == _DEFAULT):
            kind = method["@odata.type"].removeprefix("#microsoft.graph.").removesuffix("AuthenticationMethod")
            if kind != "password":
                await self._call(Method.DELETE, f"{user}/authentication/{kind}Methods/{method['id']}")
        _, left = await asyncio.gather(
            self._call(Method.POST, f"{user}/revokeSignInSessions"),
            self._call(Method.GET, f"{user}/authentication/methods"),
        )
        if len(json.loads(left)["value"]) > 1:
            raise SystemExit(f"More than the password is left: {left!r}")
        for number in range(_ROWS):
            await self._write(user, f"{number}")
        await self._table.delete_entity(user, "0")

    async def _call(self, method: Method, path: str) -> bytes:
        request = RequestInformation(method)
        request.url = f"{self._users}/{path}"
        answer: Any = await self._graph.send_primitive_async(request, "bytes", {})
        return bytes(answer or b"")

    async def _write(self, partition: str, row: str) -> None:
        await self._table.upsert_entity({"PartitionKey": partition, "RowKey": row})


async def first(user: str) -> None:
    """Make the first calls, and tell the time."""
    sdks = Sdks()
    await sdks.first(user)
    _tell()
    await sdks.close()


async def resets(concurrency: int, users: Iterator[str]) -> None:
    """Make the calls of all resets, always so many at once."""
    sdks = Sdks()
    await asyncio.gather(*(_one_after_another(sdks, users) for _ in range(concurrency)))
    await sdks.close()


async def _one_after_another(sdks: Sdks, users: Iterator[str]) -> None:
    for user in users:
        await sdks.reset(user)
        _tell()


def _tell() -> None:
    print(time.clock_gettime(time.CLOCK_MONOTONIC))


if __name__ == "__main__":
    told = sys.stdin.read().split()
    asyncio.run(first(told[0]) if sys.argv[1] == "first" else resets(int(sys.argv[2]), iter(told)))
