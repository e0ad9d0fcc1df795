"""History: the directory's events and the desk's ledger joined, one line for each reset or other act."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from msgspec.structs import replace

from shared.audit import deeds
from shared.audit.actors import NOBODY, DeskIdentity, is_service
from shared.audit.attribution import KINDS, Accounts
from shared.audit.event import AuditEvent
from shared.audit.faces import Faces, person_named
from shared.audit.grouping import Act, Operation, acts_of, in_order, operations
from shared.audit.history_line import (
    Actor,
    Deed,
    HistoryLine,
    Kind,
    Party,
    Registration,
    Standing,
    Through,
)
from shared.contract import Action
from shared.outcome import PersonNamed, Status, together
from shared.record import RequestSummary

TELLS_WITHIN: Final = timedelta(hours=2)
"""By then the audit log has told of an act: within minutes nearly always; Microsoft promises nothing."""
_MAIN_DEED: Final = {
    Action.REQUIRE_REREGISTRATION: Kind.METHODS_REMOVED,
    Action.REVOKE_SESSIONS: Kind.SESSIONS_REVOKED,
    Action.SET_PER_USER_MFA: Kind.PER_USER_MFA_CHANGED,
    Action.ISSUE_TEMPORARY_ACCESS_PASS: Kind.PASS_ISSUED,
}
_CONFIRMABLE: Final = frozenset({Status.SUCCEEDED, Status.PARTIAL})
_UNCONFIRMED: Final = (
    "The audit log shows nothing of it. Either there was nothing left to change, or its events have not been read."
)
_PENDING: Final = "The audit log has not told of it yet."


def history(
    events: Iterable[AuditEvent], requests: Iterable[RequestSummary], desk: DeskIdentity, now: datetime
) -> tuple[HistoryLine, ...]:
    """Return the lines, the newest first.

    events: the relevant ones of a person, an actor or a time; for the requests to be found in them they have to reach
    some minutes beyond the end of the last one. requests: those about the same people, from as long before the first
    event on as a request may wait. Every event is in one line; asked again with further events,
    the lines are made anew.
    """
    events = in_order(events)
    requests = tuple(sorted({request.id: request for request in requests if not request.message_id}.values(), key=_age))
    faces = Faces(events, requests)
    accounts = Accounts(requests, faces, now)
    by_id = {request.id: request for request in requests}
    found = operations(acts_of(events, desk.learned(events), faces), accounts.claims)
    lines = [_line(operation, by_id.get(operation.request_id), faces, now) for operation in found]
    accounted = {operation.request_id for operation in found}
    lines += [_unseen(request, faces, now) for request in requests if _is_owed(request, accounted)]
    return tuple(sorted(_with_afterwards(lines, faces), key=lambda line: (line.at, line.id), reverse=True))


def _age(request: RequestSummary) -> tuple[datetime, str]:
    return request.accepted_at, request.id


def _is_owed(request: RequestSummary, accounted: set[str]) -> bool:
    """Return whether the audit log should tell of a request, and none of its events is here."""
    confirmable = request.status in _CONFIRMABLE and not request.dry_run
    return confirmable and bool(_changing(request)) and request.id not in accounted


def _changing(request: RequestSummary) -> tuple[Action, ...]:
    """Return the actions of a request that changed something, as far as the ledger knows."""
    return tuple(action for action in request.actions if action not in request.idle)


def _line(operation: Operation, request: RequestSummary | None, faces: Faces, now: datetime) -> HistoryLine:
    line = _of_audit(operation)
    if request is None:
        return line
    return replace(
        line,
        id=request.id,
        standing=Standing.MATCHED,
        through=Through.DESK,
        asked_by=_asker(request.requested_by, faces),
        done_by=line.asked_by,
        approval=request.approval,
        ticket=request.ticket,
        reason=request.reason,
        request_id=request.id,
        note="",
        result=request.status,
        unseen=_actions_unseen(request, line, now),
    )


def _of_audit(operation: Operation) -> HistoryLine:
    """Return the line that the audit log alone makes."""
    acts = operation.acts
    lead = next((act for act in acts if not act.is_echo), acts[0])
    people = tuple(dict.fromkeys(person for act in (lead, *acts) for person in act.people))
    standing, through = _standing(lead)
    return HistoryLine(
        id=acts[0].event.id,
        at=acts[0].event.at,
        until=acts[-1].event.at,
        person=people[0] if people else None,
        others=people[1:],
        deeds=deeds.told(acts),
        standing=standing,
        through=through,
        asked_by=lead.actor,
        result=together(tuple(Status.FAILED if act.failed else Status.SUCCEEDED for act in acts)),
        failures=tuple(dict.fromkeys(act.event.reason for act in acts if act.failed and act.event.reason)),
        note=_ALARM if standing is Standing.ALARM else _SERVICE if is_service(lead.event) else "",
        events=tuple(act.event.id for act in acts),
    )


_ALARM: Final = "Done with the desk's own identity, and no request in the ledger accounts for it."
_SERVICE: Final = "One of Microsoft's own services names itself here; who stood behind it is not told."


def _standing(act: Act) -> tuple[Standing, Through]:
    if act.by_desk:
        return Standing.ALARM, Through.DESK
    if act.own:
        return Standing.SELF_SERVICE, Through.SELF_SERVICE
    through = {Party.PERSON: Through.PORTAL_OR_TOOL, Party.APPLICATION: Through.APPLICATION}
    return Standing.OUTSIDE_DESK, through.get(act.actor.party, Through.UNKNOWN)


def _actions_unseen(request: RequestSummary, line: HistoryLine, now: datetime) -> tuple[Action, ...]:
    if request.status not in _CONFIRMABLE or not had_time(request, now):
        return ()
    kinds = {deed.kind for deed in line.deeds}
    return tuple(action for action in _changing(request) if KINDS[action].isdisjoint(kinds))


def had_time(request: RequestSummary, now: datetime) -> bool:
    """Return whether the audit log has had the time to tell of a request."""
    return now - (request.finished_at or request.accepted_at) > TELLS_WITHIN


def _unseen(request: RequestSummary, faces: Faces, now: datetime) -> HistoryLine:
    """Return the line that the ledger alone makes."""
    late = had_time(request, now)
    at = request.finished_at or request.accepted_at
    return HistoryLine(
        id=request.id,
        at=at,
        until=at,
        person=faces.whole(person_named(request.user)),
        deeds=tuple(Deed(kind=_MAIN_DEED[action]) for action in _changing(request)),
        standing=Standing.UNCONFIRMED if late else Standing.PENDING,
        through=Through.DESK,
        asked_by=_asker(request.requested_by, faces),
        approval=request.approval,
        ticket=request.ticket,
        reason=request.reason,
        request_id=request.id,
        result=request.status,
        unseen=_changing(request) if late else (),
        note=_UNCONFIRMED if late else _PENDING,
    )


def _asker(named: PersonNamed | None, faces: Faces) -> Actor:
    if named is None:
        return NOBODY
    if named.id and not named.user_principal_name and named.display_name and "@" not in named.asked:
        return Actor(party=Party.APPLICATION, id=named.id, name=named.display_name)
    person = person_named(named)
    name = person.user_principal_name or person.display_name or person.id
    return faces.named(Actor(party=Party.PERSON, id=person.id, name=name, display_name=person.display_name))


def _with_afterwards(lines: Iterable[HistoryLine], faces: Faces) -> list[HistoryLine]:
    """Return the lines, each reset with what the person registered after it, until the next one."""
    last_reset: dict[str, str] = {}
    after: dict[str, list[Registration]] = {}
    ordered = sorted(lines, key=lambda line: (line.at, line.standing is Standing.SELF_SERVICE, line.id))
    for line in ordered:
        key = faces.key(line.person)
        if line.is_reset:
            last_reset[key] = line.id
        elif line.standing is Standing.SELF_SERVICE and key in last_reset:
            registered = (
                deed.methods for deed in line.deeds if deed.kind is Kind.METHODS_REGISTERED and not deed.failed
            )
            after.setdefault(last_reset[key], []).extend(Registration(line.at, methods) for methods in registered)
    return [replace(line, afterwards=tuple(after.get(line.id, ()))) if line.is_reset else line for line in ordered]
