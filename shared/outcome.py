"""What became of a request: a value that programs read, with a sentence beside it where a person wants one."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from shared.contract import Action
from shared.delegation import Decision


class Status(StrEnum):
    """Where a request stands. The first five are endings."""

    SUCCEEDED = "succeeded"
    PARTIAL = "partial"
    FAILED = "failed"
    REFUSED = "refused"
    REJECTED = "rejected"
    AWAITING_APPROVAL = "awaitingApproval"
    DEFERRED = "deferred"
    RUNNING = "running"


OPEN: Final = frozenset({Status.RUNNING, Status.DEFERRED, Status.AWAITING_APPROVAL})


class Result(StrEnum):
    """What became of one authentication method."""

    REMOVED = "removed"
    ALREADY_GONE = "alreadyGone"
    DEACTIVATED = "deactivated"
    STILL_REGISTERED = "stillRegistered"
    WOULD_BE_REMOVED = "wouldBeRemoved"
    WOULD_BE_DEACTIVATED = "wouldBeDeactivated"


class Why(StrEnum):
    """Why a method is still registered."""

    NOT_SELECTED = "notSelected"
    REGISTERED_SINCE = "registeredSince"
    UNKNOWN_TYPE = "unknownType"
    IS_DEFAULT = "isDefault"
    NOT_YET_GONE = "notYetGone"
    GRAPH_REFUSED = "graphRefused"
    STOPPED = "stopped"
    NOT_PLANNED = "notPlanned"


LEFT_ALONE: Final = frozenset({Why.NOT_SELECTED, Why.REGISTERED_SINCE, Why.UNKNOWN_TYPE, Why.NOT_PLANNED})
"""For these reasons nobody has tried to remove a method."""


class MethodOutcome(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """What became of one authentication method, personal data masked."""

    type: Annotated[str, Meta(description="A MethodType, or Graph's own name of a type this desk does not know.")]
    id: Annotated[str, Meta(description="Graph's id of the method.")]
    label: Annotated[
        str, Meta(description="What tells it from its like: a masked phone number, the name of a phone or of a key.")
    ] = ""
    result: Result
    why: Annotated[Why | None, Meta(description="Where it is still registered: why.")] = None
    detail: Annotated[str, Meta(description="The same in words, with what Graph said.")] = ""


class PerUserMfaChange(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """Per-user MFA, as Graph told it."""

    before: Annotated[str, Meta(description="disabled, enabled, enforced, or what Graph calls a newer state.")]
    after: Annotated[
        str | None,
        Meta(
            description="Absent where nothing was changed. Graph turns enabled into enforced for whoever has methods."
        ),
    ] = None


class PassTold(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """A Temporary Access Pass that was issued; never the pass itself, which is shown once to whoever asked."""

    id: Annotated[str, Meta(description="Graph's id of the method.")]
    start_date_time: datetime | None = None
    lifetime_in_minutes: int | None = None
    is_usable_once: bool | None = None


class ActionOutcome(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """What became of one action."""

    action: Action
    status: Status
    methods: Annotated[tuple[MethodOutcome, ...], Meta(description="Of a re-registration: every method.")] = ()
    per_user_mfa: Annotated[PerUserMfaChange | None, Meta(description="Of setPerUserMfa.")] = None
    issued: Annotated[PassTold | None, Meta(description="Of issueTemporaryAccessPass.")] = None
    detail: Annotated[str, Meta(description="What else there is to know, in words.")] = ""

    @property
    def changed_something(self) -> bool:
        """Whether something is otherwise in the directory than before, as far as Graph has told."""
        match self.action:
            case Action.REQUIRE_REREGISTRATION:
                return any(each.result in _CHANGED or each.why is Why.NOT_YET_GONE for each in self.methods)
            case Action.REVOKE_SESSIONS:
                return self.status is Status.SUCCEEDED
            case Action.SET_PER_USER_MFA:
                return self.per_user_mfa is not None and self.per_user_mfa.after is not None
            case Action.ISSUE_TEMPORARY_ACCESS_PASS:  # pragma: no branch - there is no other
                return self.issued is not None


_CHANGED: Final = frozenset({Result.REMOVED, Result.DEACTIVATED})


class PersonNamed(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """A person: as the request names them and, once found, as the directory knows them."""

    asked: Annotated[str, Meta(description="As the request names them.")]
    id: Annotated[str, Meta(description="Object id.")] = ""
    user_principal_name: str = ""
    display_name: str = ""


class Verdict(StrEnum):
    """What the second person says."""

    APPROVED = "approved"
    REJECTED = "rejected"


class Approval(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """What the second person said to a request."""

    verdict: Verdict
    by: PersonNamed
    at: datetime
    comment: str = ""


class Problem(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """Why a request ended without being carried out."""

    code: Annotated[
        str,
        Meta(
            description="unreadable, invalid, conflict, tooOld, personChanged, triesExhausted, approvalExpired or "
            "approvalDenied."
        ),
    ]
    detail: Annotated[str, Meta(description="The same in words, with the way out.")]
    field: Annotated[str | None, Meta(description="The field at fault, as the sender writes it.")] = None


class Outcome(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """The whole of what became of a request."""

    id: Annotated[str, Meta(description="The request's id; of a message that is no request, the message's.")]
    status: Status
    accepted_at: Annotated[datetime, Meta(description="When the request was put on the queue, or came over HTTP.")]
    finished_at: datetime
    dry_run: Annotated[bool, Meta(description="Nothing was changed: this is what would happen.")] = False
    user: Annotated[PersonNamed | None, Meta(description="Whose MFA it is about.")] = None
    requested_by: Annotated[PersonNamed | None, Meta(description="Who asked.")] = None
    ticket: str = ""
    decision: Annotated[Decision | None, Meta(description="Whether it may be done, and by which rule.")] = None
    approval: Annotated[Approval | None, Meta(description="What the second person said, where one was needed.")] = None
    actions: Annotated[tuple[ActionOutcome, ...], Meta(description="What was done, in the order in which it was.")] = ()
    problem: Annotated[Problem | None, Meta(description="What kept the request from being carried out.")] = None
    message_id: Annotated[
        str | None, Meta(description="What a message that was not taken is known by in the ledger.")
    ] = None
    graph_request_ids: Annotated[
        tuple[str, ...],
        Meta(description="Microsoft's own ids of the calls that changed something, for a support case."),
    ] = ()

    @property
    def types_tried(self) -> tuple[str, ...] | None:
        """Of which types methods were removed, or tried to be; None where no re-registration was carried out."""
        told = [each.methods for each in self.actions if each.action is Action.REQUIRE_REREGISTRATION]
        if not told:
            return None
        return tuple(sorted({method.type for methods in told for method in methods if method.why not in LEFT_ALONE}))

    @property
    def idle(self) -> tuple[Action, ...]:
        """The actions that changed nothing, as far as Graph has told."""
        return tuple(each.action for each in self.actions if not each.changed_something)


def together(parts: tuple[Status, ...]) -> Status:
    """Return the status of the whole: of its actions, or of an action's methods."""
    if all(part is Status.SUCCEEDED for part in parts):
        return Status.SUCCEEDED
    if all(part is Status.FAILED for part in parts):
        return Status.FAILED
    return Status.PARTIAL


def of_methods(methods: tuple[MethodOutcome, ...], tolerated: frozenset[Why]) -> Status:
    """Return how re-registration went; tolerated are the reasons for which a method may rightly stay."""
    parts = [
        Status.FAILED if method.result is Result.STILL_REGISTERED else Status.SUCCEEDED
        for method in methods
        if method.why not in tolerated
    ]
    return together(tuple(parts))
