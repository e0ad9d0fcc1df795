"""
One run of a function: its arguments, its outputs and the two lines in the log.

Source: azure_functions_worker/dispatcher.py; facts/functions.md, concurrency in the worker.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol
from uuid import uuid4

from azure.functions.meta import Datum

from local.host import converters
from local.host.context import Context, Out
from local.host.functions import Binding, Function
from local.host.signatures import RETURN

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Input:
    """A trigger's value on its way to the function: the datum, and what is known about it."""

    datum: Datum
    metadata: Mapping[str, Datum] = field(default_factory=dict)


@dataclass(frozen=True)
class Result:
    """How an invocation ended; `outputs` holds what was put out, by binding name, and is empty after a failure."""

    succeeded: bool
    outputs: Mapping[str, Datum]


class WriteOutputs(Protocol):
    """Writes a function's outputs to where its bindings lead; what it raises fails the invocation."""

    async def __call__(self, outputs: list[tuple[Binding, Datum]], /) -> None: ...  # noqa: D102


class Invoker:
    """Runs functions: async ones on the loop, the others in threads; outputs are written only after success."""

    def __init__(
        self,
        write_outputs: WriteOutputs,
        threads: Executor,
        *,
        clock: Callable[[], float] = time.perf_counter,
        new_id: Callable[[], str] = lambda: str(uuid4()),
    ) -> None:
        self._write_outputs = write_outputs
        self._threads = threads
        self._clock = clock
        self._new_id = new_id

    async def invoke(self, function: Function, read_input: Callable[[], Input], *, reason: str) -> Result:
        """Run the function once; whatever it raises, and whatever its outputs raise, is logged and makes it fail."""
        invocation_id, start = self._new_id(), self._clock()
        log.info("Executing 'Functions.%s' (Reason='%s', Id=%s)", function.name, reason, invocation_id)
        try:
            outputs = await self._run(function, read_input(), invocation_id)
        except Exception:
            log.exception(
                "Executed 'Functions.%s' (Failed, Id=%s, Duration=%dms)",
                *(function.name, invocation_id, self._milliseconds(start)),
            )
            return Result(succeeded=False, outputs={})
        log.info(
            "Executed 'Functions.%s' (Succeeded, Id=%s, Duration=%dms)",
            *(function.name, invocation_id, self._milliseconds(start)),
        )
        return Result(succeeded=True, outputs=outputs)

    async def _run(self, function: Function, given: Input, invocation_id: str) -> dict[str, Datum]:
        outs = {binding.name: Out() for binding in function.outputs if binding.name != RETURN}
        returned = await self._call(function, {**outs, **_arguments(function, given, invocation_id)})
        outputs = _outputs(function, outs, returned)
        await self._write_outputs(
            [(binding, outputs[binding.name]) for binding in function.outputs if binding.name in outputs]
        )
        return outputs

    async def _call(self, function: Function, arguments: dict[str, Any]) -> Any:
        if function.signature.is_async:
            return await function.call(**arguments)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, partial(function.call, **arguments))

    def _milliseconds(self, start: float) -> int:
        return round((self._clock() - start) * 1000)


def _arguments(function: Function, given: Input, invocation_id: str) -> dict[str, Any]:
    trigger = function.trigger
    plain = trigger.name in function.signature.plain
    arguments = {trigger.name: converters.decode(trigger.type, given.datum, given.metadata, plain=plain)}
    if function.signature.wants_context:
        arguments["context"] = Context(function.name, function.folder, invocation_id)
    return arguments


def _outputs(function: Function, outs: Mapping[str, Out], returned: Any) -> dict[str, Datum]:
    has_return = any(binding.name == RETURN for binding in function.outputs)
    if returned is not None and not has_return:
        raise RuntimeError(f"Function '{function.name}' returned a value, but has no {RETURN} binding to take it.")
    values = {name: out.get() for name, out in outs.items() if out.get() is not None}
    if has_return:
        values[RETURN] = returned
    plain = function.signature.plain
    kinds = {binding.name: binding.type for binding in function.outputs}
    return {name: converters.encode(kinds[name], value, plain=name in plain) for name, value in values.items()}
