"""The timer triggers."""

import azure.functions as func

from functions.process import desk

blueprint = func.Blueprint()


@blueprint.function_name("sweep")
@blueprint.timer_trigger(arg_name="timer", schedule="%SWEEP_SCHEDULE%")
async def sweep(timer: func.TimerRequest) -> None:  # noqa: ARG001 - the host calls by this name
    """Put back on the queue what a dead run has left open."""
    await desk().sweep()
