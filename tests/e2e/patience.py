"""Waiting for what a stand does in its own time."""

import time
from collections.abc import Callable
from typing import TypeVar

import pytest

T = TypeVar("T")


def eventually(found: Callable[[], T | None], *, seconds: float = 120.0) -> T:
    """Return what is found as soon as it is; fail when it is not in time.

    A run that a slow machine does not let come to its end puts its request off by 30 s, which has to be waited for.
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if result := found():
            return result
        time.sleep(0.1)
    pytest.fail(f"Not within {seconds} s.")
