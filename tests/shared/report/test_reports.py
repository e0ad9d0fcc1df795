"""The daily reports: written when the day is over, anew when late events change them, announced once."""

import asyncio
import json
import zlib
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError
from azure.data.tables.aio import TableServiceClient
from msgspec.structs import replace

from shared.audit import coverage
from shared.audit.coverage_table import CoverageTable
from shared.audit.event import parse
from shared.audit.rows import entry
from shared.audit.windows import Window
from shared.outcome import Status
from shared.report.day import Day, day_of
from shared.report.mail import ReportMail
from shared.report.publisher import Publisher
from shared.report.report_table import REPORT_TABLE, Owed, ReportTable, Unwritten
from shared.report.reports import Reports
from shared.request_index import RequestIndex
from shared.storage import MessageQueue
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

    await reports.write(yesterday(office))

    report = await reports.find(yesterday(office).date)
    assert report is not None
    assert (report.revision, report.figures.resets, report.figures.resets_by_desk) == (1, 1, 1)
    assert [(line.asked_by.name, line.ticket) for line in report.lines] == [(LEE, "INC-7")]


async def test_a_report_says_that_nothing_was_read(office: Office, archive: Archive) -> None:
    """It states its own completeness; here no harvest has run."""
    await reset_yesterday(office, archive)
    reports = archive.reports(ZONE)

    await reports.write(yesterday(office))

    report = await reports.find(yesterday(office).date)
    assert report is not None
    assert not report.completeness.complete
    assert report.completeness.headline.startswith("Incomplete")


async def test_missed_days_are_caught_up(office: Office, archive: Archive) -> None:
    """The oldest first."""
    reports = archive.reports(ZONE, reach=9)

    days = [report.day for report in await written(reports)]

    today = day_of(office.clock(), ZONE)
    assert days == [today.before(back).date for back in range(9, 0, -1)]


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
    await mark_read(office, yesterday(office))

    (anew,) = await written(reports)

    assert (anew.day, anew.revision, anew.figures.resets_outside) == (yesterday(office).date, 2, 1)


async def test_the_list_shows_what_each_report_says_of_itself(office: Office, archive: Archive) -> None:
    """The newest first; where there is none, the list is empty."""
    reports = archive.reports(ZONE, reach=2)
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
    publisher = Publisher(archive.reports(ZONE), office.queues.results, None, office.clock)

    first, second = await publisher.publish_owed(), await publisher.publish_owed()

    events = [json.loads(str(message.content)) for message in office.results.receive_messages(max_messages=32)]
    assert (first, second) == (6, 0)
    assert f"{yesterday(office).date}/1" in {event["id"] for event in events}


async def test_what_a_dead_run_has_not_announced_the_next_one_does(office: Office, archive: Archive) -> None:
    """The report is on record before anybody hears of it."""
    reports = archive.reports(ZONE)
    await written(reports)

    assert await Publisher(reports, office.queues.results, None, office.clock).publish_owed() == 6


@pytest.mark.parametrize("hours", [23, 24, 25])
async def test_an_event_just_before_the_day_is_over_is_in_it(office: Office, archive: Archive, hours: int) -> None:
    """The day is the operator's, also where the clocks change on it."""
    dates = {23: "2026-03-29", 24: "2026-03-30", 25: "2026-10-25"}
    day = Day(date.fromisoformat(dates[hours]), ZONE)
    at = day.until - timedelta(seconds=1)
    adele = office.tenant.person(ADELE).id
    await keep(archive, f"event-{hours}", "Update StsRefreshTokenValidFrom Timestamp", at, whom=adele, by=NESTOR)

    report = await archive.reports(ZONE).write(day)

    assert report is not None
    assert (report.hours, report.figures.revocations) == (hours, 1)


async def test_the_newest_report_is_mailed_once(office: Office, archive: Archive) -> None:
    """And not all those that are caught up with it."""
    office.tenant.grant("reset", "Mail.Send")
    publisher = mailing(office, archive)

    await publisher.publish_owed()
    await publisher.publish_owed()

    (sent,) = office.tenant.mails()
    assert f"report of {yesterday(office).date}" in str(sent)


async def test_a_mail_that_cannot_be_sent_is_owed(office: Office, archive: Archive) -> None:
    """The report is on record and announced; the list says what is owed, and why. It is sent an hour later."""
    reports = archive.reports(ZONE)
    publisher = mailing(office, archive)
    office.tenant.grant("reset", "Mail.Send")
    office.tenant.fault("answer", path="*/sendMail", status=429, retry_after="90", times=1)
    done = await publisher.publish_owed()
    newest, *others = (await reports.all()).reports

    at_once = await publisher.deliver_owed()
    await office.clock.sleep(3601)
    later = [await publisher.deliver_owed(), await publisher.deliver_owed()]

    assert (done, at_once, later) == (5, 0, [1, 0])
    assert (newest.day, newest.owed) == (yesterday(office).date, (Owed.MAIL,))
    assert "429" in newest.trouble
    assert {((), "")} == {(each.owed, each.trouble) for each in (*others, *(await reports.all()).reports)}
    assert len(office.tenant.mails()) == 1


async def test_a_mail_that_is_owed_is_of_the_newest_revision(office: Office, archive: Archive) -> None:
    """What has changed meanwhile is not told as it was."""
    office.tenant.reset_in_portal(ADELE, admin=NESTOR)
    office.clock.advance(days=1)
    office.tenant.grant("reset", "Mail.Send")
    office.tenant.fault("answer", path="*/sendMail", status=429, retry_after="90", times=1)
    publisher = mailing(office, archive)
    await publisher.publish_owed()
    await archive.keep()
    await mark_read(office, yesterday(office))

    await publisher.publish_owed()

    (sent,) = office.tenant.mails()
    assert "1 around it" in str(sent)


async def test_an_announcement_that_cannot_be_made_is_owed(office: Office, archive: Archive) -> None:
    """It keeps no mail back, and is made an hour later."""
    office.tenant.grant("reset", "Mail.Send")
    reports = archive.reports(ZONE)
    nowhere = MessageQueue(office.connection, "no-such-queue")
    mail = ReportMail(office.graph, LEE, ("security@contoso.com",))
    await Publisher(reports, nowhere, mail, office.clock).publish_owed()
    owing = (await reports.all()).reports

    await office.clock.sleep(3601)
    done = await Publisher(reports, office.queues.results, mail, office.clock).deliver_owed()

    assert {(Owed.ANNOUNCEMENT,)} == {each.owed for each in owing}
    assert "queue" in owing[0].trouble.lower()
    assert (done, len(office.tenant.mails())) == (6, 1)
    await nowhere.close()


async def test_a_mailbox_that_may_not_be_used_is_named(office: Office, archive: Archive) -> None:
    """The list of reports says what to grant."""
    office.tenant.withdraw("reset", "Mail.Send")
    reports = archive.reports(ZONE, reach=1)
    mail = ReportMail(office.graph, LEE, ("security@contoso.com",))
    await Publisher(reports, office.queues.results, mail, office.clock).publish_owed()

    (newest,) = (await reports.all()).reports

    assert (newest.owed, office.tenant.mails()) == ((Owed.MAIL,), [])
    assert "Mail.Send" in newest.trouble


async def test_two_instances_at_once_write_and_tell_once(office: Office, archive: Archive) -> None:
    """Whoever is second leaves it to the first."""
    office.tenant.grant("reset", "Mail.Send")
    publishers = [mailing(office, archive), mailing(office, archive)]

    done = await asyncio.gather(*(each.publish_owed() for each in publishers))

    assert (sum(done), len(office.tenant.mails())) == (6, 1)


async def test_a_report_that_another_release_wrote_is_written_anew(office: Office, archive: Archive) -> None:
    """What cannot be read is no reason to write no report ever again."""
    reports = archive.reports(ZONE)
    await written(reports)
    table, day = office.tables.get_table_client(REPORT_TABLE), yesterday(office).date
    (row,) = table.query_entities(f"RowKey ge 'packed-{day}' and RowKey lt 'packed-{day}-~'")
    table.update_entity({**row, "Packed": zlib.compress(b'{"day": "2001-01-01"}')})
    table.update_entity({"PartitionKey": "report", "RowKey": day.isoformat(), "Basis": "as it was"})

    (anew,) = await written(reports)

    assert (anew.day, anew.revision) == (day, 2)


class Refusing:
    """The tables' service, which does not take what is packed of a day."""

    def __init__(self, tables: TableServiceClient, day: date, *, nor_that_it_failed: bool = False) -> None:
        self._tables = tables
        self._beneath = (f"packed-{day}", f"failed-{day}") if nor_that_it_failed else (f"packed-{day}",)

    def __getattr__(self, verb: str) -> Any:
        return getattr(self._tables, verb)

    def get_table_client(self, name: str) -> Any:
        """Return the table's client."""
        table, beneath = self._tables.get_table_client(name), self._beneath

        class _Table:
            def __getattr__(self, verb: str) -> Any:
                return getattr(table, verb)

            async def upsert_entity(self, row: Any, **options: Any) -> None:
                if row["RowKey"].startswith(beneath):
                    raise HttpResponseError("The day is refused.\nRequestId: 1")
                await table.upsert_entity(row, **options)

        return _Table()


async def test_a_report_that_cannot_be_written_keeps_no_other_one_back(
    office: Office, archive: Archive, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged as an error, and the list says why it is missing, until it is there."""
    reports, refused = archive.reports(ZONE, reach=3), yesterday(office).before(1).date
    reports.table = ReportTable(Refusing(office.table_service, refused))  # type: ignore[arg-type]

    days = [report.day for report in await written(reports)]

    told = await archive.reports(ZONE).all()
    reports = archive.reports(ZONE, reach=3)
    later = [report.day for report in await written(reports)]
    assert days == [yesterday(office).before(2).date, yesterday(office).date]
    assert told.unwritten == (Unwritten(day=refused, tried_at=office.clock(), trouble="The day is refused."),)
    assert [record.levelname for record in caplog.records if str(refused) in record.message][:1] == ["ERROR"]
    assert (later, (await reports.all()).unwritten) == ([refused], ())


async def test_a_report_that_cannot_even_be_noted_as_missing_keeps_no_other_one_back(
    office: Office, archive: Archive, caplog: pytest.LogCaptureFixture
) -> None:
    """The log has both; the next run tries again."""
    reports, refused = archive.reports(ZONE, reach=2), yesterday(office).before(1).date
    reports.table = ReportTable(Refusing(office.table_service, refused, nor_that_it_failed=True))  # type: ignore[arg-type]

    days = [report.day for report in await written(reports)]

    assert days == [yesterday(office).date]
    assert (await archive.reports(ZONE).all()).unwritten == ()
    assert "nor can it be noted that it is missing" in caplog.text


async def test_a_mail_that_nobody_is_to_have_any_more_is_owed_no_more(office: Office, archive: Archive) -> None:
    """The recipients were taken out of the settings after the report was written."""
    reports = archive.reports(ZONE, reach=1)
    assert [each async for each in reports.write_owed(mailed=True)] != []

    done = await Publisher(reports, office.queues.results, None, office.clock).deliver_owed()

    (told,) = (await reports.all()).reports
    assert (done, told.owed, office.tenant.mails()) == (1, (), [])


async def test_an_old_report_is_left_alone_while_nothing_new_was_read(office: Office, archive: Archive) -> None:
    """A gap that stays costs no look at events; once a part of it was read, what it bears upon is made anew."""
    reports, day = archive.reports(ZONE, reach=10), yesterday(office).before(7)
    await written(reports)
    before = archive.histories.looks
    nothing = await written(reports)
    looks = archive.histories.looks - before

    await mark_read(office, day)
    anew = [(report.day, report.revision) for report in await written(reports)]

    assert (nothing, looks) == ([], 0)
    assert anew == [(day.date, 2)]


async def test_a_request_that_ends_later_makes_the_report_anew(office: Office, archive: Archive) -> None:
    """Though nothing of the audit log was read meanwhile."""
    await reset_yesterday(office, archive)
    reports, index = archive.reports(ZONE, reach=2), RequestIndex(office.table_service)
    await written(reports)

    (summary,) = await index.accepted(yesterday(office).since, yesterday(office).until)
    await index.put(replace(summary, status=Status.PARTIAL))

    assert [report.figures.failed for report in await written(reports)] == [1]


async def test_who_registered_during_the_night_is_not_missed(office: Office, archive: Archive) -> None:
    """Reset before midnight, registered after it, before the report was written: they have registered again."""
    day = yesterday(office)
    adele = office.tenant.person(ADELE).id
    await keep(archive, "reset", "Admin deleted security info", day.until - timedelta(hours=1), whom=adele, by=NESTOR)
    await keep(archive, "new", "User registered security info", day.until + timedelta(hours=5), whom=adele, by=ADELE)

    report = await archive.reports(ZONE).write(day)

    assert report is not None
    assert (report.figures.resets, report.figures.unregistered) == (1, ())


async def mark_read(office: Office, day: Day) -> None:
    """Have the first half hour of a day marked as read."""
    table, window = CoverageTable(office.table_service), Window(day.since, day.since + timedelta(minutes=30))
    await table.state()
    await table.change(day.since.date(), lambda spans: coverage.read(spans, window, window.end, {}, office.clock()))


async def test_what_a_dead_run_had_taken_upon_itself_a_later_one_does(office: Office, archive: Archive) -> None:
    """Not at once: it may be slow, and not dead."""
    reports = archive.reports(ZONE, reach=1)
    await written(reports)
    (left,) = (await reports.table.shelf()).reports.values()
    await reports.table.taken(left, office.clock() + timedelta(minutes=10))
    publisher = Publisher(reports, office.queues.results, None, office.clock)

    at_once = await publisher.publish_owed()
    office.clock.advance(minutes=10)

    assert (at_once, await publisher.publish_owed()) == (0, 1)


def mailing(office: Office, archive: Archive) -> Publisher:
    """Return a publisher that mails, in Lee's name."""
    mail = ReportMail(office.graph, LEE, ("security@contoso.com",))
    return Publisher(archive.reports(ZONE), office.queues.results, mail, office.clock)


async def keep(  # noqa: PLR0913
    archive: Archive, id_: str, activity: str, at: datetime, *, whom: str, by: str
) -> None:
    """Keep an event."""
    user = {"id": whom if by == ADELE else "u", "userPrincipalName": by}
    raw = json.dumps(
        {
            "id": id_,
            "activityDisplayName": activity,
            "activityDateTime": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "loggedByService": "Core Directory" if activity.startswith("Update") else "Authentication Methods",
            "result": "success",
            "initiatedBy": {"user": user},
            "targetResources": [{"id": whom, "type": "User"}],
        }
    ).encode()
    await archive.store.keep([entry(parse(raw), raw)], Window(at, at + timedelta(seconds=1)))
