"""
When a timer is due, in UTC: NCRONTAB with six fields (seconds first) or five, or a constant interval.

Day of month and day of week must both match, as in NCrontab (cron takes either).
"""

import datetime as dt
from dataclasses import dataclass

from croniter import croniter

from local.host import durations

SIX_FIELDS = 6
MINUTE = dt.timedelta(minutes=1)


@dataclass(frozen=True)
class Schedule:
    """A schedule expression, as a timer trigger has it after names are resolved."""

    expression: str
    interval: dt.timedelta | None

    def next_after(self, moment: dt.datetime) -> dt.datetime:
        """Return the first occurrence later than the moment."""
        if self.interval:
            return moment + self.interval
        return _cron(self.expression, moment).get_next(dt.datetime)

    def is_sub_minute(self, now: dt.datetime) -> bool:
        """Whether it is due more than once a minute, which switches its monitor off."""
        if self.interval:
            return self.interval < MINUTE
        first = self.next_after(now)
        every_minute = self.expression.split()[-5:] == ["*"] * 5
        return every_minute and self.next_after(first) <= now + MINUTE


def parse(expression: str) -> Schedule:
    """Read an expression; raises ValueError when it is neither NCRONTAB nor hh:mm:ss."""
    expression = expression.strip()
    if len(expression.split()) == 1:
        interval = dt.timedelta(seconds=_seconds(expression))
        return Schedule(expression, interval)
    if not croniter.is_valid(expression, second_at_beginning=True):
        raise ValueError(_unreadable(expression))
    return Schedule(expression, None)


def _cron(expression: str, start: dt.datetime) -> croniter:
    return croniter(expression, start, day_or=False, second_at_beginning=len(expression.split()) == SIX_FIELDS)


def _seconds(expression: str) -> float:
    try:
        return durations.seconds(expression)
    except ValueError as error:
        raise ValueError(_unreadable(expression)) from error


def _unreadable(expression: str) -> str:
    return f"The schedule expression '{expression}' was not recognized as a valid cron expression or timespan string."
