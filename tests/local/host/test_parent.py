"""A child that must not outlive its parent."""

from local.host import parent


async def test_waits_while_the_parent_lives() -> None:
    """It returns as soon as the parent process is another."""
    parents = iter([7, 7, 7, 1])
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    await parent.until_gone(7, getppid=lambda: next(parents), sleep=sleep)

    assert slept == [0.5, 0.5, 0.5]
