"""Which methods go, in which order, and what is left: values in, values out."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Literal

import msgspec

from shared.methods import BY_NAME, DEFAULTS, PASSWORD, PORTAL_TYPES, MethodType, RegisteredMethod
from shared.outcome import MethodOutcome, Result, Why

Selection = Literal["portal", "all"] | tuple[MethodType, ...]


class Act(StrEnum):
    """What is done to a method."""

    REMOVE = "remove"
    DEACTIVATE = "deactivate"


class Step(msgspec.Struct, frozen=True):
    """One method, and what is to be done to it."""

    method: RegisteredMethod
    act: Act


class Attempt(msgspec.Struct, frozen=True):
    """How a step went: what Graph said to it."""

    result: Result
    why: Why | None = None
    detail: str = ""
    request_id: str = ""
    """Microsoft's own id of the call."""


Done = Mapping[Step, Attempt]
"""How the steps went that have been tried."""


def plan(
    registered: Iterable[RegisteredMethod], selection: Selection, accepted_at: datetime, preference: str | None
) -> tuple[Step, ...]:
    """Return what is to be done, in the order in which Graph lets it be done.

    Graph refuses to delete the default method while others exist, and a mobile phone while there is an alternate
    mobile. preference is userPreferredMethodForSecondaryAuthentication, which tells the default as far as Graph says.
    What was registered after the request was accepted is not touched.
    """
    chosen = [
        Step(method, _act(method, selection))
        for method in registered
        if _selected(method, selection) and not registered_since(method, accepted_at)
    ]
    return tuple(sorted(chosen, key=_turn(preference)))


def registered_since(method: RegisteredMethod, accepted_at: datetime) -> bool:
    """Return whether the person registered it after the request was accepted, as far as Graph dates it."""
    return method.registered_at is not None and method.registered_at > accepted_at


def owed(steps: Iterable[Step], registered: Iterable[RegisteredMethod]) -> tuple[Step, ...]:
    """Return the steps whose method is still there, and still the one that was planned for."""
    present = {(method.type, method.id): method for method in registered}
    return tuple(
        step
        for step in steps
        if (method := present.get((step.method.type, step.method.id))) is not None
        and step.method.is_still(method)
        and not (step.act is Act.DEACTIVATE and not method.active)
    )


def other_default(
    refused: Iterable[Step], registered: Iterable[RegisteredMethod], preference: str | None
) -> str | None:
    """Return the preference to which the default can be changed, so that a refused default becomes deletable.

    The default, of which preference tells the kind, is among the refused; whatever else is registered and can be a
    default may take its place, rather one that stays than one that is to go as well.
    """
    going = [step.method for step in refused]
    staying = [method for method in registered if not any(method.is_still(one) for one in going)]
    now = _kinds_of(preference)
    kinds = [(BY_NAME.get(method.type), method.phone_type) for method in staying + going if method.active]
    others = (other for kind in kinds if kind not in now for other, defaults in DEFAULTS.items() if kind in defaults)
    return next(others, None)


def not_owed(steps: Iterable[Step], owed: Iterable[Step]) -> dict[Step, Attempt]:
    """Return what an earlier run, or somebody else, has done of the steps already."""
    left = set(owed)
    done = {Act.REMOVE: Result.ALREADY_GONE, Act.DEACTIVATE: Result.DEACTIVATED}
    return {step: Attempt(done[step.act]) for step in steps if step not in left}


def stopped(steps: Iterable[Step], registered: Iterable[RegisteredMethod]) -> Done:
    """Return where the steps stand when the rest of them is not to be done any more."""
    steps = tuple(steps)
    left = owed(steps, registered)
    halt = Attempt(Result.STILL_REGISTERED, Why.STOPPED, "An earlier run ended before its turn, and no later one may.")
    return {**not_owed(steps, left), **dict.fromkeys(left, halt)}


def foreseen(steps: Iterable[Step]) -> dict[Step, Attempt]:
    """Return what the steps would come to: the answer to a dry run."""
    results = {Act.REMOVE: Result.WOULD_BE_REMOVED, Act.DEACTIVATE: Result.WOULD_BE_DEACTIVATED}
    return {step: Attempt(results[step.act]) for step in steps}


def settle(
    attempts: Done,
    registered: Iterable[RegisteredMethod],
    selection: Selection,
    accepted_at: datetime,
    earlier: frozenset[Step] = frozenset(),
) -> tuple[MethodOutcome, ...]:
    """Return what became of every method: of the planned ones, and of those found beside them at the end.

    earlier: the steps that an earlier run has done. A phone has no date; one that is there after that was registered
    again, be it with the same number.
    """
    left = list(registered)
    undated = [step.method for step in earlier if step.method.registered_at is None]
    planned = [step.method for step in attempts if step.method not in undated]
    done = tuple(
        _told(step, attempt) if step.method in undated else _settled(step, attempt, left)
        for step, attempt in attempts.items()
    )
    others = (method for method in left if not any(method.is_still(one) for one in planned))
    return done + tuple(_left_over(method, selection, accepted_at) for method in others if method.type != PASSWORD)


def tolerated(selection: Selection) -> frozenset[Why]:
    """Return the reasons for which a method may rightly stay: of an unknown type it may, unless all were to go."""
    intended = frozenset({Why.NOT_SELECTED, Why.REGISTERED_SINCE})
    return intended if selection == "all" else intended | {Why.UNKNOWN_TYPE}


def _selected(method: RegisteredMethod, selection: Selection) -> bool:
    known = BY_NAME.get(method.type)
    if known is None:
        return False
    if selection == "all":
        return True
    return known in (PORTAL_TYPES if selection == "portal" else selection)


def _act(method: RegisteredMethod, selection: Selection) -> Act:
    """Return what is done to it: a hardware token stays the person's, deactivated, unless everything is to go."""
    token = method.type == MethodType.HARDWARE_OATH
    return Act.DEACTIVATE if token and selection != "all" else Act.REMOVE


def _kinds_of(preference: str | None) -> frozenset[tuple[MethodType, str | None]]:
    """Return of which types, and types of phones, the default is; of none where the preference does not tell."""
    return frozenset() if preference is None else DEFAULTS.get(preference, frozenset())


def _turn(preference: str | None) -> Callable[[Step], tuple[bool, bool]]:
    defaults = _kinds_of(preference)

    def turn(step: Step) -> tuple[bool, bool]:
        method = step.method
        is_default = (BY_NAME[method.type], method.phone_type) in defaults
        return is_default, method.phone_type == "mobile"

    return turn


def _settled(step: Step, attempt: Attempt, left: list[RegisteredMethod]) -> MethodOutcome:
    method = step.method
    there = any(method.is_still(other) for other in left)
    if there and attempt.result in (Result.REMOVED, Result.ALREADY_GONE):
        attempt = Attempt(Result.STILL_REGISTERED, Why.NOT_YET_GONE, "Graph accepted the deletion and still lists it.")
    if not there and attempt.result is Result.STILL_REGISTERED:
        attempt = Attempt(Result.ALREADY_GONE)
    return _told(step, attempt)


def _told(step: Step, attempt: Attempt) -> MethodOutcome:
    method = step.method
    return MethodOutcome(
        type=method.type,
        id=method.id,
        label=method.label,
        result=attempt.result,
        why=attempt.why,
        detail=attempt.detail,
    )


def _left_over(method: RegisteredMethod, selection: Selection, accepted_at: datetime) -> MethodOutcome:
    if method.type not in BY_NAME:
        why, detail = Why.UNKNOWN_TYPE, "Microsoft has added a type which this desk does not know yet."
    elif not _selected(method, selection):
        why, detail = Why.NOT_SELECTED, ""
    elif method.registered_at is not None and not registered_since(method, accepted_at):
        why, detail = Why.NOT_PLANNED, "It is older than the request, and was not seen when that was planned."
    else:
        why, detail = Why.REGISTERED_SINCE, "Registered after the request was accepted."
    return MethodOutcome(
        type=method.type, id=method.id, label=method.label, result=Result.STILL_REGISTERED, why=why, detail=detail
    )
