"""Who reset whom, on the whole stand: the timers harvest the tenant's log, and the report of the day tells it."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from azure.storage.queue import QueueClient

from local.stand import ANY_PORTS, Stand
from local.tenant.control_client import ControlClient
from shared.ledger import TABLES
from tests.fixtures.office import ADELE, DIEGO, LEE
from tests.fixtures.reception import NESTOR

pytestmark = pytest.mark.stand
PATIENCE_SECONDS = 40.0
JONI = "joni.sherman@contoso.com"
QUICK = {
    "HARVEST_SCHEDULE": "*/2 * * * * *",
    "HARVEST_SETTLE": "00:00:01",
    "HARVEST_AGAIN_AFTER": "00:00:05",
    "ENTRA_AUDIT_RETENTION": "1.00:00:00",
    "REPORT_SCHEDULE": "*/3 * * * * *",
}
"""What takes hours in production takes seconds here."""


class Auditor:
    """Debra, who reads at the desk over HTTP."""

    def __init__(self, stand: Stand, tenant: ControlClient) -> None:
        token = tenant.desk_sign_in("debra.berger@contoso.com")
        headers = {"Authorization": f"Bearer {token}"}
        self._desk = httpx.Client(base_url=f"{stand.host_url}/api", headers=headers, timeout=30)

    def lines(self, who: str) -> list[dict[str, Any]]:
        """Return the history of somebody."""
        found: list[dict[str, Any]] = self._desk.get(f"/users/{who}/history").raise_for_status().json()["lines"]
        return found

    def get(self, path: str) -> httpx.Response:
        """Return what is answered."""
        return self._desk.get(path)

    def close(self) -> None:
        """Go."""
        self._desk.close()


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    """Yield a stand on free ports, which harvests every other second."""
    folder: Path = tmp_path_factory.mktemp("stand")
    queues = ("reset-requests", "reset-results", "reports")
    with Stand(
        folder=folder, usual_ports=ANY_PORTS, settings=QUICK, queues=queues, tables=TABLES, say=lambda _: None
    ) as stand:
        yield stand


@pytest.fixture
def tenant(stand: Stand) -> Iterator[ControlClient]:
    """Yield the stand's tenant, whose log shows within a second."""
    with ControlClient(stand.tenant_url) as tenant:
        tenant.turn(audit_delay=(0, 1))
        yield tenant


@pytest.fixture
def auditor(stand: Stand, tenant: ControlClient) -> Iterator[Auditor]:
    """Yield an auditor."""
    auditor = Auditor(stand, tenant)
    yield auditor
    auditor.close()


def eventually(found: Callable[[], Any]) -> Any:
    """Return what is found as soon as it is; fail when it is not in time."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if result := found():
            return result
        time.sleep(0.2)
    pytest.fail(f"Not within {PATIENCE_SECONDS} s.")


def test_a_reset_is_found_with_whoever_stood_behind_it(stand: Stand, tenant: ControlClient, auditor: Auditor) -> None:
    """Through the queue, in the portal, and by another application."""
    request = {
        "id": "INC-1",
        "user": ADELE,
        "actions": ["requireReregistration"],
        "requestedBy": LEE,
        "ticket": "INC-1",
    }
    with QueueClient.from_connection_string(stand.connection_string, "reset-requests") as queue:
        queue.send_message(json.dumps(request))
    tenant.reset_in_portal(DIEGO, admin=NESTOR)
    tenant.reset_by_app(JONI, app="Legacy provisioning")

    def told(who: str) -> tuple[str, str, str] | None:
        lines = auditor.lines(who)
        return (lines[0]["standing"], lines[0]["askedBy"]["name"], lines[0]["through"]) if lines else None

    eventually(lambda: told(ADELE) == ("matched", LEE, "desk"))
    eventually(lambda: told(DIEGO) == ("outsideDesk", NESTOR, "portalOrTool"))
    eventually(lambda: told(JONI) == ("outsideDesk", "Legacy provisioning", "application"))


def test_the_days_before_have_their_reports(stand: Stand, auditor: Auditor) -> None:
    """As JSON, as a table and as a page; each is announced."""
    told = eventually(lambda: auditor.get("/reports").json()["reports"])

    day = told[0]["day"]
    kinds = {kind: auditor.get(f"/reports/{day}.{kind}") for kind in ("json", "csv", "html")}
    with QueueClient.from_connection_string(stand.connection_string, "reports") as queue:
        message = eventually(queue.receive_message)
    assert {kind: answer.status_code for kind, answer in kinds.items()} == {"json": 200, "csv": 200, "html": 200}
    assert kinds["json"].json()["day"] == day
    assert "<h1" in kinds["html"].text
    assert json.loads(message.content)["type"] == "mfadesk.report.written.v1"


def test_the_harvest_names_nobody_in_its_log(stand: Stand, auditor: Auditor) -> None:
    """Counts and times are enough for whoever runs it."""
    eventually(lambda: "harvest:" in stand.folder.joinpath("host.log").read_text(encoding="utf-8"))

    log = stand.folder.joinpath("host.log").read_text(encoding="utf-8")

    assert auditor.get("/reports").status_code == 200
    for personal in ("@contoso.com", "Vance", "206555", "Bearer", "eyJ"):
        assert personal not in log
