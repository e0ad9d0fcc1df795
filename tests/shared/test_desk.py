"""What a request comes to: on the real Azurite, against the tenant over HTTP."""

import base64
import json
from typing import Any

import pytest
from azure.data.tables import TableServiceClient

from local.tenant.methods import SoftwareOath
from shared.contract import Action
from shared.delegation import Policy, Rule
from shared.ledger import REQUEST_TABLE
from shared.outcome import Result, Status, Why
from shared.run import Rules
from tests.fixtures.office import ADELE, DIEGO, LEE, Office


def kept(office: Office, partition: str) -> dict[str, Any]:
    """Return the one row that the ledger keeps of a message which was not taken."""
    tables: TableServiceClient = office.tables
    (entity,) = tables.get_table_client(REQUEST_TABLE).query_entities(f"PartitionKey eq '{partition}'")
    return dict(entity)


async def test_a_lost_phone_ends_with_nothing_of_it_left(office: Office) -> None:
    """Re-registration removes phones, Authenticator and software OATH, the alternate mobile first, the default last."""
    outcome = await office.ask(actions=["requireReregistration"])

    assert outcome.status is Status.SUCCEEDED
    assert office.done() == [
        "methodDeleted phone",
        "methodDeleted softwareOath",
        "methodDeleted phone",
        "methodDeleted microsoftAuthenticator",
    ]
    assert office.registered() == ["password"]


async def test_the_outcome_tells_every_method_with_personal_data_masked(office: Office) -> None:
    """Each method stands in the outcome with what became of it; of a phone number only two digits do."""
    outcome = await office.ask(actions=["requireReregistration"])

    told = [(method.type, method.label, method.result) for method in outcome.actions[0].methods]
    assert told == [
        ("phone", "alternateMobile +1 ********11", Result.REMOVED),
        ("softwareOath", "", Result.REMOVED),
        ("phone", "mobile +1 ********10", Result.REMOVED),
        ("microsoftAuthenticator", "Adele's iPhone", Result.REMOVED),
    ]


async def test_revoking_sessions_moves_the_time_from_which_they_are_valid(office: Office) -> None:
    """Sessions begun before are worth nothing afterwards, and no method is touched."""
    before = office.tenant.person(DIEGO).sessions_valid_from

    outcome = await office.ask(user=DIEGO, actions=["revokeSessions"])

    assert outcome.status is Status.SUCCEEDED
    assert office.tenant.person(DIEGO).sessions_valid_from > before
    assert office.done(DIEGO) == ["sessionsRevoked"]


async def test_both_actions_end_with_the_sessions(office: Office) -> None:
    """No session may outlive the methods with which it was begun."""
    await office.ask(actions=["revokeSessions", "requireReregistration"])

    assert office.done()[-1] == "sessionsRevoked"


async def test_an_outcome_names_people_as_asked_and_as_the_directory_knows_them(office: Office) -> None:
    """Whoever reads the outcome need not look anybody up."""
    adele = office.tenant.person(ADELE)

    outcome = await office.ask(user=adele.id, requestedBy="LEE.GU@contoso.com", actions=["revokeSessions"])

    assert outcome.user is not None
    assert outcome.requested_by is not None
    assert (outcome.user.asked, outcome.user.user_principal_name) == (adele.id, ADELE)
    assert (outcome.requested_by.asked, outcome.requested_by.user_principal_name) == ("LEE.GU@contoso.com", LEE)


@pytest.mark.parametrize(
    ("user", "rule"),
    [
        pytest.param("nobody@contoso.com", Rule.TARGET_NOT_FOUND, id="nobody"),
        pytest.param("00000000-0000-4000-8000-000000000000", Rule.TARGET_NOT_FOUND, id="nobody by id"),
        pytest.param("ødipus'#x@contoso.com", Rule.TARGET_NOT_FOUND, id="nobody of an odd name"),
        pytest.param(LEE, Rule.SELF, id="oneself"),
        pytest.param("emergency.one@contoso.com", Rule.TARGET_PROTECTED, id="break-glass account"),
    ],
)
async def test_a_refusal_names_its_rule_and_changes_nothing(office: Office, user: str, rule: Rule) -> None:
    """Whoever may not be reset is not, and the ledger says by which rule."""
    rules = Rules(policy=Policy(protected=frozenset({"emergency.one@contoso.com"})))
    delivery = office.delivery(user=user, actions=["requireReregistration", "revokeSessions"])

    outcome = await office.desk(rules=rules).receive(delivery)

    assert outcome is not None
    assert outcome.decision is not None
    assert (outcome.status, outcome.decision.rule) == (Status.REFUSED, rule)
    assert (await office.row(delivery.message_id)).outcome == outcome
    assert office.tenant.journal() == []


async def test_the_protected_are_protected_by_object_id_too(office: Office) -> None:
    """A break-glass account that was renamed is still the one."""
    one = office.tenant.person("emergency.one@contoso.com")
    rules = Rules(policy=Policy(protected=frozenset({one.id})))

    outcome = await office.desk(rules=rules).receive(office.delivery(user=one.upn))

    assert outcome is not None
    assert outcome.decision is not None
    assert outcome.decision.rule is Rule.TARGET_PROTECTED


async def test_a_disabled_requester_is_refused(office: Office) -> None:
    """Somebody who may not sign in may not ask either."""
    office.tenant.change_person(LEE, enabled=False)

    outcome = await office.ask()

    assert outcome.decision is not None
    assert outcome.decision.rule is Rule.REQUESTER_DISABLED


async def test_what_cannot_be_read_closes_the_door_and_says_the_permission(office: Office) -> None:
    """Without the right to read roles nobody is reset."""
    office.tenant.withdraw("reset", "RoleManagement.Read.Directory")

    outcome = await office.ask()

    assert outcome.decision is not None
    assert (outcome.status, outcome.decision.rule) == (Status.REFUSED, Rule.CANNOT_TELL)
    assert "RoleManagement.Read.Directory" in outcome.decision.reason
    assert office.done() == []


async def test_a_missing_permission_to_revoke_is_named(office: Office) -> None:
    """What Graph forbids is a failure that says what it takes."""
    office.tenant.withdraw("reset", "User.RevokeSessions.All")

    outcome = await office.ask(actions=["revokeSessions"])

    assert outcome.status is Status.FAILED
    assert "User.RevokeSessions.All" in outcome.actions[0].detail


async def test_one_action_failing_and_another_not_is_partial(office: Office) -> None:
    """The whole is told apart from its parts."""
    office.tenant.withdraw("reset", "User.RevokeSessions.All")

    outcome = await office.ask(actions=["requireReregistration", "revokeSessions"])

    assert outcome.status is Status.PARTIAL
    assert [action.status for action in outcome.actions] == [Status.SUCCEEDED, Status.FAILED]


async def test_a_dry_run_tells_what_would_happen_and_changes_nothing(office: Office) -> None:
    """Not one call to Graph changes anything, and the record says that it was a dry run."""
    outcome = await office.ask(actions=["requireReregistration", "revokeSessions"], dryRun=True)

    assert outcome.dry_run
    assert {method.result for method in outcome.actions[0].methods} == {Result.WOULD_BE_REMOVED}
    assert office.tenant.journal() == []
    assert all(call.method == "GET" for batch in office.tenant.trace() for call in batch.members)


async def test_a_list_of_types_removes_those_and_says_what_stays(office: Office) -> None:
    """What was not selected is told as still registered, and that is no failure."""
    outcome = await office.ask(methods=["softwareOath"])

    assert outcome.status is Status.SUCCEEDED
    assert office.done() == ["methodDeleted softwareOath"]
    stayed = [method for method in outcome.actions[0].methods if method.result is Result.STILL_REGISTERED]
    assert {(method.type, method.why) for method in stayed} == {
        ("phone", Why.NOT_SELECTED),
        ("microsoftAuthenticator", Why.NOT_SELECTED),
    }


@pytest.mark.parametrize(
    "encode",
    [pytest.param(lambda body: body, id="plain"), pytest.param(base64.b64encode, id="base64")],
)
async def test_plain_and_base64_messages_are_carried_out_alike(office: Office, encode: Any) -> None:
    """Both ways in which producers write to a queue are understood."""
    delivery = office.delivery(user=DIEGO, actions=["revokeSessions"])

    outcome = await office.desk().receive(office.raw(encode(delivery.message)))

    assert outcome is not None
    assert outcome.status is Status.SUCCEEDED


@pytest.mark.parametrize(
    ("message", "field"),
    [
        pytest.param(b"not json", None, id="not JSON"),
        pytest.param(b"\xff\xfe{}", None, id="not UTF-8"),
        pytest.param(b"x" * 65_536, None, id="64 KiB of garbage"),
        pytest.param(b"{" * 65_536, None, id="64 KiB of braces"),
        pytest.param(b"", None, id="empty"),
        pytest.param(b'{"user":7}', "user", id="wrong type"),
        pytest.param(b'{"user":"a@b.c","actions":["revokeSessions"]}', "requestedBy", id="nobody asks"),
        pytest.param(b'{"user":"a/b@c.d","actions":["revokeSessions"]}', "user", id="name with a slash"),
        pytest.param(b'{"user":"a%b@c.d","actions":["revokeSessions"]}', "user", id="name with a percent sign"),
    ],
)
async def test_what_is_no_request_is_kept_whole_and_rejected(office: Office, message: bytes, field: str | None) -> None:
    """Nothing is lost, nothing is tried again, and the answer names the field."""
    delivery = office.raw(message)

    outcome = await office.desk().receive(delivery)

    assert outcome is not None
    assert outcome.problem is not None
    assert (outcome.status, outcome.problem.field) == (Status.REJECTED, field)
    row = kept(office, delivery.message_id)
    parts = sorted(name for name in row if name.startswith("Message") and name != "MessageId")
    assert b"".join(row[name] for name in parts) == message
    assert row["Status"] == "rejected"


async def test_an_unreadable_message_delivered_again_is_one_row_and_one_answer(office: Office) -> None:
    """A rejection is recorded once, and announced under the same words."""
    delivery = office.raw(b"not json")
    first = await office.desk().receive(delivery)

    second = await office.again(delivery)

    assert second is not None
    assert first is not None
    assert (second.id, second.status, second.problem) == (first.id, first.status, first.problem)
    assert kept(office, delivery.message_id)["Status"] == "rejected"


async def test_a_field_this_desk_demands_is_asked_for(office: Office) -> None:
    """Where the operator demands a ticket, a request without one is rejected, and may come again with it."""
    rules = Rules(demanded=frozenset({"ticket"}))
    desk = office.desk(rules=rules)

    without = await desk.receive(office.delivery(id=office.queue.queue_name, actions=["revokeSessions"]))
    with_one = await desk.receive(
        office.delivery(id=office.queue.queue_name, actions=["revokeSessions"], ticket="INC-1")
    )

    assert without is not None
    assert without.problem is not None
    assert (without.status, without.problem.field) == (Status.REJECTED, "ticket")
    assert with_one is not None
    assert with_one.status is Status.SUCCEEDED


async def test_a_stale_request_is_refused(office: Office) -> None:
    """What lay on the queue for more than a day is not done any more."""
    delivery = office.delivery()
    office.clock.advance(hours=24, seconds=1)

    outcome = await office.desk().receive(delivery)

    assert outcome is not None
    assert outcome.problem is not None
    assert (outcome.status, outcome.problem.code) == (Status.REFUSED, "tooOld")
    assert office.done() == []


async def test_what_was_registered_after_the_request_stays(office: Office) -> None:
    """Who has registered anew while the request waited does not lose that."""
    delivery = office.delivery()
    office.clock.advance(minutes=10)
    office.tenant.register(ADELE, SoftwareOath())

    outcome = await office.desk().receive(delivery)

    assert outcome is not None
    assert outcome.status is Status.SUCCEEDED
    assert office.registered() == ["password", "softwareOath"]
    assert [method.why for method in outcome.actions[0].methods if method.why] == [Why.REGISTERED_SINCE]


async def test_a_guest_is_told_whose_sessions_those_are(office: Office) -> None:
    """Graph does not reach the home tenant of a guest, and the outcome does not claim it."""
    guest = next(upn for upn in office.tenant.facts().people if "#EXT#" in upn)

    outcome = await office.ask(user=guest, actions=["revokeSessions"])

    assert outcome.status is Status.SUCCEEDED
    assert "home tenant" in outcome.actions[0].detail


async def test_the_ledger_keeps_no_trace_by_which_a_number_could_be_found_out(office: Office) -> None:
    """When a request has ended, what told one registration from another is gone."""
    delivery = office.delivery()
    await office.desk().receive(delivery)

    entity = office.tables.get_table_client(REQUEST_TABLE).get_entity(delivery.message_id, "request")

    assert entity["Intent"] == ""
    assert "digest" not in json.dumps(dict(entity), default=str)


async def test_a_request_takes_no_more_calls_than_its_methods_and_four(office: Office) -> None:
    """Two to read, one a method, one to revoke, one to check."""
    office.tenant.forget_trace()

    await office.ask(actions=[Action.REQUIRE_REREGISTRATION, Action.REVOKE_SESSIONS])

    assert len(office.tenant.trace()) == 4 + 4
