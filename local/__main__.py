"""The stand's commands: `python -m local run | demo | stand`."""

import os
import sys
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from azure.storage.queue import QueueClient
from rich.console import Console

from local.approver import WHO as APPROVER
from local.approver import Approver
from local.azurite import USUAL_PORTS
from local.demonstration import LEE, SITUATIONS, Demonstration
from local.printing import show
from local.stand import Stand
from local.tenant.audit.pace import Pace
from local.tenant.control_client import ControlClient
from local.tenant.sign_in import USUAL_TENANT
from shared.ledger import TABLES

PATIENCE_SECONDS = 60.0
LOOK_SECONDS = 0.2
QUICK = {
    "HARVEST_SCHEDULE": "*/10 * * * * *",
    "HARVEST_SETTLE": "00:00:10",
    "HARVEST_AGAIN_AFTER": "00:01:00",
    "REPORT_SCHEDULE": "*/30 * * * * *",
}
"""What takes hours in production takes minutes here."""
LIFE = Pace(days=30, daily=60, incidents=8, desk=False)
"""A month of invented history, which goes on; the desk's own part in it is only what really goes through the desk."""
AUDIT_DELAY_SECONDS = (1.0, 8.0)
PROPAGATION_SECONDS = 1.0
"""Graph lists a deleted method for some seconds more, and keeps the default for as long; so does this tenant."""


def main(arguments: Sequence[str]) -> int:
    """Run one command; return the exit code."""
    console = Console(highlight=False)
    command = arguments[0] if arguments else ""
    if command not in {"run", "demo", "stand"}:
        console.print("usage: python -m local run | demo | stand")
        return 2
    queues = ("reset-requests", "reset-results", "bulk-requests", "reports")
    with_host = command != "stand"
    try:
        with Stand(queues=queues, tables=TABLES, settings=QUICK, with_host=with_host, say=console.print) as stand:
            with ControlClient(stand.tenant_url) as tenant:
                tenant.turn(propagation_delay=PROPAGATION_SECONDS, audit_delay=AUDIT_DELAY_SECONDS)
                tenant.audit.live(LIFE)
            return _serve(console, stand, command)
    except KeyboardInterrupt:
        console.print("\nStopped.")
        return 0


def _serve(console: Console, stand: Stand, command: str) -> int:
    _introduce(console, stand)
    if command == "stand":
        console.print("\nServing; Ctrl+C ends it.")
        _wait_forever()
    demonstration = Demonstration(_queue(stand, "reset-requests"), _queue(stand, "reset-results"))
    with Approver(stand.host_url, stand.tenant_url) as approver:
        as_expected = _demonstrate(console, demonstration, approver)
    if command == "run":
        console.print("Serving. Drop requests of your own on reset-requests (README); Ctrl+C ends it.\n")
        while True:
            _show_new(console, demonstration)
            time.sleep(LOOK_SECONDS)
    return 0 if as_expected else 1


def _introduce(console: Console, stand: Stand) -> None:
    console.print("\n[bold]MFA Desk on this laptop[/bold]")
    console.print(f"  tenant   {stand.tenant_url} (simulated: contoso.com)")
    console.print(f"  storage  {_connection(stand)}", soft_wrap=True)
    if stand.host_url:
        console.print(f"  desk     {stand.host_url} (its log: .stand/host.log)")
        console.print(f"  console  {stand.host_url}/console")
        console.print(f"  or call  {_call(stand)}", soft_wrap=True)
        console.print(
            f"  reports  {stand.host_url}/api/reports/{_yesterday()}.html (a month is read within two minutes)"
        )
    else:
        console.print("  desk     not started: cp local.settings.sample.json local.settings.json, then func start")


def _call(stand: Stand) -> str:
    """Return a command that calls the desk as somebody, for a shell in this folder."""
    python = os.path.relpath(sys.executable)
    elsewhere = "" if stand.tenant_url == USUAL_TENANT else f" --tenant {stand.tenant_url}"
    token = f"$({python} -m local.tenant.sign_in {LEE} --desk{elsewhere})"
    return f'curl -H "Authorization: Bearer {token}" {stand.host_url}/api/me'


def _yesterday() -> date:
    return (datetime.now(UTC) - timedelta(days=1)).date()


def _connection(stand: Stand) -> str:
    """Return the connection string, in the short form that the SDKs know where the usual ports are taken."""
    usual = stand.azurite is not None and stand.azurite.ports == USUAL_PORTS
    return "UseDevelopmentStorage=true" if usual else stand.connection_string


def _demonstrate(console: Console, demonstration: Demonstration, approver: Approver) -> bool:
    """Drop the requests, show what becomes of them; return whether each came to the ending it should."""
    console.print("\n[bold]Dropped on reset-requests[/bold]")
    for situation in SITUATIONS:
        demonstration.drop(situation)
        console.print(f"  {situation.title}")
    console.print("\n[bold]Announced on reset-results[/bold]\n")
    as_expected = True
    deadline = time.monotonic() + PATIENCE_SECONDS
    while demonstration.waiting and time.monotonic() < deadline:
        as_expected &= _show_new(console, demonstration)
        for name in approver.approve_all():
            console.print(
                f"[dim]… {name} waits for a second person; {APPROVER} approves it over HTTP[/dim]\n", soft_wrap=True
            )
        time.sleep(LOOK_SECONDS)
    if demonstration.waiting:
        console.print(f"Not every request was answered within {PATIENCE_SECONDS:.0f} s; see .stand/host.log.")
    return as_expected and not demonstration.waiting


def _show_new(console: Console, demonstration: Demonstration) -> bool:
    as_expected = True
    for answer in demonstration.answers():
        show(console, answer)
        console.print()
        as_expected &= answer.as_expected
    return as_expected


def _wait_forever() -> None:
    while True:
        time.sleep(3600)


def _queue(stand: Stand, name: str) -> QueueClient:
    return QueueClient.from_connection_string(stand.connection_string, name)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
