"""Which request of the desk's ledger accounts for what the desk's identity did."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from shared.audit.faces import Faces, person_named
from shared.audit.grouping import Act
from shared.audit.history_line import Kind
from shared.contract import Action
from shared.methods import MethodType
from shared.outcome import Status
from shared.record import RequestSummary

CLOCKS_APART: Final = timedelta(minutes=2)
"""As much may the desk's clock differ from Microsoft's."""
AFTER_THE_END: Final = timedelta(minutes=5)
"""As late may an act of a request be dated: what was asked for last is carried out, and logged, a while later."""
ACTED: Final = frozenset({Status.SUCCEEDED, Status.PARTIAL, Status.FAILED, Status.RUNNING, Status.DEFERRED})
"""A request that was refused or rejected, or that waits, accounts for nothing, unless it had been begun before."""
KINDS: Final = {
    Action.REQUIRE_REREGISTRATION: frozenset({Kind.METHODS_REMOVED, Kind.METHODS_UPDATED, Kind.DEFAULT_CHANGED}),
    Action.REVOKE_SESSIONS: frozenset({Kind.SESSIONS_REVOKED}),
    Action.SET_PER_USER_MFA: frozenset({Kind.PER_USER_MFA_CHANGED}),
    Action.ISSUE_TEMPORARY_ACCESS_PASS: frozenset({Kind.PASS_ISSUED}),
}
"""What carrying out an action does, as the audit log tells it."""
_KIN: Final = (
    frozenset({MethodType.MICROSOFT_AUTHENTICATOR, MethodType.SOFTWARE_OATH, MethodType.PASSWORDLESS_AUTHENTICATOR}),
    frozenset({MethodType.HARDWARE_OATH, MethodType.SOFTWARE_OATH}),
    frozenset({MethodType.FIDO2, MethodType.PLATFORM_CREDENTIAL}),
)
"""Types which the words of the audit log do not tell apart for sure."""


def span_of(request: RequestSummary, now: datetime) -> tuple[datetime, datetime]:
    """Return from when to when a request can have acted: one that has not ended, until now."""
    begin = request.approval.at if request.approval else request.accepted_at
    return begin, request.finished_at or max(now, begin)


def acted(request: RequestSummary) -> bool:
    """Return whether a request may have changed something."""
    return (request.status in ACTED or request.begun) and not request.dry_run


class Accounts:
    """The requests that may account for something, by the person they are about."""

    def __init__(self, requests: Iterable[RequestSummary], faces: Faces, now: datetime) -> None:
        self._now = now
        self._faces = faces
        self._by_person: dict[str, list[RequestSummary]] = {}
        for request in requests:
            if acted(request) and request.user is not None:
                key = faces.key(person_named(request.user))
                self._by_person.setdefault(key, []).append(request)

    def claims(self, act: Act) -> tuple[str, ...]:
        """Return the ids of the requests that can account for an act of the desk's.

        First the one whose own time is nearest, and then the shortest. A request is about one person: it accounts for
        nothing that was done to several.
        """
        if len({self._faces.key(each) for each in act.people}) > 1:
            return ()
        fitting = [request for request in self._by_person.get(act.person, []) if self._fits(request, act)]
        return tuple(each.id for each in sorted(fitting, key=lambda one: (*self._distance(one, act), one.id)))

    def _fits(self, request: RequestSummary, act: Act) -> bool:
        kinds = frozenset[Kind]().union(*(KINDS[action] for action in request.actions))
        begin, end = span_of(request, self._now)
        near = begin - CLOCKS_APART <= act.event.at <= end + AFTER_THE_END
        return near and not act.kinds.isdisjoint(kinds) and _touched(request, act)

    def _distance(self, request: RequestSummary, act: Act) -> tuple[timedelta, timedelta]:
        begin, end = span_of(request, self._now)
        outside = max(begin - act.event.at, act.event.at - end, timedelta(0))
        return outside, end - begin


def _touched(request: RequestSummary, act: Act) -> bool:
    """Return whether the methods that an act removed can be ones which the request did; where either is silent, yes."""
    gone = {each.type for deed in act.deeds if deed.kind is Kind.METHODS_REMOVED for each in deed.methods}
    if act.failed or request.methods is None or not gone or not set(request.methods) <= set(MethodType):
        return True
    return not gone.isdisjoint(_with_kin(request.methods))


def _with_kin(types: Iterable[str]) -> set[str]:
    types = set(types)
    return types.union(*(kin for kin in _KIN if not kin.isdisjoint(types)))
