"""Which request of the desk's ledger accounts for what the desk's identity did."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from shared.audit.faces import Faces, person_named
from shared.audit.grouping import Act
from shared.audit.history_line import Kind
from shared.contract import Action
from shared.outcome import Status
from shared.record import RequestSummary

CLOCKS_APART: Final = timedelta(minutes=2)
"""As much may the desk's clock differ from Microsoft's."""
AFTER_THE_END: Final = timedelta(minutes=5)
"""As late may an act of a request be dated: what was asked for last is carried out, and logged, a while later."""
ACTED: Final = frozenset({Status.SUCCEEDED, Status.PARTIAL, Status.FAILED, Status.RUNNING, Status.DEFERRED})
"""A request that was refused or rejected, or that waits, accounts for nothing."""
KINDS: Final = {
    Action.REQUIRE_REREGISTRATION: frozenset({Kind.METHODS_REMOVED, Kind.METHODS_UPDATED, Kind.DEFAULT_CHANGED}),
    Action.REVOKE_SESSIONS: frozenset({Kind.SESSIONS_REVOKED}),
    Action.SET_PER_USER_MFA: frozenset({Kind.PER_USER_MFA_CHANGED}),
    Action.ISSUE_TEMPORARY_ACCESS_PASS: frozenset({Kind.PASS_ISSUED}),
}
"""What carrying out an action does, as the audit log tells it."""


class Accounts:
    """The requests that may account for something, by the person they are about."""

    def __init__(self, requests: Iterable[RequestSummary], faces: Faces, now: datetime) -> None:
        self._now = now
        self._by_person: dict[str, list[RequestSummary]] = {}
        for request in requests:
            if request.status in ACTED and not request.dry_run and request.user is not None:
                key = faces.key(person_named(request.user))
                self._by_person.setdefault(key, []).append(request)

    def claim(self, act: Act) -> str:
        """Return the id of the request that accounts for an act of the desk's, "" where there is none.

        Of several, the one whose own time is nearest, and then the shortest.
        """
        fitting = [request for request in self._by_person.get(act.person, []) if self._fits(request, act)]
        if not fitting:
            return ""
        return min(fitting, key=lambda request: (*self._distance(request, act), request.id)).id

    def _fits(self, request: RequestSummary, act: Act) -> bool:
        kinds = frozenset[Kind]().union(*(KINDS[action] for action in request.actions))
        begin, end = self._span(request)
        return not act.kinds.isdisjoint(kinds) and begin - CLOCKS_APART <= act.event.at <= end + AFTER_THE_END

    def _distance(self, request: RequestSummary, act: Act) -> tuple[timedelta, timedelta]:
        begin, end = self._span(request)
        outside = max(begin - act.event.at, act.event.at - end, timedelta(0))
        return outside, end - begin

    def _span(self, request: RequestSummary) -> tuple[datetime, datetime]:
        begin = request.approval.at if request.approval else request.accepted_at
        return begin, request.finished_at or max(self._now, begin)
