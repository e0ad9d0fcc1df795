"""The daily reports: written when the day is over, anew when late events change them, announced once."""

import json
from datetime import date, timedelta
from typing import Any

import pytest

from shared.audit.event import parse
from shared.audit.rows import entry
from shared.audit.windows import Window
from shared.report.day import Day, day_of
from shared.report.mail import ReportMail
from shared.report.publisher import Publisher
from shared.report.reports import Reports
from tests.fixtures.archive import Archive
from tests.fixtures.office import ADELE, LEE, Office
from tests.fixtures.reception import NESTOR, Reception

ZONE = "Europe/Berlin"


def yesterday(office: Office) -> Day:
    """Return the day before the office's today."""
    return day_of(office.clock(), ZONE).before(1)


async def reset_yesterday(office: Office, archive: Archive) -> None:
    """Have Lee reset Adele through the desk, and let a day go by."""
    await Reception(office).submit(ticket="INC-7")
    await archive.keep()
    office.clock.advance(days=1)


async def written(reports: Reports) -> list[Any]:
    """Return what a run has written."""
    return [report async for report in reports.write_owed()]


async def test_the_report_of_yesterday_tells_what_was_done(office: Office, archive: Archive) -> None:
    """With the human behind it."""
    await reset_yesterday(office, archive)
    reports = archive.reports(ZONE)

    await written(reports)

    report = await reports.find(yesterday(office).date)
    assert report is not None
    assert (report.revision, report.figures.resets, report.figures.resets_by_desk) == (1, 1, 1)
    assert [(line.asked_by.name, line.ticket) for line in report.lines] == [(LEE, "INC-7")]


async def test_a_report_says_that_nothing_was_read(office: Office, archive: Archive) -> None:
    """It states its own completeness; here no harvest has run."""
    await reset_yesterday(office, archive)
    reports = archive.reports(ZONE)

    await written(reports)

    report = await reports.find(yesterday(office).date)
    assert report is not None
    assert not report.completeness.complete
    assert report.completeness.headline.startswith("Incomplete")


async def test_missed_days_are_caught_up(office: Office, archive: Archive) -> None:
    """The oldest first, as far back as the chart goes."""
    reports = archive.reports(ZONE)

    days = [report.day for report in await written(reports)]

    today = day_of(office.clock(), ZONE)
    assert days == [today.before(back).date for back in range(30, 0, -1)]


async def test_what_has_not_changed_is_not_written_again(office: Office, archive: Archive) -> None:
    """A revision means that something is different."""
    await reset_yesterday(office, archive)
    reports = archive.reports(ZONE)
    await written(reports)

    assert await written(reports) == []


async def test_a_late_event_makes_a_new_revision(office: Office, archive: Archive) -> None:
    """It is the report of the same day, and says so."""
    office.tenant.reset_in_portal(ADELE, admin=NESTOR)
    office.clock.advance(days=1)
    reports = archive.reports(ZONE)
    await written(reports)
    await archive.keep()

    (anew,) = await written(reports)

    assert (anew.day, anew.revision, anew.figures.resets_outside) == (yesterday(office).date, 2, 1)


async def test_the_list_shows_what_each_report_says_of_itself(office: Office, archive: Archive) -> None:
    """The newest first; where there is none, the list is empty."""
    reports = archive.reports(ZONE)
    before = await reports.all()
    await reset_yesterday(office, archive)
    await written(reports)

    after = await reports.all()

    assert before.reports == ()
    assert (after.reports[0].day, after.reports[0].desk) == (yesterday(office).date, 1)
    assert after.reports[0].complete is False


async def test_a_day_without_a_report_has_none(archive: Archive, office: Office) -> None:
    """Before anything was written, too."""
    assert await archive.reports().find(office.clock().date()) is None


async def test_a_report_is_announced_once(office: Office, archive: Archive) -> None:
    """As a CloudEvent, by its day and revision."""
    await reset_yesterday(office, archive)
    publisher = Publisher(archive.reports(ZONE), office.queues.results)

    first, second = await publisher.publish_owed(), await publisher.publish_owed()

    events = [json.loads(str(message.content)) for message in office.results.receive_messages(max_messages=32)]
    assert (first, second) == (30, 0)
    assert f"{yesterday(office).date}/1" in {event["id"] for event in events}


async def test_what_a_dead_run_has_not_announced_the_next_one_does(office: Office, archive: Archive) -> None:
    """The report is on record before anybody hears of it."""
    reports = archive.reports(ZONE)
    await written(reports)

    assert await Publisher(reports, office.queues.results).publish_owed() == 30


@pytest.mark.parametrize("hours", [23, 24, 25])
async def test_an_event_just_before_the_day_is_over_is_in_it(office: Office, archive: Archive, hours: int) -> None:
    """The day is the operator's, also where the clocks change on it."""
    dates = {23: "2026-03-29", 24: "2026-03-30", 25: "2026-10-25"}
    day = Day(date.fromisoformat(dates[hours]), ZONE)
    at = day.until - timedelta(seconds=1)
    adele = office.tenant.person(ADELE).id
    raw = json.dumps(
        {
            "id": f"event-{hours}",
            "activityDisplayName": "Update StsRefreshTokenValidFrom Timestamp",
            "activityDateTime": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "loggedByService": "Core Directory",
            "result": "success",
            "initiatedBy": {"user": {"id": "u", "userPrincipalName": NESTOR}},
            "targetResources": [{"id": adele, "type": "User"}],
        }
    ).encode()
    await archive.store.keep([entry(parse(raw), raw)], Window(at, at + timedelta(seconds=1)))

    report = await archive.reports(ZONE).write(day)

    assert report is not None
    assert (report.hours, report.figures.revocations) == (hours, 1)


async def test_the_newest_report_is_mailed_once(office: Office, archive: Archive) -> None:
    """And not the thirty that are caught up with it."""
    office.tenant.grant("reset", "Mail.Send")
    mail = ReportMail(office.graph, LEE, ("security@contoso.com",))
    publisher = Publisher(archive.reports(ZONE), office.queues.results, mail)

    await publisher.publish_owed()
    await publisher.publish_owed()

    (sent,) = office.tenant.mails()
    assert f"report of {yesterday(office).date}" in str(sent)


async def test_a_mail_that_may_not_be_sent_holds_nothing_up(office: Office, archive: Archive) -> None:
    """The report is on record and announced."""
    mail = ReportMail(office.graph, LEE, ("security@contoso.com",))

    assert await Publisher(archive.reports(ZONE), office.queues.results, mail).publish_owed() == 30
    assert office.tenant.mails() == []
