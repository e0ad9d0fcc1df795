"""The door before Graph: where it throttles, who goes in, who waits, and who is sent away."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from shared.door import Door
from shared.graph import GraphUnavailable

NOW = 1000.0
PATIENCE = 30.0
_MOMENTS = 5


class Line:
    """A door with people before it."""

    def __init__(self) -> None:
        self.now = NOW
        self.door = Door(lambda: self.now)
        self.went_in: list[str] = []
        self.sent_away: list[float | None] = []
        self.waiting: dict[str, asyncio.Task[None]] = {}

    async def come(self, *names: str, has_begun: bool = False) -> None:
        """Have them come, one after another, and go in if they may."""
        for name in names:
            self.waiting[name] = asyncio.create_task(self._enter(name, has_begun=has_begun))
        await self.settle()

    async def settle(self) -> None:
        """Let happen what can happen now."""
        for _ in range(_MOMENTS):
            await asyncio.sleep(0)

    async def leave(self, *names: str) -> None:
        """Have them leave."""
        for name in names:
            self.door.leave(name)
        await self.settle()

    async def _enter(self, name: str, *, has_begun: bool) -> None:
        try:
            await self.door.enter(name, PATIENCE, has_begun=has_begun)
        except GraphUnavailable as told:
            self.sent_away.append(told.retry_after)
        else:
            self.went_in.append(name)


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    """Yield a door behind which two have been told to wait for two seconds."""
    line = Line()
    await line.come("one", "two")
    line.door.throttled(2)
    yield line
    for each in line.waiting.values():
        each.cancel()
    await asyncio.gather(*line.waiting.values(), return_exceptions=True)


async def test_everybody_goes_in_while_graph_does_not_throttle() -> None:
    """At once."""
    line = Line()

    await line.come(*"abcdefghijklmnopqrstuvwxyz")

    assert line.went_in == list("abcdefghijklmnopqrstuvwxyz")


async def test_who_comes_while_graph_throttles_waits_in_line(line: Line) -> None:
    """First come, first served, one for each that leaves."""
    await line.come("three", "four", "five")
    before = line.went_in[2:]
    line.now += 2
    await line.leave("one", "two")
    first = line.went_in[2:]
    await line.leave("three")

    assert (before, first, line.went_in[2:]) == ([], ["three"], ["three", "four"])


async def test_the_line_moves_when_the_wait_is_over(line: Line) -> None:
    """Though nobody is there who could leave."""
    await line.leave("one", "two")
    line.door.throttled(2.05)
    await line.come("three")
    line.now += 2.06

    line.door.throttled(0.01)
    line.now += 0.02
    await asyncio.wait_for(line.waiting["three"], timeout=5)

    assert line.went_in[2:] == ["three"]


async def test_what_has_begun_with_its_changes_goes_first(line: Line) -> None:
    """As soon as Graph may be asked, however many there are: it is left half done otherwise."""
    await line.come("three")
    await line.come("begun", "begun as well", has_begun=True)
    before = line.went_in[2:]
    line.now += 2
    await line.leave("one")

    assert (before, line.went_in[2:]) == ([], ["begun", "begun as well"])


async def test_who_has_given_up_takes_nobodys_place(line: Line) -> None:
    """A run whose time is over while it waits is gone."""
    await line.come("three", "four")
    line.waiting["three"].cancel()
    await line.settle()
    line.now += 2
    await line.leave("one", "two", "three")

    assert line.went_in[2:] == ["four"]


async def test_nobody_waits_for_what_is_longer_than_their_patience(line: Line) -> None:
    """Those in line go at once, and so do those that come, begun or not; each is told how long."""
    await line.come("three", "four")
    line.door.throttled(90)
    await line.settle()
    line.now += 50
    await line.come("five")
    await line.come("begun", has_begun=True)

    assert (line.sent_away, line.went_in[2:]) == ([90, 90, 40, 40], [])


async def test_who_can_wait_for_long_waits(line: Line) -> None:
    """It costs nothing, and a deferral does."""
    line.door.throttled(90)
    line.now += 70
    await line.come("three")
    before = line.went_in[2:]
    line.now += 20
    await line.leave("one", "two")

    assert (before, line.went_in[2:], line.sent_away) == ([], ["three"], [])


async def test_who_is_inside_does_not_line_up_again(line: Line) -> None:
    """A run that reads a second time has its place already."""
    await line.come("one")

    assert line.went_in == ["one", "two", "one"]
