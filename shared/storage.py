"""The storage account: one table client, and the queues to which the desk writes itself."""

import math
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from azure.core.pipeline.transport import AsyncioRequestsTransport
from azure.data.tables.aio import TableServiceClient
from azure.identity.aio import ManagedIdentityCredential

from shared.settings import StorageConnection

if TYPE_CHECKING:
    from azure.storage.queue.aio import QueueClient


_SECONDS: Final = 20
"""How long to wait for the storage account to answer: the SDK's own 300 are longer than a run may take."""
_RETRIES: Final = 4


def credential(client_id: str | None) -> ManagedIdentityCredential:
    """Return the managed identity of that client id (None: the system-assigned one)."""
    # The default transport would import aiohttp, a sixth of a cold start; requests is loaded by azure-identity anyway.
    return ManagedIdentityCredential(client_id=client_id, transport=AsyncioRequestsTransport())


def table_service(connection: StorageConnection) -> TableServiceClient:
    """Return the client of the account's tables."""
    options = {"transport": AsyncioRequestsTransport(connection_timeout=_SECONDS), "retry_total": _RETRIES}
    if connection.connection_string:
        return TableServiceClient.from_connection_string(connection.connection_string, **options)
    return TableServiceClient(connection.table_service_uri, credential=credential(connection.client_id), **options)


class MessageQueue:
    """A queue of the account, to be written to: requests that have to wait again, and endings to announce."""

    def __init__(self, connection: StorageConnection, name: str) -> None:
        self._connection = connection
        self._name = name
        self._client: QueueClient | None = None

    async def put(self, message: bytes, delay: timedelta = timedelta()) -> None:
        """Put a message on the queue, to be seen after the delay, and not before: so a moment later."""
        if self._client is None:
            self._client = self._open()
        seconds = math.ceil(delay.total_seconds()) + 2 if delay else 0
        await self._client.send_message(message.decode(), visibility_timeout=seconds)

    async def close(self) -> None:
        """Give the connection back."""
        if self._client is not None:
            await self._client.close()

    def _open(self) -> "QueueClient":
        # Nobody waits for what comes here: the first answer of a cold start need not pay for this import.
        from azure.storage.queue.aio import QueueClient  # noqa: PLC0415

        connection = self._connection
        options = {"transport": AsyncioRequestsTransport(connection_timeout=_SECONDS), "retry_total": _RETRIES}
        if connection.connection_string:
            return QueueClient.from_connection_string(connection.connection_string, self._name, **options)
        identity = credential(connection.client_id)
        return QueueClient(connection.queue_service_uri, self._name, credential=identity, **options)


class Queues:
    """The two queues to which the desk writes by itself."""

    def __init__(self, requests: MessageQueue, results: MessageQueue) -> None:
        self.requests = requests
        self.results = results

    async def close(self) -> None:
        """Give the connections back."""
        await self.requests.close()
        await self.results.close()
