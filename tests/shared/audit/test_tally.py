"""The count of a reading: by the hour, and how far it goes where the reading breaks off."""

from datetime import UTC, datetime, timedelta

from shared.audit.tally import Tally
from shared.audit.windows import Counts, Window

TEN = datetime(2026, 11, 22, 10, tzinfo=UTC)
WINDOW = Window(TEN, TEN + timedelta(hours=3))
SECOND = timedelta(seconds=1)


def tally(*seconds: float, late: bool = False) -> Tally:
    """Return the count of events at these seconds of the window."""
    counted = Tally(WINDOW)
    for each in seconds:
        counted.add(TEN + each * SECOND, late=late)
    return counted


def test_a_whole_reading_counts_by_the_hour() -> None:
    """Each event in its own."""
    counted = tally(0, 1800, 3599.9, 3600, 7300)

    assert counted.whole() == (
        WINDOW.end,
        {
            TEN: Counts(events=3),
            TEN + timedelta(hours=1): Counts(events=1),
            TEN + timedelta(hours=2): Counts(events=1),
        },
    )


def test_a_reading_that_breaks_off_is_whole_up_to_its_last_second() -> None:
    """More of that second may have been on the page which did not come."""
    counted = tally(5, 7.1, 7.5)

    assert counted.so_far() == (TEN + 7 * SECOND, {TEN: Counts(events=1)})


def test_a_reading_within_its_first_second_is_whole_up_to_nothing() -> None:
    """Nothing can be marked."""
    until, counts = tally(0.1, 0.9).so_far()

    assert until == TEN
    assert sum(counts.values(), Counts()) == Counts()


def test_pages_out_of_order_tell_nothing_before_the_end() -> None:
    """What is missing could be anywhere."""
    counted = tally(5, 9, 7, 20)

    assert counted.so_far() == (TEN, {})
    assert counted.whole() == (WINDOW.end, {TEN: Counts(events=4)})


def test_what_cannot_be_read_counts_with_the_event_before_it() -> None:
    """It has no time of its own."""
    counted = tally(5)
    counted.add_unreadable()
    counted.add(TEN + 9 * SECOND, late=False)
    counted.add_unreadable()

    assert counted.so_far() == (TEN + 9 * SECOND, {TEN: Counts(events=1, unreadable=1)})
    assert counted.whole() == (WINDOW.end, {TEN: Counts(events=2, unreadable=2)})


def test_late_events_are_counted_as_such() -> None:
    """They are events as well."""
    assert tally(1, 2, late=True).whole() == (WINDOW.end, {TEN: Counts(events=2, late=2)})
