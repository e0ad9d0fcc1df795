"""A clock that a test moves by hand; whoever sleeps by it wakes when the test says so."""

import asyncio
import datetime as dt

START = dt.datetime(2026, 11, 20, 9, 0, tzinfo=dt.UTC)
TURNS = 50


class HandClock:
    """`now` and `sleep` as the host takes them."""

    def __init__(self, start: dt.datetime = START) -> None:
        self._now = start
        self._sleepers: list[tuple[dt.datetime, asyncio.Future[None]]] = []

    def now(self) -> dt.datetime:
        """Return the time that the test has set."""
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Sleep until the test has moved the clock that far."""
        woken = asyncio.get_running_loop().create_future()
        self._sleepers.append((self._now + dt.timedelta(seconds=seconds), woken))
        await woken

    async def advance(self, seconds: float) -> None:
        """Move the clock, stopping at each moment for which somebody sleeps."""
        await settle()
        end = self._now + dt.timedelta(seconds=seconds)
        while due := [sleeper for sleeper in self._sleepers if sleeper[0] <= end and not sleeper[1].done()]:
            moment = min(due, key=lambda sleeper: sleeper[0])[0]
            self._now = max(self._now, moment)
            for sleeper in [sleeper for sleeper in self._sleepers if sleeper[0] <= self._now]:
                self._sleepers.remove(sleeper)
                if not sleeper[1].done():
                    sleeper[1].set_result(None)
            await settle()
        self._now = end


async def settle() -> None:
    """Let everything on the loop run until it waits."""
    for _ in range(TURNS):
        await asyncio.sleep(0)
