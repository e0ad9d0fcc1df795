"""Queues and tables that the app expects to find, created where they are missing."""

from collections.abc import Iterable

from azure.core.exceptions import ResourceExistsError
from azure.data.tables import TableServiceClient
from azure.storage.queue import QueueServiceClient


def create_missing(connection_string: str, *, queues: Iterable[str] = (), tables: Iterable[str] = ()) -> None:
    """Create each queue and table that does not exist yet; what exists stays as it is."""
    with QueueServiceClient.from_connection_string(connection_string) as queue_service:
        for queue in queues:
            _create_queue(queue_service, queue)
    with TableServiceClient.from_connection_string(connection_string) as table_service:
        for table in tables:
            table_service.create_table_if_not_exists(table)


def _create_queue(service: QueueServiceClient, queue: str) -> None:
    try:
        service.create_queue(queue)
    except ResourceExistsError:
        return
