"""Waiting for what another process or task will do, with a deadline instead of luck."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import pytest

LOOK_SECONDS = 0.01


async def eventually(happened: Callable[[], bool | Awaitable[bool]], *, seconds: float = 10) -> None:
    """Return as soon as it has happened; fail the test when it has not in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        answer = happened()
        if answer if isinstance(answer, bool) else await answer:
            return
        await asyncio.sleep(LOOK_SECONDS)
    pytest.fail(f"It did not happen within {seconds:g} s.")
