"""History and reports over HTTP: what is asked for, and in which shape it is answered."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from functions import history, reports
from shared.audit.histories import HistoryList
from shared.contract import ContractError
from shared.lookups.people import PersonFound
from shared.report.day import Day
from shared.report.report import Material, report
from shared.report.report_table import ReportList
from tests.functions.visit import ADELE, LEE, TOKEN, behind, call, signed_in, told

NOTHING = HistoryList(lines=())
DAY = date(2026, 11, 22)
REPORT = report(Material(day=Day(DAY, "UTC"), lines=(), written_at=datetime(2026, 11, 23, 6, tzinfo=UTC)))
OPERATOR = "MfaDesk.Operator"
FOUND = PersonFound(
    id=ADELE,
    user_principal_name="adele.vance@contoso.com",
    display_name="Adele Vance",
    account_enabled=True,
    user_type="Member",
)


@pytest.mark.parametrize("user", [ADELE, ADELE.upper(), "adele.vance@contoso.com"])
async def test_the_history_of_somebody_is_found_by_either_name(user: str) -> None:
    """It is kept by object id; a user principal name is looked up."""
    premises = behind(NOTHING, people=(FOUND,))

    answer = await call(history.show_history_of_user, premises, user=user, query={"continuation": "c-1"})

    assert premises.part.asked == [("of_person", (ADELE, "c-1"), {})]
    assert (answer.status_code, told(answer)) == (200, {"lines": []})


async def test_the_history_of_whoever_acted() -> None:
    """By object id, or the app id of an application."""
    premises = behind(NOTHING)

    await call(history.show_history_of_actor, premises, actor=LEE)

    assert premises.part.asked == [("of_actor", (LEE, None), {})]


async def test_the_history_of_a_day() -> None:
    """Of UTC."""
    premises = behind(NOTHING)

    await call(history.show_history_of_day, premises, day="2026-11-22")

    assert premises.part.asked == [("of_day", (DAY,), {})]


@pytest.mark.parametrize("day", ["2026-11-31", "today", "20261122", "2026-11-22.html"])
async def test_what_is_no_day_is_named(day: str) -> None:
    """Nothing is asked for it."""
    premises = behind(NOTHING)

    answer = await call(history.show_history_of_day, premises, day=day)

    assert (answer.status_code, told(answer)["field"], premises.part.asked) == (400, "day", [])


async def test_a_continuation_that_nobody_gave_out_is_named() -> None:
    """It comes from another list, or from nowhere."""
    premises = behind(ContractError("continuation", "is none that this desk has given out; begin without it."))

    answer = await call(history.show_history_of_user, premises, user=ADELE, query={"continuation": "mine"})

    assert (answer.status_code, told(answer)["field"]) == (400, "continuation")


async def test_the_reports_that_there_are() -> None:
    """Each with what it says of itself."""
    answer = await call(reports.list_reports, behind(ReportList(())))

    assert told(answer) == {"reports": []}


@pytest.mark.parametrize(
    ("asked", "accept", "media_type"),
    [
        ("2026-11-22", "", "application/json"),
        ("2026-11-22", "*/*", "application/json"),
        ("2026-11-22", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("2026-11-22", "text/csv;q=0.5, text/html;q=0.4", "text/csv"),
        ("2026-11-22", "text/html;q=0, text/csv;q=0", "application/json"),
        ("2026-11-22", "text/html;q=much, text/csv;q=0.1", "text/csv"),
        ("2026-11-22.json", "text/html", "application/json"),
        ("2026-11-22.csv", "text/html", "text/csv"),
        ("2026-11-22.html", "application/json", "text/html"),
    ],
)
async def test_a_report_comes_as_it_is_wanted(asked: str, accept: str, media_type: str) -> None:
    """The extension goes before the header; whoever does not care gets JSON."""
    premises = behind(REPORT)
    headers = {**TOKEN, **signed_in(OPERATOR), **({"accept": accept} if accept else {})}

    answer = await call(reports.show_report, premises, headers=headers, day=asked)

    assert (answer.status_code, answer.mimetype) == (200, media_type)
    assert premises.part.asked == [("find", (DAY,), {})]


async def test_a_page_can_do_nothing_but_show_itself() -> None:
    """No script, no frame around it, no other address."""
    answer = await call(reports.show_report, behind(REPORT), day="2026-11-22.html")

    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("asked", "status"), [("2026-11-22", 404), ("2026-11-22.pdf", 400), ("yesterday", 400)])
async def test_a_report_that_is_not_there(asked: str, status: int) -> None:
    """Or can be none."""
    answer = await call(reports.show_report, behind(None), day=asked)

    assert (answer.status_code, told(answer)["field"]) == (status, "day")


@pytest.mark.parametrize(
    ("verb", "route"),
    [
        (history.show_history_of_user, {"user": ADELE}),
        (history.show_history_of_actor, {"actor": LEE}),
        (history.show_history_of_day, {"day": "2026-11-22"}),
        (reports.list_reports, {}),
        (reports.show_report, {"day": "2026-11-22"}),
    ],
)
async def test_reading_them_takes_an_auditor(verb: Any, route: dict[str, Any]) -> None:
    """Who has no role at the desk sees nothing of it."""
    premises = behind(NOTHING)

    answer = await call(verb, premises, headers={**TOKEN, **signed_in()}, **route)

    assert (answer.status_code, premises.part.asked) == (403, [])
