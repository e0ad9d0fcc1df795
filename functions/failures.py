"""What the caller is told of an error: one sentence and a status, and nothing that is nobody's business."""

import logging
import math
from typing import Final

import azure.functions as func
from azure.core.exceptions import AzureError

from functions.answers import address, bulk_address, problem
from functions.exchange import Exchange, Refusal
from shared.api import problem_details
from shared.api.problem_details import ProblemDetails
from shared.arrival import Conflict
from shared.bulk.refusals import BulkConflict, BulkEnded, BulkRefused, NoSuchBulk, NotYours
from shared.caller import NotSignedInError
from shared.contract import ContractError
from shared.environment import SettingsError
from shared.front_desk import MayNotDecide, NotAwaiting, NotOnRecord, RequesterDiffers, VersionChanged
from shared.graph import GraphUnavailable
from shared.lookups.permission import MissingPermissionError

log: Final = logging.getLogger("mfadesk")
_PAUSE: Final = 30
"""Seconds after which to come again, where nobody says how long."""


def answer_to(error: Exception, exchange: Exchange) -> func.HttpResponse:
    """Return what is answered where a door raised that."""
    if (details := _of_the_call(error, exchange)) is not None:
        return problem(details, {"Location": details.instance or ""} if isinstance(error, BulkRefused) else None)
    match error:
        case MissingPermissionError():
            return _lacking_permission(error, exchange)
        case GraphUnavailable() | TimeoutError():
            return _graph_away(error, exchange)
        case AzureError():
            return _storage_away(error, exchange)
        case SettingsError():
            return _not_set_up(error, exchange)
        case _:
            return _fault(error, exchange)


def _of_the_call(error: Exception, exchange: Exchange) -> ProblemDetails | None:
    """Return what is wrong with the call itself; None where it is the desk, or what it stands on."""
    match error:
        case Refusal():
            return error.details
        case NotSignedInError():
            return problem_details.NOT_SIGNED_IN.because(str(error))
        case ContractError():
            return _of_contract(error)
        case Conflict():
            return problem_details.CONFLICT.because(str(error), field="id", instance=address(error.row.id))
        case NotOnRecord() | MayNotDecide() | NotAwaiting() | VersionChanged():
            return _of_decision(error, address(exchange.request.route_params["id"]))
        case BulkRefused() | BulkConflict() | BulkEnded() | NoSuchBulk() | NotYours():
            return _of_bulk(error)
        case _:
            return None


def _of_contract(error: ContractError) -> ProblemDetails:
    if isinstance(error, RequesterDiffers):
        return problem_details.REQUESTER_DIFFERS.because(str(error), field=error.field)
    if error.field is None:
        return problem_details.UNREADABLE.because(str(error))
    return problem_details.INVALID.because(str(error), field=error.field)


def _of_decision(error: NotOnRecord | MayNotDecide | NotAwaiting | VersionChanged, where: str) -> ProblemDetails:
    match error:
        case NotOnRecord():
            return problem_details.NOT_FOUND.because(str(error), field="id")
        case MayNotDecide():
            return problem_details.MAY_NOT_DECIDE.because(str(error), instance=where, rule=error.decision.rule)
        case NotAwaiting():
            return problem_details.NOT_AWAITING.because(str(error), instance=where)
        case VersionChanged():  # pragma: no branch - there is no other
            return problem_details.VERSION_CHANGED.because(str(error), instance=where, field="If-Match")


def _of_bulk(error: BulkRefused | BulkConflict | BulkEnded | NoSuchBulk | NotYours) -> ProblemDetails:
    match error:
        case BulkRefused():
            where = f"{address(error.record_id)}/messages"
            return problem_details.REFUSED.because(str(error), instance=where, rule=error.decision.rule)
        case BulkConflict():
            return problem_details.CONFLICT.because(str(error), field="id", instance=bulk_address(error.bulk_id))
        case BulkEnded():
            return problem_details.BULK_ENDED.because(str(error), instance=bulk_address(error.bulk_id))
        case NoSuchBulk():
            return problem_details.NOT_FOUND.because(str(error), field="id")
        case NotYours():  # pragma: no branch - there is no other
            return problem_details.LACKS_AUTHORITY.because(str(error))


def _lacking_permission(error: MissingPermissionError, exchange: Exchange) -> func.HttpResponse:
    """Answer as a gateway whose upstream refuses it: waiting does not help, so it is no 503."""
    log.error("invocation %s: %s", exchange.invocation_id, error)
    return problem(problem_details.LACKS_PERMISSION.because(str(error), permission=error.permission))


def _graph_away(error: GraphUnavailable | TimeoutError, exchange: Exchange) -> func.HttpResponse:
    log.warning("invocation %s: Graph serves nobody now: %s", exchange.invocation_id, error)
    asked = error.retry_after if isinstance(error, GraphUnavailable) else None
    seconds = max(1, math.ceil(asked or _PAUSE))
    detail = f"Microsoft Graph gave no usable answer; ask again in {seconds} seconds."
    return problem(problem_details.UNAVAILABLE.because(detail), {"Retry-After": str(seconds)})


def _storage_away(error: AzureError, exchange: Exchange) -> func.HttpResponse:
    log.error("invocation %s: the storage does not answer", exchange.invocation_id, exc_info=error)
    detail = f"The desk's storage gave no usable answer; come again in {_PAUSE} seconds, with a request under its id."
    return problem(problem_details.STORAGE_UNAVAILABLE.because(detail), {"Retry-After": str(_PAUSE)})


def _not_set_up(error: SettingsError, exchange: Exchange) -> func.HttpResponse:
    log.error("invocation %s: %s", exchange.invocation_id, error)
    return problem(problem_details.NOT_SET_UP.because(str(error), invocation_id=exchange.invocation_id))


def _fault(error: Exception, exchange: Exchange) -> func.HttpResponse:
    log.error("invocation %s failed", exchange.invocation_id, exc_info=error)
    detail = f"This is a fault of the desk, and its log has it under invocation {exchange.invocation_id}."
    return problem(problem_details.FAULT.because(detail, invocation_id=exchange.invocation_id))
