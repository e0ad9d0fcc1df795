"""A day of the operator's, in a time zone."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.report.day import Day, day_of


@pytest.mark.parametrize(
    ("day", "since", "hours"),
    [
        pytest.param(Day(date(2026, 11, 20), "UTC"), datetime(2026, 11, 20, tzinfo=UTC), 24, id="UTC"),
        pytest.param(
            Day(date(2026, 11, 20), "Europe/Berlin"), datetime(2026, 11, 19, 23, tzinfo=UTC), 24, id="an hour ahead"
        ),
        pytest.param(
            Day(date(2026, 3, 29), "Europe/Berlin"), datetime(2026, 3, 28, 23, tzinfo=UTC), 23, id="summer begins"
        ),
        pytest.param(
            Day(date(2026, 10, 25), "Europe/Berlin"), datetime(2026, 10, 24, 22, tzinfo=UTC), 25, id="summer ends"
        ),
        pytest.param(
            Day(date(2026, 11, 1), "America/New_York"), datetime(2026, 11, 1, 4, tzinfo=UTC), 25, id="behind UTC"
        ),
        pytest.param(
            Day(date(2026, 10, 4), "Australia/Lord_Howe"),
            datetime(2026, 10, 3, 13, 30, tzinfo=UTC),
            23.5,
            id="half an hour",
        ),
        pytest.param(
            Day(date(2026, 4, 24), "Africa/Cairo"), datetime(2026, 4, 23, 22, tzinfo=UTC), 23, id="midnight is left out"
        ),
    ],
)
def test_a_day_is_as_long_as_the_clocks_make_it(day: Day, since: datetime, hours: float) -> None:
    """It begins at midnight there, and has 23 or 25 hours when the clocks change."""
    assert (since, hours, since + timedelta(hours=hours)) == (day.since, day.hours, day.until)


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Africa/Cairo", "Pacific/Kiritimati"]),
)
def test_every_moment_is_in_exactly_one_day(at: datetime, zone: str) -> None:
    """Days touch, and do not overlap."""
    day = day_of(at, zone)

    assert [each.has(at) for each in (day.before(1), day, day.before(-1))] == [False, True, False]
    assert (day.date, day.until) == (day.local(at).date(), day.before(-1).since)
