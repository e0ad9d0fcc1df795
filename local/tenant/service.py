"""Graph without its wire: from a call to an answer, one at a time or as a batch."""

import asyncio
from collections.abc import Awaitable, Callable
from urllib.parse import unquote
from uuid import UUID

import msgspec

from local.tenant import (
    graph_app_roles,
    graph_audits,
    graph_authentication,
    graph_groups,
    graph_mail,
    graph_members,
    graph_memberships,
    graph_preferences,
    graph_resource_actions,
    graph_role_changes,
    graph_roles,
    graph_units,
    graph_users,
)
from local.tenant.batch import Member, member_call, members_of
from local.tenant.call import Answer, Call, refused
from local.tenant.faults import Fault
from local.tenant.mail_refusals import mail_denied
from local.tenant.refusals import (
    GraphRefusalError,
    access_denied,
    bad_request,
    failed_dependency,
    failure,
    insufficient_privileges,
    method_not_allowed,
    no_audit_permission,
    too_many_requests,
)
from local.tenant.routing import Route, Router
from local.tenant.tokens import Tokens
from local.tenant.trace import TracedCall
from local.tenant.world import World

ROUTES = (
    *graph_users.ROUTES,
    *graph_authentication.ROUTES,
    *graph_preferences.ROUTES,
    *graph_memberships.ROUTES,
    *graph_roles.ROUTES,
    *graph_role_changes.ROUTES,
    *graph_groups.ROUTES,
    *graph_members.ROUTES,
    *graph_app_roles.ROUTES,
    *graph_resource_actions.ROUTES,
    *graph_units.ROUTES,
    *graph_audits.ROUTES,
    *graph_mail.ROUTES,
)
VERSIONS = frozenset({"v1.0", "beta"})
FAILED = 400

Sleep = Callable[[float], Awaitable[None]]


class ConnectionLostError(Exception):
    """A fault says that the connection closes without an answer."""


class Outcome(msgspec.Struct, frozen=True):
    """An answer, and how a fault mangles its body on the wire."""

    answer: Answer
    mangled: str | None = None


class Service:
    """Answers calls as Graph would. Only latency and delays wait; everything else happens at once."""

    def __init__(self, world: World, tokens: Tokens, sleep: Sleep = asyncio.sleep) -> None:
        self.world = world
        self._tokens = tokens
        self._sleep = sleep
        self._router = Router(ROUTES)

    def new_id(self) -> str:
        """Return a request id."""
        return str(UUID(int=self.world.random.getrandbits(128), version=4))

    async def respond(self, call: Call) -> Outcome:
        """One HTTP call, traced. Raises ConnectionLostError, which is traced with status 0."""
        if self.world.switches.latency:
            await self._sleep(self.world.switches.latency)
        return await self._struck_and_traced(call, [], self.world.trace)

    async def _struck_and_traced(
        self, call: Call, members: list[TracedCall] | None, trace: list[TracedCall]
    ) -> Outcome:
        try:
            outcome = await self._struck(call, members)
        except ConnectionLostError:
            trace.append(_traced(call, 0, members))
            raise
        trace.append(_traced(call, outcome.answer.status, members))
        return outcome

    async def _struck(self, call: Call, members: list[TracedCall] | None) -> Outcome:
        fault = self.world.faults.strike(call.method, call.path, unquote(call.query))
        if fault is None:
            return Outcome(await self._answered(call, members))
        return await self._faulty(fault, call, members)

    async def _faulty(self, fault: Fault, call: Call, members: list[TracedCall] | None) -> Outcome:
        match fault.effect:
            case "closeBefore":
                raise ConnectionLostError
            case "closeAfter":
                await self._answered(call, members)
                raise ConnectionLostError
            case "answer":
                if fault.applied:
                    await self._answered(call, members)
                return Outcome(self._refused(call, failure(fault.status, fault.retry_after)))
            case "delay":
                await self._sleep(fault.seconds)
                return Outcome(await self._answered(call, members))
            case "repeat":
                return Outcome(_repeating(call, await self._answered(call, members)))
            case mangled:
                return Outcome(await self._answered(call, members), mangled)

    def _refused(self, call: Call, refusal: GraphRefusalError) -> Answer:
        return refused(call, refusal, self.world.clock.stamp())

    async def _answered(self, call: Call, members: list[TracedCall] | None) -> Answer:
        try:
            self._admit(call)
            if members is not None and call.segments == ("$batch",):  # a batch cannot hold a batch
                return await self._batch(call, members)
            return self._handled(call)
        except GraphRefusalError as refusal:
            return self._refused(call, refusal)

    def _admit(self, call: Call) -> None:
        bearer = self._tokens.check(call.headers.get("authorization", ""), call.origin)
        call.app_id, call.roles, call.user_id, call.wids = bearer.app_id, bearer.roles, bearer.user_id, bearer.wids
        call.actor = f"admin:{bearer.upn}" if bearer.user_id else bearer.app_id
        if call.version not in VERSIONS:
            raise bad_request(f"Invalid version: {call.version}")

    def _handled(self, call: Call) -> Answer:
        about_me = call.segments[:1] == ("me",)
        if about_me:
            if not call.user_id:
                raise bad_request("/me request is only valid with delegated authentication flow.")
            call.segments = ("users", call.user_id, *call.segments[1:])
        route = self._router.find(call)
        self._throttle(call, route)
        if not self._permitted(call, route.needs.replace("/users/{id}", "/me", 1) if about_me else route.needs):
            raise _denied(route)
        call.read_options(route.options)
        with self.world.audit.scribe.operation():
            return route.handler(call, self.world)

    def _permitted(self, call: Call, needs: str) -> bool:
        permissions = self.world.scopes if call.user_id else self.world.permissions
        return permissions.suffice(needs, call.roles)

    def _throttle(self, call: Call, route: Route) -> None:
        writes = ("writes",) if route.family == "directory" and call.method != "GET" else ()
        for family in (route.family, *writes):
            limit = getattr(self.world.switches.limits, family)
            wait = self.world.throttle.wait(call.app_id, family, limit) if limit else 0
            if wait:
                raise too_many_requests(call.app_id, self.world.directory.tenant.id, wait, writes=family == "writes")

    # --- batches ---------------------------------------------------------------------------------------------------

    async def _batch(self, call: Call, traced: list[TracedCall]) -> Answer:
        if call.method != "POST":
            raise method_not_allowed()
        answers: dict[str, Answer] = {}
        for member in members_of(call):
            answers[member.id] = await self._member(call, member, answers, traced)
        responses = [_response(id_, answer) for id_, answer in answers.items()]
        self.world.random.shuffle(responses)
        return Answer(body={"responses": responses})

    async def _member(
        self, outer: Call, member: Member, answers: dict[str, Answer], traced: list[TracedCall]
    ) -> Answer:
        call = member_call(outer, member, self.new_id())
        failed = next((key for key in member.depends_on if answers[key].status >= FAILED), None)
        if failed is not None:
            answer = self._refused(call, failed_dependency(failed))
            traced.append(_traced(call, answer.status))
            return answer
        outcome = await self._struck_and_traced(call, None, traced)
        return msgspec.structs.replace(outcome.answer, body="<html>") if outcome.mangled else outcome.answer


def _repeating(call: Call, answer: Answer) -> Answer:
    if not isinstance(answer.body, dict) or "value" not in answer.body:
        return answer
    same = f"{call.origin}{call.path}" + (f"?{call.query}" if call.query else "")
    return msgspec.structs.replace(answer, body={**answer.body, "@odata.nextLink": same})


def _denied(route: Route) -> GraphRefusalError:
    match route.family:
        case "authentication":
            return access_denied()
        case "directory":
            return insufficient_privileges()
        case "mail":
            return mail_denied()
        case "reports":
            return no_audit_permission()


def _response(id_: str, answer: Answer) -> dict[str, object]:
    response: dict[str, object] = {"id": id_, "status": answer.status, "headers": dict(answer.headers)}
    if answer.body is not None:
        response["headers"] = {**answer.headers, "Content-Type": "application/json"}
        response["body"] = answer.body
    return response


def _traced(call: Call, status: int, members: list[TracedCall] | None = None) -> TracedCall:
    return TracedCall(
        method=call.method,
        version=call.version,
        path=call.path,
        query=call.query,
        status=status,
        app_id=call.app_id,
        client_request_id=call.client_request_id,
        members=tuple(members or ()),
    )
