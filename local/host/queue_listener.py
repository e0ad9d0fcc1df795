"""
Polls one queue for one function (facts/functions.md, queue trigger).

Source: azure-sdk-for-net QueueListener.cs.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from azure.core.exceptions import AzureError, ResourceNotFoundError
from azure.storage.queue import QueueMessage
from azure.storage.queue.aio import QueueClient

from local.host.backoff import Backoff
from local.host.host_json import QueueOptions
from local.host.visibility import VISIBILITY_SECONDS

log = logging.getLogger(__name__)


class QueueListener:
    """
    Receives a batch while few enough messages are being processed, and waits longer and longer while there is none.

    `wait(event, seconds)` returns when the event is set or the seconds are over.
    """

    def __init__(
        self,
        queue: QueueClient,
        process: Callable[[QueueMessage], Coroutine[Any, Any, None]],
        options: QueueOptions,
        *,
        backoff: Backoff,
        wait: Callable[[asyncio.Event, float], Awaitable[None]],
    ) -> None:
        self._queue = queue
        self._process = process
        self._options = options
        self._backoff = backoff
        self._wait = wait
        self._wake = asyncio.Event()
        self._stopping = False
        self._processing: set[asyncio.Task[None]] = set()
        self._finished = asyncio.Event()

    @property
    def queue_name(self) -> str:
        """The queue it polls."""
        return self._queue.queue_name

    async def run(self) -> None:
        """Poll until stopped; then return when the messages under way are done."""
        while not self._stopping:
            self._wake.clear()
            if messages := await self._receive():
                self._backoff.reset()
                for message in messages:
                    self._start(message)
                await self._room()
            else:
                await self._wait(self._wake, self._backoff.next())
        if self._processing:
            await asyncio.wait(self._processing)

    def wake(self) -> None:
        """Look at the queue now: something was put there."""
        self._wake.set()

    def stop(self) -> None:
        """Receive nothing more."""
        self._stopping = True
        self._wake.set()
        self._finished.set()

    async def _receive(self) -> list[QueueMessage]:
        pages = self._queue.receive_messages(
            messages_per_page=self._options.batch_size, visibility_timeout=VISIBILITY_SECONDS
        ).by_page()
        try:
            async for page in pages:
                return [message async for message in page]
        except ResourceNotFoundError:
            pass  # a queue need not exist: it is polled until it does
        except AzureError as error:
            log.warning("Queue '%s' cannot be read, and will be tried again: %s", self.queue_name, error)
        return []

    def _start(self, message: QueueMessage) -> None:
        task = asyncio.create_task(self._process(message))
        self._processing.add(task)
        task.add_done_callback(self._finish)

    def _finish(self, task: asyncio.Task[None]) -> None:
        self._processing.discard(task)
        self._finished.set()
        if not task.cancelled() and (error := task.exception()):
            log.error("A message of queue '%s' stays for later.", self.queue_name, exc_info=error)

    async def _room(self) -> None:
        while len(self._processing) > self._options.threshold and not self._stopping:
            self._finished.clear()
            await self._finished.wait()
