"""A received message is kept invisible to others while its function runs (facts/functions.md, queue trigger)."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Self

from azure.core.exceptions import AzureError, HttpResponseError, ResourceNotFoundError
from azure.storage.queue import QueueMessage
from azure.storage.queue.aio import QueueClient

VISIBILITY_SECONDS = 600
RENEWAL_SECONDS = VISIBILITY_SECONDS / 2
RETRY_SECONDS = 60.0

log = logging.getLogger(__name__)


def is_lost(error: AzureError) -> bool:
    """Whether the error says that the message is gone, or was received by somebody else meanwhile."""
    mismatch = isinstance(error, HttpResponseError) and getattr(error, "error_code", "") == "PopReceiptMismatch"
    return mismatch or isinstance(error, ResourceNotFoundError)


class Visibility:
    """Renews a message's 10 minutes every 5; a context manager, whose end leaves the message's receipt valid."""

    def __init__(self, queue: QueueClient, message: QueueMessage, sleep: Callable[[float], Awaitable[None]]) -> None:
        self._queue = queue
        self._message = message
        self._sleep = sleep
        self._renewing = asyncio.Lock()

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._keep())
        return self

    async def __aexit__(self, *_: object) -> None:
        async with self._renewing:  # a renewal under way changes the receipt: let it end
            self._task.cancel()

    async def _keep(self) -> None:
        wait = RENEWAL_SECONDS
        while True:
            await self._sleep(wait)
            try:
                await self._renew()
                wait = RENEWAL_SECONDS
            except AzureError as error:
                if is_lost(error):
                    return
                log.warning("Message %s could not be renewed: %s", self._message.id, error)
                wait = RETRY_SECONDS

    async def _renew(self) -> None:
        async with self._renewing:
            renewed = await self._queue.update_message(
                str(self._message.id), pop_receipt=self._message.pop_receipt, visibility_timeout=VISIBILITY_SECONDS
            )
            self._message.pop_receipt = renewed.pop_receipt
