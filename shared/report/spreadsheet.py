"""The lines of a report as CSV, for a spreadsheet; what would start a formula there is defused."""

import csv
from collections.abc import Callable
from io import StringIO
from typing import Final

from shared.audit.history_line import HistoryLine
from shared.report import words
from shared.report.day import Day
from shared.report.report import Report

Cell = Callable[[HistoryLine, Day], str]
_COLUMNS: Final[dict[str, Cell]] = {
    "at": lambda line, day: day.local(line.at).isoformat(timespec="seconds"),
    "until": lambda line, day: day.local(line.until).isoformat(timespec="seconds"),
    "person": lambda line, _: line.person.user_principal_name or line.person.display_name if line.person else "",
    "personId": lambda line, _: line.person.id if line.person else "",
    "others": lambda line, _: "; ".join(each.user_principal_name or each.id for each in line.others),
    "did": lambda line, _: "; ".join(words.deed(deed) for deed in line.deeds),
    "standing": lambda line, _: line.standing,
    "through": lambda line, _: line.through,
    "askedBy": lambda line, _: line.asked_by.name,
    "askedById": lambda line, _: line.asked_by.id or line.asked_by.app_id,
    "tool": lambda line, _: line.asked_by.tool,
    "ipAddress": lambda line, _: line.asked_by.ip_address,
    "doneBy": lambda line, _: line.done_by.name if line.done_by else "",
    "approval": lambda line, _: line.approval.verdict if line.approval else "",
    "approver": lambda line, _: line.approval.by.user_principal_name or line.approval.by.asked if line.approval else "",
    "ticket": lambda line, _: line.ticket,
    "reason": lambda line, _: line.reason,
    "requestId": lambda line, _: line.request_id,
    "result": lambda line, _: line.result,
    "failures": lambda line, _: "; ".join(line.failures),
    "unseen": lambda line, _: "; ".join(line.unseen),
    "registeredAfterwards": lambda line, day: "; ".join(
        f"{day.local(each.at).isoformat(timespec='seconds')} {words.methods(each.methods)}".strip()
        for each in line.afterwards
    ),
    "note": lambda line, _: line.note,
    "events": lambda line, _: "; ".join(line.events),
}
_FORMULA: Final = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What makes a formula of a cell (OWASP, CSV Injection), the full-width signs included."""
_CONTROL: Final = ("\t", "\r", "\n")


def csv_of(told: Report) -> bytes:
    """Return a row for each line, its times in the report's zone; UTF-8 with the mark by which spreadsheets know it."""
    day = Day(told.day, told.time_zone)
    text = StringIO(newline="")
    rows = csv.writer(text, quoting=csv.QUOTE_ALL)
    rows.writerow(_COLUMNS)
    rows.writerows([defused(cell(line, day)) for cell in _COLUMNS.values()] for line in told.lines)
    return text.getvalue().encode("utf-8-sig")


def defused(text: str) -> str:
    """Return a cell as text: an apostrophe keeps a spreadsheet from taking it for a formula."""
    return f"'{text}" if text.startswith(_CONTROL) or text.lstrip().startswith(_FORMULA) else text
