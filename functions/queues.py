"""The queue triggers: requests that other systems drop, and those of them that have used up their tries."""

from datetime import UTC, datetime

import azure.functions as func

from functions.process import desk
from shared.announcement import announce
from shared.arrival import Delivery
from shared.outcome import Outcome

blueprint = func.Blueprint()


@blueprint.function_name("reset_request")
@blueprint.queue_trigger(arg_name="message", queue_name="%REQUEST_QUEUE%", connection="DeskStorage")
@blueprint.queue_output(arg_name="result", queue_name="%RESULT_QUEUE%", connection="DeskStorage")
async def reset_request(message: func.QueueMessage, result: func.Out[bytes]) -> None:
    """Carry a request out."""
    tell(await desk().receive(delivery(message)), result)


@blueprint.function_name("exhausted_request")
@blueprint.queue_trigger(arg_name="message", queue_name="%REQUEST_QUEUE%-poison", connection="DeskStorage")
@blueprint.queue_output(arg_name="result", queue_name="%RESULT_QUEUE%", connection="DeskStorage")
async def exhausted_request(message: func.QueueMessage, result: func.Out[bytes]) -> None:
    """End a request of which every try has failed."""
    tell(await desk().give_up(delivery(message)), result)


def tell(outcome: Outcome | None, result: func.Out[bytes]) -> None:
    """Announce what a message has come to now, if it has."""
    if outcome is not None:
        result.set(announce(outcome))


def delivery(message: func.QueueMessage) -> Delivery:
    """Return the message as the desk takes it."""
    inserted_at = message.insertion_time or datetime.now(UTC)
    return Delivery(
        message=message.get_body(),
        message_id=str(message.id),
        inserted_at=inserted_at.replace(tzinfo=inserted_at.tzinfo or UTC),
        redelivered=(message.dequeue_count or 1) > 1,
    )
