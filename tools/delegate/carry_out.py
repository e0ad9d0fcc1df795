"""Making the changes: several at once, each on its own, and every one of them told."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from typing import Final

from shared.graph import Answer, GraphUnavailable
from tools.delegate.assignments import Assignments
from tools.delegate.duties import Duty, needed_role
from tools.delegate.reading import words
from tools.delegate.results import Outcome, Result
from tools.delegate.sign_in import SignInError
from tools.delegate.steps import Step

_FORBIDDEN: Final = 403
_GONE: Final = 404
_CONFLICT: Final = 409
_BAD_REQUEST: Final = 400
_PERHAPS_THERE_ALREADY: Final = frozenset({_BAD_REQUEST, _CONFLICT})
"""No source settles which of the two answers a role that is held already."""
_TELLING: Final = ("already exists", "conflicting object")
_ENOUGH_REFUSALS: Final = 2

Verdict = Callable[[Step, Answer], Awaitable[Outcome | None]]
"""What Graph's answer to a change means; None: it was refused."""


class CarryOut:
    """One run over all steps.

    What it did is in `results`, whom it did not come to in `unreached`, and why it stopped early, if it did, in
    `halted`.
    """

    def __init__(
        self, assignments: Assignments, duty: Duty, *, at_once: int, dry_run: bool, advance: Callable[[], None]
    ) -> None:
        self.results = list[Result]()
        self.halted = ""
        self._assignments = assignments
        self._duty = duty
        self._at_once = at_once
        self._dry_run = dry_run
        self._advance = advance
        self._waiting = deque[Step]()
        self._under_way = list[Step]()
        self._accepted = False
        self._refused = list[tuple[Step, Answer]]()

    async def run(self, steps: Iterable[Step]) -> None:
        """Do all of it; may be cancelled at any time."""
        self._waiting.extend(steps)
        await self._first()
        await asyncio.gather(*(self._work() for _ in range(self._at_once)))

    @property
    def unreached(self) -> list[Result]:
        """Return whom the run did not come to."""
        under_way = [_not_reached(step, "It was under way, and may have been done.") for step in self._under_way]
        return [*under_way, *(_not_reached(step) for step in self._waiting)]

    async def _first(self) -> None:
        """Go one by one until Graph has accepted a change: who may change nothing is told so once, not every time."""
        while self._waiting and not self.halted and not self._accepted and len(self._refused) < _ENOUGH_REFUSALS:
            await self._next()
        if self._refused and not self.halted and not self._accepted:
            self._give_up()
        for step, answer in self._refused:
            self._tell(step, Outcome.FAILED, f"Graph refused this one ({words(answer)}).")
        self._refused.clear()

    def _give_up(self) -> None:
        _, answer = self._refused[0]
        self.halted = (
            f"You may not assign or remove {self._duty.title}: it takes the role {needed_role(self._duty)} or Global "
            f"Administrator, active now (Graph: {words(answer)}). Activate it, sign in anew and start again."
        )
        self._waiting.extend(step for step, _ in self._refused)
        self._refused.clear()

    async def _work(self) -> None:
        while self._waiting and not self.halted:
            await self._next()

    async def _next(self) -> None:
        step = self._waiting.popleft()
        self._under_way.append(step)
        try:
            await self._do(step)
        except (GraphUnavailable, SignInError) as error:
            self.halted = f"{str(error).rstrip('.')}. Start the same command again: it finishes the rest."
            self._tell(step, Outcome.FAILED, "Graph gave no answer: it may have been done or not.")
        self._under_way.remove(step)

    async def _do(self, step: Step) -> None:
        if step.outcome is not None:
            self._tell(step, step.outcome, step.remark)
        elif self._dry_run:
            self._tell(step, Outcome.WOULD_BE_REMOVED if step.held else Outcome.WOULD_BE_ASSIGNED, step.remark)
        elif step.held is not None:
            await self._settle(step, await self._assignments.remove(step.held), self._removed)
        else:
            await self._settle(step, await self._assignments.assign(step.principal), self._assigned)

    async def _settle(self, step: Step, answer: Answer, verdict: Verdict) -> None:
        if answer.status == _FORBIDDEN and not self._accepted:
            self._refused.append((step, answer))
            return
        self._accepted = self._accepted or answer.ok
        found = await verdict(step, answer)
        if found is None:
            self._tell(step, Outcome.FAILED, _refusal(answer))
        else:
            self._tell(step, found, step.remark)

    async def _assigned(self, step: Step, answer: Answer) -> Outcome | None:
        if answer.ok:
            return Outcome.ASSIGNED
        if answer.status not in _PERHAPS_THERE_ALREADY:
            return None
        there = any(sign in answer.error.message.lower() for sign in _TELLING)
        if not there and not await self._assignments.has(step.principal):
            return None
        # Where an earlier try had no answer, it was that try which took effect.
        return Outcome.ASSIGNED if answer.repeated else Outcome.ALREADY_ASSIGNED

    async def _removed(self, _: Step, answer: Answer) -> Outcome | None:
        if answer.ok or (answer.status == _GONE and answer.repeated):
            return Outcome.REMOVED
        return Outcome.NOT_ASSIGNED if answer.status == _GONE else None

    def _tell(self, step: Step, outcome: Outcome, remark: str) -> None:
        self.results.append(Result(who=step.principal.name, outcome=outcome, remark=remark))
        self._advance()


def _not_reached(step: Step, remark: str = "") -> Result:
    return Result(who=step.principal.name, outcome=Outcome.NOT_REACHED, remark=remark)


def _refusal(answer: Answer) -> str:
    way_out = " Wait a minute if this principal is new, and start again." if answer.status == _GONE else ""
    return f"Graph refused: {words(answer)}.{way_out}"
