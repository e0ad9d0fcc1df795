"""Who reset whom, on the whole stand: the timers harvest the tenant's log, and the report of the day tells it."""

import json
import re
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from azure.storage.queue import QueueClient

from local.stand import ANY_PORTS, Stand
from local.tenant.control_client import ControlClient
from shared import settings
from shared.audit.actors import DeskIdentity
from shared.audit.histories import Histories
from shared.audit.lookup import AuditLookup
from shared.ledger import TABLES
from shared.report.day import Day
from shared.report.reports import Reports
from shared.request_index import RequestIndex
from shared.storage import table_service
from tests.e2e.auditor import Auditor
from tests.e2e.patience import eventually
from tests.fixtures.office import ADELE, DIEGO, LEE
from tests.fixtures.reception import NESTOR

pytestmark = pytest.mark.stand
JONI = "joni.sherman@contoso.com"
QUICK = {
    "HARVEST_SCHEDULE": "*/2 * * * * *",
    "HARVEST_SETTLE": "00:00:01",
    "HARVEST_AGAIN_AFTER": "00:00:05",
    "ENTRA_AUDIT_RETENTION": "1.00:00:00",
    "REPORT_SCHEDULE": "*/3 * * * * *",
}
"""What takes hours in production takes seconds here."""


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


@pytest.fixture
async def next_morning(stand: Stand) -> AsyncIterator[Reports]:
    """Yield the reports of the stand's desk as its timer writes them on the morning after; the host lives today."""
    known = settings.read(stand.settings)
    tables = table_service(known.storage)
    identity = DeskIdentity(
        client_ids=frozenset({known.reset_client_id or ""}), principal_ids=frozenset({known.reset_principal_id or ""})
    )

    def morning() -> datetime:
        return datetime.now(UTC) + timedelta(days=1)

    lookup = AuditLookup(tables, known.audit.retention, morning)
    histories = Histories(lookup, RequestIndex(tables), identity, morning)
    yield Reports(tables, histories, known.time_zone, morning)
    await tables.close()


def ask_for_three_resets(stand: Stand, tenant: ControlClient) -> None:
    """Have people reset: through the queue, in the portal, and by another application."""
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


def let_two_harvests_pass(stand: Stand, tenant: ControlClient, since: datetime) -> None:
    """Wait until all has shown and settled, to the full second; then for two harvests, the first maybe under way.

    since: what happened before is left out, for it may show minutes late.
    """
    events = [event for event in tenant.audit.events() if datetime.fromisoformat(event.at) >= since]
    shown = max(datetime.fromisoformat(event.visible_from) for event in events)
    eventually(lambda: datetime.now(UTC) > shown + timedelta(seconds=2))
    before = harvests(stand)
    eventually(lambda: harvests(stand) >= before + 2)


def harvests(stand: Stand) -> int:
    """Return how many harvests have ended so far."""
    log = stand.folder.joinpath("host.log").read_text(encoding="utf-8")
    return len(re.findall(r"Executed 'Functions\.harvest' \(Succeeded", log))


def told(line: dict[str, Any]) -> tuple[str, str, str]:
    """Return how a line stands there, and who stood behind it."""
    return line["standing"], line["askedBy"]["name"], line["through"]


async def test_a_reset_is_found_within_two_harvests_and_reported_with_whoever_stood_behind_it(
    stand: Stand, tenant: ControlClient, auditor: Auditor, next_morning: Reports
) -> None:
    """Through the queue, in the portal, and by another application; the report of that day tells the same."""
    expected = {
        ADELE: ("matched", LEE, "desk"),
        DIEGO: ("outsideDesk", NESTOR, "portalOrTool"),
        JONI: ("outsideDesk", "Legacy provisioning", "application"),
    }
    begun = datetime.now(UTC)
    ask_for_three_resets(stand, tenant)
    eventually(lambda: auditor.get("/requests/INC-1").json().get("status") == "succeeded")

    let_two_harvests_pass(stand, tenant, begun)
    found = {who: auditor.lines(who)[0] for who in expected}
    days = {who: datetime.fromisoformat(line["at"]).date() for who, line in found.items()}
    for day in set(days.values()):
        await next_morning.write(Day(day, "UTC"))
    reported = {who: reported_of(auditor, day, who) for who, day in days.items()}

    assert expected == {who: told(line) for who, line in found.items()}
    assert expected == {who: told(line) for who, line in reported.items()}


def reported_of(auditor: Auditor, day: date, who: str) -> dict[str, Any]:
    """Return the last line about somebody in the report of a day."""
    lines = auditor.get(f"/reports/{day}.json").json()["lines"]
    found: dict[str, Any] = next(line for line in lines if line["person"]["userPrincipalName"] == who)
    return found


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
