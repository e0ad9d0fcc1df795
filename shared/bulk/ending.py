"""What became of one person's part of a bulk request: a line of its table of outcomes."""

from enum import StrEnum
from typing import Final

import msgspec

from shared.delegation import Decision, Effect, Rule
from shared.outcome import MethodOutcome, Outcome, Result, Status
from shared.record import Row


class ReachTold(StrEnum):
    """Whom it would take to act on somebody, as far as the decision about them tells it."""

    STANDARD = "standard"
    PRIVILEGED = "privileged"
    PROTECTED = "protected"
    UNKNOWN = "unknown"


class Ending(msgspec.Struct, frozen=True, kw_only=True, array_like=True, omit_defaults=True):
    """How it went for one person; of a request that waits for approval, how it stood when the worker was at it."""

    request_id: str
    status: str
    user_id: str = ""
    reach: ReachTold = ReachTold.UNKNOWN
    rule: str = ""
    """The rule that decided."""
    code: str = ""
    """What problem ended it, where one did."""
    detail: str = ""
    removed: tuple[str, ...] = ()
    left: tuple[str, ...] = ()

    @property
    def refused_by(self) -> str:
        """The rule that refused, or the problem for which it was; empty where it was not refused."""
        return (self.code or self.rule) if self.status == Status.REFUSED else ""

    @property
    def needs_approval(self) -> bool:
        """Whether it takes a second person who has not decided yet."""
        return self.rule == Rule.SECOND_PERSON_NEEDED and not self.code


def ending_of(row: Row) -> Ending:
    """Return how a request stands that has ended, or that waits for somebody."""
    if row.outcome is not None:
        return ending_of_outcome(row.outcome, row.id)
    return _ending(row.id, row.status, row.decision, row.user.id)


def ending_of_outcome(outcome: Outcome, request_id: str) -> Ending:
    """Return how a request ended; of one that was not taken, by the outcome of its message."""
    decision, problem = outcome.decision, outcome.problem
    ending = _ending(request_id, outcome.status, decision, outcome.user.id if outcome.user else "")
    methods = tuple(method for action in outcome.actions for method in action.methods)
    details = [action.detail for action in outcome.actions if action.detail and action.status is not Status.SUCCEEDED]
    said = problem.detail if problem else decision.reason if decision and decision.effect is Effect.REFUSED else ""
    return msgspec.structs.replace(
        ending,
        code=problem.code if problem else "",
        detail=" ".join(filter(None, [said, *details]))[:_LONGEST],
        removed=tuple(_told(method) for method in methods if method.result in _REMOVED),
        left=tuple(_told(method) for method in methods if method.result is Result.STILL_REGISTERED),
    )


def _ending(request_id: str, status: Status, decision: Decision | None, user_id: str) -> Ending:
    rule = decision.rule if decision else None
    return Ending(
        request_id=request_id,
        status=status.value,
        user_id=user_id,
        reach=_REACH.get(rule, ReachTold.UNKNOWN) if rule else ReachTold.UNKNOWN,
        rule=rule.value if rule else "",
    )


def _told(method: MethodOutcome) -> str:
    return f"{method.type} {method.label}".strip()[:_LONGEST_METHOD]


_LONGEST: Final = 300
"""Characters of a sentence: 125 lines are written as one row, and each of them several times."""
_LONGEST_METHOD: Final = 80
_REMOVED: Final = frozenset(
    {Result.REMOVED, Result.ALREADY_GONE, Result.DEACTIVATED, Result.WOULD_BE_REMOVED, Result.WOULD_BE_DEACTIVATED}
)
_REACH: Final = {
    Rule.TARGET_PROTECTED: ReachTold.PROTECTED,
    Rule.STANDARD_TARGET: ReachTold.STANDARD,
    Rule.TARGET_IS_PRIVILEGED: ReachTold.PRIVILEGED,
    Rule.PRIVILEGED_OPERATOR: ReachTold.PRIVILEGED,
    Rule.SECOND_PERSON_NEEDED: ReachTold.PRIVILEGED,
    Rule.APPROVED: ReachTold.PRIVILEGED,
    Rule.APPROVER_LACKS_AUTHORITY: ReachTold.PRIVILEGED,
    Rule.APPROVER_IS_APPLICATION: ReachTold.PRIVILEGED,
    Rule.APPROVER_IS_REQUESTER: ReachTold.PRIVILEGED,
    Rule.APPROVER_IS_TARGET: ReachTold.PRIVILEGED,
    Rule.APPROVER_DISABLED: ReachTold.PRIVILEGED,
}
"""A rule that decides before the target is looked at tells nothing of its reach."""
