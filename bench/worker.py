"""The worker process: the app loaded and its doors called, as the host would, with so many requests at once.

`python -m bench.worker DOOR CONCURRENCY`, requests on standard input, one a line; DOOR is `queue`, `http` (a request
over HTTP) or `preview` (an object id, and the card of that person is asked for). It tells, one a line, when each was
answered (monotonic clock, seconds), and at last how many of msgraph's model modules it has loaded.
"""

import asyncio
import base64
import functools
import json
import os
import sys
import time
from collections.abc import Callable, Coroutine, Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, Final

import azure.functions as func
from azure.functions.queue import QueueMessage

import function_app

Door = Callable[..., Coroutine[Any, Any, Any]]
Call = Callable[[str], Coroutine[Any, Any, None]]
CALLER: Final = "7a8bdf04-4c51-4c95-97ae-692d37d8074a"
"""Lee Gu of the simulated tenant."""


class Result(func.Out[bytes]):
    """Where the queue's door puts the announcement."""

    announced = b""

    def set(self, val: bytes) -> None:
        """Take it."""
        self.announced = val

    def get(self) -> bytes:
        """Return it."""
        return self.announced


@functools.cache
def _doors() -> dict[str, Door]:
    return {str(each.get_function_name()): each.get_user_function() for each in function_app.app.get_functions()}


async def by_queue(request: str) -> None:
    """Have a request from the queue carried out."""
    result = Result()
    message = QueueMessage(id="message", body=request.encode(), insertion_time=datetime.now(UTC))
    await _doors()["reset_request"](message, result)
    _expect(b'"status":"succeeded"', result.announced)


async def over_http(request: str) -> None:
    """Have a request over HTTP carried out."""
    answer = await _doors()["submit_request"](_http("POST", "requests", {}, request.encode()), _context())
    _expect(b'"status":"succeeded"', answer.get_body())


async def preview(user: str) -> None:
    """Ask for somebody's card."""
    answer = await _doors()["show_user"](_http("GET", "users", {"user": user}), _context())
    _expect(b'"userPrincipalName"', answer.get_body())


def _http(method: str, path: str, route: dict[str, str], body: bytes = b"") -> func.HttpRequest:
    claims = {"oid": CALLER, "tid": os.environ["TENANT_ID"], "roles": "MfaDesk.Operator", "scp": "user_impersonation"}
    principal = {"auth_typ": "aad", "claims": [{"typ": name, "val": value} for name, value in claims.items()]}
    headers = {
        "authorization": "Bearer of nothing",
        "content-type": "application/json",
        "x-ms-client-principal": base64.b64encode(json.dumps(principal).encode()).decode(),
    }
    return func.HttpRequest(
        method=method, url=f"http://desk/api/{path}", headers=headers, params={}, route_params=route, body=body
    )


def _context() -> SimpleNamespace:
    return SimpleNamespace(invocation_id="00000000-0000-4000-8000-000000000000")


def _expect(part: bytes, answer: bytes) -> None:
    if part not in answer:
        raise SystemExit(f"That went wrong: {answer!r}")


DOORS: Final[dict[str, Call]] = {"queue": by_queue, "http": over_http, "preview": preview}


async def work(call: Call, concurrency: int, requests: Iterator[str]) -> None:
    """Have all requests carried out, always so many at once."""
    await asyncio.gather(*(_one_after_another(call, requests) for _ in range(concurrency)))


async def _one_after_another(call: Call, requests: Iterator[str]) -> None:
    for request in requests:
        await call(request)
        print(time.clock_gettime(time.CLOCK_MONOTONIC))


if __name__ == "__main__":
    asyncio.run(work(DOORS[sys.argv[1]], int(sys.argv[2]), iter(sys.stdin.read().splitlines())))
    print(sum(name.startswith("msgraph.generated.models") for name in sys.modules))
