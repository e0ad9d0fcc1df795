"""The verbs of the control API that are about the audit log, as `ControlClient.audit` offers them."""

from collections.abc import Callable
from typing import Any

import msgspec

from local.tenant.audit.pace import Pace
from local.tenant.audit.truth import TrueEvent

Ask = Callable[[str, str, Any], bytes]


class AuditCount(msgspec.Struct, frozen=True):
    """How many events there are, and how many of them can be seen by now."""

    happened: int
    visible: int


class AuditClient:
    """One verb per thing; `ask` sends a request to a path under /control."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def events(self) -> list[TrueEvent]:
        """Return everything that has happened so far, seen or not, kept or not, the oldest first."""
        return msgspec.json.decode(self._ask("GET", "/audit", None), type=list[TrueEvent])

    def count(self) -> AuditCount:
        """Return how many events that are."""
        return msgspec.json.decode(self._ask("GET", "/audit/count", None), type=AuditCount)

    def add(self, event: Any, *, at: str | None = None, late: float | None = None) -> TrueEvent:
        """Add an event exactly as given: `at` is its place in the log, `late` the seconds until it is seen."""
        answer = self._ask("POST", "/audit/events", {"event": event, "at": at, "late": late})
        return msgspec.json.decode(answer, type=TrueEvent)

    def crowd(self, count: int, *, since: str, until: str, relevant: float = 0.01) -> None:
        """Add so many invented events evenly over a span, a share of them of the kind that the desk looks for."""
        self._ask("POST", "/audit/crowd", {"count": count, "since": since, "until": until, "relevant": relevant})

    def live(self, pace: Pace | None = None) -> None:
        """Begin an invented life, with a history, which goes on with the clock."""
        self._ask("POST", "/audit/life", pace or Pace())

    def rest(self) -> None:
        """End the invented life; its past stays."""
        self._ask("DELETE", "/audit/life", None)
