"""Which queue service a binding's `connection` leads to (facts/functions.md, connection lookup)."""

from collections.abc import Mapping
from dataclasses import dataclass

from azure.core.credentials_async import AsyncTokenCredential
from azure.storage.queue.aio import QueueServiceClient


class ConnectionMissingError(Exception):
    """No setting says where a connection leads."""


@dataclass(frozen=True, kw_only=True)
class Connection:
    """Either a connection string, or the address of a queue service and the identity to use there."""

    connection_string: str | None = None
    service_uri: str | None = None
    managed_identity: bool = False
    client_id: str | None = None


def find(name: str, settings: Mapping[str, str]) -> Connection:
    """Look a connection up as the host does: prefixed names first, a plain value before its parts."""
    name = name or "Storage"
    for key in (f"AzureWebJobs{name}", name):
        for candidate in (f"ConnectionStrings__{key}", key):
            if connection := _read(candidate, settings):
                return connection
    raise ConnectionMissingError(
        f"Connection '{name}' has no setting. Give '{name}' a connection string, "
        f"or '{name}__queueServiceUri' the address of a queue service."
    )


def open_service(connection: Connection) -> QueueServiceClient:
    """Return a client of the connection's queue service; the caller closes it."""
    if connection.connection_string:
        return QueueServiceClient.from_connection_string(connection.connection_string)
    return QueueServiceClient(connection.service_uri or "", credential=_credential(connection))


def _read(key: str, settings: Mapping[str, str]) -> Connection | None:
    if value := settings.get(key):
        return Connection(connection_string=value)
    service_uri = settings.get(f"{key}__queueServiceUri")
    if not service_uri and (account := settings.get(f"{key}__accountName")):
        service_uri = f"https://{account}.queue.core.windows.net"
    if not service_uri:
        return None
    return Connection(
        service_uri=service_uri,
        managed_identity=settings.get(f"{key}__credential", "").lower() == "managedidentity",
        client_id=settings.get(f"{key}__clientId"),
    )


def _credential(connection: Connection) -> AsyncTokenCredential:
    from azure.identity.aio import DefaultAzureCredential, ManagedIdentityCredential  # noqa: PLC0415 - slow to import

    if connection.managed_identity:
        return ManagedIdentityCredential(client_id=connection.client_id)
    return DefaultAzureCredential(managed_identity_client_id=connection.client_id)
