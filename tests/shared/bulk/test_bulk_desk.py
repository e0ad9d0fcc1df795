"""The bulk desk: what is accepted, once and whole; and who may pause, resume and cancel it."""

import json
from typing import Any

import pytest
from azure.core.exceptions import ServiceRequestError

from shared.authority import Authority
from shared.bulk.bulk import BulkList, BulkStatus
from shared.bulk.bulk_desk import BulkDesk
from shared.bulk.order import MOST
from shared.bulk.refusals import BulkConflict, BulkEnded, BulkRefused, NoSuchBulk, NotYours
from shared.bulk.table import BULK_TABLE, BulkTable
from shared.caller import Caller
from shared.contract import Action, ContractError
from shared.delegation import Policy, Rule
from shared.outcome import PersonNamed
from shared.run import Rules
from tests.shared.bulk.incident import ADELE, DIEGO, IRVIN, NESTOR, Incident

SEVERAL = (ADELE, DIEGO, ADELE.upper(), IRVIN)


async def test_it_is_accepted_whole_before_anything_is_done(incident: Incident) -> None:
    """Who is named twice is taken once, and counted."""
    told = await incident.desk().accept(incident.order(*SEVERAL, ticket="INC-7"), incident.caller())

    request = told.request
    assert (request.status, request.people, request.duplicates, request.done) == (BulkStatus.ACCEPTED, 3, 1, 0)
    assert (request.requested_by.user_principal_name, request.ticket) == ("lee.gu@contoso.com", "INC-7")
    assert (told.fresh, incident.called()) == (True, 1)
    assert incident.office.done() == []


async def test_the_first_of_all_finds_no_table(incident: Incident) -> None:
    """Neither does whoever looks before it; it is made then."""
    incident.office.tables.delete_table(BULK_TABLE)
    before = (
        await incident.desk().listed(None, 10),
        await incident.desk().find("INC-7"),
        await incident.worker().sweep(),
    )

    bulk_id = await incident.ask(ADELE)

    assert before == (BulkList(bulk_requests=()), None, 0)
    assert (await incident.shown(bulk_id)).people == 1


async def test_ten_thousand_people_are_one_transaction(incident: Incident) -> None:
    """Long names, with letters that take several bytes, included."""
    users = tuple(f"somebody.with.a.rather.long.name.of.{'ü' * 20}.{number}@contoso.com" for number in range(MOST))

    bulk_id = await incident.ask(*users)

    people, known = await BulkTable(incident.office.table_service).whole(bulk_id)
    assert (people, known) == (users, {})


async def test_the_same_sent_again_is_accepted_once(incident: Incident) -> None:
    """An answer may have been lost."""
    order = incident.order(*SEVERAL, id=incident.own_id)
    first = await incident.desk().accept(order, incident.caller())

    again = await incident.desk().accept(order, incident.caller())

    assert (again.fresh, again.request) == (False, first.request)
    assert [each.id for each in (await incident.desk().listed(None, 10)).bulk_requests] == [order.id]


@pytest.mark.parametrize("change", [{"users": (ADELE, DIEGO)}, {"dry_run": True}, {"caller": NESTOR}])
async def test_another_under_the_same_id_is_a_conflict_on_record(incident: Incident, change: dict[str, Any]) -> None:
    """Other people, other terms or somebody else who asks."""
    bulk_id = incident.own_id
    await incident.ask(*SEVERAL, id=bulk_id)
    caller = incident.caller(change.pop("caller", "lee.gu@contoso.com"))

    with pytest.raises(BulkConflict):
        await incident.desk().accept(incident.order(**{"users": SEVERAL, "id": bulk_id, **change}), caller)

    assert (await incident.shown(bulk_id)).people == 3


@pytest.mark.parametrize("authority", [Authority.NONE, Authority.AUDITOR])
async def test_who_may_ask_for_nothing_is_refused_on_record(incident: Incident, authority: Authority) -> None:
    """With what they wanted, and for how many."""
    with pytest.raises(BulkRefused) as raised:
        await incident.ask(*SEVERAL, caller=incident.caller(authority=authority), ticket="INC-7")

    (kept,) = await incident.office.ledger.messages(raised.value.record_id)
    wanted = json.loads(kept.message)
    assert raised.value.decision.rule is Rule.REQUESTER_LACKS_AUTHORITY
    assert kept.outcome.requested_by is not None
    assert kept.outcome.requested_by.id == incident.caller().id
    assert (wanted["people"], wanted["bulkRequest"]["ticket"]) == (3, "INC-7")


async def test_an_attempt_of_ten_thousand_fits_into_its_record(incident: Incident) -> None:
    """The record names the first of them."""
    users = tuple(f"{'x' * 60}{number}@contoso.com" for number in range(MOST))

    with pytest.raises(BulkRefused) as raised:
        await incident.ask(*users, caller=incident.caller(authority=Authority.AUDITOR))

    (kept,) = await incident.office.ledger.messages(raised.value.record_id)
    assert json.loads(kept.message)["people"] == MOST


async def test_an_action_that_is_switched_off_is_refused_at_once(incident: Incident) -> None:
    """And not ten thousand times."""
    with pytest.raises(BulkRefused) as raised:
        await incident.ask(ADELE, actions=("setPerUserMfa",), per_user_mfa_state="disabled")

    assert raised.value.decision.rule is Rule.ACTION_SWITCHED_OFF


async def test_an_action_that_is_switched_on_is_taken(incident: Incident) -> None:
    """As it would be for one person."""
    rules = Rules(policy=Policy(further_actions=frozenset({Action.SET_PER_USER_MFA})))

    assert await incident.ask(ADELE, rules=rules, actions=("setPerUserMfa",), per_user_mfa_state="disabled")


async def test_what_is_demanded_of_one_is_demanded_of_many(incident: Incident) -> None:
    """DEMANDED_FIELDS."""
    with pytest.raises(ContractError) as raised:
        await incident.ask(ADELE, rules=Rules(demanded=frozenset({"ticket"})))

    assert raised.value.field == "ticket"


async def test_what_is_on_record_is_accepted_where_no_worker_can_be_called(incident: Incident) -> None:
    """The sweeper calls one."""

    class Gone:
        async def put(self, _message: bytes) -> None:
            raise ServiceRequestError("no way there")

    office = incident.office
    desk = BulkDesk(BulkTable(office.table_service), office.ledger, Gone(), office.clock, Rules())  # type: ignore[arg-type]

    told = await desk.accept(incident.order(ADELE), incident.caller())

    assert told.fresh
    assert (await incident.worker().sweep(), incident.called()) == (1, 1)


async def test_bulk_requests_are_listed_the_newest_first(incident: Incident) -> None:
    """Page by page."""
    ids = []
    for _ in range(3):
        ids.append(await incident.ask(ADELE))
        incident.office.clock.advance(seconds=1)

    first = await incident.desk().listed(None, 2)
    second = await incident.desk().listed(first.continuation, 2)

    assert [each.id for each in (*first.bulk_requests, *second.bulk_requests)] == ids[::-1]
    assert second.continuation is None


async def test_a_continuation_that_nobody_gave_out_is_refused(incident: Incident) -> None:
    """It would begin somewhere."""
    with pytest.raises(ContractError):
        await incident.desk().listed("' or 1 eq 1", 2)


async def test_it_is_paused_and_resumed_and_both_are_on_record(incident: Incident) -> None:
    """With who and when; asking twice is asking once."""
    bulk_id = await incident.ask(*SEVERAL)
    senior = incident.caller(NESTOR, Authority.PRIVILEGED_OPERATOR)

    await incident.desk().pause(bulk_id, senior)
    paused = (await incident.desk().pause(bulk_id, senior)).request
    incident.office.clock.advance(minutes=1)
    await incident.desk().resume(bulk_id, incident.caller())
    resumed = (await incident.desk().resume(bulk_id, incident.caller())).request

    assert paused.paused_by is not None
    assert (paused.status, paused.paused_by.user_principal_name) == (BulkStatus.PAUSED, NESTOR)
    assert (resumed.status, resumed.paused_by) == (BulkStatus.RUNNING, None)
    assert [(each.to, each.by.user_principal_name) for each in resumed.interventions] == [
        (BulkStatus.PAUSED, NESTOR),
        (BulkStatus.RUNNING, "lee.gu@contoso.com"),
    ]


async def test_resuming_calls_a_worker(incident: Incident) -> None:
    """Whoever worked on it has gone."""
    bulk_id = await incident.ask(ADELE)
    await incident.desk().pause(bulk_id, incident.caller())
    await incident.worker().work()
    incident.called()

    await incident.desk().resume(bulk_id, incident.caller())

    assert incident.called() == 1


async def test_a_paused_one_is_not_worked_on(incident: Incident) -> None:
    """Until it is resumed."""
    bulk_id = await incident.ask(ADELE, DIEGO)
    await incident.desk().pause(bulk_id, incident.caller())
    await incident.worker().work()
    before = await incident.shown(bulk_id)
    await incident.desk().resume(bulk_id, incident.caller())

    await incident.worker().work()

    assert (before.status, before.done) == (BulkStatus.PAUSED, 0)
    assert (await incident.shown(bulk_id)).status is BulkStatus.FINISHED


async def test_a_cancelled_one_has_ended(incident: Incident) -> None:
    """Nobody is begun with, and each line says so."""
    bulk_id = await incident.ask(ADELE, DIEGO)

    cancelled = (await incident.desk().cancel(bulk_id, incident.caller())).request
    await incident.worker().work()

    assert (cancelled.status, cancelled.finished_at) == (BulkStatus.CANCELLED, incident.office.clock())
    assert [line["status"] for line in await incident.outcomes(bulk_id)] == ["notDone", "notDone"]
    assert incident.office.done() == []


@pytest.mark.parametrize("verb", ["pause", "resume"])
async def test_what_has_ended_stays_as_it_is(incident: Incident, verb: str) -> None:
    """Cancelling it once more is nothing new; anything else is refused."""
    bulk_id = await incident.ask(ADELE)
    await incident.desk().cancel(bulk_id, incident.caller())
    again = await incident.desk().cancel(bulk_id, incident.caller())

    with pytest.raises(BulkEnded):
        await getattr(incident.desk(), verb)(bulk_id, incident.caller())

    assert len(again.request.interventions) == 1


@pytest.mark.parametrize("verb", ["pause", "resume", "cancel"])
async def test_another_operators_is_left_alone(incident: Incident, verb: str) -> None:
    """That takes whoever asked, or a privileged operator."""
    bulk_id = await incident.ask(ADELE)

    with pytest.raises(NotYours):
        await getattr(incident.desk(), verb)(bulk_id, incident.caller(NESTOR))

    assert (await incident.shown(bulk_id)).status is BulkStatus.ACCEPTED


@pytest.mark.parametrize("verb", ["pause", "resume", "cancel"])
async def test_what_is_not_there_is_told(incident: Incident, verb: str) -> None:
    """An id may have been mistyped."""
    with pytest.raises(NoSuchBulk):
        await getattr(incident.desk(), verb)("no-such", incident.caller())


async def test_progress_is_one_read(incident: Incident) -> None:
    """However many people there are: nothing else is asked of the table."""
    bulk_id = await incident.ask(*(f"p{number}@contoso.com" for number in range(500)))
    asked = []
    office = incident.office

    class Counted:
        def get_table_client(self, name: str) -> Any:
            client = office.table_service.get_table_client(name)

            class Table:
                async def get_entity(self, *keys: str) -> Any:
                    asked.append(keys)
                    return await client.get_entity(*keys)

            return Table()

    desk = BulkDesk(BulkTable(Counted()), office.ledger, None, office.clock, Rules())  # type: ignore[arg-type]
    await desk.find(bulk_id)

    assert len(asked) == 1


async def test_an_application_is_named_as_one(incident: Incident) -> None:
    """A ticket system has no user principal name; what it did stands there in its own name."""
    ticketing = Caller(
        id="5a1c0f8e-0000-4000-8000-00000000000a", name="ticketing", authority=Authority.OPERATOR, is_application=True
    )
    bulk_id = await incident.ask(ADELE, caller=ticketing)
    await incident.desk().pause(bulk_id, ticketing)

    told = await incident.shown(bulk_id)

    expected = PersonNamed(asked=ticketing.id, id=ticketing.id, display_name="ticketing")
    assert (told.requested_by, [each.by for each in told.interventions]) == (expected, [expected])
