"""Durations as host.json and constant timer schedules write them: .NET's `[d.]hh:mm:ss[.fff]`."""

import re

_DURATION = re.compile(r"(?:(\d+)\.)?(\d{1,2}):([0-5]?\d)(?::([0-5]?\d(?:\.\d+)?))?")
_UNITS = (86_400, 3_600, 60, 1)


def seconds(text: str) -> float:
    """Return the seconds that `00:00:30` or `1.12:00:00` stands for; raises ValueError when it is neither."""
    found = _DURATION.fullmatch(text.strip())
    if found is None or int(found[2]) >= 24:  # noqa: PLR2004 - hours of a day
        raise ValueError(f"{text!r} is not a duration; write hh:mm:ss, such as 00:00:30.")
    return sum(float(part or 0) * unit for part, unit in zip(found.groups(), _UNITS, strict=True))
