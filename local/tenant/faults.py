"""Failures on demand: which calls they hit, how often, and what they do to them."""

import fnmatch
import re
from typing import Literal

import msgspec

Effect = Literal["answer", "closeBefore", "closeAfter", "delay", "malformed", "truncated", "errorWithin", "repeat"]


class Fault(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """One failure to come.

    `path` is a shell pattern over the whole path, version included and query excluded, such as `*/phoneMethods/*`;
    `query` is one over the decoded query, such as `*$skiptoken=*` for the pages after the first.
    It lets `skip` matching calls pass, hits the next `times` ones (None: all), and is then spent.
    answer: `status` with `retryAfter` as its header, if given; `applied` lets the effect happen all the same.
    closeBefore, closeAfter: the connection is closed without an answer, before or after the effect.
    delay: `seconds` more. malformed, truncated: the effect happens, the body is broken. errorWithin: the same, and the
    body ends in an error that was written into it, as Graph was seen to do (microsoft-graph-docs#3648).
    repeat: the page's link to the next one leads to the same page once more.
    A member of a batch can be hit as well: its connection is that of the whole batch, its broken body is a bare text.
    """

    effect: Effect
    method: str = "*"
    path: str = "*"
    query: str = "*"
    times: int | None = 1
    skip: int = 0
    status: int = 503
    retry_after: str | None = None
    applied: bool = False
    seconds: float = 0.0


class _Armed:
    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        self.pattern = re.compile(fnmatch.translate(fault.path), re.IGNORECASE)
        self.query = re.compile(fnmatch.translate(fault.query), re.IGNORECASE)
        self.to_skip = fault.skip
        self.left = fault.times

    def concerns(self, method: str, path: str, query: str) -> bool:
        if self.fault.method not in {"*", method} or self.pattern.match(path) is None:
            return False
        return self.query.match(query) is not None

    def fires(self) -> bool:
        if self.to_skip:
            self.to_skip -= 1
            return False
        if self.left is not None:
            self.left -= 1
        return True


class Faults:
    """The failures in store, the oldest first."""

    def __init__(self) -> None:
        self._armed: list[_Armed] = []

    def add(self, fault: Fault) -> None:
        """Put one more in store."""
        self._armed.append(_Armed(fault))

    def clear(self) -> None:
        """Forget them all."""
        self._armed.clear()

    def waiting(self) -> list[Fault]:
        """Those not yet spent."""
        return [armed.fault for armed in self._armed]

    def strike(self, method: str, path: str, query: str = "") -> Fault | None:
        """Return the failure that hits this call, counted; None in nearly every case."""
        for armed in self._armed:
            if armed.concerns(method, path, query) and armed.fires():
                self._armed = [other for other in self._armed if other.left != 0]
                return armed.fault
        return None
