"""The desk about itself over HTTP: who is calling, whether it is up, and how to talk to it."""

import functools
from typing import Final

import azure.functions as func
import msgspec

from functions.answers import answer
from functions.doors import Doors
from functions.exchange import Exchange
from shared.api.bodies import Me
from shared.authority import Authority

doors: Final = Doors()


@doors.at("GET", "me", needs=Authority.NONE)
async def show_me(exchange: Exchange) -> func.HttpResponse:
    """Show who the desk takes the caller for, what they may, and by which rules."""
    return answer(Me.of(exchange.caller, exchange.premises.settings))


@doors.at("GET", "health")
async def show_health(exchange: Exchange) -> func.HttpResponse:
    """Say that the desk is set up, and which permissions it lacks: 200 all the same, as that needs no new instance."""
    from shared.api.health import Health  # noqa: PLC0415 - most starts are not asked

    exchange.premises.time_zone  # noqa: B018 - the one setting that is checked when it is first wanted
    return answer(Health.of(await exchange.premises.held_permissions.compare()))


@doors.at("GET", "openapi.json")
async def show_openapi(_exchange: Exchange) -> func.HttpResponse:
    """Describe these very doors, for programs."""
    return answer(_document())


@functools.cache
def _document() -> msgspec.Raw:
    # Only whoever asks for it pays for it: what it is made from takes the msgspec types apart.
    from shared.api.openapi import document  # noqa: PLC0415

    return msgspec.Raw(msgspec.json.encode(document()))
