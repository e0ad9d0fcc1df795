"""A child that must not outlive the process that started it."""

from collections.abc import Awaitable, Callable

LOOK_SECONDS = 0.5


async def until_gone(parent: int, *, getppid: Callable[[], int], sleep: Callable[[float], Awaitable[None]]) -> None:
    """Return when the parent process is no longer our parent: it ended, and we were given to another."""
    while getppid() == parent:
        await sleep(LOOK_SECONDS)
