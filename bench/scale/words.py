"""Figures in words, rounded to what a model can tell."""

from collections.abc import Iterable, Sequence
from math import floor, log10

_MINUTE = 60
_HOUR = 3600


def number(value: float, digits: int = 2) -> str:
    """Return a number with so many digits that mean something, and commas."""
    if value == 0:
        return "0"
    places = digits - 1 - floor(log10(abs(value)))
    rounded = round(value, places)
    return f"{rounded:,.{max(0, places)}f}" if abs(rounded) < 10 ** (digits - 1) else f"{rounded:,.0f}"


def seconds(value: float) -> str:
    """Return a duration."""
    if value < 2 * _MINUTE:
        return f"{number(value)} s"
    return f"{number(value / _MINUTE)} min" if value < 2 * _HOUR else f"{number(value / _HOUR)} h"


def percent(share: float) -> str:
    """Return a share."""
    return f"{100 * share:.0f} %"


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table as Markdown has it."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
