"""host.json: how queues are polled and where HTTP routes begin (facts/functions.md, queue trigger and HTTP)."""

import os
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from local.host import durations

MINIMUM_POLLING_SECONDS = 0.1


class HostJsonError(Exception):
    """host.json is missing or says something that the host does not take."""


class QueueOptions(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """`extensions.queues`, with the defaults of version 5 of the queue extension."""

    batch_size: Annotated[int, msgspec.Meta(ge=1, le=32)] = 16
    new_batch_threshold: Annotated[int, msgspec.Meta(ge=0)] | None = None
    max_dequeue_count: Annotated[int, msgspec.Meta(ge=1)] = 5
    visibility_timeout: str = "00:00:00"
    max_polling_interval: str = "00:01:00"
    message_encoding: Literal["base64", "none"] = "base64"

    @property
    def threshold(self) -> int:
        """A new batch is received only when at most this many messages are being processed."""
        if self.new_batch_threshold is not None:
            return self.new_batch_threshold
        return self.batch_size // 2 * (os.cpu_count() or 1)

    @property
    def retry_seconds(self) -> int:
        """How long a message stays invisible after its function failed."""
        return int(durations.seconds(self.visibility_timeout))

    @property
    def polling_seconds(self) -> float:
        """The longest wait between two looks at an empty queue."""
        return durations.seconds(self.max_polling_interval)


class HttpOptions(msgspec.Struct, frozen=True, rename="camel"):
    """`extensions.http`: the first part of every route."""

    route_prefix: str = "api"


class Extensions(msgspec.Struct, frozen=True):
    """`extensions`: the two that this host knows."""

    queues: QueueOptions = QueueOptions()
    http: HttpOptions = HttpOptions()


class HostJson(msgspec.Struct, frozen=True):
    """What the host reads of host.json."""

    extensions: Extensions = Extensions()


def read(path: Path) -> HostJson:
    """Read host.json; raises HostJsonError with the field that is wrong."""
    if not path.exists():
        raise HostJsonError(f"{path} is missing; every function app needs one, at least {{}}.")
    try:
        host_json = msgspec.json.decode(path.read_bytes(), type=HostJson)
        _check(host_json.extensions.queues)
    except (msgspec.MsgspecError, ValueError) as error:
        raise HostJsonError(f"{path}: {error}") from error
    return host_json


def _check(queues: QueueOptions) -> None:
    if queues.retry_seconds < 0 or queues.polling_seconds < MINIMUM_POLLING_SECONDS:
        raise ValueError(
            f"extensions.queues.maxPollingInterval is {queues.max_polling_interval}; it must be 00:00:00.1 or more."
        )
