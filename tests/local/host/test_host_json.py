"""host.json as this host reads it."""

import os
from pathlib import Path

import pytest

from local.host import host_json
from local.host.host_json import HostJsonError


def _read(folder: Path, text: str) -> host_json.Extensions:
    (folder / "host.json").write_text(text)
    return host_json.read(folder / "host.json").extensions


def test_defaults_are_those_of_the_real_host(tmp_path: Path) -> None:
    """An empty host.json polls 16 at a time up to every minute, tries 5 times and expects base64."""
    queues = _read(tmp_path, "{}").queues

    assert (queues.batch_size, queues.max_dequeue_count, queues.message_encoding) == (16, 5, "base64")
    assert (queues.polling_seconds, queues.retry_seconds) == (60, 0)
    assert queues.threshold == 8 * (os.cpu_count() or 1)


def test_values_are_taken(tmp_path: Path) -> None:
    """Every field of extensions.queues and the route prefix are read."""
    extensions = _read(
        tmp_path,
        """{"version": "2.0", "extensions": {"http": {"routePrefix": ""}, "queues": {
            "batchSize": 32, "newBatchThreshold": 4, "maxDequeueCount": 2, "visibilityTimeout": "00:00:30",
            "maxPollingInterval": "00:00:02", "messageEncoding": "none"}}}""",
    )

    queues = extensions.queues
    assert (queues.batch_size, queues.threshold, queues.max_dequeue_count) == (32, 4, 2)
    assert (queues.retry_seconds, queues.polling_seconds, queues.message_encoding) == (30, 2, "none")
    assert extensions.http.route_prefix == ""


@pytest.mark.parametrize(
    ("queues", "named"),
    [
        ('{"batchSize": 33}', "batchSize"),
        ('{"maxPollingInterval": "00:00:00.05"}', "maxPollingInterval"),
        ('{"visibilityTimeout": "30"}', "'30' is not a duration"),
        ('{"batchsize": 3}', "batchsize"),
    ],
)
def test_wrong_value_is_named(tmp_path: Path, queues: str, named: str) -> None:
    """A value out of range, or a field that no queue option has, is an error that names it."""
    with pytest.raises(HostJsonError, match=named):
        _read(tmp_path, f'{{"extensions": {{"queues": {queues}}}}}')


def test_missing_file_is_said(tmp_path: Path) -> None:
    """Without host.json there is no app."""
    with pytest.raises(HostJsonError, match=r"host\.json is missing"):
        host_json.read(tmp_path / "host.json")
