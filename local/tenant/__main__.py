"""`python -m local.tenant`: serve the simulated tenant until told to stop."""

import argparse
import asyncio
import contextlib
import os
import socket
import sys
from pathlib import Path

import uvicorn

from local.tenant.seed import PEOPLE, SeedError, read
from local.tenant.server import application, listen, server

WATCH_INTERVAL = 0.5


def main(arguments: list[str]) -> int:
    """Print `listening on http://127.0.0.1:PORT` when ready; end on SIGTERM, SIGINT or the parent's death."""
    options = _options(arguments)
    try:
        seed = read(options.people)
    except SeedError as error:
        print(error, file=sys.stderr)
        return 2
    with listen(options.host, options.port) as listener, contextlib.suppress(KeyboardInterrupt):
        running = server(application(seed, options.identity_header))
        listener.listen(running.config.backlog)
        print(f"listening on http://{options.host}:{listener.getsockname()[1]}", flush=True)
        with asyncio.Runner(loop_factory=running.config.get_loop_factory()) as runner:
            runner.run(_serve(running, listener, options.parent))
    return 0


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.tenant", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--identity-header", required=True, help="the secret that token requests must carry")
    parser.add_argument("--people", type=Path, default=PEOPLE, help="another seed file")
    parser.add_argument("--parent", type=int, help="end when this process is no longer the parent")
    return parser.parse_args(arguments)


async def _serve(running: uvicorn.Server, listener: socket.socket, parent: int | None) -> None:
    watch = asyncio.create_task(_watch(running, parent)) if parent is not None else None
    await running.serve(sockets=[listener])
    if watch is not None:
        watch.cancel()


async def _watch(running: uvicorn.Server, parent: int) -> None:
    while os.getppid() == parent:  # noqa: ASYNC110  # nobody announces a parent's death
        await asyncio.sleep(WATCH_INTERVAL)
    running.should_exit = True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
