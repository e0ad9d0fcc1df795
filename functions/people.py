"""People over HTTP: find somebody, and see what the desk may do to them."""

from typing import Final

import azure.functions as func

from functions.answers import answer
from functions.doors import Doors
from functions.exchange import Exchange, Refusal
from shared.api import problem_details
from shared.authority import Authority

_LONGEST_SEARCH: Final = 100

doors: Final = Doors()


@doors.at("GET", "users", needs=Authority.AUDITOR)
async def search_users(exchange: Exchange) -> func.HttpResponse:
    """Find people by a part of their name, user principal name or address."""
    text = exchange.parameters("search").required_text("search", _LONGEST_SEARCH)
    return answer({"users": await exchange.premises.people.search(text)})


@doors.at("GET", "users/{user}", needs=Authority.AUDITOR)
async def show_user(exchange: Exchange) -> func.HttpResponse:
    """Show somebody's methods and roles, and whether the caller may have them reset."""
    preview = await exchange.premises.previews.of(exchange.person(), exchange.caller)
    if preview is None:
        detail = "Nobody in the directory has that object id or user principal name."
        raise Refusal(problem_details.TARGET_NOT_FOUND.because(detail, field="user"))
    return answer(preview)
