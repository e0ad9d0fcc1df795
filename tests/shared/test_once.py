"""Once, and nothing lost: redelivery, death at any moment, throttling, lost answers, two at a time."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import cast

import msgspec
import pytest

from local.tenant.methods import MicrosoftAuthenticator, Phone
from shared.desk import Delivery, Desk
from shared.directory import Change, Directory
from shared.ledger import REQUEST_TABLE
from shared.methods import RegisteredMethod
from shared.outcome import Outcome, Result, Status, Why
from shared.run import Means
from tests.fixtures.mortal import Fuse, KilledError
from tests.fixtures.office import ADELE, DIEGO, LEASE, Office

TINY_LEASE = timedelta(seconds=1)
BOTH = ["requireReregistration", "revokeSessions"]
WHOLE_RESET = {
    "methodDeleted phone": 2,
    "methodDeleted softwareOath": 1,
    "methodDeleted microsoftAuthenticator": 1,
    "sessionsRevoked": 1,
}


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


@pytest.mark.parametrize("moments", range(24))
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
    outcome = await office.desk(Fuse(24)).receive(office.delivery(actions=BOTH))

    assert outcome is not None


@pytest.mark.parametrize("moments", [10, 14, 18])
async def test_a_phone_registered_between_death_and_retry_stays(office: Office, moments: int) -> None:
    """A phone has the same id when it is registered again; another number tells that it is a newer one."""
    delivery = office.delivery(actions=BOTH)
    with pytest.raises(KilledError):
        await office.desk(Fuse(moments)).receive(delivery)
    for phone in [method for method in office.tenant.person(ADELE).methods if isinstance(method, Phone)]:
        office.tenant.remove(ADELE, phone.id)
    office.tenant.register(ADELE, Phone(phone_type="mobile", phone_number="+1 2065550199"))

    (outcome,) = await deliver_until_it_ends(office, delivery)

    assert outcome.status is Status.SUCCEEDED
    assert "phone" in office.registered()
    stayed = [method for method in outcome.actions[0].methods if method.result is Result.STILL_REGISTERED]
    assert [(method.label, method.why) for method in stayed] == [("mobile +1 ********99", Why.REGISTERED_SINCE)]


async def test_sessions_begun_after_a_revocation_are_not_ended_by_a_retry(office: Office) -> None:
    """The person may have signed in and registered anew since; one revocation serves the request."""
    delivery = office.delivery(user=DIEGO, actions=["revokeSessions"])
    with pytest.raises(KilledError):
        await office.desk(Fuse(8)).receive(delivery)
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


async def test_the_sweeper_puts_back_what_a_dead_run_left(office: Office) -> None:
    """When the lease of a run has ended, its request goes back on the queue, under its own id."""
    delivery = office.delivery(actions=BOTH)
    with pytest.raises(KilledError):
        await office.desk(Fuse(8)).receive(delivery)
    office.clock.advance(seconds=LEASE.total_seconds() + 1)

    count = await office.desk().sweep()

    (put_back,) = office.put_back()
    outcome = await office.desk().receive(put_back)
    assert count == 1
    assert outcome is not None
    assert (outcome.id, outcome.status) == (delivery.message_id, Status.SUCCEEDED)


async def test_the_sweeper_looks_again_only_after_another_lease(office: Office) -> None:
    """What was put back has its time; it is not put back by every sweep."""
    with pytest.raises(KilledError):
        await office.desk(Fuse(8)).receive(office.delivery(actions=BOTH))
    office.clock.advance(seconds=LEASE.total_seconds() + 1)
    await office.desk().sweep()

    assert await office.desk().sweep() == 0


async def test_the_sweeper_forgets_what_has_ended(office: Office) -> None:
    """A process that died right after an ending leaves nothing to be swept forever."""
    delivery = office.delivery(user=DIEGO, actions=["revokeSessions"])
    outcome = await office.desk().receive(delivery)
    assert outcome is not None
    await office.ledger.expect(outcome.id, office.clock())

    assert await office.desk().sweep() == 0
    assert [each async for each in office.ledger.due(office.clock())] == []


async def test_a_short_throttling_is_waited_out(office: Office) -> None:
    """Retry-After of a few seconds is obeyed within the run."""
    office.tenant.fault("answer", method="DELETE", status=429, retry_after="7")

    outcome = await office.ask(actions=BOTH)

    assert outcome.status is Status.SUCCEEDED
    assert office.clock.waited == [7.0]


async def test_a_long_throttling_defers_the_request(office: Office) -> None:
    """A long Retry-After puts the request back on the queue until then, and the row says so."""
    office.tenant.fault("answer", method="DELETE", status=429, retry_after="120", times=1)
    delivery = office.delivery(actions=BOTH)

    outcome = await office.desk().receive(delivery)

    row = await office.row(delivery.message_id)
    assert outcome is None
    assert (row.status, row.due_at) == (Status.DEFERRED, office.clock() + timedelta(seconds=120))
    assert office.queue.get_queue_properties().approximate_message_count == 1


async def test_a_deferred_request_is_finished_by_the_message_that_was_put_back(office: Office) -> None:
    """Nothing is done twice in the two runs together."""
    office.tenant.fault("answer", method="DELETE", path="*/softwareOathMethods/*", status=429, retry_after="120")
    delivery = office.delivery(actions=BOTH)
    await office.desk().receive(delivery)
    office.clock.advance(seconds=121)
    again = office.delivery(id=delivery.message_id, actions=BOTH)

    outcome = await office.desk().receive(again)

    assert outcome is not None
    assert outcome.status is Status.SUCCEEDED
    assert Counter(office.done()) == WHOLE_RESET


async def test_a_deferred_request_is_not_run_before_its_time(office: Office) -> None:
    """Another message for it does not hurry it."""
    office.tenant.fault("answer", method="DELETE", status=429, retry_after="120")
    delivery = office.delivery(actions=BOTH)
    await office.desk().receive(delivery)

    assert await office.desk().receive(delivery) is None
    assert office.done() == []


@pytest.mark.parametrize("status", [503, 504])
async def test_graph_being_away_defers_for_longer_each_time(office: Office, status: int) -> None:
    """Without a Retry-After the desk comes back after a while that doubles."""
    office.tenant.fault("answer", path="*/$batch", status=status, times=None)
    delivery = office.delivery(actions=BOTH)

    pauses = []
    for _ in range(3):
        await office.desk().receive(delivery)
        row = await office.row(delivery.message_id)
        pauses.append((row.due_at - office.clock()).total_seconds())
        office.clock.time = row.due_at

    assert pauses == [30.0, 60.0, 120.0]


async def test_a_wait_does_not_grow_beyond_ten_minutes(office: Office) -> None:
    """However long Graph is away, the request is tried in good time after it is back."""
    office.tenant.fault("answer", path="*/$batch", status=503, times=None)
    delivery = office.delivery(actions=BOTH)
    await office.desk().receive(delivery)

    for _ in range(60):
        office.clock.time = (await office.row(delivery.message_id)).due_at
        await office.desk().receive(delivery)

    row = await office.row(delivery.message_id)
    assert (row.due_at - office.clock(), row.runs) == (timedelta(minutes=10), 61)


async def test_graph_being_away_for_a_day_ends_as_failed(office: Office) -> None:
    """A request does not wait forever, even where nobody can be looked at any more."""
    office.tenant.fault("answer", path="*/$batch", status=503, times=None)
    delivery = office.delivery(actions=BOTH)
    await office.desk().receive(delivery)
    office.clock.advance(hours=25)

    outcome = await office.desk().receive(delivery)

    assert outcome is not None
    assert outcome.problem is not None
    assert (outcome.status, outcome.problem.code) == (Status.FAILED, "tooOld")


async def test_a_name_that_has_changed_hands_is_not_followed(office: Office) -> None:
    """A later run resets the person whom the first has planned for, or nobody."""
    delivery = office.delivery(actions=BOTH)
    with pytest.raises(KilledError):
        await office.desk(Fuse(8)).receive(delivery)
    row = await office.row(delivery.message_id)
    await office.ledger.planned(row, office.tenant.person(DIEGO).id, row.plan or ())

    (outcome,) = await deliver_until_it_ends(office, delivery)

    assert outcome.problem is not None
    assert (outcome.status, outcome.problem.code) == (Status.FAILED, "personChanged")
    assert "microsoftAuthenticator" in office.registered()


async def test_a_row_that_cannot_be_read_does_not_keep_the_sweeper_from_the_others(office: Office) -> None:
    """One request of an older release is no reason to leave the rest lying."""
    table = office.tables.get_table_client(REQUEST_TABLE)
    for each in ("unreadable", "readable"):
        with pytest.raises(KilledError):
            await office.desk(Fuse(8)).receive(office.delivery(id=f"{each}-{office.queue.queue_name}", actions=BOTH))
    broken = table.get_entity(f"unreadable-{office.queue.queue_name}", "request")
    table.update_entity({**broken, "Request": '{"no": "request"}'})
    office.clock.advance(seconds=LEASE.total_seconds() + 1)

    assert await office.desk().sweep() == 1


async def test_what_cannot_be_done_for_a_day_ends_as_failed(office: Office) -> None:
    """A request does not wait forever; its ending says why."""
    office.tenant.fault("answer", path="*/phoneMethods/*", status=503, times=None)
    delivery = office.delivery(actions=BOTH)
    await office.desk().receive(delivery)
    office.clock.advance(hours=25)

    outcome = await office.desk().receive(delivery)

    assert outcome is not None
    assert outcome.problem is not None
    assert (outcome.status, outcome.problem.code) == (Status.FAILED, "tooOld")
    assert {method.why for method in outcome.actions[0].methods} == {Why.STOPPED}


@pytest.mark.parametrize("effect", ["closeBefore", "closeAfter"])
async def test_a_lost_answer_is_neither_an_error_nor_a_second_effect(office: Office, effect: str) -> None:
    """A deletion whose answer is lost is tried again; if it had taken effect, it counts as done by the desk."""
    office.tenant.fault(effect, method="DELETE", path="*/softwareOathMethods/*")  # type: ignore[arg-type]

    outcome = await office.ask(actions=BOTH)

    results = {method.type: method.result for method in outcome.actions[0].methods}
    assert results["softwareOath"] is Result.REMOVED
    assert Counter(office.done()) == WHOLE_RESET


async def test_an_answer_cut_short_is_asked_for_again(office: Office) -> None:
    """Half an answer about a person is no answer: nobody is judged by it."""
    office.tenant.fault("truncated", path="/v1.0/$batch")

    outcome = await office.ask(actions=BOTH)

    assert outcome.status is Status.SUCCEEDED


async def test_an_answer_that_cannot_be_read_defers(office: Office) -> None:
    """Where Graph talks gibberish, the desk comes back later."""
    office.tenant.fault("malformed", path="/v1.0/$batch")
    delivery = office.delivery(actions=BOTH)

    outcome = await office.desk().receive(delivery)

    assert outcome is None
    assert (await office.row(delivery.message_id)).status is Status.DEFERRED
    assert office.done() == []


async def test_a_lasting_server_error_on_one_method_leaves_the_others_to_be_done(office: Office) -> None:
    """One method that Graph cannot delete does not keep the rest."""
    office.tenant.fault("answer", method="DELETE", path="*/softwareOathMethods/*", status=500, times=None)

    outcome = await office.ask(actions=BOTH)

    assert outcome.status is Status.PARTIAL
    assert "softwareOath" in office.registered()
    assert "phone" not in office.registered()


async def test_a_default_that_only_the_second_pass_can_delete_is_deleted(office: Office) -> None:
    """Graph does not tell which of two Authenticators is the default; the refused one is tried again at the end."""
    for name in ("Old phone", "New phone"):
        office.tenant.register(DIEGO, MicrosoftAuthenticator(display_name=name))
    office.clock.advance(seconds=5)

    outcome = await office.ask(user=DIEGO, actions=["requireReregistration"], methods="all")

    assert outcome.status is Status.SUCCEEDED
    assert office.registered(DIEGO) == ["password"]


async def test_deletions_that_show_late_are_waited_for(office: Office) -> None:
    """Graph lists what it has deleted for a while, and refuses the default for as long."""
    office.tenant.turn(propagation_delay=3)

    outcome = await office.ask(actions=BOTH)

    assert outcome.status is Status.SUCCEEDED
    assert office.registered() == ["password"]


async def test_a_deletion_that_does_not_show_in_time_is_said(office: Office) -> None:
    """What is still listed after a patient look is told as still registered."""
    office.tenant.turn(propagation_delay=3600)

    outcome = await office.ask(methods=["softwareOath"])

    assert outcome.status is Status.FAILED
    assert [method.why for method in outcome.actions[0].methods if method.type == "softwareOath"] == [Why.NOT_YET_GONE]


async def test_a_message_that_has_used_up_its_tries_ends_as_failed(office: Office) -> None:
    """The poison queue's copy has another message id; the request is found by its content."""
    delivery = office.delivery(actions=BOTH)
    with pytest.raises(KilledError):
        await office.desk(Fuse(8)).receive(delivery)
    office.clock.advance(seconds=LEASE.total_seconds() + 1)

    outcome = await office.desk().give_up(office.raw(delivery.message))

    assert outcome is not None
    assert outcome.problem is not None
    assert (outcome.id, outcome.status, outcome.problem.code) == (delivery.message_id, Status.FAILED, "triesExhausted")


async def test_an_exhausted_message_that_never_reached_the_ledger_is_recorded(office: Office) -> None:
    """Even where no intent could be written, the failure stands in the ledger."""
    delivery = office.delivery(actions=BOTH)

    outcome = await office.desk().give_up(delivery)

    assert outcome is not None
    assert (outcome.id, outcome.status) == (delivery.message_id, Status.FAILED)
    assert (await office.row(delivery.message_id)).status is Status.FAILED
    assert office.done() == []


async def test_an_exhausted_message_of_an_ended_request_adds_nothing(office: Office) -> None:
    """What has ended well does not fail afterwards."""
    request_id = office.queue.queue_name
    await office.ask(id=request_id, user=DIEGO, actions=["revokeSessions"])

    outcome = await office.desk().give_up(office.delivery(id=request_id, user=DIEGO, actions=["revokeSessions"]))

    assert outcome is None
    assert (await office.row(request_id)).status is Status.SUCCEEDED


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


async def test_a_target_who_has_become_an_admin_since_is_left_alone(office: Office) -> None:
    """Every run decides anew; what an earlier one has done is told."""
    delivery = office.delivery(actions=BOTH)
    with pytest.raises(KilledError):
        await office.desk(Fuse(12)).receive(delivery)
    office.tenant.assign("Global Administrator", ADELE)

    (outcome,) = await deliver_until_it_ends(office, delivery)

    assert outcome.status is Status.REFUSED
    told = {method.result for method in outcome.actions[0].methods}
    assert told == {Result.ALREADY_GONE, Result.STILL_REGISTERED}


async def test_an_exhausted_message_that_is_no_request_is_kept(office: Office) -> None:
    """The poison queue loses nothing either."""
    outcome = await office.desk().give_up(office.raw(b"no request"))

    assert outcome is not None
    assert outcome.status is Status.REJECTED


async def test_the_sweeper_leaves_a_deferred_request_until_its_time(office: Office) -> None:
    """Somebody asked it to look too early; it looks again when the request is due."""
    office.tenant.fault("answer", method="DELETE", status=429, retry_after="600")
    delivery = office.delivery(actions=BOTH)
    await office.desk().receive(delivery)
    await office.ledger.expect(delivery.message_id, office.clock())

    assert await office.desk().sweep() == 0
    assert [each async for each in office.ledger.due(office.clock())] == []


async def test_a_conflict_with_a_request_under_way_leaves_that_alone(office: Office) -> None:
    """The sweeper goes on looking after the first one."""
    request_id = office.queue.queue_name
    with pytest.raises(KilledError):
        await office.desk(Fuse(8)).receive(office.delivery(id=request_id, actions=BOTH))

    outcome = await office.ask(id=request_id, user=DIEGO, actions=["revokeSessions"])

    office.clock.advance(seconds=LEASE.total_seconds() + 1)
    assert outcome.status is Status.REFUSED
    assert [each async for each in office.ledger.due(office.clock())] == [request_id]


async def test_a_run_that_takes_longer_than_its_lease_is_ended_before_that(office: Office) -> None:
    """Nothing is deleted by a run whose request may be another's by now."""
    desk = Desk(Means(directory=office.directory, ledger=office.ledger), office.put_backs, office.rules, TINY_LEASE)
    office.tenant.fault("delay", method="DELETE", seconds=5.0)
    delivery = office.delivery(actions=BOTH)
    now = datetime.now(UTC)

    outcome = await desk.receive(msgspec.structs.replace(delivery, inserted_at=now))

    row = await office.row(delivery.message_id)
    assert outcome is None
    assert row.status is Status.DEFERRED


async def test_a_run_that_was_overtaken_says_nothing(office: Office) -> None:
    """Whoever has the request now will announce its ending."""

    class TakenOverMeanwhile(Directory):
        async def remove(self, user_id: str, method: RegisteredMethod) -> Change:
            row = await office.row(delivery.message_id)
            await office.ledger.take_over(row, "another", office.clock() + LEASE)
            return await super().remove(user_id, method)

    delivery = office.delivery(methods=["softwareOath"])

    outcome = await office.desk(directory=TakenOverMeanwhile(office.graph)).receive(delivery)

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
        await office.desk(directory=Failing(office.graph)).receive(delivery)


async def test_a_desk_gives_its_connections_back(office: Office) -> None:
    """Closing twice does no harm."""
    desk = office.desk()

    await desk.close()
    await desk.close()
