"""The outcome: how the whole goes when its parts went as they did, and how it reads as JSON."""

from datetime import UTC, datetime
from typing import Final

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.contract import Action
from shared.delegation import Decision, Effect, Rule
from shared.outcome import (
    OPEN,
    ActionOutcome,
    MethodOutcome,
    Outcome,
    PassTold,
    PersonNamed,
    PerUserMfaChange,
    Problem,
    Result,
    Status,
    Why,
    of_methods,
    together,
)

ACCEPTED: Final = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
FINISHED: Final = datetime(2026, 11, 20, 9, 0, 4, tzinfo=UTC)
REMOVED: Final = MethodOutcome(type="phone", id="1", result=Result.REMOVED)
REFUSED: Final = MethodOutcome(type="phone", id="2", result=Result.STILL_REGISTERED, why=Why.IS_DEFAULT)
KEPT: Final = MethodOutcome(type="fido2", id="3", result=Result.STILL_REGISTERED, why=Why.NOT_SELECTED)


def _method(result: Result, why: Why | None = None, *, type_: str = "phone") -> MethodOutcome:
    return MethodOutcome(type=type_, id="m", result=result, why=why)


def _reset(*methods: MethodOutcome) -> ActionOutcome:
    return ActionOutcome(action=Action.REQUIRE_REREGISTRATION, status=Status.SUCCEEDED, methods=methods)


def _ended(*actions: ActionOutcome) -> Outcome:
    at = datetime(2026, 11, 20, tzinfo=UTC)
    return Outcome(id="INC-1", status=Status.SUCCEEDED, accepted_at=at, finished_at=at, actions=actions)


def test_a_request_is_open_while_it_runs_or_waits() -> None:
    """Every other status is an ending."""
    assert {Status.RUNNING, Status.DEFERRED, Status.AWAITING_APPROVAL} == OPEN


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        pytest.param((), Status.SUCCEEDED, id="nothing to do"),
        pytest.param((Status.SUCCEEDED,), Status.SUCCEEDED, id="one success"),
        pytest.param((Status.SUCCEEDED, Status.SUCCEEDED), Status.SUCCEEDED, id="all succeeded"),
        pytest.param((Status.FAILED, Status.FAILED), Status.FAILED, id="all failed"),
        pytest.param((Status.SUCCEEDED, Status.FAILED), Status.PARTIAL, id="some of each"),
        pytest.param((Status.SUCCEEDED, Status.PARTIAL), Status.PARTIAL, id="one in part"),
        pytest.param((Status.PARTIAL,), Status.PARTIAL, id="the only one in part"),
        pytest.param((Status.FAILED, Status.PARTIAL), Status.PARTIAL, id="one failed and one in part"),
    ],
)
def test_the_whole_goes_as_its_parts(parts: tuple[Status, ...], expected: Status) -> None:
    """Succeeded or failed is the whole only if every part is; anything else is partial."""
    assert expected == together(parts)


@pytest.mark.parametrize(
    ("methods", "tolerated", "expected"),
    [
        pytest.param((), frozenset(), Status.SUCCEEDED, id="nobody had any"),
        pytest.param((REMOVED,), frozenset(), Status.SUCCEEDED, id="all gone"),
        pytest.param((REMOVED, REFUSED), frozenset(), Status.PARTIAL, id="one refused"),
        pytest.param((REFUSED,), frozenset(), Status.FAILED, id="the only one refused"),
        pytest.param((REMOVED, KEPT), frozenset({Why.NOT_SELECTED}), Status.SUCCEEDED, id="one rightly kept"),
        pytest.param((REFUSED, KEPT), frozenset({Why.NOT_SELECTED}), Status.FAILED, id="what is kept makes no success"),
        pytest.param((KEPT,), frozenset({Why.NOT_SELECTED}), Status.SUCCEEDED, id="only what is rightly kept"),
        pytest.param((REMOVED, KEPT), frozenset(), Status.PARTIAL, id="one kept that was to go"),
    ],
)
def test_a_reregistration_goes_as_its_methods(
    methods: tuple[MethodOutcome, ...], tolerated: frozenset[Why], expected: Status
) -> None:
    """What is still registered counts as a failure, unless it may rightly stay."""
    assert expected == of_methods(methods, tolerated)


@pytest.mark.parametrize("result", [result for result in Result if result is not Result.STILL_REGISTERED])
def test_all_but_still_registered_is_a_success(result: Result) -> None:
    """A method which is gone, deactivated, or would be, is as it should be."""
    assert of_methods((MethodOutcome(type="phone", id="1", result=result),), frozenset()) is Status.SUCCEEDED


def test_an_outcome_says_only_what_there_is_to_say() -> None:
    """As JSON, what has no value is left out: no null, no empty text or list."""
    outcome = Outcome(id="INC-1", status=Status.SUCCEEDED, accepted_at=ACCEPTED, finished_at=FINISHED)
    expected = (
        b'{"id":"INC-1","status":"succeeded","acceptedAt":"2026-11-20T09:00:00Z","finishedAt":"2026-11-20T09:00:04Z"}'
    )

    assert expected == msgspec.json.encode(outcome)


PEOPLE: Final = st.none() | st.builds(PersonNamed, asked=st.text(), id=st.text(), display_name=st.text())
METHODS: Final = st.builds(
    MethodOutcome,
    type=st.text(),
    id=st.text(),
    label=st.text(),
    result=st.sampled_from(Result),
    why=st.none() | st.sampled_from(Why),
)
ACTIONS: Final = st.builds(
    ActionOutcome,
    action=st.sampled_from(Action),
    status=st.sampled_from(Status),
    methods=st.lists(METHODS, max_size=2).map(tuple),
)
TIMES: Final = st.datetimes(min_value=datetime(2020, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the zone follows
OUTCOMES: Final = st.builds(
    Outcome,
    id=st.text(),
    status=st.sampled_from(Status),
    accepted_at=TIMES,
    finished_at=TIMES,
    dry_run=st.booleans(),
    user=PEOPLE,
    requested_by=PEOPLE,
    decision=st.none() | st.just(Decision(Effect.REFUSED, Rule.SELF, "Nobody resets themselves.")),
    actions=st.lists(ACTIONS, max_size=2).map(tuple),
    problem=st.none() | st.builds(Problem, code=st.text(), detail=st.text(), field=st.none() | st.text()),
    message_id=st.none() | st.text(),
    graph_request_ids=st.lists(st.text(), max_size=2).map(tuple),
)


@settings(max_examples=100, deadline=None)
@given(OUTCOMES)
def test_an_outcome_is_read_back_from_the_ledger_as_it_was(outcome: Outcome) -> None:
    """What is left out as empty is empty again when the ledger's JSON is read."""
    assert outcome == msgspec.json.decode(msgspec.json.encode(outcome), type=Outcome)


def _nothings(value: object) -> int:
    if isinstance(value, dict):
        return sum(_nothings(part) for part in value.values())
    if isinstance(value, list):
        return sum(_nothings(part) for part in value)
    return value is None


@settings(max_examples=100, deadline=None)
@given(OUTCOMES)
def test_no_outcome_has_a_null_in_it(outcome: Outcome) -> None:
    """A receiver never meets a field without a value."""
    assert _nothings(msgspec.json.decode(msgspec.json.encode(outcome))) == 0


@pytest.mark.parametrize(
    ("action", "idle"),
    [
        pytest.param(_reset(_method(Result.REMOVED)), False, id="a method that was removed"),
        pytest.param(_reset(_method(Result.DEACTIVATED)), False, id="one that was deactivated"),
        pytest.param(
            _reset(_method(Result.STILL_REGISTERED, Why.NOT_YET_GONE)), False, id="one that Graph still lists"
        ),
        pytest.param(_reset(_method(Result.STILL_REGISTERED, Why.GRAPH_REFUSED)), True, id="one that Graph kept"),
        pytest.param(_reset(_method(Result.ALREADY_GONE)), True, id="one that was gone"),
        pytest.param(_reset(), True, id="no method at all"),
        pytest.param(ActionOutcome(action=Action.REVOKE_SESSIONS, status=Status.SUCCEEDED), False, id="a revocation"),
        pytest.param(ActionOutcome(action=Action.REVOKE_SESSIONS, status=Status.FAILED), True, id="one that failed"),
        pytest.param(
            ActionOutcome(
                action=Action.SET_PER_USER_MFA,
                status=Status.SUCCEEDED,
                per_user_mfa=PerUserMfaChange(before="enforced", after="disabled"),
            ),
            False,
            id="another state",
        ),
        pytest.param(
            ActionOutcome(
                action=Action.SET_PER_USER_MFA,
                status=Status.SUCCEEDED,
                per_user_mfa=PerUserMfaChange(before="disabled"),
            ),
            True,
            id="the same state",
        ),
        pytest.param(
            ActionOutcome(
                action=Action.ISSUE_TEMPORARY_ACCESS_PASS, status=Status.SUCCEEDED, issued=PassTold(id="pass")
            ),
            False,
            id="a pass",
        ),
    ],
)
def test_an_action_that_changed_nothing_is_idle(action: ActionOutcome, *, idle: bool) -> None:
    """The audit log will have nothing to tell of it."""
    assert ((action.action,) if idle else ()) == _ended(action).idle


def test_the_types_that_a_reset_tried_are_known() -> None:
    """Whatever came of it; what it left alone is none of them, and without a reset nothing is known."""
    reset = _reset(
        _method(Result.REMOVED, type_="phone"),
        _method(Result.STILL_REGISTERED, Why.GRAPH_REFUSED, type_="email"),
        _method(Result.STILL_REGISTERED, Why.NOT_SELECTED, type_="fido2"),
    )

    assert _ended(reset).types_tried == ("email", "phone")
    assert _ended(ActionOutcome(action=Action.REVOKE_SESSIONS, status=Status.SUCCEEDED)).types_tried is None
