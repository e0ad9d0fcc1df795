"""Decisions over HTTP: about one version of a request, with a word of why."""

from typing import Any

import pytest
from msgspec.structs import replace

from functions import approvals
from functions.doors import Verb
from shared.delegation import Decision, Effect, Rule
from shared.front_desk import MayNotDecide, NotAwaiting, NotOnRecord, VersionChanged
from shared.outcome import Status
from shared.record import Row
from tests.functions.visit import (
    NOW,
    OPERATOR,
    RECORD,
    REQUEST,
    TOKEN,
    Behind,
    behind,
    call,
    caller,
    signed_in,
    submitted,
    told,
)

BOTH = pytest.mark.parametrize("verb", [approvals.approve_request, approvals.reject_request])
HERE = "/api/requests/INC-1001"
WHY = {"comment": "Called back on the number in HR's file."}
ROW = Row(
    id="INC-1001",
    status=Status.SUCCEEDED,
    request=REQUEST,
    accepted_at=NOW,
    carrier="http-1",
    due_at=NOW,
    runs=1,
    etag="x",
    version="v-2",
)


async def decide(verb: Verb, premises: Behind, body: Any = WHY, **headers: str) -> Any:
    """Return the answer to a decision about what was seen as version v-1."""
    sent = {**TOKEN, **signed_in(OPERATOR), "if-match": '"v-1"', **headers}
    return await call(verb, premises, headers=sent, body=body, id="INC-1001")


async def test_an_approved_request_is_told_as_it_was_carried_out() -> None:
    """The desk is handed the caller, the version that they saw, and their words."""
    premises = behind(submitted())

    answer = await decide(approvals.approve_request, premises)

    by = caller(authority="operator")
    assert premises.part.asked == [("approve", ("INC-1001", by, "v-1", WHY["comment"]), {})]
    assert (answer.status_code, told(answer)["status"], answer.headers["ETag"]) == (200, "succeeded", '"v-1"')


async def test_an_approved_request_that_has_to_wait_is_accepted() -> None:
    """Graph may not answer just then."""
    answer = await decide(approvals.approve_request, behind(submitted(replace(RECORD, status=Status.DEFERRED))))

    assert (answer.status_code, answer.headers["Location"]) == (202, HERE)


async def test_an_approved_request_may_be_refused_all_the_same() -> None:
    """What was found out meanwhile decides; the answer says so."""
    decision = Decision(Effect.REFUSED, Rule.TARGET_PROTECTED, "This person is protected.")
    refused = replace(RECORD, status=Status.REFUSED, decision=decision)
    answer = await decide(approvals.approve_request, behind(submitted(refused)))

    assert (answer.status_code, told(answer)["rule"]) == (403, "targetProtected")


@pytest.mark.parametrize("body", [b"", b"{}", {"comment": "  "}])
async def test_an_approval_needs_no_comment(body: Any) -> None:
    """Yes is an answer."""
    premises = behind(submitted())

    answer = await decide(approvals.approve_request, premises, body)

    assert (answer.status_code, premises.part.asked[0][1][3]) == (200, "")


async def test_a_rejected_request_is_told_as_a_record() -> None:
    """That it was refused is here what was wanted."""
    rejected = replace(RECORD, status=Status.REFUSED, version="v-2")
    premises = behind(submitted(rejected))

    answer = await decide(approvals.reject_request, premises)

    assert (premises.part.asked[0][0], premises.part.asked[0][1][3]) == ("reject", WHY["comment"])
    assert (answer.status_code, told(answer)["status"], answer.headers["ETag"]) == (200, "refused", '"v-2"')


@pytest.mark.parametrize("body", [b"", b"{}", {"comment": ""}, {"comment": " \n"}])
async def test_a_rejection_says_why(body: Any) -> None:
    """Whoever asked reads it."""
    premises = behind(submitted())

    answer = await decide(approvals.reject_request, premises, body)

    assert (answer.status_code, told(answer)["field"], premises.part.asked) == (400, "comment", [])


@BOTH
@pytest.mark.parametrize("body", [{"comment": 5}, {"comment": "x" * 1025}, {"remark": "x"}, [], {"comment": "\uffff"}])
async def test_a_comment_that_will_not_do_is_named(verb: Verb, body: Any) -> None:
    """Nothing else is taken, and nothing is passed over."""
    answer = await decide(verb, behind(submitted()), body)

    assert (answer.status_code, told(answer)["field"]) == (400, "comment")


@BOTH
@pytest.mark.parametrize("body", [b"{", b"\xff", b"[" * 60_000])
async def test_a_comment_that_cannot_be_read_says_what_is_expected(verb: Verb, body: bytes) -> None:
    """There may be no field to name."""
    answer = await decide(verb, behind(submitted()), body)

    assert answer.status_code == 400


@BOTH
@pytest.mark.parametrize("tag", ["", "*", " * "])
async def test_a_decision_without_a_version_is_none(verb: Verb, tag: str) -> None:
    """Whoever decides has to have seen what about; any version at all is no version."""
    premises = behind(submitted())

    answer = await decide(verb, premises, **{"if-match": tag})

    assert (answer.status_code, told(answer)["field"], premises.part.asked) == (428, "If-Match", [])


@BOTH
@pytest.mark.parametrize("tag", ["v-1", 'W/"v-1"', '"v-1', '"v-1","v-2"', '""', '"v\x801"', f'"{"x" * 129}"'])
async def test_a_version_has_to_be_one_strong_entity_tag(verb: Verb, tag: str) -> None:
    """What is no ETag of the desk's is named, and not compared."""
    answer = await decide(verb, behind(submitted()), **{"if-match": tag})

    assert (answer.status_code, told(answer)["field"]) == (400, "If-Match")


@BOTH
@pytest.mark.parametrize(
    ("error", "status", "kind"),
    [
        pytest.param(NotOnRecord("There is no request 'INC-1001'."), 404, "notFound", id="no such request"),
        pytest.param(NotAwaiting(ROW, "It was approved by Megan."), 409, "notAwaiting", id="decided already"),
        pytest.param(VersionChanged("INC-1001"), 412, "versionChanged", id="changed since"),
    ],
)
async def test_what_stands_against_a_decision_has_a_status_of_its_own(
    verb: Verb, error: Exception, status: int, kind: str
) -> None:
    """Whether to look again, or to leave it, shows in the kind; the sentence says what happened."""
    answer = await decide(verb, behind(error))

    assert (answer.status_code, told(answer)["type"]) == (status, f"urn:mfa-desk:problem:{kind}")
    assert told(answer)["detail"] == str(error)


@BOTH
async def test_somebody_who_is_no_second_person_is_told_by_which_rule(verb: Verb) -> None:
    """Who asked cannot approve it as well, for one."""
    decision = Decision(Effect.REFUSED, Rule.APPROVER_IS_REQUESTER, "Who asked for it cannot approve it as well.")
    answer = await decide(verb, behind(MayNotDecide(decision)))

    assert (answer.status_code, told(answer)["rule"], told(answer)["instance"]) == (403, "approverIsRequester", HERE)


@BOTH
async def test_what_can_be_no_id_is_not_looked_for(verb: Verb) -> None:
    """The path is checked as everywhere."""
    premises = behind(submitted())
    headers = {**TOKEN, **signed_in(OPERATOR), "if-match": '"v-1"'}

    answer = await call(verb, premises, headers=headers, body=WHY, id="a/b")

    assert (answer.status_code, told(answer)["field"], premises.part.asked) == (400, "id", [])
