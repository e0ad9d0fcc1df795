"""Many people at once: bulk requests over HTTP, and the queue that calls whoever works them off."""

from typing import TYPE_CHECKING, Final

import azure.functions as func

from functions.answers import answer, bulk_address, document
from functions.body import body_of
from functions.doors import Doors
from functions.exchange import Exchange
from functions.process import premises
from shared.authority import Authority
from shared.bulk.refusals import NoSuchBulk
from shared.contract import ContractError

if TYPE_CHECKING:
    from shared.bulk.bulk_desk import BulkTold

PAGE: Final = 25
"""Bulk requests in one list; its continuation leads to the next."""
LARGEST: Final = 1_048_576
"""Bytes of a body: 10,000 people, a hundred bytes each."""
_LONGEST_CONTINUATION: Final = 128
_OK: Final = 200
_ACCEPTED: Final = 202

doors: Final = Doors()
blueprint = func.Blueprint()


@doors.at("POST", "bulk-requests", needs=Authority.NONE)
async def submit_bulk_request(exchange: Exchange) -> func.HttpResponse:
    """Take a bulk request. Whether the caller may ask is for the desk to decide, which records a refusal."""
    from shared.bulk import order  # noqa: PLC0415 - nobody else waits for what this imports

    asked = order.parse(body_of(exchange, LARGEST))
    return _told(await exchange.premises.bulk_desk.accept(asked, exchange.caller))


@doors.at("GET", "bulk-requests", needs=Authority.AUDITOR)
async def list_bulk_requests(exchange: Exchange) -> func.HttpResponse:
    """List bulk requests, the newest first."""
    continuation = exchange.parameters("continuation").text("continuation", _LONGEST_CONTINUATION)
    return answer(await exchange.premises.bulk_desk.listed(continuation, PAGE))


@doors.at("GET", "bulk-requests/{id}", needs=Authority.AUDITOR)
async def show_bulk_request(exchange: Exchange) -> func.HttpResponse:
    """Show how far a bulk request is."""
    bulk_id = exchange.request_id()
    told = await exchange.premises.bulk_desk.find(bulk_id)
    if told is None:
        raise NoSuchBulk(bulk_id)
    return _told(told)


@doors.at("GET", "bulk-requests/{id}/outcomes.csv", needs=Authority.AUDITOR)
async def show_outcomes(exchange: Exchange) -> func.HttpResponse:
    """Show what became of everybody, as a table."""
    bulk_id = exchange.request_id()
    table = await exchange.premises.bulk_desk.outcomes(bulk_id)
    return document(table, "text/csv", f"{bulk_id}.csv")


@doors.at("POST", "bulk-requests/{id}/pause", needs=Authority.OPERATOR)
async def pause_bulk_request(exchange: Exchange) -> func.HttpResponse:
    """Begin with nobody more until it is resumed."""
    _expect_nothing(exchange)
    return _told(await exchange.premises.bulk_desk.pause(exchange.request_id(), exchange.caller))


@doors.at("POST", "bulk-requests/{id}/resume", needs=Authority.OPERATOR)
async def resume_bulk_request(exchange: Exchange) -> func.HttpResponse:
    """Go on with it."""
    _expect_nothing(exchange)
    return _told(await exchange.premises.bulk_desk.resume(exchange.request_id(), exchange.caller))


@doors.at("POST", "bulk-requests/{id}/cancellation", needs=Authority.OPERATOR)
async def cancel_bulk_request(exchange: Exchange) -> func.HttpResponse:
    """End it: nobody more is begun with."""
    _expect_nothing(exchange)
    return _told(await exchange.premises.bulk_desk.cancel(exchange.request_id(), exchange.caller))


@blueprint.function_name("bulk_work")
@blueprint.queue_trigger(arg_name="message", queue_name="%BULK_QUEUE%", connection="DeskStorage")
async def bulk_work(message: func.QueueMessage) -> None:  # noqa: ARG001 - the host calls by this name
    """Work off bulk requests; the message is only a call, and says nothing of them."""
    await premises().bulk_worker.work()


def _expect_nothing(exchange: Exchange) -> None:
    body = body_of(exchange).strip()
    if body not in (b"", b"{}"):
        raise ContractError(None, "This takes no body; leave it out, or send an empty JSON object.")


def _told(told: "BulkTold") -> func.HttpResponse:
    headers = {"Location": bulk_address(told.request.id), "ETag": f'"{told.version}"'}
    return answer(told.request, _ACCEPTED if told.fresh else _OK, headers)
