"""The figures of a day, and the lists that deserve a look."""

from datetime import timedelta
from typing import Any, Final

import pytest
from msgspec.structs import replace

from shared.audit.history_line import (
    Actor,
    Deed,
    HistoryLine,
    Kind,
    Method,
    Party,
    Person,
    Registration,
    Standing,
    Through,
)
from shared.delegation import Rule
from shared.outcome import Approval, PersonNamed, Problem, Status, Verdict
from shared.record import RequestSummary
from shared.report.figures import (
    ApprovalTold,
    DayCount,
    Figures,
    Repeat,
    Rules,
    Soon,
    Tally,
    Unregistered,
    count,
    figures,
    outside_the_desk,
)
from tests.shared.report.invented import DAY

NOON: Final = DAY.since + timedelta(hours=12)
ADA: Final = Person(id="ada-id", user_principal_name="ada@contoso.com")
BOB: Final = Person(id="bob-id", user_principal_name="bob@contoso.com")
KIM: Final = Actor(party=Party.PERSON, id="kim-id", name="kim@contoso.com")
LEE: Final = Actor(party=Party.PERSON, id="lee-id", name="lee@contoso.com")
REMOVED: Final = Deed(kind=Kind.METHODS_REMOVED, methods=(Method("phone"),))
REVOKED: Final = Deed(kind=Kind.SESSIONS_REVOKED)


def line(id_: str = "1", hours: float = 0, **changes: Any) -> HistoryLine:
    """Return a reset of Ada's by the desk, for Kim, so many hours after noon."""
    at = NOON + timedelta(hours=hours)
    usual: dict[str, Any] = {
        "person": ADA,
        "deeds": (REMOVED, REVOKED),
        "standing": Standing.MATCHED,
        "through": Through.DESK,
        "asked_by": KIM,
        "result": Status.SUCCEEDED,
    }
    return HistoryLine(id=id_, at=at, until=at, **{**usual, **changes})


def request(id_: str, status: Status, **changes: Any) -> RequestSummary:
    """Return a request of that noon."""
    return RequestSummary(id=id_, status=status, accepted_at=NOON, **changes)


def told(*lines: HistoryLine, requests: tuple[RequestSummary, ...] = (), rules: Rules | None = None) -> Figures:
    """Return the figures of these."""
    return figures(DAY, lines, requests, rules or Rules())


OUTSIDE: Final[dict[str, Any]] = {"standing": Standing.OUTSIDE_DESK, "through": Through.PORTAL_OR_TOOL, "asked_by": LEE}
OWN: Final[dict[str, Any]] = {
    "standing": Standing.SELF_SERVICE,
    "through": Through.SELF_SERVICE,
    "deeds": (Deed(kind=Kind.METHODS_REGISTERED),),
}


def test_namesakes_are_counted_apart() -> None:
    """An application may be called like anybody; their ids tell them apart."""
    twin = Actor(party=Party.APPLICATION, id="foreign", name="lee@contoso.com")
    outside = {**OUTSIDE, "person": BOB}

    made = told(line("1", **outside), line("2", 1, **outside), line("3", 2, **{**outside, "asked_by": twin}))

    assert (Tally("lee@contoso.com (lee-id)", 2), Tally("lee@contoso.com (foreign)", 1)) == made.initiators


def test_a_day_is_told_in_figures() -> None:
    """Whole, from lines and requests of every kind; what other days have is left out."""
    registered = Registration(NOON + timedelta(hours=1), (Method("fido2"),))
    made = told(
        line("1", afterwards=(registered,)),
        line("2", person=BOB, deeds=(Deed(kind=Kind.PASS_ISSUED), Deed(kind=Kind.PER_USER_MFA_CHANGED))),
        line("3", 2, person=BOB, **OUTSIDE),
        line("4", 3, person=BOB, standing=Standing.ALARM),
        line("5", 1, **OWN),
        line("6", -24),
        line("7", 24),
        requests=(request("A", Status.REFUSED, rule=Rule.SELF), request("B", Status.FAILED)),
    )

    assert (
        Figures(
            resets=3,
            resets_by_desk=1,
            resets_outside=1,
            resets_alarming=1,
            revocations=3,
            passes=1,
            per_user_mfa_changes=1,
            registrations=1,
            outside=1,
            alarms=1,
            failed=1,
            refused=1,
            rejected=0,
            awaiting_approval=0,
            refusals=(Tally("self", 1),),
            approvals=(),
            requesters=(Tally("kim@contoso.com", 2),),
            initiators=(Tally("lee@contoso.com", 1),),
            soon=(
                Soon(
                    person=ADA,
                    reset="1",
                    reset_at=NOON,
                    reset_by="kim@contoso.com",
                    registered_at=registered.at,
                    after_seconds=3600,
                    methods=(Method("fido2"),),
                ),
            ),
            repeats=(
                Repeat(person=ADA, resets=(NOON, NOON - timedelta(days=1)), asked_by=("kim@contoso.com",)),
                Repeat(
                    person=BOB,
                    resets=(NOON + timedelta(hours=3), NOON + timedelta(hours=2)),
                    asked_by=("kim@contoso.com", "lee@contoso.com"),
                ),
            ),
            unregistered=(
                Unregistered(person=BOB, reset="4", reset_at=NOON + timedelta(hours=3), asked_by="kim@contoso.com"),
            ),
        )
        == made
    )


def test_a_quiet_day_has_no_figures() -> None:
    """Nothing at all is counted as nothing."""
    assert (told().resets, told().repeats, told().requesters) == (0, (), ())


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, DayCount(date=DAY.date, desk=1), id="by the desk"),
        pytest.param({"standing": Standing.UNCONFIRMED}, DayCount(date=DAY.date, desk=1), id="by the ledger alone"),
        pytest.param(OUTSIDE, DayCount(date=DAY.date, outside=1), id="around it"),
        pytest.param({"standing": Standing.ALARM}, DayCount(date=DAY.date, alarms=1), id="an alarm"),
        pytest.param({"standing": Standing.SELF_SERVICE}, DayCount(date=DAY.date), id="by the person"),
        pytest.param({"deeds": (REVOKED,)}, DayCount(date=DAY.date), id="sessions only"),
        pytest.param({"deeds": (replace(REMOVED, failed=True),)}, DayCount(date=DAY.date), id="in vain"),
        pytest.param({"hours": 12}, DayCount(date=DAY.date), id="with the next day's first moment"),
        pytest.param({"hours": -12}, DayCount(date=DAY.date, desk=1), id="with the day's first moment"),
    ],
)
def test_a_day_counts_resets(changes: Any, expected: DayCount) -> None:
    """What is in the chart is what somebody else took away."""
    assert expected == count(DAY, [line(**changes)])


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({**OUTSIDE, "deeds": (REVOKED,)}, 1, id="sessions"),
        pytest.param({**OUTSIDE, "deeds": (replace(REMOVED, failed=True),)}, 1, id="in vain"),
        pytest.param({**OUTSIDE, "deeds": (Deed(kind=Kind.METHODS_REGISTERED),)}, 1, id="a method for somebody else"),
        pytest.param({**OUTSIDE, "deeds": (Deed(kind=Kind.ROLE_GIVEN),)}, 0, id="a role"),
        pytest.param({**OUTSIDE, "deeds": (Deed(kind=Kind.PASSWORD_CHANGED),)}, 0, id="a password"),
        pytest.param({}, 0, id="by the desk"),
    ],
)
def test_what_is_done_to_mfa_around_the_desk_is_pointed_out(changes: Any, expected: int) -> None:
    """What the desk is not there for stands in the list of everything alone."""
    assert expected == len(outside_the_desk([line(**changes)]))


@pytest.mark.parametrize(
    ("reset", "registered", "expected"),
    [
        pytest.param(0, 1, 1, id="an hour later"),
        pytest.param(-24, -1, 1, id="on the day, after a reset of the day before"),
        pytest.param(-14, 10, 1, id="a full day later"),
        pytest.param(-15, 10, 0, id="later than soon"),
        pytest.param(-30, -20, 0, id="on the day before"),
        pytest.param(6, 13, 0, id="on the day after"),
    ],
)
def test_a_method_soon_after_a_reset_is_told_on_the_day_of_its_registration(
    reset: float, registered: float, expected: int
) -> None:
    """Whenever the reset was, as long as it was not long before."""
    afterwards = (Registration(NOON + timedelta(hours=registered)),)

    assert expected == len(told(line(hours=reset, afterwards=afterwards)).soon)


@pytest.mark.parametrize(
    ("earlier", "changes", "expected"),
    [
        pytest.param(-1, {}, 2, id="on the same day"),
        pytest.param(-24 * 6, {}, 2, id="within the week"),
        pytest.param(-24 * 8, {}, 0, id="longer ago"),
        pytest.param(-1, {"person": BOB}, 0, id="somebody else"),
        pytest.param(-1, {"deeds": (REVOKED,)}, 0, id="sessions only"),
        pytest.param(-1, {"person": None}, 0, id="nobody"),
    ],
)
def test_a_reset_soon_after_another_is_a_repeat(earlier: float, changes: Any, expected: int) -> None:
    """Only people who were reset on the day are told."""
    made = told(line("1"), line("2", earlier, **changes)).repeats

    assert expected == sum(len(each.resets) for each in made)


def test_whoever_was_reset_twice_is_looked_at_from_the_last_time_on() -> None:
    """A registration after the first reset went with the second."""
    first = line("1", afterwards=(Registration(NOON + timedelta(minutes=5)),))

    assert [each.reset for each in told(first, line("2", 1)).unregistered] == ["2"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"rule": Rule.SELF}, "self", id="a rule"),
        pytest.param(
            {"rule": Rule.SECOND_PERSON_NEEDED, "problem": Problem(code="approvalExpired", detail="")},
            "approvalExpired",
            id="what happened rather than the rule",
        ),
        pytest.param({}, "unknown", id="nothing on record"),
    ],
)
def test_refusals_are_told_by_rule(changes: Any, expected: str) -> None:
    """A request that waited in vain is told as that."""
    assert (Tally(expected, 1),) == told(requests=(request("A", Status.REFUSED, **changes),)).refusals


def test_the_most_frequent_comes_first() -> None:
    """Ties are in alphabetical order."""
    rules = [Rule.SELF, Rule.TARGET_PROTECTED, Rule.TARGET_PROTECTED, Rule.CANNOT_TELL]
    requests = tuple(request(str(place), Status.REFUSED, rule=rule) for place, rule in enumerate(rules))

    assert [each.name for each in told(requests=requests).refusals] == ["targetProtected", "cannotTell", "self"]


def test_an_approval_is_told_with_how_long_it_took() -> None:
    """On the day of the decision, be the request older."""
    by = PersonNamed(asked="", user_principal_name="pat@contoso.com")
    approval = Approval(verdict=Verdict.APPROVED, by=by, at=NOON, comment="Called back")
    asked = PersonNamed(asked="kim@contoso.com")
    old = replace(
        request("A", Status.SUCCEEDED, approval=approval, requested_by=asked),
        accepted_at=NOON - timedelta(hours=14),
    )
    other = request("B", Status.SUCCEEDED, approval=replace(approval, at=NOON + timedelta(days=1)))

    assert (
        ApprovalTold(
            request_id="A",
            person="",
            asked_by="kim@contoso.com",
            by="pat@contoso.com",
            verdict=Verdict.APPROVED,
            at=NOON,
            waited_seconds=14 * 3600,
            comment="Called back",
        ),
    ) == told(requests=(old, other)).approvals


def test_a_request_counts_on_the_day_on_which_it_ended() -> None:
    """One that came before midnight and was refused after it is the next day's."""
    late = request("A", Status.REFUSED, finished_at=NOON + timedelta(days=1))

    assert (told(requests=(late,)).refused, told(requests=(request("B", Status.REFUSED),)).refused) == (0, 1)
