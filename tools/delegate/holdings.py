"""Who holds a role already, and in which way: the tool touches one way only (pure)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Final

import msgspec


class Way(StrEnum):
    """How somebody holds a role."""

    DIRECT = "direct"
    """They themselves, over the whole tenant, for good: what this tool assigns, and all that it removes."""
    TEMPORARY = "temporary"
    """As DIRECT, but PIM ends it by itself: given until a time, or activated."""
    SCOPED = "scoped"
    ELIGIBLE = "eligible"
    GROUP = "group"


_ORDER: Final = tuple(Way)


class Holding(msgspec.Struct, frozen=True, kw_only=True):
    """One way in which one principal holds the role."""

    principal_id: str
    way: Way
    shown: str = ""
    """How a table calls the principal."""
    is_group: bool = False
    assignment_id: str = ""
    detail: str = ""
    """The scope, the time or the group that belongs to the way."""

    @property
    def words(self) -> str:
        """How it is held, for a table."""
        match self.way:
            case Way.DIRECT:
                return "directly"
            case Way.TEMPORARY:
                return f"through PIM, {self.detail}"
            case Way.SCOPED:
                return f"over {self.detail}"
            case Way.ELIGIBLE:
                return "eligible in PIM" + (f", over {self.detail}" if self.detail else "")
            case Way.GROUP:
                return f"through the group {self.detail}"


class Holdings:
    """All ways in which a role is held, by whom."""

    def __init__(self, holdings: Iterable[Holding]) -> None:
        self._all = sorted(holdings, key=lambda held: (held.shown.casefold(), _ORDER.index(held.way)))
        self._of = defaultdict[str, list[Holding]](list)
        for held in self._all:
            self._of[held.principal_id.lower()].append(held)

    def __iter__(self) -> Iterator[Holding]:
        """Yield them all, by name."""
        return iter(self._all)

    def of(self, principal_id: str) -> tuple[Holding, ...]:
        """Return the ways in which this principal holds it."""
        return tuple(self._of.get(principal_id.lower(), ()))
