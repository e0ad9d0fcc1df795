"""Where a page of history begins, and how far beside it one looks."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from shared.audit import keys
from shared.audit.stretch import APART, cut, key_of, widened
from shared.outcome import Approval, Status, Verdict
from tests.shared.audit.recorded import LEE, NOON, named, request

DAYS = timedelta(days=2)
MINUTE = timedelta(minutes=1)


def minutes(*ago: float) -> list[datetime]:
    """Return the times so many minutes before noon."""
    return [NOON - timedelta(minutes=each) for each in ago]


@pytest.mark.parametrize(
    ("ago", "expected"),
    [
        pytest.param((0, 1, 60, 61), 8, id="before what is behind a pause, with room for clocks"),
        pytest.param((0, 60, 120), 67, id="at the last pause"),
        pytest.param((0, 5, 10), 5, id="without a pause behind the oldest, of whose moment there may be more"),
        pytest.param((0, 5, 10, 10), 5, id="of whose moment there are more"),
        pytest.param((10, 10), 10, id="all of one moment"),
    ],
)
def test_a_page_begins_between_two_acts(ago: tuple[float, ...], expected: float) -> None:
    """What follows is on the next page."""
    assert cut(minutes(*ago)) == NOON - timedelta(minutes=expected)


def test_a_continuation_leads_to_where_the_page_began() -> None:
    """Behind every event of that moment."""
    key = key_of(NOON)

    assert (keys.is_found_key(key), keys.time_of(key)) == (True, NOON)
    assert keys.found_key(NOON, keys.day_key(NOON, "any")) < key
    assert key < keys.found_key(NOON - timedelta(microseconds=1), keys.day_key(NOON, "any"))


@pytest.mark.parametrize(
    ("asked", "before", "behind"),
    [
        pytest.param({"seconds": 60, "until": 90}, 0, 0, id="one within"),
        pytest.param({"seconds": -7200, "until": 90}, 120, 0, id="one that had begun"),
        pytest.param({"seconds": 90, "until": 7200}, 0, 60, id="one that goes on"),
        pytest.param({"seconds": -7200, "until": -3600}, 0, 0, id="one that was over"),
        pytest.param({"seconds": -7200, "until": 7200, "status": Status.REFUSED}, 0, 0, id="one that did nothing"),
        pytest.param({"seconds": 90, "until": None, "status": Status.RUNNING}, 0, 180, id="one that is at work still"),
        pytest.param(
            {
                "seconds": -86_400,
                "until": 90,
                "approval": Approval(verdict=Verdict.APPROVED, by=named(LEE), at=NOON - 30 * MINUTE),
            },
            30,
            0,
            id="one that had waited for a second person until then",
        ),
    ],
)
def test_requests_at_work_at_either_end_are_looked_at_whole(asked: dict[str, Any], before: int, behind: int) -> None:
    """Beside the quarter of an hour within which the events of one act are."""
    stretch, now = (NOON, NOON + 60 * MINUTE), NOON + 240 * MINUTE

    since, until = widened(stretch, [request(**asked)], now, DAYS)

    assert (since, until) == (NOON - before * MINUTE - APART, NOON + (60 + behind) * MINUTE + APART)
