"""How a door is hung: its route, what it takes to pass, and what is answered whatever happens behind it."""

from collections.abc import Awaitable, Callable
from typing import Final

import azure.functions as func

from functions.exchange import Exchange
from functions.process import premises
from shared.authority import Authority

Verb = Callable[[Exchange], Awaitable[func.HttpResponse]]
API: Final = "api/"
"""Where the doors for programs begin; host.json sets no prefix, for the console's page is beside them."""


class Doors:
    """The HTTP triggers of one family, as a blueprint; below is where their routes begin."""

    def __init__(self, below: str = API) -> None:
        self.blueprint = func.Blueprint()
        self._below = below

    def at(self, method: str, route: str, *, needs: Authority | None = None) -> Callable[[Verb], Verb]:
        """Register what follows under that method and route; the function's name is its own.

        needs: what the caller must be, at the least; NONE is anybody who has signed in, None asks nothing.
        """

        def register(verb: Verb) -> Verb:
            guarded = _guarded(verb, needs)

            async def answered(request: func.HttpRequest, context: func.Context) -> func.HttpResponse:
                return await pass_through(guarded, Exchange(request, str(context.invocation_id), premises))

            # Anonymous to the host: App Service Authentication stands before these doors, and each asks who calls.
            routed = self.blueprint.route(
                f"{self._below}{route}",
                trigger_arg_name="request",
                methods=[method],
                auth_level=func.AuthLevel.ANONYMOUS,
            )
            self.blueprint.function_name(verb.__name__)(routed(answered))
            return guarded

        return register


async def pass_through(verb: Verb, exchange: Exchange) -> func.HttpResponse:
    """Return the answer of the verb, or else the problem that it ran into."""
    try:
        return await verb(exchange)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is logged there, and the caller gets a problem
        from functions.failures import answer_to  # noqa: PLC0415 - most starts have no failure to tell of

        return answer_to(error, exchange)


def _guarded(verb: Verb, needs: Authority | None) -> Verb:
    async def guarded(exchange: Exchange) -> func.HttpResponse:
        if needs is not None:
            exchange.demand(needs)
        return await verb(exchange)

    return guarded
