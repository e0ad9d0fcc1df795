"""A request on record: as the ledger has it, and as those see it who may read it."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from shared.caller import Caller
from shared.contract import Action, ResetRequest
from shared.delegation import Decision, Rule, WayIn
from shared.outcome import OPEN, Approval, Outcome, PersonNamed, Problem, Status, Verdict
from shared.reset_plan import Attempt, Step


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """That a request waits for a second person, and what that person has to know."""

    decision: Decision
    user: PersonNamed
    requested_by: PersonNamed
    until: datetime


class Intent(msgspec.Struct, frozen=True, kw_only=True):
    """What a run is about to do, and to whom, as it stood before the first change."""

    target_id: str
    """Object id."""
    plan: tuple[Step, ...] | None = None
    sessions_valid_from: datetime | None = None
    """Since when the person's sessions counted."""
    per_user_mfa: str | None = None
    """What per-user MFA was."""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A request as the ledger has it."""

    id: str
    status: Status
    request: ResetRequest
    accepted_at: datetime
    carrier: str
    """What brought the last run: when that message is delivered again, its announcement may be missing."""
    due_at: datetime
    """When the run's lease ends, until when the request is deferred, or when the time to approve it ends."""
    runs: int
    etag: str = ""
    version: str = ""
    """Another one after every change."""
    caller: Caller | None = None
    """Who asked for it over HTTP."""
    bulk: str = ""
    """The id of the bulk request which it is a part of."""
    intent: Intent | None = None
    done: tuple[tuple[Step, Attempt], ...] = ()
    """What earlier runs have done of the plan, as far as they could tell."""
    waiting: Waiting | None = None
    """Also after somebody has decided."""
    approval: Approval | None = None
    outcome: Outcome | None = None

    @property
    def is_open(self) -> bool:
        """Whether it has not ended."""
        return self.status in OPEN

    @property
    def way_in(self) -> WayIn:
        """How it came."""
        return WayIn.QUEUE if self.caller is None else WayIn.HTTP

    @property
    def decision(self) -> Decision | None:
        """Whether it may be done, as far as that was decided."""
        if self.outcome is not None:
            return self.outcome.decision
        return self.waiting.decision if self.waiting else None

    @property
    def user(self) -> PersonNamed:
        """Whom it is about, as far as that is known by now."""
        if self.outcome is not None and self.outcome.user is not None:
            return self.outcome.user
        if self.waiting is not None:
            return self.waiting.user
        return PersonNamed(asked=self.request.user, id=self.intent.target_id if self.intent else "")

    @property
    def requested_by(self) -> PersonNamed:
        """Who asked, as far as that is known by now."""
        if self.outcome is not None and self.outcome.requested_by is not None:
            return self.outcome.requested_by
        if self.waiting is not None:
            return self.waiting.requested_by
        name = self.caller.name if self.caller else ""
        return PersonNamed(asked=self.request.requested_by or "", user_principal_name=name)


class ApprovalAttempt(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """That somebody tried to decide, and why it did not count."""

    verdict: Verdict
    by: PersonNamed
    at: datetime
    rule: Annotated[
        str, Meta(description="A Rule of delegation, or versionChanged, notAwaiting: somebody was faster, or too late.")
    ]


class MessageRefused(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """A message under this id that was not taken, whole."""

    outcome: Outcome
    message: Annotated[str, Meta(description="As it came; what is no UTF-8 in it is replaced.")]


class MessageList(msgspec.Struct, frozen=True):
    """Messages that were not taken."""

    messages: tuple[MessageRefused, ...]


class RequestRecord(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """All that is on record of a request."""

    id: str
    status: Status
    accepted_at: datetime
    version: Annotated[str, Meta(description="The ETag of this answer, without its quotation marks.")]
    way_in: WayIn
    request: Annotated[ResetRequest, Meta(description="As it was asked for.")]
    user: Annotated[PersonNamed, Meta(description="Whose MFA it is about.")]
    requested_by: Annotated[PersonNamed, Meta(description="Who asked.")]
    bulk: Annotated[str, Meta(description="The id of the bulk request which it is a part of.")] = ""
    deferred_until: Annotated[datetime | None, Meta(description="Until then Graph is not asked again.")] = None
    approval_expires_at: Annotated[datetime | None, Meta(description="Until then it can be approved.")] = None
    decision: Annotated[Decision | None, Meta(description="Whether it may be done, and by which rule.")] = None
    approval: Annotated[Approval | None, Meta(description="What the second person said.")] = None
    outcome: Annotated[Outcome | None, Meta(description="What became of it, once it has ended.")] = None
    approval_attempts: Annotated[
        tuple[ApprovalAttempt, ...], Meta(description="Who tried to decide, and might not or was too late.")
    ] = ()
    messages_refused: Annotated[
        tuple[MessageRefused, ...], Meta(description="Messages with the same id and other content.")
    ] = ()


class RequestSummary(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """One line of a list of requests."""

    id: str
    status: Status
    accepted_at: datetime
    finished_at: datetime | None = None
    actions: tuple[Action, ...] = ()
    dry_run: bool = False
    user: PersonNamed | None = None
    requested_by: PersonNamed | None = None
    ticket: str = ""
    reason: str = ""
    deferred_until: datetime | None = None
    approval_expires_at: datetime | None = None
    rule: Annotated[Rule | None, Meta(description="The rule that decided.")] = None
    approval: Approval | None = None
    problem: Problem | None = None
    methods: Annotated[
        tuple[str, ...] | None,
        Meta(description="Types of the methods that a re-registration removed or tried to; absent until it has ended."),
    ] = None
    idle: Annotated[
        tuple[Action, ...],
        Meta(description="Actions that changed nothing: nothing was there to change, or they failed."),
    ] = ()
    message_id: Annotated[str | None, Meta(description="Of a message that was not taken.")] = None
    begun: Annotated[
        bool, Meta(description="Refused, after an earlier run had begun to act: it accounts for what that has done.")
    ] = False


class RequestList(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """Requests: of a day or about a person the newest first, open ones in the order of their ids."""

    requests: tuple[RequestSummary, ...]
    continuation: Annotated[str | None, Meta(description="Give it back to get what follows; absent at the end.")] = None


def record(
    row: Row, attempts: tuple[ApprovalAttempt, ...] = (), messages: tuple[MessageRefused, ...] = ()
) -> RequestRecord:
    """Return a request as its readers see it."""
    return RequestRecord(
        id=row.id,
        status=row.status,
        accepted_at=row.accepted_at,
        version=row.version,
        way_in=row.way_in,
        request=row.request,
        user=row.user,
        requested_by=row.requested_by,
        bulk=row.bulk,
        deferred_until=_until(row, Status.DEFERRED),
        approval_expires_at=_until(row, Status.AWAITING_APPROVAL),
        decision=row.decision,
        approval=row.approval,
        outcome=row.outcome,
        approval_attempts=attempts,
        messages_refused=messages,
    )


def summary(row: Row) -> RequestSummary:
    """Return the line of a request in a list."""
    outcome = row.outcome
    return RequestSummary(
        id=row.id,
        status=row.status,
        accepted_at=row.accepted_at,
        finished_at=outcome.finished_at if outcome else None,
        actions=row.request.actions,
        dry_run=row.request.dry_run,
        user=row.user,
        requested_by=row.requested_by,
        ticket=row.request.ticket,
        reason=row.request.reason,
        deferred_until=_until(row, Status.DEFERRED),
        approval_expires_at=_until(row, Status.AWAITING_APPROVAL),
        rule=row.decision.rule if row.decision else None,
        approval=row.approval,
        problem=outcome.problem if outcome else None,
        methods=outcome.types_tried if outcome else None,
        idle=outcome.idle if outcome else (),
        begun=outcome is not None and outcome.status is Status.REFUSED and bool(outcome.actions),
    )


def summary_of_refused(outcome: Outcome) -> RequestSummary:
    """Return the line of a message that was not taken."""
    return RequestSummary(
        id=outcome.id,
        status=outcome.status,
        accepted_at=outcome.accepted_at,
        finished_at=outcome.finished_at,
        dry_run=outcome.dry_run,
        requested_by=outcome.requested_by,
        ticket=outcome.ticket,
        rule=outcome.decision.rule if outcome.decision else None,
        problem=outcome.problem,
        message_id=outcome.message_id,
    )


def _until(row: Row, status: Status) -> datetime | None:
    return row.due_at if row.status is status else None
