"""What the measurements stand on: a stand with people enough, and requests for them."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from local.stand import ANY_PORTS, ROOT, Stand
from local.tenant.methods import Method, MicrosoftAuthenticator, Phone, SoftwareOath
from shared.ledger import TABLES

METHODS: tuple[Method, ...] = (
    Phone(phone_type="mobile", phone_number="+1 2065550100"),
    MicrosoftAuthenticator(display_name="Phone"),
    SoftwareOath(),
)
LEE = "lee.gu@contoso.com"


@contextmanager
def stand(*, with_host: bool = True, tells_storage_requests: bool = False) -> Iterator[Stand]:
    """Yield a stand on free ports, its tables and queues empty."""
    with (
        TemporaryDirectory() as folder,
        Stand(
            folder=Path(folder),
            usual_ports=ANY_PORTS,
            queues=("reset-requests", "reset-results", "bulk-requests"),
            tables=TABLES,
            with_host=with_host,
            tells_storage_requests=tells_storage_requests,
            say=lambda _: None,
        ) as running,
    ):
        yield running


def request(user: str, request_id: str, requested_by: str = LEE) -> str:
    """Return the request for a whole reset of one person."""
    actions = ["requireReregistration", "revokeSessions"]
    return json.dumps({"id": request_id, "user": user, "actions": actions, "requestedBy": requested_by})


def run(stand: Stand, *arguments: str, told: str = "") -> list[float]:
    """Run an interpreter in the stand's environment and return the figures which it prints."""
    environ = {**os.environ, **stand.settings, "PYTHONPATH": str(ROOT)}
    environ.pop("PYTHONDONTWRITEBYTECODE", None)  # a deployed app is compiled once, and not at every start
    done = subprocess.run(  # noqa: S603 - our own commands, no shell
        [sys.executable, *arguments], env=environ, cwd=ROOT, input=told, stdout=subprocess.PIPE, text=True, check=True
    )
    return [float(figure) for figure in done.stdout.split()]
