"""What the second person says over HTTP to a request that waits for them."""

import re
from typing import Final

import azure.functions as func

from functions.answers import answer, as_it_stands, version
from functions.body import body_of
from functions.doors import Doors
from functions.exchange import Exchange, Refusal, invalid
from shared.api import problem_details
from shared.api.bodies import comment_in
from shared.authority import Authority
from shared.contract import ContractError

_OK: Final = 200
_STRONG: Final = re.compile(r'"([\x21\x23-\x7e]{1,128})"')
"""An entity tag of which one byte tells (RFC 9110, 8.8.3); a weak one begins with W/."""

doors: Final = Doors()


@doors.at("POST", "requests/{id}/approval", needs=Authority.NONE)
async def approve_request(exchange: Exchange) -> func.HttpResponse:
    """Approve a request, which is then carried out. Who may is for the desk to decide, which records the attempt."""
    comment = comment_in(body_of(exchange))
    request_id, seen = exchange.request_id(), _version_seen(exchange)
    approved = await exchange.premises.front_desk.approve(request_id, exchange.caller, seen, comment)
    return as_it_stands(approved, exchange.now(), carried_out=_OK)


@doors.at("POST", "requests/{id}/rejection", needs=Authority.NONE)
async def reject_request(exchange: Exchange) -> func.HttpResponse:
    """Reject a request, which then ends, and say why."""
    comment = comment_in(body_of(exchange))
    if not comment:
        raise ContractError("comment", "is missing; say why, for whoever asked reads it.")
    request_id, seen = exchange.request_id(), _version_seen(exchange)
    rejected = await exchange.premises.front_desk.reject(request_id, exchange.caller, seen, comment)
    return answer(rejected.record, headers=version(rejected.record))


def _version_seen(exchange: Exchange) -> str:
    """Return the version of the request that the caller has before their eyes, from If-Match (RFC 9110, 13.1.1)."""
    tag = exchange.headers.get("if-match", "").strip()
    if not tag or tag == "*":
        detail = "Look at the request, and send the ETag of what you saw as the header If-Match; '*' would be anything."
        raise Refusal(problem_details.VERSION_MISSING.because(detail, field="If-Match"))
    found = _STRONG.fullmatch(tag)
    if found is None:
        raise invalid("If-Match", "is not one strong entity tag; send the ETag as the desk gave it, quotes included.")
    return found[1]
