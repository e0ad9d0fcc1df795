"""The control API under /control: what a test or a demonstration may do to the tenant. It is no part of Graph.

GET    /control/tenant                      the tenant's id, its people, its app identities, its enterprise applications
GET    /control/switches                    PATCH turns some, see `switches`: {"latency": 0.1, "propagationDelay": 10}
GET    /control/faults                      POST adds one, see `faults`; DELETE clears them
GET    /control/journal                     every effect so far, once each
GET    /control/trace                       every Graph call so far, batches with their members; DELETE empties it
GET    /control/people/{who}                a person's true state, not what lists show
PATCH  /control/people/{who}                {"perUserMfa", "enabled"}: set without a journal entry
POST   /control/people                      {"count", "methods"}: adds invented people, answers their names
POST   /control/people/{who}/methods        a method as the seed writes it, registered by the person, or by {"actor"}
DELETE /control/people/{who}/methods/{id}   removed by ?actor=admin:somebody@contoso.com, or by the person
POST   /control/people/{who}/revoke         sessions ended by {"actor"}
POST   /control/roles                       {"role", "principal", "unit", "eligible", "until", "activated"}; DELETE
                                            takes it back
POST   /control/circles                     {"circle", "member", "owner"}: join a group or unit; DELETE leaves it
POST   /control/permissions                 {"app", "permission"}; DELETE withdraws it. Both from the next token on.
POST   /control/clock                       {"advance": seconds}
POST   /control/reset                       back to the seed
See `control_delegation` for people who sign in, and for app roles, `control_audit` for the audit log, and
`control_mail` for what was sent.

`who`, `principal`, `member`: a user principal name or object id; principals and members can also be groups or apps by
name. Wrong input answers 400 or 404 with {"error": sentence}.
"""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from local.tenant import credentials, invented, lookup
from local.tenant.control_requests import (
    Advance,
    CircleChange,
    Crowd,
    PermissionChange,
    PersonChange,
    Registration,
    Revocation,
    RoleChange,
)
from local.tenant.entities import Group, Unit
from local.tenant.faults import Fault
from local.tenant.lookup import UnknownNameError
from local.tenant.world import World

_Shape = TypeVar("_Shape")
Endpoint = Callable[[Request], Awaitable[Any]]


class Control:
    """The endpoints."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[Route]:
        """Return the routes, to be mounted at /control."""
        return [
            route("/tenant", GET=self._tenant),
            route("/switches", GET=self._switches, PATCH=self._turn),
            route("/faults", GET=self._faults, POST=self._add_fault, DELETE=self._clear_faults),
            route("/journal", GET=self._journal),
            route("/trace", GET=self._trace, DELETE=self._forget_trace),
            route("/people", POST=self._add_people),
            route("/people/{who}", GET=self._person, PATCH=self._change_person),
            route("/people/{who}/methods", POST=self._register),
            route("/people/{who}/methods/{id}", DELETE=self._remove),
            route("/people/{who}/revoke", POST=self._revoke),
            route("/roles", POST=self._assign, DELETE=self._unassign),
            route("/circles", POST=self._join, DELETE=self._leave),
            route("/permissions", POST=self._grant, DELETE=self._withdraw),
            route("/clock", POST=self._advance),
            route("/reset", POST=self._reset),
        ]

    # --- reading ---------------------------------------------------------------------------------------------------

    async def _tenant(self, _: Request) -> dict[str, Any]:
        directory = self._world.directory
        apps = {app.key: {"id": app.id, "clientId": app.client_id, "name": app.name} for app in directory.apps.values()}
        people = [person.upn for person in directory.people.values()]
        applications = {
            each.name: {"id": each.id, "appId": each.client_id, "roles": {role.value: role.id for role in each.roles}}
            for each in directory.applications.values()
        }
        about = {"id": directory.tenant.id, "name": directory.tenant.name}
        return {**about, "apps": apps, "people": people, "applications": applications}

    async def _switches(self, _: Request) -> Any:
        return self._world.switches

    async def _faults(self, _: Request) -> Any:
        return self._world.faults.waiting()

    async def _journal(self, _: Request) -> Any:
        return self._world.directory.journal

    async def _trace(self, _: Request) -> Any:
        return self._world.trace

    async def _person(self, request: Request) -> dict[str, Any]:
        person = lookup.person(self._world.directory, request.path_params["who"])
        return {
            "id": person.id,
            "upn": person.upn,
            "methods": list(person.methods.values()),
            "default": person.default and {"preference": person.default[0], "methodId": person.default[1]},
            "perUserMfa": person.per_user_mfa,
            "sessionsValidFrom": person.sessions_valid_from,
            "enabled": person.profile["accountEnabled"],
        }

    # --- how the tenant behaves ------------------------------------------------------------------------------------

    async def _turn(self, request: Request) -> Any:
        self._world.switches = self._world.switches.patched(await read(request, dict[str, Any]))
        return self._world.switches

    async def _add_fault(self, request: Request) -> Any:
        fault = await read(request, Fault)
        self._world.faults.add(fault)
        return fault

    async def _clear_faults(self, _: Request) -> None:
        self._world.faults.clear()

    async def _forget_trace(self, _: Request) -> None:
        self._world.trace.clear()

    async def _advance(self, request: Request) -> dict[str, str]:
        self._world.clock.advance((await read(request, Advance)).advance)
        return {"now": self._world.clock.stamp()}

    async def _reset(self, _: Request) -> None:
        self._world.reset()

    # --- people ----------------------------------------------------------------------------------------------------

    async def _add_people(self, request: Request) -> dict[str, Any]:
        crowd = await read(request, Crowd)
        return {"people": invented.people(self._world.directory, crowd.count, crowd.methods)}

    async def _change_person(self, request: Request) -> None:
        person = lookup.person(self._world.directory, request.path_params["who"])
        change = await read(request, PersonChange)
        if change.per_user_mfa is not None:
            person.per_user_mfa = change.per_user_mfa
        if change.enabled is not None:
            person.profile["accountEnabled"] = change.enabled

    async def _register(self, request: Request) -> Any:
        registration = await read(request, Registration)
        directory = self._world.directory
        person = lookup.person(directory, request.path_params["who"])
        with self._world.audit.scribe.operation():
            return credentials.register(directory, person, registration.method, registration.actor)

    async def _remove(self, request: Request) -> None:
        person = lookup.person(self._world.directory, request.path_params["who"])
        method = lookup.method(person, request.path_params["id"])
        actor = request.query_params.get("actor", credentials.PERSON)
        fade = self._world.switches.propagation_delay
        credentials.delete(self._world.directory, person, method, actor, fade=fade)

    async def _revoke(self, request: Request) -> None:
        actor = (await read(request, Revocation)).actor
        person = lookup.person(self._world.directory, request.path_params["who"])
        credentials.revoke_sessions(self._world.directory, person, actor)

    # --- roles, memberships, permissions ---------------------------------------------------------------------------

    async def _assign(self, request: Request) -> None:
        change = await read(request, RoleChange)
        role, principal, scope = self._assignment(change)
        self._world.directory.assign(
            role,
            principal,
            scope,
            eligible=change.eligible,
            actor=change.actor,
            until=change.until,
            activated=change.activated,
        )

    async def _unassign(self, request: Request) -> None:
        change = await read(request, RoleChange)
        wanted = self._assignment(change)
        for given in self._world.directory.assignments:
            if (given.role_id, given.principal_id, given.scope) == wanted and given.eligible == change.eligible:
                self._world.directory.unassign(given, change.actor)
                return
        raise UnknownNameError(f"{change.principal!r} does not hold {change.role!r} like that")

    def _assignment(self, change: RoleChange) -> tuple[str, str, str]:
        directory = self._world.directory
        return (
            lookup.role(directory, change.role).id,
            lookup.principal_id(directory, change.principal),
            lookup.scope(directory, change.unit),
        )

    async def _join(self, request: Request) -> None:
        change = await read(request, CircleChange)
        circle = lookup.circle(self._world.directory, change.circle)
        member = lookup.principal_id(self._world.directory, change.member)
        self._world.directory.join(_list(circle, change), member, circle.id, change.actor, owner=change.owner)

    async def _leave(self, request: Request) -> None:
        change = await read(request, CircleChange)
        circle = lookup.circle(self._world.directory, change.circle)
        member = lookup.principal_id(self._world.directory, change.member)
        self._world.directory.leave(_list(circle, change), member, circle.id, change.actor, owner=change.owner)

    async def _grant(self, request: Request) -> None:
        change = await read(request, PermissionChange)
        self._world.directory.grant(lookup.app(self._world.directory, change.app), change.permission)

    async def _withdraw(self, request: Request) -> None:
        change = await read(request, PermissionChange)
        self._world.directory.withdraw(lookup.app(self._world.directory, change.app), change.permission)


def route(path: str, **endpoints: Endpoint) -> Route:
    """Return a route whose endpoints answer JSON, or a sentence where a name or a body is wrong."""

    async def endpoint(request: Request) -> Response:
        try:
            return _json(await endpoints[request.method.replace("HEAD", "GET")](request))
        except UnknownNameError as error:
            return _json({"error": str(error)}, 404)
        except msgspec.MsgspecError as error:
            return _json({"error": str(error)}, 400)

    return Route(path, endpoint, methods=list(endpoints))


def _list(circle: Group | Unit, change: CircleChange) -> list[str]:
    if not change.owner:
        return circle.members
    if isinstance(circle, Unit):
        raise UnknownNameError(f"{circle.name!r} is an administrative unit, which has no owners")
    return circle.owners


async def read(request: Request, shape: type[_Shape]) -> _Shape:
    """Return the body as that type."""
    return msgspec.json.decode(await request.body(), type=shape)


def _json(answer: Any, status: int = 200) -> Response:
    return Response(msgspec.json.encode(answer), status, media_type="application/json")
