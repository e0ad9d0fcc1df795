"""Requests over HTTP: submit one, look at one, list them."""

from typing import Final

import azure.functions as func

from functions.answers import answer, as_it_stands, version
from functions.body import body_of
from functions.doors import Doors
from functions.exchange import Exchange, Refusal, invalid
from functions.somebody import object_id_of
from shared import contract
from shared.api import problem_details
from shared.api.bodies import RequestSeen
from shared.authority import Authority
from shared.outcome import OPEN, Status
from shared.record import MessageList, RequestList

PAGE: Final = 50
"""Requests in one list; its continuation leads to the next."""
_LONGEST_CONTINUATION: Final = 256
_ASYNC: Final = "respond-async"
_CREATED: Final = 201

doors: Final = Doors()


@doors.at("POST", "requests", needs=Authority.NONE)
async def submit_request(exchange: Exchange) -> func.HttpResponse:
    """Take a request. Whether it may be done is for the desk to decide, which keeps a refusal on record as well."""
    request = contract.parse(body_of(exchange))
    apart = _prefers_async(exchange)
    submitted = await exchange.premises.front_desk.submit(request, exchange.caller, wait=not apart)
    applied = {"Preference-Applied": _ASYNC} if apart and submitted.record.status in OPEN else {}
    return as_it_stands(submitted, exchange.now(), carried_out=_CREATED, headers=applied)


@doors.at("GET", "requests/{id}", needs=Authority.AUDITOR)
async def show_request(exchange: Exchange) -> func.HttpResponse:
    """Show all that is on record of a request."""
    request_id = exchange.request_id()
    record = await exchange.premises.front_desk.find(request_id)
    if record is None:
        raise Refusal(problem_details.NOT_FOUND.because(f"There is no request '{request_id}' on record.", field="id"))
    return answer(RequestSeen.of(record, exchange.caller), headers=version(record))


@doors.at("GET", "requests/{id}/messages", needs=Authority.AUDITOR)
async def show_messages(exchange: Exchange) -> func.HttpResponse:
    """Show the messages under an id which were no request, or not the one that has it."""
    messages = await exchange.premises.front_desk.messages(exchange.request_id())
    return answer(MessageList(messages))


@doors.at("GET", "requests", needs=Authority.AUDITOR)
async def list_requests(exchange: Exchange) -> func.HttpResponse:
    """List requests: of a day, about a person, or those that have not ended."""
    return answer(await _listed(exchange))


async def _listed(exchange: Exchange) -> RequestList:
    parameters = exchange.parameters("day", "user", "status", "continuation")
    day, status = parameters.day("day"), parameters.choice("status", Status)
    continuation = parameters.text("continuation", _LONGEST_CONTINUATION)
    desk = exchange.premises.front_desk
    if day is not None:
        parameters.refuse("user", beside="day")
        return await desk.of_day(day, status, continuation, PAGE)
    if parameters.has("user"):
        user = await object_id_of(exchange, parameters.person("user"))
        return await desk.of_person(user, status, continuation, PAGE)
    if status is not None and status not in OPEN:
        raise invalid("status", f"is '{status}', which is an ending: name the day or the user as well.")
    if continuation is not None and not contract.is_request_id(continuation):
        raise invalid("continuation", "is none that this desk has given out; begin without it.")
    return await desk.open(status, continuation or "", PAGE)


def _prefers_async(exchange: Exchange) -> bool:
    """Return whether the caller would rather not wait (RFC 7240)."""
    preferences = exchange.headers.get("prefer", "").lower().split(",")
    return any(preference.partition(";")[0].strip() == _ASYNC for preference in preferences)
