"""Graph's paths as a tree of segments."""

from collections.abc import Callable, Iterable
from typing import Literal

import msgspec

from local.tenant.call import Answer, Call
from local.tenant.refusals import method_not_allowed, no_segment
from local.tenant.world import World

Family = Literal["authentication", "directory", "mail", "reports"]
Handler = Callable[[Call, World], Answer]

KEY = "{id}"


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """A verb on a path. `permission` is the verb and path whose permissions it needs, where the catalogue lacks it."""

    method: str
    path: str
    handler: Handler
    family: Family
    beta_only: bool = False
    options: frozenset[str] = frozenset()
    permission: str | None = None

    @property
    def needs(self) -> str:
        """The route's key in the permission data."""
        method, _, path = (self.permission or f"{self.method} {self.path}").partition(" ")
        return f"{method} {path.lower()}"


class _Node:
    def __init__(self) -> None:
        self.children: dict[str, _Node] = {}
        self.routes: dict[str, Route] = {}

    def grow(self, segment: str) -> "_Node":
        return self.children.setdefault(segment.lower(), _Node())

    def step(self, segment: str) -> "_Node | None":
        exact = self.children.get(segment.lower())
        if exact is not None or segment.startswith("$") or not segment:
            return exact
        return self.children.get(KEY)


class Router:
    """Finds the route of a call; segments are matched in any case, as Graph does, and `$…` is never an id."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._root = _Node()
        for route in routes:
            node = self._root
            for segment in route.path.removeprefix("/").split("/"):
                node = node.grow(segment)
            node.routes[route.method] = route

    def find(self, call: Call) -> Route:
        """Return the route, with the call's keys filled in. Raises Graph's refusal of a wrong path or verb."""
        node = self._root
        name = ""
        for segment in call.segments:
            following = node.step(segment)
            if following is None:
                raise no_segment(segment)
            if following is node.children.get(KEY):
                call.keys.append(segment)
            else:
                name = segment
            node = following
        route = node.routes.get(call.method)
        offered = any(not each.beta_only or call.version == "beta" for each in node.routes.values())
        if not offered:
            raise no_segment(name)
        if route is None or (route.beta_only and call.version != "beta"):
            raise method_not_allowed()
        return route
