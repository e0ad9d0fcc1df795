"""One run of a function."""

# ruff: noqa: ARG001 - the functions of an app take what their bindings give them

import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import azure.functions as func
import pytest
from azure.functions.meta import Datum

from local.host import converters
from local.host.functions import Binding, Function
from local.host.invocation import Input, Invoker
from tests.local.host.hosting import only_function


class Recorded:
    """An invoker and what it was asked to write."""

    def __init__(self, threads: ThreadPoolExecutor) -> None:
        self.written: list[tuple[str, Datum]] = []
        self.failure: Exception | None = None
        ticks = iter([10.0, 10.25])
        self._invoker = Invoker(self._write, threads, clock=lambda: next(ticks), new_id=lambda: "the-id")

    async def run(self, function: Function) -> bool:
        """Whether the function succeeded with a queue message `hello`."""
        given = Input(converters.text("hello"), {"Id": converters.text("1")})
        return (await self._invoker.invoke(function, lambda: given, reason="a test")).succeeded

    async def _write(self, outputs: list[tuple[Binding, Datum]]) -> None:
        if self.failure:
            raise self.failure
        self.written += [(binding.name, datum) for binding, datum in outputs]


@pytest.fixture
def recorded() -> Iterator[Recorded]:
    """Return an invoker whose clock says a quarter of a second per run."""
    with ThreadPoolExecutor(1) as threads:
        yield Recorded(threads)


def _function(call: Callable[..., object], *, output: str = "") -> Function:
    def decorate(app: func.FunctionApp) -> None:
        decorated = app.queue_trigger(arg_name="message", queue_name="in", connection="Desk")(call)
        if output:
            app.queue_output(arg_name=output, queue_name="out", connection="Desk")(decorated)

    return only_function(decorate)


async def test_async_function_gets_the_trigger_and_writes_its_output(recorded: Recorded) -> None:
    """The converted trigger value goes in, and what was set in Out is written."""

    async def work(message: func.QueueMessage, result: func.Out[str]) -> None:
        result.set(message.get_body().decode() + "!")

    assert await recorded.run(_function(work, output="result"))
    assert recorded.written == [("result", Datum("hello!", "string"))]


async def test_sync_function_runs_in_a_thread(recorded: Recorded) -> None:
    """A function that is not async does not hold the loop up."""
    threads: list[threading.Thread] = []

    def work(message: func.QueueMessage) -> None:
        threads.append(threading.current_thread())

    assert await recorded.run(_function(work))
    assert threads != [threading.main_thread()]


async def test_context_names_function_and_invocation(recorded: Recorded) -> None:
    """The context holds name, folder, invocation id and a W3C trace parent."""
    contexts: list[func.Context] = []

    async def work(message: func.QueueMessage, context: func.Context) -> None:
        contexts.append(context)

    await recorded.run(_function(work))

    (context,) = contexts
    assert (context.function_name, context.invocation_id) == ("work", "the-id")
    assert context.trace_context.trace_parent.startswith("00-")


async def test_failed_function_writes_nothing(recorded: Recorded) -> None:
    """What was set before the exception is not written."""

    async def work(message: func.QueueMessage, result: func.Out[str]) -> None:
        result.set("half done")
        raise RuntimeError("broken")

    assert not await recorded.run(_function(work, output="result"))
    assert recorded.written == []


async def test_output_that_cannot_be_written_fails_the_run(recorded: Recorded) -> None:
    """An error while writing is the run's error."""

    async def work(message: func.QueueMessage, result: func.Out[str]) -> None:
        result.set("x")

    recorded.failure = OSError("queue is gone")

    assert not await recorded.run(_function(work, output="result"))


async def test_nothing_set_writes_nothing(recorded: Recorded) -> None:
    """An Out that was not set, or set to None, puts nothing out."""

    async def work(message: func.QueueMessage, result: func.Out[bytes]) -> None: ...

    assert await recorded.run(_function(work, output="result"))
    assert recorded.written == []


async def test_returned_value_is_an_output(recorded: Recorded) -> None:
    """With a $return binding the returned value is written."""

    async def work(message: func.QueueMessage) -> str:
        return "done"

    assert await recorded.run(_function(work, output="$return"))
    assert recorded.written == [("$return", Datum("done", "string"))]


async def test_value_returned_without_a_binding_fails_the_run(recorded: Recorded) -> None:
    """The worker does not let a returned value get lost."""

    async def work(message: func.QueueMessage) -> str:
        return "nowhere to go"

    assert not await recorded.run(_function(work))


async def test_value_that_no_converter_takes_fails_the_run(recorded: Recorded) -> None:
    """An output of a type that the binding does not know is an error of the run."""

    async def work(message: func.QueueMessage, result: func.Out[bytes]) -> None:
        result.set(object())  # type: ignore[arg-type]

    assert not await recorded.run(_function(work, output="result"))


async def test_log_names_function_reason_id_and_duration(recorded: Recorded, caplog: pytest.LogCaptureFixture) -> None:
    """Each run is two lines in the manner of the real host."""

    async def work(message: func.QueueMessage) -> None: ...

    function = _function(work)
    caplog.clear()
    with caplog.at_level(logging.INFO, "local.host"):
        await recorded.run(function)

    assert [record.getMessage() for record in caplog.records] == [
        "Executing 'Functions.work' (Reason='a test', Id=the-id)",
        "Executed 'Functions.work' (Succeeded, Id=the-id, Duration=250ms)",
    ]


async def test_log_of_a_failure_has_the_traceback(recorded: Recorded, caplog: pytest.LogCaptureFixture) -> None:
    """A failed run is an error with the exception."""

    async def work(message: func.QueueMessage) -> None:
        raise RuntimeError("broken")

    await recorded.run(_function(work))

    record = caplog.records[-1]
    assert record.getMessage() == "Executed 'Functions.work' (Failed, Id=the-id, Duration=250ms)"
    assert record.levelno == logging.ERROR
    assert "RuntimeError: broken" in caplog.text
