"""One run of a request: decide, plan, act, and say what became of it."""

from datetime import timedelta
from typing import Final

import msgspec

from shared import delegation
from shared.acts import Acts, Means
from shared.contract import Action
from shared.delegation import Asked, Decision, Effect, Facts, Policy
from shared.graph_shapes import DirectoryPerson, IssuedPass
from shared.outcome import ActionOutcome, Outcome, PersonNamed, Problem, Status, Verdict, together
from shared.reading import Question, Reading, facts_of
from shared.record import Row, Waiting
from shared.reset_plan import Done


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """What the operator decides about every request."""

    policy: Policy = Policy()
    max_request_age: timedelta = timedelta(days=1)
    approval_lifetime: timedelta = timedelta(hours=8)
    demanded: frozenset[str] = frozenset()
    """The fields of a request that must be filled in."""


def question(row: Row) -> Question:
    """Return what has to be read of the directory for a request.

    Who signed in has shown what they may, for as long as they wait; of a name on a queue, for a later run, and where
    it is a part of a bulk request, for which nobody waits, it has to be looked up.
    """
    request, caller = row.request, row.caller
    person = caller is None or not caller.is_application
    return Question(
        user=request.user,
        requested_by=request.requested_by or "" if person else "",
        authority=person and (caller is None or row.runs > 1 or bool(row.bulk)),
        approved_by=row.approval.by.id if row.approval else "",
        methods=Action.REQUIRE_REREGISTRATION in request.actions,
        per_user_mfa=Action.SET_PER_USER_MFA in request.actions,
    )


class Run:
    """Carries out the request of one ledger row, which this run has to itself until its lease ends."""

    def __init__(self, row: Row, rules: Rules, means: Means, *, attended: bool = False) -> None:
        """attended: whoever asked waits for the answer, and a pass can be shown."""
        self._acts = Acts(row, means, attended=attended)
        self._rules = rules
        self._now = means.now

    @property
    def row(self) -> Row:
        """The row as this run wrote it last."""
        return self._acts.row

    @property
    def done(self) -> Done:
        """What this run and those before it have done of the plan."""
        return self._acts.done

    @property
    def issued(self) -> IssuedPass | None:
        """The pass that this run has issued: for the answer to whoever waits, and for nothing else."""
        return self._acts.issued

    async def ending(self, reading: Reading | BaseException) -> Outcome | Waiting:
        """Return what the request comes to, not yet recorded. Raises GraphUnavailable and Overtaken.

        reading: what the directory told of the people of the request, or what went wrong with that.
        """
        if (outcome := self.ended_unseen(reading)) is not None:
            return outcome
        if isinstance(reading, BaseException):
            raise reading
        if (field := self._changed(reading)) is not None:
            return self._ended(
                Status.FAILED, reading, problem=Problem(code="personChanged", detail=_CHANGED, field=field)
            )
        decision = delegation.decide(
            Asked(self.row.request.actions, self.row.way_in), self._facts(reading), self._rules.policy
        )
        if decision.effect is Effect.REFUSED or reading.target is None:
            return self._ended(Status.REFUSED, reading, decision=decision, actions=self._acts.stopped(reading))
        if decision.effect is Effect.NEEDS_APPROVAL and not self.row.request.dry_run:
            return self._waiting(decision, reading)
        return await self._acted(decision, reading, reading.target)

    def ended_unseen(self, reading: Reading | BaseException | None = None) -> Outcome | None:
        """Return the ending of a request that has one whatever the directory tells: denied, expired, too old."""
        seen = reading if isinstance(reading, Reading) else None
        approval, waiting, now = self.row.approval, self.row.waiting, self._now()
        if approval is not None and approval.verdict is Verdict.REJECTED:
            said = f": {approval.comment}" if approval.comment else "."
            name = approval.by.user_principal_name
            problem = Problem(code="approvalDenied", detail=f"{name} has rejected it{said}")
        elif approval is None and waiting is not None:
            detail = f"Nobody approved it by {waiting.until:%Y-%m-%d %H:%M} UTC; ask anew."
            problem = Problem(code="approvalExpired", detail=detail)
        elif now - (approval.at if approval else self.row.accepted_at) > self._rules.max_request_age:
            return self._too_late(seen)
        else:
            return None
        stopped = self._acts.stopped(seen)
        return self._ended(Status.REFUSED, seen, problem=problem, decision=self.row.decision, actions=stopped)

    def refused(self, decision: Decision) -> Outcome:
        """Return the ending of a request that is refused without a look at anybody."""
        return self._ended(Status.REFUSED, None, decision=decision)

    def failed(self, problem: Problem) -> Outcome:
        """Return the ending of a request that is given up without another look at anybody."""
        return self._ended(Status.FAILED, None, problem=problem)

    async def _acted(self, decision: Decision, reading: Reading, target: DirectoryPerson) -> Outcome:
        actions = await self._acts.all(reading, target)
        status = together(tuple(action.status for action in actions))
        return self._ended(status, reading, decision=decision, actions=actions)

    def _changed(self, reading: Reading) -> str | None:
        """Return the field whose name has gone over to somebody else since a run began, or since somebody approved."""
        intent, waiting = self.row.intent, self.row.waiting
        meant = {intent.target_id if intent else "", waiting.user.id if waiting else ""} - {""}
        if reading.target and meant - {reading.target.id}:
            return "user"
        if reading.requester and waiting and waiting.requested_by.id != reading.requester.id:
            return "requestedBy"
        return None

    def _waiting(self, decision: Decision, reading: Reading) -> Waiting:
        return Waiting(
            decision=decision,
            user=self._user(reading),
            requested_by=self._requester(reading),
            until=min(self._now() + self._rules.approval_lifetime, self.row.accepted_at + self._rules.max_request_age),
        )

    def _too_late(self, reading: Reading | None) -> Outcome:
        age = self._rules.max_request_age
        detail = f"Accepted at {self.row.accepted_at:%Y-%m-%d %H:%M} UTC, which is more than {age} ago; ask anew."
        status = Status.REFUSED if self.row.runs == 1 else Status.FAILED
        return self._ended(
            status, reading, problem=Problem(code="tooOld", detail=detail), actions=self._acts.stopped(reading)
        )

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
            user=self._user(reading),
            requested_by=self._requester(reading) if reading else self.row.requested_by,
            ticket=request.ticket,
            decision=decision,
            approval=self.row.approval,
            actions=actions,
            problem=problem,
            graph_request_ids=self._acts.graph_request_ids(),
        )

    def _facts(self, reading: Reading) -> Facts:
        caller, approval = self.row.caller, self.row.approval
        authority = reading.authority
        if caller is not None:
            looked_up = question(self.row).authority
            authority = caller.authority.or_less(reading.authority) if looked_up else caller.authority
        return facts_of(reading, authority, caller, approval.by.id if approval else "")

    def _user(self, reading: Reading | None) -> PersonNamed:
        """Return whom the request is about: whoever an earlier run has found, whatever their name has become since."""
        known = self.row.user
        found = reading.target if reading else None
        return known if known.id and (found is None or found.id != known.id) else _named(self.row.request.user, found)

    def _requester(self, reading: Reading) -> PersonNamed:
        asked, caller = self.row.request.requested_by or "", self.row.caller
        if caller is not None and caller.is_application:
            return PersonNamed(asked=asked, id=caller.id, display_name=caller.name)
        return _named(asked, reading.requester)


_CHANGED: Final = "The name belongs to somebody else now than when an earlier run began; ask anew, by object id."


def _named(asked: str, person: DirectoryPerson | None) -> PersonNamed:
    if person is None:
        return PersonNamed(asked=asked)
    return PersonNamed(
        asked=asked,
        id=person.id,
        user_principal_name=person.user_principal_name,
        display_name=person.display_name or "",
    )
