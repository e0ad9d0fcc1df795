"""One run of a request: decide, plan, act, and say what became of it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from shared import delegation, reset_plan
from shared.contract import Action
from shared.delegation import Decision, Effect, Facts, Party
from shared.directory import Directory, Reading
from shared.graph_shapes import DirectoryPerson
from shared.ledger import Ledger, Row
from shared.methods import RegisteredMethod
from shared.outcome import ActionOutcome, Outcome, PersonNamed, Problem, Status, of_methods, together
from shared.reset import Patience, Registered, carry_out, left_after
from shared.reset_plan import Attempt, Done, Step

ORDER: Final = (Action.REQUIRE_REREGISTRATION, Action.REVOKE_SESSIONS)
"""Sessions go last: none of them then outlives the methods with which it was begun."""


class Rules(msgspec.Struct, frozen=True):
    """What the operator decides about every request."""

    protected_users: frozenset[str]
    """Object ids and user principal names, in lower case, of those whom the desk never touches."""
    max_request_age: timedelta
    demanded: frozenset[str] = frozenset()
    """The fields of a request that must be filled in."""


class Means(msgspec.Struct, frozen=True):
    """What a run works with."""

    directory: Directory
    ledger: Ledger
    patience: Patience = Patience()
    now: Callable[[], datetime] = lambda: datetime.now(UTC)


class Run:
    """Carries out the request of one ledger row, which this run has to itself until its lease ends."""

    def __init__(self, row: Row, rules: Rules, means: Means) -> None:
        self.row = row
        """The row as this run wrote it last."""
        self._rules = rules
        self._directory = means.directory
        self._ledger = means.ledger
        self._patience = means.patience
        self._now = means.now
        self.done: dict[Step, Attempt] = dict(row.done)
        """What this run and those before it have done of the plan."""
        self._done_before = len(self.done)
        self._revocation_begun_at = row.revoking_at
        self._revocation_id = ""

    async def outcome(self, reading: Reading | BaseException) -> Outcome:
        """Return the ending of the request, not yet recorded. Raises GraphUnavailable and Overtaken.

        reading: what the directory told of the people of the request, or what went wrong with that.
        """
        if self._now() - self.row.accepted_at > self._rules.max_request_age:
            return self._too_late(reading if isinstance(reading, Reading) else None)
        if isinstance(reading, BaseException):
            raise reading
        if self.row.target_id and reading.target and self.row.target_id != reading.target.id:
            return self._ended(
                Status.FAILED, reading, problem=Problem(code="personChanged", detail=_CHANGED, field="user")
            )
        decision = delegation.decide(_facts(reading), self._rules.protected_users)
        if decision.effect is Effect.REFUSED or reading.target is None:
            return self._ended(Status.REFUSED, reading, decision=decision, actions=self._stopped(reading))
        if not self.row.request.dry_run and not self.row.target_id:
            self.row = await self._planned(reading, reading.target)
        actions = [
            await self._act(action, reading, reading.target) for action in ORDER if action in self.row.request.actions
        ]
        status = together(tuple(action.status for action in actions))
        return self._ended(status, reading, decision=decision, actions=tuple(actions))

    def failed(self, problem: Problem) -> Outcome:
        """Return the ending of a request that is given up without another look at anybody."""
        return self._ended(Status.FAILED, None, problem=problem)

    async def _act(self, action: Action, reading: Reading, target: DirectoryPerson) -> ActionOutcome:
        match action:
            case Action.REQUIRE_REREGISTRATION:
                return await self._require_reregistration(reading, target)
            case Action.REVOKE_SESSIONS:
                return await self._revoke_sessions(target)

    async def _planned(self, reading: Reading, target: DirectoryPerson) -> Row:
        """Record, before the first change, what is to be done and to whom."""
        actions = self.row.request.actions
        steps = self._steps(reading) if Action.REQUIRE_REREGISTRATION in actions else None
        revoking_at = self._now().replace(microsecond=0) if Action.REVOKE_SESSIONS in actions else None
        return await self._ledger.planned(self.row, target.id, steps, revoking_at)

    def _steps(self, reading: Reading) -> tuple[Step, ...]:
        request = self.row.request
        return reset_plan.plan(reading.methods, request.methods, self.row.accepted_at, reading.preference)

    async def _require_reregistration(self, reading: Reading, target: DirectoryPerson) -> ActionOutcome:
        if self.row.request.dry_run:
            return self._of_methods(reset_plan.foreseen(self._steps(reading)), reading.methods)
        steps = self.row.plan or ()
        owed = reset_plan.owed((step for step in steps if step not in self.done), reading.methods)
        earlier = frozenset(self.done)
        person = Registered(target.id, reading.methods)
        carried = await carry_out(self._directory, person, owed, self._patience, self._tell)
        left = reading.methods
        if owed:
            left = await left_after(self._directory, person, carried.attempts, self._patience)
        everything = {**reset_plan.not_owed(steps, owed), **carried.attempts, **self.done}
        detail = f"The default method was changed to {carried.preferred}." if carried.preferred else ""
        return self._of_methods({step: everything[step] for step in steps}, left, earlier, detail)

    async def _tell(self, step: Step, attempt: Attempt) -> None:
        """Remember what was done; on record at once where no date would tell a later registration from this one."""
        self.done[step] = attempt
        if step.method.registered_at is None:
            self.row = await self._ledger.progressed(self.row, self.done)

    async def _revoke_sessions(self, target: DirectoryPerson) -> ActionOutcome:
        """Revoke, unless an earlier run has: the person may have signed in since, and registered anew.

        Where this run has removed a method, it revokes in any case: no session may outlive that.
        """
        action = Action.REVOKE_SESSIONS
        if self.row.request.dry_run:
            return ActionOutcome(action=action, status=Status.SUCCEEDED)
        valid_from, begun_at = target.sign_in_sessions_valid_from_date_time, self._revocation_begun_at
        if begun_at and valid_from and valid_from >= begun_at - _CLOCKS_APART and len(self.done) == self._done_before:
            return ActionOutcome(action=action, status=Status.SUCCEEDED, detail="An earlier run has revoked them.")
        change = await self._directory.revoke_sessions(target.id)
        if not change.done:
            detail = change.detail or "Graph knows nobody such."
            return ActionOutcome(action=action, status=Status.FAILED, detail=detail)
        self._revocation_id = change.request_id
        detail = _GUEST if target.user_type == "Guest" else ""
        return ActionOutcome(action=action, status=Status.SUCCEEDED, detail=detail)

    def _graph_request_ids(self) -> tuple[str, ...]:
        ids = [attempt.request_id for attempt in self.done.values()]
        return tuple(each for each in (*ids, self._revocation_id) if each)

    def _too_late(self, reading: Reading | None) -> Outcome:
        age = self._rules.max_request_age
        detail = f"Accepted at {self.row.accepted_at:%Y-%m-%d %H:%M} UTC, which is more than {age} ago; ask anew."
        status = Status.REFUSED if self.row.runs == 1 else Status.FAILED
        return self._ended(
            status, reading, problem=Problem(code="tooOld", detail=detail), actions=self._stopped(reading)
        )

    def _stopped(self, reading: Reading | None) -> tuple[ActionOutcome, ...]:
        """Return how far earlier runs had come, where there were any that acted and Graph tells it."""
        if self.row.plan is None or reading is None or reading.unreadable:
            return ()
        stopped = {**reset_plan.stopped(self.row.plan, reading.methods), **self.done}
        return (self._of_methods(stopped, reading.methods, frozenset(self.done)),)

    def _of_methods(
        self,
        attempts: Done,
        registered: tuple[RegisteredMethod, ...],
        earlier: frozenset[Step] = frozenset(),
        detail: str = "",
    ) -> ActionOutcome:
        selection = self.row.request.methods
        methods = reset_plan.settle(attempts, registered, selection, self.row.accepted_at, earlier)
        status = of_methods(methods, reset_plan.tolerated(selection))
        return ActionOutcome(action=Action.REQUIRE_REREGISTRATION, status=status, methods=methods, detail=detail)

    def _ended(
        self,
        status: Status,
        reading: Reading | None,
        *,
        decision: Decision | None = None,
        actions: tuple[ActionOutcome, ...] = (),
        problem: Problem | None = None,
    ) -> Outcome:
        request = self.row.request
        return Outcome(
            id=self.row.id,
            status=status,
            accepted_at=self.row.accepted_at,
            finished_at=self._now(),
            dry_run=request.dry_run,
            user=_named(request.user, reading.target if reading else None),
            requested_by=_named(request.requested_by or "", reading.requester if reading else None),
            ticket=request.ticket,
            decision=decision,
            actions=actions,
            problem=problem,
            graph_request_ids=self._graph_request_ids(),
        )


_CLOCKS_APART: Final = timedelta(seconds=30)
_CHANGED: Final = "The name belongs to somebody else now than when an earlier run began; ask anew, by object id."
_GUEST: Final = "A guest's sessions belong to their home tenant, which Microsoft Graph does not reach from here."


def _facts(reading: Reading) -> Facts:
    return Facts(
        requester=_party(reading.requester),
        target=_party(reading.target),
        roles=reading.roles,
        unreadable=reading.unreadable,
    )


def _party(person: DirectoryPerson | None) -> Party | None:
    if person is None:
        return None
    return Party(person.id, person.user_principal_name, enabled=person.account_enabled is True)


def _named(asked: str, person: DirectoryPerson | None) -> PersonNamed:
    if person is None:
        return PersonNamed(asked=asked)
    return PersonNamed(
        asked=asked,
        id=person.id,
        user_principal_name=person.user_principal_name,
        display_name=person.display_name or "",
    )
