"""The ledger on a real Table Storage emulator: conditional writes, lost answers, long values."""

from datetime import timedelta
from typing import Any

import pytest
from azure.data.tables.aio import TableClient, TableServiceClient

from shared.contract import Action, ResetRequest
from shared.ledger import REQUEST_TABLE, Ledger, Overtaken, Standing
from shared.methods import RegisteredMethod
from shared.outcome import ActionOutcome, MethodOutcome, Outcome, Result, Status
from shared.record import Intent, Row
from shared.reset_plan import Act, Step
from tests.fixtures.office import ADELE, LEE, Office


def request(office: Office, **changes: Any) -> ResetRequest:
    """Return a request that only this test knows."""
    fields = {"id": office.queue.queue_name, "user": ADELE, "actions": (Action.REVOKE_SESSIONS,), "requested_by": LEE}
    return ResetRequest(**fields | changes)


def asked(office: Office, **changes: Any) -> Row:
    """Return the row that is to be opened for it."""
    now = office.clock()
    fields: dict[str, Any] = {"accepted_at": now, "carrier": "carrier", "due_at": now + timedelta(minutes=5), "runs": 1}
    return Row(id=office.queue.queue_name, status=Status.RUNNING, request=request(office), **fields | changes)


async def opened(office: Office, ledger: Ledger | None = None) -> Row:
    """Return the row of a new request."""
    row = await (ledger or office.ledger).open(asked(office), office.clock())
    assert isinstance(row, Row)
    return row


async def test_an_intent_is_what_is_read_again(office: Office) -> None:
    """Everything that a later run needs is in the row."""
    row = await opened(office)

    assert await office.ledger.get(row.id) == row
    assert (row.status, row.runs, row.request) == (Status.RUNNING, 1, request(office))


async def test_a_request_that_is_there_is_not_opened_again(office: Office) -> None:
    """The second of two gets no row of its own, but the one that stands there."""
    first = await opened(office)

    again = await office.ledger.open(asked(office, carrier="another"), office.clock())

    assert again == Standing(first)


async def test_a_row_that_nobody_wrote_is_none(office: Office) -> None:
    """An unknown id is not an error."""
    assert await office.ledger.get("unknown") is None


async def test_the_second_of_two_changes_is_overtaken(office: Office) -> None:
    """Whoever read the row before another changed it does not write over that."""
    row = await opened(office)
    await office.ledger.take_over(row, "another", office.clock())

    with pytest.raises(Overtaken):
        await office.ledger.intend(row, Intent(target_id="somebody"))


async def test_a_plan_of_many_methods_is_kept_whole(office: Office) -> None:
    """A property holds 32,000 characters; a long plan takes several."""
    steps = tuple(
        Step(RegisteredMethod(type="windowsHelloForBusiness", id=f"{number:036}", label="LAPTOP" * 10), Act.REMOVE)
        for number in range(500)
    )
    row = await office.ledger.intend(await opened(office), Intent(target_id="somebody", plan=steps))

    read = await office.ledger.get(row.id)

    assert read is not None
    assert read.intent == Intent(target_id="somebody", plan=steps)


async def test_an_ending_leaves_nothing_of_the_plan(office: Office) -> None:
    """Not in any of the properties that it took."""
    steps = tuple(
        Step(RegisteredMethod(type="phone", id=f"{number}", digest="0123456789abcdef" * 8), Act.REMOVE)
        for number in range(500)
    )
    row = await office.ledger.intend(await opened(office), Intent(target_id="somebody", plan=steps))
    methods = tuple(MethodOutcome(type="phone", id=f"{number:036}", result=Result.REMOVED) for number in range(600))
    actions = (ActionOutcome(action=Action.REQUIRE_REREGISTRATION, status=Status.SUCCEEDED, methods=methods),)
    now = office.clock()
    outcome = Outcome(id=row.id, status=Status.SUCCEEDED, accepted_at=now, finished_at=now, actions=actions)

    await office.ledger.close(row, outcome)

    read = await office.ledger.get(row.id)
    assert read is not None
    assert (read.intent, read.outcome) == (None, outcome)
    entity = office.tables.get_table_client(REQUEST_TABLE).get_entity(row.id, "request")
    assert {name: value for name, value in entity.items() if name.startswith("Intent") and value} == {}


class AnswersLost:
    """A table client which sends every write twice, as the SDK does when the answer to the first is lost."""

    def __init__(self, tables: TableServiceClient) -> None:
        self._tables = tables

    def get_table_client(self, name: str) -> Any:
        """Return the table's client."""
        return _SentTwice(self._tables.get_table_client(name))


class _SentTwice:
    def __init__(self, table: TableClient) -> None:
        self._table = table

    def __getattr__(self, name: str) -> Any:
        verb = getattr(self._table, name)
        if name not in {"create_entity", "update_entity"}:
            return verb

        async def twice(*args: Any, **options: Any) -> Any:
            await verb(*args, **options)
            return await verb(*args, **options)

        return twice


async def test_an_intent_whose_answer_was_lost_is_its_writers(office: Office) -> None:
    """The second try finds the row of the first, and knows it for its own."""
    ledger = Ledger(AnswersLost(office.table_service))  # type: ignore[arg-type]

    row = await opened(office, ledger)

    assert await office.ledger.get(row.id) == row


async def test_a_change_whose_answer_was_lost_has_been_made(office: Office) -> None:
    """It is not taken for another's."""
    ledger = Ledger(AnswersLost(office.table_service))  # type: ignore[arg-type]
    row = await opened(office, ledger)

    taken = await ledger.take_over(row, "another", office.clock())

    assert await office.ledger.get(row.id) == taken


async def test_a_row_that_has_to_be_there_and_is_not_is_an_error(office: Office) -> None:
    """Nothing deletes a request; somebody has, and it is named."""
    with pytest.raises(LookupError, match="'unknown' was on record a moment ago"):
        await office.ledger.there("unknown")
