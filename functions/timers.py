"""The timer triggers."""

import azure.functions as func

from functions.process import desk, premises

blueprint = func.Blueprint()


@blueprint.function_name("daily_report")
@blueprint.timer_trigger(arg_name="timer", schedule="%REPORT_SCHEDULE%")
async def daily_report(timer: func.TimerRequest) -> None:  # noqa: ARG001 - the host calls by this name
    """Write the report of yesterday, and whatever else is owed."""
    await premises().publisher.publish_owed()


@blueprint.function_name("sweep")
@blueprint.timer_trigger(arg_name="timer", schedule="%SWEEP_SCHEDULE%")
async def sweep(timer: func.TimerRequest) -> None:  # noqa: ARG001 - the host calls by this name
    """Put back on the queue what dead runs left open, call to bulk requests, deliver what a report still owes."""
    await desk().sweep()
    await premises().bulk_worker.sweep()
    await premises().publisher.deliver_owed()
