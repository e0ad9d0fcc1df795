"""Who is let in at the doors, and what everybody is answered."""

import asyncio
import logging
from typing import Any

import pytest
from azure.core.exceptions import ServiceRequestError

from functions import approvals, delegation, people, requests, service
from functions.doors import Verb
from shared.api.problem_details import MEDIA_TYPE
from shared.contract import Action, ContractError
from shared.delegation import SecondPerson
from shared.environment import SettingsError
from shared.graph import GraphUnavailable
from shared.lookups.held_permissions import Grants
from shared.lookups.permission import DIRECTORY, MissingPermissionError
from tests.functions.visit import (
    AUDITOR,
    INVOCATION,
    LEE,
    OPERATOR,
    RECORD,
    TOKEN,
    Behind,
    Scripted,
    SettingsRead,
    behind,
    call,
    signed_in,
    told,
)

READING = [
    pytest.param(requests.show_request, {"id": "INC-1001"}, {}, id="a request"),
    pytest.param(requests.list_requests, {}, {}, id="requests"),
    pytest.param(people.search_users, {}, {"search": "adele"}, id="people"),
    pytest.param(people.show_user, {"user": "adele.vance@contoso.com"}, {}, id="a person"),
    pytest.param(delegation.list_delegates, {}, {}, id="delegates"),
    pytest.param(delegation.show_role_permissions, {"role": "Global Reader"}, {}, id="a role"),
]
DECIDED_BY_THE_DESK = [
    pytest.param(requests.submit_request, {}, id="submitting"),
    pytest.param(approvals.approve_request, {"id": "INC-1001"}, id="approving"),
    pytest.param(approvals.reject_request, {"id": "INC-1001"}, id="rejecting"),
    pytest.param(service.show_me, {}, id="me"),
]


@pytest.mark.parametrize(("verb", "route", "query"), READING)
async def test_reading_takes_an_auditor(verb: Verb, route: dict[str, str], query: dict[str, str]) -> None:
    """Whoever is signed in without a role is told what it takes."""
    answer = await call(verb, behind(RECORD), headers={**TOKEN, **signed_in()}, query=query, **route)

    assert (answer.status_code, told(answer)["type"]) == (403, "urn:mfa-desk:problem:lacksAuthority")
    assert "MfaDesk.Auditor" in told(answer)["detail"]


@pytest.mark.parametrize(("verb", "route", "query"), READING)
@pytest.mark.parametrize("role", [AUDITOR, OPERATOR])
async def test_an_auditor_and_whoever_may_more_can_read(
    verb: Verb, route: dict[str, str], query: dict[str, str], role: str
) -> None:
    """The doors let through what the roles allow."""
    answer = await call(verb, behind(RECORD), headers={**TOKEN, **signed_in(role)}, query=query, **route)

    assert answer.status_code == 200


@pytest.mark.parametrize(("verb", "route", "query"), READING)
async def test_nobody_reads_without_being_signed_in(verb: Verb, route: dict[str, str], query: dict[str, str]) -> None:
    """Nothing behind the door is asked."""
    premises = behind(RECORD)

    answer = await call(verb, premises, headers=TOKEN, query=query, **route)

    assert (answer.status_code, answer.headers["WWW-Authenticate"], premises.part.asked) == (401, "Bearer", [])


@pytest.mark.parametrize(("verb", "route"), DECIDED_BY_THE_DESK)
async def test_nobody_acts_without_being_signed_in(verb: Verb, route: dict[str, Any]) -> None:
    """A caller without a sign-in gets the challenge, whatever they send."""
    premises = behind()

    answer = await call(verb, premises, headers={"host": "desk.example"}, **route)

    assert (answer.status_code, told(answer)["type"]) == (401, "urn:mfa-desk:problem:notSignedIn")
    assert (answer.headers["WWW-Authenticate"], premises.part.asked) == ("Bearer", [])


@pytest.mark.parametrize(("verb", "route"), DECIDED_BY_THE_DESK)
async def test_a_forged_principal_is_nobody_where_nothing_stands_before_the_app(
    verb: Verb, route: dict[str, Any]
) -> None:
    """Without App Service Authentication the header is whatever the caller writes."""
    premises = behind(settings=SettingsRead(authentication_enabled=False))

    answer = await call(verb, premises, **route)

    assert answer.status_code == 401


async def test_who_calls_is_told_who_they_are() -> None:
    """Also what they may, and what is laid down for all, so that a page can show what makes sense."""
    answer = await call(service.show_me, behind())

    assert told(answer) == {
        "id": LEE,
        "name": "lee.gu@contoso.com",
        "authority": "operator",
        "rules": {
            "demandedFields": [],
            "actions": ["requireReregistration", "revokeSessions"],
            "secondPerson": "queue",
            "timeZone": "UTC",
        },
    }


async def test_who_calls_is_told_what_the_settings_demand_and_switch_on() -> None:
    """A page asks for what would be missed, and offers what is done here."""
    settings = SettingsRead(
        demanded=frozenset({"verification", "reason"}),
        further_actions=frozenset({Action.ISSUE_TEMPORARY_ACCESS_PASS}),
        second_person=SecondPerson.ALWAYS,
        time_zone="Europe/Berlin",
    )
    answer = await call(service.show_me, behind(settings=settings))

    assert told(answer)["rules"] == {
        "demandedFields": ["reason", "verification"],
        "actions": ["requireReregistration", "revokeSessions", "issueTemporaryAccessPass"],
        "secondPerson": "always",
        "timeZone": "Europe/Berlin",
    }


async def test_health_and_the_description_need_no_sign_in() -> None:
    """A probe has no token, and whoever writes a client has none yet."""
    health = await call(service.show_health, behind(Grants()), headers={})
    description = await call(service.show_openapi, behind(), headers={})

    assert (told(health)["status"], told(description)["openapi"]) == ("ok", "3.1.0")


class Unset(Behind):
    """A desk of which a setting is missing."""

    def __getattribute__(self, name: str) -> Any:
        raise SettingsError("Setting 'REQUEST_QUEUE' is missing, and has no default.")


@pytest.mark.parametrize("verb", [service.show_health, service.show_me, people.show_user])
async def test_a_desk_that_is_not_set_up_says_which_setting_it_is(verb: Verb, caplog: pytest.LogCaptureFixture) -> None:
    """The same sentence over HTTP and in the log, without a stack trace in either."""
    sentence = "Setting 'REQUEST_QUEUE' is missing, and has no default."
    with caplog.at_level(logging.ERROR):
        answer = await call(verb, Unset(Scripted()), headers={}, user=LEE)

    assert (answer.status_code, told(answer)["type"]) == (500, "urn:mfa-desk:problem:notSetUp")
    assert (told(answer)["detail"], sentence in caplog.text) == (sentence, True)
    assert "Traceback" not in f"{answer.get_body()!r} {caplog.text}"


@pytest.mark.parametrize(
    ("says", "status"), [(RECORD, 200), (None, 404), (ContractError("day", "is none."), 400), (LookupError("x"), 500)]
)
async def test_no_answer_is_stored_or_guessed_at(says: Any, status: int) -> None:
    """What the desk says is about people: no cache keeps it, and no browser takes it for something else."""
    answer = await call(requests.show_request, behind(says), id="INC-1001")

    headers = {name: answer.headers[name] for name in ("Cache-Control", "X-Content-Type-Options")}
    assert (answer.status_code, headers) == (
        status,
        {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"},
    )


async def test_an_error_nobody_expected_is_a_problem_with_the_invocation(caplog: pytest.LogCaptureFixture) -> None:
    """The log has the traceback under the same id; the caller learns nothing of what went wrong inside."""
    with caplog.at_level(logging.ERROR):
        answer = await call(requests.show_request, behind(LookupError("AccountKey=abc")), id="INC-1001")

    assert (answer.status_code, answer.mimetype, told(answer)["invocationId"]) == (500, MEDIA_TYPE, INVOCATION)
    assert "AccountKey" not in answer.get_body().decode()
    assert f"invocation {INVOCATION} failed" in caplog.text
    assert "Traceback" in caplog.text


@pytest.mark.parametrize(
    ("error", "seconds"),
    [
        pytest.param(GraphUnavailable("Graph answered 429", 12.4), "13", id="Graph says when"),
        pytest.param(GraphUnavailable("Graph answered 503"), "30", id="Graph does not"),
        pytest.param(TimeoutError(), "30", id="no answer in time"),
        pytest.param(ServiceRequestError("no route to the storage"), "30", id="the storage"),
    ],
)
async def test_what_passes_by_itself_says_when_to_ask_again(error: Exception, seconds: str) -> None:
    """Programs obey Retry-After; people read the sentence."""
    answer = await call(people.show_user, behind(error), user=LEE)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, seconds)
    assert "no route" not in answer.get_body().decode()


async def test_a_permission_that_the_desk_lacks_is_named(caplog: pytest.LogCaptureFixture) -> None:
    """Waiting does not help, and no Retry-After says so; whoever runs the desk can grant it."""
    with caplog.at_level(logging.ERROR):
        answer = await call(people.search_users, behind(MissingPermissionError(DIRECTORY)), query={"search": "adele"})

    assert (answer.status_code, told(answer)["permission"]) == (502, "Directory.Read.All")
    assert ("Retry-After" in answer.headers, "Directory.Read.All" in caplog.text) == (False, True)


async def test_a_cancelled_call_is_cancelled() -> None:
    """The worker that shuts down is not answered with a problem."""

    class Cancelled(Scripted):
        def __getattr__(self, verb: str) -> Any:
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await call(requests.show_request, Behind(Cancelled()), id="INC-1001")


async def test_the_log_names_nobody(caplog: pytest.LogCaptureFixture) -> None:
    """What goes wrong over HTTP is logged by ids alone, and no body is."""
    body = {"user": "adele.vance@contoso.com", "actions": ["revokeSessions"], "reason": "Phone left on the train"}
    with caplog.at_level(logging.DEBUG):
        for error in (GraphUnavailable("Graph answered 503"), ContractError("user", "is none."), TimeoutError()):
            await call(requests.submit_request, behind(error), body=body)

    for personal in ("adele", "lee.gu", "train", LEE):
        assert personal not in caplog.text
