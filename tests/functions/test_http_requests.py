"""Requests over HTTP: what is handed to the desk, and which status tells what has become of it."""

from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from functions import requests
from shared.arrival import Conflict
from shared.contract import ContractError
from shared.delegation import Decision, Effect, Rule
from shared.front_desk import RequesterDiffers
from shared.graph_shapes import IssuedPass
from shared.lookups.people import PersonFound
from shared.outcome import Outcome, Problem, Status
from shared.record import RequestList, Row
from tests.functions.visit import (
    ADELE,
    LEE,
    NOW,
    OPERATOR,
    RECORD,
    REQUEST,
    TOKEN,
    behind,
    call,
    caller,
    signed_in,
    submitted,
    told,
)

ASKED = {"id": "INC-1001", "user": ADELE, "actions": ["revokeSessions"]}
ENDED = [Status.SUCCEEDED, Status.PARTIAL, Status.FAILED]
REFUSED = Decision(Effect.REFUSED, Rule.TARGET_IS_PRIVILEGED, "It takes a privileged operator.")
PASS = "Xy7#kPq2"  # noqa: S105 - made up
HERE = "/api/requests/INC-1001"


def person(name: str, object_id: str) -> PersonFound:
    """Return somebody as a search finds them."""
    return PersonFound(
        id=object_id, user_principal_name=name, display_name="Somebody", account_enabled=True, user_type="Member"
    )


async def submit(says: Any, body: Any = ASKED, **headers: str) -> Any:
    """Return the answer to a request for which the desk says that."""
    sent = {**TOKEN, **signed_in(OPERATOR), "content-type": "application/json", **headers}
    return await call(requests.submit_request, behind(says), headers=sent, body=body)


def ended(decision: Decision | None = None, problem: Problem | None = None) -> Any:
    """Return a request that was refused."""
    outcome = Outcome(id="INC-1001", status=Status.REFUSED, accepted_at=NOW, finished_at=NOW, problem=problem)
    return submitted(replace(RECORD, status=Status.REFUSED, decision=decision, outcome=outcome))


@pytest.mark.parametrize("status", ENDED)
async def test_a_request_carried_out_now_is_created(status: Status) -> None:
    """The answer is the record, says where it is, and which version this was."""
    answer = await submit(submitted(replace(RECORD, status=status)))

    assert (answer.status_code, answer.mimetype) == (201, "application/json")
    assert (answer.headers["Location"], answer.headers["ETag"]) == (HERE, '"v-1"')
    assert (told(answer)["id"], told(answer)["status"]) == ("INC-1001", status)


@pytest.mark.parametrize("status", ENDED)
async def test_a_request_that_had_ended_before_is_told_and_not_done_again(status: Status) -> None:
    """A second click, or a retry after a lost answer, gets the ending of the first."""
    answer = await submit(submitted(replace(RECORD, status=status), fresh=False))

    assert (answer.status_code, told(answer)["status"]) == (200, status)


@pytest.mark.parametrize("status", [Status.RUNNING, Status.AWAITING_APPROVAL])
@pytest.mark.parametrize("fresh", [True, False])
async def test_a_request_that_has_not_ended_is_accepted(status: Status, *, fresh: bool) -> None:
    """Somebody looks at its address for what becomes of it."""
    answer = await submit(submitted(replace(RECORD, status=status), fresh=fresh))

    assert (answer.status_code, answer.headers["Location"], "Retry-After" in answer.headers) == (202, HERE, False)


async def test_a_deferred_request_says_when_it_goes_on() -> None:
    """To look before that is of no use."""
    until = NOW + timedelta(seconds=59.2)
    answer = await submit(submitted(replace(RECORD, status=Status.DEFERRED, deferred_until=until)))

    assert (answer.status_code, answer.headers["Retry-After"]) == (202, "60")


async def test_a_deferred_request_whose_time_has_come_is_looked_at_in_a_second() -> None:
    """A number below one is no pause."""
    until = NOW - timedelta(minutes=1)
    answer = await submit(submitted(replace(RECORD, status=Status.DEFERRED, deferred_until=until), fresh=False))

    assert answer.headers["Retry-After"] == "1"


async def test_a_refusal_names_its_rule_and_where_it_is_on_record() -> None:
    """It is a problem for whoever asked, and a record for whoever audits."""
    answer = await submit(ended(REFUSED))

    assert (answer.status_code, answer.headers["Location"]) == (403, HERE)
    assert told(answer) == {
        "type": "urn:mfa-desk:problem:refused",
        "title": "The request was refused",
        "status": 403,
        "detail": "It takes a privileged operator.",
        "instance": HERE,
        "rule": "targetIsPrivileged",
    }


async def test_somebody_who_is_not_there_is_not_found() -> None:
    """The refusal because of nobody such has the status that says so."""
    decision = Decision(Effect.REFUSED, Rule.TARGET_NOT_FOUND, "Field 'user': nobody has that name.")
    answer = await submit(ended(decision))

    assert (answer.status_code, told(answer)["rule"], told(answer)["instance"]) == (404, "targetNotFound", HERE)


async def test_a_request_that_came_to_nothing_for_another_reason_names_its_code() -> None:
    """Such as an approval that came too late."""
    problem = Problem(code="approvalExpired", detail="Nobody approved it in time; ask anew.", field="id")
    answer = await submit(ended(problem=problem))

    assert (answer.status_code, told(answer)["code"], told(answer)["detail"], told(answer)["field"]) == (
        403,
        "approvalExpired",
        "Nobody approved it in time; ask anew.",
        "id",
    )


async def test_the_pass_is_shown_beside_the_record() -> None:
    """This answer is the one place where it stands."""
    issued = IssuedPass(id="pass-1", temporary_access_pass=PASS, lifetime_in_minutes=60, is_usable_once=True)
    answer = await submit(submitted(issued_pass=issued))

    assert told(answer)["temporaryAccessPass"] == {
        "id": "pass-1",
        "temporaryAccessPass": PASS,
        "startDateTime": None,
        "lifetimeInMinutes": 60,
        "isUsableOnce": True,
    }


async def test_without_a_pass_nothing_is_said_of_one() -> None:
    """An answer that shows none has no such field."""
    assert "temporaryAccessPass" not in told(await submit(submitted()))


@pytest.mark.parametrize(
    ("prefer", "wait"),
    [
        ("", True),
        ("respond-async", False),
        ("Respond-Async, wait=10", False),
        ("handling=strict,respond-async", False),
        ("respond-async;x=1", False),
        ("wait=10", True),
        ("not-respond-async", True),
    ],
)
async def test_who_prefers_not_to_wait_need_not(prefer: str, wait: bool) -> None:  # noqa: FBT001 - a case of the table
    """Prefer: respond-async (RFC 7240) puts the request on the queue, and the answer says that this was heeded."""
    premises = behind(submitted(replace(RECORD, status=Status.DEFERRED)))
    headers = {**TOKEN, **signed_in(OPERATOR), "prefer": prefer}

    answer = await call(requests.submit_request, premises, headers=headers, body=ASKED)

    asked = replace(REQUEST, requested_by=None)
    assert premises.part.asked == [("submit", (asked, caller(authority="operator")), {"wait": wait})]
    assert answer.headers.get("Preference-Applied") == (None if wait else "respond-async")


async def test_a_preference_that_made_no_difference_is_not_said_to_be_heeded() -> None:
    """The request had ended before: nobody had to wait for anything."""
    answer = await submit(submitted(fresh=False), prefer="respond-async")

    assert (answer.status_code, "Preference-Applied" in answer.headers) == (200, False)


async def test_a_pass_and_not_waiting_exclude_each_other() -> None:
    """A pass that nobody waits for would be shown to nobody."""
    body = {"user": ADELE, "actions": ["issueTemporaryAccessPass"]}
    premises = behind(ContractError("actions", "ask for a pass, which is shown only to whoever waits for it; do wait."))
    headers = {**TOKEN, **signed_in(OPERATOR), "prefer": "respond-async"}

    answer = await call(requests.submit_request, premises, headers=headers, body=body)

    assert (answer.status_code, told(answer)["field"]) == (400, "actions")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"actions": ["revokeSessions"]}, "user"),
        ({"user": ADELE, "actions": ["revoke"]}, "actions[0]"),
        ({"user": ADELE, "actions": ["revokeSessions"], "colour": "red"}, "colour"),
        ({"user": "../me", "actions": ["revokeSessions"]}, "user"),
    ],
)
async def test_a_body_that_breaks_the_contract_names_the_field(body: dict[str, Any], field: str) -> None:
    """The contract is that of the queue."""
    answer = await submit(None, body)

    assert (answer.status_code, told(answer)["type"], told(answer)["field"]) == (
        400,
        "urn:mfa-desk:problem:invalid",
        field,
    )


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe{", b"user=adele"])
async def test_a_body_that_cannot_be_read_says_what_is_expected(body: bytes) -> None:
    """There is no field to name."""
    answer = await submit(None, body)

    assert (answer.status_code, told(answer)["type"]) == (400, "urn:mfa-desk:problem:unreadable")
    assert "JSON" in told(answer)["detail"]


async def test_what_the_desk_demands_is_the_callers_to_mend() -> None:
    """A field that only this desk demands is named like any other."""
    answer = await submit(ContractError("ticket", "is missing; this desk demands it."))

    assert (answer.status_code, told(answer)["field"]) == (400, "ticket")


async def test_nobody_asks_in_the_name_of_somebody_else() -> None:
    """Over HTTP it is the caller who asks."""
    answer = await submit(RequesterDiffers("requestedBy", "names somebody else than you."))

    assert (answer.status_code, told(answer)["field"]) == (403, "requestedBy")


async def test_an_id_that_belongs_to_another_request_is_a_conflict() -> None:
    """The answer leads to the one that has it."""
    row = Row(
        id="INC-1001",
        status=Status.SUCCEEDED,
        request=REQUEST,
        accepted_at=NOW,
        carrier="http-1",
        due_at=NOW,
        runs=1,
        etag="x",
        version="v-1",
    )
    answer = await submit(Conflict(row))

    assert (answer.status_code, told(answer)["field"], told(answer)["instance"]) == (409, "id", HERE)
    assert "2026-11-23 09:30 UTC" in told(answer)["detail"]


async def test_a_record_is_shown_with_its_version() -> None:
    """The ETag is what a decision about it has to name."""
    answer = await call(requests.show_request, behind(RECORD), id="INC-1001")

    assert (answer.status_code, answer.headers["ETag"], told(answer)["version"]) == (200, '"v-1"', "v-1")


@pytest.mark.parametrize(
    ("roles", "effect", "rule"),
    [
        (("MfaDesk.PrivilegedOperator",), "allowed", "approved"),
        (("MfaDesk.Operator",), "refused", "approverLacksAuthority"),
    ],
)
async def test_a_request_that_waits_tells_its_reader_whether_they_may_decide(
    roles: tuple[str, ...], effect: str, rule: str
) -> None:
    """By the rule that the decision would meet."""
    waiting = replace(RECORD, status=Status.AWAITING_APPROVAL, outcome=None)

    answer = await call(requests.show_request, behind(waiting), headers={**TOKEN, **signed_in(*roles)}, id="INC-1001")

    assert (told(answer)["mayDecide"]["effect"], told(answer)["mayDecide"]["rule"]) == (effect, rule)


async def test_nobody_is_told_that_they_may_decide_what_has_ended() -> None:
    """There is nothing to decide."""
    answer = await call(requests.show_request, behind(RECORD), id="INC-1001")

    assert "mayDecide" not in told(answer)


async def test_a_request_that_is_not_there_is_not_found() -> None:
    """The problem names what was looked for."""
    answer = await call(requests.show_request, behind(None), id="INC-9")

    assert (answer.status_code, told(answer)["field"]) == (404, "id")


@pytest.mark.parametrize("request_id", ["a'b", "a b", "x" * 65, "ü", "a\n", "a%2Fb"])
async def test_what_can_be_no_id_is_not_looked_for(request_id: str) -> None:
    """It never becomes part of a query."""
    premises = behind(RECORD)

    answer = await call(requests.show_request, premises, id=request_id)

    assert (answer.status_code, told(answer)["field"], premises.part.asked) == (400, "id", [])


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ({"day": "2026-11-23"}, ("of_day", (date(2026, 11, 23), None, None, 50))),
        (
            {"day": "2026-11-23", "status": "refused", "continuation": "c-1"},
            ("of_day", (date(2026, 11, 23), Status.REFUSED, "c-1", 50)),
        ),
        ({"user": LEE.upper()}, ("of_person", (LEE, None, None, 50))),
        ({"user": LEE, "status": "failed"}, ("of_person", (LEE, Status.FAILED, None, 50))),
        ({}, ("open", (None, "", 50))),
        ({"status": "awaitingApproval"}, ("open", (Status.AWAITING_APPROVAL, "", 50))),
        ({"continuation": "INC-7"}, ("open", (None, "INC-7", 50))),
    ],
)
async def test_requests_are_listed_by_day_by_person_or_as_they_wait(query: dict[str, str], asked: Any) -> None:
    """Without a day or a person it is what has not ended."""
    premises = behind(RequestList(requests=(), continuation="c-2"))

    answer = await call(requests.list_requests, premises, query=query)

    assert [(verb, args) for verb, args, _ in premises.part.asked] == [asked]
    assert told(answer) == {"requests": [], "continuation": "c-2"}


async def test_requests_about_somebody_are_found_by_their_name_as_well() -> None:
    """The name is the directory's to tell; of those who only sound alike it is none."""
    alike = person("adele.vance@contoso.com.example", LEE)
    premises = behind(RequestList(requests=()), people=(alike, person("Adele.Vance@contoso.com", ADELE)))

    await call(requests.list_requests, premises, query={"user": "adele.vance@contoso.com"})

    assert premises.part.asked == [("of_person", (ADELE, None, None, 50), {})]


async def test_requests_about_somebody_who_is_not_there_take_the_object_id() -> None:
    """A name that nobody has may have been somebody's: an empty list would say that there was nothing."""
    premises = behind(RequestList(requests=()), people=(person("adele.vance@fabrikam.com", ADELE),))

    answer = await call(requests.list_requests, premises, query={"user": "adele.vance@contoso.com"})

    assert (answer.status_code, told(answer)["field"], premises.part.asked) == (404, "user", [])
    assert "object id" in told(answer)["detail"]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ({"day": "2026-13-40"}, "day"),
        ({"day": "20261123"}, "day"),
        ({"day": "2026-11-23,2026-11-24"}, "day"),
        ({"day": "٢٠٢٦-11-23"}, "day"),
        ({"day": "2026-11-23", "status": "done"}, "status"),
        ({"status": "succeeded"}, "status"),
        ({"user": "adele vance"}, "user"),
        ({"user": LEE, "day": "2026-11-23"}, "user"),
        ({"continuation": "x" * 300, "day": "2026-11-23"}, "continuation"),
        ({"continuation": "no id"}, "continuation"),
        ({"dya": "2026-11-23"}, "dya"),
        ({"day": ""}, "day"),
        ({"user": ""}, "user"),
        ({"status": ""}, "status"),
        ({"": "x"}, ""),
    ],
)
async def test_a_parameter_that_will_not_do_is_named(query: dict[str, str], parameter: str) -> None:
    """Nothing is passed over: a list that is not what was asked for would be believed."""
    premises = behind()

    answer = await call(requests.list_requests, premises, query=query)

    assert (answer.status_code, told(answer)["field"], premises.part.asked) == (400, parameter, [])


async def test_a_continuation_that_is_none_of_the_desks_is_named() -> None:
    """The desk knows its own."""
    says = ContractError("continuation", "is none that this desk has given out; begin without it.")
    answer = await call(requests.list_requests, behind(says), query={"day": "2026-11-23", "continuation": "mine"})

    assert (answer.status_code, told(answer)["field"]) == (400, "continuation")
