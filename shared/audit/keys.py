"""Where events stand in Table Storage.

One table a month: AuditEvents202611. Its partitions, an event's month and day being those of UTC:
day-2026-11-23         every event of the day, in the order of time
relevant-2026-11-23    those that tell of somebody's MFA, the newest first
person-<object id>     the same, by the person acted on, the newest first
actor-<id>             the same, by who acted: object id of a user or a service principal, or an app id
unreadable-2026-11-23  what stood among the day's events and cannot be kept as one of them

A row key is the time and a digest of the event's id: whatever is in an id, it is no trouble in a key, and however often
an event is read, it is there once.
"""

import hashlib
import re
from datetime import UTC, date, datetime, timedelta
from typing import Final

_PREFIX: Final = "AuditEvents"
_END_OF_TIME: Final = 9_999_999_999_999_999
"""Microseconds since 1970, as many digits as they have until the year 2286."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_TURNED_DIGITS: Final = 16
_DIGEST_DIGITS: Final = 32
_ORDINARY: Final = re.compile(r"[0-9a-z-]{1,64}")
_TABLE: Final = re.compile(_PREFIX + r"[0-9]{6}")
_FOUND_KEY: Final = re.compile(r"[0-9]{16}-[0-9a-f]{32}")


def table_of(day: date) -> str:
    """Return the table of a day's month."""
    return f"{_PREFIX}{day.year:04d}{day.month:02d}"


def tables_between(first: date, last: date) -> list[str]:
    """Return the tables of all months from one day to another, the newest first."""
    months = [first.replace(day=1)]
    while (following := (months[-1] + timedelta(days=32)).replace(day=1)) <= last:
        months.append(following)
    return [table_of(each) for each in reversed(months)]


def is_table(name: str) -> bool:
    """Return whether a table is one of a month's."""
    return _TABLE.fullmatch(name) is not None


def day_partition(day: date) -> str:
    """Return where all events of a day are."""
    return f"day-{day:%Y-%m-%d}"


def relevant_partition(day: date) -> str:
    """Return where the relevant events of a day are."""
    return f"relevant-{day:%Y-%m-%d}"


def person_partition(object_id: str) -> str:
    """Return where the relevant events about a person are."""
    return f"person-{_safe(object_id)}"


def actor_partition(actor_id: str) -> str:
    """Return where the relevant events are that somebody has caused."""
    return f"actor-{_safe(actor_id)}"


def unreadable_partition(day: date) -> str:
    """Return where that is which cannot be read as an event of that day."""
    return f"unreadable-{day:%Y-%m-%d}"


def day_key(at: datetime, event_id: str) -> str:
    """Return an event's row key among those of its day."""
    return f"{at:%H%M%S%f}-{digest(event_id.encode())}"


def found_key(at: datetime, day_key: str) -> str:
    """Return an event's row key where the newest come first."""
    return f"{turned(at)}{day_key[-_DIGEST_DIGITS - 1 :]}"


def is_found_key(text: str) -> bool:
    """Return whether that can be such a key."""
    return _FOUND_KEY.fullmatch(text) is not None


def time_of(found_key: str) -> datetime:
    """Return the time of such a key."""
    return _EPOCH + (_END_OF_TIME - int(found_key[:_TURNED_DIGITS])) * _MICROSECOND


def turned(at: datetime) -> str:
    """Return a time so that later ones come first."""
    return f"{_END_OF_TIME - (at - _EPOCH) // _MICROSECOND:0{_TURNED_DIGITS}d}"


def digest(content: bytes) -> str:
    """Return what stands for a content in a key."""
    return hashlib.blake2b(content, digest_size=_DIGEST_DIGITS // 2).hexdigest()


def _safe(name: str) -> str:
    """Return an id as part of a key; what is no ordinary id, as its digest."""
    lowered = name.lower()
    return lowered if _ORDINARY.fullmatch(lowered) else digest(lowered.encode())
