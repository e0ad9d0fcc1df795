"""The control API's part about mail.

GET    /control/mails                       every message that Graph accepted so far, in order
"""

from typing import Any

from starlette.requests import Request
from starlette.routing import Route

from local.tenant.control import route
from local.tenant.world import World


class MailControl:
    """The endpoint."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[Route]:
        """Return the routes, to be mounted at /control."""
        return [route("/mails", GET=self._mails)]

    async def _mails(self, _: Request) -> Any:
        return self._world.mails
