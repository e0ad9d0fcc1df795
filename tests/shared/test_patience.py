"""Graph throttles, is away, loses answers, or takes a while to see what it did: waited out, deferred, or said."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from local.tenant.methods import PHONE_IDS, MicrosoftAuthenticator, Phone
from shared.acts import Means
from shared.desk import Desk
from shared.directory import Change, Directory
from shared.door import Door
from shared.graph import Graph, GraphUnavailable
from shared.ledger import Ledger
from shared.methods import RegisteredMethod
from shared.outcome import Result, Status, Why
from shared.record import Intent, Row
from tests.fixtures.office import ADELE, DIEGO, LEASE, Office
from tests.fixtures.tenant import Tenant

TINY_LEASE = timedelta(seconds=1)
BOTH = ["requireReregistration", "revokeSessions"]
WHOLE_RESET = {
    "methodDeleted phone": 2,
    "methodDeleted softwareOath": 1,
    "methodDeleted microsoftAuthenticator": 1,
    "sessionsRevoked": 1,
}


async def test_a_short_throttling_is_waited_out(office: Office) -> None:
    """Retry-After of a few seconds is obeyed within the run."""
    office.tenant.fault("answer", method="DELETE", status=429, retry_after="7")

    outcome = await office.ask(actions=BOTH)

    assert outcome.status is Status.SUCCEEDED
    assert office.clock.waited == [7.0]


async def test_a_phone_registered_while_the_run_waits_for_graph_stays(office: Office) -> None:
    """It has the id of the one before and no date: before it would go, the desk looks again."""

    class RegisteringMeanwhile(Directory):
        async def remove(self, user_id: str, method: RegisteredMethod) -> Change:
            change = await super().remove(user_id, method)
            if method.type == "softwareOath":
                office.tenant.register(ADELE, Phone(phone_type="mobile", phone_number="+1 2065550199"))
            return change

    office.tenant.fault("answer", method="DELETE", path="*/softwareOathMethods/*", status=429, retry_after="7")

    outcome = await office.desk(directory=RegisteringMeanwhile(office.graph, office.enterprise_app)).receive(
        office.delivery(actions=BOTH)
    )

    assert outcome is not None
    assert office.done().count("methodDeleted phone") == 1
    assert "+1 2065550199" in [
        each.phone_number for each in office.tenant.person(ADELE).methods if isinstance(each, Phone)
    ]
    told = {method.label: method.result for method in outcome.actions[0].methods}
    assert told["mobile +1 ********10"] is Result.ALREADY_GONE


async def test_a_long_throttling_defers_the_request(office: Office) -> None:
    """A long Retry-After puts the request back on the queue until then, and the row says so."""
    office.tenant.fault("answer", method="DELETE", status=429, retry_after="120", times=1)
    delivery = office.delivery(actions=BOTH)

    outcome = await office.desk().receive(delivery)

    row = await office.row(delivery.message_id)
    assert outcome is None
    assert (row.status, row.due_at) == (Status.DEFERRED, office.clock() + timedelta(seconds=120))
    assert office.queue.get_queue_properties().approximate_message_count == 1


async def test_while_graph_throttles_for_long_no_other_request_begins_to_ask(office: Office, tenant: Tenant) -> None:
    """It is deferred at once, without a call, until Graph wants to be asked again."""
    office.tenant.fault("answer", method="DELETE", status=429, retry_after="600", times=1)
    door = Door(lambda: office.clock().timestamp())
    graph = Graph(tenant.url, office.credential, sleep=office.clock.sleep, now=office.clock, turns=door)
    means = Means(Directory(graph, office.enterprise_app), office.ledger, now=office.clock)
    desk = Desk(means, office.queues, office.rules, LEASE, door)
    await desk.receive(office.delivery(actions=BOTH))
    office.clock.advance(seconds=50)
    office.tenant.forget_trace()
    second = office.delivery(user=DIEGO, actions=BOTH)

    outcome = await desk.receive(second)

    row, calls = await office.row(second.message_id), office.tenant.trace()
    await graph.close()
    assert (outcome, calls) == (None, [])
    assert (row.status, row.due_at) == (Status.DEFERRED, office.clock() + timedelta(seconds=550))


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


async def test_after_a_lost_answer_the_outcome_says_that_it_may_have_been_somebody_else(office: Office) -> None:
    """Graph tells two removals in one moment from one no more than the desk can; the audit log does."""

    class SomebodyIsFaster(Directory):
        async def remove(self, user_id: str, method: RegisteredMethod) -> Change:
            if method.type == "softwareOath":
                office.tenant.remove(ADELE, method.id, actor="person")
            return await super().remove(user_id, method)

    office.tenant.fault("closeAfter", method="DELETE", path="*/softwareOathMethods/*")

    outcome = await office.desk(directory=SomebodyIsFaster(office.graph, office.enterprise_app)).receive(
        office.delivery(actions=BOTH)
    )

    assert outcome is not None
    told = {method.type: method.detail for method in outcome.actions[0].methods}
    assert "or by somebody else in that moment" in told["softwareOath"]
    assert told["microsoftAuthenticator"] == ""
    assert "methodDeleted softwareOath" not in office.done()


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


async def test_sessions_do_not_live_on_while_a_deletion_takes_its_time_to_show(office: Office) -> None:
    """They are revoked beside the first look at what is left, and not after the last."""
    office.tenant.turn(propagation_delay=3600)
    office.tenant.forget_trace()

    await office.ask(actions=BOTH, methods=["softwareOath"])

    paths = [call.path for call in office.tenant.trace()]
    looks = [place for place, path in enumerate(paths) if path.endswith("/authentication/methods")]
    (revoked,) = (place for place, path in enumerate(paths) if path.endswith("/revokeSignInSessions"))
    assert revoked < looks[-1]
    assert len(looks) > 1


async def test_a_look_that_fails_does_not_break_a_revocation_off(office: Office) -> None:
    """What has begun to change something ends; the next run looks, and revokes no second time."""

    class LooksInVain(Directory):
        looked = asyncio.Event()

        async def registered(self, user_id: str, *, with_beta: bool) -> tuple[RegisteredMethod, ...]:
            await super().registered(user_id, with_beta=with_beta)
            self.looked.set()
            raise GraphUnavailable("Graph is away.")

        async def revoke_sessions(self, user_id: str) -> Change:
            await self.looked.wait()
            return await super().revoke_sessions(user_id)

    delivery = office.delivery(actions=BOTH)
    await office.desk(directory=LooksInVain(office.graph, office.enterprise_app)).receive(delivery)
    revoked = office.done().count("sessionsRevoked")
    office.clock.time = (await office.row(delivery.message_id)).due_at

    outcome = await office.desk().receive(delivery)

    assert outcome is not None
    assert (revoked, outcome.status) == (1, Status.SUCCEEDED)
    assert Counter(office.done()) == WHOLE_RESET


async def test_a_deletion_that_does_not_show_in_time_is_said(office: Office) -> None:
    """What is still listed after a patient look is told as still registered."""
    office.tenant.turn(propagation_delay=3600)

    outcome = await office.ask(methods=["softwareOath"])

    assert outcome.status is Status.FAILED
    assert [method.why for method in outcome.actions[0].methods if method.type == "softwareOath"] == [Why.NOT_YET_GONE]


async def test_a_run_that_takes_longer_than_its_lease_is_ended_before_that(office: Office) -> None:
    """Nothing is deleted by a run whose request may be another's by now."""

    class Slow(Directory):
        async def remove(self, user_id: str, method: RegisteredMethod) -> Change:
            await asyncio.sleep(60)
            return await super().remove(user_id, method)

    means = Means(directory=Slow(office.graph, office.enterprise_app), ledger=office.ledger)
    delivery = office.delivery(actions=BOTH)

    outcome = await Desk(means, office.queues, office.rules, TINY_LEASE).receive(delivery)

    assert outcome is None
    assert (await office.row(delivery.message_id)).status is Status.DEFERRED
    assert office.done() == []


async def test_a_phone_replaced_between_two_tries_stays(office: Office) -> None:
    """Before each further try the methods are listed again."""
    office.tenant.fault("answer", method="DELETE", path=f"*/{PHONE_IDS['mobile']}", status=400)
    replaced = Phone(phone_type="mobile", phone_number="+1 2065550199")

    class PersonIsQuick(Directory):
        async def remove(self, user_id: str, method: RegisteredMethod) -> Change:
            change = await super().remove(user_id, method)
            if change.not_now:
                office.tenant.remove(ADELE, PHONE_IDS["mobile"])
                office.tenant.register(ADELE, replaced)
            return change

    delivery = office.delivery(actions=BOTH)

    outcome = await office.desk(directory=PersonIsQuick(office.graph, office.enterprise_app)).receive(delivery)

    assert outcome is not None
    assert "phone" in office.registered()
    assert [method.why for method in outcome.actions[0].methods if method.why] == [Why.REGISTERED_SINCE]


async def test_a_refusal_that_is_not_about_the_default_changes_no_default(office: Office) -> None:
    """The person's preference is touched only where it stands in the way."""
    office.tenant.fault("answer", method="DELETE", path="*/softwareOathMethods/*", status=400)

    outcome = await office.ask(methods=["softwareOath"])

    default = office.tenant.person(ADELE).default
    assert outcome.status is Status.SUCCEEDED
    assert default is not None
    assert default.preference == "push"


@pytest.mark.parametrize("path", ["*/authentication/methods", "*roleEligibilityScheduleInstances*", "*/users/lee*"])
async def test_a_stumble_of_graph_refuses_nobody(office: Office, path: str) -> None:
    """A server error on a part of what is read defers the request, as it does on the whole."""
    office.tenant.fault("answer", method="GET", path=path, status=500, times=None)
    delivery = office.delivery(actions=BOTH)

    outcome = await office.desk().receive(delivery)

    assert outcome is None
    assert (await office.row(delivery.message_id)).status is Status.DEFERRED


async def test_time_that_runs_out_in_the_middle_of_a_write_defers_all_the_same(office: Office) -> None:
    """The row is read again; the run does not take its own write for another's."""

    class SlowAnswer(Ledger):
        async def intend(self, row: Row, intent: Intent) -> Row:
            await super().intend(row, intent)
            await asyncio.sleep(60)
            raise AssertionError

    means = Means(directory=office.directory, ledger=SlowAnswer(office.table_service))
    delivery = office.delivery(actions=BOTH)

    outcome = await Desk(means, office.queues, office.rules, TINY_LEASE).receive(delivery)

    assert outcome is None
    assert (await office.row(delivery.message_id)).status is Status.DEFERRED


async def test_waiting_comes_before_changing_the_default(office: Office) -> None:
    """Where the others only have to be seen gone, the person's preference is not touched."""
    office.tenant.turn(propagation_delay=1)

    outcome = await office.ask(actions=BOTH)

    assert (outcome.status, outcome.actions[0].detail) == (Status.SUCCEEDED, "")
    assert not [entry for entry in office.tenant.journal() if entry.act == "signInPreferencesChanged"]


async def test_a_run_that_was_taken_over_defers_nothing(office: Office) -> None:
    """It has come to a standstill for longer than its lease, and Graph is away when it wants to go on."""
    delivery = office.delivery(actions=["revokeSessions"])

    class TooLate(Directory):
        async def revoke_sessions(self, user_id: str) -> Change:
            assert user_id
            office.clock.advance(seconds=LEASE.total_seconds() + 1)
            row = await office.row(delivery.message_id)
            await office.ledger.take_over(row, "another delivery", office.clock() + LEASE)
            raise GraphUnavailable("Graph is away.")

    outcome = await office.desk(directory=TooLate(office.graph, office.enterprise_app)).receive(delivery)

    row = await office.row(delivery.message_id)
    assert outcome is None
    assert (row.status, row.carrier, row.runs) == (Status.RUNNING, "another delivery", 2)
    assert office.queue.get_queue_properties().approximate_message_count == 0


async def test_a_method_that_goes_a_moment_before_the_desk_comes_is_gone_already(office: Office) -> None:
    """Graph does not know it any more when it is to be deleted."""

    class PersonIsQuicker(Directory):
        async def remove(self, user_id: str, method: RegisteredMethod) -> Change:
            office.tenant.remove(ADELE, method.id)
            return await super().remove(user_id, method)

    directory = PersonIsQuicker(office.graph, office.enterprise_app)

    outcome = await office.desk(directory=directory).receive(office.delivery(methods=["softwareOath"]))

    assert outcome is not None
    assert outcome.status is Status.SUCCEEDED
    assert [each.result for each in outcome.actions[0].methods if each.type == "softwareOath"] == [Result.ALREADY_GONE]
