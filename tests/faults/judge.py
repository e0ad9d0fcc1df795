"""Holds what is to be seen after a schedule against what must be true of every one: values in, sentences out."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from local.tenant.journal import Entry
from local.tenant.methods import Phone
from shared.announcement import announce, event_id
from shared.authority import Authority
from shared.contract import Action
from shared.graph_shapes import masked_phone
from shared.methods import PORTAL_TYPES
from shared.outcome import MethodOutcome, Result, Status, Verdict, Why
from shared.record import Row
from tests.faults import claims
from tests.faults.cast import ASKING, CALLING, EMERGENCY, PRIVILEGED
from tests.faults.schedule import LONGEST_SKEW
from tests.faults.seen import Seen
from tests.faults.steps import AskMany, GraphFails, Schedule

SLACK: Final = timedelta(seconds=LONGEST_SKEW + 60)
"""So far may the desk's clock and the tenant's be apart: by what it jumps, and by what a schedule takes."""
_DOES: Final = {
    "methodDeleted": Action.REQUIRE_REREGISTRATION,
    "hardwareTokenDeactivated": Action.REQUIRE_REREGISTRATION,
    "signInPreferencesChanged": Action.REQUIRE_REREGISTRATION,
    "sessionsRevoked": Action.REVOKE_SESSIONS,
    "perUserMfaStateChanged": Action.SET_PER_USER_MFA,
    "methodRegistered": Action.ISSUE_TEMPORARY_ACCESS_PASS,
}
_A_MOMENT: Final = timedelta(seconds=25)
"""So long a look at the person's methods may be ago: what it is trusted for, and one short wait for Graph behind it."""
_SILENT: Final = frozenset({"triesExhausted", "tooOld", "personChanged", "approvalExpired"})
"""After these an outcome need not tell what an earlier run has done: nobody looked."""


def faults_of(schedule: Schedule, seen: Seen) -> tuple[str, ...]:
    """Return what is not as it has to be, a sentence each; nothing where all is well."""
    return tuple(_Judge(schedule, seen).all())


class _Judge:
    def __init__(self, schedule: Schedule, seen: Seen) -> None:
        self._schedule = schedule
        self._seen = seen
        self._names = {object_id: who for who, object_id in seen.ids.items()}
        self._rows = {row.id: row for row in seen.rows}
        self._by_desk = [
            (n, entry)
            for n, entry in enumerate(seen.journal)
            if entry.actor == seen.client_id and not _goes_with_a_pass(seen.journal[n - 1 : n], entry)
        ]

    def all(self) -> Iterator[str]:
        """Yield every fault."""
        yield from self._unended()
        yield from self._lost()
        yield from self._announced_otherwise()
        for place, entry in self._by_desk:
            yield from self._unaccounted(entry)
            yield from self._newer(place, entry)
            yield from self._untold(entry)
        yield from self._done_twice()
        for row in self._seen.rows:
            yield from self._told_otherwise(row)
        yield from claims.of_the_audit_log(self._seen)
        yield from claims.of_bulks(self._seen)
        yield from claims.of_passes(self._seen)
        yield from claims.of_reports(self._schedule, self._seen)

    # --- every request comes to one ending ----------------------------------------------------------------------------

    def _unended(self) -> Iterator[str]:
        seen = self._seen
        if not seen.quiet:
            yield f"It did not come to rest; left open: {seen.left_open}."
        yield from (f"Raised: {each}" for each in seen.surprises)
        for row in seen.rows:
            if row.outcome is None or row.is_open or row.outcome.status is not row.status:
                yield f"Request {row.id} is {row.status}, with outcome {row.outcome}."

    def _lost(self) -> Iterator[str]:
        seen = self._seen
        conflicts = [each.outcome.id for each in seen.refused if each.outcome.status is Status.REFUSED]
        for message_id, asked in seen.asked:
            if message_id not in self._rows:
                yield f"Request {message_id} of {asked.by} came by the queue and is not on record."
            elif self._is_other(self._rows[message_id], asked.user) and message_id not in conflicts:
                yield f"Request {message_id} about {asked.user} is neither on record nor refused as a conflict."
        for call in seen.calls:
            if isinstance(call.asked, AskMany):
                continue
            if call.status in (200, 201, 202, 403) and call.request_id not in self._rows:
                yield f"Request {call.request_id} was answered {call.status} and is not on record."
        rejected = [each for each in seen.refused if each.outcome.status is Status.REJECTED]
        if len(rejected) != seen.messages:
            yield f"{seen.messages} messages were no request, and {len(rejected)} are on record as rejected."

    def _is_other(self, row: Row, user: str) -> bool:
        return row.request.user != user

    def _announced_otherwise(self) -> Iterator[str]:
        seen, told = self._seen, dict[str, set[bytes]]()
        for body in seen.announced:
            told.setdefault(json.loads(body)["id"], set()).add(body)
        owed = {row.id: announce(row.outcome) for row in seen.rows if row.outcome}
        owed |= {event_id(each.outcome): announce(each.outcome) for each in seen.refused if _by_queue(each.outcome)}
        for name in owed.keys() - told.keys():
            yield f"The ending of {name} was announced to nobody."
        for name in told.keys() - owed.keys():
            yield f"An ending of {name} was announced that is not on record."
        for name, bodies in told.items():
            if len(bodies) > 1 or (name in owed and owed[name] not in bodies):
                yield f"The ending of {name} was announced otherwise than it is on record: {bodies}."

    # --- nobody is touched without a reason ---------------------------------------------------------------------------

    def _covering(self, entry: Entry) -> list[Row]:
        """Return the requests that account for what the desk did."""
        action = _DOES.get(entry.act)
        at = datetime.fromisoformat(entry.at)
        return [
            row
            for row in self._seen.rows
            if action in row.request.actions
            and row.user.id == entry.user_id
            and not row.request.dry_run
            and row.outcome is not None
            and row.accepted_at - SLACK <= at <= row.outcome.finished_at + SLACK
            and self._may(row, at)
            and _selects(row, entry)
        ]

    def _unaccounted(self, entry: Entry) -> Iterator[str]:
        if self._names.get(entry.user_id) == EMERGENCY:
            yield f"A protected person was touched: {entry}."
        if not self._covering(entry):
            yield f"No request accounts for what the desk did: {entry}."

    def _may(self, row: Row, at: datetime) -> bool:
        """Return whether whoever asked may have that done to the person, by what is written down of the cast."""
        asker, target = self._asker(row), self._names[row.user.id]
        left = self._seen.losing.get(asker)
        if left is not None and at > left + timedelta(minutes=5) + SLACK and (row.caller is None or row.bulk):
            return False
        authority = ASKING[asker] if row.caller is None else _OF_ROLE[CALLING[asker]]
        if target in (asker, EMERGENCY) or authority not in (Authority.OPERATOR, _HIGHEST):
            return False
        if target not in PRIVILEGED:
            return True
        if row.approval is not None and row.approval.verdict is Verdict.APPROVED:
            by = row.approval.by.user_principal_name
            return by in ("nestor.wilke@contoso.com", "patti.fernandez@contoso.com") and by not in (asker, target)
        return row.caller is not None and authority is _HIGHEST and self._schedule.second_person == "queue"

    def _asker(self, row: Row) -> str:
        asked = row.request.requested_by or ""
        return self._names.get(asked, asked)

    def _newer(self, place: int, entry: Entry) -> Iterator[str]:
        """Tell of a method that was removed although it is newer than every request that accounts for it.

        A phone has no date: one counts as known whose very number the request had planned for. Graph has no deletion
        under a condition: what takes its place between the last look and the deletion goes as well.
        """
        if entry.act != "methodDeleted":
            return
        registrations = [
            (n, each)
            for n, each in enumerate(self._seen.journal[:place])
            if each.act == "methodRegistered"
            and each.actor != self._seen.client_id
            and (each.user_id, each.method_id) == (entry.user_id, entry.method_id)
        ]
        if not registrations:
            return
        number, registered = registrations[-1]
        rows = self._covering(entry)
        if any(datetime.fromisoformat(registered.at) <= row.accepted_at for row in rows):
            return
        since = datetime.fromisoformat(entry.at) - datetime.fromisoformat(registered.at)
        if entry.method_kind == "phone" and (since < _A_MOMENT or any(self._planned(row, number) for row in rows)):
            return
        yield f"{entry} removed what was registered at {registered.at}, after {[(r.id, r.accepted_at) for r in rows]}."

    def _planned(self, row: Row, place: int) -> bool:
        """Return whether a request's ending names the very number that was registered there."""
        method = self._registered_at(place)
        if not isinstance(method, Phone) or row.outcome is None:
            return False
        label = f"{method.phone_type} {masked_phone(method.phone_number)}"
        return any(each.label == label for action in row.outcome.actions for each in action.methods)

    def _registered_at(self, place: int) -> object:
        """Return the method of a registration in the journal: people alone register, in the order of the schedule."""
        people = (each for each in self._seen.journal[:place] if each.actor != self._seen.client_id)
        before = [each for each in people if each.act == "methodRegistered"]
        return self._seen.registered[len(before)].method

    def _done_twice(self) -> Iterator[str]:
        """Tell of sessions that were revoked more often than runs, and answers that were lost, account for."""
        lost = sum(step.fault.times or 0 for step in self._schedule.steps if isinstance(step, GraphFails))
        for person in {entry.user_id for _, entry in self._by_desk}:
            revoked = sum(1 for _, each in self._by_desk if each.user_id == person and each.act == "sessionsRevoked")
            runs = sum(
                row.runs
                for row in self._seen.rows
                if row.user.id == person and Action.REVOKE_SESSIONS in row.request.actions and not row.request.dry_run
            )
            if revoked > runs + lost:
                yield f"The sessions of {self._names.get(person)} were revoked {revoked} times in {runs} runs."

    # --- ledger and tenant agree --------------------------------------------------------------------------------------

    def _untold(self, entry: Entry) -> Iterator[str]:
        """Tell of a method that the desk removed and of which no ending says so."""
        if entry.act != "methodDeleted":
            return
        rows = self._covering(entry)
        if any(row.outcome and row.outcome.problem and row.outcome.problem.code in _SILENT for row in rows):
            return
        gone = {Result.REMOVED, Result.ALREADY_GONE}
        told = [
            method
            for row in rows
            for action in (row.outcome.actions if row.outcome else ())
            for method in action.methods
            if method.id == entry.method_id
        ]
        if rows and not any(
            each.result in gone or each.why in (Why.NOT_YET_GONE, Why.REGISTERED_SINCE) for each in told
        ):
            yield f"{entry} is told by no ending as removed: {told}."

    def _told_otherwise(self, row: Row) -> Iterator[str]:
        outcome = row.outcome
        for action in outcome.actions if outcome else ():
            done = self._during(row)
            for method in action.methods:
                acts = [each.act for each in done if each.method_id == method.id]
                if method.result is Result.REMOVED and "methodDeleted" not in acts and not self._unseen(row, method):
                    yield f"Request {row.id} says that {method} was removed; the tenant knows nothing of it."
                if method.result is Result.STILL_REGISTERED and not self._was_there(row, method.id):
                    yield f"Request {row.id} says that {method} is still registered; it is not."
                if row.request.dry_run and method.result in (Result.REMOVED, Result.ALREADY_GONE, Result.DEACTIVATED):
                    yield f"Request {row.id} was dry, and says {method}."
            told = [each.act for each in done]
            dry, well = row.request.dry_run, action.status is Status.SUCCEEDED
            revoked = told + (self._by_anybody(row) if action.detail and row.runs > 1 else [])
            if action.action is Action.REVOKE_SESSIONS and well and not dry and "sessionsRevoked" not in revoked:
                yield f"Request {row.id} says that sessions were revoked; the tenant knows nothing of it."
            passed = action.action is Action.ISSUE_TEMPORARY_ACCESS_PASS
            if passed and well and not dry and "methodRegistered" not in told:
                yield f"Request {row.id} says that a pass was issued; the tenant knows nothing of it."
            change = action.per_user_mfa
            if well and change and change.after not in (None, change.before) and "perUserMfaStateChanged" not in told:
                yield f"Request {row.id} says {change}; the tenant knows nothing of it."

    def _during(self, row: Row) -> list[Entry]:
        """Return what the desk did to the person of a request while it was under way."""
        finished = row.outcome.finished_at if row.outcome else row.accepted_at
        return [
            entry
            for _, entry in self._by_desk
            if entry.user_id == row.user.id
            and row.accepted_at - SLACK <= datetime.fromisoformat(entry.at) <= finished + SLACK
        ]

    def _by_anybody(self, row: Row, method_id: str | None = None) -> list[str]:
        """Return what was done by whomever, to one method or at all.

        Of sessions a later run can only tell that they were revoked, and of a lost answer nobody knows what it was.
        """
        since = row.accepted_at - SLACK
        return [
            each.act
            for each in self._seen.journal
            if each.user_id == row.user.id and datetime.fromisoformat(each.at) >= since
            if method_id in (None, each.method_id)
        ]

    def _unseen(self, row: Row, method: MethodOutcome) -> bool:
        """Return whether somebody removed a method of which it is told that it may not have been the desk."""
        return "or by somebody else" in method.detail and "methodDeleted" in self._by_anybody(row, method.id)

    def _was_there(self, row: Row, method_id: str) -> bool:
        """Return whether a method was registered when a request ended, or thereabouts."""
        if any(method.id == method_id for method in self._seen.people.get(row.user.id, ())):
            return True
        if self._was_a_pass(row, method_id):
            return True
        finished = row.outcome.finished_at if row.outcome else row.accepted_at
        return any(
            (each.user_id, each.method_id, each.act) == (row.user.id, method_id, "methodDeleted")
            and datetime.fromisoformat(each.at) >= finished - SLACK
            for each in self._seen.journal
        )

    def _was_a_pass(self, row: Row, method_id: str) -> bool:
        """Return whether that was a pass, in whose place a new one has come: nobody is told that the old one went."""
        passes = [
            each.method_id
            for each in self._seen.journal
            if (each.user_id, each.act, each.method_kind) == (row.user.id, "methodRegistered", "temporaryAccessPass")
        ]
        return method_id in passes[:-1]


def _selects(row: Row, entry: Entry) -> bool:
    """Return whether a request is about methods of that kind."""
    methods, kind = row.request.methods, entry.method_kind
    if entry.act not in ("methodDeleted", "hardwareTokenDeactivated") or methods == "all":
        return True
    kinds = {each.value for each in PORTAL_TYPES} if methods == "portal" else {str(each) for each in methods}
    return kind in kinds


def _goes_with_a_pass(before: Sequence[Entry], entry: Entry) -> bool:
    """Return whether these sessions were ended by Graph itself, as it does with the pass they may have come from."""
    return entry.act == "sessionsRevoked" and any(
        (each.act, each.method_kind, each.user_id) == ("methodDeleted", "temporaryAccessPass", entry.user_id)
        for each in before
    )


def _by_queue(outcome: object) -> bool:
    """Return whether a message that was not taken came by the queue; a caller has their answer."""
    return not str(getattr(outcome, "message_id", "")).startswith(("http-", "bulk-"))


_HIGHEST: Final = Authority.PRIVILEGED_OPERATOR
_OF_ROLE: Final = {"": Authority.NONE, "MfaDesk.Operator": Authority.OPERATOR, "MfaDesk.PrivilegedOperator": _HIGHEST}
