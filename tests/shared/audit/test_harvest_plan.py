"""The plan: what is owed at a moment, in which order, and what is out of reach."""

from datetime import timedelta

import pytest

from shared.audit.harvest_plan import Rhythm, plan
from shared.audit.windows import Span, Window
from tests.shared.audit.days import again, at, failed, first, lost, once, twice

RHYTHM = Rhythm(reach=timedelta(hours=20))
NOW = at(12)
SETTLED = 12 - 5 / 60
HORIZON = -8


def owed(*spans: Span, troubles: int = 0, now: float = 12) -> list[Window]:
    """Return what is owed."""
    return list(plan(spans, at(HORIZON), at(now), RHYTHM, troubles=troubles).windows)


def test_the_first_run_owes_all_that_entra_has() -> None:
    """Day by day, today first, up to what may not have shown up yet."""
    assert plan((), None, NOW, RHYTHM).windows == (first(0, SETTLED), first(HORIZON, 0))


def test_what_is_read_is_not_owed() -> None:
    """Only what has settled since."""
    assert owed(twice(HORIZON, 0), once(0, 11.5, read_at=11.6)) == [first(11.5, SETTLED)]


def test_nothing_is_owed_twice_in_a_minute() -> None:
    """A run straight after another has nothing to do."""
    assert not owed(twice(HORIZON, 0), once(0, SETTLED, read_at=12))


def test_the_newest_is_read_first_and_then_the_oldest() -> None:
    """Somebody may be waiting for the newest, and Entra soon forgets the oldest."""
    assert owed(twice(-6, -5), twice(0, 1), twice(2, 11)) == [
        first(11, SETTLED),
        first(HORIZON, -6),
        first(-5, 0),
        first(1, 2),
    ]


def test_every_hour_is_read_again_three_hours_later() -> None:
    """Hours that follow each other at once, and after all that was not read at all."""
    spans = (twice(HORIZON, 5), once(5, 6, read_at=6.1), once(6, 7, read_at=7.1), once(7, 8, read_at=8.1))

    assert owed(*spans, once(8, 9, read_at=9.1)) == [first(9, SETTLED), again(5, 8)]


def test_what_failed_is_tried_when_its_pause_is_over() -> None:
    """By itself, whatever is beside it."""
    spans = (twice(HORIZON, 0), once(0, 9, read_at=12), failed(9, 10, 1, 11.9), failed(10, 11, 1, 12.1))

    assert owed(*spans) == [first(11, SETTLED), first(9, 10)]


def test_a_pause_is_over_at_its_last_moment() -> None:
    """A run that comes just then does not leave it to the next one."""
    spans = (twice(HORIZON, 9), failed(9, 10, 1, retry_at=12), twice(10, SETTLED))

    assert owed(*spans) == [first(9, 10)]


def test_what_failed_to_be_read_again_is_tried_by_itself() -> None:
    """Its neighbours are not held up."""
    spans = (
        twice(HORIZON, 0),
        once(0, 1, read_at=2),
        once(1, 2, read_at=3, attempts=1, retry_at=at(11), error="It broke."),
        once(2, 3, read_at=4, attempts=1, retry_at=at(13), error="It broke."),
        once(3, 4, read_at=5),
        once(4, SETTLED, read_at=12),
    )

    assert owed(*spans) == [again(0, 1), again(1, 2), again(3, 4)]


def test_what_is_out_of_reach_is_a_gap() -> None:
    """Day by day, where neither a reading nor a loss is on record."""
    spans = (twice(-60, -50), lost(-50, -40), failed(-30, -29, 5, 13))

    assert plan(spans, at(-50), NOW, RHYTHM).gaps == (
        (at(-40), at(-24)),
        (at(-24), at(HORIZON)),
    )


def test_the_first_run_has_no_gap() -> None:
    """Before it nobody promised anything."""
    assert plan((), None, NOW, RHYTHM).gaps == ()


def test_a_failure_at_the_edge_is_tried_as_far_as_entra_has_it() -> None:
    """The rest of it is lost."""
    made = plan((failed(-9, -7, 1, 11), twice(-7, SETTLED)), at(-9), NOW, RHYTHM)

    assert made.windows == (first(HORIZON, -7),)
    assert made.gaps == ((at(-9), at(HORIZON)),)


def test_a_time_that_comes_into_reach_again_is_owed() -> None:
    """Entra keeps it longer with another licence."""
    spans = (lost(HORIZON, 0), twice(0, SETTLED))

    assert owed(*spans) == [first(HORIZON, 0)]


def test_what_entra_has_to_the_last_second_is_read_again() -> None:
    """It begins where Entra's log does, be it for the first or after a failure."""
    tried = once(HORIZON, -7, read_at=0, attempts=1, retry_at=at(1), error="It broke.")

    assert owed(once(HORIZON, -7, read_at=0), twice(-7, SETTLED)) == [again(HORIZON, -7)]
    assert owed(tried, twice(-7, SETTLED)) == [again(HORIZON, -7)]


def test_nothing_is_read_again_that_entra_no_longer_has_whole() -> None:
    """Its first reading stands."""
    assert not owed(once(-8.5, -7.5, read_at=0), twice(-7.5, SETTLED))


def test_the_desk_reads_nothing_that_it_would_not_keep() -> None:
    """A short retention is a short reach."""
    rhythm = Rhythm(reach=timedelta(days=30), retention=timedelta(hours=2))

    assert plan((), None, NOW, rhythm).windows == (first(10, SETTLED),)


def test_windows_begin_and_end_with_full_seconds() -> None:
    """However Graph cuts a time, nothing falls between two of them."""
    made = plan((), None, NOW + timedelta(seconds=1, microseconds=5), RHYTHM)

    assert made.horizon == at(HORIZON) + timedelta(seconds=2)
    assert {moment.microsecond for window in made.windows for moment in (window.start, window.end)} == {0}


@pytest.mark.parametrize(("troubles", "hours"), [(1, 6.0), (2, 1.5), (3, 0.375), (4, 0.25), (99, 0.25)])
def test_windows_get_narrower_while_graph_is_away(troubles: int, hours: float) -> None:
    """It may be too much for Graph what it is asked for; or something is at fault that is neither new nor oldest."""
    windows = owed(twice(HORIZON, 0), troubles=troubles)

    assert max(window.end - window.start for window in windows) == timedelta(hours=hours)
    assert (windows[0].end, windows[1].start) == (at(SETTLED), at(0))


@pytest.mark.parametrize("troubles", [2, 5])
def test_second_readings_are_cut_between_hours_alone(troubles: int) -> None:
    """An hour's counts stay together, be the windows of an hour and a half or of a quarter."""
    spans = (twice(HORIZON, 0), *(once(hour, hour + 1, read_at=hour + 2) for hour in range(8)), once(8, 12))

    assert owed(*spans, troubles=troubles) == [again(hour, hour + 1) for hour in range(8)]
