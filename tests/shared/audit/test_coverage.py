"""What is known of a day, and what a reading, a failure or a loss makes of it."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from shared.audit import coverage
from shared.audit.coverage import Spans
from shared.audit.windows import Counts, Window
from shared.entity import json
from tests.shared.audit.days import again, at, failed, first, lost, once, twice

READ_AT = at(30)
MINUTE = timedelta(minutes=1)


def free_of_gaps(day: Spans) -> bool:
    """Return whether each span begins where the one before it ends, from midnight to midnight."""
    return (day[0].start, day[-1].end) == (at(0), at(24)) and all(
        one.end == other.start for one, other in pairwise(day)
    )


def test_what_is_read_first_is_kept_by_the_hour() -> None:
    """Each hour with what was found in it."""
    counts = {at(9): Counts(events=1), at(10): Counts(events=2, unreadable=1)}

    day = coverage.read((), first(9.5, 10.5), at(10.5), counts, READ_AT)

    assert day is not None
    assert [(span.start, span.end, span.counts) for span in day] == [
        (at(9.5), at(10), Counts(events=1)),
        (at(10), at(10.5), Counts(events=2, unreadable=1)),
    ]


def test_readings_of_one_hour_become_one() -> None:
    """It is as young as the youngest of them, so that the hour is read again as a whole."""
    day = (once(9, 9.5, events=3, read_at=10),)

    assert coverage.read(day, first(9.5, 10), at(10), {at(9): Counts(events=2)}, at(11)) == (
        once(9, 10, events=5, read_at=11),
    )


def test_a_reading_that_broke_off_is_marked_as_far_as_it_went() -> None:
    """The rest stays free."""
    assert coverage.read((), first(9, 10), at(9.25), {at(9): Counts(events=2)}, READ_AT) == (once(9, 9.25, events=2),)


def test_a_reading_that_came_to_nothing_marks_nothing() -> None:
    """There is nothing to write."""
    assert coverage.read((), first(9, 10), at(9), {}, READ_AT) is None


@pytest.mark.parametrize("there", [once(9.5, 9.75), twice(9, 9.5)])
def test_a_first_reading_that_comes_second_is_not_counted(there: object) -> None:
    """What it read besides is owed still, and read again in five minutes."""
    assert coverage.read((there,), first(9, 10), at(10), {at(9): Counts(events=2)}, READ_AT) is None  # type: ignore[arg-type]


def test_a_first_reading_takes_the_place_of_failures_and_of_losses() -> None:
    """What is outside of it stays as it is."""
    day = (failed(8, 9.5, 1, 31), lost(9.5, 12))

    assert coverage.read(day, first(9, 10), at(10), {}, READ_AT) == (
        failed(8, 9, 1, 31),
        once(9, 10),
        lost(10, 12),
    )


def test_hours_read_again_become_one() -> None:
    """With what has come late on top of what was there."""
    day = (twice(7, 8, events=1), once(8, 9, events=10), once(9, 10, events=20))
    counts = {at(8): Counts(events=13, late=3), at(9): Counts(events=20, unreadable=1)}

    assert coverage.read(day, again(8, 10), at(10), counts, READ_AT) == (twice(7, 10, events=34, late=3, unreadable=1),)


def test_an_hour_read_again_in_part_is_divided() -> None:
    """What is stored of its first part is known now, and so what is stored of its second."""
    day = (once(8, 9, events=10), once(9, 10, events=20))
    counts = {at(8): Counts(events=10), at(9): Counts(events=7, late=2)}

    assert coverage.read(day, again(8, 10), at(9.25), counts, READ_AT) == (
        twice(8, 9.25, events=17, late=2),
        once(9.25, 10, events=15),
    )


@pytest.mark.parametrize(
    "day",
    [
        (),
        (twice(8, 9),),
        (once(8, 8.5), twice(8.5, 9)),
        (once(8, 8.5),),
        (once(7.5, 9),),
        (failed(8, 9, 1, 31),),
    ],
    ids=["nothing", "twice already", "partly twice", "partly unread", "cut elsewhere", "failed"],
)
def test_a_second_reading_of_what_is_not_read_once_is_not_counted(day: coverage.Spans) -> None:
    """Another instance was faster."""
    assert coverage.read(day, again(8, 9), at(9), {}, READ_AT) is None


def test_what_cannot_be_read_is_tried_again_in_halves() -> None:
    """One page that cannot be read is not to hide a day."""
    day = coverage.failed((), first(8, 10), "It broke.", READ_AT)

    retry_at = 30 + 5 / 60
    assert day == (failed(8, 9, 1, retry_at), failed(9, 10, 1, retry_at))


def test_the_narrowest_window_is_tried_less_and_less_often() -> None:
    """Twice as long after each time, six hours at the most."""
    minute = 1 / 60
    day: coverage.Spans = ()
    pauses = []
    for _ in range(9):
        changed = coverage.failed(day, first(8, 8 + minute), "It broke.", READ_AT)
        assert changed is not None
        day = changed
        assert day[0].retry_at is not None
        pauses.append((day[0].retry_at - READ_AT) / timedelta(minutes=1))

    assert (pauses, day[0].attempts) == ([5, 10, 20, 40, 80, 160, 320, 360, 360], 9)


def test_what_another_instance_has_read_has_not_failed() -> None:
    """It is not to be tried again."""
    assert coverage.failed((once(8.5, 9),), first(8, 9), "It broke.", READ_AT) is None


def test_hours_that_cannot_be_read_again_stay_read_once() -> None:
    """Each is tried for itself from then on."""
    day = coverage.failed((once(8, 9, events=1), once(9, 10, events=2)), again(8, 10), "It broke.", READ_AT)

    tried: dict[str, Any] = {"attempts": 1, "retry_at": at(30 + 5 / 60), "error": "It broke."}
    assert day == (once(8, 9, events=1, **tried), once(9, 10, events=2, **tried))


def test_what_is_lost_says_why() -> None:
    """A window that could not be read until it was out of reach keeps its error."""
    day = coverage.lost((failed(8, 9, 9, 31),), at(8), at(10), READ_AT)

    assert day == (lost(8, 10, error="It broke."),)


def test_losses_that_follow_each_other_are_one() -> None:
    """The row of a day stays short."""
    assert coverage.lost((lost(8, 9),), at(9), at(10), READ_AT) == (lost(8, 10),)


def test_what_was_read_is_not_lost() -> None:
    """Whoever planned otherwise did not know yet; what is left of its stretch is lost all the same."""
    assert coverage.lost((once(8, 10),), at(8), at(10), READ_AT) is None
    assert coverage.lost((once(8, 9),), at(7), at(10), READ_AT) == (lost(7, 8), once(8, 9), lost(9, 10))


def test_a_loss_is_found_once() -> None:
    """By one instance of two."""
    assert coverage.lost((lost(7, 10),), at(8), at(10), READ_AT) is None


def test_a_day_that_cannot_be_read_at_all_remains_a_row() -> None:
    """However long Graph's reason is, and however often each piece is tried: a row holds half a million characters."""
    day: Spans = ()
    owed = [first(0, 24)]
    while owed:
        for window in owed:
            day = coverage.failed(day, window, "It broke, and says so at some length. " * 50, READ_AT) or day
        owed = [Window(span.start, span.end) for span in day if span.attempts == 1 and span.end > span.start + MINUTE]

    assert free_of_gaps(day)
    assert len(json(day)) < 200_000


def test_what_was_read_in_the_future_is_not_believed() -> None:
    """A clock has run ahead; five minutes are within what two machines may differ by."""
    day = (lost(7, 8, found_at=15), once(8, 9, read_at=10), once(9, 10, read_at=12.05), once(10, 11, read_at=12.2))

    assert coverage.believed(day, at(12), timedelta(minutes=5)) == day[:3]


def test_what_another_instance_has_read_again_meanwhile_has_not_failed() -> None:
    """Of such a failure there is nothing to write."""
    assert coverage.failed((twice(8, 9),), again(8, 9), "It broke.", READ_AT) is None
