"""The front desk: what somebody who has signed in can ask for, look up and decide."""

from collections.abc import Callable
from datetime import date
from typing import Final
from uuid import uuid4

import msgspec

from shared import contract
from shared.acts import Means
from shared.arrival import Arrival, Conflict, Handled
from shared.caller import Caller
from shared.contract import Action, ContractError, ResetRequest
from shared.delegation import Approver, Decision, Effect, Party, may_approve, may_ask, may_name
from shared.desk import Desk
from shared.graph_shapes import IssuedPass
from shared.ledger import Overtaken
from shared.outcome import Approval, PersonNamed, Status, Verdict
from shared.record import ApprovalAttempt, MessageRefused, RequestList, RequestRecord, Row, record, summary
from shared.request_index import RequestIndex


class RequesterDiffers(ContractError):
    """A request names somebody else than the caller as the one who asks."""


class NotOnRecord(Exception):
    """There is no such request."""


class MayNotDecide(Exception):
    """Somebody is not the second person that a request needs."""

    def __init__(self, decision: Decision) -> None:
        super().__init__(decision.reason)
        self.decision = decision


class NotAwaiting(Exception):
    """A request does not wait for a decision, or not any more."""

    def __init__(self, row: Row, detail: str) -> None:
        super().__init__(detail)
        self.row = row


class VersionChanged(Exception):
    """A request is not what it was when whoever decides looked at it."""

    def __init__(self, request_id: str) -> None:
        super().__init__(f"Request '{request_id}' has changed since you looked at it; look again, then decide.")


class Submitted(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a request, or of a decision about one."""

    record: RequestRecord
    fresh: bool
    """It was taken up now; otherwise it was on record already, and nothing was done."""
    issued_pass: IssuedPass | None = None
    """To be shown to this caller, and never again."""


class FrontDesk:
    """Serves callers: hands their requests to the desk, and their decisions about those of others."""

    def __init__(
        self,
        desk: Desk,
        means: Means,
        index: RequestIndex,
        demanded: frozenset[str],
        new_id: Callable[[], str] = lambda: uuid4().hex,
    ) -> None:
        """demanded: the fields of a request that must be filled in."""
        self._desk = desk
        self._ledger = means.ledger
        self._now = means.now
        self._index = index
        self._demanded = demanded
        self._new_id = new_id

    async def submit(self, asked: ResetRequest, caller: Caller, *, wait: bool) -> Submitted:
        """Carry a request out while the caller waits, or put it on the queue.

        Raises ContractError (RequesterDiffers among them), and Conflict when the id belongs to another request.
        """
        if (missing := contract.missing(asked, self._demanded)) is not None:
            raise missing
        if not wait and Action.ISSUE_TEMPORARY_ACCESS_PASS in asked.actions:
            raise ContractError("actions", "ask for a pass, which is shown only to whoever waits for it; do wait.")
        party, arrival = _party(caller), self._arrival(caller)
        if (decision := may_name(asked.requested_by, party)) is not None:
            await self._turn_away(asked, caller, arrival, decision)
            raise RequesterDiffers("requestedBy", decision.reason.partition(": ")[2])
        if (decision := may_ask(caller.authority)) is not None:
            return await self._turn_away(asked, caller, arrival, decision)
        request = msgspec.structs.replace(asked, id=asked.id or self._new_id(), requested_by=caller.id)
        try:
            return _submitted(await (self._desk.handle if wait else self._desk.accept)(request, arrival))
        except Conflict as conflict:
            await self._desk.refuse(conflict, arrival, contract.encode(request))
            raise

    async def find(self, request_id: str) -> RequestRecord | None:
        """Return all that is on record of a request."""
        return await self._ledger.whole(request_id)

    async def messages(self, request_id: str) -> tuple[MessageRefused, ...]:
        """Return the messages which were not taken, that claimed this id or were given it."""
        return await self._ledger.messages(request_id)

    async def approve(self, request_id: str, caller: Caller, version: str, comment: str) -> Submitted:
        """Approve a request as it was in that version, and have it carried out.

        Raises NotOnRecord, NotAwaiting, MayNotDecide and VersionChanged; all but the first are on record.
        """
        return await self._decide(request_id, caller, version, Verdict.APPROVED, comment)

    async def reject(self, request_id: str, caller: Caller, version: str, comment: str) -> Submitted:
        """End a request that waits for approval without carrying it out; raises what `approve` does."""
        return await self._decide(request_id, caller, version, Verdict.REJECTED, comment)

    async def of_day(self, day: date, status: Status | None, continuation: str | None, limit: int) -> RequestList:
        """Return the requests that came on a day (UTC). Raises ContractError for a continuation that is none."""
        return await self._index.of_day(day, status, continuation, limit)

    async def of_person(self, user_id: str, status: Status | None, continuation: str | None, limit: int) -> RequestList:
        """Return the requests about the person of that object id. Raises ContractError as `of_day` does."""
        return await self._index.of_person(user_id, status, continuation, limit)

    async def open(self, status: Status | None, after: str, limit: int) -> RequestList:
        """Return requests that have not ended, in the order of their ids, beyond that one."""
        rows, continuation = await self._ledger.unended(status, after, limit)
        return RequestList(requests=tuple(summary(row) for row in rows), continuation=continuation)

    async def _turn_away(self, asked: ResetRequest, caller: Caller, arrival: Arrival, decision: Decision) -> Submitted:
        """Keep what is refused, under an id of the desk's own: nobody takes another's id by asking in vain."""
        request = msgspec.structs.replace(asked, id=self._new_id(), requested_by=caller.id)
        return _submitted(await self._desk.turn_away(request, arrival, decision))

    def _arrival(self, caller: Caller) -> Arrival:
        return Arrival(accepted_at=self._now(), carrier=f"http-{self._new_id()}", caller=caller)

    async def _decide(self, request_id: str, caller: Caller, version: str, verdict: Verdict, comment: str) -> Submitted:
        row = await self._ledger.get(request_id)
        by = PersonNamed(asked=caller.id, id=caller.id, user_principal_name=caller.name)
        approval = Approval(verdict=verdict, by=by, at=self._now(), comment=comment)
        lacking = may_approve(Approver(_party(caller), caller.authority), "", "")
        if row is None:
            raise MayNotDecide(lacking) if lacking.effect is not Effect.ALLOWED else _unknown(request_id)
        if row.approval is not None and (row.approval.verdict, row.approval.by.id) == (verdict, caller.id):
            return Submitted(record=record(row), fresh=False)
        try:
            self._admit(row, caller, version)
            return await self._decided(row, approval, caller)
        except (MayNotDecide, NotAwaiting, VersionChanged) as refusal:
            rule = refusal.decision.rule.value if isinstance(refusal, MayNotDecide) else _CODES[type(refusal)]
            await self._ledger.attempted(row.id, ApprovalAttempt(verdict=verdict, by=by, at=approval.at, rule=rule))
            raise

    def _admit(self, row: Row, caller: Caller, version: str) -> None:
        """Raise what stands against this caller deciding this request now.

        Whoever may not decide anything is told nothing about it.
        """
        waiting = row.waiting
        meant = (waiting.requested_by.id, waiting.user.id) if waiting else ("", "")
        decision = may_approve(Approver(_party(caller), caller.authority), *meant)
        if decision.effect is not Effect.ALLOWED:
            raise MayNotDecide(decision)
        if waiting is None or row.status is not Status.AWAITING_APPROVAL:
            raise NotAwaiting(row, _not_awaiting(row))
        if waiting.until <= self._now():
            raise NotAwaiting(row, f"The time to decide ended at {waiting.until:%Y-%m-%d %H:%M} UTC; ask anew.")
        if row.version != version:
            raise VersionChanged(row.id)

    async def _decided(self, row: Row, approval: Approval, caller: Caller) -> Submitted:
        arrival = self._arrival(caller)
        try:
            taken = await self._desk.decide(row, approval, arrival)
        except Overtaken as overtaken:
            raise VersionChanged(row.id) from overtaken
        return _submitted(taken)


_CODES: Final[dict[type[Exception], str]] = {NotAwaiting: "notAwaiting", VersionChanged: "versionChanged"}


def _submitted(handled: Handled) -> Submitted:
    return Submitted(record=record(handled.row), fresh=handled.fresh, issued_pass=handled.issued)


def _party(caller: Caller) -> Party:
    return Party(caller.id, caller.name, is_application=caller.is_application)


def _unknown(request_id: str) -> NotOnRecord:
    return NotOnRecord(f"There is no request '{request_id}'.")


def _not_awaiting(row: Row) -> str:
    if row.approval is not None:
        by = row.approval.by.user_principal_name
        return f"Request '{row.id}' was {row.approval.verdict} by {by} at {row.approval.at:%Y-%m-%d %H:%M} UTC."
    return f"Request '{row.id}' does not wait for a decision; it is {row.status}."
