"""
Function keys (facts/functions.md, HTTP): who may call a function whose level is not anonymous.

Core Tools asks for no keys on a laptop; with a keys file this host asks as Azure does.
"""

from pathlib import Path

import msgspec
from starlette.requests import Request


class KeysError(Exception):
    """The keys file cannot be used."""


class Keys(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """A keys file: the master key, the host's keys, and keys of single functions, each by name."""

    master_key: str
    function_keys: dict[str, str] = {}
    keys_by_function: dict[str, dict[str, str]] = {}

    def admits(self, request: Request, *, level: str, function: str) -> bool:
        """Whether the request carries a key for the level; the header counts before the query."""
        if level == "ANONYMOUS":
            return True
        key = _key(request)
        if not key or key == self.master_key:
            return bool(key)
        own = self.keys_by_function.get(function, {})
        return level == "FUNCTION" and key in {*self.function_keys.values(), *own.values()}

    def is_master(self, request: Request) -> bool:
        """Whether the request carries the master key."""
        return _key(request) == self.master_key


def read(path: Path) -> Keys:
    """Read a keys file; raises KeysError."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Keys)
    except (OSError, msgspec.MsgspecError) as error:
        raise KeysError(f"{path}: {error}") from error


def _key(request: Request) -> str:
    return request.headers.get("x-functions-key") or request.query_params.get("code") or ""
