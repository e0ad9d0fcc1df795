"""How an operation of the HTTP interface is written down: what it takes, and what it answers."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from shared.api.problem_details import ProblemType


class Parameter(msgspec.Struct, frozen=True, kw_only=True):
    """Something that stands in the address or in a header."""

    name: str
    where: str
    """path, query or header"""
    description: str
    schema: Mapping[str, Any]
    required: bool = False


class Body(msgspec.Struct, frozen=True, kw_only=True):
    """What is sent."""

    shape: type
    description: str
    required: bool = True
    also: Mapping[str, Any] = {}
    """What holds for it here beyond its schema."""


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """What is answered when the call was done."""

    description: str
    shape: type | None = None
    headers: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    """The further media types in which it can be had, as text."""
    as_json: bool = True


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """One door."""

    id: str
    """The name of its function."""
    method: str
    path: str
    tag: str
    summary: str
    description: str
    parameters: tuple[Parameter, ...] = ()
    body: Body | None = None
    replies: Mapping[int, Reply]
    problems: tuple[ProblemType, ...]
    signed_in: bool = True


HEADERS: Final[Mapping[str, tuple[str, Mapping[str, Any]]]] = {
    "Location": ("Where the request is to be found.", {"type": "string", "format": "uri-reference"}),
    "ETag": ("The version of the request; a decision names it in If-Match.", {"type": "string"}),
    "Retry-After": ("In how many seconds to look or to ask again.", {"type": "integer", "minimum": 1}),
    "Preference-Applied": ("That Prefer was heeded.", {"const": "respond-async"}),
    "WWW-Authenticate": ("How to sign in.", {"const": "Bearer"}),
    "Cache-Control": ("What is answered is about people: nothing keeps it.", {"const": "no-store"}),
    "X-Content-Type-Options": ("It is what Content-Type says, and nothing else.", {"const": "nosniff"}),
}
"""Every header that is answered: what it says, and its schema."""
EVERYWHERE: Final = ("Cache-Control", "X-Content-Type-Options")
"""The headers of every answer."""
