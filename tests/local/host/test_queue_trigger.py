"""The queue trigger in the local host, with a real Azurite."""

# ruff: noqa: ARG001 - the functions of an app take what their bindings give them

import asyncio
import base64
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import azure.functions as func
import pytest
from azure.core.exceptions import ResourceNotFoundError
from azure.storage.queue.aio import QueueClient

from local.host.host_json import QueueOptions
from tests.fixtures.azurite import Storage
from tests.local.host.eventually import eventually
from tests.local.host.hosting import FAST, hosted

pytestmark = pytest.mark.stand


class Queues:
    """The queue of a function, its poison queue and one for results; none exists until somebody makes it."""

    def __init__(self, storage: Storage, folder: Path) -> None:
        self._storage = storage
        self.folder = folder
        self.settings = {"Desk": storage.connection_string, "IN": storage.name("in"), "OUT": storage.name("out")}
        self.requests = self._client(self.settings["IN"])
        self.poison = self._client(self.settings["IN"] + "-poison")
        self.results = self._client(self.settings["OUT"])

    async def send(self, *texts: str) -> None:
        """Put messages on the function's queue."""
        for text in texts:
            await self.requests.send_message(text)

    async def count(self, queue: QueueClient) -> int:
        """Count the messages of a queue, invisible ones included; 0 for a queue that does not exist."""
        try:
            return (await queue.get_queue_properties()).approximate_message_count or 0
        except ResourceNotFoundError:
            return 0

    async def texts(self, queue: QueueClient, count: int) -> list[str]:
        """Return that many messages as soon as they are there."""

        async def there() -> bool:
            return await self.count(queue) >= count

        await eventually(there)
        return [str(message.content) for message in await queue.peek_messages(32)]

    async def until_empty(self) -> None:
        """Return when the function's queue holds nothing, visible or not."""

        async def empty() -> bool:
            return await self.count(self.requests) == 0

        await eventually(empty)

    async def close(self) -> None:
        """Close the clients."""
        for client in (self.requests, self.poison, self.results):
            await client.close()

    def _client(self, name: str) -> QueueClient:
        return QueueClient.from_connection_string(self._storage.connection_string, name)


@pytest.fixture
async def queues(storage: Storage, tmp_path: Path) -> AsyncIterator[Queues]:
    """Return queues that only this test uses; the function's queue exists."""
    own = Queues(storage, tmp_path)
    await own.requests.create_queue()
    yield own
    await own.close()


def _app(call: Callable[..., Any], *, output: str = "") -> func.FunctionApp:
    app = func.FunctionApp()
    decorated = app.queue_trigger(arg_name="message", queue_name="%IN%", connection="Desk")(call)
    if output:
        app.queue_output(arg_name=output, queue_name="%OUT%", connection="Desk")(decorated)
    return app


async def test_handled_message_is_deleted(queues: Queues) -> None:
    """A message whose function succeeded is gone."""
    seen: list[bytes] = []

    async def work(message: func.QueueMessage) -> None:
        seen.append(message.get_body())

    await queues.send("hello")
    async with hosted(_app(work), queues.settings, queues.folder):
        await queues.until_empty()

    assert seen == [b"hello"]


async def test_message_has_the_ids_and_times_of_the_queue(queues: Queues) -> None:
    """The function sees id, count and times of the message itself."""
    seen: list[func.QueueMessage] = []

    async def work(message: func.QueueMessage) -> None:
        seen.append(message)

    sent = await queues.requests.send_message("hello")
    async with hosted(_app(work), queues.settings, queues.folder):
        await queues.until_empty()

    (message,) = seen
    assert (message.id, message.dequeue_count) == (sent.id, 1)
    assert (message.insertion_time, message.expiration_time) == (sent.inserted_on, sent.expires_on)


async def test_running_message_is_invisible_for_ten_minutes(queues: Queues) -> None:
    """While the function runs, nobody else can receive the message, and would not for ten minutes."""
    seen: list[func.QueueMessage] = []
    release = asyncio.Event()

    async def work(message: func.QueueMessage) -> None:
        seen.append(message)
        await release.wait()

    sent = await queues.requests.send_message("hello")
    async with hosted(_app(work), queues.settings, queues.folder):
        await eventually(lambda: bool(seen))
        others = [message async for message in queues.requests.receive_messages()]
        release.set()

    assert others == []
    assert seen[0].time_next_visible
    assert sent.inserted_on
    assert 600 <= (seen[0].time_next_visible - sent.inserted_on).total_seconds() < 620


async def test_failed_message_comes_again_with_a_higher_count(queues: Queues) -> None:
    """After a failure the message is tried again, and its dequeue count says so."""
    counts: list[int] = []

    async def work(message: func.QueueMessage) -> None:
        counts.append(message.dequeue_count or 0)
        if len(counts) < 3:
            raise RuntimeError("not yet")

    await queues.send("hello")
    async with hosted(_app(work), queues.settings, queues.folder):
        await queues.until_empty()

    assert counts == [1, 2, 3]


async def test_failed_message_waits_for_the_visibility_timeout(queues: Queues) -> None:
    """A failed message stays invisible for as long as visibilityTimeout of host.json says."""
    failed = asyncio.Event()

    async def work(message: func.QueueMessage) -> None:
        failed.set()
        raise RuntimeError("broken")

    options = QueueOptions(message_encoding="none", visibility_timeout="00:10:00")
    await queues.send("hello")
    async with hosted(_app(work), queues.settings, queues.folder, queues=options):
        await failed.wait()

    assert await queues.count(queues.requests) == 1
    assert [message async for message in queues.requests.receive_messages()] == []


async def test_message_that_used_up_its_tries_goes_to_the_poison_queue(queues: Queues) -> None:
    """After maxDequeueCount failures the message is moved, to the letter, to a poison queue made for it."""
    runs: list[int] = []

    async def work(message: func.QueueMessage) -> None:
        runs.append(message.dequeue_count or 0)
        raise RuntimeError("broken")

    options = QueueOptions(message_encoding="none", max_dequeue_count=2)
    await queues.send('{"a":  1}')
    async with hosted(_app(work), queues.settings, queues.folder, queues=options):
        poisoned = await queues.texts(queues.poison, 1)
        await queues.until_empty()

    assert poisoned == ['{"a":  1}']
    assert runs == [1, 2]


async def test_message_dequeued_too_often_already_is_not_run(queues: Queues) -> None:
    """A message that arrives with more than maxDequeueCount tries, after crashes say, is poison unseen."""
    runs: list[func.QueueMessage] = []

    async def work(message: func.QueueMessage) -> None:
        runs.append(message)

    await queues.send("hello")
    for _ in range(2):
        message = await queues.requests.receive_message()
        assert message
        await queues.requests.update_message(message, visibility_timeout=0)
    options = QueueOptions(message_encoding="none", max_dequeue_count=2)
    async with hosted(_app(work), queues.settings, queues.folder, queues=options):
        assert await queues.texts(queues.poison, 1) == ["hello"]

    assert runs == []


async def test_poison_queue_has_no_poison_queue(queues: Queues) -> None:
    """What fails on a poison queue stays there, invisible, and is moved nowhere."""
    failed = asyncio.Event()
    app = func.FunctionApp()

    @app.queue_trigger(arg_name="message", queue_name="%IN%-poison", connection="Desk")
    async def give_up(message: func.QueueMessage) -> None:
        failed.set()
        raise RuntimeError("broken")

    await queues.poison.create_queue()
    await queues.poison.send_message("hello")
    options = QueueOptions(message_encoding="none", max_dequeue_count=1)
    async with hosted(app, queues.settings, queues.folder, queues=options):
        await failed.wait()

    assert await queues.count(queues.poison) == 1
    assert [message async for message in queues.poison.receive_messages()] == []


async def test_base64_messages_are_decoded(queues: Queues) -> None:
    """With messageEncoding base64 the function sees what was encoded."""
    seen: list[bytes] = []

    async def work(message: func.QueueMessage) -> None:
        seen.append(message.get_body())

    await queues.send(base64.b64encode("Grüße".encode()).decode())
    async with hosted(_app(work), queues.settings, queues.folder, queues=QueueOptions()):
        await queues.until_empty()

    assert seen == ["Grüße".encode()]


async def test_plain_text_where_base64_is_expected_goes_to_the_poison_queue(queues: Queues) -> None:
    """It is moved at once and as it is, without the function."""
    seen: list[func.QueueMessage] = []

    async def work(message: func.QueueMessage) -> None:
        seen.append(message)

    await queues.send('{"user": "ana"}')
    async with hosted(_app(work), queues.settings, queues.folder, queues=QueueOptions()):
        poisoned = await queues.texts(queues.poison, 1)

    assert poisoned == ['{"user": "ana"}']
    assert seen == []


async def test_output_is_written_after_success(queues: Queues) -> None:
    """What the function set is on the output queue, which is made for it, to the letter if it was bytes."""

    async def work(message: func.QueueMessage, result: func.Out[bytes]) -> None:
        result.set(b'{"done":true}')

    await queues.send("hello")
    async with hosted(_app(work, output="result"), queues.settings, queues.folder):
        assert await queues.texts(queues.results, 1) == ['{"done":true}']


async def test_output_queue_is_made_once_by_many(queues: Queues) -> None:
    """Functions that end together all write to a queue that did not exist; none fails over its making."""
    all_here = asyncio.Barrier(8)

    async def work(message: func.QueueMessage, result: func.Out[str]) -> None:
        await all_here.wait()
        result.set(f"try {message.dequeue_count}")

    await queues.send(*"abcdefgh")
    async with hosted(_app(work, output="result"), queues.settings, queues.folder):
        assert await queues.texts(queues.results, 8) == ["try 1"] * 8


async def test_failed_function_puts_nothing_out(queues: Queues) -> None:
    """An output set before the exception does not reach the queue."""

    async def work(message: func.QueueMessage, result: func.Out[str]) -> None:
        result.set(f"try {message.dequeue_count}")
        if message.dequeue_count == 1:
            raise RuntimeError("broken")

    await queues.send("hello")
    async with hosted(_app(work, output="result"), queues.settings, queues.folder):
        assert await queues.texts(queues.results, 1) == ["try 2"]


async def test_output_too_large_for_the_queue_fails_the_message(queues: Queues) -> None:
    """If the output cannot be written, the message is retried and in the end poisoned."""

    async def work(message: func.QueueMessage, result: func.Out[str]) -> None:
        result.set("x" * 70_000)

    options = QueueOptions(message_encoding="none", max_dequeue_count=2)
    await queues.results.create_queue()
    await queues.send("hello")
    async with hosted(_app(work, output="result"), queues.settings, queues.folder, queues=options):
        assert await queues.texts(queues.poison, 1) == ["hello"]

    assert await queues.count(queues.results) == 0


async def test_output_to_a_queue_of_this_host_wakes_its_listener(queues: Queues) -> None:
    """A function on the output's queue runs at once, not when its polling interval is over."""
    done = asyncio.Event()

    async def work(message: func.QueueMessage, result: func.Out[str]) -> None:
        result.set("next")

    app = _app(work, output="result")

    @app.queue_trigger(arg_name="message", queue_name="%OUT%", connection="Desk")
    async def finish(message: func.QueueMessage) -> None:
        done.set()

    def hours(low: float, high: float) -> float:
        return 1e9 * high

    options = QueueOptions(message_encoding="none", max_polling_interval="01:00:00")
    await queues.results.create_queue()
    await queues.send("hello")
    async with hosted(app, queues.settings, queues.folder, queues=options, uniform=hours), asyncio.timeout(10):
        await done.wait()


async def test_queue_is_polled_until_it_exists(queues: Queues) -> None:
    """A trigger does not make its queue, and finds it when somebody does."""
    seen: list[bytes] = []

    async def work(message: func.QueueMessage) -> None:
        seen.append(message.get_body())

    await queues.requests.delete_queue()
    async with hosted(_app(work), queues.settings, queues.folder):
        assert await queues.count(queues.requests) == 0
        await queues.requests.create_queue()
        await queues.send("hello")
        await eventually(lambda: seen == [b"hello"])


async def test_no_more_run_at_once_than_batch_and_threshold(queues: Queues) -> None:
    """A new batch is received only while few enough are running; so at most batchSize + newBatchThreshold run."""
    running: set[str] = set()
    most = 0
    release = asyncio.Event()

    async def work(message: func.QueueMessage) -> None:
        nonlocal most
        running.add(str(message.id))
        most = max(most, len(running))
        await release.wait()
        running.discard(str(message.id))

    options = QueueOptions(
        message_encoding="none", batch_size=4, new_batch_threshold=4, max_polling_interval="00:00:00.1"
    )
    await queues.send(*"0123456789abcdef")
    async with hosted(_app(work), queues.settings, queues.folder, queues=options):
        await eventually(lambda: len(running) == 8)
        visible = [message async for message in queues.requests.receive_messages(visibility_timeout=1)]
        release.set()

    assert len(visible) == 8
    assert most == 8


async def test_host_that_stops_lets_running_functions_end(queues: Queues) -> None:
    """What runs when the host stops is finished and deleted, and nothing new is begun."""
    begun = asyncio.Event()
    release = asyncio.Event()

    async def work(message: func.QueueMessage) -> None:
        begun.set()
        await release.wait()

    await queues.send("hello")
    async with hosted(_app(work), queues.settings, queues.folder):
        await begun.wait()
        release.set()

    assert await queues.count(queues.requests) == 0


async def test_function_whose_setting_is_missing_leaves_the_others_running(queues: Queues) -> None:
    """A queue name that does not resolve is said, in the host's words, and the other function works."""
    seen: list[func.QueueMessage] = []

    async def work(message: func.QueueMessage) -> None:
        seen.append(message)

    app = _app(work)

    @app.queue_trigger(arg_name="message", queue_name="%NOWHERE%", connection="Desk")
    async def lost(message: func.QueueMessage) -> None: ...

    await queues.send("hello")
    async with hosted(app, queues.settings, queues.folder) as host:
        await eventually(lambda: bool(seen))

    assert host.admin.errors == {"lost": "'%NOWHERE%' does not resolve to a value."}
    assert host.admin.functions == ["work"]


async def test_disabled_function_does_not_run(queues: Queues) -> None:
    """AzureWebJobs.<name>.Disabled leaves its messages where they are."""
    seen: list[str] = []

    async def work(message: func.QueueMessage) -> None:
        seen.append("work")

    app = _app(work)

    @app.queue_trigger(arg_name="message", queue_name="%OUT%", connection="Desk")
    async def other(message: func.QueueMessage) -> None:
        seen.append("other")

    await queues.results.create_queue()
    await queues.send("hello")
    await queues.results.send_message("hello")
    settings = queues.settings | {"AzureWebJobs.work.Disabled": "true"}
    async with hosted(app, settings, queues.folder, queues=FAST):
        await eventually(lambda: bool(seen))

    assert seen == ["other"]
    assert await queues.count(queues.requests) == 1


async def test_expression_in_braces_is_refused(queues: Queues) -> None:
    """Binding expressions such as {id} are not simulated, and a function with one does not start."""
    app = func.FunctionApp()

    @app.timer_trigger(arg_name="timer", schedule="0 0 * * * *")
    @app.queue_output(arg_name="result", queue_name="to-{id}", connection="Desk")
    async def work(timer: func.TimerRequest, result: func.Out[str]) -> None: ...

    async with hosted(app, queues.settings, queues.folder) as host:
        assert "binding expressions in braces are not simulated" in host.admin.errors["work"]
