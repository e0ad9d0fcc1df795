"""The report of a day: figures, chart, statement of completeness and lines, as one value that is also its JSON."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Final

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from shared.audit.history_line import HistoryLine
from shared.record import RequestSummary
from shared.report.completeness import Completeness, Coverage, completeness
from shared.report.day import Day
from shared.report.figures import DayCount, Figures, Rules, count, figures

CHARTED: Final = 30
"""So many days are in the chart, the report's own included."""


class Material(msgspec.Struct, frozen=True, kw_only=True):
    """What a report is made of."""

    day: Day
    lines: tuple[HistoryLine, ...]
    """Of the day, and of the days before it that its rules look back to."""
    requests: tuple[RequestSummary, ...] = ()
    """Those of the day, refused and rejected ones included, and those decided on it."""
    coverage: Coverage = Coverage()
    earlier: tuple[DayCount, ...] = ()
    """Of the days before; one that is missing is drawn as missing."""
    written_at: datetime
    revision: int = 1
    rules: Rules = Rules()


class ChartedDay(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A day in the chart."""

    date: date
    counts: Annotated[DayCount | None, Meta(description="Absent where there is no report of that day.")] = None


class Report(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The report of a day."""

    day: date
    time_zone: str
    since: datetime
    until: datetime
    hours: Annotated[float, Meta(description="23 or 25 where the clocks change.")]
    revision: Annotated[int, Meta(description="One more each time that late events change the report.")]
    written_at: datetime
    completeness: Completeness
    figures: Figures
    chart: Annotated[tuple[ChartedDay, ...], Meta(description="The last 30 days, the oldest first.")]
    lines: Annotated[tuple[HistoryLine, ...], Meta(description="Everything of the day, the newest first.")]


def report(material: Material) -> Report:
    """Return the report that this material makes."""
    day = material.day
    today = tuple(line for line in material.lines if day.has(line.at))
    return Report(
        day=day.date,
        time_zone=day.zone,
        since=day.since,
        until=day.until,
        hours=day.hours,
        revision=material.revision,
        written_at=material.written_at,
        completeness=completeness(material.coverage, today),
        figures=figures(day, material.lines, material.requests, material.rules),
        chart=_charted(day, (*material.earlier, count(day, today))),
        lines=tuple(sorted(today, key=lambda line: (line.at, line.id), reverse=True)),
    )


def encode(told: Report) -> bytes:
    """Return the report as JSON."""
    return msgspec.json.encode(told)


def says_the_same(one: Report, other: Report) -> bool:
    """Return whether two reports differ in nothing but when they were written, and so need no revision.

    Nor do they when a number that is only estimated was estimated anew.
    """
    return _told(one) == _told(other)


def _told(one: Report) -> Report:
    coverage = one.completeness.coverage
    if coverage.estimated:
        coverage = replace(coverage, events=0, late_events=0)
    return replace(one, revision=0, written_at=one.since, completeness=replace(one.completeness, coverage=coverage))


def _charted(day: Day, counts: Iterable[DayCount]) -> tuple[ChartedDay, ...]:
    by_date = {each.date: each for each in counts}
    dates = [day.before(back).date for back in reversed(range(CHARTED))]
    return tuple(ChartedDay(date=each, counts=by_date.get(each)) for each in dates)
