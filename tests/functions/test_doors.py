"""The doors: which triggers the host finds, and how each hands its binding to the desk."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from azure.functions.queue import QueueMessage

from functions import queues
from shared.api import openapi
from shared.api.openapi_operations import OPERATIONS
from shared.arrival import Delivery
from tests.fixtures.triggers import bindings

ROOT = Path(__file__).parents[2]
CONSOLE = {"show_console", "show_console_asset"}
"""The doors for people: a page and its files, and no part of the interface for programs."""


@pytest.fixture(scope="module")
def indexed() -> dict[str, list[dict[str, Any]]]:
    """Return the bindings of every function."""
    return bindings()


def test_every_door_is_registered(indexed: dict[str, list[dict[str, Any]]]) -> None:
    """The host finds the three doors of queues, the three timers, and those of HTTP."""
    by_queue, by_time = {"reset_request", "exhausted_request", "bulk_work"}, {"sweep", "harvest", "daily_report"}
    assert set(indexed) == by_queue | by_time | {each.id for each in OPERATIONS} | CONSOLE


def test_the_doors_of_http_are_those_that_are_described(indexed: dict[str, list[dict[str, Any]]]) -> None:
    """None is missing, none is made up, and each goes by the name of its function."""
    triggers = {name: trigger for name, (trigger, *_) in indexed.items() if trigger["type"] == "httpTrigger"}
    (server,) = openapi.document()["servers"]
    registered = {
        (name, str(method), f"/{trigger['route']}".removeprefix(server["url"]))
        for name, trigger in triggers.items()
        if name not in CONSOLE
        for method in trigger["methods"]
    }

    assert registered == {
        (operation["operationId"], method.upper(), path)
        for path, methods in openapi.document()["paths"].items()
        for method, operation in methods.items()
    }


def test_the_host_asks_for_no_key(indexed: dict[str, list[dict[str, Any]]]) -> None:
    """App Service Authentication stands before the doors of HTTP, and each asks who calls; a key would say nothing."""
    levels = {
        str(one["authLevel"]) for bindings in indexed.values() for one in bindings if one["type"] == "httpTrigger"
    }

    assert levels == {"ANONYMOUS"}


@pytest.mark.parametrize(
    ("function", "queue"),
    [("reset_request", "%REQUEST_QUEUE%"), ("exhausted_request", "%REQUEST_QUEUE%-poison")],
)
def test_requests_come_from_their_queue_and_endings_go_to_the_other(
    indexed: dict[str, list[dict[str, Any]]], function: str, queue: str
) -> None:
    """Queue names and the connection are the operator's settings."""
    found = {(one["type"], one["queueName"], one["connection"]) for one in indexed[function]}

    assert found == {("queueTrigger", queue, "DeskStorage"), ("queue", "%RESULT_QUEUE%", "DeskStorage")}


def test_workers_of_bulk_requests_are_called_by_a_queue_of_their_own(indexed: dict[str, list[dict[str, Any]]]) -> None:
    """On the platform each function of a queue has instances of its own: single requests do not wait behind it."""
    found = [(one["type"], one["queueName"], one["connection"]) for one in indexed["bulk_work"]]

    assert found == [("queueTrigger", "%BULK_QUEUE%", "DeskStorage")]


def test_the_page_is_beside_the_interface_and_not_in_it(indexed: dict[str, list[dict[str, Any]]]) -> None:
    """The host puts nothing before a route; the doors for programs say themselves that they are under /api."""
    host = msgspec.json.decode(ROOT.joinpath("host.json").read_bytes())
    routes = {str(indexed[name][0]["route"]) for name in CONSOLE}

    assert host["extensions"]["http"]["routePrefix"] == ""
    assert routes == {"console", "console/{fingerprint}/{asset}"}


def test_the_host_leaves_messages_as_they_are() -> None:
    """With base64 expected the host would send every plain message to the poison queue, unread."""
    host = msgspec.json.decode(ROOT.joinpath("host.json").read_bytes())

    assert host["extensions"]["queues"]["messageEncoding"] == "none"


def test_a_message_keeps_its_bytes_its_id_and_its_time() -> None:
    """The desk gets the message as it was put on the queue."""
    inserted_at = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
    message = QueueMessage(id="message-1", body=b"\xff not JSON", insertion_time=inserted_at, dequeue_count=1)

    assert queues.delivery(message) == Delivery(b"\xff not JSON", "message-1", inserted_at)


def test_a_message_that_the_host_had_before_is_known_as_such() -> None:
    """The dequeue count tells a redelivery from a second message of the same content."""
    message = QueueMessage(id="message-1", body=b"{}", dequeue_count=2)

    assert queues.delivery(message).redelivered


def test_loading_the_app_takes_no_setting() -> None:
    """A missing setting shows where it is used, and not as an app that does not start."""
    environ = {"PATH": os.environ["PATH"]}
    loaded = subprocess.run(
        [sys.executable, "-c", "import function_app"],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (loaded.returncode, loaded.stderr.count("Traceback")) == (0, 0)
