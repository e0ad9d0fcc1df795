"""
A queue message on its way to a function (facts/functions.md, queue trigger: trigger metadata).

A JSON message's own top-level properties override the metadata of the same name, whatever their case: a message
with an `id` reaches the function with that id. Source: azure-functions-host Utility.ApplyBindingData.
"""

import base64
import binascii
import datetime as dt
import json
from typing import Any

from azure.functions.meta import Datum
from azure.storage.queue import QueueMessage

from local.host import converters
from local.host.invocation import Input

METADATA = ("Id", "DequeueCount", "PopReceipt", "InsertionTime", "ExpirationTime", "NextVisibleTime")


class UndecodableError(Exception):
    """A message that is not base64 although host.json says messages are: it goes to the poison queue unseen."""


def body(message: QueueMessage, encoding: str) -> bytes:
    """Return the message's bytes; raises UndecodableError."""
    content = str(message.content)
    if encoding == "none":
        return content.encode()
    try:
        return base64.b64decode("".join(content.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise UndecodableError(f"Message {message.id} is not base64; see messageEncoding in host.json.") from error


def encode(content: bytes, encoding: str) -> str:
    """Return the text that stands for these bytes in a queue."""
    return base64.b64encode(content).decode() if encoding == "base64" else content.decode(errors="replace")


def function_input(message: QueueMessage, content: bytes) -> Input:
    """Return what the worker is given; raises UnicodeDecodeError for bytes that are no UTF-8, and the run fails."""
    text = content.decode()
    metadata = {
        "Id": converters.text(str(message.id)),
        "DequeueCount": converters.document(message.dequeue_count),
        "PopReceipt": converters.text(str(message.pop_receipt)),
        "InsertionTime": _time(message.inserted_on),
        "ExpirationTime": _time(message.expires_on),
        "NextVisibleTime": _time(message.next_visible_on),
    }
    return Input(converters.text(text), metadata | _overrides(text))


def _time(value: dt.datetime | None) -> Datum:
    return converters.document(value.isoformat() if value else None)


def _overrides(text: str) -> dict[str, Datum]:
    if not (text.strip().startswith("{") and any(name.lower() in text.lower() for name in METADATA)):
        return {}
    try:
        properties: dict[str, Any] = json.loads(text)
    except ValueError:
        return {}
    names = {name.lower(): name for name in METADATA}
    return {
        names[key.lower()]: _property(value)
        for key, value in properties.items()
        if key.lower() in names and value is not None and not isinstance(value, list)
    }


def _property(value: Any) -> Datum:
    return converters.document(value) if isinstance(value, dict) else converters.text(str(value))
