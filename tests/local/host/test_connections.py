"""Where a binding's connection leads."""

import pytest
from azure.storage.queue.aio import QueueServiceClient

from local.host import connections
from local.host.connections import Connection, ConnectionMissingError


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        pytest.param({"Desk": "own"}, Connection(connection_string="own"), id="by its name"),
        pytest.param(
            {"Desk": "own", "AzureWebJobsDesk": "prefixed"},
            Connection(connection_string="prefixed"),
            id="prefixed first",
        ),
        pytest.param(
            {"AzureWebJobsDesk": "prefixed", "ConnectionStrings__AzureWebJobsDesk": "listed"},
            Connection(connection_string="listed"),
            id="connection strings before plain settings",
        ),
        pytest.param(
            {"Desk": "own", "Desk__queueServiceUri": "https://q"}, Connection(connection_string="own"), id="value first"
        ),
        pytest.param(
            {"Desk__queueServiceUri": "https://q", "Desk__credential": "managedIdentity", "Desk__clientId": "7"},
            Connection(service_uri="https://q", managed_identity=True, client_id="7"),
            id="managed identity",
        ),
        pytest.param(
            {"Desk__accountName": "acct"}, Connection(service_uri="https://acct.queue.core.windows.net"), id="account"
        ),
    ],
)
def test_connection_is_looked_up_as_the_host_does(settings: dict[str, str], expected: Connection) -> None:
    """Prefixed names come first, and a plain value before its parts."""
    assert connections.find("Desk", settings) == expected


def test_connection_without_a_name_is_the_hosts_storage() -> None:
    """An empty connection means AzureWebJobsStorage."""
    assert connections.find("", {"AzureWebJobsStorage": "x"}) == Connection(connection_string="x")


def test_missing_connection_says_what_to_set() -> None:
    """No setting at all names both ways to give one."""
    with pytest.raises(ConnectionMissingError, match=r"Connection 'Desk' has no setting.*'Desk__queueServiceUri'"):
        connections.find("Desk", {})


async def test_identity_connection_opens_without_a_secret() -> None:
    """A service address is opened with the managed identity of the client id."""
    connection = Connection(service_uri="https://acct.queue.core.windows.net", managed_identity=True, client_id="7")

    async with connections.open_service(connection) as service:
        assert isinstance(service, QueueServiceClient)
        assert service.url == "https://acct.queue.core.windows.net/"
