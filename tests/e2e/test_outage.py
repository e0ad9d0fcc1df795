"""After an outage: the stand is started again, and reads all that has happened meanwhile, as far as Entra keeps it."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from local.stand import ANY_PORTS, Stand
from local.tenant.audit.pace import Pace
from local.tenant.control_client import ControlClient
from shared.ledger import TABLES
from tests.e2e.auditor import Auditor
from tests.e2e.earlier_desk import EarlierClock, earlier_desk
from tests.e2e.kept import Kept
from tests.e2e.patience import eventually
from tests.shared.audit.graph_log import audit

pytestmark = pytest.mark.stand
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
REACH: Final = timedelta(days=7)
"""For so long Entra keeps its log without a premium licence."""
AT_WORK: Final = timedelta(hours=4)
"""So long the desk runs before the outage: long enough to have read everything before it twice."""
LONG: Final = 90.0
"""Seconds of patience: the host reads at Graph's pace, which is five pages in ten seconds."""
QUICK: Final = {
    "HARVEST_SCHEDULE": "*/3 * * * * *",
    "HARVEST_SETTLE": "00:00:01",
    "HARVEST_AGAIN_AFTER": "00:01:00",
    "ENTRA_AUDIT_RETENTION": "7.00:00:00",
    "REPORT_SCHEDULE": "0 0 0 1 1 *",
}
"""What takes hours in production takes seconds, once the host is back; the report is asked for."""


@contextmanager
def hostless(folder: Path, *, lasting: bool = False) -> Iterator[tuple[Stand, ControlClient]]:
    """Yield a stand on free ports whose host is not started yet, and its tenant."""
    with (
        Stand(
            folder=folder,
            usual_ports=ANY_PORTS,
            settings=QUICK,
            queues=("reset-requests", "reset-results", "reports"),
            tables=TABLES,
            with_host=False,
            lasting=lasting,
            say=lambda _: None,
        ) as stand,
        ControlClient(stand.tenant_url) as tenant,
    ):
        tenant.turn(audit_retention_days=REACH / DAY)
        yield stand, tenant


async def worked_before(
    stand: Stand, clock: EarlierClock, monkeypatch: pytest.MonkeyPatch
) -> tuple[datetime, datetime]:
    """Let the desk be at work some days ago; return when it began, and when the outage did."""
    for name in ("IDENTITY_ENDPOINT", "IDENTITY_HEADER"):
        monkeypatch.setenv(name, stand.settings[name])
    async with earlier_desk(stand, clock) as desk:
        begun = clock()
        await desk.run(AT_WORK)
        return begun, clock()


def everything_is_kept_once(kept: Kept, tenant: ControlClient, since: datetime, seen_by: datetime) -> None:
    """Compare by id what is kept with what the tenant says: of the last minutes Graph does not show everything yet."""
    events, log = kept.events(), tenant.audit.events()
    due = {event.id for event in log if at(event.at) >= since and at(event.visible_from) <= seen_by}

    assert set() == due - set(events)
    assert set() == set(events) - {event.id for event in log}
    assert {1} == set(events.values())


def everything_relevant_is_found_once(kept: Kept, tenant: ControlClient, since: datetime, seen_by: datetime) -> None:
    """Compare what tells of people's security info, by day and by person."""
    about = [event for event in tenant.audit.events() if "security info" in event.activity and at(event.at) >= since]
    due = {event.id for event in about if at(event.visible_from) <= seen_by}
    by_day = Counter(str(row["EventId"]) for row in kept.relevant())
    by_person = kept.of_people()

    assert len(due) > 0
    assert set() == due - set(by_day)
    assert set() == due - {event_id for _, event_id in by_person}
    assert {1} == set(by_day.values()) == set(by_person.values())


def at(text: str) -> datetime:
    """Return a time as an event prints it."""
    return datetime.fromisoformat(text)


def write_reports(stand: Stand) -> None:
    """Have the reports written that are owed."""
    httpx.post(f"{stand.host_url}/admin/functions/daily_report").raise_for_status()


def report_of(auditor: Auditor, day: date) -> dict[str, Any]:
    """Return the report of a day as soon as there is one."""
    eventually(lambda: auditor.get(f"/reports/{day}.json").is_success)
    report: dict[str, Any] = auditor.get(f"/reports/{day}.json").json()
    return report


def is_caught_up(kept: Kept, went: datetime, back: datetime) -> bool:
    """Return whether all is read up to the present, and twice what had been read once before the outage."""
    return kept.read()[0][1] > back and kept.read_twice()[0][1] >= went - 2 * HOUR


async def test_an_outage_of_the_host_for_three_days_loses_nothing_and_doubles_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some thousand events, late ones too; the host dies once more while it catches up."""
    with hostless(tmp_path) as (stand, tenant), closing(Kept(stand.connection_string)) as kept:
        clock = EarlierClock(tenant, 3 * DAY + AT_WORK)
        tenant.audit.live(Pace(days=2, daily=50, incidents=6, desk=False))
        begun, went = await worked_before(stand, clock, monkeypatch)
        tenant.audit.crowd(2400, since=went.isoformat(), until=(went + 3 * DAY).isoformat(), relevant=0.02)
        late = audit(1, went - 2 * HOUR - HOUR / 2)
        tenant.audit.add(late, at=late["activityDateTime"], late=30 * 3600)

        first_back = datetime.now(UTC)
        stand.start_host()
        eventually(lambda: kept.read()[0][1] > went, seconds=LONG)
        stand.kill_host()
        stand.start_host()
        back = datetime.now(UTC)
        eventually(lambda: is_caught_up(kept, went, back), seconds=LONG)

        assert sum(at(event.at) > went for event in tenant.audit.events()) > 2400
        assert late["id"] in kept.events()
        # What has shown since may have missed the first reading, and waits for the second.
        everything_is_kept_once(kept, tenant, begun - REACH, first_back)
        everything_relevant_is_found_once(kept, tenant, begun - REACH, first_back)
        assert [begun - REACH] == [start for start, _ in kept.read()]
        assert kept.lost() == []


async def test_an_outage_of_everything_for_three_days_loses_nothing_and_doubles_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The storage account comes back with what it had, and the tenant with its past; the reports know of no gap."""
    with hostless(tmp_path, lasting=True) as (stand, tenant), closing(Kept(stand.connection_string)) as kept:
        clock = EarlierClock(tenant, 3 * DAY + AT_WORK)
        tenant.audit.live(Pace(days=9, daily=300, incidents=6, desk=False))
        begun, went = await worked_before(stand, clock, monkeypatch)
        before = kept.events()

    with hostless(tmp_path, lasting=True) as (stand, tenant), closing(Kept(stand.connection_string)) as kept:
        tenant.audit.live(Pace(days=12, daily=300, incidents=6, desk=False))
        assert before == kept.events()
        back = datetime.now(UTC)
        stand.start_host()
        eventually(lambda: is_caught_up(kept, went, back), seconds=LONG)
        write_reports(stand)

        assert before.total() < kept.events().total()
        everything_is_kept_once(kept, tenant, begun - REACH, back)
        everything_relevant_is_found_once(kept, tenant, begun - REACH, back)
        assert [begun - REACH] == [start for start, _ in kept.read()]
        assert kept.lost() == []
        with closing(Auditor(stand, tenant)) as auditor:
            coverage = report_of(auditor, (went + DAY).date())["completeness"]["coverage"]
        assert coverage.get("hoursReadOnce", 0) + coverage.get("hoursReadTwice", 0) == 24
        assert "gaps" not in coverage


async def test_an_outage_for_longer_than_entra_keeps_its_log_leaves_one_gap_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the last that was read up to the first that Entra still has; the reports of these days begin with it."""
    with hostless(tmp_path) as (stand, tenant), closing(Kept(stand.connection_string)) as kept:
        clock = EarlierClock(tenant, 40 * DAY + AT_WORK)
        tenant.audit.live(Pace(days=8, daily=60, incidents=2, desk=False))
        _, went = await worked_before(stand, clock, monkeypatch)

        stand.start_host()
        back = datetime.now(UTC)
        eventually(lambda: kept.lost() and kept.read()[-1][0] == kept.lost()[-1][1], seconds=LONG)
        write_reports(stand)

        (_, until), (since, _) = kept.read()
        assert [(until, since)] == kept.lost()
        assert went - HOUR < until <= went
        assert since - (back - REACH) < timedelta(minutes=1)
        # What Entra forgets before a slow first run comes to it is a gap of its own, on a day that has one already.
        log = stand.folder.joinpath("host.log").read_text(encoding="utf-8")
        told = set(re.findall(r"GAP: from (\S+)", log))
        assert (since.date() - until.date()) // DAY + 1 == len(told)
        with closing(Auditor(stand, tenant)) as auditor:
            lost = back.date() - 10 * DAY
            completeness = report_of(auditor, lost)["completeness"]
            page = auditor.get(f"/reports/{lost}.html").text
        assert [gap["lost"] for gap in completeness["coverage"]["gaps"]] == [True]
        assert completeness["headline"].startswith("Incomplete")
        assert re.findall(r"<h2[^>]*>([^<]*)", page)[0] == "This report has a gap"
