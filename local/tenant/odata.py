"""The query options that Graph's directory lists offer: $select, $filter, $expand, $top and paging."""

import base64
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import quote, unquote

import msgspec

from local.tenant.call import Answer, Call
from local.tenant.metadata import METADATA
from local.tenant.refusals import bad_directory_request, bad_request, unsupported_query

LARGEST_PAGE = 999
DEFAULT_PAGE = 100
NEEDS_ADVANCED = "The specified filter to the reference property query is currently not supported."

_CLAUSE = re.compile(
    r"\s*(?:(?P<name>[\w/]+)\s+eq\s+(?P<value>'(?:[^']|'')*'|true|false|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
    r"|startswith\(\s*(?P<start_name>[\w/]+)\s*,\s*(?P<start>'(?:[^']|'')*')\s*\))\s*(?:and\s+(?=\S)|$)",
    re.IGNORECASE,
)
_Entry = TypeVar("_Entry")


class Clause(msgspec.Struct, frozen=True):
    """One comparison of a $filter; `value` is text or a truth value."""

    name: str
    value: str | bool
    starts: bool = False

    def holds(self, actual: object) -> bool:
        """Compare without regard to case, as the directory does."""
        if isinstance(self.value, bool) or not isinstance(actual, str):
            return actual is self.value
        if self.starts:
            return actual.casefold().startswith(self.value.casefold())
        return actual.casefold() == self.value.casefold()


def selected(
    call: Call, type_name: str, default: Sequence[str] | None = None, *, also: Sequence[str] = ()
) -> list[str]:
    """Return the properties that an answer shows. Raises a refusal for one that the type does not have.

    also: what the type has in the call's version beside the properties that it has in v1.0.
    """
    wanted = call.options.get("$select")
    known = (*METADATA[type_name].names(), *also)
    if wanted is None:
        return list(default if default is not None else known)
    names = {name.lower(): name for name in known}
    chosen = [name.strip() for name in wanted.split(",")]
    for name in chosen:
        if name.lower() not in names:
            raise bad_request(
                f"Parsing OData Select and Expand failed: Could not find a property named '{name}' on type "
                f"'microsoft.graph.{type_name}'."
            )
    return [names[name.lower()] for name in chosen]


def clauses(call: Call, offered: frozenset[str]) -> tuple[Clause, ...]:
    """Return the comparisons of $filter, all of which must hold. Raises a refusal for what is not offered."""
    text = call.options.get("$filter")
    found: list[Clause] = []
    while text:
        match = _CLAUSE.match(text)
        if match is None:
            raise bad_request("Invalid filter clause")
        found.append(_clause(match))
        text = text[match.end() :]
    for clause in found:
        if clause.name not in offered:
            raise unsupported_query(
                f"Unsupported or invalid query filter clause specified for property '{clause.name}'."
            )
    return tuple(found)


def fits(properties: Mapping[str, Any], wanted: tuple[Clause, ...]) -> bool:
    """Tell whether all comparisons hold."""
    return all(clause.holds(properties.get(clause.name)) for clause in wanted)


def _clause(match: re.Match[str]) -> Clause:
    if match["start"] is not None:
        return Clause(match["start_name"], _text(match["start"]), starts=True)
    value = match["value"]
    if value.startswith("'"):
        return Clause(match["name"], _text(value))
    return Clause(match["name"], value if "-" in value else value.lower() == "true")


def _text(literal: str) -> str:
    return literal[1:-1].replace("''", "'")


def expanded(call: Call, offered: frozenset[str], *, one_only: bool) -> tuple[str, ...]:
    """Return the relationships that $expand names; most directory lists expand a single one."""
    text = call.options.get("$expand")
    if text is None:
        return ()
    names = tuple(name.strip() for name in text.split(","))
    for name in names:
        if name not in offered:
            raise bad_request(f"Parsing OData Select and Expand failed: Could not find a property named '{name}'.")
    if one_only and len(names) > 1:
        raise bad_directory_request("Only one property can be expanded in a single query.")
    return names


def paged(
    call: Call, entries: Sequence[_Entry], show: Callable[[_Entry], dict[str, Any]], context: str, size: int
) -> Answer:
    """One page of a list, with the link to the next one; only the page's entries are shown."""
    start = _start(call)
    end = start + _size(call, size)
    body: dict[str, Any] = {"@odata.context": call.context(context)}
    if call.advanced:
        body["@odata.count"] = len(entries)
    if end < len(entries):
        token = base64.urlsafe_b64encode(f"at:{end}".encode()).decode()
        body["@odata.nextLink"] = next_link(call, token)
    body["value"] = [show(entry) for entry in entries[start:end]]
    return Answer(body=body)


def _size(call: Call, size: int) -> int:
    top = call.options.get("$top")
    if top is None:
        return size
    if not top.isdecimal() or len(top) > len(str(LARGEST_PAGE)) or int(top) == 0:
        raise bad_directory_request(
            f"Invalid page size specified: '{top}'. Must be between 1 and {LARGEST_PAGE} inclusive."
        )
    return min(int(top), size) if size < DEFAULT_PAGE else int(top)


def _start(call: Call) -> int:
    token = call.options.get("$skiptoken")
    if token is None:
        return 0
    try:
        scheme, _, at = base64.urlsafe_b64decode(token).partition(b":")
    except ValueError:
        scheme = at = b""
    if scheme != b"at" or not at.isdigit():
        raise bad_directory_request("The specified page token value is invalid.")
    return int(at)


def next_link(call: Call, token: str) -> str:
    """Return the address of the page that a token stands for, with the query of this one."""
    parts = call.query.split("&")
    kept = [part for part in parts if part and not unquote(part).removeprefix("$").startswith("skiptoken=")]
    return f"{call.origin}{call.path}?{'&'.join([*kept, f'$skiptoken={quote(token)}'])}"
