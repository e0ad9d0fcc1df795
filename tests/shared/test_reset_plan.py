"""The plan of a reset: which methods go, in which order, what a later run still owes, and what is said at the end."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.methods import DEFAULTS, PASSWORD, PORTAL_TYPES, MethodType, RegisteredMethod
from shared.outcome import MethodOutcome, Result, Why
from shared.reset_plan import (
    Act,
    Attempt,
    Selection,
    Step,
    foreseen,
    not_owed,
    other_default,
    owed,
    plan,
    registered_since,
    settle,
    stopped,
    tolerated,
)

ACCEPTED: Final = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
BEFORE: Final = ACCEPTED - timedelta(days=400)
LATER: Final = ACCEPTED + timedelta(seconds=1)

MOBILE: Final = RegisteredMethod(type="phone", id="m", digest="1", phone_type="mobile", label="mobile +1 ********55")
ALTERNATE: Final = RegisteredMethod(type="phone", id="a", digest="2", phone_type="alternateMobile")
OFFICE: Final = RegisteredMethod(type="phone", id="o", digest="3", phone_type="office")
APP: Final = RegisteredMethod(type="microsoftAuthenticator", id="app", registered_at=BEFORE, label="iPhone 14")
CODES: Final = RegisteredMethod(type="softwareOath", id="codes", registered_at=BEFORE)
TOKEN: Final = RegisteredMethod(type="hardwareOath", id="token", label="GALT11420104")
IDLE_TOKEN: Final = RegisteredMethod(type="hardwareOath", id="idle", active=False)
KEY: Final = RegisteredMethod(type="fido2", id="key", registered_at=BEFORE, label="Red key")
HELLO: Final = RegisteredMethod(type="windowsHelloForBusiness", id="hello", registered_at=BEFORE)
MAIL: Final = RegisteredMethod(type="email", id="mail", digest="4", label="a***@contoso.com")
PASS: Final = RegisteredMethod(type="temporaryAccessPass", id="pass", registered_at=LATER)
SECRET: Final = RegisteredMethod(type=PASSWORD, id="28c10230-6103-485e-b985-444c60001490")
PALM: Final = RegisteredMethod(type="palm", id="palm", registered_at=BEFORE)

EVERYTHING: Final = (SECRET, MOBILE, ALTERNATE, OFFICE, APP, CODES, TOKEN, IDLE_TOKEN, KEY, HELLO, MAIL, PASS, PALM)


def _remove(*methods: RegisteredMethod) -> tuple[Step, ...]:
    return tuple(Step(method, Act.REMOVE) for method in methods)


def _deactivate(*methods: RegisteredMethod) -> tuple[Step, ...]:
    return tuple(Step(method, Act.DEACTIVATE) for method in methods)


# --- what goes -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        pytest.param(
            "portal",
            _remove(ALTERNATE, OFFICE, APP, CODES) + _deactivate(TOKEN, IDLE_TOKEN) + _remove(MOBILE),
            id="what the portal's button takes",
        ),
        pytest.param(
            "all",
            _remove(ALTERNATE, OFFICE, APP, CODES, TOKEN, IDLE_TOKEN, KEY, HELLO, MAIL, MOBILE),
            id="all that can be deleted",
        ),
        pytest.param((MethodType.FIDO2, MethodType.EMAIL), _remove(KEY, MAIL), id="a list of types"),
        pytest.param((MethodType.HARDWARE_OATH,), _deactivate(TOKEN, IDLE_TOKEN), id="hardware tokens by name"),
        pytest.param((MethodType.EXTERNAL,), (), id="a type that the person does not have"),
    ],
)
def test_a_selection_tells_what_goes(selection: Selection, expected: tuple[Step, ...]) -> None:
    """What is selected goes; a hardware token is unassigned only where everything is to go, and else deactivated."""
    assert expected == plan(EVERYTHING, selection, ACCEPTED, None)


@pytest.mark.parametrize(
    ("registered_at", "expected"),
    [
        pytest.param(BEFORE, False, id="long before"),
        pytest.param(ACCEPTED, False, id="at that moment"),
        pytest.param(LATER, True, id="later"),
        pytest.param(None, False, id="Graph does not say when"),
    ],
)
def test_what_was_registered_after_the_request_was_accepted_stays(
    registered_at: datetime | None, *, expected: bool
) -> None:
    """A method newer than the request is never planned, as far as Graph dates it."""
    method = RegisteredMethod(type="fido2", id="key", registered_at=registered_at)
    steps = () if expected else _remove(method)

    assert (expected, steps) == (registered_since(method, ACCEPTED), plan([method], "all", ACCEPTED, None))


# --- in which order --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("registered", "preference", "expected"),
    [
        pytest.param((MOBILE, APP, CODES), None, (APP, CODES, MOBILE), id="default not known"),
        pytest.param((MOBILE, APP, CODES), "telepathy", (APP, CODES, MOBILE), id="default of an unknown kind"),
        pytest.param((APP, MOBILE, CODES), "push", (CODES, MOBILE, APP), id="Authenticator is the default"),
        pytest.param((CODES, APP, TOKEN), "oath", (APP, CODES, TOKEN), id="codes are the default"),
        pytest.param((MOBILE, ALTERNATE, APP), "sms", (ALTERNATE, APP, MOBILE), id="text messages are the default"),
        pytest.param((MOBILE, ALTERNATE), "voiceMobile", (ALTERNATE, MOBILE), id="calls are the default"),
        pytest.param((OFFICE, MOBILE, ALTERNATE), "voiceOffice", (ALTERNATE, MOBILE, OFFICE), id="office phone"),
        pytest.param(
            (ALTERNATE, MOBILE, APP), "voiceAlternateMobile", (APP, MOBILE, ALTERNATE), id="alternate mobile phone"
        ),
        pytest.param((MOBILE, ALTERNATE), "push", (ALTERNATE, MOBILE), id="alternate mobile before mobile"),
    ],
)
def test_the_default_goes_last_and_the_alternate_mobile_before_the_mobile(
    registered: tuple[RegisteredMethod, ...], preference: str | None, expected: tuple[RegisteredMethod, ...]
) -> None:
    """The order is the one in which Graph lets methods go; beyond that, as they were listed."""
    assert expected == tuple(step.method for step in plan(registered, "all", ACCEPTED, preference))


@pytest.mark.parametrize(
    ("refused", "registered", "preference", "expected"),
    [
        pytest.param((APP,), (APP, KEY, MOBILE), "push", "sms", id="a phone that stays"),
        pytest.param((APP,), (APP, OFFICE, CODES), "push", "voiceOffice", id="the first of those that stay"),
        pytest.param((MOBILE, APP), (MOBILE, APP, CODES), "push", "oath", id="one that stays before one that goes"),
        pytest.param(
            (MOBILE, ALTERNATE),
            (MOBILE, ALTERNATE, KEY),
            "voiceAlternateMobile",
            "sms",
            id="the mobile, which waits for the alternate one",
        ),
        pytest.param((MOBILE,), (MOBILE, KEY, HELLO), "sms", None, id="no call to the phone that has to go"),
        pytest.param((CODES,), (CODES, TOKEN), "oath", None, id="nothing of the same kind"),
        pytest.param((APP,), (APP, IDLE_TOKEN), "push", None, id="no token that is not active"),
        pytest.param((APP,), (APP, PALM, SECRET, MAIL), "push", None, id="nothing that cannot be a default"),
        pytest.param((MOBILE, APP), (MOBILE, APP), None, "sms", id="default not known"),
        pytest.param((), (), "push", None, id="nothing refused, nothing there"),
    ],
)
def test_another_method_can_take_the_place_of_a_default_that_has_to_go(
    refused: tuple[RegisteredMethod, ...],
    registered: tuple[RegisteredMethod, ...],
    preference: str | None,
    expected: str | None,
) -> None:
    """Rather one that stays than one that goes too, never what is the default already or cannot be it."""
    assert expected == other_default(_remove(*refused), registered, preference)


# --- what a later run owes -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("registered", "expected"),
    [
        pytest.param((MOBILE, APP, TOKEN), _remove(MOBILE, APP) + _deactivate(TOKEN), id="nothing done yet"),
        pytest.param((APP, TOKEN), _remove(APP) + _deactivate(TOKEN), id="the phone is gone"),
        pytest.param(
            (msgspec.structs.replace(MOBILE, digest="other"), APP, TOKEN),
            _remove(APP) + _deactivate(TOKEN),
            id="a phone registered anew under the same id",
        ),
        pytest.param(
            (MOBILE, msgspec.structs.replace(APP, registered_at=LATER), TOKEN),
            _remove(MOBILE) + _deactivate(TOKEN),
            id="an Authenticator registered anew",
        ),
        pytest.param(
            (MOBILE, APP, msgspec.structs.replace(TOKEN, active=False)),
            _remove(MOBILE, APP),
            id="the token is deactivated",
        ),
        pytest.param(
            (msgspec.structs.replace(MOBILE, label="renamed"), KEY),
            _remove(MOBILE),
            id="other words for the same phone, and something new",
        ),
        pytest.param((), (), id="nothing left"),
    ],
)
def test_a_later_run_owes_what_is_still_there_unchanged(
    registered: tuple[RegisteredMethod, ...], expected: tuple[Step, ...]
) -> None:
    """Only a step of the plan is done, and only on the very registration it was planned for."""
    assert expected == owed(_remove(MOBILE, APP) + _deactivate(TOKEN), registered)


def test_an_inactive_token_goes_where_everything_goes() -> None:
    """Deactivated already is done where a token is to be deactivated, and not where it is to be unassigned."""
    assert (_remove(IDLE_TOKEN), ()) == (
        owed(_remove(IDLE_TOKEN), [IDLE_TOKEN]),
        owed(_deactivate(IDLE_TOKEN), [IDLE_TOKEN]),
    )


def test_what_is_not_owed_was_done_before() -> None:
    """A planned method which is no longer there is gone already; a token is deactivated."""
    steps = _remove(MOBILE, APP) + _deactivate(TOKEN)
    expected = {
        Step(MOBILE, Act.REMOVE): Attempt(Result.ALREADY_GONE),
        Step(TOKEN, Act.DEACTIVATE): Attempt(Result.DEACTIVATED),
    }

    assert expected == not_owed(steps, _remove(APP))


def test_a_plan_that_is_not_to_be_finished_says_where_it_stopped() -> None:
    """What an earlier run has done stays said as done, and the rest as still registered."""
    halt = Attempt(Result.STILL_REGISTERED, Why.STOPPED, "An earlier run ended before its turn, and no later one may.")
    expected = {Step(APP, Act.REMOVE): Attempt(Result.ALREADY_GONE), Step(MOBILE, Act.REMOVE): halt}

    assert expected == stopped(iter(_remove(APP, MOBILE)), iter([MOBILE, KEY]))


def test_a_dry_run_says_what_each_step_would_come_to() -> None:
    """Nothing is done, and every step is answered."""
    expected = {
        Step(APP, Act.REMOVE): Attempt(Result.WOULD_BE_REMOVED),
        Step(TOKEN, Act.DEACTIVATE): Attempt(Result.WOULD_BE_DEACTIVATED),
    }

    assert expected == foreseen(_remove(APP) + _deactivate(TOKEN))


# --- what is said at the end -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("attempts", "left", "selection", "expected"),
    [
        pytest.param(
            {Step(MOBILE, Act.REMOVE): Attempt(Result.REMOVED, request_id="graph-1")},
            [SECRET],
            "portal",
            [
                MethodOutcome(type="phone", id="m", label="mobile +1 ********55", result=Result.REMOVED),
            ],
            id="removed, and the password is no matter of the desk",
        ),
        pytest.param(
            {Step(APP, Act.REMOVE): Attempt(Result.REMOVED)},
            [APP],
            "portal",
            [
                MethodOutcome(
                    type="microsoftAuthenticator",
                    id="app",
                    label="iPhone 14",
                    result=Result.STILL_REGISTERED,
                    why=Why.NOT_YET_GONE,
                    detail="Graph accepted the deletion and still lists it.",
                ),
            ],
            id="deleted and still listed",
        ),
        pytest.param(
            {Step(APP, Act.REMOVE): Attempt(Result.ALREADY_GONE)},
            [APP],
            "portal",
            [
                MethodOutcome(
                    type="microsoftAuthenticator",
                    id="app",
                    label="iPhone 14",
                    result=Result.STILL_REGISTERED,
                    why=Why.NOT_YET_GONE,
                    detail="Graph accepted the deletion and still lists it.",
                ),
            ],
            id="not found and still listed",
        ),
        pytest.param(
            {Step(CODES, Act.REMOVE): Attempt(Result.STILL_REGISTERED, Why.IS_DEFAULT, "It is the default.")},
            [CODES],
            "portal",
            [
                MethodOutcome(
                    type="softwareOath",
                    id="codes",
                    result=Result.STILL_REGISTERED,
                    why=Why.IS_DEFAULT,
                    detail="It is the default.",
                ),
            ],
            id="refused, in Graph's words",
        ),
        pytest.param(
            {Step(CODES, Act.REMOVE): Attempt(Result.STILL_REGISTERED, Why.IS_DEFAULT, "It is the default.")},
            [],
            "portal",
            [MethodOutcome(type="softwareOath", id="codes", result=Result.ALREADY_GONE)],
            id="refused, and gone all the same",
        ),
        pytest.param(
            {Step(TOKEN, Act.DEACTIVATE): Attempt(Result.DEACTIVATED)},
            [msgspec.structs.replace(TOKEN, active=False)],
            "portal",
            [MethodOutcome(type="hardwareOath", id="token", label="GALT11420104", result=Result.DEACTIVATED)],
            id="a deactivated token stays assigned",
        ),
        pytest.param(
            {Step(MOBILE, Act.REMOVE): Attempt(Result.REMOVED)},
            [msgspec.structs.replace(MOBILE, digest="other", label="mobile +1 ********77")],
            "portal",
            [
                MethodOutcome(type="phone", id="m", label="mobile +1 ********55", result=Result.REMOVED),
                MethodOutcome(
                    type="phone",
                    id="m",
                    label="mobile +1 ********77",
                    result=Result.STILL_REGISTERED,
                    why=Why.REGISTERED_SINCE,
                    detail="Registered after the request was accepted.",
                ),
            ],
            id="removed, and another number registered since under the same id",
        ),
        pytest.param(
            {},
            [KEY, PALM],
            "portal",
            [
                MethodOutcome(
                    type="fido2", id="key", label="Red key", result=Result.STILL_REGISTERED, why=Why.NOT_SELECTED
                ),
                MethodOutcome(
                    type="palm",
                    id="palm",
                    result=Result.STILL_REGISTERED,
                    why=Why.UNKNOWN_TYPE,
                    detail="Microsoft has added a type which this desk does not know yet.",
                ),
            ],
            id="what was not asked for, and what the desk does not know",
        ),
        pytest.param({}, [], "all", [], id="nobody had any"),
    ],
)
def test_every_method_is_accounted_for(
    attempts: Mapping[Step, Attempt],
    left: list[RegisteredMethod],
    selection: Selection,
    expected: list[MethodOutcome],
) -> None:
    """What became of the planned methods, checked against what is registered at the end, and what else is there."""
    assert tuple(expected) == settle(attempts, iter(left), selection, ACCEPTED)


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        pytest.param("portal", {Why.NOT_SELECTED, Why.REGISTERED_SINCE, Why.UNKNOWN_TYPE}, id="portal"),
        pytest.param((MethodType.PHONE,), {Why.NOT_SELECTED, Why.REGISTERED_SINCE, Why.UNKNOWN_TYPE}, id="a list"),
        pytest.param("all", {Why.NOT_SELECTED, Why.REGISTERED_SINCE}, id="all"),
    ],
)
def test_an_unknown_type_is_a_failure_only_where_all_was_to_go(selection: Selection, expected: set[Why]) -> None:
    """What was not selected, or came later, may stay; a type the desk does not know may too, unless all was asked."""
    assert expected == tolerated(selection)


# --- for any person --------------------------------------------------------------------------------------------------

TYPES: Final = st.sampled_from([*MethodType, PASSWORD, "palm", ""])
TIMES: Final = st.none() | st.sampled_from([BEFORE, ACCEPTED, LATER])
PHONES: Final = st.builds(
    RegisteredMethod,
    type=st.just("phone"),
    id=st.sampled_from("mao"),
    digest=st.sampled_from("12"),
    phone_type=st.sampled_from(["mobile", "alternateMobile", "office"]),
)
OTHERS: Final = st.builds(
    RegisteredMethod,
    type=TYPES.map(str),
    id=st.sampled_from("xyz"),
    registered_at=TIMES,
    digest=st.sampled_from(["", "1"]),
    label=st.sampled_from(["", "one"]),
    active=st.booleans(),
)
REGISTERED: Final = st.lists(PHONES | OTHERS, max_size=8, unique_by=lambda method: (method.type, method.id)).map(tuple)
TYPE_LISTS: Final = st.lists(st.sampled_from(MethodType), min_size=1, max_size=3)
SELECTIONS: Final[st.SearchStrategy[Selection]] = st.one_of(st.just("portal"), st.just("all"), TYPE_LISTS.map(tuple))
PREFERENCES: Final = st.none() | st.sampled_from([*DEFAULTS, "none"])
ATTEMPTS: Final = st.builds(Attempt, result=st.sampled_from(Result), why=st.none() | st.sampled_from(Why))


@settings(max_examples=100, deadline=None)
@given(REGISTERED, SELECTIONS, PREFERENCES)
def test_a_plan_has_all_that_is_selected_and_nothing_else(
    registered: tuple[RegisteredMethod, ...], selection: Selection, preference: str | None
) -> None:
    """Never what came after the request, never a password, never an unknown type; and each of the rest once."""
    wanted = {"all": frozenset(MethodType), "portal": PORTAL_TYPES}.get(str(selection), frozenset(selection))
    expected = [
        method for method in registered if method.type in wanted and (method.registered_at or BEFORE) <= ACCEPTED
    ]
    planned = [step.method for step in plan(registered, selection, ACCEPTED, preference)]

    assert sorted(expected, key=registered.index) == sorted(planned, key=registered.index)


@settings(max_examples=100, deadline=None)
@given(REGISTERED, SELECTIONS, PREFERENCES)
def test_a_plan_is_in_an_order_that_graph_allows(
    registered: tuple[RegisteredMethod, ...], selection: Selection, preference: str | None
) -> None:
    """No default before another method, and no mobile before an alternate mobile which is not the default itself."""
    default = DEFAULTS.get(preference or "", frozenset())
    planned = [step.method for step in plan(registered, selection, ACCEPTED, preference)]
    is_default = [(method.type, method.phone_type) in default for method in planned]
    phones = [
        method.phone_type
        for method, last in zip(planned, is_default, strict=True)
        if method.phone_type == "mobile" or (method.phone_type == "alternateMobile" and not last)
    ]

    assert (sorted(is_default), sorted(phones)) == (is_default, phones)


@settings(max_examples=80, deadline=None)
@given(REGISTERED, REGISTERED, SELECTIONS)
def test_nothing_is_owed_on_a_later_registration(
    before: tuple[RegisteredMethod, ...], now: tuple[RegisteredMethod, ...], selection: Selection
) -> None:
    """Whatever happened in between, each owed step's method is there now with the fingerprint it was planned with."""
    steps = plan(before, selection, ACCEPTED, None)
    fingerprints = {(method.type, method.id, method.registered_at, method.digest) for method in now}
    left = owed(steps, now)

    assert left == tuple(
        step
        for step in left
        if step in steps
        and (step.method.type, step.method.id, step.method.registered_at, step.method.digest) in fingerprints
    )


@settings(max_examples=80, deadline=None)
@given(REGISTERED, REGISTERED, SELECTIONS)
def test_every_step_is_owed_or_done(
    before: tuple[RegisteredMethod, ...], now: tuple[RegisteredMethod, ...], selection: Selection
) -> None:
    """A later run accounts for the whole plan: what it owes, and what was done before, with nothing in both."""
    steps = plan(before, selection, ACCEPTED, None)
    left = owed(steps, now)

    assert sorted(steps, key=steps.index) == sorted([*left, *not_owed(steps, left)], key=steps.index)


@settings(max_examples=80, deadline=None)
@given(REGISTERED, REGISTERED, SELECTIONS, st.data())
def test_each_method_is_mentioned_once(
    before: tuple[RegisteredMethod, ...], now: tuple[RegisteredMethod, ...], selection: Selection, data: st.DataObject
) -> None:
    """Every planned method has one entry, and so has every other registration but a password."""
    attempts = {step: data.draw(ATTEMPTS) for step in plan(before, selection, ACCEPTED, None)}
    planned = [step.method for step in attempts]
    others = [method for method in now if method.type != PASSWORD and not any(method.is_still(one) for one in planned)]

    assert [(method.type, method.id) for method in planned + others] == [
        (outcome.type, outcome.id) for outcome in settle(attempts, now, selection, ACCEPTED)
    ]


@settings(max_examples=80, deadline=None)
@given(REGISTERED, REGISTERED, SELECTIONS, st.data())
def test_nothing_is_said_to_be_gone_which_is_there(
    before: tuple[RegisteredMethod, ...], now: tuple[RegisteredMethod, ...], selection: Selection, data: st.DataObject
) -> None:
    """What Graph lists at the end is never called removed, whatever Graph had said to the deletion."""
    attempts = {step: data.draw(ATTEMPTS) for step in plan(before, selection, ACCEPTED, None)}
    outcomes = settle(attempts, now, selection, ACCEPTED)
    gone = {Result.REMOVED, Result.ALREADY_GONE}
    there = [any(step.method.is_still(method) for method in now) for step in attempts]

    assert not any(
        present and outcome.result in gone for present, outcome in zip(there, outcomes[: len(there)], strict=True)
    )


@settings(max_examples=100, deadline=None)
@given(REGISTERED, SELECTIONS)
def test_a_plan_is_read_back_from_the_ledger_as_it_was(
    registered: tuple[RegisteredMethod, ...], selection: Selection
) -> None:
    """A run that goes on with a recorded plan has equal steps, with equal hashes."""
    steps = plan(registered, selection, ACCEPTED, None)
    recorded = msgspec.json.decode(msgspec.json.encode(steps), type=tuple[Step, ...])

    assert (steps, [hash(step) for step in steps]) == (recorded, [hash(step) for step in recorded])


def test_a_phone_that_an_earlier_run_removed_was_registered_again() -> None:
    """A phone has no date: with the same number it is the same to look at, and a newer one all the same."""
    phone = RegisteredMethod(type="phone", id="mobile-id", digest="0123", phone_type="mobile")
    step = Step(phone, Act.REMOVE)

    told = settle({step: Attempt(Result.REMOVED)}, [phone], "portal", ACCEPTED, frozenset({step}))

    assert [(method.result, method.why) for method in told] == [
        (Result.REMOVED, None),
        (Result.STILL_REGISTERED, Why.REGISTERED_SINCE),
    ]


def test_what_is_older_than_the_request_and_was_not_planned_is_no_success() -> None:
    """Graph did not show it when the request was planned; it is not called newer than it is."""
    token = RegisteredMethod(type="hardwareOath", id="token-id", registered_at=ACCEPTED - timedelta(days=400))

    (told,) = settle({}, [token], "portal", ACCEPTED)

    assert (told.result, told.why, told.detail) == (
        Result.STILL_REGISTERED,
        Why.NOT_PLANNED,
        "It is older than the request, and was not seen when that was planned.",
    )
    assert Why.NOT_PLANNED not in tolerated("portal")
