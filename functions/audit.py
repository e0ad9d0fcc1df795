"""The timer trigger of the directory audit log."""

import azure.functions as func

from functions.process import premises

blueprint = func.Blueprint()


@blueprint.function_name("harvest")
@blueprint.timer_trigger(arg_name="timer", schedule="%HARVEST_SCHEDULE%")
async def harvest(timer: func.TimerRequest) -> None:  # noqa: ARG001 - the host calls by this name
    """Bring in of the log what is owed. A run that cannot do so fails, where the platform's alerts see it."""
    await premises().harvest.run()
    await premises().alarms.look()
