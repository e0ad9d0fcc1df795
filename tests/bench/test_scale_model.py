"""The model of scale keeps to the limits that it is about."""

import pytest

from bench.scale import scenario, wall
from bench.scale.bucket import Bucket, FixedWindow
from bench.scale.day import Course
from bench.scale.harvest_days import HarvestDays
from bench.scale.page_rows import page_rows
from bench.scale.words import number, seconds
from shared.audit.harvest_plan import Rhythm


def test_a_bucket_gives_what_is_in_it_and_then_what_comes_in() -> None:
    """Ten at once, then one a second."""
    bucket = Bucket(10, 10)

    assert [bucket.wait(0, 10), bucket.wait(0, 1), bucket.wait(1, 1)] == [0, 1, 0]


def test_a_window_gives_everything_anew_when_the_next_one_begins() -> None:
    """And nothing before."""
    window = FixedWindow(10, 10)

    assert [window.wait(0, 10), window.wait(4, 1), window.wait(10, 10)] == [0, 6, 0]


@pytest.mark.parametrize("second", [0, 12_345, 40_000, 86_400 + 7])
def test_a_course_tells_when_as_it_tells_how_much(second: int) -> None:
    """The one is the other, turned round."""
    course = Course(1_000_000)

    assert course.when(course.by(second)) == pytest.approx(second)


def test_no_more_is_written_than_graph_allows() -> None:
    """What is in the bucket, and what comes in until the last one is done."""
    told = scenario.incident(1_000, scenario.RESET)

    assert told.requests * scenario.RESET <= 3_000 + 20 * told.last


def test_nobody_is_lost() -> None:
    """Everybody's request ends, however often it is deferred."""
    told = scenario.incident(10_000, scenario.RESET, has_door=False)

    assert all(job.ended > 0 and job.done == scenario.RESET for job in told.jobs)
    assert told.runs > 1


def test_with_a_door_before_graph_most_are_begun_with_once() -> None:
    """Those that would be refused wait before it; the last one is done no later."""
    with_door, without = (scenario.incident(10_000, scenario.RESET, has_door=each) for each in (True, False))

    assert all(job.done == scenario.RESET for job in with_door.jobs)
    assert (with_door.runs < 1.2, with_door.refused < without.refused / 10) == (True, True)
    assert with_door.last < 1.05 * without.last


def test_what_has_waited_for_a_day_is_not_begun_with() -> None:
    """It has been asked for too long ago."""
    told = scenario.incident(1_000_000, scenario.RESET)

    assert all(job.ended - job.arrived > 86_400 for job in told.jobs if job.too_old)
    assert told.too_old > 0


def test_the_same_day_comes_twice() -> None:
    """The page is the same whoever writes it."""
    assert scenario.normal(100_000).waits == scenario.normal(100_000).waits


def test_the_harvest_keeps_up_with_a_million_events_a_day() -> None:
    """Within the five minutes that Entra is given, the five until the next run, and its own reading."""
    told = HarvestDays(Course(1_000_000), Rhythm(), store_seconds=0.1).run(1)

    assert told.unread <= 1_000_000 / 24 / 12
    assert told.again_behind == 0
    assert told.lag(1) < 11 * 60


def test_the_harvest_reads_no_faster_than_graph_serves() -> None:
    """Five pages, and ten seconds since the first of them was answered."""
    told = HarvestDays(Course(100_000_000), Rhythm(), store_seconds=0.1).run(1)

    assert told.calls * 999 / 86_400 <= wall.audit_pace()


def test_a_page_without_news_of_mfa_is_ten_transactions() -> None:
    """Of a hundred rows each, all of one day."""
    told = page_rows(0)

    assert (told.requests, told.rows, told.rows_there) == (10, 999, 999)


def test_walls_come_in_the_order_in_which_one_runs_into_them() -> None:
    """The nearest first."""
    people = [each.people for each in wall.walls(wall.normal())]

    assert sorted(people) == people


@pytest.mark.parametrize(
    ("value", "words"), [(0, "0"), (0.15, "0.15"), (4.5, "4.5"), (12, "12"), (12_345, "12,000"), (99.6, "100")]
)
def test_figures_have_two_digits_that_mean_something(value: float, words: str) -> None:
    """More would be more than a model can tell."""
    assert words == number(value)


@pytest.mark.parametrize(("value", "words"), [(4.5, "4.5 s"), (600, "10 min"), (50_000, "14 h")])
def test_durations_are_told_in_what_people_count_in(value: float, words: str) -> None:
    """Seconds up to two minutes, minutes up to two hours."""
    assert words == seconds(value)
