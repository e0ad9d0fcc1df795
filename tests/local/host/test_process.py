"""The host as a process of its own: `python -m local.host`."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import pytest
from azure.storage.queue import QueueClient

from local.child import Child
from tests.fixtures.azurite import Storage

pytestmark = pytest.mark.stand

ROOT = Path(__file__).parents[3]
APP = """
    import time
    import azure.functions as func
    app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

    @app.queue_trigger(arg_name="message", queue_name="%IN%", connection="Desk")
    @app.queue_output(arg_name="result", queue_name="%OUT%", connection="Desk")
    def work(message: func.QueueMessage, result: func.Out[str]) -> None:
        print("begun", flush=True)
        if message.get_body() == b"forever":
            time.sleep(3600)
        result.set("done")

    @app.route("hello")
    async def hello(req: func.HttpRequest) -> str:
        return "hello"
"""


class App:
    """An app's folder and the host that runs it."""

    def __init__(self, folder: Path, storage: Storage) -> None:
        self.folder = folder
        self.requests, self.results = storage.queue(), storage.queue()
        values = {"Desk": storage.connection_string, "IN": self.requests.queue_name, "OUT": self.results.queue_name}
        quoted = ", ".join(f'"{name}": "{value}"' for name, value in values.items())
        (folder / "local.settings.json").write_text(f'{{"Values": {{{quoted}}}}}')
        queues = '{"messageEncoding": "none", "maxPollingInterval": "00:00:00.2"}'
        (folder / "host.json").write_text(f'{{"extensions": {{"queues": {queues}}}}}')
        (folder / "function_app.py").write_text(textwrap.dedent(APP))
        self.host = self._child()
        self.address = ""

    def start(self, *arguments: str, environ: Mapping[str, str] | None = None) -> None:
        """Start the host and wait for its address."""
        self.host = self._child(*arguments, environ=environ)
        self.host.start()
        self.address = self.host.wait_for(r"^listening on (\S+)$", seconds=20)

    def _child(self, *arguments: str, environ: Mapping[str, str] | None = None) -> Child:
        command = [sys.executable, "-m", "local.host", "--port", "0", "--app-root", str(self.folder), *arguments]
        environ = {**os.environ, **environ} if environ else None
        return Child("The host", command, log=self.folder / "log", folder=ROOT, environ=environ)


@pytest.fixture
def app(tmp_path: Path, azurite: str) -> Iterator[App]:
    """Return an app whose settings lead to Azurite."""
    created = App(tmp_path, Storage(azurite))
    yield created
    created.host.kill()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, azurite: str) -> Iterator[App]:
    """Return an app whose host runs, for tests that leave it running."""
    created = App(tmp_path_factory.mktemp("running"), Storage(azurite))
    created.start()
    yield created
    created.host.kill()


def test_queue_functions_run_with_local_settings(running: App) -> None:
    """Queues and connection come from local.settings.json."""
    running.requests.send_message("hello")

    assert _wait_for_message(running.results) == "done"


def test_http_functions_answer(running: App) -> None:
    """Routes are served where the host says that it listens."""
    assert httpx.get(f"{running.address}/api/hello").text == "hello"


def test_status_says_running(running: App) -> None:
    """The readiness probe answers once the host is ready."""
    assert httpx.get(f"{running.address}/admin/host/status").json()["state"] == "Running"


def test_log_has_a_line_per_run(running: App) -> None:
    """Each run is logged to standard error."""
    httpx.get(f"{running.address}/api/hello")

    running.host.wait_for(r"(Executed 'Functions\.hello' \(Succeeded, Id=[0-9a-f-]{36}, Duration=\d+ms\))", seconds=5)


def test_environment_comes_before_local_settings(app: App, storage: Storage) -> None:
    """A setting in the environment is not replaced by the file's, as with Core Tools."""
    other = storage.queue()
    app.start(environ={"OUT": other.queue_name})

    app.requests.send_message("hello")

    assert _wait_for_message(other) == "done"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_ends_the_host_within_two_seconds(app: App, number: signal.Signals) -> None:
    """Even while a function runs that does not end."""
    app.start()
    app.requests.send_message("forever")
    app.host.wait_for("(begun)", seconds=10)
    pid = app.host.pid
    assert pid

    begin = time.monotonic()
    os.kill(pid, number)
    code = app.host.wait(seconds=10)

    assert code == 0
    assert time.monotonic() - begin < 2


def test_killed_host_leaves_its_message_invisible(app: App) -> None:
    """After SIGKILL the message is neither done nor seen by others; it is not lost either."""
    app.start()
    app.requests.send_message("forever")
    app.host.wait_for("(begun)", seconds=10)

    app.host.kill()

    assert app.requests.receive_message() is None
    assert app.requests.get_queue_properties().approximate_message_count == 1
    assert app.results.receive_message() is None


def test_host_ends_when_its_parent_is_killed(app: App) -> None:
    """With --parent a host does not stay behind."""
    program = f"""
        import os, subprocess, sys
        command = [sys.executable, "-m", "local.host", "--port", "0", "--app-root", {str(app.folder)!r}]
        subprocess.Popen([*command, "--parent", str(os.getpid())])
        input()
    """
    parent = subprocess.Popen(  # noqa: S603 - this very interpreter
        [sys.executable, "-c", textwrap.dedent(program)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
    )
    assert parent.stdout
    address = parent.stdout.readline().decode().removeprefix("listening on ").strip()
    assert httpx.get(f"{address}/api/hello").text == "hello"

    parent.kill()
    parent.communicate()

    _wait_until_refused(address)


def test_taken_port_is_said(running: App) -> None:
    """A port in use ends the start with a sentence and the way out."""
    port = running.address.rpartition(":")[2]

    second = _run_to_its_end(running, port)

    assert second.returncode == 1
    assert f"Port {port} is taken" in second.stderr
    assert "--port" in second.stderr


def test_authentication_without_what_it_needs_is_said(app: App) -> None:
    """Rather no host than one that nobody can sign in to."""
    ended = _run_to_its_end(app, "0", {"WEBSITE_AUTH_ENABLED": "True"})

    assert ended.returncode == 1
    assert "The host cannot start: WEBSITE_AUTH_ENABLED is on, and without a value is:" in ended.stderr


def test_log_can_be_quiet(app: App) -> None:
    """With --quiet only warnings and errors are logged."""
    app.start("--quiet")

    httpx.get(f"{app.address}/api/hello")

    assert "Executed" not in app.host.tail()


def _run_to_its_end(app: App, port: str, environ: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own host
        [sys.executable, "-m", "local.host", "--port", port, "--app-root", app.folder],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, **(environ or {})},
        check=False,
    )


def _wait_for_message(queue: QueueClient, *, seconds: float = 10) -> str:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if message := queue.receive_message():
            return str(message.content)
        time.sleep(0.02)
    pytest.fail(f"No message came within {seconds:g} s.")


def _wait_until_refused(address: str, *, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            httpx.get(f"{address}/admin/host/status")
        except httpx.TransportError:
            return
        time.sleep(0.02)
    pytest.fail(f"{address} still answered after {seconds:g} s.")
