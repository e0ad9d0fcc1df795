"""Once, and nothing lost: redelivery, death at any moment, two at a time."""

import asyncio
from collections import Counter
from typing import Any, cast

import msgspec
import pytest
from azure.data.tables.aio import TableServiceClient

from local.tenant.methods import Phone
from shared.acts import Means
from shared.announcement import announce
from shared.arrival import Delivery
from shared.desk import Desk
from shared.directory import Change, Directory
from shared.ledger import REQUEST_TABLE, Ledger
from shared.methods import RegisteredMethod
from shared.outcome import Outcome, Result, Status, Why
from shared.record import summary
from shared.request_index import RequestIndex
from tests.fixtures.mortal import Fuse, KilledError
from tests.fixtures.office import ADELE, DIEGO, LEASE, LEE, Office

BOTH = ["requireReregistration", "revokeSessions"]
WHOLE_RESET = {
    "methodDeleted phone": 2,
    "methodDeleted softwareOath": 1,
    "methodDeleted microsoftAuthenticator": 1,
    "sessionsRevoked": 1,
}


def phones_of(office: Office) -> list[Phone]:
    """Return the phones that Adele has in truth."""
    return [method for method in office.tenant.person(ADELE).methods if isinstance(method, Phone)]


async def deliver_until_it_ends(office: Office, delivery: Delivery, tries: int = 5) -> list[Outcome]:
    """Deliver a message again and again, as the host does after a death, and sweep; return what was announced."""
    announced: list[Outcome] = []
    deliveries = [delivery]
    for _ in range(tries):
        office.clock.advance(minutes=11)
        await office.desk().sweep()
        deliveries += office.put_back()
        for each in deliveries:
            outcome = await office.again(each)
            if outcome is not None:
                announced.append(outcome)
                return announced
    return announced


@pytest.mark.parametrize("moments", range(28))
async def test_death_at_any_moment_ends_with_the_person_reset_once(office: Office, moments: int) -> None:
    """Whenever the process dies, what follows finishes the reset, and nothing is done twice."""
    delivery = office.delivery(actions=BOTH)
    with pytest.raises(KilledError):
        await office.desk(Fuse(moments)).receive(delivery)

    (outcome,) = await deliver_until_it_ends(office, delivery)

    assert outcome.status is Status.SUCCEEDED
    assert office.registered() == ["password"]
    assert Counter(office.done()) == WHOLE_RESET


async def test_the_moments_above_reach_to_the_end_of_a_run(office: Office) -> None:
    """A fuse as long as the last of them does not burn down any more."""
    outcome = await office.desk(Fuse(28)).receive(office.delivery(actions=BOTH))

    assert outcome is not None


@pytest.mark.parametrize("moments", range(6))
async def test_what_a_death_behind_the_answer_leaves_undone_the_sweeper_does(office: Office, moments: int) -> None:
    """The ending is on record and told; that it is listed, and looked at no more, can be done later."""
    delivery = office.delivery(actions=BOTH)
    outcome = await office.desk(Fuse(28 + moments)).receive(delivery)
    assert outcome is not None
    await office.tidied()

    office.clock.advance(minutes=11)
    await office.desk().sweep()

    adele = office.tenant.person(ADELE)
    listed = await RequestIndex(office.table_service).of_person(adele.id, None, None, 100)
    assert delivery.message_id in [line.id for line in listed.requests]
    assert delivery.message_id not in [each async for each in office.ledger.due(office.clock())]


@pytest.mark.parametrize("moments", [10, 14, 18])
async def test_a_phone_registered_between_death_and_retry_stays(office: Office, moments: int) -> None:
    """A phone has the same id when it is registered again; another number tells that it is a newer one."""
    delivery = office.delivery(actions=BOTH)
    with pytest.raises(KilledError):
        await office.desk(Fuse(moments)).receive(delivery)
    for phone in phones_of(office):
        office.tenant.remove(ADELE, phone.id)
    office.tenant.register(ADELE, Phone(phone_type="mobile", phone_number="+1 2065550199"))

    (outcome,) = await deliver_until_it_ends(office, delivery)

    assert outcome.status is Status.SUCCEEDED
    assert "phone" in office.registered()
    stayed = [method for method in outcome.actions[0].methods if method.result is Result.STILL_REGISTERED]
    assert [(method.label, method.why) for method in stayed] == [("mobile +1 ********99", Why.REGISTERED_SINCE)]


@pytest.mark.parametrize("moments", [16, 20, 22])
async def test_a_phone_registered_again_with_the_same_number_stays(office: Office, moments: int) -> None:
    """A new handset with the old number is the ordinary end of a lost phone; what was done is on record."""
    delivery = office.delivery(actions=BOTH)
    (mobile,) = [each for each in phones_of(office) if each.phone_type == "mobile"]
    with pytest.raises(KilledError):
        await office.desk(Fuse(moments)).receive(delivery)
    left = [phone.phone_type for phone in phones_of(office)]
    office.tenant.register(ADELE, mobile)

    (outcome,) = await deliver_until_it_ends(office, delivery)

    assert outcome.status is Status.SUCCEEDED
    assert ("phone" in office.registered()) == ("mobile" not in left)


class Counting:
    """The tables' service, which counts what it is asked for."""

    def __init__(self, tables: TableServiceClient) -> None:
        self._tables = tables
        self.asked: Counter[str] = Counter()

    def get_table_client(self, name: str) -> Any:
        """Return the table's client."""
        table, asked = self._tables.get_table_client(name), self.asked

        class _Table:
            def __getattr__(self, verb: str) -> Any:
                asked[f"{verb} {name}"] += 1
                return getattr(table, verb)

        return _Table()


async def test_a_request_that_is_gone_on_with_is_read_once_and_expected_once(office: Office) -> None:
    """Each of these is paid for with every deferral; what would be written twice is the same."""
    delivery = office.delivery(id=office.queue.queue_name, actions=BOTH)
    with pytest.raises(KilledError):
        await office.desk(Fuse(8)).receive(delivery)
    office.clock.advance(seconds=LEASE.total_seconds() + 1)
    tables = Counting(office.table_service)
    means = Means(office.directory, Ledger(cast("TableServiceClient", tables)), now=office.clock)
    desk = Desk(means, office.queues, office.rules, LEASE)

    outcome = await desk.receive(delivery)

    await desk.tidied()
    assert outcome is not None
    assert (tables.asked["get_entity ResetRequests"], tables.asked["upsert_entity OpenRequests"]) == (1, 1)


async def test_what_earlier_runs_removed_is_told_as_removed(office: Office) -> None:
    """An interrupted reset is told like one that was not: with Microsoft's ids of all its calls."""
    office.tenant.fault("answer", method="DELETE", path="*/microsoftAuth*", status=429, retry_after="120")
    delivery = office.delivery(actions=BOTH)
    await office.desk().receive(delivery)
    office.clock.advance(seconds=121)

    outcome = await office.again(delivery)

    assert outcome is not None
    assert {method.result for method in outcome.actions[0].methods} == {Result.REMOVED}
    assert len(outcome.graph_request_ids) == 5


async def test_a_revocation_by_somebody_else_does_not_stand_in_for_the_desks(office: Office) -> None:
    """Whoever signed in after it, with a method that the desk removes, is signed out."""
    delivery = office.delivery(actions=BOTH)
    office.clock.advance(minutes=10)
    office.tenant.revoke(ADELE, actor="admin:patti.fernandez@contoso.com")

    outcome = await office.desk().receive(delivery)

    assert outcome is not None
    assert office.done()[-1] == "sessionsRevoked"


async def test_a_revocation_before_a_run_that_died_does_not_stand_in_for_it(office: Office) -> None:
    """Be it by a second: whoever signed in between is signed out."""
    delivery = office.delivery(user=DIEGO, actions=["revokeSessions"])
    office.tenant.revoke(DIEGO, actor="admin:patti.fernandez@contoso.com")
    office.clock.advance(seconds=1)
    with pytest.raises(KilledError):
        await office.desk(Fuse(10)).receive(delivery)
    assert office.done(DIEGO) == []

    (outcome,) = await deliver_until_it_ends(office, delivery)

    assert outcome.status is Status.SUCCEEDED
    assert office.done(DIEGO) == ["sessionsRevoked"]


async def test_an_answer_that_lags_behind_tells_of_no_revocation(office: Office) -> None:
    """What Graph told before the run that died was newer; the desk revokes."""
    office.tenant.revoke(DIEGO, actor="admin:patti.fernandez@contoso.com")
    delivery = office.delivery(user=DIEGO, actions=["revokeSessions"])
    with pytest.raises(KilledError):
        await office.desk(Fuse(10)).receive(delivery)
    office.tenant.advance(-3600)
    office.tenant.revoke(DIEGO, actor="admin:patti.fernandez@contoso.com")
    office.tenant.advance(3600)

    (outcome,) = await deliver_until_it_ends(office, delivery)

    assert outcome.status is Status.SUCCEEDED
    assert office.done(DIEGO) == ["sessionsRevoked"]


async def test_a_revocation_is_not_resumed_on_somebody_else(office: Office) -> None:
    """The person is on record before their sessions are revoked."""
    delivery = office.delivery(user=DIEGO, actions=["revokeSessions"])
    with pytest.raises(KilledError):
        await office.desk(Fuse(10)).receive(delivery)
    row = await office.row(delivery.message_id)

    assert row.intent is not None
    assert row.intent.target_id == office.tenant.person(DIEGO).id


async def test_sessions_begun_after_a_revocation_are_not_ended_by_a_retry(office: Office) -> None:
    """The person may have signed in and registered anew since; one revocation serves the request."""
    delivery = office.delivery(user=DIEGO, actions=["revokeSessions"])
    with pytest.raises(KilledError):
        await office.desk(Fuse(11)).receive(delivery)
    assert office.done(DIEGO) == ["sessionsRevoked"]

    (outcome,) = await deliver_until_it_ends(office, delivery)

    assert outcome.status is Status.SUCCEEDED
    assert office.done(DIEGO) == ["sessionsRevoked"]


async def test_a_message_delivered_again_after_its_ending_is_announced_again_and_not_done_again(office: Office) -> None:
    """The host may die between the ending and its announcement; the announcement bears the same id."""
    delivery = office.delivery(actions=BOTH)
    first = await office.desk().receive(delivery)

    second = await office.again(delivery)

    assert first == second
    assert Counter(office.done()) == WHOLE_RESET


async def test_an_ending_is_announced_although_its_message_went_with_a_second_delivery_of_it(office: Office) -> None:
    """The second found the first at work, and was done with; the first may not get its announcement out."""
    second: list[Outcome | None] = []

    class DeliveredAgainMeanwhile(Directory):
        async def remove(self, user_id: str, method: RegisteredMethod) -> Change:
            second.append(await office.desk().receive(msgspec.structs.replace(delivery, redelivered=True)))
            return await super().remove(user_id, method)

    delivery = office.delivery(methods=["softwareOath"])
    first = await office.desk(directory=DeliveredAgainMeanwhile(office.graph, office.enterprise_app)).receive(delivery)
    await office.tidied()

    office.clock.advance(seconds=LEASE.total_seconds() + 1)
    await office.desk().sweep()

    assert first is not None
    assert second == [None]
    assert [announce(first).decode()] == [str(each.content) for each in office.results.receive_messages()]


async def test_a_second_message_with_the_same_request_adds_nothing(office: Office) -> None:
    """A double click, or a producer that did not see its success, is neither done nor announced twice."""
    request_id = office.queue.queue_name
    await office.desk().receive(office.delivery(id=request_id, actions=BOTH))

    second = await office.desk().receive(office.delivery(id=request_id, actions=BOTH))

    assert second is None
    assert Counter(office.done()) == WHOLE_RESET


async def test_two_messages_with_one_request_at_once_are_one_reset(office: Office) -> None:
    """Two instances that get the same request at the same time do it once."""
    deliveries = [office.delivery(id=office.queue.queue_name, actions=BOTH) for _ in range(4)]

    outcomes = await asyncio.gather(*(office.desk().receive(each) for each in deliveries))

    assert len([outcome for outcome in outcomes if outcome is not None]) == 1
    assert Counter(office.done()) == WHOLE_RESET


async def test_the_same_id_with_other_content_is_a_conflict(office: Office) -> None:
    """An id stands for one request; another under it is refused, recorded, and not carried out."""
    request_id = office.queue.queue_name
    await office.desk().receive(office.delivery(id=request_id, user=DIEGO, actions=["revokeSessions"]))
    other = office.delivery(id=request_id, user=ADELE, actions=["revokeSessions"])

    outcome = await office.desk().receive(other)

    assert outcome is not None
    assert outcome.problem is not None
    assert (outcome.status, outcome.problem.code, outcome.problem.field) == (Status.REFUSED, "conflict", "id")
    assert outcome.message_id == other.carrier
    assert office.done(ADELE) == []
    assert (await office.row(request_id)).request.user == DIEGO
    table = office.tables.get_table_client(REQUEST_TABLE)
    assert table.get_entity(request_id, f"message-{other.carrier}")["Status"] == "refused"


async def test_two_conflicts_under_one_id_are_both_kept(office: Office) -> None:
    """Each message that claims an id it has no right to is a record of its own."""
    request_id = office.queue.queue_name
    await office.desk().receive(office.delivery(id=request_id, user=DIEGO, actions=["revokeSessions"]))

    first = await office.ask(id=request_id, user=ADELE, actions=["revokeSessions"])
    second = await office.ask(id=request_id, user=ADELE, actions=["requireReregistration"])

    assert first.message_id != second.message_id
    table = office.tables.get_table_client(REQUEST_TABLE)
    assert len(list(table.query_entities(f"PartitionKey eq '{request_id}'"))) == 3


@pytest.mark.parametrize("conflicts", [True, False])
async def test_what_was_not_taken_ends_the_same_way_when_it_is_delivered_again(
    office: Office, *, conflicts: bool
) -> None:
    """Its announcement may have been lost; told again, under the same event id, it is the same to the byte."""
    request_id = office.queue.queue_name
    await office.ask(id=request_id, user=DIEGO, actions=["revokeSessions"])
    delivery = office.delivery(id=request_id, actions=BOTH) if conflicts else office.raw(b"no request at all")
    first = await office.desk().receive(delivery)
    office.clock.advance(seconds=30)

    second = await office.again(delivery)

    assert first is not None
    assert second is not None
    assert announce(first) == announce(second)


async def test_an_id_that_no_table_takes_does_not_stop_the_record(office: Office) -> None:
    """The host tells a message's own id, whatever the sender wrote there; the rejection is kept all the same."""
    delivery = office.delivery(id="a/b#?\\ " * 9000)

    outcome = await office.desk().receive(delivery)

    assert outcome is not None
    assert outcome.problem is not None
    assert (outcome.id, outcome.status, outcome.problem.field) == (delivery.carrier, Status.REJECTED, "id")


async def test_a_live_run_is_left_alone(office: Office) -> None:
    """A message delivered while its request is under way does not start a second run beside the first."""
    delivery = office.delivery(actions=BOTH)
    with pytest.raises(KilledError):
        await office.desk(Fuse(8)).receive(delivery)
    office.tenant.forget_trace()

    outcome = await office.desk().receive(delivery)

    assert outcome is None
    assert [call.method for call in office.tenant.trace()] == ["POST", "POST"]


async def test_a_name_that_has_changed_hands_is_not_followed(office: Office) -> None:
    """A later run resets the person whom the first has planned for, or nobody."""
    delivery = office.delivery(actions=BOTH)
    with pytest.raises(KilledError):
        await office.desk(Fuse(10)).receive(delivery)
    row = await office.row(delivery.message_id)
    assert row.intent is not None
    await office.ledger.intend(row, msgspec.structs.replace(row.intent, target_id=office.tenant.person(DIEGO).id))

    (outcome,) = await deliver_until_it_ends(office, delivery)

    assert outcome.problem is not None
    assert (outcome.status, outcome.problem.code) == (Status.FAILED, "personChanged")
    assert "microsoftAuthenticator" in office.registered()


async def test_an_error_of_the_desk_gives_the_lease_back(office: Office) -> None:
    """The host delivers again after half a minute, and need not wait for a lease that nobody uses."""

    class BrokenDirectory:
        def __getattr__(self, name: str) -> object:
            raise ZeroDivisionError(name)

    delivery = office.delivery(actions=BOTH)
    with pytest.raises(ZeroDivisionError):
        await office.desk(directory=cast("Directory", BrokenDirectory())).receive(delivery)

    outcome = await office.desk().receive(delivery)

    assert outcome is not None
    assert outcome.status is Status.SUCCEEDED


async def test_who_asks_and_has_left_the_service_desk_since_is_refused(office: Office) -> None:
    """Every run decides anew; what an earlier one has done is told."""
    delivery = office.delivery(actions=BOTH)
    with pytest.raises(KilledError):
        await office.desk(Fuse(12)).receive(delivery)
    office.tenant.leave("Service Desk", LEE)

    (outcome,) = await deliver_until_it_ends(office, delivery)

    assert outcome.status is Status.REFUSED
    told = {method.result for method in outcome.actions[0].methods}
    assert told == {Result.ALREADY_GONE, Result.STILL_REGISTERED}


async def test_a_refusal_after_an_earlier_run_has_acted_says_so(office: Office) -> None:
    """What that run did is accounted for, also where there is no plan that tells it."""
    delivery = office.delivery(user=DIEGO, actions=["revokeSessions"])
    with pytest.raises(KilledError):
        await office.desk(Fuse(11)).receive(delivery)
    office.tenant.leave("Service Desk", LEE)

    (outcome,) = await deliver_until_it_ends(office, delivery)

    assert (outcome.status, [each.status for each in outcome.actions]) == (Status.REFUSED, [Status.SUCCEEDED])
    assert summary(await office.row(delivery.message_id)).begun


async def test_a_refusal_after_an_earlier_run_has_begun_and_done_nothing_says_so(office: Office) -> None:
    """The intent is on record; the run died before the first change."""
    delivery = office.delivery(user=DIEGO, actions=["revokeSessions"])
    with pytest.raises(KilledError):
        await office.desk(Fuse(10)).receive(delivery)
    office.tenant.leave("Service Desk", LEE)

    (outcome,) = await deliver_until_it_ends(office, delivery)

    assert (outcome.status, [each.status for each in outcome.actions]) == (Status.REFUSED, [Status.FAILED])


async def test_a_refusal_at_once_has_begun_nothing(office: Office) -> None:
    """It accounts for nothing that is done with the desk's identity."""
    office.tenant.leave("Service Desk", LEE)
    outcome = await office.ask(actions=BOTH)

    assert not summary(await office.row(outcome.id)).begun


async def test_a_conflict_with_a_request_under_way_leaves_that_alone(office: Office) -> None:
    """The sweeper goes on looking after the first one."""
    request_id = office.queue.queue_name
    with pytest.raises(KilledError):
        await office.desk(Fuse(8)).receive(office.delivery(id=request_id, actions=BOTH))

    outcome = await office.ask(id=request_id, user=DIEGO, actions=["revokeSessions"])

    office.clock.advance(seconds=LEASE.total_seconds() + 1)
    assert outcome.status is Status.REFUSED
    assert [each async for each in office.ledger.due(office.clock())] == [request_id]


async def test_a_run_that_was_overtaken_says_nothing(office: Office) -> None:
    """Whoever has the request now will announce its ending."""

    class TakenOverMeanwhile(Directory):
        async def remove(self, user_id: str, method: RegisteredMethod) -> Change:
            row = await office.row(delivery.message_id)
            await office.ledger.take_over(row, "another", office.clock() + LEASE)
            return await super().remove(user_id, method)

    delivery = office.delivery(methods=["softwareOath"])

    outcome = await office.desk(directory=TakenOverMeanwhile(office.graph, office.enterprise_app)).receive(delivery)

    assert outcome is None
    assert (await office.row(delivery.message_id)).carrier == "another"


async def test_an_error_of_the_desk_is_raised_even_where_the_lease_cannot_be_given_back(office: Office) -> None:
    """The host has to know of the error; the lease ends by itself."""

    class Failing(Directory):
        async def remove(self, user_id: str, method: RegisteredMethod) -> Change:
            row = await office.row(delivery.message_id)
            await office.ledger.take_over(row, "another", office.clock() + LEASE)
            raise ZeroDivisionError(f"{user_id}: {method.type}")

    delivery = office.delivery(methods=["softwareOath"])

    with pytest.raises(ZeroDivisionError):
        await office.desk(directory=Failing(office.graph, office.enterprise_app)).receive(delivery)


async def test_a_desk_gives_its_connections_back(office: Office) -> None:
    """Closing twice does no harm."""
    desk = office.desk()

    await desk.close()
    await desk.close()
