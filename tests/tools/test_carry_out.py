"""What Graph's answers to a change mean."""

import msgspec
import pytest

from shared.graph import Answer
from tools.delegate.carry_out import CarryOut
from tools.delegate.duties import DUTIES
from tools.delegate.holdings import Holding, Holdings, Way
from tools.delegate.names import Named
from tools.delegate.principals import Principal
from tools.delegate.results import Outcome
from tools.delegate.steps import Step

ADELE = Principal(id="1", name="adele@contoso.com", named=Named(said="adele@contoso.com"))
HELD = Holding(principal_id="1", way=Way.DIRECT, assignment_id="a")


class Hand:
    """Assignments made by hand: one answer for every change."""

    def __init__(self, answer: Answer, *, has: bool = False) -> None:
        self._answer = answer
        self._has = has

    async def holdings(self) -> Holdings:
        """Nobody has anything."""
        return Holdings([])

    async def has(self, _: Principal) -> bool:
        """Say what was set."""
        return self._has

    async def assign(self, _: Principal) -> Answer:
        """Answer what was set."""
        return self._answer

    async def remove(self, _: Holding) -> Answer:
        """Answer what was set."""
        return self._answer


def _answer(status: int, message: str = "", *, repeated: bool = False) -> Answer:
    body = msgspec.json.encode({"error": {"code": "Request_BadRequest", "message": message}})
    return Answer(status=status, body=body, repeated=repeated)


async def _outcome(answer: Answer, *, has: bool = False, remove: bool = False) -> Outcome:
    work = CarryOut(Hand(answer, has=has), DUTIES[0], at_once=1, dry_run=False, advance=lambda: None)
    await work.run([Step(principal=ADELE, held=HELD if remove else None)])
    return work.results[0].outcome


@pytest.mark.parametrize(
    ("answer", "has", "expected"),
    [
        (_answer(201), False, Outcome.ASSIGNED),
        (_answer(400, "A conflicting object with one or more … is present"), False, Outcome.ALREADY_ASSIGNED),
        (_answer(409, "A conflicting object with one or more … is present"), False, Outcome.ALREADY_ASSIGNED),
        (_answer(400, "Permission being assigned already exists on the object"), False, Outcome.ALREADY_ASSIGNED),
        (_answer(409, "in words that nobody knows yet"), True, Outcome.ALREADY_ASSIGNED),
        (_answer(400, "in words that nobody knows yet"), True, Outcome.ALREADY_ASSIGNED),
        (_answer(400, "in words that nobody knows yet", repeated=True), True, Outcome.ASSIGNED),
        (_answer(400, "One or more properties are invalid."), False, Outcome.FAILED),
        (_answer(409, "Another update is going on."), False, Outcome.FAILED),
        (_answer(404, "Resource '1' does not exist"), False, Outcome.FAILED),
    ],
)
async def test_a_refusal_of_an_assignment_is_held_against_the_truth(
    answer: Answer, *, has: bool, expected: Outcome
) -> None:
    """Where its words do not say that it is a duplicate, Graph is asked whether the principal has the role."""
    assert await _outcome(answer, has=has) is expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (_answer(204), Outcome.REMOVED),
        (_answer(404), Outcome.NOT_ASSIGNED),
        (_answer(404, repeated=True), Outcome.REMOVED),
        (_answer(400, "The last one cannot go."), Outcome.FAILED),
    ],
)
async def test_a_removal_that_finds_nothing_is_no_failure(answer: Answer, expected: Outcome) -> None:
    """Unless an earlier try had no answer: then it was that try which removed it."""
    assert await _outcome(answer, remove=True) is expected
