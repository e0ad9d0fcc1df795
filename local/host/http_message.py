"""
HTTP requests and answers on their way through the worker (facts/functions.md, HTTP).

Source: azure-functions-host GrpcMessageConversionExtensions.ToRpcHttp and HttpBinding.cs.
"""

import json
from collections.abc import Mapping
from typing import Any

from azure.functions.meta import Datum
from starlette.requests import Request
from starlette.responses import Response

from local.host import converters
from local.host.invocation import Input


def function_input(request: Request, body: bytes, route_values: Mapping[str, str]) -> Input:
    """Return what the worker is given: header names in lower case, several values joined, empty query values gone."""
    headers = _joined([(_header(name), _header(value)) for name, value in request.headers.raw])
    query = _joined(request.query_params.multi_items())
    return Input(
        Datum(
            {
                "method": converters.text(request.method),
                "url": converters.text(str(request.url)),
                "headers": _texts(headers),
                "query": _texts({name: value for name, value in query.items() if value}),
                "params": _texts(route_values),
                "body": Datum(body, "bytes"),
            },
            "http",
        )
    )


def response(datum: Datum) -> Response:
    """Return the answer that a function put out: an HttpResponse, or text."""
    if datum.type == "string":
        return _text_response(datum.value)
    value: dict[str, Any] = datum.value
    answer = Response(value["body"].value, status_code=int(value["status_code"].value))
    for name, header in value["headers"].items():
        answer.headers[name] = header.value
    for cookie in value["cookies"] or []:
        for morsel in cookie.values():
            answer.headers.append("set-cookie", morsel.OutputString())
    return answer


def _text_response(text: str) -> Response:
    described = _described(text)
    if described is None:
        return Response(text, media_type="text/plain")
    body = described["body"]
    answer = Response(body if isinstance(body, str) else json.dumps(body), media_type="text/plain")
    answer.status_code = int(described.get("statuscode") or described.get("status") or 200)
    answer.headers.update({name: str(value) for name, value in (described.get("headers") or {}).items()})
    return answer


def _described(text: str) -> dict[str, Any] | None:
    """Text that is a JSON object with a `body` describes an answer; this surprises, so return HttpResponse instead."""
    try:
        value = json.loads(text)
    except ValueError:
        return None
    if not isinstance(value, dict):
        return None
    lowered = {name.lower(): part for name, part in value.items()}
    return lowered if "body" in lowered else None


def _header(value: bytes) -> str:
    """Return a header as the worker gets it: UTF-8, which the real host takes headers for, or else byte by byte."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _joined(items: list[tuple[str, str]]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in items:
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined


def _texts(values: Mapping[str, str]) -> dict[str, Datum]:
    return {name: converters.text(value) for name, value in values.items()}
