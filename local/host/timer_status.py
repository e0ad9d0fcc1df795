"""
What a timer remembers across restarts, so that a missed occurrence is made up for (facts/functions.md, timer).

The real host keeps it in a blob; this one in `<folder>/<function>.json`. Source: ScheduleMonitor.cs.
"""

import datetime as dt
from pathlib import Path

import msgspec

from local.host.schedule import Schedule

NEVER = dt.datetime.min.replace(tzinfo=dt.UTC)


class TimerStatus(msgspec.Struct, frozen=True, rename="pascal"):
    """Last run, next occurrence and the moment from which it was computed."""

    last: dt.datetime
    next: dt.datetime
    last_updated: dt.datetime


class TimerStatusFiles:
    """One small file per timer."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, function: str) -> TimerStatus | None:
        """Return what is known of a timer, or None at its first start."""
        path = self._path(function)
        return msgspec.json.decode(path.read_bytes(), type=TimerStatus) if path.exists() else None

    def write(self, function: str, status: TimerStatus) -> None:
        """Replace what is known, whole: a crash leaves the old or the new."""
        path = self._path(function)
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_suffix(".new")
        new.write_bytes(msgspec.json.encode(status))
        new.replace(path)

    def _path(self, function: str) -> Path:
        return self._folder / f"{function}.json"


def first(schedule: Schedule, now: dt.datetime) -> TimerStatus:
    """Return the status of a timer that never ran."""
    return TimerStatus(last=NEVER, next=schedule.next_after(now), last_updated=now)


def after_run(schedule: Schedule, moment: dt.datetime) -> TimerStatus:
    """Return the status after an invocation that started at the moment: the next occurrence counts from there."""
    return TimerStatus(last=moment, next=schedule.next_after(moment), last_updated=moment)


def at_start(known: TimerStatus | None, schedule: Schedule, now: dt.datetime) -> TimerStatus:
    """Return the status with which the host starts; a schedule changed meanwhile counts anew, and is not past due."""
    if known is None:
        return first(schedule, now)
    counted_from = known.last if known.last != NEVER else known.last_updated
    expected = schedule.next_after(counted_from)
    if known.next == expected:
        return known
    if now > expected:
        return first(schedule, now)
    return TimerStatus(last=NEVER, next=expected, last_updated=counted_from)
