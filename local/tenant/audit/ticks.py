"""Time as directory audits have it: UTC with up to seven fractional digits, here in ticks of 100 nanoseconds.

Recorded events drop trailing zeros (`12.54935Z`), so the number of digits varies.
"""

import re
from datetime import UTC, datetime

PER_SECOND = 10_000_000

_MOMENT = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)"
    r"(?:T(?P<time>\d\d:\d\d(?::\d\d)?)(?:(?<=:\d\d:\d\d)\.(?P<fraction>\d{1,7}))?(?P<zone>Z|[+-]\d\d:\d\d))?",
    re.IGNORECASE,
)


def of_seconds(seconds: float) -> int:
    """Return the ticks of a time in seconds since the epoch."""
    return round(seconds * PER_SECOND)


def stamp(at: int) -> str:
    """Return the time as an event prints it."""
    seconds, fraction = divmod(at, PER_SECOND)
    whole = datetime.fromtimestamp(seconds, UTC).isoformat()[:19]
    return f"{whole}.{fraction:07}".rstrip("0").rstrip(".") + "Z" if fraction else f"{whole}Z"


def parsed(text: str) -> int:
    """Return the ticks of a date, or of a time with its zone. Raises ValueError for anything else."""
    match = _MOMENT.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no date and no time with a zone")
    zone = (match["zone"] or "Z").upper().replace("Z", "+00:00")
    whole = datetime.fromisoformat(f"{match['day']}T{match['time'] or '00:00'}{zone}")
    return int(whole.timestamp()) * PER_SECOND + int((match["fraction"] or "0").ljust(7, "0"))
