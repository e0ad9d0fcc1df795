"""A page of the log: where it begins, what is on it, and where the next one begins."""

import base64
from collections.abc import Iterator
from itertools import islice

import msgspec

from local.tenant.audit.conditions import Conditions
from local.tenant.audit.entry import Entry
from local.tenant.audit.log import AuditLog, Key

_FIRST, _LAST = -1, 1 << 62


class Position(msgspec.Struct, frozen=True):
    """Where a page begins: after an event's place in the log, or after so many events, see `Switches`."""

    after: Key | None = None
    skipped: int = 0

    def token(self) -> str:
        """Return it as an opaque token."""
        return base64.urlsafe_b64encode(msgspec.json.encode(self)).decode().rstrip("=")


def position(token: str) -> Position:
    """Return what a token says. Raises ValueError for one that is not of our making."""
    padded = token + "=" * (-len(token) % 4)
    return msgspec.json.decode(base64.b64decode(padded, altchars=b"-_", validate=True), type=Position)


class Page(msgspec.Struct, frozen=True):
    """The events as JSON, and the position of the next page if there is one."""

    events: list[bytes]
    following: Position | None


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody reads: what fits, from what is kept and seen at this moment, and in which order."""

    conditions: Conditions
    kept_since: int
    now: int
    newest_first: bool

    def page(self, log: AuditLog, begin: Position, size: int, *, by_count: bool) -> Page:
        """Return one page."""
        found = islice(self._fitting(log, begin.after), max(begin.skipped, 0), None)
        events = list[bytes]()
        last = begin.after
        for entry, json in found:
            if len(events) == size:
                following = Position(skipped=begin.skipped + size) if by_count else Position(after=last)
                return Page(events, following)
            events.append(json)
            last = entry.key
        return Page(events, None)

    def _fitting(self, log: AuditLog, after: Key | None) -> Iterator[tuple[Entry, bytes]]:
        for entry in self._walk(log, after):
            if entry.visible > self.now:
                continue
            json = entry.json()
            if not self.conditions.others or self.conditions.fit(json):
                yield entry, json

    def _walk(self, log: AuditLog, after: Key | None) -> Iterator[Entry]:
        low = (max(self.conditions.since, self.kept_since), _FIRST)
        high = (self.conditions.until, _LAST)
        if self.newest_first:
            return log.downwards(low, high if after is None else min(high, after))
        return log.upwards(low if after is None else max(low, after), high)
