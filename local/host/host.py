"""All functions of one app, started and stopped together."""

import asyncio
import contextlib
import datetime as dt
import logging
import random
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from azure.storage.queue.aio import QueueClient, QueueServiceClient

from local.host import app_settings, connections, functions, queue_processor, schedule
from local.host.admin import Admin
from local.host.app_settings import UnresolvedNameError
from local.host.backoff import Backoff
from local.host.connections import ConnectionMissingError
from local.host.functions import Binding, Function
from local.host.host_json import HostJson
from local.host.invocation import Invoker
from local.host.queue_listener import QueueListener
from local.host.queue_output import QueueOutputs
from local.host.queue_processor import QueueProcessor
from local.host.routes import RouteError, Template
from local.host.timer_listener import Timer, TimerListener
from local.host.timer_status import TimerStatusFiles
from local.host.web import HttpRoute

# What the host gives a Python worker when the app does not say (facts/functions.md, concurrency in the worker).
THREADS = "1000"
GRACE_SECONDS = 1.5
_QUEUE_NAME = re.compile(r"(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*")

log = logging.getLogger(__name__)


async def wait(event: asyncio.Event, seconds: float) -> None:
    """Return when the event is set or the seconds are over."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()


class Host:
    """
    Starts a listener for each function; one that cannot start is named in `admin.errors`, and the others run.

    Functions triggered by HTTP become `routes`, for `Web` to serve.
    """

    def __init__(  # noqa: PLR0913 - time and randomness come from outside
        self,
        host_json: HostJson,
        settings: Mapping[str, str],
        *,
        state_folder: Path,
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        uniform: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self._options = host_json.extensions
        self._settings = settings
        self._timer_files = TimerStatusFiles(state_folder / "timers")
        self._now = now
        self._sleep = sleep
        self._uniform = uniform
        self._services: dict[str, QueueServiceClient] = {}
        self._output_queues: dict[tuple[str, str], QueueClient] = {}
        self._queue_listeners: list[QueueListener] = []
        self._timers: dict[str, TimerListener] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._threads = ThreadPoolExecutor(int(settings.get("PYTHON_THREADPOOL_THREAD_COUNT") or THREADS), "function")
        outputs = QueueOutputs(self._output_queues, self._options.queues.message_encoding, self._wake)
        self.invoker = Invoker(outputs, self._threads)
        self.routes: list[HttpRoute] = []
        self.admin = Admin(self._timers)

    def start(self, indexed: Sequence[Function]) -> None:
        """Start every function that the host takes; needs a running loop."""
        for function in indexed:
            if error := functions.refusal(function) or self._try_to_start(function):
                self.admin.errors[function.name] = error
                log.error("The function '%s' does not start. %s", function.name, error)
        self._tasks = [
            *(asyncio.create_task(listener.run()) for listener in self._queue_listeners),
            *(asyncio.create_task(timer.run()) for timer in self._timers.values()),
        ]

    async def stop(self) -> None:
        """Begin nothing new, give what runs a moment to end, and leave the rest: its messages come again."""
        for listener in self._queue_listeners:
            listener.stop()
        stops = [asyncio.create_task(timer.stop()) for timer in self._timers.values()]
        if waiting := [*stops, *self._tasks]:
            _, unfinished = await asyncio.wait(waiting, timeout=GRACE_SECONDS)
            for task in unfinished:
                task.cancel()
        self._threads.shutdown(wait=False, cancel_futures=True)
        for service in self._services.values():
            await service.close()

    def _try_to_start(self, function: Function) -> str | None:
        try:
            self._start(function)
        except (ConnectionMissingError, RouteError, UnresolvedNameError, ValueError) as error:
            return str(error)
        self.admin.functions.append(function.name)
        log.info("Function '%s': %s", function.name, function.trigger)
        return None

    def _start(self, function: Function) -> None:
        disabled = app_settings.is_disabled(function.name, self._settings)
        for output in function.outputs:
            if output.type == "queue":
                key = output.properties["connection"], output.properties["queueName"]
                self._output_queues[key] = self._queue(output)
        if function.trigger.type == "httpTrigger":
            self.routes.append(self._route(function, disabled=disabled))
        elif disabled:
            log.info("Function '%s' is disabled by a setting.", function.name)
        elif function.trigger.type == "queueTrigger":
            self._queue_listeners.append(self._queue_listener(function))
        else:
            self._timers[function.name] = self._timer_listener(function)

    def _queue_listener(self, function: Function) -> QueueListener:
        options, queue = self._options.queues, self._queue(function.trigger)
        processor = QueueProcessor(
            function,
            self.invoker,
            options,
            queue=queue,
            poison=queue_processor.poison_queue(self._service(function.trigger), queue.queue_name),
            notify=self._wake,
            sleep=self._sleep,
        )
        backoff = Backoff(options.polling_seconds, self._uniform)
        return QueueListener(queue, processor.process, options, backoff=backoff, wait=wait)

    def _timer_listener(self, function: Function) -> TimerListener:
        says = function.trigger.properties
        timer = Timer(
            function=function,
            schedule=schedule.parse(app_settings.resolve(says["schedule"], self._settings)),
            run_on_startup=says.get("runOnStartup", False),
            use_monitor=says.get("useMonitor", True),
        )
        return TimerListener(timer, self.invoker, self._timer_files, now=self._now, sleep=self._sleep)

    def _route(self, function: Function, *, disabled: bool) -> HttpRoute:
        says = function.trigger.properties
        return HttpRoute(
            function=function,
            template=Template.parse(f"{self._options.http.route_prefix}/{says.get('route') or function.name}"),
            methods=frozenset(says.get("methods", ())),
            level=says.get("authLevel", "FUNCTION"),
            disabled=disabled,
        )

    def _queue(self, binding: Binding) -> QueueClient:
        name = app_settings.resolve(binding.properties["queueName"], self._settings).lower()
        if not _QUEUE_NAME.fullmatch(name):
            raise ValueError(
                f"'{name}' of binding '{binding.name}' is no queue name: 3 to 63 of a-z, 0-9 and single hyphens "
                "(binding expressions in braces are not simulated)."
            )
        return self._service(binding).get_queue_client(name)

    def _service(self, binding: Binding) -> QueueServiceClient:
        name: str = binding.properties["connection"]
        if name not in self._services:
            self._services[name] = connections.open_service(connections.find(name, self._settings))
        return self._services[name]

    def _wake(self, queue_name: str) -> None:
        for listener in self._queue_listeners:
            if listener.queue_name == queue_name:
                listener.wake()
