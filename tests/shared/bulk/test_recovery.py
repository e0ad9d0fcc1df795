"""Nothing is lost and nothing done twice: deaths at every moment, two workers at once, changes in the middle."""

import asyncio
import contextlib
from datetime import timedelta

import pytest

from shared.bulk.bulk import Bulk, BulkStatus
from shared.bulk.lease import TERM, Lease
from shared.bulk.table import BulkTable, Listed
from shared.ledger import Overtaken
from tests.fixtures.mortal import Fuse, KilledError
from tests.fixtures.office import LEASE
from tests.shared.bulk.incident import ADELE, DIEGO, Incident, Watched

BOTH = (ADELE, DIEGO)
_MOMENTS_OF_ACCEPTANCE = 8
"""Before and after each of: looking for it, listing it, its transaction, calling a worker."""


async def swept(incident: Incident) -> None:
    """Let a minute after minute pass in which a sweeper looks, and workers come when they are called."""
    for _ in range(8):
        incident.office.clock.advance(seconds=61)
        await incident.worker().sweep()
        if incident.called():
            await incident.worker().work()


async def ended(incident: Incident) -> list[str]:
    """Return the ids of the bulk requests that have ended, of all that are listed."""
    listed = (await incident.desk().listed(None, 50)).bulk_requests
    return [each.id for each in listed if each.status is BulkStatus.FINISHED]


@pytest.mark.parametrize("moments", range(_MOMENTS_OF_ACCEPTANCE))
async def test_a_death_while_it_is_accepted_leaves_all_of_it_or_nothing(incident: Incident, moments: int) -> None:
    """What is on record is worked off without anybody asking again; and asking again takes it once."""
    order = incident.order(*BOTH, id=incident.own_id)
    with contextlib.suppress(KilledError):
        await incident.desk(fuse=Fuse(moments)).accept(order, incident.caller())
    on_record = await incident.desk().find(order.id) is not None

    await swept(incident)
    left = await ended(incident)
    await incident.desk().accept(order, incident.caller())
    await incident.worker().work()

    assert left == ([order.id] if on_record else [])
    assert await ended(incident) == [order.id]
    assert incident.office.done() == ["sessionsRevoked"]


@pytest.mark.parametrize("moments", range(0, 70, 6))
async def test_a_death_at_work_is_made_up_for(incident: Incident, moments: int) -> None:
    """Another worker comes when the lease has ended; everybody is counted once."""
    office = incident.office
    bulk_id, fuse = await incident.ask(*BOTH), Fuse(moments)
    with contextlib.suppress(KilledError):
        await incident.worker(fuse=fuse).work()
    incident.called()

    await swept(incident)

    told = await incident.shown(bulk_id)
    assert (told.status, told.done, told.by_status) == (BulkStatus.FINISHED, 2, {"succeeded": 2})
    assert [len(office.done(person)) for person in BOTH] in ([1, 1], [2, 1], [1, 2], [2, 2])
    assert [line["status"] for line in await incident.outcomes(bulk_id)] == ["succeeded", "succeeded"]


async def test_two_workers_called_at_once_are_one(incident: Incident) -> None:
    """The other finds the lease taken, and goes."""
    bulk_id = await incident.ask(*BOTH)

    await asyncio.gather(incident.worker().work(), incident.worker().work())

    assert (await incident.shown(bulk_id)).by_status == {"succeeded": 2}
    assert [incident.office.done(person) for person in BOTH] == [["sessionsRevoked"]] * 2


async def test_one_has_the_lease_until_it_ends_or_is_given_back(incident: Incident) -> None:
    """A sign of life makes it last; of whoever has lost it, it is none."""
    await incident.ask(ADELE)
    clock = incident.office.clock
    lease = Lease(incident.office.table_service, clock)

    assert [await lease.take("one"), await lease.take("two")] == [True, False]
    clock.advance(seconds=TERM.total_seconds() - 1)
    assert await lease.keep("one")
    clock.advance(seconds=TERM.total_seconds() - 1)
    assert not await lease.take("two")
    clock.advance(seconds=2)
    assert [await lease.is_held(), await lease.take("two"), await lease.keep("one")] == [False, True, False]
    await lease.release("two")
    assert await lease.take("three")


async def test_a_worker_taken_for_dead_writes_nothing_any_more(incident: Incident) -> None:
    """Its count would be the second of the same people."""
    bulk_id = await incident.ask(*BOTH)
    table = BulkTable(incident.office.table_service)
    seen = await table.get(bulk_id)
    assert seen is not None
    mine = await table.change(seen, worker="one", status=BulkStatus.RUNNING)
    await table.change(mine, worker="two")

    with pytest.raises(Overtaken):
        await table.record(mine, {0: {}}, worked=1.0)


async def test_the_sweeper_calls_nobody_while_somebody_works(incident: Incident) -> None:
    """Nor where there is nothing to do."""
    office = incident.office
    idle = await incident.worker().sweep()
    await incident.ask(ADELE)
    incident.called()
    await Lease(office.table_service, office.clock).take("somebody")

    assert [idle, await incident.worker().sweep(), incident.called()] == [0, 0, 0]


async def test_the_sweeper_calls_nobody_for_what_is_paused(incident: Incident) -> None:
    """Until somebody resumes it."""
    bulk_id = await incident.ask(ADELE)
    await incident.desk().pause(bulk_id, incident.caller())
    incident.called()

    assert await incident.worker().sweep() == 0


async def test_what_comes_while_somebody_works_is_found_before_they_leave(incident: Incident) -> None:
    """Its own call was answered by one who found the lease taken."""
    first = await incident.ask(ADELE)
    lease = Lease(incident.office.table_service, incident.office.clock)
    await lease.take("somebody")
    second = await incident.ask(DIEGO)
    await incident.worker().work()
    await lease.release("somebody")

    await incident.worker().work()

    assert [(await incident.shown(each)).status for each in (first, second)] == [BulkStatus.FINISHED] * 2


async def test_a_long_one_is_worked_off_in_several_shifts(incident: Incident) -> None:
    """A function may not run for ever: at the end of its shift a worker calls the next one."""
    bulk_id = await incident.ask(*BOTH)
    incident.called()
    turns = iter([timedelta(minutes=5)])

    def slow() -> bool:
        incident.office.clock.time += next(turns, timedelta())
        return False

    await incident.worker(singles=slow).work()
    before, called = await incident.shown(bulk_id), incident.called()
    incident.office.clock.advance(seconds=LEASE.total_seconds())
    await incident.worker().work()

    assert called == 1
    assert before.done < 2 or before.status is BulkStatus.RUNNING
    assert (await incident.shown(bulk_id)).by_status == {"succeeded": 2}


@pytest.mark.parametrize("verbs", [("pause", "resume"), ("pause", "cancel"), ("resume", "pause"), ("cancel", "cancel")])
async def test_two_who_intervene_at_once_are_both_heard(incident: Incident, verbs: tuple[str, str]) -> None:
    """One after the other, in whichever order; none gets lost, and none is an error."""
    bulk_id = await incident.ask(*BOTH)
    desk, caller = incident.desk(), incident.caller()

    await asyncio.gather(*(getattr(desk, verb)(bulk_id, caller) for verb in verbs), return_exceptions=True)

    told = await incident.shown(bulk_id)
    possible = {
        ("pause", "resume"): {BulkStatus.PAUSED, BulkStatus.RUNNING},
        ("pause", "cancel"): {BulkStatus.CANCELLED},
        ("resume", "pause"): {BulkStatus.PAUSED, BulkStatus.RUNNING},
        ("cancel", "cancel"): {BulkStatus.CANCELLED},
    }
    assert told.status in possible[verbs]
    assert len(told.interventions) >= 1


async def test_what_was_listed_and_never_taken_is_cleared_away(incident: Incident) -> None:
    """Not at once, for somebody may be about to take it."""
    table = BulkTable(incident.office.table_service)
    with contextlib.suppress(KilledError):
        await incident.desk(fuse=Fuse(3)).accept(incident.order(ADELE, id=incident.own_id), incident.caller())
    await incident.worker().sweep()
    listed = len(await table.unended())
    incident.office.clock.advance(hours=2)

    await incident.worker().sweep()

    assert [listed, len(await table.unended())] == [1, 0]


async def test_what_has_ended_is_looked_after_no_more(incident: Incident) -> None:
    """Also where the process died right after its ending."""
    bulk_id = await incident.ask(ADELE)
    table = BulkTable(incident.office.table_service)
    taken = await table.get(bulk_id)
    assert taken is not None
    await table.change(taken, status=BulkStatus.CANCELLED)

    await incident.worker().sweep()

    assert await table.unended() == ()


async def test_a_worker_taken_for_dead_leaves_the_work_to_the_other(incident: Incident) -> None:
    """It came to a standstill for minutes; whatever it does then, it says no sign of life any more, and goes."""
    office = incident.office
    bulk_id = await incident.ask(*BOTH)
    lease = Lease(office.table_service, office.clock)
    incident.called()

    async def before(_user: str) -> None:
        office.clock.time += TERM + timedelta(seconds=1)
        await lease.take("another")

    await incident.worker(directory=Watched(office.directory, before)).work()

    assert (await incident.shown(bulk_id)).done == 0
    assert [await lease.keep("another"), incident.called()] == [True, 0]


async def test_a_worker_whose_bulk_request_is_anothers_counts_nobody_in_it(incident: Incident) -> None:
    """Its lease still runs, and another has begun with it all the same."""
    office = incident.office
    bulk_id = await incident.ask(*BOTH)
    table = BulkTable(office.table_service)

    async def before(_user: str) -> None:
        await table.change(await table.there(bulk_id), worker="another")

    await incident.worker(directory=Watched(office.directory, before)).work()

    told = await table.there(bulk_id)
    assert (told.worker, told.tally.done) == ("another", 0)


class PausedMeanwhile(BulkTable):
    """A table of which a bulk request is paused by somebody as soon as a worker has read it."""

    async def of(self, listed: Listed) -> Bulk | None:
        """Read, and let somebody be quick."""
        bulk = await super().of(listed)
        if bulk is not None and bulk.status is BulkStatus.ACCEPTED:
            await self.change(bulk, status=BulkStatus.PAUSED)
        return bulk


async def test_what_is_paused_while_a_worker_comes_is_not_begun_with(incident: Incident) -> None:
    """The worker sees it when it wants to write down that the work is its own."""
    bulk_id = await incident.ask(*BOTH)

    await incident.worker(table=PausedMeanwhile(incident.office.table_service)).work()

    assert ((await incident.shown(bulk_id)).status, incident.office.done()) == (BulkStatus.PAUSED, [])


async def test_one_that_has_waited_is_gone_on_with_in_the_same_shift(incident: Incident) -> None:
    """Somebody of it was deferred; by the time another bulk request is done, that one's time has come."""
    office = incident.office
    adele = f"*/users/{office.tenant.person(ADELE).id}/revokeSignInSessions"
    office.tenant.fault("answer", method="POST", path=adele, status=429, retry_after="25")
    first, second = (
        await incident.ask(ADELE, id=f"a-{incident.own_id}"),
        await incident.ask(DIEGO, id=f"b-{incident.own_id}"),
    )

    pauses = iter([0, 60])

    def a_minute_before_the_second() -> bool:
        office.clock.advance(seconds=next(pauses, 0))
        return False

    await incident.worker(directory=office.directory, singles=a_minute_before_the_second).work()

    assert [(await incident.shown(each)).status for each in (first, second)] == [BulkStatus.FINISHED] * 2


async def test_what_comes_as_the_last_one_ends_is_worked_on_by_the_same_worker(incident: Incident) -> None:
    """The shift did not see it any more; its own call may have found the lease taken."""
    first = await incident.ask(ADELE)
    later: list[str] = []

    class OneMore(BulkTable):
        async def close(self, bulk: Bulk) -> None:
            await super().close(bulk)
            if not later:
                later.append(await incident.ask(DIEGO))

    await incident.worker(table=OneMore(incident.office.table_service)).work()

    assert [(await incident.shown(each)).status for each in (first, *later)] == [BulkStatus.FINISHED] * 2
