"""Where events stand in Table Storage.

Two tables a month, an event's month and day being those of UTC. AuditEvents202611 holds everything:
day-2026-11-23         the events of a day, in the order of time
unreadable-2026-11-23  what stood among them and cannot be kept as one of them
AuditIndex202611 holds once more what tells of somebody's MFA, the newest first; it stays small beside the other:
relevant-2026-11-23    by day
person-<object id>     by the person acted on
actor-<id>             by who acted: object id of a user or a service principal, or an app id

A row key is the time and a digest of the event's id: whatever is in an id, it is no trouble in a key, and however often
an event is read, it is there once.
"""

import hashlib
import re
from datetime import UTC, date, datetime, timedelta
from typing import Final

_EVENTS: Final = "AuditEvents"
_INDEX: Final = "AuditIndex"
_END_OF_TIME: Final = 9_999_999_999_999_999
"""Microseconds since 1970, as many digits as they have until the year 2286."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_TURNED_DIGITS: Final = 16
_DIGEST_DIGITS: Final = 32
_ORDINARY: Final = re.compile(r"[0-9a-z-]{1,64}")
_TABLE: Final = re.compile(rf"(?:{_EVENTS}|{_INDEX})(?P<month>[0-9]{{6}})")
_FOUND_KEY: Final = re.compile(r"[0-9]{16}-[0-9a-f]{32}")


def events_table(day: date) -> str:
    """Return the table of everything in a day's month."""
    return f"{_EVENTS}{day:%Y%m}"


def index_table(day: date) -> str:
    """Return the table in which the relevant events of a day's month are found."""
    return f"{_INDEX}{day:%Y%m}"


def index_tables(first: date, last: date) -> list[str]:
    """Return the index of each month from one day to another, the newest first."""
    months = [first.replace(day=1)]
    while (following := (months[-1] + timedelta(days=32)).replace(day=1)) <= last:
        months.append(following)
    return [index_table(each) for each in reversed(months)]


def is_over(table: str, day: date) -> bool:
    """Return whether a table is one of a month that was over on that day."""
    found = _TABLE.fullmatch(table)
    return found is not None and found["month"] < f"{day:%Y%m}"


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
