"""The HTTP interface described for programs: OpenAPI 3.1, made from the operations and from the very types they use.

Making it takes the types apart, which is slow: nothing but whoever wants the description imports this.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from shared.api import problem_details
from shared.api.openapi_operation import EVERYWHERE, HEADERS, Body, Operation, Parameter, Reply
from shared.api.openapi_operations import OPERATIONS
from shared.api.openapi_schemas import schemas
from shared.api.problem_details import ProblemDetails, ProblemType

Json = dict[str, Any]
_SCHEMA: Final = "#/components/schemas/{name}"
_WHAT: Final = """\
Reset people's MFA in Microsoft Entra ID without being a Global Administrator: what is asked for, who may, and what \
became of it.

Sign in with a token of Microsoft Entra for the desk's own application. Every problem is answered as \
`application/problem+json` (RFC 9457): `type` for programs, `detail` for people. No answer may be stored."""
_SCHEMES: Final = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "A token of Microsoft Entra whose audience is the desk's application; for programs.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "AppServiceAuthSession",
        "description": "The session of App Service Authentication's sign-in page (/.auth/login/aad); for browsers, and "
        "from the desk's own pages only.",
    },
}


def document() -> Json:
    """Return the OpenAPI document."""
    described = {
        "openapi": "3.1.0",
        "info": {"title": "MFA Desk", "version": "1", "description": _WHAT},
        "servers": [{"url": "/api"}],
        "security": [{"token": []}, {"session": []}],
        "paths": _paths(OPERATIONS),
        "components": {
            "schemas": schemas(_shapes(OPERATIONS), _SCHEMA),
            "headers": {name: _header(name) for name in HEADERS},
            "securitySchemes": _SCHEMES,
        },
    }
    plain: Json = msgspec.json.decode(msgspec.json.encode(described))  # the types' defaults are tuples and enums
    return plain


def _paths(operations: Iterable[Operation]) -> Json:
    paths: Json = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation)
    return paths


def _operation(operation: Operation) -> Json:
    described: Json = {
        "operationId": operation.id,
        "tags": [operation.tag],
        "summary": operation.summary,
        "description": operation.description,
        "parameters": [_parameter(parameter) for parameter in operation.parameters],
        "responses": _replies(operation.replies) | _problems(operation.problems),
    }
    if operation.body is not None:
        described["requestBody"] = _body(operation.body)
    if not operation.signed_in:
        described["security"] = []
    return described


def _parameter(parameter: Parameter) -> Json:
    return {
        "name": parameter.name,
        "in": parameter.where,
        "description": parameter.description,
        "required": parameter.required,
        "schema": dict(parameter.schema),
    }


def _body(body: Body) -> Json:
    schema = _reference(body.shape)
    if body.also:
        schema = {"allOf": [schema, dict(body.also)]}
    content = {"application/json": {"schema": schema}}
    return {"description": body.description, "required": body.required, "content": content}


def _replies(replies: Mapping[int, Reply]) -> Json:
    return {str(status): _reply(reply) for status, reply in replies.items()}


def _reply(reply: Reply) -> Json:
    schema = _reference(reply.shape) if reply.shape else {"type": "object"}
    also = {media_type: {"schema": {"type": "string"}} for media_type in reply.also}
    return {
        "description": reply.description,
        "headers": _headers(reply.headers),
        "content": {**({"application/json": {"schema": schema}} if reply.as_json else {}), **also},
    }


def _problems(problems: Iterable[ProblemType]) -> Json:
    """Return an answer for each status, which several kinds of problem can share."""
    by_status: dict[int, list[ProblemType]] = {}
    for problem in problems:
        by_status.setdefault(problem.status, []).append(problem)
    return {str(status): _problem(status, kinds) for status, kinds in sorted(by_status.items())}


def _problem(status: int, kinds: list[ProblemType]) -> Json:
    schema = {
        "allOf": [
            _reference(ProblemDetails),
            {"properties": {"type": {"enum": [kind.uri for kind in kinds]}, "status": {"const": status}}},
        ]
    }
    told = "; ".join(f"{kind.title} (`{kind.name}`)" for kind in kinds)
    headers = tuple(dict.fromkeys(header for kind in kinds for header in kind.headers))
    return {
        "description": f"{told}.",
        "headers": _headers(headers),
        "content": {problem_details.MEDIA_TYPE: {"schema": schema}},
    }


def _headers(names: Iterable[str]) -> Json:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in (*names, *EVERYWHERE)}


def _header(name: str) -> Json:
    description, schema = HEADERS[name]
    return {"description": description, "schema": dict(schema)}


def _reference(shape: type) -> Json:
    return {"$ref": _SCHEMA.format(name=shape.__name__)}


def _shapes(operations: Iterable[Operation]) -> list[type]:
    """Return the types of all bodies, each once."""
    shapes: dict[type, None] = {ProblemDetails: None}
    for operation in operations:
        shapes |= dict.fromkeys(reply.shape for reply in operation.replies.values() if reply.shape is not None)
        if operation.body is not None:
            shapes[operation.body.shape] = None
    return list(shapes)
