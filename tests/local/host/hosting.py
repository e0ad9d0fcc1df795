"""An app in the local host, within the test's own process and loop."""

import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import azure.functions as func

from local.host import functions
from local.host.functions import Function
from local.host.host import Host
from local.host.host_json import Extensions, HostJson, HttpOptions, QueueOptions

FAST = QueueOptions(message_encoding="none", max_polling_interval="00:00:00.1")


@contextlib.asynccontextmanager
async def hosted(
    app: func.FunctionApp,
    settings: dict[str, str],
    folder: Path,
    *,
    queues: QueueOptions = FAST,
    http: HttpOptions | None = None,
    **outside: Any,
) -> AsyncIterator[Host]:
    """Run the app's functions until the context ends."""
    options = HostJson(Extensions(queues=queues, http=http or HttpOptions()))
    host = Host(options, settings, state_folder=folder, **outside)
    host.start(functions.index(app))
    try:
        yield host
    finally:
        await host.stop()


def only_function(decorate: Callable[[func.FunctionApp], object]) -> Function:
    """Return the one function that `decorate` adds to an app."""
    app = func.FunctionApp()
    decorate(app)
    (function,) = functions.index(app)
    return function
