"""
What becomes of one received message: run and deleted, shown again, or moved to the poison queue.

Source: azure-sdk-for-net QueueProcessor.cs; facts/functions.md, queue trigger.
"""

import logging
from collections.abc import Awaitable, Callable

from azure.core.exceptions import AzureError
from azure.storage.queue import QueueMessage
from azure.storage.queue.aio import QueueClient, QueueServiceClient

from local.host import queue_message, queue_output
from local.host.functions import Function
from local.host.host_json import QueueOptions
from local.host.invocation import Invoker
from local.host.queue_message import UndecodableError
from local.host.visibility import Visibility, is_lost

POISON = "-poison"
LONGEST_QUEUE_NAME = 63

log = logging.getLogger(__name__)


def poison_queue(service: QueueServiceClient, queue_name: str) -> QueueClient | None:
    """Return `<queue>-poison`, or None for a queue that is one already or whose name leaves no room."""
    if queue_name.endswith(POISON) or len(queue_name + POISON) > LONGEST_QUEUE_NAME:
        return None
    return service.get_queue_client(queue_name + POISON)


class QueueProcessor:
    """Takes received messages of one queue through their function."""

    def __init__(  # noqa: PLR0913 - all of it is needed, and named
        self,
        function: Function,
        invoker: Invoker,
        options: QueueOptions,
        *,
        queue: QueueClient,
        poison: QueueClient | None,
        notify: Callable[[str], None],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._function = function
        self._invoker = invoker
        self._options = options
        self._queue = queue
        self._poison = poison
        self._notify = notify
        self._sleep = sleep

    async def process(self, message: QueueMessage) -> None:
        """Handle one message to its end; errors of the queue service are logged, and the message comes again."""
        try:
            async with Visibility(self._queue, message, self._sleep):
                succeeded = await self._run(message)
            await self._complete(message, succeeded=succeeded)
        except AzureError as error:
            if not is_lost(error):
                log.warning("Message %s of %s stays for later: %s", message.id, self._queue.queue_name, error)

    async def _run(self, message: QueueMessage) -> bool | None:
        """Whether the function succeeded; None when the message is not for the function to see."""
        if (message.dequeue_count or 0) > self._options.max_dequeue_count:
            return None
        try:
            content = queue_message.body(message, self._options.message_encoding)
        except UndecodableError as error:
            log.warning("%s", error)
            return None
        result = await self._invoker.invoke(
            self._function,
            lambda: queue_message.function_input(message, content),
            reason=f"New queue message detected on '{self._queue.queue_name}'.",
        )
        return result.succeeded

    async def _complete(self, message: QueueMessage, *, succeeded: bool | None) -> None:
        if succeeded:
            await self._queue.delete_message(str(message.id), message.pop_receipt)
        elif self._poison is None:
            return  # it stays invisible for the rest of its 10 minutes: no fast infinite loop
        elif succeeded is None or (message.dequeue_count or 0) >= self._options.max_dequeue_count:
            await self._move_to_poison(message, self._poison)
        else:
            await self._queue.update_message(
                str(message.id), pop_receipt=message.pop_receipt, visibility_timeout=self._options.retry_seconds
            )

    async def _move_to_poison(self, message: QueueMessage, poison: QueueClient) -> None:
        log.warning("Moving message %s to queue '%s'.", message.id, poison.queue_name)
        await queue_output.send(poison, str(message.content))
        self._notify(poison.queue_name)
        await self._queue.delete_message(str(message.id), message.pop_receipt)
