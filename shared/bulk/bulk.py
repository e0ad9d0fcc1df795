"""A bulk request on record, without its people; and as those see it who may read it."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from shared.bulk.ending import ReachTold
from shared.bulk.order import BulkAction, BulkTerms
from shared.bulk.tally import Tally
from shared.caller import Caller
from shared.contract import Methods, PerUserMfaState, Verification
from shared.outcome import PersonNamed

CHUNK: Final = 125
"""People in one row of the table: 10,000 are 80 rows, which fit into one transaction (100 rows, 4 MiB)."""
_KEPT: Final = 100
"""So many interventions are remembered, the last ones."""
_TELLING: Final = 20
"""After so many people it can be told how long the others will take."""


class BulkStatus(StrEnum):
    """Where a bulk request stands. The last two are endings."""

    ACCEPTED = "accepted"
    RUNNING = "running"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    FINISHED = "finished"


ENDED: Final = frozenset({BulkStatus.CANCELLED, BulkStatus.FINISHED})
WORKED_OFF: Final = frozenset({BulkStatus.ACCEPTED, BulkStatus.RUNNING})


class Intervention(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """That somebody paused, resumed or cancelled it."""

    to: Annotated[BulkStatus, Meta(description="What it became: paused, running or cancelled.")]
    by: PersonNamed
    at: datetime


class Bulk(msgspec.Struct, frozen=True, kw_only=True):
    """A bulk request as the table has it, without its people."""

    id: str
    status: BulkStatus
    terms: BulkTerms
    caller: Caller
    accepted_at: datetime
    people: int
    """Distinct ones."""
    duplicates: int
    content_hash: str
    tally: Tally = Tally()
    chunks: tuple[int, ...]
    """How many of each chunk have ended."""
    worked: float = 0.0
    """Seconds for which it was worked on."""
    worker: str = ""
    """Who works on it: whoever that was before writes nothing any more."""
    interventions: tuple[Intervention, ...] = ()
    finished_at: datetime | None = None
    etag: str = ""
    version: str = ""
    """Another one after every change."""

    def size(self, chunk: int) -> int:
        """Return how many people are in a chunk."""
        return min(CHUNK, self.people - chunk * CHUNK)

    @property
    def unfinished(self) -> tuple[int, ...]:
        """The chunks in which somebody is left."""
        return tuple(chunk for chunk, done in enumerate(self.chunks) if done < self.size(chunk))

    def intervened(self, intervention: Intervention) -> tuple[Intervention, ...]:
        """Return the interventions with one more."""
        return (*self.interventions, intervention)[-_KEPT:]


def chunks_of(people: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Return the people in the chunks in which they are kept."""
    return tuple(people[start : start + CHUNK] for start in range(0, len(people), CHUNK))


class ReachCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How many of those who are done there are of each reach, as far as the decision about them told it."""

    standard: Annotated[int, Meta(description="An operator may act on them.")]
    privileged: Annotated[int, Meta(description="It takes a privileged operator.")]
    protected: Annotated[int, Meta(description="Nobody may.")]
    unknown: Annotated[int, Meta(description="Not found, or not told because something else decided first.")]


class BulkRequest(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """A bulk request as its readers see it."""

    id: str
    status: BulkStatus
    accepted_at: datetime
    requested_by: Annotated[PersonNamed, Meta(description="Who asked.")]
    actions: tuple[BulkAction, ...]
    methods: Annotated[Methods | None, Meta(description="Of requireReregistration.")] = None
    per_user_mfa_state: PerUserMfaState | None = None
    dry_run: Annotated[bool, Meta(description="Nothing is changed: the counts are of what would happen.")]
    ticket: str
    reason: str
    verification: Verification | None = None
    people: Annotated[int, Meta(description="How many there are, each once.")]
    duplicates: Annotated[int, Meta(description="How many of those that were sent were there before.")]
    done: Annotated[int, Meta(description="How many have ended, or wait for a second person.")]
    by_status: Annotated[dict[str, int], Meta(description="Of those: by the status of their request.")]
    by_rule: Annotated[
        dict[str, int], Meta(description="Of those who were refused: by the Rule, or by the code of the problem.")
    ]
    by_reach: ReachCounts
    needing_approval: Annotated[
        int, Meta(description="How many take a second person; those wait for one, each request by itself.")
    ]
    expected_end: Annotated[datetime | None, Meta(description="When it will have ended, going on as until now.")] = None
    finished_at: datetime | None = None
    paused_by: Annotated[PersonNamed | None, Meta(description="While it is paused.")] = None
    paused_at: datetime | None = None
    cancelled_by: PersonNamed | None = None
    interventions: Annotated[
        tuple[Intervention, ...], Meta(description="Who paused, resumed or cancelled it, and when.")
    ] = ()


class BulkList(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """Bulk requests, the newest first."""

    bulk_requests: tuple[BulkRequest, ...]
    continuation: Annotated[str | None, Meta(description="Give it back to get what follows; absent at the end.")] = None


def shown(bulk: Bulk, now: datetime) -> BulkRequest:
    """Return a bulk request as its readers see it."""
    terms, tally = bulk.terms, bulk.tally
    last = bulk.interventions[-1] if bulk.interventions else None
    paused = last if last and bulk.status is BulkStatus.PAUSED else None
    return BulkRequest(
        id=bulk.id,
        status=bulk.status,
        accepted_at=bulk.accepted_at,
        requested_by=named(bulk.caller),
        actions=terms.actions,
        methods=terms.methods if "requireReregistration" in terms.actions else None,
        per_user_mfa_state=terms.per_user_mfa_state,
        dry_run=terms.dry_run,
        ticket=terms.ticket,
        reason=terms.reason,
        verification=terms.verification,
        people=bulk.people,
        duplicates=bulk.duplicates,
        done=tally.done,
        by_status=dict(tally.by_status),
        by_rule=dict(tally.by_rule),
        by_reach=ReachCounts(**{reach.value: tally.by_reach.get(reach.value, 0) for reach in ReachTold}),
        needing_approval=tally.need_approval,
        expected_end=_expected_end(bulk, now),
        finished_at=bulk.finished_at,
        paused_by=paused.by if paused else None,
        paused_at=paused.at if paused else None,
        cancelled_by=last.by if last and bulk.status is BulkStatus.CANCELLED else None,
        interventions=bulk.interventions,
    )


def named(caller: Caller) -> PersonNamed:
    """Return a caller as records name them."""
    if caller.is_application:
        return PersonNamed(asked=caller.id, id=caller.id, display_name=caller.name)
    return PersonNamed(asked=caller.id, id=caller.id, user_principal_name=caller.name)


def _expected_end(bulk: Bulk, now: datetime) -> datetime | None:
    done = bulk.tally.done
    if bulk.status not in WORKED_OFF or done < _TELLING:
        return None
    return now + timedelta(seconds=round(bulk.worked / done * (bulk.people - done)))
