"""The host's HTTP side: the app's routes, and the host's own under /admin (facts/functions.md, HTTP)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from local.host import admin, http_message
from local.host.admin import Admin
from local.host.functions import Function
from local.host.invocation import Invoker
from local.host.keys import Keys
from local.host.routes import Template

# ScriptConstants.DefaultMaxRequestBodySize of the host.
LARGEST_BODY = 104_857_600


@dataclass(frozen=True, kw_only=True)
class HttpRoute:
    """Where one function answers; no methods means all of them."""

    function: Function
    template: Template
    methods: frozenset[str]
    level: str
    disabled: bool

    @property
    def answer_names(self) -> list[str]:
        """The outputs that hold the answer; usually $return alone."""
        return [binding.name for binding in self.function.outputs if binding.type == "http"]


class Web:
    """An ASGI application which finds the function of a request, checks the key and runs it."""

    def __init__(
        self,
        routes: Sequence[HttpRoute],
        invoker: Invoker,
        host_admin: Admin,
        *,
        keys: Keys | None,
        largest_body: int = LARGEST_BODY,
    ) -> None:
        self._routes = routes
        self._invoker = invoker
        self._admin = host_admin
        self._keys = keys
        self._largest_body = largest_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        answer = await self._answer(Request(scope, receive))
        await answer(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        path = request.scope["raw_path"].decode("ascii")
        if path.startswith(admin.PREFIX):
            return self._answer_as_host(request, path)
        for route in self._routes:
            if route.methods and request.method not in route.methods:
                continue
            if (values := route.template.match(path)) is not None:
                return await self._run(route, request, values)
        return Response(status_code=404)

    def _answer_as_host(self, request: Request, path: str) -> Response:
        if self._keys and not self._keys.is_master(request):
            return Response(status_code=401)
        return self._admin.answer(request, path) or Response(status_code=404)

    async def _run(self, route: HttpRoute, request: Request, values: Mapping[str, str]) -> Response:
        if self._keys and not self._keys.admits(request, level=route.level, function=route.function.name):
            return Response(status_code=401)
        if route.disabled and not (self._keys and self._keys.is_master(request)):
            return Response(status_code=404)
        if (body := await self._body(request)) is None:
            return Response(status_code=413)
        given = http_message.function_input(request, body, values)
        result = await self._invoker.invoke(route.function, lambda: given, reason="HTTP request")
        if not result.succeeded:
            return Response(status_code=500)
        answers = [result.outputs[name] for name in route.answer_names if name in result.outputs]
        return http_message.response(answers[0]) if answers else Response()

    async def _body(self, request: Request) -> bytes | None:
        """Return the body, or None when it is too large; like the real host, only one whose length was announced."""
        length = int(request.headers.get("content-length") or 0)
        if length > self._largest_body:
            return None
        return await request.body() if length else b""
