"""How a request comes to the desk, and what comes of it there."""

import hashlib
from datetime import datetime

import msgspec

from shared import contract
from shared.caller import Caller
from shared.graph_shapes import IssuedPass
from shared.outcome import Outcome
from shared.record import Row


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """How a request came to the desk this time."""

    accepted_at: datetime
    """When it counts as accepted, if it is a new one."""
    carrier: str
    """What it came by: a message, or one call over HTTP."""
    redelivered: bool = False
    caller: Caller | None = None
    """Who waits for the answer; nobody does behind a queue."""
    bulk: str = ""
    """The id of the bulk request which it is a part of; then whoever asked does not wait, and may be less by now."""


class Handled(msgspec.Struct, frozen=True, kw_only=True):
    """What came of handling a request."""

    row: Row
    outcome: Outcome | None = None
    """The ending which it has come to now, to be announced."""
    fresh: bool = False
    """This was a run of it."""
    issued: IssuedPass | None = None
    """The pass to be shown now, and never again."""


class Delivery(msgspec.Struct, frozen=True):
    """A message as the queue's trigger hands it over."""

    message: bytes
    message_id: str
    """As the host tells it: of a JSON message that has an `id` of its own, that one, whatever it is."""
    inserted_at: datetime
    """When it was put on the queue: from then on it counts as accepted."""
    redelivered: bool = False
    """The host has had it before: its last run died, or its announcement could not be written."""

    @property
    def arrival(self) -> Arrival:
        """Return how the request in it came."""
        return Arrival(accepted_at=self.inserted_at, carrier=self.carrier, redelivered=self.redelivered)

    @property
    def carrier(self) -> str:
        """What this message is known by when it is delivered again; that much the sender cannot choose."""
        told = f"{self.inserted_at.isoformat()} {self.message_id} ".encode() + self.message
        return hashlib.blake2b(told, digest_size=16).hexdigest()

    @property
    def subject(self) -> str:
        """The message's id where it can be one, for the records of what is no request."""
        return self.message_id if contract.is_request_id(self.message_id) else self.carrier


class Conflict(Exception):
    """The id of a request belongs to another one."""

    def __init__(self, row: Row) -> None:
        detail = f"A request '{row.id}' with other content was accepted at {row.accepted_at:%Y-%m-%d %H:%M} UTC."
        super().__init__(f"{detail} Give this one an id of its own.")
        self.row = row
