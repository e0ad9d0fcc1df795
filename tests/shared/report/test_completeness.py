"""The statement of completeness."""

from datetime import timedelta
from typing import Final

import pytest
from msgspec.structs import replace

from shared.audit.history_line import HistoryLine, Standing
from shared.contract import Action
from shared.report.completeness import Completeness, Coverage, Gap, completeness
from tests.shared.report.invented import DAY, busy

TWICE: Final = Coverage(hours_read_twice=24, events=900, late_events=3)
GAP: Final = Gap(since=DAY.since, until=DAY.since + timedelta(hours=1))
LINE: Final[HistoryLine] = busy(1).lines[0]


@pytest.mark.parametrize(
    ("coverage", "complete", "begins"),
    [
        pytest.param(TWICE, True, "Complete", id="read twice"),
        pytest.param(replace(TWICE, hours_read_once=1), False, "Provisional", id="in part read once"),
        pytest.param(Coverage(), False, "Incomplete: nothing", id="not read"),
        pytest.param(replace(TWICE, gaps=(GAP,)), False, "Incomplete: a part", id="a gap"),
        pytest.param(replace(TWICE, hours_read_once=1, gaps=(GAP,)), False, "Incomplete: a part", id="a gap above all"),
        pytest.param(replace(TWICE, unreadable_events=1), False, "Read in full; some", id="something illegible"),
        pytest.param(replace(TWICE, dead_letters=2), True, "Complete", id="a message that was given up is no gap"),
    ],
)
def test_a_report_says_what_it_rests_on(coverage: Coverage, *, complete: bool, begins: str) -> None:
    """It is complete when all was read twice, without a gap, and could be understood."""
    told = completeness(coverage, [])

    assert (complete, coverage, begins) == (told.complete, told.coverage, told.headline[: len(begins)])


def test_the_rows_that_do_not_match_are_counted() -> None:
    """On either side, and those that match in part."""
    lines = [replace(LINE, standing=standing, unseen=()) for standing in Standing]
    partly = replace(LINE, standing=Standing.MATCHED, unseen=(Action.REVOKE_SESSIONS,))

    assert Completeness(
        complete=True,
        headline="Complete: the whole day was read twice from the audit log, without a gap.",
        coverage=TWICE,
        matched=2,
        alarms=1,
        pending=1,
        unconfirmed=1,
        partly_unconfirmed=1,
    ) == completeness(TWICE, [*lines, partly])
