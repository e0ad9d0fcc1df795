"""
What a queue output binding writes (facts/functions.md, queue output).

Source: azure-functions-host FunctionBinding.ReadAsEnumerable: text that looks like JSON is parsed, an array becomes
one message per element and an object is written anew, indented. Bytes go out to the letter, and so do the texts of a
list. (The real host also writes some dates anew; that is not simulated.)
"""

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from azure.core.exceptions import ResourceExistsError, ResourceNotFoundError
from azure.functions.meta import Datum
from azure.storage.queue.aio import QueueClient

from local.host import queue_message
from local.host.functions import Binding


def messages(datum: Datum) -> list[bytes]:
    """Return the messages that a value becomes; raises ValueError for text in braces that is no JSON."""
    if datum.type == "bytes":
        return [datum.value]
    if datum.type == "string" and not _looks_like_json(datum.value):
        return [datum.value.encode()]
    parsed = json.loads(datum.value)
    return [_element(element).encode() for element in (parsed if isinstance(parsed, list) else [parsed])]


async def send(queue: QueueClient, text: str) -> None:
    """Send one message, and create the queue first when it is missing."""
    try:
        await queue.send_message(text)
    except ResourceNotFoundError:
        with contextlib.suppress(ResourceExistsError):  # another message has just made it
            await queue.create_queue()
        await queue.send_message(text)


class QueueOutputs:
    """Writes to the queues that outputs lead to, and wakes the listeners of those that this host polls."""

    def __init__(
        self, queues: Mapping[tuple[str, str], QueueClient], encoding: str, notify: Callable[[str], None]
    ) -> None:
        self._queues = queues
        self._encoding = encoding
        self._notify = notify

    async def __call__(self, outputs: list[tuple[Binding, Datum]]) -> None:
        """Write all outputs at once, the messages of each one after another."""
        writes: list[Awaitable[None]] = [
            self._write(self._queues[binding.properties["connection"], binding.properties["queueName"]], datum)
            for binding, datum in outputs
            if binding.type == "queue"
        ]
        await asyncio.gather(*writes)

    async def _write(self, queue: QueueClient, datum: Datum) -> None:
        for message in messages(datum):
            await send(queue, queue_message.encode(message, self._encoding))
        self._notify(queue.queue_name)


def _looks_like_json(text: str) -> bool:
    text = text.strip()
    return (text.startswith("{") and text.endswith("}")) or (text.startswith("[") and text.endswith("]"))


def _element(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)
