"""The storage account, by connection string or by identity; and the desk put together from its settings."""

import json
from datetime import timedelta

import pytest

from shared import settings
from shared.assembly import Premises
from shared.desk import Desk
from shared.settings import StorageConnection
from shared.storage import MessageQueue, table_service
from tests.fixtures.azurite import Storage

IDENTITY = StorageConnection(
    queue_service_uri="https://desk.queue.core.example",
    table_service_uri="https://desk.table.core.example",
    client_id="3bfbac5d-14e9-48cb-b7b0-6962ea6b0dae",
)


async def test_a_request_is_put_back_as_it_is(storage: Storage) -> None:
    """The host reads the very bytes again."""
    queue = storage.queue()
    queue_of_requests = MessageQueue(StorageConnection(connection_string=storage.connection_string), queue.queue_name)

    await queue_of_requests.put(b'{"user": "a<b>&c"}')
    await queue_of_requests.close()

    message = queue.receive_message()
    assert message is not None
    assert json.loads(message.content) == {"user": "a<b>&c"}


async def test_a_deferred_request_is_not_seen_before_its_time(storage: Storage) -> None:
    """The queue hides it until then."""
    queue = storage.queue()
    queue_of_requests = MessageQueue(StorageConnection(connection_string=storage.connection_string), queue.queue_name)

    await queue_of_requests.put(b"{}", timedelta(minutes=10))
    await queue_of_requests.close()

    assert queue.receive_message() is None
    assert queue.get_queue_properties().approximate_message_count == 1


async def test_tables_are_reached_by_identity_in_azure() -> None:
    """No key and no connection string is needed there."""
    async with table_service(IDENTITY) as tables:
        assert tables.url == "https://desk.table.core.example"


async def test_the_queue_is_reached_by_identity_in_azure(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same holds for the queue; that the identity is not to be had here shows at the first call."""
    monkeypatch.delenv("IDENTITY_ENDPOINT", raising=False)
    queue_of_requests = MessageQueue(IDENTITY, "reset-requests")

    client = queue_of_requests._open()  # noqa: SLF001 - to look at what a call would use
    await client.close()

    assert client.url == "https://desk.queue.core.example/reset-requests"


def test_a_desk_is_put_together_without_a_word_to_anybody() -> None:
    """Nothing is sent before the first request: a cold start pays for what it uses."""
    environ = {
        "DeskStorage__queueServiceUri": "https://desk.queue.core.example",
        "DeskStorage__tableServiceUri": "https://desk.table.core.example",
        "DeskStorage__clientId": "3bfbac5d-14e9-48cb-b7b0-6962ea6b0dae",
        "REQUEST_QUEUE": "reset-requests",
        "RESULT_QUEUE": "reset-results",
        "BULK_QUEUE": "bulk-requests",
        "REPORT_QUEUE": "reports",
        "RESET_IDENTITY_CLIENT_ID": "3bfbac5d-14e9-48cb-b7b0-6962ea6b0dae",
    }

    assert isinstance(Premises(settings.read(environ)).desk, Desk)
