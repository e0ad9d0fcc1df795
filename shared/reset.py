"""Carrying a plan out on one person: one deletion after another, then a look at what is left."""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Final, Protocol

import msgspec

from shared.directory import Change
from shared.methods import RegisteredMethod
from shared.outcome import Result, Why
from shared.reading import BETA_TYPES
from shared.reset_plan import Act, Attempt, Done, Step, not_owed, other_default, owed

_DONE: Final = {Act.REMOVE: Result.REMOVED, Act.DEACTIVATE: Result.DEACTIVATED}
_GONE: Final = frozenset({Result.REMOVED, Result.ALREADY_GONE})
_NO_LONGER_IN_USE: Final = _GONE | {Result.DEACTIVATED}
_LAST_RESORT: Final = 3
"""Before this further try, when deletions have had some seconds to show, even a method that is to go may stand in."""
Tell = Callable[[Step, Attempt], Awaitable[None]]


class Methods(Protocol):
    """What this takes of the directory."""

    async def remove(self, user_id: str, method: RegisteredMethod) -> Change:
        """Delete one method."""

    async def deactivate(self, user_id: str, method: RegisteredMethod) -> Change:
        """Deactivate a hardware OATH token."""

    async def preference(self, user_id: str) -> str | None:
        """Tell what the default is, as far as Graph says."""

    async def prefer(self, user_id: str, preference: str) -> Change:
        """Make another method the default."""

    async def registered(self, user_id: str, *, with_beta: bool) -> tuple[RegisteredMethod, ...]:
        """List the methods registered now."""


class Patience(msgspec.Struct, frozen=True):
    """How long to wait for Graph to catch up with itself: a deletion takes seconds to be seen everywhere."""

    pauses: tuple[float, ...] = (0.5, 1.0, 2.0, 4.0, 8.0)
    """Seconds before each further try or look."""
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    trusted: float = 5.0
    """Seconds after which a look at the methods is too old to go by, where no date tells what is newer."""
    clock: Callable[[], float] = time.monotonic


class Registered(msgspec.Struct, frozen=True):
    """A person with what was registered when the run began."""

    id: str
    methods: tuple[RegisteredMethod, ...]
    looked_at: float = math.inf
    """When that was, by patience's clock."""


class Carried(msgspec.Struct, frozen=True):
    """What carrying out came to."""

    attempts: dict[Step, Attempt]
    preferred: str | None = None
    """The preference to which the default method had to be changed."""


async def carry_out(
    directory: Methods, person: Registered, steps: Iterable[Step], patience: Patience, tell: Tell
) -> Carried:
    """Do the steps in their order, then try again, a bounded number of times, those which Graph refused for now.

    Graph does not delete the default method while others are registered, does not say which one it is, and takes a
    while to see that the others are gone. So such a refusal may pass; and where another method can be the default, it
    is made so. Before each further try the methods are listed again: what the person has registered meanwhile stays.
    tell is told of every step that was done. Raises GraphUnavailable; what was done by then stays done.
    """
    watch = _Watch(directory, person, patience)
    attempts, refused = await _pass(directory, watch, steps, tell)
    preferred: str | None = None
    for place, pause in enumerate(patience.pauses):
        if not refused:
            break
        await patience.sleep(pause)
        registered = await _registered(directory, person, [step.method for step in attempts])
        left = owed(refused, registered)
        attempts |= not_owed(refused, left)
        if preferred is None and any(attempts[step].why is Why.IS_DEFAULT for step in left):
            goes = [step.method for step, attempt in attempts.items() if attempt.result in _NO_LONGER_IN_USE]
            goes += [] if place >= _LAST_RESORT else [step.method for step in left]
            stays = [method for method in registered if not any(method.is_still(one) for one in goes)]
            preferred = await _prefer_another(directory, person.id, stays)
        again, refused = await _pass(directory, watch.anew(), left, tell)
        attempts |= again
    return Carried(attempts, preferred)


async def left_after(
    directory: Methods, person: Registered, attempts: Done, patience: Patience
) -> tuple[RegisteredMethod, ...]:
    """Return what is registered once the deletions show, or when patience is at its end. Raises GraphUnavailable."""
    deleted = [step.method for step, attempt in attempts.items() if attempt.result in _GONE]
    registered = await _registered(directory, person, deleted)
    for pause in patience.pauses:
        if not any(method.is_still(other) for method in deleted for other in registered):
            break
        await patience.sleep(pause)
        registered = await _registered(directory, person, deleted)
    return registered


async def _registered(
    directory: Methods, person: Registered, concerned: Iterable[RegisteredMethod]
) -> tuple[RegisteredMethod, ...]:
    """List the methods again; those that only beta lists, where one is concerned: otherwise they are as they were."""
    if any(method.type in BETA_TYPES for method in concerned):
        return await directory.registered(person.id, with_beta=True)
    registered = await directory.registered(person.id, with_beta=False)
    seen = {(method.type, method.id) for method in registered}
    unseen = (method for method in person.methods if (method.type, method.id) not in seen)
    return registered + tuple(method for method in unseen if method.type in BETA_TYPES)


class _Watch:
    """Keeps an eye on what the person registers while the run waits for Graph.

    Graph deletes by id alone, and a phone registered anew has the id of the one before, and no date.
    """

    def __init__(self, directory: Methods, person: Registered, patience: Patience) -> None:
        self.person = person
        self._directory = directory
        self._patience = patience
        self._looked_at = min(person.looked_at, patience.clock())

    def anew(self) -> "_Watch":
        """Return this, after a look at the methods."""
        self._looked_at = self._patience.clock()
        return self

    async def is_outdated(self, step: Step) -> bool:
        """Return whether something else stands by now where the step's method stood; look again if need be."""
        if step.method.registered_at is not None or self._is_fresh():
            return False
        registered = await _registered(self._directory, self.person, [step.method])
        return not owed([step], registered)

    def _is_fresh(self) -> bool:
        return self._patience.clock() - self._looked_at <= self._patience.trusted


async def _pass(
    directory: Methods, watch: _Watch, steps: Iterable[Step], tell: Tell
) -> tuple[dict[Step, Attempt], tuple[Step, ...]]:
    """Try every step once; return how they went, and which of them may go better later."""
    attempts: dict[Step, Attempt] = {}
    refused_for_now: list[Step] = []
    for step in steps:
        if await watch.is_outdated(step):
            attempts |= not_owed([step], ())
            continue
        change = await _do(directory, watch.person.id, step)
        attempts[step] = _attempt(step, change)
        if change.not_now:
            refused_for_now.append(step)
        if change.done:
            await tell(step, attempts[step])
    return attempts, tuple(refused_for_now)


async def _prefer_another(directory: Methods, user_id: str, candidates: Iterable[RegisteredMethod]) -> str | None:
    """Make one of the candidates the default; return the preference, if any of them can be one."""
    candidates = tuple(candidates)
    if other_default((), candidates, None) is None:
        return None
    preference = other_default((), candidates, await directory.preference(user_id))
    if preference is None:
        return None
    change = await directory.prefer(user_id, preference)
    return preference if change.done else None


async def _do(directory: Methods, user_id: str, step: Step) -> Change:
    if step.act is Act.DEACTIVATE:
        return await directory.deactivate(user_id, step.method)
    return await directory.remove(user_id, step.method)


def _attempt(step: Step, change: Change) -> Attempt:
    if change.done:
        return Attempt(_DONE[step.act], detail=change.detail, request_id=change.request_id)
    if change.absent:
        return Attempt(Result.ALREADY_GONE, request_id=change.request_id)
    why = Why.IS_DEFAULT if "default" in change.detail.lower() else Why.GRAPH_REFUSED
    return Attempt(Result.STILL_REGISTERED, why, change.detail, change.request_id)
