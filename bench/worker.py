"""The worker process: the app loaded and its door called, as the host would, with so many requests at once.

`python -m bench.worker CONCURRENCY`, requests on standard input, one a line. It tells, one a line, when each was
answered (monotonic clock, seconds), and at last how many of msgraph's model modules it has loaded.
"""

import asyncio
import sys
import time
from collections.abc import Callable, Coroutine, Iterator
from datetime import UTC, datetime
from typing import Any

import azure.functions as func
from azure.functions.queue import QueueMessage

import function_app

Door = Callable[[QueueMessage, func.Out[bytes]], Coroutine[Any, Any, None]]


class Result(func.Out[bytes]):
    """Where the door puts the announcement."""

    announced = b""

    def set(self, val: bytes) -> None:
        """Take it."""
        self.announced = val

    def get(self) -> bytes:
        """Return it."""
        return self.announced


async def work(concurrency: int, requests: Iterator[str]) -> None:
    """Have all requests carried out, always so many at once."""
    (door,) = [
        each.get_user_function()
        for each in function_app.app.get_functions()
        if each.get_function_name() == "reset_request"
    ]
    await asyncio.gather(*(_one_after_another(door, requests) for _ in range(concurrency)))


async def _one_after_another(door: Door, requests: Iterator[str]) -> None:
    for request in requests:
        result = Result()
        await door(QueueMessage(id="message", body=request.encode(), insertion_time=datetime.now(UTC)), result)
        if b'"status":"succeeded"' not in result.announced:
            raise SystemExit(f"A reset did not succeed: {result.announced!r}")
        print(time.clock_gettime(time.CLOCK_MONOTONIC))


if __name__ == "__main__":
    asyncio.run(work(int(sys.argv[1]), iter(sys.stdin.read().splitlines())))
    print(sum(name.startswith("msgraph.generated.models") for name in sys.modules))
