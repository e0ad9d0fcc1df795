"""The publisher: writes the reports that are owed, announces those of which nobody may have heard, mails the newest."""

import logging
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final

import msgspec
from azure.core.exceptions import AzureError
from msgspec.structs import replace

from shared.announcement import SOURCE
from shared.graph import GraphUnavailable
from shared.lookups.permission import MissingPermissionError
from shared.report.mail import Attachment, Letter, ReportMail
from shared.report.report import Report
from shared.report.report_table import Owed, ReportTold, Shelved
from shared.report.reports import Reports
from shared.storage import MessageQueue

TYPE: Final = "mfadesk.report.written.v1"
log: Final = logging.getLogger("mfadesk")
_LEASE: Final = timedelta(minutes=10)
"""So long a run has for one report; what it leaves undone, a later run does."""
_PAUSE: Final = timedelta(hours=1)
"""After a failure: what keeps a mail from being sent, somebody has to mend."""


class Publisher:
    """Writes reports and lets the world know."""

    def __init__(
        self, reports: Reports, queue: MessageQueue, mail: ReportMail | None, now: Callable[[], datetime]
    ) -> None:
        """mail: None where no report is mailed."""
        self._reports = reports
        self._queue = queue
        self._mail = mail
        self._now = now

    async def publish_owed(self) -> int:
        """Write what is owed, and do what is owed of what was written; return of how many reports all is done now."""
        try:
            async for _ in self._reports.write_owed(mailed=self._mail is not None):
                pass
        finally:
            done = await self.deliver_owed()
        return done

    async def deliver_owed(self) -> int:
        """Do what is owed of the reports that are there; return of how many all is done now.

        What cannot be done is on record with the report, and tried again an hour later.
        """
        done = [await self._deliver(each) for each in await self._owing()]
        return done.count(True)

    async def _owing(self) -> list[Shelved]:
        """Return of which reports something is owed at which nobody is, the oldest first."""
        shelf, now = await self._reports.table.shelf(), self._now()
        free = [each for each in shelf.reports.values() if each.taken_until is None or each.taken_until <= now]
        return [each for each in reversed(free) if each.told.owed]

    async def _deliver(self, shelved: Shelved) -> bool:
        """Do what is owed of a report; return whether all of it is done."""
        if not await self._reports.table.taken(shelved, self._now() + _LEASE):
            return False
        return all([await self._done(shelved.told, each) for each in shelved.told.owed])

    async def _done(self, told: ReportTold, owed: Owed) -> bool:
        try:
            await (self._announce(told) if owed is Owed.ANNOUNCEMENT else self._post(told.day))
        except (AzureError, GraphUnavailable, MissingPermissionError) as error:
            why = str(error).partition("\n")[0]
            log.error("report of %s: the %s is still owed: %s", told.day, owed, why)  # noqa: TRY400 - says it all
            await self._reports.table.trouble(told, why, self._now() + _PAUSE)
            return False
        await self._reports.table.done(told, owed)
        return True

    async def _announce(self, told: ReportTold) -> None:
        await self._queue.put(announcement(told))

    async def _post(self, day: date) -> None:
        """Mail the newest revision of a report; nothing where nobody is to have mails any more."""
        report = await self._reports.find(day)
        if self._mail is not None and report is not None:
            await self._mail.send(letter(report))


def announcement(told: ReportTold) -> bytes:
    """Return the CloudEvent of a report; announced again, it has the same id."""
    day = told.day.isoformat()
    return msgspec.json.encode(
        {
            "specversion": "1.0",
            "id": f"{day}/{told.revision}",
            "source": SOURCE,
            "type": TYPE,
            "subject": day,
            "time": told.written_at,
            "datacontenttype": "application/json",
            "data": replace(told, owed=(), trouble=""),
        }
    )


def letter(report: Report) -> Letter:
    """Return the mail of a report: what matters in plain words, the page and the table beside it."""
    from shared.report.page import page  # noqa: PLC0415 - Jinja2 is for whoever renders a page
    from shared.report.spreadsheet import csv_of  # noqa: PLC0415 - as that

    told, day = report.figures, report.day.isoformat()
    text = (
        f"{report.completeness.headline}\n\n"
        f"Resets: {told.resets} ({told.resets_by_desk} by the desk, {told.resets_outside} around it)\n"
        f"Sessions revoked: {told.revocations}\n"
        f"Refused: {told.refused}\n"
        f"Alarms: {told.alarms}\n"
    )
    return Letter(
        subject=f"MFA Desk: report of {day}" + (f", {told.alarms} alarms" if told.alarms else ""),
        text=text,
        attachments=(
            Attachment(name=f"mfa-desk-{day}.html", content_type="text/html", content_bytes=page(report)),
            Attachment(name=f"mfa-desk-{day}.csv", content_type="text/csv", content_bytes=csv_of(report)),
        ),
        kept_at=f"/api/reports/{day}",
    )
