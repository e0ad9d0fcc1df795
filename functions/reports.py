"""The daily reports over HTTP: as a page, as a table, or as JSON."""

import re
from typing import Final

import azure.functions as func

from functions.answers import answer, document
from functions.doors import Doors
from functions.exchange import Exchange, Refusal, day, invalid
from shared.api import problem_details
from shared.authority import Authority

JSON: Final = "application/json"
CSV: Final = "text/csv"
HTML: Final = "text/html"
_KINDS: Final = {"json": JSON, "csv": CSV, "html": HTML}
_NAME: Final = re.compile(r"(?P<day>[^.]*)(?:\.(?P<kind>json|csv|html))?")

doors: Final = Doors()


@doors.at("GET", "reports", needs=Authority.AUDITOR)
async def list_reports(exchange: Exchange) -> func.HttpResponse:
    """List the reports that were written, with what each says of its completeness."""
    exchange.parameters()
    return answer(await exchange.premises.reports.all())


@doors.at("GET", "reports/{day}", needs=Authority.AUDITOR)
async def show_report(exchange: Exchange) -> func.HttpResponse:
    """Show the report of a day: as its extension says, or else the header Accept."""
    found = _NAME.fullmatch(exchange.segment("day", 16))
    if found is None:
        raise invalid("day", "takes a day like 2026-11-23, and after it .json, .csv or .html if you like.")
    date = day("day", found["day"])
    kind = _KINDS[found["kind"]] if found["kind"] else _accepted(exchange)
    report = await exchange.premises.reports.find(date)
    if report is None:
        raise Refusal(problem_details.NOT_FOUND.because(f"There is no report of {date}.", field="day"))
    if kind == JSON:
        return answer(report)
    if kind == CSV:
        from shared.report.spreadsheet import csv_of  # noqa: PLC0415 - as the next

        return document(csv_of(report), CSV, f"mfa-desk-{date}.csv")
    from shared.report.page import page  # noqa: PLC0415 - Jinja2 is for whoever reads a report

    return document(page(report), HTML)


def _accepted(exchange: Exchange) -> str:
    """Return the kind which the caller likes best of those that there are; JSON where they do not care."""
    likes: list[tuple[float, str]] = []
    for each in exchange.headers.get("accept", "").lower().split(","):
        kind, *parameters = (part.strip() for part in each.split(";"))
        weights = [part.removeprefix("q=") for part in parameters if part.startswith("q=")]
        if kind in _KINDS.values() and (weight := _weight(weights)) > 0:
            likes.append((weight, kind))
    return max(likes, key=lambda like: like[0], default=(1.0, JSON))[1]


def _weight(weights: list[str]) -> float:
    try:
        return float(weights[0]) if weights else 1.0
    except ValueError:
        return 0.0
