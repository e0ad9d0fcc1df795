"""Serves the host's HTTP side with uvicorn, which leaves the signals to the host."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import uvicorn
from starlette.types import ASGIApp


class PortTakenError(Exception):
    """Another program listens on the port."""


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer."""
        await super().startup(sockets)
        self.ready.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take no signals: the host stops its listeners first."""
        yield


class WebServer:
    """Listens on 127.0.0.1 from the moment it is made; answers while it runs."""

    def __init__(self, app: ASGIApp, port: int) -> None:
        """Take the port, 0 for any free one; raises PortTakenError."""
        try:
            self._socket = socket.create_server(("127.0.0.1", port))
        except OSError as error:
            raise PortTakenError(f"Port {port} is taken ({error.strerror}); choose another with --port.") from error
        # asyncio does so only for sockets that tell their protocol; without it each answer takes 40 ms longer.
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._server = _Server(
            uvicorn.Config(
                app,
                log_config=None,
                log_level="warning",
                access_log=False,
                lifespan="off",
                ws="none",
                timeout_graceful_shutdown=1,
            )
        )

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    async def run(self) -> None:
        """Answer until stopped."""
        await self._server.serve(sockets=[self._socket])

    async def wait_until_ready(self) -> None:
        """Return when requests are answered."""
        await self._server.ready.wait()

    def stop(self) -> None:
        """Let requests under way end, for a second at most, and `run` return."""
        self._server.should_exit = True
