"""The control API's part about the desk itself: who can sign in there, and the tokens that they get.

GET    /control/desk/people?search=…   everybody, or those who fit, with the roles that count at the desk
POST   /control/desk/access-tokens     {"user"}: a token with which a client calls the desk's API for this person
POST   /control/desk/id-tokens         {"user"}: what Entra hands to the desk's own sign-in page
A person whose account is disabled is refused with 400.
"""

from typing import Any

from starlette.requests import Request
from starlette.routing import Route

from local.tenant import desk_people, lookup
from local.tenant.control import read, route
from local.tenant.control_requests import DeskSignIn
from local.tenant.entities import Person
from local.tenant.entra_refusal import refusing
from local.tenant.entra_sign_in import EntraSignIn
from local.tenant.world import World


class DeskControl:
    """The endpoints."""

    def __init__(self, world: World, entra: EntraSignIn) -> None:
        self._world = world
        self._entra = entra

    def routes(self) -> list[Route]:
        """Return the routes, to be mounted at /control."""
        return [
            route("/desk/people", GET=self._people),
            refusing(route("/desk/access-tokens", POST=self._access_token)),
            refusing(route("/desk/id-tokens", POST=self._id_token)),
        ]

    async def _people(self, request: Request) -> Any:
        return desk_people.found(self._world.directory, self._entra.desk, request.query_params.get("search", ""))

    async def _access_token(self, request: Request) -> Any:
        return self._entra.access_token(await self._somebody(request))

    async def _id_token(self, request: Request) -> Any:
        return self._entra.id_token(await self._somebody(request))

    async def _somebody(self, request: Request) -> Person:
        return lookup.person(self._world.directory, (await read(request, DeskSignIn)).user)
