"""When timers are due."""

import datetime as dt

import pytest

from local.host import schedule

NOON = dt.datetime(2026, 11, 20, 12, 0, tzinfo=dt.UTC)  # a Friday


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        pytest.param("*/10 * * * * *", NOON + dt.timedelta(seconds=10), id="six fields begin with seconds"),
        pytest.param("*/5 * * * *", NOON + dt.timedelta(minutes=5), id="five fields begin with minutes"),
        pytest.param("0 30 6 * * 1-5", dt.datetime(2026, 11, 23, 6, 30, tzinfo=dt.UTC), id="weekdays"),
        pytest.param("0 0 0 13 * 5", dt.datetime(2027, 8, 13, tzinfo=dt.UTC), id="day of month and weekday both match"),
        pytest.param("00:15:00", NOON + dt.timedelta(minutes=15), id="constant interval"),
    ],
)
def test_next_occurrence(expression: str, expected: dt.datetime) -> None:
    """The next occurrence is the first one later than the moment, in UTC."""
    assert schedule.parse(expression).next_after(NOON) == expected


@pytest.mark.parametrize(
    ("expression", "sub_minute"),
    [
        ("*/10 * * * * *", True),
        ("0,30 * * * * *", True),
        ("30 * * * * *", False),
        ("* * * * *", False),
        ("*/10 0 * * * *", False),
        ("00:00:59", True),
        ("00:01:00", False),
    ],
)
def test_sub_minute_schedules_are_told_apart(expression: str, *, sub_minute: bool) -> None:
    """Only a schedule due more than once in every minute is sub-minute."""
    assert schedule.parse(expression).is_sub_minute(NOON) is sub_minute


@pytest.mark.parametrize("expression", ["", "often", "0 0 0 0 0 0 0 0", "61 * * * * *", "* * *"])
def test_unreadable_schedule_is_refused_in_the_hosts_words(expression: str) -> None:
    """What is neither cron nor a time span is named."""
    with pytest.raises(ValueError, match="was not recognized as a valid cron expression or timespan string"):
        schedule.parse(expression)
