"""The report as a value, its JSON, its chart, its spreadsheet and its words."""

import csv
from datetime import timedelta
from io import StringIO
from typing import Final

import msgspec
import pytest
from msgspec.structs import replace

from shared.audit.history_line import Deed, Kind, Method, Person, Standing, Through
from shared.delegation import Rule
from shared.methods import MethodType
from shared.report import words
from shared.report.chart import chart
from shared.report.figures import DayCount
from shared.report.report import CHARTED, ChartedDay, Report, encode, report, says_the_same
from shared.report.spreadsheet import csv_of, defused
from tests.shared.report.invented import DAY, WRITTEN, busy, hostile, quiet

BUSY: Final = report(busy())


def test_a_report_holds_the_lines_of_its_day_the_newest_first() -> None:
    """The days before it are there for repeats alone."""
    times = [line.at for line in BUSY.lines]

    assert len(busy().lines) == len(BUSY.lines) + 3
    assert times == sorted(times, reverse=True)
    assert all(DAY.has(at) for at in times)


def test_a_report_says_which_day_it_is_of() -> None:
    """With its bounds, so that nobody has to know the zone's rules."""
    assert (DAY.date, "Europe/Berlin", DAY.since, DAY.until, 24) == (
        BUSY.day,
        BUSY.time_zone,
        BUSY.since,
        BUSY.until,
        BUSY.hours,
    )


def test_a_report_is_its_json() -> None:
    """What is written can be read again, whole."""
    assert msgspec.json.decode(encode(BUSY), type=Report) == BUSY


def test_the_chart_has_thirty_days_and_ends_with_this_one() -> None:
    """A day without a report is missing, and no zero."""
    told = report(replace(quiet(), earlier=(DayCount(date=DAY.before(1).date, desk=2),)))

    assert len(told.chart) == CHARTED
    assert [
        ChartedDay(date=DAY.before(2).date),
        ChartedDay(date=DAY.before(1).date, counts=DayCount(date=DAY.before(1).date, desk=2)),
        ChartedDay(date=DAY.date, counts=DayCount(date=DAY.date)),
    ] == list(told.chart[-3:])


def test_a_report_needs_a_revision_when_it_says_something_else() -> None:
    """When it was written is nothing else; a line, or a window that was read again, is."""
    later = replace(BUSY, written_at=WRITTEN + timedelta(hours=1), revision=2)

    assert says_the_same(BUSY, later)
    assert not says_the_same(BUSY, replace(later, lines=BUSY.lines[1:]))
    assert not says_the_same(BUSY, replace(later, completeness=report(quiet()).completeness))


# --- the chart -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("most", "ticks"),
    [
        pytest.param(0, [0, 1], id="nothing"),
        pytest.param(1, [0, 1], id="one"),
        pytest.param(5, [0, 1, 2, 3, 4, 5], id="five"),
        pytest.param(46, [0, 10, 20, 30, 40, 50], id="some"),
        pytest.param(101, [0, 50, 100, 150], id="many"),
        pytest.param(12_345, [0, 5000, 10_000, 15_000], id="very many"),
    ],
)
def test_the_chart_counts_in_round_numbers(most: int, ticks: list[int]) -> None:
    """The highest bar fits, and the numbers beside it are few."""
    drawn = chart([ChartedDay(date=DAY.date, counts=DayCount(date=DAY.date, desk=most))])

    assert ticks == [tick.value for tick in drawn.ticks]
    assert drawn.bars[0].desk_y >= drawn.top


def test_a_bar_stands_on_the_floor_with_what_was_around_the_desk_above() -> None:
    """Heights are in proportion."""
    (bar,) = chart([ChartedDay(date=DAY.date, counts=DayCount(date=DAY.date, desk=3, outside=1))]).bars
    floor = 176

    assert floor == bar.desk_y + bar.desk_height
    assert bar.desk_y == pytest.approx(bar.outside_y + bar.outside_height)
    assert bar.desk_height == pytest.approx(3 * bar.outside_height, rel=0.01)


# --- the spreadsheet --------------------------------------------------------------------------------------------------


def test_the_spreadsheet_has_a_row_for_each_line() -> None:
    """Times carry the offset of the report's zone; a byte order mark tells a spreadsheet that it is UTF-8."""
    raw = csv_of(BUSY)
    rows = list(csv.DictReader(StringIO(raw.decode("utf-8-sig"), newline="")))

    assert raw.startswith(b"\xef\xbb\xbf")
    assert [line.at for line in BUSY.lines] == [msgspec.convert(row["at"], type(WRITTEN)) for row in rows]
    assert {"+01:00"} == {row["at"][-6:] for row in rows}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("=1+1", "'=1+1", id="equals"),
        pytest.param("+49 30", "'+49 30", id="plus"),
        pytest.param("-1", "'-1", id="minus"),
        pytest.param("@SUM(A1)", "'@SUM(A1)", id="at"),
        pytest.param("\t=1", "'\t=1", id="a tab"),
        pytest.param("\r=1", "'\r=1", id="a return"),
        pytest.param("  =1", "'  =1", id="after blanks"),
        pytest.param("\uff1d1", "'\uff1d1", id="full width"),
        pytest.param("ada@contoso.com", "ada@contoso.com", id="an address"),
        pytest.param("", "", id="nothing"),
        pytest.param("1 + 1", "1 + 1", id="a sign within"),
    ],
)
def test_no_cell_becomes_a_formula(text: str, expected: str) -> None:
    """An apostrophe before it makes it text."""
    assert expected == defused(text)


def test_what_is_hostile_stays_text_in_the_spreadsheet() -> None:
    """Quotes and line ends within a text keep its row whole."""
    told = report(hostile())
    told = replace(told, lines=tuple(replace(line, reason='=1",\r\n"') for line in told.lines))
    rows = list(csv.DictReader(StringIO(csv_of(told).decode("utf-8-sig"), newline="")))

    assert len(told.lines) == len(rows)
    assert {'\'=1",\r\n"'} == {row["reason"] for row in rows}


# --- the words -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("deed", "expected"),
    [
        pytest.param(Deed(kind=Kind.SESSIONS_REVOKED), "Sessions revoked", id="alone"),
        pytest.param(
            Deed(
                kind=Kind.METHODS_REMOVED,
                methods=(Method("phone", "mobile +1 ********55"), Method("fido2"), Method("fido2")),
            ),
            "Methods removed: phone (mobile +1 ••55), passkey, 2 of them",
            id="with methods",
        ),
        pytest.param(
            Deed(kind=Kind.METHODS_REMOVED, methods=(Method("palm"),)), "Methods removed: palm", id="a new type"
        ),
        pytest.param(
            Deed(kind=Kind.PER_USER_MFA_CHANGED, after="disabled"),
            "Per-user MFA changed: unknown → disabled",
            id="a state",
        ),
        pytest.param(Deed(kind=Kind.ROLE_GIVEN, detail="Global Reader"), "Role given: Global Reader", id="a role"),
        pytest.param(Deed(kind=Kind.OTHER, detail="Tea leaves"), "Tea leaves", id="the log's own word"),
        pytest.param(Deed(kind=Kind.METHODS_REMOVED, failed=True), "Methods removed (tried in vain)", id="in vain"),
    ],
)
def test_a_deed_is_told_in_words(deed: Deed, expected: str) -> None:
    """With what is known of it, and no more."""
    assert expected == words.deed(deed)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        pytest.param(0, "0 s", id="nothing"),
        pytest.param(59.9, "59 s", id="seconds"),
        pytest.param(60, "1 min", id="a minute"),
        pytest.param(3900, "1 h 5 min", id="two units"),
        pytest.param(90_061, "1 d 1 h", id="the two greatest"),
        pytest.param(86_460, "1 d", id="none between"),
    ],
)
def test_a_span_is_told_in_its_greatest_units(seconds: float, expected: str) -> None:
    """Two of them at the most."""
    assert expected == words.span(seconds)


def test_every_kind_and_standing_has_a_word() -> None:
    """A new one would be missed on the page."""
    told = (set(words.DEEDS), set(words.STANDINGS), set(words.THROUGH), set(words.METHODS))

    assert (set(Kind), set(Standing), set(Through), set(MethodType)) == told


def test_every_rule_that_refuses_has_words() -> None:
    """The others never stand by a refusal."""
    allowing = {Rule.STANDARD_TARGET, Rule.PRIVILEGED_OPERATOR, Rule.APPROVED}

    assert set(Rule) - allowing <= set(words.REASONS)


def test_nobody_in_particular_has_a_word() -> None:
    """A line may be about nobody, and a person may have no name."""
    assert [words.person(None), words.person(Person()), words.person(Person(id="a"))] == [
        "nobody in particular",
        "nobody in particular",
        "a",
    ]


def test_an_estimate_that_was_made_anew_is_no_reason_for_a_revision() -> None:
    """The numbers of a day that is not UTC's are shares of its hours, and change with what is read of them."""

    def counted(events: int, *, estimated: bool) -> Report:
        coverage = replace(BUSY.completeness.coverage, events=events, estimated=estimated)
        return replace(BUSY, completeness=replace(BUSY.completeness, coverage=coverage))

    assert says_the_same(counted(10, estimated=True), counted(11, estimated=True))
    assert not says_the_same(counted(10, estimated=False), counted(11, estimated=False))
