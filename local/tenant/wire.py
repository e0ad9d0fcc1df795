"""Graph on the wire: an ASGI application that is no more than its headers, and that can drop a connection."""

from collections.abc import Mapping
from email.utils import formatdate
from typing import Any

import msgspec
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from local.tenant.call import Call
from local.tenant.service import ConnectionLostError, Outcome, Service

CONTENT_TYPE = b"application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
TRANSPORT = "tenant.transport"


class SeverableProtocol(HttpToolsProtocol):
    """uvicorn's own protocol, which also hands its connection to the application, so that it can be cut."""

    def on_message_begin(self) -> None:
        """Put the connection into the scope of a new request."""
        super().on_message_begin()
        self.scope["extensions"] = {TRANSPORT: {"transport": self.transport}}


class Wire:
    """The ASGI application."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        call = await self._call(scope, receive)
        try:
            outcome = await self._service.respond(call)
        except ConnectionLostError:
            await _sever(scope, receive)
            return
        await self._send(call, outcome, scope, receive, send)

    async def _call(self, scope: Scope, receive: Receive) -> Call:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        return Call(
            method=scope["method"],
            path=scope["raw_path"].decode("ascii"),
            query=scope["query_string"].decode("latin-1"),
            headers=headers,
            body=await _body(receive),
            origin=f"{scope['scheme']}://{headers.get('host', '')}",
            request_id=self._service.new_id(),
        )

    async def _send(self, call: Call, outcome: Outcome, scope: Scope, receive: Receive, send: Send) -> None:
        answer = outcome.answer
        body = b"" if answer.body is None else msgspec.json.encode(answer.body)
        if body:
            body = _mangled(body, outcome)
        headers = _headers(call, answer.headers, len(body), self._service.world.clock.wall())
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        if outcome.mangled == "truncated" and body:
            await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
            await _sever(scope, receive)
            return
        await send({"type": "http.response.body", "body": body})


def _headers(call: Call, extra: Mapping[str, str], length: int, now: float) -> list[tuple[bytes, bytes]]:
    headers = [
        (b"date", formatdate(now, usegmt=True).encode()),
        (b"request-id", call.request_id.encode()),
        (b"client-request-id", call.client_request_id.encode("latin-1")),
        (b"odata-version", b"4.0"),
    ]
    if length:
        headers += [(b"content-length", str(length).encode()), (b"content-type", CONTENT_TYPE)]
    headers += [(name.lower().encode(), value.encode("latin-1")) for name, value in extra.items()]
    return headers


def _mangled(body: bytes, outcome: Outcome) -> bytes:
    if outcome.mangled == "malformed":
        return body[: len(body) // 2] + b"<html>"
    if outcome.mangled == "errorWithin":
        broken = body[: max(body.rfind(b',"'), 0)]
        return broken + b'{"error":{"code":"InternalServerError","message":"An internal server error has occurred."}}'
    return body


async def _body(receive: Receive) -> bytes:
    body = b""
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


async def _sever(scope: Scope, receive: Receive) -> None:
    transport: Any = scope["extensions"][TRANSPORT]["transport"]
    transport.close()
    while (await receive())["type"] != "http.disconnect":
        continue
