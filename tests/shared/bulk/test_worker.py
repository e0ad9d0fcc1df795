"""Working bulk requests off: each person once, by the rules that hold for any request."""

import json
from datetime import timedelta
from typing import Any

import pytest
from azure.core.exceptions import ServiceRequestError

from shared.authority import Authority
from shared.bulk.bulk import BulkStatus
from shared.bulk.order import request_id
from shared.bulk.shift import in_turn
from shared.bulk.stint import TRIES
from shared.bulk.table import Listed
from shared.contract import Action
from shared.delegation import Policy, SecondPerson
from shared.outcome import Status
from shared.record import record
from shared.request_index import RequestIndex
from shared.run import Rules
from tests.shared.bulk.incident import ADELE, DIEGO, EMERGENCY, LEE, NESTOR, NOBODY, PATTI, Incident, Watched

ALL = (ADELE, DIEGO, PATTI, EMERGENCY, NOBODY, LEE)
PROTECTING = Rules(policy=Policy(protected=frozenset({EMERGENCY})))


async def test_everybody_becomes_a_request_of_the_desk(incident: Incident) -> None:
    """Each with a row and an outcome of its own, that names the bulk request."""
    bulk_id = await incident.ask(ADELE, DIEGO)

    await incident.worker().work()

    assert (await incident.shown(bulk_id)).status is BulkStatus.FINISHED
    rows = [await incident.row(bulk_id, person) for person in (ADELE, DIEGO)]
    assert [(row.status, record(row).bulk) for row in rows] == [(Status.SUCCEEDED, bulk_id)] * 2
    assert incident.office.done() == ["sessionsRevoked"]


async def test_each_is_announced_and_found_in_the_persons_history(incident: Incident) -> None:
    """As any other request is."""
    office = incident.office
    bulk_id = await incident.ask(ADELE, ticket="INC-7")

    await incident.worker().work()

    (announced,) = [json.loads(str(message.content)) for message in office.results.receive_messages()]
    listed = await RequestIndex(office.table_service).of_person(office.tenant.person(ADELE).id, None, None, 50)
    assert announced["subject"] == request_id(bulk_id, ADELE)
    assert [each.ticket for each in listed.requests if each.id == announced["subject"]] == ["INC-7"]


async def test_the_rules_hold_for_each_of_them(incident: Incident) -> None:
    """Whom the caller may not touch stays untouched; the counts say why."""
    bulk_id = await incident.ask(*ALL)

    await incident.worker(rules=PROTECTING).work()

    told = await incident.shown(bulk_id)
    assert told.by_status == {"refused": 4, "succeeded": 2}
    assert told.by_rule == {"self": 1, "targetIsPrivileged": 1, "targetNotFound": 1, "targetProtected": 1}
    assert incident.office.done(PATTI) == incident.office.done(EMERGENCY) == []


async def test_a_privileged_operators_reach_is_theirs(incident: Incident) -> None:
    """An administrator is within it."""
    incident.office.tenant.turn(revoke_needs_role_for_admins=False)
    bulk_id = await incident.ask(PATTI, caller=incident.caller(NESTOR, Authority.PRIVILEGED_OPERATOR))

    await incident.worker().work()

    told = await incident.shown(bulk_id)
    assert (told.by_status, told.by_reach.privileged) == ({"succeeded": 1}, 1)


async def test_a_dry_run_changes_nothing_and_counts_all(incident: Incident) -> None:
    """What would be done, and what refused."""
    bulk_id = await incident.ask(*ALL, dry_run=True, actions=("requireReregistration", "revokeSessions"))

    await incident.worker(rules=PROTECTING).work()

    told = await incident.shown(bulk_id)
    assert told.by_status == {"refused": 4, "succeeded": 2}
    reach = told.by_reach
    assert (reach.standard, reach.privileged, reach.protected, reach.unknown) == (2, 1, 1, 2)
    assert [incident.office.done(person) for person in (ADELE, DIEGO)] == [[], []]


async def test_a_dry_run_counts_who_would_need_a_second_person(incident: Incident) -> None:
    """Nothing waits for one then."""
    rules = Rules(policy=Policy(second_person=SecondPerson.ALWAYS))
    caller = incident.caller(NESTOR, Authority.PRIVILEGED_OPERATOR)
    bulk_id = await incident.ask(PATTI, caller=caller, dry_run=True)

    await incident.worker(rules=rules).work()

    told = await incident.shown(bulk_id)
    assert (told.needing_approval, told.by_status) == (1, {"succeeded": 1})


async def test_who_needs_a_second_person_waits_for_one_and_holds_up_nobody(incident: Incident) -> None:
    """Each by itself; the table tells how it stands now."""
    rules = Rules(policy=Policy(second_person=SecondPerson.ALWAYS))
    caller = incident.caller(NESTOR, Authority.PRIVILEGED_OPERATOR)
    bulk_id = await incident.ask(PATTI, ADELE, caller=caller)

    await incident.worker(rules=rules).work()

    told = await incident.shown(bulk_id)
    row = await incident.row(bulk_id, PATTI)
    assert (told.status, told.by_status) == (BulkStatus.FINISHED, {"awaitingApproval": 1, "succeeded": 1})
    assert row.status is Status.AWAITING_APPROVAL
    incident.office.clock.advance(hours=9)
    await incident.office.desk(rules=rules).receive(
        incident.office.raw(json.dumps({**_asked(row.request), "id": row.id}).encode())
    )
    assert [line["status"] for line in await incident.outcomes(bulk_id)] == ["refused", "succeeded"]


def _asked(request: Any) -> dict[str, Any]:
    return {"user": request.user, "actions": list(request.actions), "requestedBy": request.requested_by}


async def test_the_lesser_authority_of_then_and_of_now_counts(incident: Incident) -> None:
    """Whoever has lost their role since they asked has nothing more done."""
    bulk_id = await incident.ask(ADELE)
    incident.office.tenant.leave("Service Desk", LEE)

    await incident.worker().work()

    assert (await incident.shown(bulk_id)).by_rule == {"requesterLacksAuthority": 1}
    assert incident.office.done() == []


async def test_an_authority_gained_since_does_not_count(incident: Incident) -> None:
    """It is as an operator that Nestor asked."""
    bulk_id = await incident.ask(PATTI, caller=incident.caller(NESTOR, Authority.OPERATOR))

    await incident.worker().work()

    assert (await incident.shown(bulk_id)).by_rule == {"targetIsPrivileged": 1}


async def test_what_was_paused_for_too_long_is_refused(incident: Incident) -> None:
    """MAX_REQUEST_AGE holds for each, from the acceptance of them all."""
    bulk_id = await incident.ask(ADELE, DIEGO)
    await incident.desk().pause(bulk_id, incident.caller())
    incident.office.clock.advance(days=1, minutes=1)
    await incident.desk().resume(bulk_id, incident.caller())

    await incident.worker().work()

    assert (await incident.shown(bulk_id)).by_rule == {"tooOld": 2}
    assert incident.office.done() == []


async def test_long_throttling_defers_and_calls_again(incident: Incident) -> None:
    """Those at work are deferred as any request is, nobody more is begun with, and nothing is lost."""
    office = incident.office
    users = [ADELE, *office.tenant.add_people(2, ())]
    office.tenant.fault("answer", method="POST", path="*/revokeSignInSessions", status=429, retry_after="300")
    bulk_id = await incident.ask(*users)
    incident.called()

    await incident.worker().work()
    before, called = await incident.shown(bulk_id), incident.called()
    office.clock.advance(seconds=330)
    await incident.worker().work()

    assert (before.status, called) == (BulkStatus.RUNNING, 1)
    assert (await incident.shown(bulk_id)).by_status == {"succeeded": 3}
    assert [office.done(person) for person in users] == [["sessionsRevoked"]] * 3


async def test_pausing_holds_within_seconds(incident: Incident) -> None:
    """Those at work are ended; nobody more is begun with."""
    office = incident.office
    users = [f"p{number}@contoso.com" for number in range(60)]
    bulk_id = await incident.ask(*users)
    seen: list[str] = []

    async def before(user: str) -> None:
        seen.append(user)
        if len(seen) == 20:
            await incident.desk().pause(bulk_id, incident.caller())
            office.clock.time += timedelta(seconds=3)

    await incident.worker(directory=Watched(office.directory, before)).work()

    told = await incident.shown(bulk_id)
    assert told.status is BulkStatus.PAUSED
    assert told.done == len(seen) < 40


async def test_cancelling_lets_those_at_work_end(incident: Incident) -> None:
    """They are counted, although it had ended by then."""
    office = incident.office
    bulk_id = await incident.ask(*(f"p{number}@contoso.com" for number in range(60)))
    seen: list[str] = []

    async def before(user: str) -> None:
        seen.append(user)
        if len(seen) == 20:
            await incident.desk().cancel(bulk_id, incident.caller())
            office.clock.time += timedelta(seconds=3)

    await incident.worker(directory=Watched(office.directory, before)).work()

    told = await incident.shown(bulk_id)
    assert (told.status, told.done) == (BulkStatus.CANCELLED, len(seen))
    assert sum(line["status"] == "notDone" for line in await incident.outcomes(bulk_id)) == 60 - len(seen)


def test_several_take_turns() -> None:
    """A small one does not wait for the end of a large one."""
    large, small, other = (Listed(key, name) for key, name in (("3", "b"), ("2", "a"), ("1", "c")))

    assert in_turn([large, small, other], "") == [small, large, other]
    assert in_turn([large, small, other], "b") == [other, small, large]
    assert in_turn([large], "b") == [large]


async def test_an_error_about_one_person_keeps_nobody_from_the_others(incident: Incident) -> None:
    """It is tried again, and after some tries given up, on record."""
    office = incident.office

    async def before(user: str) -> None:
        if user == ADELE:
            raise KeyError("a fault of the desk")

    bulk_id = await incident.ask(ADELE, DIEGO)
    worker = incident.worker(directory=Watched(office.directory, before))
    for _ in range(TRIES + 1):
        await worker.work()
        office.clock.advance(seconds=31)

    told = await incident.shown(bulk_id)
    assert (told.status, told.by_status) == (BulkStatus.FINISHED, {"failed": 1, "succeeded": 1})
    assert [line["problem"] for line in await incident.outcomes(bulk_id)] == ["triesExhausted", ""]


async def test_a_persons_id_that_is_taken_is_a_refusal_of_that_one(incident: Incident) -> None:
    """Somebody has asked for something else under it; that stays as it is."""
    bulk_id = incident.own_id
    await incident.office.ask(id=request_id(bulk_id, ADELE), user=DIEGO, actions=["revokeSessions"])
    await incident.ask(ADELE, id=bulk_id)

    await incident.worker().work()

    told = await incident.shown(bulk_id)
    assert (told.by_status, told.by_rule) == ({"refused": 1}, {"conflict": 1})
    assert incident.office.done() == []


async def test_single_requests_go_first_on_the_same_instance(incident: Incident) -> None:
    """While one is at work nobody is begun with, for a second at the most."""
    await incident.ask(ADELE)
    busy = [True, True, False]

    await incident.worker(singles=lambda: busy.pop(0) if busy else False).work()

    assert incident.office.clock.waited.count(0.05) == 2
    assert incident.office.done() == ["sessionsRevoked"]


async def test_the_actions_of_a_reset_are_all_done(incident: Incident) -> None:
    """And the table tells what went."""
    bulk_id = await incident.ask(ADELE, actions=("requireReregistration", "revokeSessions"))

    await incident.worker().work()

    (line,) = await incident.outcomes(bulk_id)
    assert (line["status"], line["personId"]) == ("succeeded", incident.office.tenant.person(ADELE).id)
    assert "microsoftAuthenticator" in line["removed"]
    assert (await incident.row(bulk_id, ADELE)).request.actions == (
        Action.REQUIRE_REREGISTRATION,
        Action.REVOKE_SESSIONS,
    )


async def test_a_single_request_that_never_ends_does_not_stop_the_many(incident: Incident) -> None:
    """After a second of courtesy somebody is begun with all the same."""
    bulk_id = await incident.ask(ADELE)

    await incident.worker(singles=lambda: True).work()

    assert (await incident.shown(bulk_id)).by_status == {"succeeded": 1}
    assert incident.office.clock.waited.count(0.05) == 20


async def test_storage_that_fails_ends_the_shift_with_what_was_done_on_record(incident: Incident) -> None:
    """The message that called the worker is delivered again, and nobody is done twice."""
    office = incident.office
    bulk_id = await incident.ask(ADELE, DIEGO)

    async def before(user: str) -> None:
        if user == DIEGO:
            raise ServiceRequestError("The storage is away.")

    with pytest.raises(ServiceRequestError):
        await incident.worker(directory=Watched(office.directory, before)).work()

    assert (await incident.shown(bulk_id)).by_status == {"succeeded": 1}
    assert (office.done(ADELE), office.done(DIEGO)) == (["sessionsRevoked"], [])
