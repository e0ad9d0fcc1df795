"""What became of each name, and of the whole run (pure)."""

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum
from typing import Final

import msgspec


class Outcome(StrEnum):
    """What happened to one person or group."""

    ASSIGNED = "assigned"
    ALREADY_ASSIGNED = "already assigned"
    REMOVED = "removed"
    NOT_ASSIGNED = "not assigned"
    WOULD_BE_ASSIGNED = "would be assigned"
    WOULD_BE_REMOVED = "would be removed"
    FAILED = "failed"
    NOT_REACHED = "not reached"


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the table at the end."""

    who: str
    outcome: Outcome
    remark: str = ""


DONE: Final = 0
SOME_FAILED: Final = 1
NOT_STARTED: Final = 2
INTERRUPTED: Final = 130
"""The exit codes."""


def counted(results: Iterable[Result]) -> dict[Outcome, int]:
    """Return how often each outcome came, in the order in which they are defined."""
    counts = Counter(result.outcome for result in results)
    return {outcome: counts[outcome] for outcome in Outcome if counts[outcome]}


def exit_code(results: Iterable[Result]) -> int:
    """Return 0 if everybody is as they should be now, 1 if not."""
    unhappy = {Outcome.FAILED, Outcome.NOT_REACHED}
    return SOME_FAILED if any(result.outcome in unhappy for result in results) else DONE
