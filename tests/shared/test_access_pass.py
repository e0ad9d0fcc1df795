"""A Temporary Access Pass: shown once, to whoever asked for it, and nowhere else."""

import logging
from collections.abc import Iterator

import pytest

from shared.authority import Authority
from shared.contract import Action, PassTerms
from shared.delegation import Rule
from shared.outcome import Status
from tests.fixtures.mortal import Fuse, KilledError
from tests.fixtures.office import ADELE, Office
from tests.fixtures.reception import NESTOR, PATTI, TWO_PEOPLE, USUAL, Reception, ended

PASS = (Action.ISSUE_TEMPORARY_ACCESS_PASS,)


def everything_kept(office: Office) -> Iterator[str]:
    """Yield whatever stands in the desk's tables and queues, as text."""
    for table in office.tables.list_tables():
        for entity in office.tables.get_table_client(table.name).list_entities():
            yield repr(dict(entity))
    for queue in (office.queue, office.results):
        for message in queue.peek_messages(max_messages=32):
            yield str(message.content)


async def test_a_pass_is_shown_to_whoever_asked(office: Office) -> None:
    """With what the record keeps beside it: its id, from when, for how long, and how often it can be used."""
    reception = Reception(office)

    submitted = await reception.submit(actions=PASS, temporary_access_pass=PassTerms(lifetime_in_minutes=60))

    issued = submitted.issued_pass
    told = ended(submitted).actions[0].issued
    assert issued is not None
    assert told is not None
    assert len(issued.temporary_access_pass) >= 8
    assert (told.id, told.lifetime_in_minutes, told.is_usable_once) == (issued.id, 60, True)
    assert "temporaryAccessPass" in office.registered(ADELE)


async def test_a_pass_is_nowhere_else(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    """Not in a table, not on a queue, not in a log, however much is logged."""
    reception = Reception(office)
    with caplog.at_level(logging.DEBUG):
        submitted = await reception.submit(actions=(*USUAL, *PASS))
        await reception.desk.close()

    issued = submitted.issued_pass
    assert issued is not None
    kept = [*everything_kept(office), caplog.text, repr(submitted)]
    assert any(issued.id in text for text in kept)
    assert [text for text in kept if issued.temporary_access_pass in text] == []


async def test_a_pass_survives_the_reset_it_comes_with(office: Office) -> None:
    """It is issued last: a reset of every method would have taken it away."""
    submitted = await Reception(office).submit(actions=(*PASS, *USUAL), methods="all")

    assert submitted.issued_pass is not None
    assert "temporaryAccessPass" in office.registered(ADELE)


async def test_who_asks_again_is_not_shown_it_again(office: Office) -> None:
    """The record says that it was shown; a new request issues a new one."""
    reception = Reception(office)
    first = await reception.submit(actions=PASS, id=office.queue.queue_name)

    again = await reception.submit(actions=PASS, id=office.queue.queue_name)
    anew = await reception.submit(actions=PASS)

    assert again.issued_pass is None
    assert "shown once" in ended(again).actions[0].detail
    assert first.issued_pass is not None
    assert anew.issued_pass is not None
    assert first.issued_pass.temporary_access_pass != anew.issued_pass.temporary_access_pass


async def test_nobody_is_issued_a_pass_behind_the_queue(office: Office) -> None:
    """Where the request has to wait for Graph, the rest is done later, and the pass has to be asked for anew."""
    reception = Reception(office)
    office.tenant.fault("answer", method="POST", path="*/revokeSignInSessions", status=429, retry_after="600")
    submitted = await reception.submit(actions=(Action.REVOKE_SESSIONS, *PASS))
    assert submitted.record.status is Status.DEFERRED
    office.clock.advance(minutes=11)

    outcome = await reception.desk.receive(
        office.delivery(
            id=submitted.record.id,
            user=ADELE,
            requestedBy=reception.caller("lee.gu@contoso.com").id,
            actions=["revokeSessions", "issueTemporaryAccessPass"],
        )
    )

    assert outcome is not None
    assert outcome.status is Status.PARTIAL
    assert "Ask for one anew" in outcome.actions[1].detail
    assert "temporaryAccessPass" not in office.registered(ADELE)


async def test_death_after_it_was_issued_shows_it_to_nobody(office: Office) -> None:
    """The caller has no answer; whoever asks again under the same id is shown another, which replaces it."""
    request_id = office.queue.queue_name
    with pytest.raises(KilledError):
        await Reception(office, fuse=Fuse(10)).submit(actions=PASS, id=request_id)
    assert office.registered(ADELE).count("temporaryAccessPass") == 1

    office.clock.advance(minutes=6)
    again = await Reception(office).submit(actions=PASS, id=request_id)

    assert again.issued_pass is not None
    assert office.registered(ADELE).count("temporaryAccessPass") == 1


@pytest.mark.parametrize(
    ("switches", "said"),
    [
        pytest.param({"temporary_access_pass_allowed": False}, "TemporaryAccessPass", id="the policy is off"),
        pytest.param({"temporary_access_pass_minutes": (120, 480)}, "400", id="the lifetime is too short for it"),
    ],
)
async def test_where_the_policy_refuses_that_is_told(office: Office, switches: dict[str, object], said: str) -> None:
    """Graph's own words are in the outcome; nothing was shown."""
    office.tenant.turn(**switches)

    submitted = await Reception(office).submit(actions=PASS, temporary_access_pass=PassTerms(lifetime_in_minutes=60))

    (action,) = ended(submitted).actions
    assert (submitted.issued_pass, action.status) == (None, Status.FAILED)
    assert said in action.detail


async def test_a_queue_asks_for_a_pass_in_vain(office: Office) -> None:
    """There is nobody to whom it could be shown."""
    outcome = await Reception(office).desk.receive(office.delivery(actions=["issueTemporaryAccessPass"]))

    assert outcome is not None
    assert outcome.decision is not None
    assert (outcome.status, outcome.decision.rule) == (Status.REFUSED, Rule.PASS_NEEDS_CALLER)


async def test_a_pass_for_an_administrator_takes_one_person_or_none(office: Office) -> None:
    """Where two are always needed it cannot be had: it could not wait for the second."""
    office_alone, office_of_two = Reception(office), Reception(office, TWO_PEOPLE)
    nestor = office_alone.caller(NESTOR, Authority.PRIVILEGED_OPERATOR)

    alone = await office_alone.submit(nestor, user=PATTI, actions=PASS)
    of_two = await office_of_two.submit(nestor, user=PATTI, actions=PASS)

    assert alone.issued_pass is not None
    assert of_two.record.decision is not None
    assert (of_two.issued_pass, of_two.record.decision.rule) == (None, Rule.PASS_CANNOT_WAIT)


async def test_a_dry_run_issues_none(office: Office) -> None:
    """It says only that one would be."""
    submitted = await Reception(office).submit(actions=PASS, dry_run=True)

    assert (submitted.issued_pass, ended(submitted).status) == (None, Status.SUCCEEDED)
    assert "temporaryAccessPass" not in office.registered(ADELE)
