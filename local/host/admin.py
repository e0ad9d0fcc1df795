"""
What the host tells and does under /admin: its status, and running a timer function now.

`POST /admin/functions/<name>` is the real host's way to run a function that HTTP does not trigger.
"""

import asyncio
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from local.host.timer_listener import TimerListener

PREFIX = "/admin/"
STATUS = "/admin/host/status"
FUNCTIONS = "/admin/functions/"


class Admin:
    """Knows the functions that run, the timers among them, and the errors of those that do not."""

    def __init__(self, timers: Mapping[str, TimerListener]) -> None:
        self.functions: list[str] = []
        self.errors: dict[str, str] = {}
        self._timers = timers
        self._runs: set[asyncio.Task[bool]] = set()

    def answer(self, request: Request, path: str) -> Response | None:
        """Answer a request under /admin; None for what is not there."""
        if path == STATUS and request.method == "GET":
            return JSONResponse({"state": "Running", "functions": self.functions, "errors": self.errors})
        if path.startswith(FUNCTIONS) and request.method == "POST":
            return self._run(path.removeprefix(FUNCTIONS))
        return None

    def _run(self, name: str) -> Response:
        if name not in self.functions:
            return Response(status_code=404)
        if name not in self._timers:
            return PlainTextResponse(f"'{name}' has no timer; the local host runs only timer functions so.", 400)
        run = asyncio.create_task(self._timers[name].run_now())
        self._runs.add(run)
        run.add_done_callback(self._runs.discard)
        return Response(status_code=202)
