"""A real Azurite, started and ended by us."""

import socket
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from azure.data.tables import TableServiceClient
from azure.storage.queue import QueueServiceClient

from local.azurite import Azurite, AzuritePorts, NotInstalledError
from local.child import ChildFailedError
from local.storage import create_missing
from tests.fixtures.azurite import Storage

pytestmark = pytest.mark.stand


def test_queue_message_comes_back_as_sent(storage: Storage) -> None:
    """The connection string leads to a queue service that keeps what it is given."""
    queue = storage.queue()

    queue.send_message('{"user": "ana@contoso.com"}')

    received = queue.receive_message()
    assert received
    assert received.content == '{"user": "ana@contoso.com"}'


def test_given_port_is_taken(tmp_path: Path) -> None:
    """A port that is asked for is the port that is listened on."""
    port = _free_port()

    with Azurite(ports=AzuritePorts(queue=port), log=tmp_path / "log") as azurite:
        assert azurite.ports.queue == port
        assert f"QueueEndpoint=http://127.0.0.1:{port}/" in azurite.connection_string


def test_occupied_port_fails_with_what_azurite_said(tmp_path: Path) -> None:
    """A port in use by another program ends the start with Azurite's own words."""
    with (
        socket.create_server(("127.0.0.1", 0)) as occupied,
        pytest.raises(ChildFailedError, match=r"(?s)Azurite ended with code 1.*EADDRINUSE") as failure,
        Azurite(ports=AzuritePorts(queue=occupied.getsockname()[1]), log=tmp_path / "log"),
    ):
        pass

    assert str(tmp_path / "log") in str(failure.value)


def test_missing_installation_names_the_command_that_helps(tmp_path: Path) -> None:
    """Without node_modules the error says to run make setup."""
    azurite = Azurite(log=tmp_path / "log", script=tmp_path / "node_modules/azurite.js")

    with pytest.raises(NotInstalledError, match=r"azurite\.js is missing\. Run `make setup` once"):
        azurite.launch()


def test_data_in_a_folder_outlives_the_process(tmp_path: Path) -> None:
    """With a folder, a queue is still there after stop and start."""
    with Azurite(folder=tmp_path, log=tmp_path / "log") as azurite:
        create_missing(azurite.connection_string, queues=["kept"])
    with Azurite(folder=tmp_path, log=tmp_path / "log") as azurite:
        names = _queues(azurite.connection_string)

    assert names == ["kept"]


def test_stopped_azurite_answers_no_more(tmp_path: Path) -> None:
    """After the context its ports are free again."""
    with Azurite(log=tmp_path / "log") as azurite:
        port = azurite.ports.queue

    with socket.create_server(("127.0.0.1", port)):
        assert not azurite.child.running


def test_it_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    """SIGKILL of the process that started it ends Azurite too."""
    parent = _python(f"""
        from pathlib import Path
        from local.azurite import Azurite
        with Azurite(log=Path({str(tmp_path / "log")!r})) as azurite:
            print(azurite.ports.queue, flush=True)
            input()
    """)
    assert parent.stdout
    port = int(parent.stdout.readline())

    parent.kill()
    parent.communicate()

    _wait_until_free(port)


def test_missing_queues_and_tables_are_created_and_others_kept(storage: Storage) -> None:
    """create_missing adds what is not there and leaves what is."""
    kept = storage.queue()
    kept.send_message("still here")
    new_queue, new_table = storage.name("q"), storage.name("t")

    create_missing(storage.connection_string, queues=[kept.queue_name, new_queue], tables=[new_table])
    create_missing(storage.connection_string, queues=[new_queue], tables=[new_table])

    assert kept.get_queue_properties().approximate_message_count == 1
    assert new_queue in _queues(storage.connection_string)
    assert new_table in _tables(storage.connection_string)


def _queues(connection_string: str) -> list[str]:
    with QueueServiceClient.from_connection_string(connection_string) as service:
        return [queue.name for queue in service.list_queues()]


def _tables(connection_string: str) -> list[str]:
    with TableServiceClient.from_connection_string(connection_string) as service:
        return [table.name for table in service.list_tables()]


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def _python(program: str) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603 - this very interpreter
        [sys.executable, "-c", textwrap.dedent(program)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _wait_until_free(port: int, *, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return
        time.sleep(0.02)
    pytest.fail(f"Port {port} still answered {seconds} s after the parent was killed.")
