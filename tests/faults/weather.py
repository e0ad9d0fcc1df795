"""What goes wrong on the way: a storage account that fails, an instance that dies, somebody who acts in between."""

import itertools
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from azure.core.exceptions import ServiceRequestError, ServiceResponseError
from azure.core.pipeline.transport import AsyncioRequestsTransport

from shared.graph import Answer, Call, Graph, Turns
from shared.methods import ApiVersion
from shared.storage import MessageQueue
from tests.faults.steps import StorageFails
from tests.fixtures.mortal import KilledError

TRIES: Final = 5
"""How often the SDK of the queues sends what could not be sent."""


class Moments:
    """The moments of one instance: before and after each of its calls to the outside it may die, or somebody may act.

    Of those who act in between there is one list for all instances.
    """

    def __init__(self, errands: "Errands") -> None:
        self._errands = errands
        self.left: int | None = None
        """So many until it dies."""
        self.dead = False

    def tick(self) -> None:
        """Come one moment further, or die; the dead stay dead, also those who wait beside."""
        if self.dead or self.left == 0:
            self.dead = True
            raise KilledError
        if self.left is not None:
            self.left -= 1
        self._errands.tick()


class Errands:
    """What others do after so many moments of the desk's."""

    def __init__(self) -> None:
        self._waiting: list[tuple[int, Callable[[], None]]] = []
        self._now = 0

    def after(self, moments: int, errand: Callable[[], None]) -> None:
        """Have that done then."""
        self._waiting.append((self._now + moments, errand))

    def tick(self) -> None:
        """Do what is to be done by now."""
        self._now += 1
        self._do([each for each in self._waiting if each[0] <= self._now])

    def finish(self) -> None:
        """Do the rest."""
        self._do(list(self._waiting))

    def _do(self, due: Iterable[tuple[int, Callable[[], None]]]) -> None:
        for each in due:
            self._waiting.remove(each)
            each[1]()


class Storms:
    """The failures of the storage account that are in store."""

    def __init__(self) -> None:
        self._left: list[list[Any]] = []

    def add(self, failing: StorageFails) -> None:
        """Put one more in store."""
        self._left.append([failing, failing.skip, failing.times])

    def clear(self) -> None:
        """Let the sun shine."""
        self._left.clear()

    def strike(self, where: str) -> StorageFails | None:
        """Return the failure that hits this request."""
        for storm in self._left:
            if storm[0].where != where:
                continue
            if storm[1]:
                storm[1] -= 1
                continue
            storm[2] -= 1
            self._left = [each for each in self._left if each[2]]
            failing: StorageFails = storm[0]
            return failing
        return None


class StormyTransport(AsyncioRequestsTransport):  # type: ignore[misc]  # azure-core does not type it
    """The way to the tables: what the SDK sends over it may fail, and its waits take no time."""

    def __init__(self, storms: Storms, moments: Moments, sleep: Callable[[float], Awaitable[None]]) -> None:
        super().__init__(connection_timeout=20)
        self._storms = storms
        self._moments = moments
        self._pause = sleep

    async def send(self, request: Any, **options: Any) -> Any:
        """Send it, unless a storm is in the way."""
        self._moments.tick()
        storm = self._storms.strike("tables")
        if storm is not None and not storm.after:
            raise ServiceRequestError("The storage account is not there.")
        answer = await super().send(request, **options)
        if storm is not None:
            raise ServiceResponseError("The storage account's answer was lost.")
        self._moments.tick()
        return answer

    async def sleep(self, duration: float) -> None:
        """Pass the time between two tries."""
        await self._pause(duration)


class Turnstile:
    """Before each try of a call to Graph: the moment when the instance may die; then whatever else gives turns."""

    def __init__(self, moments: Moments, behind: Turns | None = None) -> None:
        self._moments = moments
        self._behind = behind

    @property
    def headers(self) -> Mapping[str, str]:
        """Say of the calls what is said behind it."""
        return self._behind.headers if self._behind else {}

    async def turn(self, calls: Iterable[Call]) -> None:
        """Pass, or die."""
        self._moments.tick()
        if self._behind:
            await self._behind.turn(calls)

    def throttled(self, retry_after: float | None) -> None:
        """Pass the word on."""
        if self._behind:
            self._behind.throttled(retry_after)


class MortalGraph(Graph):
    """A Graph after each of whose answers the instance may die."""

    def mortal(self, moments: Moments) -> "MortalGraph":
        """Return this one, of that instance."""
        self.moments = moments
        return self

    async def send(self, call: Call) -> Answer:
        """Send a call, and come one moment further."""
        answer = await super().send(call)
        self.moments.tick()
        return answer

    async def batch(self, version: ApiVersion, calls: Mapping[str, Call]) -> dict[str, Answer]:
        """Send a batch, and come one moment further."""
        answers = await super().batch(version, calls)
        self.moments.tick()
        return answers


@dataclass
class Letter:
    """A message on a queue, as the queue's service has it."""

    id: str
    body: bytes
    inserted_at: datetime
    visible_at: datetime
    dequeues: int = 0


@dataclass
class Mailbox:
    """A queue, by the schedule's clock: Azurite's cannot be turned."""

    now: Callable[[], datetime]
    letters: list[Letter] = field(default_factory=list)
    _ids: Any = field(default_factory=itertools.count)

    def put(self, body: bytes, delay: timedelta = timedelta()) -> None:
        """Put a message on it, to be seen a moment after the delay, as MessageQueue does."""
        seconds = delay + timedelta(seconds=2) if delay else delay
        self.letters.append(Letter(f"letter-{next(self._ids)}", body, self.now(), self.now() + seconds))

    def visible(self) -> list[Letter]:
        """Return what is to be seen now."""
        return [each for each in self.letters if each.visible_at <= self.now()]

    def remove(self, letter: Letter) -> None:
        """Delete a message; that it is gone already does not matter."""
        self.letters = [each for each in self.letters if each is not letter]


class Slot(MessageQueue):
    """An instance's way to a queue."""

    def __init__(self, mailbox: Mailbox, storms: Storms, moments: Moments) -> None:
        self._mailbox = mailbox
        self._storms = storms
        self._moments = moments

    async def put(self, message: bytes, delay: timedelta = timedelta()) -> None:
        """Put a message on it, as often as the SDK tries."""
        self._moments.tick()
        for _ in range(TRIES):
            storm = self._storms.strike("queues")
            if storm is None or storm.after:
                self._mailbox.put(message, delay)
                if storm is not None:
                    raise ServiceResponseError("The queue's answer was lost.")
                self._moments.tick()
                return
        raise ServiceRequestError("The queue is not there.")

    async def close(self) -> None:
        """Nothing is open."""
