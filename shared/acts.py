"""The actions of one request, carried out once: what an earlier run has done is not done again."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from shared import reset_plan
from shared.contract import Action, PassTerms, PerUserMfaState
from shared.directory import Change, Directory
from shared.graph_shapes import DirectoryPerson, IssuedPass
from shared.ledger import Ledger
from shared.methods import RegisteredMethod
from shared.outcome import ActionOutcome, PassTold, PerUserMfaChange, Status, of_methods
from shared.reading import Reading
from shared.record import Intent, Row
from shared.reset import Patience, Registered, carry_out, left_after
from shared.reset_plan import Attempt, Done, Step

ORDER: Final = (
    Action.REQUIRE_REREGISTRATION,
    Action.REVOKE_SESSIONS,
    Action.SET_PER_USER_MFA,
    Action.ISSUE_TEMPORARY_ACCESS_PASS,
)
"""Sessions go after the methods: none then outlives what it was begun with. A pass comes last, or it would go too."""


class Means(msgspec.Struct, frozen=True):
    """What a run works with."""

    directory: Directory
    ledger: Ledger
    patience: Patience = Patience()
    now: Callable[[], datetime] = lambda: datetime.now(UTC)


class _Removal(msgspec.Struct, frozen=True):
    """What became of a plan, before a look at what is left."""

    attempts: Done
    by_this_run: Done = msgspec.field(default_factory=dict)
    earlier: frozenset[Step] = frozenset()
    """What earlier runs have done."""
    preferred: str | None = None


class Acts:
    """Acts on one person for one ledger row."""

    def __init__(self, row: Row, means: Means, *, attended: bool) -> None:
        """attended: whoever asked waits for the answer, and a pass can be shown."""
        self.row = row
        """The row as it was written last."""
        self._directory = means.directory
        self._ledger = means.ledger
        self._patience = means.patience
        self._attended = attended
        self._looked_at = means.patience.clock()
        """By when the directory had been read."""
        self.done: dict[Step, Attempt] = dict(row.done)
        """What this run and those before it have done of the plan."""
        self._done_before = len(self.done)
        self._earlier = row.intent
        self._request_ids: list[str] = []
        self.issued: IssuedPass | None = None
        """The pass that was issued: for the answer to whoever waits, and for nothing else."""

    async def all(self, reading: Reading, target: DirectoryPerson) -> tuple[ActionOutcome, ...]:
        """Do all that is asked for; what is about to be done is on record before the first change.

        Sessions are revoked while Graph is asked what is left: it can take seconds to show a deletion, and no session
        has to last that long.
        """
        if not self.row.request.dry_run and self.row.intent is None:
            self.row = await self._ledger.intend(self.row, self._intent(reading, target))
        asked = self.row.request.actions
        at_once: list[Coroutine[Any, Any, ActionOutcome]] = []
        if Action.REQUIRE_REREGISTRATION in asked:
            at_once.append(self._look(await self._remove(reading, target), reading, target))
        if Action.REVOKE_SESSIONS in asked:
            at_once.append(self._revoke_sessions(target))
        outcomes = await _to_their_ends(at_once)
        if Action.SET_PER_USER_MFA in asked:
            outcomes.append(await self._set_per_user_mfa(reading, target))
        if Action.ISSUE_TEMPORARY_ACCESS_PASS in asked:
            outcomes.append(await self._issue_pass(target))
        return tuple(outcomes)

    def stopped(self, reading: Reading | None) -> tuple[ActionOutcome, ...]:
        """Return how far earlier runs had come, where there were any that had begun to act."""
        if self.row.intent is None:
            return ()
        readable = reading if reading is not None and not reading.unreadable else None
        asked = self.row.request.actions
        return tuple(self._stopped(action, self.row.intent, readable) for action in ORDER if action in asked)

    def _stopped(self, action: Action, intent: Intent, reading: Reading | None) -> ActionOutcome:
        if action is Action.REQUIRE_REREGISTRATION and intent.plan is not None and reading is not None:
            stopped = {**reset_plan.stopped(intent.plan, reading.methods), **self.done}
            return self._of_methods(stopped, reading.methods, frozenset(self.done))
        if action is Action.REVOKE_SESSIONS and reading is not None and self._has_revoked(intent, reading.target):
            return ActionOutcome(action=action, status=Status.SUCCEEDED, detail=_REVOKED_EARLIER)
        return ActionOutcome(action=action, status=Status.FAILED, detail=_BEGUN)

    def _has_revoked(self, intent: Intent, target: DirectoryPerson | None) -> bool:
        """Return whether sessions were revoked after an earlier run had looked at the person, as far as can be told."""
        before, now = intent.sessions_valid_from, _valid_from(target)
        # An earlier time than before comes from a replica of Graph's that lags behind, and tells of no revocation.
        return before is not None and now is not None and now > before

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

    async def _remove(self, reading: Reading, target: DirectoryPerson) -> _Removal:
        if self.row.request.dry_run:
            return _Removal(reset_plan.foreseen(self._steps(reading)))
        steps = self.row.intent.plan or () if self.row.intent else ()
        owed = reset_plan.owed((step for step in steps if step not in self.done), reading.methods)
        earlier = frozenset(self.done)
        person = Registered(target.id, reading.methods, self._looked_at)
        carried = await carry_out(self._directory, person, owed, self._patience, self._tell)
        everything = {**reset_plan.not_owed(steps, owed), **carried.attempts, **self.done}
        return _Removal({step: everything[step] for step in steps}, carried.attempts, earlier, carried.preferred)

    async def _look(self, removal: _Removal, reading: Reading, target: DirectoryPerson) -> ActionOutcome:
        left = reading.methods
        if removal.by_this_run:
            person = Registered(target.id, reading.methods)
            left = await left_after(self._directory, person, removal.by_this_run, self._patience)
        detail = f"The default method was changed to {removal.preferred}." if removal.preferred else ""
        return self._of_methods(removal.attempts, left, removal.earlier, detail)

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
        revoked = self._earlier is not None and self._has_revoked(self._earlier, target)
        if revoked and len(self.done) == self._done_before:
            return ActionOutcome(action=action, status=Status.SUCCEEDED, detail=_REVOKED_EARLIER)
        told = self._told(action, await self._directory.revoke_sessions(target.id))
        return msgspec.structs.replace(told, detail=told.detail or (_GUEST if target.user_type == "Guest" else ""))

    async def _set_per_user_mfa(self, reading: Reading, target: DirectoryPerson) -> ActionOutcome:
        """Set the state once: where it has been changed since an earlier run began, it is somebody else's by now."""
        action, wanted, now = Action.SET_PER_USER_MFA, self.row.request.per_user_mfa_state, reading.per_user_mfa
        if now is None or wanted is None:
            return ActionOutcome(action=action, status=Status.FAILED, detail=reading.per_user_mfa_unread)
        before = self._earlier.per_user_mfa if self._earlier else now
        if self.row.request.dry_run or now == wanted or _promoted(before, now, wanted):
            change = PerUserMfaChange(before=before or now, after=now if now != before else None)
            return ActionOutcome(action=action, status=Status.SUCCEEDED, per_user_mfa=change)
        if before is not None and now != before:
            told = PerUserMfaChange(before=now)
            return ActionOutcome(action=action, status=Status.FAILED, per_user_mfa=told, detail=_CHANGED_SINCE)
        answer = await self._directory.set_per_user_mfa(target.id, wanted)
        after = await self._directory.per_user_mfa(target.id) if answer.done else None
        return self._told(action, answer, PerUserMfaChange(before=now, after=after))

    async def _issue_pass(self, target: DirectoryPerson) -> ActionOutcome:
        action = Action.ISSUE_TEMPORARY_ACCESS_PASS
        if self.row.request.dry_run:
            return ActionOutcome(action=action, status=Status.SUCCEEDED)
        if not self._attended:
            return ActionOutcome(action=action, status=Status.FAILED, detail=_NOBODY_WAITS)
        issued = await self._directory.issue_pass(target.id, self.row.request.temporary_access_pass or PassTerms())
        if isinstance(issued, Change):
            return self._told(action, issued)
        self.issued = issued
        told = PassTold(
            id=issued.id,
            start_date_time=issued.start_date_time,
            lifetime_in_minutes=issued.lifetime_in_minutes,
            is_usable_once=issued.is_usable_once,
        )
        return ActionOutcome(action=action, status=Status.SUCCEEDED, issued=told, detail=_SHOWN_ONCE)

    def _told(self, action: Action, answer: Change, mfa: PerUserMfaChange | None = None) -> ActionOutcome:
        """Return what Graph's answer to a change comes to."""
        if answer.done:
            self._request_ids.append(answer.request_id)
            return ActionOutcome(action=action, status=Status.SUCCEEDED, per_user_mfa=mfa)
        detail = answer.detail or "Graph knows nobody such."
        return ActionOutcome(action=action, status=Status.FAILED, per_user_mfa=mfa, detail=detail)

    def graph_request_ids(self) -> tuple[str, ...]:
        """Return Microsoft's own ids of the calls that changed something."""
        ids = [attempt.request_id for attempt in self.done.values()]
        return tuple(each for each in (*ids, *self._request_ids) if each)

    def _intent(self, reading: Reading, target: DirectoryPerson) -> Intent:
        actions = self.row.request.actions
        return Intent(
            target_id=target.id,
            plan=self._steps(reading) if Action.REQUIRE_REREGISTRATION in actions else None,
            sessions_valid_from=_valid_from(target),
            per_user_mfa=reading.per_user_mfa,
        )

    def _steps(self, reading: Reading) -> tuple[Step, ...]:
        request = self.row.request
        return reset_plan.plan(reading.methods, request.methods, self.row.accepted_at, reading.preference)


_CHANGED_SINCE: Final = "Somebody has changed it since an earlier run began; it is left as it is."
_REVOKED_EARLIER: Final = "They have been revoked since an earlier run began."
_BEGUN: Final = "An earlier run had begun and ended before its turn, or before it could tell; no later one may go on."
_GUEST: Final = "A guest's sessions belong to their home tenant, which Microsoft Graph does not reach from here."
_NOBODY_WAITS: Final = (
    "Nobody waits for it any more, and a pass is shown to nobody else. Ask for one anew; it replaces one that an "
    "earlier run may have issued."
)
_SHOWN_ONCE: Final = "It was shown once, to whoever asked for it; a new one replaces it."


async def _to_their_ends(acts: list[Coroutine[Any, Any, ActionOutcome]]) -> list[ActionOutcome]:
    """Return what they come to; where one fails, the others still end, and no change is broken off half way."""
    ended = await asyncio.gather(*acts, return_exceptions=True)
    outcomes: list[ActionOutcome] = []
    for told in ended:
        if isinstance(told, BaseException):
            raise told
        outcomes.append(told)
    return outcomes


def _valid_from(target: DirectoryPerson | None) -> datetime | None:
    """Return since when a person's sessions count: every revocation changes it, whoever revokes."""
    return target.sign_in_sessions_valid_from_date_time if target else None


def _promoted(before: str | None, now: str, wanted: PerUserMfaState) -> bool:
    """Return whether an earlier run has enabled it, which Graph turns into enforced for whoever has methods."""
    return wanted is PerUserMfaState.ENABLED and now == PerUserMfaState.ENFORCED and before not in (now, None)
