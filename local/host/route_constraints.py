"""The constraints of route templates, as ASP.NET Core knows them: int, guid, alpha, length(…), regex(…) and so on."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from uuid import UUID

INT32, INT64 = 2**31, 2**63


def _is(convert: Callable[[str], object], value: str) -> bool:
    try:
        convert(value)
    except ValueError:
        return False
    return True


def _is_integer(value: str, limit: int) -> bool:
    return re.fullmatch(r"[+-]?\d+", value) is not None and -limit <= int(value) < limit


def _between(value: str, lowest: str, highest: str) -> bool:
    return _is_integer(value, INT64) and int(lowest) <= int(value) <= int(highest)


def _length(value: str, lowest: str, highest: str | None = None) -> bool:
    return int(lowest) <= len(value) <= int(highest if highest is not None else lowest)


CONSTRAINTS: Mapping[str, Callable[..., bool]] = {
    "alpha": lambda value: re.fullmatch("[a-z]*", value, re.IGNORECASE) is not None,
    "bool": lambda value: value.lower() in {"true", "false"},
    "datetime": lambda value: _is(dt.datetime.fromisoformat, value),
    "decimal": lambda value: _is(float, value),
    "double": lambda value: _is(float, value),
    "float": lambda value: _is(float, value),
    "guid": lambda value: _is(UUID, value),
    "int": lambda value: _is_integer(value, INT32),
    "length": _length,
    "long": lambda value: _is_integer(value, INT64),
    "max": lambda value, highest: _between(value, str(-INT64), highest),
    "maxlength": lambda value, highest: len(value) <= int(highest),
    "min": lambda value, lowest: _between(value, lowest, str(INT64)),
    "minlength": lambda value, lowest: len(value) >= int(lowest),
    "range": _between,
    "regex": lambda value, pattern: re.search(pattern, value, re.IGNORECASE) is not None,
    "required": bool,
}
"""By name: whether a value meets the constraint, given what stands in its brackets."""


def meets(value: str, name: str, argument: str | None) -> bool:
    """Whether the value meets one constraint of `CONSTRAINTS`."""
    if argument is None:
        return CONSTRAINTS[name](value)
    arguments = [argument] if name == "regex" else [part.strip() for part in argument.split(",")]
    return CONSTRAINTS[name](value, *arguments)
