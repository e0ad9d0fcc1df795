"""A day of the operator's: 24 hours mostly, 23 or 25 when the clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec


class Day(msgspec.Struct, frozen=True):
    """A date in a time zone."""

    date: date
    zone: str
    """As the IANA database calls it: Europe/Berlin."""

    @property
    def since(self) -> datetime:
        """The moment with which it begins, in UTC."""
        return self._midnight(0)

    @property
    def until(self) -> datetime:
        """The moment with which the next one begins, in UTC."""
        return self._midnight(1)

    @property
    def hours(self) -> float:
        """How long it is."""
        return (self.until - self.since) / timedelta(hours=1)

    def has(self, at: datetime) -> bool:
        """Return whether that moment is in it."""
        return self.since <= at < self.until

    def local(self, at: datetime) -> datetime:
        """Return a moment as the clocks in this zone show it."""
        return at.astimezone(ZoneInfo(self.zone))

    def before(self, days: int) -> "Day":
        """Return the day so many days earlier."""
        return Day(self.date - timedelta(days=days), self.zone)

    def _midnight(self, days: int) -> datetime:
        """Return the midnight with which the day so many days later begins."""
        return datetime.combine(self.date + timedelta(days=days), time.min, ZoneInfo(self.zone)).astimezone(UTC)


def day_of(at: datetime, zone: str) -> Day:
    """Return the day in which that moment is there."""
    return Day(at.astimezone(ZoneInfo(zone)).date(), zone)


def is_zone(name: str) -> bool:
    """Return whether the IANA database has a time zone of that name."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
