"""Requests as a service desk meets them, dropped on the queue, and what has to become of each."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec
from azure.storage.queue import QueueClient

from shared.outcome import Outcome, Status

LEE = "lee.gu@contoso.com"


@dataclass(frozen=True)
class Situation:
    """A request, and the ending it should come to."""

    title: str
    message: str
    expected: Status


def _request(**fields: object) -> str:
    return json.dumps({"requestedBy": LEE, **fields})


SITUATIONS = (
    Situation(
        "Adele Vance has lost her phone",
        _request(
            user="adele.vance@contoso.com",
            actions=["requireReregistration", "revokeSessions"],
            ticket="INC-1001",
            reason="Phone left on the train",
            verification={"method": "managerCallback", "reference": "CALL-77"},
        ),
        Status.SUCCEEDED,
    ),
    Situation(
        "Diego Siciliani has typed his password into a fake page",
        _request(user="diego.siciliani@contoso.com", actions=["revokeSessions"], ticket="INC-1002"),
        Status.SUCCEEDED,
    ),
    Situation(
        "Irvin Sayers, a Helpdesk Administrator, has a new phone",
        _request(user="irvin.sayers@contoso.com", actions=["requireReregistration"], ticket="INC-1003"),
        Status.SUCCEEDED,
    ),
    Situation(
        "Somebody asks for an emergency account",
        _request(user="emergency.one@contoso.com", actions=["requireReregistration"], ticket="INC-1004"),
        Status.REFUSED,
    ),
    Situation(
        "A mail has ended up on the queue",
        "Please reset the MFA of Adele, thanks!",
        Status.REJECTED,
    ),
)


class Event(msgspec.Struct):
    """What the desk announces: a CloudEvent, as far as it is read here."""

    subject: str
    data: Outcome


@dataclass(frozen=True)
class Answer:
    """An outcome as it came from the result queue, and how long after its request, where that is known."""

    outcome: Outcome
    situation: Situation | None = None
    seconds: float | None = None

    @property
    def as_expected(self) -> bool:
        """Whether the request came to the ending it should."""
        return self.situation is None or self.outcome.status is self.situation.expected


class Demonstration:
    """Drops the requests and collects what is announced."""

    def __init__(self, requests: QueueClient, results: QueueClient) -> None:
        self._requests = requests
        self._results = results
        self._dropped: dict[str, tuple[Situation, float]] = {}

    def drop(self, situation: Situation) -> None:
        """Put one request on the queue; the message's id is the request's."""
        dropped_at = time.monotonic()
        message = self._requests.send_message(situation.message)
        self._dropped[str(message.id)] = (situation, dropped_at)

    @property
    def waiting(self) -> bool:
        """Whether a request that was dropped has not been answered yet."""
        return bool(self._dropped)

    def answers(self) -> Iterator[Answer]:
        """Take what stands on the result queue now."""
        for message in self._results.receive_messages(max_messages=32):
            event = msgspec.json.decode(str(message.content), type=Event)
            self._results.delete_message(message)
            situation, dropped_at = self._dropped.pop(event.subject, (None, None))
            seconds = None if dropped_at is None else time.monotonic() - dropped_at
            yield Answer(event.data, situation, seconds)
