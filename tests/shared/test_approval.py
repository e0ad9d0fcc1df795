"""The second person: who may be it, and that every way there has one ending, which is on record."""

import asyncio
import contextlib
from datetime import timedelta

import msgspec
import pytest

from shared.authority import Authority
from shared.caller import Caller
from shared.contract import Action
from shared.delegation import Policy, Rule, SecondPerson
from shared.directory import Change, Directory
from shared.front_desk import FrontDesk, MayNotDecide, NotAwaiting, NotOnRecord, Submitted, VersionChanged
from shared.ledger import REQUEST_TABLE
from shared.outcome import Status, Verdict
from shared.request_index import RequestIndex
from shared.run import Rules
from tests.fixtures.mortal import Fuse, KilledError
from tests.fixtures.office import ADELE, LEASE, LEE, Office
from tests.fixtures.reception import MEGAN, NESTOR, PATTI, TWO_PEOPLE, Reception, ended

PRIVILEGED = Authority.PRIVILEGED_OPERATOR


async def test_a_privileged_target_asked_for_by_queue_waits(office: Office) -> None:
    """Nothing is done, nothing announced; the record says who is meant, who asks, why, and until when."""
    reception = Reception(office)

    record = await reception.waiting(ticket="INC-7")

    assert (record.status, record.user.user_principal_name) == (Status.AWAITING_APPROVAL, PATTI)
    assert record.requested_by.user_principal_name == LEE
    assert record.decision is not None
    assert record.decision.rule is Rule.SECOND_PERSON_NEEDED
    assert record.approval_expires_at == record.accepted_at + timedelta(hours=8)
    assert office.done(PATTI) == []


async def test_a_privileged_operator_approves_what_came_through_the_queue(office: Office) -> None:
    """It is carried out at once, and the outcome names both people."""
    reception = Reception(office)
    record = await reception.waiting(actions=["revokeSessions"])

    outcome = ended(await reception.approve(record))

    assert outcome.status is Status.SUCCEEDED
    assert outcome.decision is not None
    assert outcome.decision.rule is Rule.APPROVED
    assert outcome.approval is not None
    assert (outcome.approval.verdict, outcome.approval.by.user_principal_name) == (Verdict.APPROVED, NESTOR)
    assert office.done(PATTI) == ["sessionsRevoked"]


async def test_a_rejection_ends_the_request(office: Office) -> None:
    """It is refused, in the words of whoever rejected it, and nothing is done."""
    reception = Reception(office)
    record = await reception.waiting()

    outcome = ended(await reception.reject(record))

    assert outcome.status is Status.REFUSED
    assert outcome.problem is not None
    assert outcome.problem.code == "approvalDenied"
    assert outcome.problem.detail == f"{NESTOR} has rejected it: called back, it was not them"
    assert office.done(PATTI) == []


async def test_a_rejection_needs_no_graph(office: Office) -> None:
    """Whoever says no is heard while Graph is away."""
    reception = Reception(office)
    record = await reception.waiting()
    office.tenant.fault("answer", path="*", status=503, times=None)

    assert ended(await reception.reject(record)).status is Status.REFUSED


async def test_what_somebody_decided_is_announced(office: Office) -> None:
    """Whoever asked through the queue hears of the ending there."""
    reception = Reception(office)
    record = await reception.waiting(actions=["revokeSessions"])
    await reception.approve(record)

    await reception.desk.close()

    (message,) = office.results.receive_messages()
    assert f'"subject":"{record.id}"' in str(message.content)


@pytest.mark.parametrize(
    ("who", "authority", "rule"),
    [
        pytest.param(LEE, PRIVILEGED, Rule.APPROVER_IS_REQUESTER, id="who asked"),
        pytest.param(PATTI, PRIVILEGED, Rule.APPROVER_IS_TARGET, id="the target"),
        pytest.param(MEGAN, Authority.OPERATOR, Rule.APPROVER_LACKS_AUTHORITY, id="an operator"),
        pytest.param(MEGAN, Authority.AUDITOR, Rule.APPROVER_LACKS_AUTHORITY, id="an auditor"),
        pytest.param(MEGAN, Authority.NONE, Rule.APPROVER_LACKS_AUTHORITY, id="a stranger"),
    ],
)
async def test_who_may_not_decide_is_told_why_and_is_on_record(
    office: Office, who: str, authority: Authority, rule: Rule
) -> None:
    """The request goes on waiting for somebody who may."""
    reception = Reception(office)
    record = await reception.waiting()

    with pytest.raises(MayNotDecide) as refused:
        await reception.approve(record, caller=reception.caller(who, authority))

    found = await reception.front.find(record.id)
    assert found is not None
    assert refused.value.decision.rule is rule
    assert found.status is Status.AWAITING_APPROVAL
    assert [(attempt.by.user_principal_name, attempt.rule) for attempt in found.approval_attempts] == [(who, rule)]


async def test_an_application_is_no_second_person(office: Office) -> None:
    """An app role that approves would be a script that approves."""
    reception = Reception(office)
    record = await reception.waiting()
    application = Caller(id="an-app", name="ticketing", authority=PRIVILEGED, is_application=True)

    with pytest.raises(MayNotDecide) as refused:
        await reception.approve(record, caller=application)

    assert refused.value.decision.rule is Rule.APPROVER_IS_APPLICATION


async def test_two_who_approve_at_once_do_it_once(office: Office) -> None:
    """One is the second person; the other is told that the request has changed, which is on record."""
    reception = Reception(office)
    record = await reception.waiting(actions=["revokeSessions"])

    ends = await asyncio.gather(
        reception.approve(record, NESTOR), reception.approve(record, MEGAN), return_exceptions=True
    )

    won = [end for end in ends if isinstance(end, Submitted)]
    lost = [end for end in ends if isinstance(end, VersionChanged | NotAwaiting)]
    assert (len(won), len(lost)) == (1, 1)
    assert office.done(PATTI) == ["sessionsRevoked"]
    found = await reception.front.find(record.id)
    assert found is not None
    assert len(found.approval_attempts) == 1


async def test_one_approves_while_another_rejects(office: Office) -> None:
    """Whichever comes first counts, whole."""
    reception = Reception(office)
    record = await reception.waiting(actions=["revokeSessions"])

    ends = await asyncio.gather(
        reception.approve(record, NESTOR), reception.reject(record, MEGAN), return_exceptions=True
    )

    (won,) = [end for end in ends if isinstance(end, Submitted)]
    assert won.record.approval is not None
    done = ["sessionsRevoked"] if won.record.approval.verdict is Verdict.APPROVED else []
    assert done == office.done(PATTI)


async def test_the_same_approval_twice_is_one(office: Office) -> None:
    """A double click, or an answer that was lost: the second comes to the same record, and nothing is done again."""
    reception = Reception(office)
    record = await reception.waiting(actions=["revokeSessions"])
    first = await reception.approve(record)

    second = await reception.approve(record)

    assert (first.fresh, second.fresh) == (True, False)
    assert first.record.outcome == second.record.outcome
    assert office.done(PATTI) == ["sessionsRevoked"]


async def test_who_comes_after_the_decision_is_told_of_it(office: Office) -> None:
    """Another one's approval of what is decided changes nothing, and says who has decided."""
    reception = Reception(office)
    record = await reception.waiting(actions=["revokeSessions"])
    await reception.approve(record, NESTOR)

    with pytest.raises(NotAwaiting, match=f"was approved by {NESTOR}"):
        await reception.approve(record, MEGAN)


async def test_an_approval_of_what_does_not_wait(office: Office) -> None:
    """A request that needed none cannot be given one."""
    reception = Reception(office)
    record = (await reception.submit()).record

    with pytest.raises(NotAwaiting, match="does not wait for a decision; it is succeeded"):
        await reception.approve(record)


async def test_an_approval_of_what_is_not_there(office: Office) -> None:
    """An unknown id is said to be one."""
    reception = Reception(office)
    caller = reception.caller(NESTOR, PRIVILEGED)

    with pytest.raises(NotOnRecord, match="There is no request 'unknown'"):
        await reception.front.approve("unknown", caller, "version", "")


async def test_an_approval_of_an_older_version(office: Office) -> None:
    """Who looked at another state of the request looks again."""
    reception = Reception(office)
    record = await reception.waiting()

    with pytest.raises(VersionChanged):
        await reception.approve(record, version="older")

    assert office.done(PATTI) == []


async def test_an_approval_expires(office: Office) -> None:
    """After its time nobody can approve it; the sweeper ends it, and that is announced."""
    reception = Reception(office)
    record = await reception.waiting()
    office.clock.advance(hours=8, seconds=1)

    with pytest.raises(NotAwaiting, match="The time to decide ended at"):
        await reception.approve(record)
    assert await reception.desk.sweep() == 1
    (delivery,) = office.put_back()
    outcome = await reception.desk.receive(delivery)

    assert outcome is not None
    assert outcome.problem is not None
    assert (outcome.status, outcome.problem.code) == (Status.REFUSED, "approvalExpired")
    assert office.done(PATTI) == []


async def test_the_sweeper_leaves_what_waits_for_approval_alone(office: Office) -> None:
    """Until its time is over."""
    reception = Reception(office)
    await reception.waiting()
    office.clock.advance(hours=7)

    assert await reception.desk.sweep() == 0


async def test_a_message_that_is_delivered_again_does_not_end_the_waiting(office: Office) -> None:
    """The queue may deliver twice; the request waits on."""
    reception = Reception(office)
    delivery = office.delivery(user=PATTI)
    await reception.desk.receive(delivery)

    assert await office.again(delivery) is None
    assert (await office.row(delivery.message_id)).status is Status.AWAITING_APPROVAL


async def test_it_is_decided_again_when_it_is_carried_out(office: Office) -> None:
    """A target who has come under protection since is left alone, approved or not."""
    reception = Reception(office)
    record = await reception.waiting()
    protected = Rules(policy=Policy(protected=frozenset({PATTI})))

    outcome = ended(await Reception(office, protected).approve(record))

    assert outcome.decision is not None
    assert (outcome.status, outcome.decision.rule) == (Status.REFUSED, Rule.TARGET_PROTECTED)
    assert office.done(PATTI) == []


async def test_a_target_who_is_ordinary_by_then_is_reset_all_the_same(office: Office) -> None:
    """The approval is on record, and the decision says that it was not needed any more."""
    reception = Reception(office)
    office.tenant.assign("User Administrator", ADELE)
    delivery = office.delivery(user=ADELE, actions=["revokeSessions"])
    await reception.desk.receive(delivery)
    record = await reception.front.find(delivery.message_id)
    assert record is not None
    office.tenant.unassign("User Administrator", ADELE)

    outcome = ended(await reception.approve(record))

    assert outcome.decision is not None
    assert (outcome.status, outcome.decision.rule) == (Status.SUCCEEDED, Rule.STANDARD_TARGET)


async def test_a_requester_who_has_left_the_service_desk_since_is_refused(office: Office) -> None:
    """An approval does not stand for the authority of whoever asked."""
    reception = Reception(office)
    record = await reception.waiting()
    office.tenant.leave("Service Desk", LEE)

    outcome = ended(await reception.approve(record))

    assert outcome.decision is not None
    assert outcome.decision.rule is Rule.REQUESTER_LACKS_AUTHORITY


async def test_a_name_that_went_over_to_somebody_else_is_not_reset(office: Office) -> None:
    """Approved was one person; the name of the request means another one by now."""
    reception = Reception(office)
    record = await reception.waiting()
    row = await office.row(record.id)
    assert row.waiting is not None
    meant = msgspec.structs.replace(row.waiting.user, id=office.tenant.person(ADELE).id)
    row = await office.ledger.wait(row, msgspec.structs.replace(row.waiting, user=meant))

    outcome = ended(await reception.approve(record, version=row.version))

    assert outcome.problem is not None
    assert (outcome.status, outcome.problem.code, outcome.problem.field) == (Status.FAILED, "personChanged", "user")


async def test_death_after_the_approval_loses_nothing(office: Office) -> None:
    """Who approved is on record before anything is done; the sweeper has it finished."""
    reception = Reception(office)
    record = await reception.waiting(actions=["revokeSessions"])
    dying = Reception(office, fuse=Fuse(6))
    front = FrontDesk(dying.desk, dying.means, reception.front._index, frozenset())  # noqa: SLF001 - the same index
    with pytest.raises(KilledError):
        await front.approve(record.id, reception.caller(NESTOR, PRIVILEGED), record.version, "")

    office.clock.advance(minutes=6)
    await reception.desk.sweep()
    (delivery,) = office.put_back()
    outcome = await reception.desk.receive(delivery)

    assert outcome is not None
    assert outcome.approval is not None
    assert (outcome.status, outcome.approval.by.user_principal_name) == (Status.SUCCEEDED, NESTOR)
    assert office.done(PATTI) == ["sessionsRevoked"]


async def test_where_two_people_are_always_needed_http_waits_as_well(office: Office) -> None:
    """A setting demands the second person of privileged operators too; ordinary people do not take one."""
    reception = Reception(office, TWO_PEOPLE)
    office.tenant.turn(revoke_needs_role_for_admins=False)
    nestor = reception.caller(NESTOR, PRIVILEGED)

    privileged = await reception.submit(nestor, user=PATTI, actions=(Action.REVOKE_SESSIONS,))
    ordinary = await reception.submit(nestor, user=ADELE)

    assert (privileged.record.status, ordinary.record.status) == (Status.AWAITING_APPROVAL, Status.SUCCEEDED)
    with pytest.raises(MayNotDecide):
        await reception.approve(privileged.record, NESTOR)
    assert ended(await reception.approve(privileged.record, MEGAN)).status is Status.SUCCEEDED


async def test_the_time_to_approve_ends_with_the_age_of_a_request(office: Office) -> None:
    """What may not be carried out any more need not be approved."""
    rules = Rules(
        policy=Policy(second_person=SecondPerson.QUEUE),
        max_request_age=timedelta(hours=2),
        approval_lifetime=timedelta(hours=8),
    )

    record = await Reception(office, rules).waiting()

    assert record.approval_expires_at == record.accepted_at + timedelta(hours=2)


async def test_a_dry_run_waits_for_nobody(office: Office) -> None:
    """It says that an approval would be needed, and what would be done then."""
    outcome = await office.ask(user=PATTI, dryRun=True)

    assert outcome.decision is not None
    assert (outcome.status, outcome.decision.rule) == (Status.SUCCEEDED, Rule.SECOND_PERSON_NEEDED)
    assert office.done(PATTI) == []


async def test_an_approver_whose_account_is_disabled_meanwhile_approves_nothing(office: Office) -> None:
    """A session lives on for hours; the directory is asked when the request is carried out."""
    reception = Reception(office)
    record = await reception.waiting(actions=["revokeSessions"])
    office.tenant.change_person(NESTOR, enabled=False)

    outcome = ended(await reception.approve(record))

    assert outcome.decision is not None
    assert (outcome.status, outcome.decision.rule) == (Status.REFUSED, Rule.APPROVER_DISABLED)
    assert office.done(PATTI) == []


async def test_the_role_of_whoever_asked_over_http_counts_as_it_is_by_then(office: Office) -> None:
    """Their token said more, hours ago: the lesser of the two counts when the request is carried out."""
    reception = Reception(office, TWO_PEOPLE)
    waiting = await reception.submit(reception.caller(LEE, PRIVILEGED), user=PATTI, actions=(Action.REVOKE_SESSIONS,))

    outcome = ended(await reception.approve(waiting.record))

    assert outcome.decision is not None
    assert (outcome.status, outcome.decision.rule) == (Status.REFUSED, Rule.TARGET_IS_PRIVILEGED)


async def test_the_time_to_approve_begins_with_the_waiting(office: Office) -> None:
    """A request that stood in the queue for long is not over before anybody could see it."""
    reception = Reception(office)
    delivery = office.delivery(user=PATTI)
    office.clock.advance(hours=9)
    await reception.desk.receive(delivery)

    record = await reception.front.find(delivery.message_id)

    assert record is not None
    assert record.approval_expires_at == office.clock() + timedelta(hours=8)


async def test_a_request_that_changed_hands_is_listed_under_the_one_who_was_meant(office: Office) -> None:
    """Under nobody's name there stands for ever that it waits."""
    reception = Reception(office)
    record = await reception.waiting()
    row = await office.row(record.id)
    assert row.waiting is not None
    adele = office.tenant.person(ADELE).id
    office.clock.advance(seconds=1)
    meant = msgspec.structs.replace(row.waiting.user, id=adele)
    row = await office.ledger.wait(row, msgspec.structs.replace(row.waiting, user=meant))

    await reception.approve(record, version=row.version)
    await reception.desk.tidied()

    listed = await reception.front.of_person(adele, None, None, 100)
    assert [line.status for line in listed.requests if line.id == record.id] == [Status.FAILED]


async def test_a_stranger_learns_nothing_at_the_approvals_door(office: Office) -> None:
    """Neither that there is such a request, nor who has decided it; their tries do not pile up."""
    reception = Reception(office)
    record = await reception.waiting(actions=["revokeSessions"])
    await reception.approve(record)
    stranger = reception.caller(ADELE, Authority.NONE)

    for request_id in (record.id, record.id, "unknown"):
        with pytest.raises(MayNotDecide):
            await reception.front.approve(request_id, stranger, "version", "")

    found = await reception.front.find(record.id)
    assert found is not None
    assert [attempt.rule for attempt in found.approval_attempts] == [Rule.APPROVER_LACKS_AUTHORITY]


@pytest.mark.parametrize("moments", range(0, 20, 2))
@pytest.mark.parametrize("verdict", Verdict)
async def test_death_at_any_moment_of_a_decision_ends_once(office: Office, verdict: Verdict, moments: int) -> None:
    """Before it is on record nothing has happened; after that it is carried through, and announced."""
    reception = Reception(office)
    record = await reception.waiting(actions=["revokeSessions"])
    dying = Reception(office, fuse=Fuse(moments))
    front = FrontDesk(dying.desk, dying.means, reception.front._index, frozenset())  # noqa: SLF001 - the same index
    decide = front.approve if verdict is Verdict.APPROVED else front.reject
    with contextlib.suppress(KilledError):
        await decide(record.id, reception.caller(NESTOR, PRIVILEGED), record.version, "")
    decided = (await office.row(record.id)).approval is not None
    await office.tidied()

    office.clock.advance(minutes=11)
    await reception.desk.sweep()
    for delivery in office.put_back():
        await reception.desk.receive(delivery)

    row = await office.row(record.id)
    assert row.is_open is not decided
    assert office.done(PATTI) == (["sessionsRevoked"] if decided and verdict is Verdict.APPROVED else [])


async def test_an_unreadable_row_does_not_hide_the_others(office: Office) -> None:
    """Whoever may approve finds what waits, whatever another release has left."""
    reception = Reception(office)
    broken = await reception.waiting()
    table = office.tables.get_table_client(REQUEST_TABLE)
    request = '{"user":"x@y.z","actions":["later"]}'
    table.update_entity({"PartitionKey": broken.id, "RowKey": "request", "Request": request})
    record = await reception.waiting()

    listed = await reception.front.open(Status.AWAITING_APPROVAL, "", 50)

    assert [line.id for line in listed.requests] == [record.id]


async def test_a_name_that_somebody_else_asks_under_by_now_has_nobody_reset(office: Office) -> None:
    """Approved was what one person asked for; the requester's name means another one by now."""
    reception = Reception(office)
    record = await reception.waiting()
    row = await office.row(record.id)
    assert row.waiting is not None
    meant = msgspec.structs.replace(row.waiting.requested_by, id=office.tenant.person(ADELE).id)
    row = await office.ledger.wait(row, msgspec.structs.replace(row.waiting, requested_by=meant))

    outcome = ended(await reception.approve(record, version=row.version))

    assert outcome.problem is not None
    assert (outcome.problem.code, outcome.problem.field) == ("personChanged", "requestedBy")
    assert office.done(PATTI) == []


async def test_an_approved_run_that_is_taken_over_leaves_the_ending_to_the_other(office: Office) -> None:
    """Whoever approved is told that it is under way, for so it is."""
    reception = Reception(office)
    record = await reception.waiting(actions=["revokeSessions"])

    class TooLate(Directory):
        async def revoke_sessions(self, user_id: str) -> Change:
            office.clock.advance(seconds=LEASE.total_seconds() + 1)
            await office.ledger.take_over(await office.row(record.id), "another delivery", office.clock() + LEASE)
            return await super().revoke_sessions(user_id)

    desk = office.desk(directory=TooLate(office.graph, office.enterprise_app), rules=reception.rules)
    front = FrontDesk(desk, reception.means, RequestIndex(office.table_service), frozenset())

    approved = await front.approve(record.id, reception.caller(NESTOR, PRIVILEGED), record.version, "")

    assert (approved.fresh, approved.record.status) == (False, Status.RUNNING)
    assert (await office.row(record.id)).carrier == "another delivery"
