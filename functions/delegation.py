"""Delegation over HTTP: who may reset whom, and what a role allows."""

from typing import Final

import azure.functions as func

from functions.answers import answer
from functions.doors import Doors
from functions.exchange import Exchange, Refusal, clipped
from shared.api import problem_details
from shared.authority import Authority

_LONGEST_ROLE: Final = 128

doors: Final = Doors()


@doors.at("GET", "delegates", needs=Authority.AUDITOR)
async def list_delegates(exchange: Exchange) -> func.HttpResponse:
    """List whoever holds what gives authority at the desk, and how they come by it."""
    return answer(await exchange.premises.delegates.list())


@doors.at("GET", "roles/{role}/permissions", needs=Authority.AUDITOR)
async def show_role_permissions(exchange: Exchange) -> func.HttpResponse:
    """Show what a role of Microsoft Entra allows, by its template id or its name."""
    role = exchange.segment("role", _LONGEST_ROLE)
    described = await exchange.premises.role_permissions.of(role)
    if described is None:
        detail = f"There is no role '{clipped(role)}' in the directory; write its template id or its display name."
        raise Refusal(problem_details.NOT_FOUND.because(detail, field="role"))
    return answer(described)
