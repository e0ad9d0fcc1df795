"""$filter of directory audits: what is documented, and `and` between it.

(Graph documentation, directoryAudit and list directoryAudits.) Everything else is refused. How Graph words that is not
documented beyond "Invalid filter clause" (wazuh/wazuh#31451); nor whether it regards case: here it does.
"""

import re
from collections.abc import Callable
from typing import Any

import msgspec

from local.tenant.audit import ticks
from local.tenant.call import Call
from local.tenant.refusals import bad_request

TIME = "activityDateTime"
_ANY = "*"
"""Stands in a path for any one of a list, and in no path that a client can write."""
_EQUAL, _BEGINS = frozenset({"eq"}), frozenset({"eq", "startswith"})
OFFERED = {
    TIME: frozenset({"eq", "ge", "le"}),
    "activityDisplayName": _BEGINS,
    "correlationId": _EQUAL,
    "id": _EQUAL,
    "loggedByService": _EQUAL,
    "initiatedBy/user/id": _EQUAL,
    "initiatedBy/user/displayName": _EQUAL,
    "initiatedBy/user/userPrincipalName": _BEGINS,
    "initiatedBy/app/appId": _EQUAL,
    "initiatedBy/app/displayName": _EQUAL,
    "targetResources/*/id": _EQUAL,
    "targetResources/*/displayName": _BEGINS,
}
UNCONFIRMED = {
    TIME: frozenset({"eq", "ge", "le", "gt", "lt"}),
    "category": _EQUAL,
    "operationType": _EQUAL,
    "result": _EQUAL,
}
"""What clients send although the documentation does not offer it."""

_TEXT = r"'(?:[^']|'')*'"
_CLAUSE = re.compile(
    r"\s*(?:"
    rf"(?P<path>[\w/]+)\s+(?P<operator>eq|ge|le|gt|lt)\s+(?P<value>{_TEXT}|[\w:.+-]+)"
    rf"|startswith\(\s*(?P<begins>[\w/]+)\s*,\s*(?P<beginning>{_TEXT})\s*\)"
    r"|(?P<list>\w+)/any\(\s*(?P<each>\w+)\s*:\s*(?:"
    rf"(?P=each)/(?P<item>\w+)\s+(?P<item_operator>eq)\s+(?P<item_value>{_TEXT})"
    rf"|startswith\(\s*(?P=each)/(?P<item_begins>\w+)\s*,\s*(?P<item_beginning>{_TEXT})\s*\))\s*\)"
    r")\s*(?:and\s+(?=\S)|$)"
)


class Condition(msgspec.Struct, frozen=True):
    """One comparison; `value` is text, or ticks for the time."""

    path: str
    operator: str
    value: str | int

    @property
    def needle(self) -> bytes:
        """What must stand in the JSON of every event that fits; cheaper to look for than to read the event."""
        return msgspec.json.encode(self.value)[1:-1] if isinstance(self.value, str) else b""

    def fits(self, event: Any) -> bool:
        """Tell whether an event fits, however malformed it is."""
        first, *others = self.path.split("/")
        values = [_property(event, first)]
        for name in others:
            values = (values[0] or []) if name == _ANY else [_property(value, name) for value in values]
            if not isinstance(values, list):
                return False
        return any(isinstance(value, str) and self._holds(value) for value in values)

    def _holds(self, value: str) -> bool:
        return value.startswith(str(self.value)) if self.operator == "startswith" else value == self.value


class Conditions(msgspec.Struct, frozen=True):
    """A whole filter: from when to when in ticks, both included, and what else must be the case."""

    since: int
    until: int
    others: tuple[Condition, ...]

    def fit(self, json: bytes) -> bool:
        """Tell whether everything but the time fits."""
        if not all(condition.needle in json for condition in self.others):
            return False
        event = msgspec.json.decode(json)
        return all(condition.fits(event) for condition in self.others)


def conditions(call: Call, *, unconfirmed: bool) -> Conditions:
    """Return what $filter demands. Raises a refusal of what is not offered."""
    offered = {**OFFERED, **UNCONFIRMED} if unconfirmed else OFFERED
    text, found = call.options.get("$filter", ""), list[Condition]()
    while text:
        match = _CLAUSE.match(text)
        if match is None:
            raise bad_request("Invalid filter clause")
        found.append(_condition(match, offered))
        text = text[match.end() :]
    times = [condition for condition in found if isinstance(condition.value, int)]
    return Conditions(
        since=max((_LOWEST[each.operator](int(each.value)) for each in times), default=_NEVER),
        until=min((_HIGHEST[each.operator](int(each.value)) for each in times), default=_EVER),
        others=tuple(condition for condition in found if not isinstance(condition.value, int)),
    )


_NEVER, _EVER = -(1 << 62), 1 << 62
_Bound = dict[str, Callable[[int], int]]
_LOWEST: _Bound = {"eq": int, "ge": int, "gt": lambda at: at + 1, "le": lambda _: _NEVER, "lt": lambda _: _NEVER}
_HIGHEST: _Bound = {"eq": int, "le": int, "lt": lambda at: at - 1, "ge": lambda _: _EVER, "gt": lambda _: _EVER}


def _condition(match: re.Match[str], offered: dict[str, frozenset[str]]) -> Condition:
    path, operator, value = _parts(match)
    if operator not in offered.get(path, ()):
        raise bad_request(f"Invalid filter clause: '{operator}' is not supported for '{path}'.")
    if path == TIME:
        return Condition(path, operator, _ticks(value))
    if not value.startswith("'"):
        raise bad_request(f"Invalid filter clause: '{path}' is compared with a text in quotes, and not with {value}.")
    return Condition(path, operator, value[1:-1].replace("''", "'"))


def _parts(match: re.Match[str]) -> tuple[str, str, str]:
    if match["path"]:
        return match["path"], match["operator"], match["value"]
    if match["begins"]:
        return match["begins"], "startswith", match["beginning"]
    if match["item"]:
        return f"{match['list']}/{_ANY}/{match['item']}", match["item_operator"], match["item_value"]
    return f"{match['list']}/{_ANY}/{match['item_begins']}", "startswith", match["item_beginning"]


def _ticks(value: str) -> int:
    try:
        return ticks.parsed(value)
    except (ValueError, OverflowError) as error:
        raise bad_request(f"Invalid filter clause: {error}.") from error


def _property(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None
