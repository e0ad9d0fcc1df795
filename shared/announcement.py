"""The message that tells the world of an ending: CloudEvents 1.0, JSON format."""

from typing import Final

import msgspec

from shared.outcome import Outcome

SOURCE: Final = "/mfa-desk"
TYPE: Final = "mfadesk.request.ended.v1"


LONGEST: Final = 60_000
"""Bytes; a queue message holds 64 KiB."""


def announce(outcome: Outcome) -> bytes:
    """Return the event of an ending; announced again, it has the same id, by which a receiver knows it.

    Where hundreds of methods would not fit into a queue message, the ledger alone tells them.
    """
    event = _event(outcome)
    return event if len(event) <= LONGEST else _event(_abridged(outcome))


def _event(outcome: Outcome) -> bytes:
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


def _abridged(outcome: Outcome) -> Outcome:
    actions = (
        msgspec.structs.replace(action, methods=(), detail=f"{len(action.methods)} methods: the ledger tells them.")
        for action in outcome.actions
    )
    return msgspec.structs.replace(outcome, actions=tuple(actions), graph_request_ids=())


def event_id(outcome: Outcome) -> str:
    """Return the id under which an ending is announced: the request's, or that of a message which was not taken."""
    return outcome.id if outcome.message_id is None else f"{outcome.id}/{outcome.message_id}"
