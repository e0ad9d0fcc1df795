"""
The stand: Azurite, the simulated tenant and the small Functions host, each a child process of its own.

    with Stand() as stand:
        print(stand.host_url, stand.tenant_url, stand.connection_string)

All of it ends with the context, on errors half-way and on Ctrl+C too; and when this process is killed, by itself.
"""

import os
import secrets
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import msgspec

from local import ports, storage
from local.azurite import USUAL_PORTS, Azurite, AzuritePorts
from local.child import Child
from local.tenant.control_client import ControlClient, TenantFacts
from local.tenant.entra_sign_in import DESK

ROOT = Path(__file__).parents[1]
SETTINGS = "local.settings.sample.json"
LISTENING = r"^listening on (http://\S+)$"
START_SECONDS = 30.0
RESET = "reset"
"""The identity that acts, as the tenant's seed calls it."""
FURTHER_ACTIONS = "setPerUserMfa issueTemporaryAccessPass"
"""What an operator has to switch on: on a laptop everything is to be tried."""


@dataclass(frozen=True, kw_only=True)
class Ports:
    """Where the parts listen if nobody else does; 0 takes any free port."""

    azurite: AzuritePorts = USUAL_PORTS
    tenant: int = 8400
    host: int = 7071


ANY_PORTS = Ports(azurite=AzuritePorts(), tenant=0, host=0)


@dataclass(frozen=True, kw_only=True)
class Commands:
    """How the tenant and the host are started; the stand adds port, parent and the like."""

    tenant: Sequence[str] = (sys.executable, "-m", "local.tenant")
    host: Sequence[str] = (sys.executable, "-m", "local.host")


class Stand:
    """
    Starts and stops the parts; a context manager.

    `settings` go to the host on top of local.settings.sample.json and of what leads it to the other parts. `say` is
    told, a line at a time, what a person would want to know. Output of the parts is in `folder`, as <part>.log.
    `lasting` keeps there too what is stored and what timers remember, for the next stand with that folder; the tenant
    begins anew, and invents the same life again for whoever asks for it.
    """

    def __init__(  # noqa: PLR0913 - all have defaults
        self,
        *,
        app_root: Path = ROOT,
        folder: Path = ROOT / ".stand",
        usual_ports: Ports | None = None,
        settings: Mapping[str, str] | None = None,
        queues: Sequence[str] = (),
        tables: Sequence[str] = (),
        with_host: bool = True,
        tells_storage_requests: bool = False,
        lasting: bool = False,
        commands: Commands | None = None,
        say: Callable[[str], None] = print,
    ) -> None:
        self.app_root = app_root
        self.folder = folder
        self.host_url = ""
        self.tenant_url = ""
        self._usual = usual_ports or Ports()
        self._extra_settings = dict(settings or {})
        self._queues = queues
        self._tables = tables
        self._with_host = with_host
        self._tells_storage_requests = tells_storage_requests
        self._lasting = lasting
        self._commands = commands or Commands()
        self._say = say
        self._sample = _values(app_root / SETTINGS)
        self._facts: TenantFacts | None = None
        self._identity_header = self._sample.get("IDENTITY_HEADER") or secrets.token_urlsafe()
        self.azurite: Azurite | None = None
        self.tenant: Child | None = None
        self.host: Child | None = None

    @property
    def azurite_log(self) -> Path:
        """Where Azurite's output goes."""
        return self.folder / "azurite.log"

    @property
    def connection_string(self) -> str:
        """What leads to Azurite; raises RuntimeError before the start."""
        if not self.azurite:
            raise RuntimeError("The stand has no Azurite yet; call start() first.")
        return self.azurite.connection_string

    @property
    def settings(self) -> dict[str, str]:
        """The app's settings on this stand, and those of App Service Authentication, which stands before it."""
        return {
            **self._sample,
            "AzureWebJobsStorage": self.connection_string,
            "DeskStorage": self.connection_string,
            "GRAPH_ENDPOINT": self.tenant_url,
            "IDENTITY_ENDPOINT": f"{self.tenant_url}/msi/token",
            "IDENTITY_HEADER": self._identity_header,
            "FURTHER_ACTIONS": FURTHER_ACTIONS,
            **self._authentication,
            **self._extra_settings,
        }

    @property
    def _authentication(self) -> dict[str, str]:
        if not self._facts:
            raise RuntimeError("The stand has no tenant yet; call start() first.")
        desk = self._facts.applications[DESK]
        return {
            "WEBSITE_AUTH_ENABLED": "True",
            "WEBSITE_AUTH_OPENID_ISSUER": f"{self.tenant_url}/{self._facts.id}/v2.0",
            "WEBSITE_AUTH_CLIENT_ID": desk.app_id,
            "WEBSITE_AUTH_SIGN_IN_URL": f"{self.tenant_url}/control/desk",
            "TENANT_ID": self._facts.id,
            "ENTERPRISE_APP_ID": desk.id,
        }

    def start(self) -> None:
        """Start all parts, Azurite and the tenant side by side; whatever fails, nothing stays behind."""
        try:
            self._start()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop all parts, the host first; parts that are not running are passed over."""
        self.stop_host()
        self.stop_tenant()
        self.stop_azurite()

    def start_host(self) -> None:
        """Start the host and wait until it answers; after `kill_host` it comes back on its old port."""
        port = _port_of(self.host_url) or self._port("the host", self._usual.host)
        command = [
            *self._commands.host,
            *("--port", str(port), "--parent", str(os.getpid())),
            *("--app-root", str(self.app_root), "--settings", SETTINGS, "--state", str(self.folder)),
        ]
        environ = {**os.environ, **self.settings}
        self.host = Child("The host", command, log=self.folder / "host.log", environ=environ, folder=ROOT)
        self.host.start()
        self.host_url = self.host.wait_for(LISTENING, seconds=START_SECONDS)

    def stop_host(self) -> None:
        """Stop the host as a deployment would: what runs may end."""
        if self.host:
            self.host.stop()

    def kill_host(self) -> None:
        """End the host with SIGKILL, as a crash would: what it was at stays undone."""
        if self.host:
            self.host.kill()

    def stop_tenant(self) -> None:
        """Stop the simulated tenant."""
        if self.tenant:
            self.tenant.stop()

    def stop_azurite(self) -> None:
        """Take the storage account away; only with `lasting` it comes back with what it had."""
        if self.azurite:
            self.azurite.stop()

    def start_azurite(self) -> None:
        """Bring the storage account back, on the ports that it had."""
        if not self.azurite:
            raise RuntimeError("The stand has no Azurite yet; call start() first.")
        self.azurite = self._azurite_on(self.azurite.ports)
        self.azurite.launch()
        self.azurite.wait()

    def check(self) -> None:
        """Raise ChildFailedError, with the end of its output, when a part has ended by itself."""
        for part in (self.azurite and self.azurite.child, self.tenant, self.host):
            if part:
                part.check()

    def _start(self) -> None:
        self._forget_earlier_stand()
        self.azurite = self._azurite_on(self._azurite_ports())
        self.azurite.launch()
        self.tenant = self._launch_tenant()
        self.azurite.wait()
        storage.create_missing(self.connection_string, queues=self._queues, tables=self._tables)
        self.tenant_url = self.tenant.wait_for(LISTENING, seconds=START_SECONDS)
        with ControlClient(self.tenant_url) as tenant:
            self._facts = tenant.facts()
            self._grant_what_is_switched_on(tenant)
        if self._with_host:
            self.start_host()

    def _grant_what_is_switched_on(self, tenant: ControlClient) -> None:
        """Grant the permission that setPerUserMfa takes, as the templates do it."""
        if "setPerUserMfa" in self.settings["FURTHER_ACTIONS"] and RESET in tenant.facts().apps:
            tenant.grant(RESET, "Policy.ReadWrite.AuthenticationMethod")

    def _forget_earlier_stand(self) -> None:
        """Remove its logs, and what its timers remembered: like data in memory, that begins anew."""
        if not self._lasting:
            shutil.rmtree(self.folder / "timers", ignore_errors=True)
        for log in self.folder.glob("*.log"):
            log.unlink()

    def _launch_tenant(self) -> Child:
        command = [
            *self._commands.tenant,
            *("--port", str(self._port("the tenant", self._usual.tenant)), "--parent", str(os.getpid())),
            *("--identity-header", self._identity_header),
        ]
        tenant = Child("The tenant", command, log=self.folder / "tenant.log", folder=ROOT)
        tenant.start()
        return tenant

    def _azurite_on(self, ports: AzuritePorts) -> Azurite:
        return Azurite(
            ports=ports,
            folder=self.folder / "azurite" if self._lasting else None,
            log=self.azurite_log,
            tells_requests=self._tells_storage_requests,
        )

    def _azurite_ports(self) -> AzuritePorts:
        usual = self._usual.azurite
        return AzuritePorts(
            blob=self._port("Azurite's blob service", usual.blob),
            queue=self._port("Azurite's queue service", usual.queue),
            table=self._port("Azurite's table service", usual.table),
        )

    def _port(self, part: str, usual: int) -> int:
        port = ports.usual_or_any(usual)
        if port != usual:
            self._say(f"Port {usual} is taken, so {part} takes another.")
        return port

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def _port_of(url: str) -> int:
    return int(url.rpartition(":")[2]) if url else 0


def _values(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    document = msgspec.json.decode(path.read_bytes(), type=dict[str, object])
    return msgspec.convert(document["Values"], dict[str, str])
