"""The host for a schedule: its instances, living and dead, what it hands them off the queues, and their timers."""

import contextlib
import json
import traceback
from collections.abc import Coroutine, Iterator
from datetime import timedelta
from typing import Any, Final

from azure.core.exceptions import AzureError

from shared.announcement import announce
from shared.arrival import Delivery
from shared.graph import GraphUnavailable
from shared.run import Rules
from tests.faults.instance import Instance
from tests.faults.town import Town
from tests.faults.weather import Letter, Mailbox
from tests.fixtures.mortal import KilledError

TRIES: Final = 5
"""maxDequeueCount of host.json."""
INVISIBLE: Final = timedelta(minutes=10)
"""How long a message is the host's; it prolongs that for as long as it lives."""
AGAIN: Final = timedelta(seconds=30)
"""visibilityTimeout of host.json."""


class Host:
    """Does what the Functions host does."""

    def __init__(self, town: Town, rules: Rules) -> None:
        self._town = town
        self._rules = rules
        self._instances: dict[int, Instance] = {}
        self._buried: list[Instance] = []
        self.surprises: list[str] = []
        """What was raised for which neither the storage account nor Graph is a reason."""
        self.raised = 0
        """How often one of them was."""

    @property
    def deaths(self) -> int:
        """How many instances have died, of those that were missed."""
        return len(self._buried)

    def instance(self, number: int) -> Instance:
        """Return a living instance of that number."""
        there = self._instances.get(number)
        if there is None or there.moments.dead:
            if there is not None:
                self._buried.append(there)
            there = self._instances[number] = Instance(self._town, self._rules)
        return there

    def calm(self) -> None:
        """Let nobody die any more, and every clock be right."""
        for instance in self._instances.values():
            instance.moments.left = None
            instance.skew = timedelta()

    def jobs(self, at_work: list[Instance], *, doubled: bool) -> Iterator[Coroutine[Any, Any, None]]:
        """Yield the run of a function for each message that is to be seen."""
        mailboxes = (self._town.requests, self._town.poison, self._town.bulk_calls)
        seen = [(letter, mailbox) for mailbox in mailboxes for letter in mailbox.visible()]
        for place, (letter, mailbox) in enumerate(seen * (2 if doubled else 1)):
            yield self._hand_out(letter, mailbox, at_work[place % len(at_work)])

    async def timer(self, name: str, instance: Instance) -> None:
        """Let a timer fire."""
        try:
            await instance.run(name)
        except KilledError:
            return
        except Exception as error:  # noqa: BLE001 - the host takes whatever it is
            self._wonder(error)
        await self.tidied(instance)

    async def tidied(self, instance: Instance) -> None:
        """Wait for what goes on behind the answers."""
        with contextlib.suppress(KilledError):
            await instance.desk.tidied()

    async def close(self) -> None:
        """Give all connections back."""
        for instance in (*self._instances.values(), *self._buried):
            await self.tidied(instance)
            await instance.close()

    async def _hand_out(self, letter: Letter, mailbox: Mailbox, instance: Instance) -> None:
        """Run the function of a queue for a message, as QueueProcessor of azure-sdk-for-net does."""
        if instance.moments.dead:
            return
        letter.dequeues += 1
        letter.visible_at = self._town.clock() + INVISIBLE
        if letter.dequeues > TRIES:
            self._give_up(letter, mailbox)
            return
        try:
            await self._serve(letter, mailbox, instance)
        except KilledError:
            return
        except Exception as error:  # noqa: BLE001 - the host takes whatever it is
            self._wonder(error)
            if letter.dequeues >= TRIES:
                self._give_up(letter, mailbox)
            elif mailbox is not self._town.poison:
                letter.visible_at = self._town.clock() + AGAIN
            return
        mailbox.remove(letter)

    async def _serve(self, letter: Letter, mailbox: Mailbox, instance: Instance) -> None:
        """Do what the function does, and what its output binding does once that has gone well."""
        if mailbox is self._town.bulk_calls:
            await instance.bulk_worker.work()
            return
        delivery = Delivery(letter.body, _id_of(letter), letter.inserted_at, redelivered=letter.dequeues > 1)
        serve = instance.desk.receive if mailbox is self._town.requests else instance.desk.give_up
        outcome = await serve(delivery)
        if outcome is not None:
            await instance.results.put(announce(outcome))

    def _give_up(self, letter: Letter, mailbox: Mailbox) -> None:
        """Put it on the poison queue. The one of bulk requests has no function: a timer calls to them again."""
        if mailbox is self._town.poison or letter not in mailbox.letters:
            return
        mailbox.remove(letter)
        if mailbox is self._town.requests:
            self._town.poison.put(letter.body)

    def _wonder(self, error: Exception) -> None:
        """Remember an error."""
        if isinstance(error, AzureError | GraphUnavailable):
            self.raised += 1
        else:
            self.surprises.append("".join(traceback.format_exception(error)))


def _id_of(letter: Letter) -> str:
    """Return what the host tells as the id: of a JSON message that has one, that one."""
    with contextlib.suppress(ValueError, AttributeError):
        told = json.loads(letter.body).get("id")
        return str(told) if told is not None else letter.id
    return letter.id
