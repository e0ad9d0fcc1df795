"""The geometry of the chart: resets of each day, through the desk below, around it above."""

from collections.abc import Iterable
from datetime import date
from typing import Final

import msgspec

from shared.report.figures import DayCount
from shared.report.report import ChartedDay

WIDTH: Final = 720
HEIGHT: Final = 200
LEFT: Final = 36
BOTTOM: Final = 24
TOP: Final = 18
_GAP: Final = 0.28
"""Of a day's share of the width."""
_STEPS: Final = (1, 2, 5)
_TICKS: Final = 5
"""At the most."""
_LABEL_EVERY: Final = 7


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """A day in the chart, in units of the drawing."""

    date: date
    counts: DayCount | None
    x: float
    width: float
    desk_y: float
    desk_height: float
    outside_y: float
    outside_height: float
    label: str
    is_last: bool


class Tick(msgspec.Struct, frozen=True):
    """A line across the chart."""

    value: int
    y: float


class Chart(msgspec.Struct, frozen=True, kw_only=True):
    """All that is drawn."""

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    floor: int = HEIGHT - BOTTOM
    top: int = TOP


def chart(days: Iterable[ChartedDay]) -> Chart:
    """Return the drawing of these days."""
    days = tuple(days)
    most = max((each.counts.desk + each.counts.outside for each in days if each.counts), default=0)
    step = _step(most)
    ticks = max(-(-most // step), 1)
    top = step * ticks
    share = (WIDTH - LEFT) / max(len(days), 1)
    bars = tuple(_bar(day, place, len(days) - 1 - place, share, top) for place, day in enumerate(days))
    return Chart(bars=bars, ticks=tuple(Tick(step * each, _y(step * each, top)) for each in range(ticks + 1)))


def _bar(day: ChartedDay, place: int, left: int, share: float, top: int) -> Bar:
    """Return the bar of a day after which so many others are left."""
    counts = day.counts or DayCount(date=day.date)
    desk_y = _y(counts.desk, top)
    outside_y = _y(counts.desk + counts.outside, top)
    return Bar(
        date=day.date,
        counts=day.counts,
        x=round(LEFT + share * (place + _GAP / 2), 2),
        width=round(share * (1 - _GAP), 2),
        desk_y=desk_y,
        desk_height=round(HEIGHT - BOTTOM - desk_y, 2),
        outside_y=outside_y,
        outside_height=round(desk_y - outside_y, 2),
        label=f"{day.date.day} {day.date:%b}" if left % _LABEL_EVERY == 0 else "",
        is_last=left == 0,
    )


def _y(value: int, top: int) -> float:
    return round(HEIGHT - BOTTOM - value / top * (HEIGHT - BOTTOM - TOP), 2)


def _step(most: int) -> int:
    """Return the smallest round number of which a few reach the highest bar."""
    power = 1
    while True:
        for each in _STEPS:
            if each * power * _TICKS >= most:
                return each * power
        power *= 10
