"""What a timer remembers."""

import datetime as dt
from pathlib import Path

import pytest

from local.host import schedule, timer_status
from local.host.timer_status import NEVER, TimerStatus, TimerStatusFiles

HOURLY = schedule.parse("0 0 * * * *")
NINE = dt.datetime(2026, 11, 20, 9, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def test_status_survives_in_a_file(tmp_path: Path) -> None:
    """What is written is read back by the next host."""
    status = TimerStatus(last=NINE, next=NINE + HOUR, last_updated=NINE)

    TimerStatusFiles(tmp_path / "timers").write("sweep", status)

    assert TimerStatusFiles(tmp_path / "timers").read("sweep") == status


def test_first_start_knows_nothing(tmp_path: Path) -> None:
    """Without a file there is no status."""
    assert TimerStatusFiles(tmp_path).read("sweep") is None


@pytest.mark.parametrize(
    ("known", "now", "expected"),
    [
        pytest.param(None, NINE, TimerStatus(NEVER, NINE + HOUR, NINE), id="first start waits for the next occurrence"),
        pytest.param(
            TimerStatus(NINE, NINE + HOUR, NINE),
            NINE + 5 * HOUR,
            TimerStatus(NINE, NINE + HOUR, NINE),
            id="a missed occurrence is kept, and so past due",
        ),
        pytest.param(
            TimerStatus(NINE, NINE + HOUR / 2, NINE),
            NINE + HOUR / 4,
            TimerStatus(NEVER, NINE + HOUR, NINE),
            id="a changed schedule counts from the last run",
        ),
        pytest.param(
            TimerStatus(NINE, NINE + HOUR / 2, NINE),
            NINE + 2.5 * HOUR,
            TimerStatus(NEVER, NINE + 3 * HOUR, NINE + 2.5 * HOUR),
            id="a changed schedule is not past due",
        ),
    ],
)
def test_status_at_the_start(known: TimerStatus | None, now: dt.datetime, expected: TimerStatus) -> None:
    """The host starts from what is known, unless the schedule has changed."""
    assert timer_status.at_start(known, HOURLY, now) == expected
