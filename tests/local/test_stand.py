"""The stand: Azurite, tenant and host together."""

import base64
import json
import os
import re
import signal
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

import httpx
import pytest
from azure.core.exceptions import ServiceRequestError
from azure.storage.queue import QueueClient

from local.azurite import AzuritePorts
from local.child import ChildFailedError
from local.stand import ANY_PORTS, Commands, Ports, Stand
from local.tenant.control_client import ControlClient

pytestmark = pytest.mark.stand

ROOT = Path(__file__).parents[2]
LEE = "lee.gu@contoso.com"
FACTS = {
    "id": "tenant",
    "name": "Contoso",
    "apps": {},
    "people": [],
    "applications": {"MFA Desk": {"id": "enterprise-application", "appId": "app", "roles": {}}},
}
# Stands in for the simulated tenant: shows the arguments it was given, and tells what does not change.
TENANT = f"""
import http.server, sys, threading

class Facts(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write({json.dumps(FACTS).encode()!r})

print(sys.argv[1:])
server = http.server.HTTPServer(("127.0.0.1", 0), Facts)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(f"listening on http://127.0.0.1:{{server.server_port}}")
sys.stdin.read()
"""
FAKE = Commands(tenant=(sys.executable, "-uc", TENANT))
APP = """
    import json, os
    import azure.functions as func
    app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

    @app.route("settings")
    async def settings(req: func.HttpRequest) -> func.HttpResponse:
        return func.HttpResponse(json.dumps(dict(os.environ)), mimetype="application/json")

    @app.route("caller")
    async def caller(req: func.HttpRequest) -> str:
        return req.headers.get("x-ms-client-principal", "nobody")

"""
SAMPLE = {"Values": {"RESET_IDENTITY_CLIENT_ID": "reset", "AUDIT_IDENTITY_CLIENT_ID": "audit", "DeskStorage": "sample"}}


@pytest.fixture
def app_root(tmp_path: Path) -> Path:
    """Return the root of an app which tells its settings."""
    return _app(tmp_path / "app")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a state folder of this test's own."""
    return tmp_path / "state"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    """Return a stand with a fake tenant, for tests that leave it running."""
    folder = tmp_path_factory.mktemp("stand")
    with _stand(_app(folder / "app"), folder, settings={"MORE": "1"}, queues=["reset-requests"]) as stand:
        yield stand


@pytest.fixture(scope="module")
def hostless(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    """Return a stand without a host, in a folder where an earlier one has left what its timers remembered."""
    folder = tmp_path_factory.mktemp("stand")
    (folder / "timers").mkdir()
    (folder / "timers" / "yearly.json").write_text("{}")
    with _stand(_app(folder / "app"), folder, with_host=False) as stand:
        yield stand


def test_host_gets_the_settings_that_lead_to_the_other_parts(running: Stand) -> None:
    """Storage, Graph and identity settings lead to Azurite and the tenant; others come from sample and caller."""
    settings = httpx.get(f"{running.host_url}/api/settings").json()

    assert settings["DeskStorage"] == settings["AzureWebJobsStorage"] == running.connection_string
    assert settings["GRAPH_ENDPOINT"] == running.tenant_url
    assert settings["IDENTITY_ENDPOINT"] == f"{running.tenant_url}/msi/token"
    assert settings["IDENTITY_HEADER"] in (running.folder / "tenant.log").read_text()
    assert (settings["RESET_IDENTITY_CLIENT_ID"], settings["AUDIT_IDENTITY_CLIENT_ID"]) == ("reset", "audit")
    assert settings["MORE"] == "1"


def test_host_gets_the_settings_of_authentication(running: Stand) -> None:
    """App Service Authentication is on, for the tenant and the desk's application in it; everything is switched on."""
    settings = httpx.get(f"{running.host_url}/api/settings").json()
    expected = {
        "WEBSITE_AUTH_ENABLED": "True",
        "WEBSITE_AUTH_OPENID_ISSUER": f"{running.tenant_url}/tenant/v2.0",
        "WEBSITE_AUTH_CLIENT_ID": "app",
        "WEBSITE_AUTH_SIGN_IN_URL": f"{running.tenant_url}/control/desk",
        "TENANT_ID": "tenant",
        "ENTERPRISE_APP_ID": "enterprise-application",
        "FURTHER_ACTIONS": "setPerUserMfa issueTemporaryAccessPass",
    }

    assert {name: settings.get(name) for name in expected} == expected


def test_authentication_stands_before_the_app(running: Stand) -> None:
    """Nobody can forge who they are, and a token that is none is refused before the app hears of it."""
    answer = httpx.get(f"{running.host_url}/api/caller", headers={"X-MS-CLIENT-PRINCIPAL": "forged"})
    refused = httpx.get(f"{running.host_url}/api/caller", headers={"Authorization": "Bearer forged"})

    assert (answer.text, refused.status_code) == ("nobody", 401)


def test_authentication_can_be_left_out(app_root: Path, folder: Path) -> None:
    """As under `func start`: then everybody may say who they are, and the app must not believe it."""
    with _stand(app_root, folder, settings={"WEBSITE_AUTH_ENABLED": "False"}) as stand:
        answer = httpx.get(f"{stand.host_url}/api/caller", headers={"X-MS-CLIENT-PRINCIPAL": "forged"})

    assert answer.text == "forged"


def test_queues_that_are_asked_for_exist(running: Stand) -> None:
    """The named queues are made when the stand starts."""
    queue = QueueClient.from_connection_string(running.connection_string, "reset-requests")

    assert queue.get_queue_properties().approximate_message_count == 0


def test_killed_host_comes_back_on_its_port(running: Stand) -> None:
    """After kill_host nobody answers; after start_host the host does, where it was before."""
    before = running.host_url
    running.kill_host()
    with pytest.raises(httpx.ConnectError):
        httpx.get(before)

    running.start_host()

    assert running.host_url == before
    assert httpx.get(f"{before}/admin/host/status").status_code == 200


def test_without_host_the_rest_is_there(hostless: Stand) -> None:
    """For people who use `func start`: Azurite, the tenant, and the settings for the app."""
    assert hostless.host_url == ""
    assert hostless.settings["GRAPH_ENDPOINT"] == hostless.tenant_url


def test_new_stand_has_forgotten_the_timers_of_the_last(hostless: Stand) -> None:
    """Data is in memory, so what timers remembered beside that of an earlier stand goes with it."""
    assert not (hostless.folder / "timers").exists()


def test_lasting_stand_has_what_the_last_one_had(app_root: Path, folder: Path) -> None:
    """What was stored, and what timers remembered."""
    lasting = partial(
        Stand, app_root=app_root, folder=folder, usual_ports=ANY_PORTS, with_host=False, lasting=True, commands=FAKE
    )
    with lasting(queues=["reset-requests"]) as stand:
        QueueClient.from_connection_string(stand.connection_string, "reset-requests").send_message("kept")
        (folder / "timers").mkdir()

    with lasting() as stand:
        message = QueueClient.from_connection_string(stand.connection_string, "reset-requests").receive_message()

    assert message
    assert message.content == "kept"
    assert (folder / "timers").exists()


def test_storage_account_that_was_away_comes_back_with_what_it_had(app_root: Path, folder: Path) -> None:
    """And where it was."""
    with (
        Stand(
            app_root=app_root,
            folder=folder,
            usual_ports=ANY_PORTS,
            with_host=False,
            lasting=True,
            queues=["reset-requests"],
            commands=FAKE,
        ) as stand,
        QueueClient.from_connection_string(stand.connection_string, "reset-requests", retry_total=0) as queue,
    ):
        queue.send_message("kept")
        stand.stop_azurite()
        with pytest.raises(ServiceRequestError):
            queue.receive_message()
        stand.start_azurite()
        message = queue.receive_message()

    assert message
    assert message.content == "kept"


def test_taken_ports_are_said_and_others_used(app_root: Path, folder: Path) -> None:
    """A usual port that somebody else has gives one line, and a free port."""
    said: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        usual = Ports(azurite=AzuritePorts(queue=port), tenant=0, host=port)
        with Stand(app_root=app_root, folder=folder, usual_ports=usual, commands=FAKE, say=said.append) as stand:
            assert httpx.get(f"{stand.host_url}/admin/host/status").status_code == 200

    assert said == [
        f"Port {port} is taken, so Azurite's queue service takes another.",
        f"Port {port} is taken, so the host takes another.",
    ]


def test_part_that_cannot_start_is_shown_and_the_others_end(app_root: Path, folder: Path) -> None:
    """The error holds the end of that part's output, and nothing stays behind."""
    (app_root / "function_app.py").write_text("import no_such_module")
    stand = _stand(app_root, folder)

    with pytest.raises(ChildFailedError, match=r"(?s)The host ended with code 1.*No module named 'no_such_module'"):
        stand.start()

    assert not [part for part in _parts(stand) if part]


def test_part_that_dies_is_noticed(app_root: Path, folder: Path) -> None:
    """check() names a part that ended by itself."""
    with _stand(app_root, folder, with_host=False) as stand:
        assert stand.tenant
        assert stand.tenant.pid
        stand.check()
        os.kill(stand.tenant.pid, signal.SIGKILL)
        stand.tenant.wait(seconds=10)

        with pytest.raises(ChildFailedError, match="The tenant ended with code -9"):
            stand.check()


def test_ctrl_c_ends_everything(app_root: Path, folder: Path) -> None:
    """SIGINT to a program that holds a stand ends the parts too."""
    _assert_nothing_stays_behind(app_root, folder, signal.SIGINT)


def test_killed_program_leaves_nothing_behind(app_root: Path, folder: Path) -> None:
    """Even SIGKILL of the program ends the parts."""
    _assert_nothing_stays_behind(app_root, folder, signal.SIGKILL)


def test_real_tenant_answers(folder: Path) -> None:
    """With the simulated tenant and this very app, everything starts and the host has nothing to complain of."""
    with Stand(folder=folder, usual_ports=ANY_PORTS, say=_say_nothing) as stand:
        status = httpx.get(f"{stand.host_url}/admin/host/status").json()
        token = httpx.get(
            f"{stand.settings['IDENTITY_ENDPOINT']}",
            params={
                "api-version": "2019-08-01",
                "resource": "https://graph.microsoft.com",
                "client_id": stand.settings["RESET_IDENTITY_CLIENT_ID"],
            },
            headers={"X-IDENTITY-HEADER": stand.settings["IDENTITY_HEADER"]},
        )

    assert status["errors"] == {}
    assert token.status_code == 200


def test_real_tenants_people_sign_in(app_root: Path, folder: Path) -> None:
    """With a token as the command prints it, or with the page in a browser."""
    with (
        Stand(app_root=app_root, folder=folder, usual_ports=ANY_PORTS, say=_say_nothing) as stand,
        ControlClient(stand.tenant_url) as tenant,
        httpx.Client(base_url=stand.host_url) as browser,
    ):
        token = tenant.desk_sign_in(LEE)
        by_token = browser.get("/api/caller", headers={"Authorization": f"Bearer {token}"}).text
        page = browser.get("/.auth/login/aad", params={"search": LEE}).text
        fields = dict(re.findall(r'name="(nonce|user)" value="([^"]+)"', page))
        browser.post("/.auth/login/aad", data=fields)
        by_page = browser.get("/api/caller").text

    assert {_name(by_token), _name(by_page)} == {LEE}


def _name(principal: str) -> str:
    claims = json.loads(base64.b64decode(principal))["claims"]
    return next(str(claim["val"]) for claim in claims if claim["typ"] == "preferred_username")


def _assert_nothing_stays_behind(app_root: Path, folder: Path, number: signal.Signals) -> None:
    program = f"""
        import sys
        from pathlib import Path
        from local.stand import ANY_PORTS, Commands, Stand
        commands = Commands(tenant=(sys.executable, "-uc", {TENANT!r}))
        root, folder = Path({str(app_root)!r}), Path({str(folder)!r})
        with Stand(app_root=root, folder=folder, usual_ports=ANY_PORTS, commands=commands) as stand:
            print(stand.host_url.rpartition(":")[2], stand.azurite.ports.queue, flush=True)
            input()
    """
    holder = subprocess.Popen(  # noqa: S603 - this very interpreter
        [sys.executable, "-c", textwrap.dedent(program)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
    )
    assert holder.stdout
    held = [int(port) for port in holder.stdout.readline().split()]
    assert len(held) == 2

    holder.send_signal(number)
    holder.communicate(timeout=10)

    for port in held:
        _wait_until_free(port)


def _wait_until_free(port: int, *, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return
        time.sleep(0.02)
    pytest.fail(f"Port {port} still answered after {seconds:g} s.")


def _parts(stand: Stand) -> list[bool]:
    return [
        bool(stand.azurite and stand.azurite.child.running),
        bool(stand.tenant and stand.tenant.running),
        bool(stand.host and stand.host.running),
    ]


def _app(root: Path) -> Path:
    root.mkdir()
    (root / "host.json").write_text("{}")
    (root / "function_app.py").write_text(textwrap.dedent(APP))
    (root / "local.settings.sample.json").write_text(json.dumps(SAMPLE))
    return root


def _stand(
    app_root: Path,
    folder: Path,
    *,
    settings: Mapping[str, str] | None = None,
    queues: Sequence[str] = (),
    with_host: bool = True,
) -> Stand:
    return Stand(
        app_root=app_root,
        folder=folder,
        usual_ports=ANY_PORTS,
        settings=settings,
        queues=queues,
        with_host=with_host,
        commands=FAKE,
        say=_say_nothing,
    )


def _say_nothing(line: str) -> None:
    pass
