"""The message that tells the world of an ending: CloudEvents 1.0, JSON format."""

from typing import Final

import msgspec

from shared.outcome import Outcome

SOURCE: Final = "/mfa-desk"
TYPE: Final = "mfadesk.request.ended.v1"


def announce(outcome: Outcome) -> bytes:
    """Return the event of an ending; announced again, it has the same id, by which a receiver knows it."""
    return msgspec.json.encode(
        {
            "specversion": "1.0",
            "id": event_id(outcome),
            "source": SOURCE,
            "type": TYPE,
            "subject": outcome.id,
            "time": outcome.finished_at,
            "datacontenttype": "application/json",
            "data": outcome,
        }
    )


def event_id(outcome: Outcome) -> str:
    """Return the id under which an ending is announced: the request's, or that of a message which was not taken."""
    return outcome.id if outcome.message_id is None else f"{outcome.id}/{outcome.message_id}"
