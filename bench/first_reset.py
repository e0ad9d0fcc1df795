"""The first reset of a process: what the worker does between its start and the first answer."""

import asyncio
import sys
import time
from datetime import UTC, datetime

import azure.functions as func
from azure.functions.queue import QueueMessage

import function_app


class Result(func.Out[bytes]):
    """Where the door puts the announcement."""

    announced = b""

    def set(self, val: bytes) -> None:
        """Take it."""
        self.announced = val

    def get(self) -> bytes:
        """Return it."""
        return self.announced


async def reset(request: str) -> None:
    """Have one request carried out through the door, as the host would, and tell when and with how many models."""
    doors = {each.get_function_name(): each.get_user_function() for each in function_app.app.get_functions()}
    result = Result()
    await doors["reset_request"](
        QueueMessage(id="first", body=request.encode(), insertion_time=datetime.now(UTC)), result
    )
    answered = time.clock_gettime(time.CLOCK_MONOTONIC)
    if b'"status":"succeeded"' not in result.announced:
        raise SystemExit(f"The first reset did not succeed: {result.announced!r}")
    print(sum(name.startswith("msgraph.generated.models") for name in sys.modules), answered)


if __name__ == "__main__":
    asyncio.run(reset(sys.argv[1]))
