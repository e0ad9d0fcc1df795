"""The front desk: a request over HTTP is the caller's own, done once, answered at once, and announced all the same."""

import json
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
from azure.core.exceptions import ServiceResponseError

from shared.acts import Means
from shared.arrival import Conflict
from shared.authority import Authority
from shared.caller import Caller
from shared.contract import Action, ContractError, ResetRequest
from shared.delegation import Rule, WayIn
from shared.desk import Desk
from shared.front_desk import FrontDesk, RequesterDiffers
from shared.ledger import Ledger
from shared.outcome import Status
from shared.request_index import RequestIndex
from shared.run import Rules
from shared.settings import StorageConnection
from shared.storage import MessageQueue, Queues
from tests.fixtures.mortal import Fuse, KilledError
from tests.fixtures.office import ADELE, DIEGO, LEASE, LEE, Office
from tests.fixtures.reception import DEBRA, NESTOR, PATTI, Reception, ended

WHOLE_RESET = {
    "methodDeleted phone": 2,
    "methodDeleted softwareOath": 1,
    "methodDeleted microsoftAuthenticator": 1,
    "sessionsRevoked": 1,
}
REVOKE = (Action.REVOKE_SESSIONS,)


def announced(office: Office) -> list[dict[str, Any]]:
    """Return the events on the result queue."""
    return [json.loads(str(message.content)) for message in office.results.receive_messages()]


# --- who asks ---------------------------------------------------------------------------------------------------------


async def test_a_request_is_carried_out_while_its_caller_waits(office: Office) -> None:
    """An operator resets an ordinary person, and has the outcome in hand."""
    submitted = await Reception(office).submit()

    outcome = ended(submitted)
    assert (submitted.fresh, submitted.record.way_in, outcome.status) == (True, WayIn.HTTP, Status.SUCCEEDED)
    assert outcome.requested_by is not None
    assert outcome.requested_by.user_principal_name == LEE
    assert office.registered(ADELE) == ["password"]


@pytest.mark.parametrize("name", ["its id", LEE, LEE.upper()])
async def test_the_caller_may_name_themselves(office: Office, name: str) -> None:
    """By object id or name; the request is the same."""
    reception = Reception(office)
    lee = reception.caller(LEE)

    submitted = await reception.submit(lee, actions=REVOKE, requested_by=lee.id if name == "its id" else name)

    assert submitted.record.request.requested_by == lee.id


async def test_nobody_asks_in_the_name_of_somebody_else(office: Office) -> None:
    """Over HTTP the caller is who asks."""
    with pytest.raises(RequesterDiffers, match="Field 'requestedBy': names somebody else than you"):
        await Reception(office).submit(requested_by=NESTOR)

    assert office.done(ADELE) == []


@pytest.mark.parametrize(
    ("who", "authority", "user", "rule"),
    [
        pytest.param(LEE, Authority.OPERATOR, PATTI, Rule.TARGET_IS_PRIVILEGED, id="an operator for an administrator"),
        pytest.param(DEBRA, Authority.AUDITOR, ADELE, Rule.REQUESTER_LACKS_AUTHORITY, id="an auditor"),
        pytest.param(DIEGO, Authority.NONE, ADELE, Rule.REQUESTER_LACKS_AUTHORITY, id="a stranger"),
        pytest.param(LEE, Authority.OPERATOR, LEE, Rule.SELF, id="for themselves"),
        pytest.param(LEE, Authority.OPERATOR, "nobody@contoso.com", Rule.TARGET_NOT_FOUND, id="for nobody"),
    ],
)
async def test_a_refusal_is_on_record(office: Office, who: str, authority: Authority, user: str, rule: Rule) -> None:
    """Whoever tried, and what, can be found later."""
    reception = Reception(office)

    submitted = await reception.submit(reception.caller(who, authority), user=user)

    found = await reception.front.find(submitted.record.id)
    assert found is not None
    assert found.decision is not None
    assert (found.status, found.decision.rule) == (Status.REFUSED, rule)


async def test_a_privileged_operator_resets_an_administrator(office: Office) -> None:
    """Signed in, and alone, unless the operator of the desk demands two."""
    reception = Reception(office)
    office.tenant.turn(revoke_needs_role_for_admins=False)

    submitted = await reception.submit(
        reception.caller(NESTOR, Authority.PRIVILEGED_OPERATOR), user=PATTI, actions=REVOKE
    )

    outcome = ended(submitted)
    assert outcome.decision is not None
    assert (outcome.status, outcome.decision.rule) == (Status.SUCCEEDED, Rule.PRIVILEGED_OPERATOR)


async def test_an_application_asks_in_its_own_name(office: Office) -> None:
    """A ticket system with an app role: nobody is looked up for it, and the record names it."""
    reception = Reception(office)
    application = Caller(
        id="5a1c0f8e-0000-4000-8000-00000000000a", name="ticketing", authority=Authority.OPERATOR, is_application=True
    )

    submitted = await reception.submit(application, actions=REVOKE)

    outcome = ended(submitted)
    assert outcome.requested_by is not None
    assert (outcome.status, outcome.requested_by.display_name) == (Status.SUCCEEDED, "ticketing")


async def test_a_caller_whose_account_is_disabled_meanwhile_is_refused(office: Office) -> None:
    """A token lives on for an hour; the directory is asked."""
    office.tenant.change_person(LEE, enabled=False)

    outcome = ended(await Reception(office).submit())

    assert outcome.decision is not None
    assert outcome.decision.rule is Rule.REQUESTER_DISABLED


async def test_a_demanded_field_is_demanded(office: Office) -> None:
    """The caller is told at once, and can fill it in."""
    with pytest.raises(ContractError, match="Field 'ticket': is missing"):
        await Reception(office, Rules(demanded=frozenset({"ticket"}))).submit()


# --- once -------------------------------------------------------------------------------------------------------------


async def test_the_same_request_again_comes_to_the_same_record(office: Office) -> None:
    """A double click, or an answer that was lost."""
    reception = Reception(office)
    first = await reception.submit(id=office.queue.queue_name)

    second = await reception.submit(id=office.queue.queue_name)

    assert (first.fresh, second.fresh) == (True, False)
    assert first.record == second.record


async def test_other_content_under_the_same_id_is_a_conflict(office: Office) -> None:
    """It is refused, and on record beside the first."""
    reception = Reception(office)
    await reception.submit(id=office.queue.queue_name)

    with pytest.raises(Conflict, match="with other content was accepted at"):
        await reception.submit(id=office.queue.queue_name, user=DIEGO)

    found = await reception.front.find(office.queue.queue_name)
    assert found is not None
    (refused,) = found.messages_refused
    assert DIEGO in refused.message
    assert office.done(DIEGO) == []


async def test_another_caller_cannot_take_over_an_id(office: Office) -> None:
    """The same content asked for by somebody else is another request."""
    reception = Reception(office)
    await reception.submit(id=office.queue.queue_name)

    with pytest.raises(Conflict):
        await reception.submit(reception.caller(NESTOR), id=office.queue.queue_name)


async def test_a_request_takes_no_more_calls_than_from_the_queue(office: Office) -> None:
    """Two to read, one a method, one to revoke, one to check: the token says who asks, and what they may."""
    reception = Reception(office)
    office.tenant.forget_trace()

    await reception.submit()

    assert len(office.tenant.trace()) == 4 + 4


@pytest.mark.parametrize("moments", range(0, 30, 3))
async def test_death_at_any_moment_ends_with_the_person_reset_once(office: Office, moments: int) -> None:
    """The caller asks again under the same id, or the sweeper sees to it; what was done is not done again."""
    request_id = office.queue.queue_name
    with pytest.raises(KilledError):
        await Reception(office, fuse=Fuse(moments)).submit(id=request_id)

    office.clock.advance(minutes=6)
    again = await Reception(office).submit(id=request_id)

    assert ended(again).status is Status.SUCCEEDED
    assert Counter(office.done(ADELE)) == WHOLE_RESET


# --- not now ----------------------------------------------------------------------------------------------------------


async def test_a_caller_need_not_wait(office: Office) -> None:
    """The request is on record and on the queue, and is carried out from there."""
    reception = Reception(office)

    submitted = await reception.submit(wait=False)

    assert (submitted.fresh, submitted.record.status) == (True, Status.DEFERRED)
    (delivery,) = office.put_back()
    outcome = await reception.desk.receive(delivery)
    assert outcome is not None
    assert outcome.status is Status.SUCCEEDED


async def test_the_same_request_again_without_waiting_is_queued_once(office: Office) -> None:
    """A double click: the second comes to what the first has put on record."""
    reception = Reception(office)
    request_id = f"twice-{office.queue.queue_name}"

    first = await reception.submit(id=request_id, wait=False)
    second = await reception.submit(id=request_id, wait=False)

    assert (first.fresh, second.fresh, second.record.status) == (True, False, Status.DEFERRED)
    assert len(office.put_back()) == 1


async def test_what_was_accepted_and_never_reached_the_queue_is_put_there_by_the_sweeper(office: Office) -> None:
    """Death between the record and the queue loses nothing."""
    request_id = office.queue.queue_name
    with pytest.raises(KilledError):
        await Reception(office, fuse=Fuse(3)).submit(id=request_id, wait=False)

    office.clock.advance(seconds=LEASE.total_seconds() + 1)
    await office.desk().sweep()

    assert [delivery.message_id for delivery in office.put_back()] != []
    assert (await office.row(request_id)).status is Status.DEFERRED


async def test_where_graph_is_away_the_caller_is_told_until_when(office: Office) -> None:
    """The request goes on behind the queue, in the name of the caller and with their authority."""
    office.tenant.fault("answer", method="DELETE", status=429, retry_after="600")
    reception = Reception(office)

    submitted = await reception.submit()

    assert submitted.record.status is Status.DEFERRED
    assert submitted.record.deferred_until == office.clock() + timedelta(seconds=600)
    office.clock.advance(minutes=11)
    row = await office.row(submitted.record.id)
    assert row.caller is not None
    again = await reception.submit(id=row.id)
    assert ended(again).status is Status.SUCCEEDED


# --- what the world hears ---------------------------------------------------------------------------------------------


async def test_an_ending_over_http_is_announced(office: Office) -> None:
    """Whoever listens on the result queue hears of every ending; the caller does not wait for that."""
    reception = Reception(office)
    submitted = await reception.submit(actions=REVOKE)

    await reception.desk.close()

    (event,) = announced(office)
    assert (event["subject"], event["data"]["status"]) == (submitted.record.id, "succeeded")


async def test_an_announcement_that_was_lost_is_made_by_the_sweeper(office: Office) -> None:
    """The process ends between the record and the announcement: it is owed, and on record as such."""

    class Unreachable(MessageQueue):
        async def put(self, message: bytes, delay: timedelta = timedelta()) -> None:
            raise ConnectionResetError(message, delay)

    reception = Reception(office)
    connection = StorageConnection(connection_string="")
    queues = Queues(office.queues.requests, Unreachable(connection, ""))
    desk = Desk(reception.means, queues, reception.rules, LEASE)
    front = FrontDesk(desk, reception.means, RequestIndex(office.table_service), frozenset())
    submitted = await front.submit(ResetRequest(user=ADELE, actions=REVOKE), reception.caller(LEE), wait=True)

    office.clock.advance(seconds=LEASE.total_seconds() + 1)
    assert await office.desk().sweep() == 1

    (event,) = announced(office)
    assert event["subject"] == submitted.record.id


async def test_what_was_announced_is_not_announced_again(office: Office) -> None:
    """The sweeper has nothing left to do."""
    reception = Reception(office)
    await reception.submit(actions=REVOKE)
    await reception.desk.close()

    office.clock.advance(seconds=LEASE.total_seconds() + 1)

    assert await office.desk().sweep() == 0
    assert len(announced(office)) == 1


# --- lists ------------------------------------------------------------------------------------------------------------


async def test_the_requests_of_a_day_the_newest_first(office: Office) -> None:
    """Also what was refused, rejected or is still open; by status, if wanted."""
    reception = Reception(office)
    office.clock.advance(days=400)  # a day that no other test has
    today = office.clock().date()
    done = await reception.submit(actions=REVOKE)
    office.clock.advance(seconds=1)
    refused = await reception.submit(user=PATTI)
    office.clock.advance(seconds=1)
    await reception.desk.receive(office.raw(b"no request"))

    everything = await reception.front.of_day(today, None, None, 10)
    refusals = await reception.front.of_day(today, Status.REFUSED, None, 10)

    statuses = [line.status for line in everything.requests]
    assert statuses == [Status.REJECTED, Status.REFUSED, Status.SUCCEEDED]
    assert [line.id for line in everything.requests[1:]] == [refused.record.id, done.record.id]
    assert [line.id for line in refusals.requests] == [refused.record.id]


async def test_a_long_list_comes_in_pages(office: Office) -> None:
    """Nothing is left out, nothing comes twice, and a request that comes meanwhile does not move the pages."""
    reception = Reception(office)
    adele = office.tenant.person(ADELE)
    office.clock.advance(days=2000)  # the tests beside this one have asked for her as well
    ids = []
    for _ in range(5):
        office.clock.advance(seconds=1)
        ids.append((await reception.submit(actions=REVOKE, dry_run=True)).record.id)

    listed: list[str] = []
    continuation = None
    while len(listed) < len(ids):
        page = await reception.front.of_person(adele.id, None, continuation, 2)
        listed += [line.id for line in page.requests]
        continuation = page.continuation
        office.clock.advance(seconds=1)
        await reception.submit(actions=REVOKE, dry_run=True)

    assert ids[::-1] == listed[:5]


async def test_a_continuation_that_nobody_gave_out_is_refused(office: Office) -> None:
    """It ends up in a query; what is none is named."""
    with pytest.raises(ContractError, match="Field 'continuation'"):
        await Reception(office).front.of_day(office.clock().date(), None, "' or PartitionKey ne '", 10)


async def test_what_waits_for_approval_is_listed(office: Office) -> None:
    """Whoever can approve finds it."""
    reception = Reception(office)
    record = await reception.waiting()

    waiting = await reception.front.open(Status.AWAITING_APPROVAL, "", 10)

    assert [(line.id, line.approval_expires_at) for line in waiting.requests] == [
        (record.id, record.approval_expires_at)
    ]


async def test_open_requests_come_in_pages(office: Office) -> None:
    """In the order of their ids, each once."""
    reception = Reception(office)
    for number in range(3):
        await reception.waiting(id=f"{number}-{office.queue.queue_name}")

    first = await reception.front.open(None, "", 2)
    rest = await reception.front.open(None, first.continuation or "", 2)

    assert [line.id[0] for line in (*first.requests, *rest.requests)] == ["0", "1", "2"]
    assert rest.continuation is None


# --- what a second pair of eyes found ---------------------------------------------------------------------------------


@pytest.mark.parametrize("actions", [(Action.ISSUE_TEMPORARY_ACCESS_PASS,), REVOKE], ids=["a pass", "a revocation"])
async def test_an_operator_gets_no_hold_of_a_privileged_operator(office: Office, actions: tuple[Action, ...]) -> None:
    """An app role of the desk makes its holder privileged too: who signs in as them may what they may."""
    office.tenant.assign_app_role("MfaDesk.PrivilegedOperator", DIEGO)

    submitted = await Reception(office).submit(user=DIEGO, actions=actions)

    decision = ended(submitted).decision
    assert decision is not None
    assert (submitted.issued_pass, decision.rule) == (None, Rule.TARGET_IS_PRIVILEGED)
    assert "MfaDesk.PrivilegedOperator of this desk" in decision.reason


async def test_an_operator_resets_another_operator(office: Office) -> None:
    """As an Authentication Administrator may another."""
    submitted = await Reception(office).submit(user="isaiah.langer@contoso.com", actions=REVOKE)

    assert ended(submitted).status is Status.SUCCEEDED


async def test_who_may_ask_for_nothing_takes_nobodys_id(office: Office) -> None:
    """Nor a look at Graph, nor a place on the queue: the refusal is kept under an id of the desk's own."""
    reception = Reception(office)
    request_id = office.queue.queue_name
    stranger = reception.caller(DIEGO, Authority.NONE)
    office.tenant.forget_trace()

    refused = [await reception.submit(stranger, id=request_id, wait=wait) for wait in (True, False)]

    assert [each.record.status for each in refused] == [Status.REFUSED, Status.REFUSED]
    assert office.tenant.trace() == []
    assert office.put_back() == []
    assert (await reception.submit(id=request_id, actions=REVOKE)).record.status is Status.SUCCEEDED


async def test_who_asked_in_anothers_name_is_on_record(office: Office) -> None:
    """A refusal like any other."""
    reception = Reception(office)
    office.clock.advance(days=600)  # a day that no other test has
    with pytest.raises(RequesterDiffers):
        await reception.submit(requested_by=NESTOR)
    await reception.desk.tidied()

    (line,) = (await reception.front.of_day(office.clock().date(), None, None, 10)).requests

    assert (line.status, line.rule) == (Status.REFUSED, Rule.REQUESTER_DIFFERS)
    assert line.requested_by is not None
    assert line.requested_by.asked == reception.caller(LEE).id


async def test_a_sweep_in_the_middle_of_accepting_forgets_nothing(office: Office) -> None:
    """The entry by which the sweeper finds a request is there before the request."""
    reception = Reception(office)

    class Swept(Ledger):
        async def expect(self, request_id: str, due_at: datetime, status: Status) -> None:
            await super().expect(request_id, due_at, status)
            await reception.desk.sweep()

    class Away(MessageQueue):
        async def put(self, message: bytes, delay: timedelta = timedelta()) -> None:
            raise ServiceResponseError(f"{message!r} {delay}")

    connection = StorageConnection(connection_string="")
    means = Means(office.directory, Swept(office.table_service), now=office.clock)
    desk = Desk(means, Queues(Away(connection, ""), office.queues.results), reception.rules, LEASE)
    front = FrontDesk(desk, means, RequestIndex(office.table_service), frozenset())
    request = ResetRequest(id=office.queue.queue_name, user=ADELE, actions=REVOKE)
    with pytest.raises(ServiceResponseError):
        await front.submit(request, reception.caller(LEE), wait=False)

    office.clock.advance(seconds=LEASE.total_seconds() + 1)

    assert await reception.desk.sweep() == 1


async def test_a_replay_does_not_wait_for_graph(office: Office) -> None:
    """What has ended is told from the record."""
    reception = Reception(office)
    request_id = office.queue.queue_name
    await reception.submit(id=request_id, actions=REVOKE)
    office.tenant.turn(latency=30)

    again = await reception.submit(id=request_id, actions=REVOKE)

    assert (again.fresh, again.record.status) == (False, Status.SUCCEEDED)


async def test_the_queue_may_be_faster_than_the_list(office: Office) -> None:
    """What is listed when a request is accepted does not cover what has become of it by then."""
    reception = Reception(office)

    class Fast(MessageQueue):
        async def put(self, message: bytes, delay: timedelta = timedelta()) -> None:
            assert not delay
            await reception.desk.receive(office.raw(message))
            await reception.desk.tidied()

    queues = Queues(Fast(StorageConnection(connection_string=""), ""), office.queues.results)
    desk = Desk(reception.means, queues, reception.rules, LEASE)
    front = FrontDesk(desk, reception.means, RequestIndex(office.table_service), frozenset())
    submitted = await front.submit(ResetRequest(user=ADELE, actions=REVOKE), reception.caller(LEE), wait=False)

    listed = await front.of_day(submitted.record.accepted_at.date(), None, None, 100)
    assert [line.status for line in listed.requests if line.id == submitted.record.id] == [Status.SUCCEEDED]


async def test_a_message_that_was_not_taken_can_be_looked_at(office: Office) -> None:
    """Whole, as it came: it is in the day's list, and under its id."""
    reception = Reception(office)
    outcome = await reception.desk.receive(office.raw(b"Please reset Adele!"))
    assert outcome is not None

    (message,) = await reception.front.messages(outcome.id)

    assert message.message == "Please reset Adele!"


async def test_a_pass_is_not_asked_for_without_waiting_for_it(office: Office) -> None:
    """It is shown once, to whoever waits; put on the queue it would be issued for nobody."""
    with pytest.raises(ContractError, match="do wait") as raised:
        await Reception(office).submit(wait=False, actions=(Action.ISSUE_TEMPORARY_ACCESS_PASS,))

    assert raised.value.field == "actions"
    assert office.queue.get_queue_properties().approximate_message_count == 0


async def test_the_id_of_another_request_is_a_conflict_also_without_waiting(office: Office) -> None:
    """Nothing is put on the queue, and the try is on record."""
    reception, request_id = Reception(office), office.queue.queue_name
    await reception.submit(id=request_id, user=DIEGO, actions=REVOKE)

    with pytest.raises(Conflict):
        await reception.submit(id=request_id, wait=False, actions=REVOKE)

    (kept,) = await reception.front.messages(request_id)
    assert kept.outcome.problem is not None
    assert kept.outcome.problem.code == "conflict"
    assert office.queue.get_queue_properties().approximate_message_count == 0


async def test_a_refusal_takes_no_id_that_is_taken(office: Office) -> None:
    """The desk gives it one of its own; were that there already, what stands there would not be written over."""
    reception, request_id = Reception(office), office.queue.queue_name
    index = RequestIndex(office.table_service)
    front = FrontDesk(reception.desk, reception.means, index, frozenset(), new_id=lambda: request_id)
    asked, stranger = ResetRequest(user=ADELE, actions=REVOKE), reception.caller(DIEGO, Authority.NONE)
    first = await front.submit(asked, stranger, wait=True)

    with pytest.raises(Conflict):
        await front.submit(msgspec.structs.replace(asked, user=LEE), stranger, wait=True)

    assert first.record.status is Status.REFUSED
    assert (await office.row(request_id)).request.user == ADELE
