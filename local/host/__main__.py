"""`python -m local.host`: runs the app's functions until it is stopped or its parent ends."""

import argparse
import asyncio
import logging
import os
import signal
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

from local.host import app_settings, authentication, functions, host_json, keys, parent
from local.host.app_settings import LocalSettingsError
from local.host.authentication_settings import AuthenticationSettingsError
from local.host.host import Host
from local.host.host_json import HostJsonError
from local.host.keys import KeysError
from local.host.server import PortTakenError, WebServer
from local.host.signatures import LoadError
from local.host.web import Web

STARTUP_ERRORS = (
    AuthenticationSettingsError,
    HostJsonError,
    KeysError,
    LoadError,
    LocalSettingsError,
    PortTakenError,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the host; 0 when it was stopped, 1 when it could not start."""
    options = _parser().parse_args(arguments)
    _log_to_stderr(logging.DEBUG if options.verbose else logging.WARNING if options.quiet else logging.INFO)
    try:
        asyncio.run(run(options))
    except STARTUP_ERRORS as error:
        if isinstance(error, LoadError) and error.__cause__:
            traceback.print_exception(error.__cause__)  # where in the app's own code
        print(f"The host cannot start: {error}", file=sys.stderr)
        return 1
    return 0


async def run(options: argparse.Namespace) -> None:
    """Start everything, say where it listens, wait for the end, stop everything."""
    app_root: Path = options.app_root.resolve()
    for name, value in app_settings.read_local(app_root / options.settings).items():
        os.environ.setdefault(name, value)
    stopping = _stop_on_signals()
    host = Host(host_json.read(app_root / "host.json"), os.environ, state_folder=options.state.resolve())
    web = Web(host.routes, host.invoker, host.admin, keys=keys.read(options.keys) if options.keys else None)
    async with authentication.before(web, os.environ) as app:
        server = WebServer(app, options.port)
        host.start(_load(app_root))
        serving = asyncio.create_task(server.run())
        await server.wait_until_ready()
        print(f"listening on {server.address}", flush=True)
        await _until_stopped(stopping, options.parent)
        server.stop()
        await host.stop()
        await serving


def _load(app_root: Path) -> list[functions.Function]:
    os.chdir(app_root)  # the worker starts in the app's root
    return functions.load(app_root)


def _stop_on_signals() -> asyncio.Event:
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    return stopping


async def _until_stopped(stopping: asyncio.Event, parent_id: int | None) -> None:
    ends = [asyncio.create_task(stopping.wait())]
    if parent_id:
        gone = parent.until_gone(parent_id, getppid=os.getppid, sleep=asyncio.sleep)
        await asyncio.wait([*ends, asyncio.create_task(gone)], return_when=asyncio.FIRST_COMPLETED)
    else:
        await asyncio.wait(ends)


def _log_to_stderr(level: int) -> None:
    logging.basicConfig(level=level, format="[%(asctime)s] %(message)s", datefmt="%H:%M:%S")
    logging.getLogger("azure").setLevel(logging.WARNING)  # a line per request to storage otherwise


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m local.host", description=__doc__)
    parser.add_argument("--port", type=int, default=7071, help="0 takes any free port (default: 7071)")
    parser.add_argument("--app-root", type=Path, default=Path(), help="where function_app.py and host.json are")
    parser.add_argument("--settings", type=Path, default=Path("local.settings.json"), help="settings file in the root")
    parser.add_argument("--state", type=Path, default=Path(".stand"), help="folder in which timers are remembered")
    parser.add_argument("--keys", type=Path, help="keys file; without one, no keys are asked for, as in Core Tools")
    parser.add_argument("--parent", type=int, help="process id of the parent, with which the host ends")
    volume = parser.add_mutually_exclusive_group()
    volume.add_argument("--quiet", action="store_true", help="log warnings and errors only")
    volume.add_argument("--verbose", action="store_true", help="log everything")
    return parser


if __name__ == "__main__":
    code = main()
    logging.shutdown()
    sys.stdout.flush()
    os._exit(code)  # a function may still run in a thread, which would keep the process alive
