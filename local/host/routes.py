"""
Route templates as ASP.NET Core reads them (facts/functions.md, HTTP): `{id}`, `{id:int}`, `{x?}`, `{x=def}`, `{*rest}`.

A segment is either text or one parameter; a mixture of both is refused.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self
from urllib.parse import unquote

from local.host import route_constraints

_PARAMETER = re.compile(
    r"(?P<stars>\*{0,2})(?P<name>\w+)(?P<constraints>(?::.*?)?)(?:=(?P<default>[^=]*))?(?P<optional>\??)"
)
_CONSTRAINT = re.compile(r":(\w+)(?:\((.*?)\))?(?=:|$)")


class RouteError(Exception):
    """A route template that this host cannot read."""


@dataclass(frozen=True)
class Parameter:
    """One `{…}` of a template."""

    name: str
    constraints: tuple[tuple[str, str | None], ...]
    default: str | None
    optional: bool
    catch_all: bool

    def accepts(self, value: str) -> bool:
        """Whether the value is there and meets every constraint."""
        return bool(value) and all(route_constraints.meets(value, *constraint) for constraint in self.constraints)


@dataclass(frozen=True)
class Template:
    """A whole route, prefix included."""

    text: str
    segments: tuple[str | Parameter, ...]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a template; raises RouteError."""
        return cls(text, tuple(_segment(part, text) for part in text.strip("/").split("/") if part))

    def match(self, path: str) -> dict[str, str] | None:
        """Return the route values of a path as it came over the wire, or None when it is another route's."""
        parts = [_unquoted(part) for part in path.strip("/").split("/")] if path.strip("/") else []
        values: dict[str, str] = {}
        for position, segment in enumerate(self.segments):
            part = parts[position] if position < len(parts) else ""
            if isinstance(segment, str):
                if part.lower() != segment.lower():
                    return None
            elif segment.catch_all:
                return values | _rest(segment, parts[position:])
            elif (found := _value(segment, part)) is None:
                return None
            else:
                values |= found
        return values if len(parts) <= len(self.segments) else None


def _segment(part: str, template: str) -> str | Parameter:
    if "{" not in part and "}" not in part:
        return part
    found = _PARAMETER.fullmatch(part[1:-1].replace("{{", "{").replace("}}", "}"))
    if not (part.startswith("{") and part.endswith("}") and found) or "}{" in part:
        raise RouteError(f"Route '{template}': the local host cannot read '{part}'; give a parameter its own segment.")
    return Parameter(
        name=found["name"],
        constraints=tuple(_constraints(found["constraints"], template)),
        default=found["default"],
        optional=bool(found["optional"]),
        catch_all=bool(found["stars"]),
    )


def _constraints(text: str, template: str) -> Iterable[tuple[str, str | None]]:
    while text:
        found = _CONSTRAINT.match(text)
        if not found or found[1] not in route_constraints.CONSTRAINTS:
            raise RouteError(f"Route '{template}': there is no constraint '{found[1] if found else text[1:]}'.")
        yield found[1], found[2]
        text = text[found.end() :]


def _value(parameter: Parameter, part: str) -> dict[str, str] | None:
    if not part and parameter.default is not None:
        return {parameter.name: parameter.default}
    if not part and parameter.optional:
        return {}
    return {parameter.name: part} if parameter.accepts(part) else None


def _rest(parameter: Parameter, parts: list[str]) -> dict[str, str]:
    value = "/".join(parts) or parameter.default
    return {parameter.name: value} if value else {}


def _unquoted(part: str) -> str:
    """Decode a segment; an encoded slash stays as it is, as Kestrel leaves it."""
    return "%2F".join(unquote(piece) for piece in re.split("%2f", part, flags=re.IGNORECASE))
