"""The publisher: writes the reports that are owed, announces those of which nobody may have heard, mails the newest."""

import logging
from typing import Final

import msgspec

from shared.announcement import SOURCE
from shared.graph import GraphUnavailable
from shared.lookups.permission import MissingPermissionError
from shared.report.mail import Attachment, Letter, ReportMail
from shared.report.report import Report
from shared.report.reports import Reports, ReportTold
from shared.storage import MessageQueue

TYPE: Final = "mfadesk.report.written.v1"
log: Final = logging.getLogger("mfadesk")


class Publisher:
    """Writes reports and lets the world know."""

    def __init__(self, reports: Reports, queue: MessageQueue, mail: ReportMail | None = None) -> None:
        """mail: None where no report is mailed."""
        self._reports = reports
        self._queue = queue
        self._mail = mail

    async def publish_owed(self) -> int:
        """Write what is owed, and announce what nobody may have heard of; return how many reports that were."""
        written = [report async for report in self._reports.write_owed()]
        unannounced = await self._reports.unannounced()
        for told in unannounced:
            await self._queue.put(announcement(told))
            await self._reports.announced(told)
        if self._mail is not None and written and written[-1].revision == 1:
            await self._post(self._mail, written[-1])
        return len(unannounced)

    async def _post(self, mail: ReportMail, report: Report) -> None:
        """Mail a report; it is on record and announced already, so that a mail which cannot be sent stops nothing."""
        try:
            await mail.send(letter(report))
        except (GraphUnavailable, MissingPermissionError) as error:
            log.error("report of %s was not mailed: %s", report.day, error)  # noqa: TRY400 - the sentence says it all


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
            "data": told,
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
