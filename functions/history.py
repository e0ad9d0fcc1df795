"""History over HTTP: who did what to whom, by the audit log and the desk's own ledger."""

from typing import Final

import azure.functions as func

from functions.answers import answer
from functions.doors import Doors
from functions.exchange import Exchange, Parameters
from functions.somebody import object_id_of
from shared.authority import Authority

_LONGEST_CONTINUATION: Final = 64

doors: Final = Doors()


@doors.at("GET", "users/{user}/history", needs=Authority.AUDITOR)
async def show_history_of_user(exchange: Exchange) -> func.HttpResponse:
    """Show what was done to somebody's methods and sessions, and by whom."""
    continuation = _continuation(exchange.parameters("continuation"))
    user = await object_id_of(exchange, exchange.person())
    return answer(await exchange.premises.histories.of_person(user, continuation))


@doors.at("GET", "actors/{actor}/history", needs=Authority.AUDITOR)
async def show_history_of_actor(exchange: Exchange) -> func.HttpResponse:
    """Show what somebody did to others, in person or through the desk; of an application, by its app id as well."""
    continuation = _continuation(exchange.parameters("continuation"))
    actor = await object_id_of(exchange, exchange.person("actor"))
    return answer(await exchange.premises.histories.of_actor(actor, continuation))


@doors.at("GET", "history/{day}", needs=Authority.AUDITOR)
async def show_history_of_day(exchange: Exchange) -> func.HttpResponse:
    """Show what was done on a day."""
    return answer(await exchange.premises.histories.of_day(exchange.day()))


def _continuation(parameters: Parameters) -> str | None:
    return parameters.text("continuation", _LONGEST_CONTINUATION)
