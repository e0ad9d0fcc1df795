"""A page of the log sorted: what is an event of the window, what is known from the page before, what cannot be read."""

from datetime import timedelta
from typing import Final

import msgspec

from shared.audit import keys
from shared.audit.event import Unreadable, parse
from shared.audit.page import Page
from shared.audit.rows import Entry, entry
from shared.audit.windows import Window

_SECOND: Final = timedelta(seconds=1)


class Garbled(msgspec.Struct, frozen=True, kw_only=True):
    """What stands among the events and cannot be kept as one of them."""

    raw: bytes
    key: str
    why: str


class Sheet(msgspec.Struct, frozen=True):
    """A page, in its order, each thing on it once."""

    new: tuple[Entry | Garbled, ...]
    """What belongs to the window and was not on the page before."""
    keys: frozenset[str]
    """Of everything on the page."""

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The new events."""
        return tuple([each for each in self.new if isinstance(each, Entry)])

    @property
    def garbled(self) -> tuple[Garbled, ...]:
        """What is new and no event."""
        return tuple([each for each in self.new if isinstance(each, Garbled)])


def sheet_of(page: Page, window: Window, seen: frozenset[str]) -> Sheet:
    """Return a page sorted; seen: the keys of the page before, of which Graph may repeat some."""
    on_page: dict[str, Entry | Garbled] = {}
    for element in page.value:
        one = _one(bytes(element), window)
        on_page.setdefault(one.key, one)
    new = [one for key, one in on_page.items() if key not in seen and not _is_of_the_next(one, window)]
    return Sheet(tuple(new), frozenset(on_page))


def _one(raw: bytes, window: Window) -> Entry | Garbled:
    try:
        event = parse(raw)
    except Unreadable as error:
        return _garbled(raw, str(error))
    if not window.start <= event.at <= window.end + _SECOND:
        return _garbled(raw, f"Its time is {event.at.isoformat()}, for which Graph was not asked.")
    return entry(event, raw)


def _garbled(raw: bytes, why: str) -> Garbled:
    return Garbled(raw=raw, key=f"unreadable-{keys.digest(raw)}", why=why)


def _is_of_the_next(one: Entry | Garbled, window: Window) -> bool:
    """Return whether an event is of the window behind this one: Graph is asked up to its end, and that included."""
    return isinstance(one, Entry) and one.event.at >= window.end
