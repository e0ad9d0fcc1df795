"""What a function gets as `context`, and what it puts values into: plain classes, as the worker's own are."""

import secrets
import threading
from dataclasses import dataclass, field
from typing import Any


class Out:
    """What a function puts a value into; None, or nothing set, puts nothing out."""

    def __init__(self) -> None:
        self._value: Any = None

    def set(self, value: Any) -> None:
        """Keep the value until the function has succeeded."""
        self._value = value

    def get(self) -> Any:
        """Return the value kept."""
        return self._value


def _new_trace_parent() -> str:
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"


@dataclass(frozen=True)
class TraceContext:
    """A W3C trace that starts with this invocation."""

    trace_parent: str = field(default_factory=_new_trace_parent)
    trace_state: str = ""
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RetryContext:
    """No retry policy is simulated, so nothing was retried by one."""

    retry_count: int = 0
    max_retry_count: int = 0
    exception: None = None


@dataclass(frozen=True)
class Context:
    """The context of one invocation."""

    function_name: str
    function_directory: str
    invocation_id: str
    thread_local_storage: threading.local = field(default_factory=threading.local)
    trace_context: TraceContext = field(default_factory=TraceContext)
    retry_context: RetryContext = RetryContext()
