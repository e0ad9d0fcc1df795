"""A message stays invisible while its function runs, by a clock that the test moves."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from azure.core.exceptions import AzureError, HttpResponseError, ResourceNotFoundError, ServiceRequestError
from azure.storage.queue import QueueMessage
from azure.storage.queue.aio import QueueClient

from local.host.visibility import Visibility
from tests.local.host.hand_clock import HandClock, settle

MINUTE = 60


class FakeQueue(QueueClient):
    """A queue that notes renewals, and fails or waits when told to."""

    def __init__(self) -> None:
        super().__init__("http://127.0.0.1:1/devstoreaccount1", "fake", credential="AAAA")
        self.renewals: list[tuple[str, str, int]] = []
        self.failures: list[AzureError] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def update_message(  # type: ignore[override]  # only what the host calls
        self, message: str, *, pop_receipt: str, visibility_timeout: int
    ) -> QueueMessage:
        """Give the message a new receipt."""
        self.renewals.append((message, pop_receipt, visibility_timeout))
        await self.gate.wait()
        if self.failures:
            raise self.failures.pop(0)
        return QueueMessage(None, id=message, pop_receipt=f"receipt-{len(self.renewals)}")


@pytest.fixture
async def queue() -> AsyncIterator[FakeQueue]:
    """Return the fake queue."""
    async with FakeQueue() as fake:
        yield fake


@pytest.fixture
def message() -> QueueMessage:
    """Return a message as received."""
    return QueueMessage("{}", id="message-id", pop_receipt="receipt-0")


async def test_ten_minutes_are_renewed_every_five(queue: FakeQueue, message: QueueMessage) -> None:
    """At half time the message gets another ten minutes, with the receipt of the renewal before."""
    clock = HandClock()

    async with Visibility(queue, message, clock.sleep):
        await clock.advance(11 * MINUTE)

    assert queue.renewals == [("message-id", "receipt-0", 600), ("message-id", "receipt-1", 600)]
    assert message.pop_receipt == "receipt-2"


async def test_renewal_ends_with_the_run(queue: FakeQueue, message: QueueMessage) -> None:
    """After the context nothing is renewed."""
    clock = HandClock()
    async with Visibility(queue, message, clock.sleep):
        pass

    await clock.advance(30 * MINUTE)

    assert queue.renewals == []


async def test_renewal_under_way_is_waited_for(queue: FakeQueue, message: QueueMessage) -> None:
    """A run that ends in the middle of a renewal deletes its message by the new receipt."""
    clock = HandClock()
    queue.gate.clear()

    async def run() -> None:
        async with Visibility(queue, message, clock.sleep):
            await clock.advance(5 * MINUTE)

    running = asyncio.create_task(run())
    await settle()
    await settle()
    assert not running.done()
    queue.gate.set()
    await running

    assert message.pop_receipt == "receipt-1"


async def test_failed_renewal_is_tried_again_after_a_minute(queue: FakeQueue, message: QueueMessage) -> None:
    """An error of the service leaves time for more tries before the message would be seen."""
    clock = HandClock()
    queue.failures = [ServiceRequestError("no answer")]

    async with Visibility(queue, message, clock.sleep):
        await clock.advance(6 * MINUTE)

    assert len(queue.renewals) == 2


def _receipt_mismatch() -> AzureError:
    error = HttpResponseError("other receipt")
    error.error_code = "PopReceiptMismatch"  # type: ignore[attr-defined]  # as the storage SDK sets it
    return error


@pytest.mark.parametrize("lost", [ResourceNotFoundError("gone"), _receipt_mismatch()], ids=["gone", "taken over"])
async def test_lost_message_is_renewed_no_more(queue: FakeQueue, message: QueueMessage, lost: AzureError) -> None:
    """Once the message is gone or another's, nothing more is tried."""
    clock = HandClock()
    queue.failures = [lost]

    async with Visibility(queue, message, clock.sleep):
        await clock.advance(30 * MINUTE)

    assert len(queue.renewals) == 1
