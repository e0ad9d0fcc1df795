"""The report as one HTML page that needs nothing else: no script, no other file, no address.

Whatever comes from the directory is escaped by Jinja2. Only whoever renders a page imports this module.
"""

import base64
import hashlib
import re
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from shared.audit.history_line import HistoryLine, Standing
from shared.report import words
from shared.report.chart import chart
from shared.report.day import Day
from shared.report.figures import Rules, outside_the_desk
from shared.report.report import Report

SHOWN: Final = 12
"""So many rows of a list come before the list of everything; the rest are there."""
LISTED: Final = 3000
"""So many rows has the list of everything: more take a browser seconds, and paper by the ream."""
_INVISIBLE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""What makes one name look like another's: control characters, signs without width, and those that turn text round."""
_TEMPLATES: Final = Path(__file__).with_name("templates")


def page(told: Report, listed: int = LISTED) -> bytes:
    """Return the page, in UTF-8, with so many rows in the list of everything."""
    return _template().render(_context(told), listed=listed).encode()


def _context(told: Report) -> dict[str, Any]:
    day = Day(told.day, told.time_zone)
    style = _style()
    return {
        "report": told,
        "figures": told.figures,
        "completeness": told.completeness,
        "chart": chart(told.chart),
        "alarms": _of(told, Standing.ALARM),
        "unconfirmed": _of(told, Standing.UNCONFIRMED),
        "outside": outside_the_desk(told.lines),
        "shown": SHOWN,
        "looked_until": min(told.written_at, told.until + Rules().overnight),
        "style": style,
        "style_hash": base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        "clock": lambda at: _clock(at, day),
        "local": lambda at: day.local(at).isoformat(timespec="seconds"),
        "long_date": f"{told.day:%A}, {told.day.day} {told.day:%B %Y}",
        "words": words,
    }


def _clock(at: datetime, day: Day) -> str:
    """Return a time of the day as the clocks show it; of another day, with its date."""
    local = day.local(at)
    doubled = f" {local:%Z}" if day.hours > _USUAL_HOURS else ""
    return f"{local:%H:%M}{doubled}" if day.has(at) else f"{local.day} {local:%b %H:%M}"


_USUAL_HOURS: Final = 24


def _visible(value: object) -> object:
    """Return a text with a sign in the place of each character that nobody would see."""
    if isinstance(value, str) and _INVISIBLE.search(value):
        shown = _INVISIBLE.sub("\ufffd", value)
        return Markup(shown) if isinstance(value, Markup) else shown  # noqa: S704 - it was markup before
    return value


def _of(told: Report, standing: Standing) -> tuple[HistoryLine, ...]:
    return tuple(line for line in told.lines if line.standing is standing)


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_visible,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html.j2")


@cache
def _style() -> Markup:
    return Markup((_TEMPLATES / "report.css").read_text(encoding="utf-8"))  # noqa: S704 - our own file
