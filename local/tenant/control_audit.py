"""The control API's part about the audit log.

GET    /control/audit              every event so far: its id, its time and from when on it is seen, the oldest first
GET    /control/audit/count        {"happened", "visible"}: how many there are so far, and how many of them are seen
POST   /control/audit/events       {"event", "at", "late"}: adds an event exactly as given, malformed or not; its place
                                   in the log is `at`, or else its own time, or else now; seen `late` seconds afterwards
POST   /control/audit/crowd        {"count", "since", "until", "relevant"}: adds so many invented events over a span
POST   /control/audit/life         {"days", "daily", "incidents", "desk"}: a history of invented events, which goes on
                                   with the clock; DELETE stops it
POST   /control/people/{who}/resets  {"admin"}: with the portal's button, by an administrator; or {"app"}: method by
                                   method through Graph, by a foreign application of this name
"""

import contextlib
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.routing import Route

from local.tenant import lookup, resets
from local.tenant.audit import ticks
from local.tenant.audit.audit import Crowd
from local.tenant.audit.entry import Entry
from local.tenant.audit.pace import Pace
from local.tenant.audit.truth import TrueEvent
from local.tenant.control import read, route
from local.tenant.control_requests import AuditCrowd, GivenEvent, Reset
from local.tenant.world import World


class AuditControl:
    """The endpoints."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[Route]:
        """Return the routes, to be mounted at /control."""
        return [
            route("/audit", GET=self._events),
            route("/audit/count", GET=self._count),
            route("/audit/events", POST=self._add),
            route("/audit/crowd", POST=self._crowd),
            route("/audit/life", POST=self._live, DELETE=self._rest),
            route("/people/{who}/resets", POST=self._reset),
        ]

    async def _events(self, _: Request) -> Any:
        return [_true(entry) for entry in self._world.audit.happened()]

    async def _count(self, _: Request) -> dict[str, int]:
        now = self._world.audit.now
        seen = [entry.visible <= now for entry in self._world.audit.happened()]
        return {"happened": len(seen), "visible": sum(seen)}

    async def _add(self, request: Request) -> Any:
        given = await read(request, GivenEvent)
        event = msgspec.json.decode(given.event)
        at = _ticks(given.at) if given.at else _time_of(event, self._world.audit.now)
        return _true(self._world.audit.add(msgspec.json.encode(event), at, given.late))

    async def _crowd(self, request: Request) -> None:
        wanted = await read(request, AuditCrowd)
        crowd = Crowd(wanted.count, _ticks(wanted.since), _ticks(wanted.until), wanted.relevant)
        self._world.audit.crowd(crowd)

    async def _live(self, request: Request) -> None:
        self._world.audit.live(await read(request, Pace))

    async def _rest(self, _: Request) -> None:
        self._world.audit.rest()

    async def _reset(self, request: Request) -> None:
        wanted = await read(request, Reset)
        person = lookup.person(self._world.directory, request.path_params["who"])
        if wanted.admin is not None:
            resets.require_again(self._world, person, lookup.person(self._world.directory, wanted.admin))
        elif wanted.app is not None:
            resets.reset_by_app(self._world, person, wanted.app)
        else:
            raise msgspec.ValidationError("A reset needs an admin or an app")


def _ticks(text: str) -> int:
    try:
        return ticks.parsed(text)
    except ValueError as error:
        raise msgspec.ValidationError(str(error)) from error


def _time_of(event: Any, now: int) -> int:
    with contextlib.suppress(TypeError, KeyError, ValueError):
        return ticks.parsed(event["activityDateTime"])
    return now


def _true(entry: Entry) -> TrueEvent:
    event = msgspec.json.decode(entry.json())
    known = event if isinstance(event, dict) else {}
    return TrueEvent(
        id=known.get("id"),
        activity=known.get("activityDisplayName"),
        at=ticks.stamp(entry.at),
        visible_from=ticks.stamp(entry.visible),
    )
