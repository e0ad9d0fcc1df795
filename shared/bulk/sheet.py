"""The outcomes of a bulk request as CSV, for a spreadsheet and for the ticket."""

import csv
from collections.abc import Mapping
from io import StringIO
from typing import Final

from shared.bulk.ending import Ending
from shared.report.spreadsheet import defused

_COLUMNS: Final = ("person", "personId", "status", "reach", "rule", "problem", "removed", "left", "detail", "requestId")
_NOT_DONE: Final = "notDone"


def csv_of(people: tuple[str, ...], known: Mapping[int, Ending]) -> bytes:
    """Return a row for each person, in their order; UTF-8 with the mark by which spreadsheets know it."""
    text = StringIO(newline="")
    lines = csv.writer(text, quoting=csv.QUOTE_ALL)
    lines.writerow(_COLUMNS)
    lines.writerows([defused(cell) for cell in _cells(person, known.get(place))] for place, person in enumerate(people))
    return text.getvalue().encode("utf-8-sig")


def _cells(person: str, ending: Ending | None) -> tuple[str, ...]:
    if ending is None:
        return (person, "", _NOT_DONE, *[""] * (len(_COLUMNS) - 3))
    return (
        person,
        ending.user_id,
        ending.status,
        ending.reach.value,
        ending.rule,
        ending.code,
        "; ".join(ending.removed),
        "; ".join(ending.left),
        ending.detail,
        ending.request_id,
    )
