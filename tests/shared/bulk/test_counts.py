"""What is counted of endings, and the table that is made of them."""

import csv
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest

from shared.bulk import sheet
from shared.bulk.bulk import CHUNK, Bulk, BulkStatus, ReachCounts, chunks_of, shown
from shared.bulk.ending import Ending, ReachTold, ending_of_outcome
from shared.bulk.order import MOST, BulkTerms
from shared.bulk.tally import Tally
from shared.caller import Caller
from shared.contract import Action
from shared.delegation import Decision, Effect, Rule
from shared.outcome import ActionOutcome, MethodOutcome, Outcome, PersonNamed, Problem, Result, Status, Why

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
REVOKED = Ending(request_id="a", status="succeeded", reach=ReachTold.STANDARD, rule="standardTarget")
PROTECTED = Ending(request_id="b", status="refused", reach=ReachTold.PROTECTED, rule="targetProtected")
TOO_OLD = Ending(request_id="c", status="refused", code="tooOld")
AWAITED = Ending(request_id="d", status="awaitingApproval", reach=ReachTold.PRIVILEGED, rule="secondPersonNeeded")


def outcome(
    status: Status = Status.SUCCEEDED,
    rule: Rule | None = Rule.STANDARD_TARGET,
    effect: Effect = Effect.ALLOWED,
    problem: Problem | None = None,
    methods: tuple[MethodOutcome, ...] = (),
) -> Outcome:
    """Return how a request ended."""
    decision = Decision(effect, rule, "That is why.") if rule else None
    action = ActionOutcome(action=Action.REQUIRE_REREGISTRATION, status=status, methods=methods)
    return Outcome(
        id="r", status=status, accepted_at=NOW, finished_at=NOW, user=PersonNamed(asked="a", id="id-of-a"),
        decision=decision, problem=problem, actions=(action,),
    )  # fmt: skip


def lines(people: tuple[str, ...], known: dict[int, Ending]) -> list[list[str]]:
    """Return the table of outcomes without its heading."""
    return list(csv.reader(StringIO(sheet.csv_of(people, known).decode("utf-8-sig"))))[1:]


def test_an_ending_tells_what_went_and_what_stayed() -> None:
    """In the words of the outcome, numbers masked as they are there."""
    methods = (
        MethodOutcome(type="phone", id="1", label="mobile +1 ********10", result=Result.REMOVED),
        MethodOutcome(type="fido2", id="2", result=Result.STILL_REGISTERED, why=Why.NOT_SELECTED),
    )

    assert ending_of_outcome(outcome(methods=methods), "r") == Ending(
        request_id="r", status="succeeded", user_id="id-of-a", reach=ReachTold.STANDARD, rule="standardTarget",
        removed=("phone mobile +1 ********10",), left=("fido2",),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "reach"),
    [
        (Rule.STANDARD_TARGET, "standard"),
        (Rule.TARGET_IS_PRIVILEGED, "privileged"),
        (Rule.PRIVILEGED_OPERATOR, "privileged"),
        (Rule.SECOND_PERSON_NEEDED, "privileged"),
        (Rule.TARGET_PROTECTED, "protected"),
        (Rule.TARGET_NOT_FOUND, "unknown"),
        (Rule.SELF, "unknown"),
        (Rule.REQUESTER_LACKS_AUTHORITY, "unknown"),
        (None, "unknown"),
    ],
)
def test_the_rule_tells_the_reach(rule: Rule | None, reach: str) -> None:
    """One that decides before anybody looks at the target tells none."""
    assert ending_of_outcome(outcome(rule=rule), "r").reach == reach


def test_a_refusal_is_counted_by_its_rule_or_its_problem() -> None:
    """So that whoever looks at a dry run sees what would not be done, and why."""
    refused = outcome(Status.REFUSED, Rule.TARGET_PROTECTED, Effect.REFUSED)
    late = outcome(Status.REFUSED, None, problem=Problem(code="tooOld", detail="It is too old."))

    assert [ending_of_outcome(each, "r").refused_by for each in (refused, late, outcome())] == [
        "targetProtected", "tooOld", "",
    ]  # fmt: skip


def test_counts_are_summed_up() -> None:
    """By status, by what refused, and by reach."""
    tally = Tally().and_these([REVOKED, PROTECTED]).and_these([REVOKED, TOO_OLD, AWAITED])

    assert tally == Tally(
        done=5,
        by_status={"awaitingApproval": 1, "refused": 2, "succeeded": 2},
        by_rule={"targetProtected": 1, "tooOld": 1},
        by_reach={"privileged": 1, "protected": 1, "standard": 2, "unknown": 1},
        need_approval=1,
    )


def bulk(**changes: object) -> Bulk:
    """Return a bulk request about a hundred people, of whom fifty took a minute."""
    told = {
        "id": "INC-7", "status": BulkStatus.RUNNING, "terms": BulkTerms(actions=("revokeSessions",)),
        "caller": Caller(id="lee"), "accepted_at": NOW, "people": 100, "duplicates": 0, "content_hash": "",
        "chunks": (50,), "worked": 60.0, "tally": Tally(done=50, by_reach={"standard": 50}),
    }  # fmt: skip
    return Bulk(**{**told, **changes})  # type: ignore[arg-type]


SHOWN = shown(bulk(), NOW)


def test_the_end_is_expected_at_the_pace_until_now() -> None:
    """Time in which it was paused does not count."""
    assert shown(bulk(), NOW).expected_end == NOW + timedelta(minutes=1)


@pytest.mark.parametrize("changes", [{"status": BulkStatus.PAUSED}, {"tally": Tally(done=2)}])
def test_no_end_is_expected_where_nobody_can_tell(changes: dict[str, object]) -> None:
    """Paused, or hardly begun."""
    assert shown(bulk(**changes), NOW).expected_end is None


def test_every_reach_is_told() -> None:
    """A page need not know which of them are missing."""
    assert shown(bulk(), NOW).by_reach == ReachCounts(standard=50, privileged=0, protected=0, unknown=0)


def test_everybody_has_a_line_in_the_order_in_which_they_were_sent() -> None:
    """Whoever was not come to as well."""
    table = lines(("a@contoso.com", "b@contoso.com"), {1: REVOKED})

    assert [line[:3] for line in table] == [["a@contoso.com", "", "notDone"], ["b@contoso.com", "", "succeeded"]]


def test_a_cell_is_no_formula() -> None:
    """A name is somebody else's text, and a spreadsheet runs what begins like this."""
    table = lines(("=cmd@contoso.com",), {0: Ending(request_id="r", status="failed", detail="+1 is no number")})

    assert (table[0][0], table[0][8]) == ("'=cmd@contoso.com", "'+1 is no number")


def test_people_are_kept_in_chunks() -> None:
    """So that ten thousand fit into one transaction; the last one has whoever is left."""
    people = tuple(str(number) for number in range(CHUNK + 1))
    one = bulk(people=len(people), chunks=(CHUNK - 1, 0))

    assert [len(chunk) for chunk in chunks_of(people)] == [CHUNK, 1] == [one.size(0), one.size(1)]
    assert one.unfinished == (0, 1)
    assert bulk(people=len(people), chunks=(CHUNK, 1)).unfinished == ()


def test_the_most_people_fit_into_one_transaction() -> None:
    """Of a hundred rows, one of which is the bulk request itself."""
    assert len(chunks_of(("x",) * MOST)) < 100
