"""What a dead run has left, and what has used up its tries: the sweeper and the poison queue."""

from datetime import timedelta
from itertools import count

import pytest

from shared.ledger import REQUEST_TABLE, Ledger
from shared.outcome import Status
from shared.record import Row
from shared.sweeper import Sweeper
from tests.fixtures.mortal import Fuse, KilledError
from tests.fixtures.office import DIEGO, LEASE, Office

BOTH = ["requireReregistration", "revokeSessions"]


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
    await office.ledger.expect(outcome.id, office.clock(), Status.RUNNING)

    assert await office.desk().sweep() == 0
    assert [each async for each in office.ledger.due(office.clock())] == []


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


async def test_an_exhausted_message_of_an_ended_request_announces_that_ending(office: Office) -> None:
    """What failed five times may have been the announcement; it bears the same id as ever."""
    request_id = office.queue.queue_name
    ended = await office.ask(id=request_id, user=DIEGO, actions=["revokeSessions"])

    outcome = await office.desk().give_up(office.delivery(id=request_id, user=DIEGO, actions=["revokeSessions"]))

    assert outcome == ended
    assert (await office.row(request_id)).status is Status.SUCCEEDED


async def test_the_ending_of_a_request_without_an_id_is_found_from_the_poison_queue(office: Office) -> None:
    """The copy there has another message id; the request is known by its content."""
    delivery = office.delivery(user=DIEGO, actions=["revokeSessions"])
    ended = await office.desk().receive(delivery)

    outcome = await office.desk().give_up(office.raw(delivery.message))

    assert outcome == ended


async def test_an_exhausted_message_delivered_again_is_one_failure(office: Office) -> None:
    """The poison queue delivers at least once, too."""
    delivery = office.delivery(actions=BOTH)
    with pytest.raises(KilledError):
        await office.desk(Fuse(8)).receive(delivery)
    office.clock.advance(seconds=LEASE.total_seconds() + 1)
    poison = office.raw(delivery.message)

    first = await office.desk().give_up(poison)

    assert await office.desk().give_up(poison) == first


async def test_giving_one_request_up_leaves_another_of_the_same_content_alone(office: Office) -> None:
    """Two tickets may ask for the same; an id of one's own is what counts."""
    one, other = f"one-{office.queue.queue_name}", f"other-{office.queue.queue_name}"
    with pytest.raises(KilledError):
        await office.desk(Fuse(8)).receive(office.delivery(id=one, actions=BOTH))

    outcome = await office.desk().give_up(office.delivery(id=other, actions=BOTH))

    assert outcome is not None
    assert (outcome.id, outcome.status) == (other, Status.FAILED)
    assert (await office.row(one)).status is Status.RUNNING


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"Request": '{"no": "request"}'}, id="a request of another contract"),
        pytest.param({"Status": "awaitingSomething"}, id="a status of another release"),
        pytest.param({"Intent": '["of another shape"]'}, id="an intent of another shape"),
    ],
)
async def test_a_row_of_another_release_does_not_keep_the_sweeper_from_the_others(
    office: Office, changes: dict[str, str]
) -> None:
    """One request that cannot be read is no reason to leave the rest lying."""
    table = office.tables.get_table_client(REQUEST_TABLE)
    for each in ("a-broken", "b-whole"):
        with pytest.raises(KilledError):
            await office.desk(Fuse(8)).receive(office.delivery(id=f"{each}-{office.queue.queue_name}", actions=BOTH))
    table.update_entity({**table.get_entity(f"a-broken-{office.queue.queue_name}", "request"), **changes})
    office.clock.advance(seconds=LEASE.total_seconds() + 1)

    assert await office.desk().sweep() == 1


class Crowded(Ledger):
    """A ledger that counts how many ask it at once."""

    asking = most = 0

    async def get(self, request_id: str) -> Row | None:
        """Count, and look."""
        self.asking += 1
        self.most = max(self.most, self.asking)
        try:
            return await super().get(request_id)
        finally:
            self.asking -= 1


async def test_the_sweeper_looks_after_sixteen_at_once(office: Office) -> None:
    """After the death of all instances it has much to do, one request to the storage account after another for each."""
    ledger = Crowded(office.table_service)
    for number in range(20):
        await ledger.expect(f"{number}-{office.queue.queue_name}", office.clock(), Status.RUNNING)

    await Sweeper(ledger, office.queues, LEASE, office.clock).sweep()

    assert ledger.most == 16
    assert [each async for each in ledger.due(office.clock())] == []


async def test_a_sweep_ends_in_time_and_the_next_one_goes_on(office: Office) -> None:
    """The host gives it ten minutes; after five it begins with no further request."""
    for number in range(8):
        await office.ledger.expect(f"{number}-{office.queue.queue_name}", office.clock(), Status.RUNNING)
    minutes = (office.clock() + timedelta(minutes=each) for each in count())
    left = []

    for _ in range(2):
        await Sweeper(office.ledger, office.queues, LEASE, lambda: next(minutes)).sweep()
        left.append(len([each async for each in office.ledger.due(office.clock())]))

    assert left == [4, 0]


async def test_a_long_queue_is_not_filled_with_copies(office: Office) -> None:
    """What waits for hours is put back a few times, and not with every lease."""
    with pytest.raises(KilledError):
        await office.desk(Fuse(8)).receive(office.delivery(actions=BOTH))

    copies = 0
    for _ in range(24 * 60 // 6):
        office.clock.advance(minutes=6)
        copies += await office.desk().sweep()

    assert copies <= 14


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
    await office.ledger.expect(delivery.message_id, office.clock(), Status.RUNNING)

    assert await office.desk().sweep() == 0
    assert [each async for each in office.ledger.due(office.clock())] == []


async def test_giving_up_leaves_a_run_alone_that_is_under_way(office: Office) -> None:
    """The copy on the poison queue may be of a message whose last delivery still lives."""
    delivery = office.delivery(actions=BOTH)
    with pytest.raises(KilledError):
        await office.desk(Fuse(8)).receive(delivery)

    outcome = await office.desk().give_up(delivery)

    assert outcome is None
    assert (await office.row(delivery.message_id)).status is Status.RUNNING


async def test_an_exhausted_message_under_anothers_id_is_a_conflict(office: Office) -> None:
    """It is kept beside the request that has the id, which it does not end."""
    request_id = office.queue.queue_name
    await office.ask(id=request_id, user=DIEGO, actions=["revokeSessions"])

    outcome = await office.desk().give_up(office.delivery(id=request_id, actions=BOTH))

    assert outcome is not None
    assert outcome.problem is not None
    assert (outcome.status, outcome.problem.code) == (Status.REFUSED, "conflict")
    assert (await office.row(request_id)).status is Status.SUCCEEDED
