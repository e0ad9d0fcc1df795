"""Pacing: never more requests than Graph takes, and none held back without need."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from shared.audit.pacing import Pacing


def test_the_first_five_need_not_wait() -> None:
    """Graph has room for them."""
    pacing = Pacing()
    waits = []
    for _ in range(5):
        waits.append(pacing.wait(100.0))
        pacing.answered(100.0)

    assert waits == [0.0] * 5


def test_the_sixth_waits_until_the_first_is_ten_seconds_old() -> None:
    """Not longer."""
    pacing = Pacing()
    for second in range(5):
        pacing.answered(100.0 + second)

    assert (pacing.wait(105.0), pacing.wait(110.0), pacing.wait(200.0)) == (5.0, 0.0, 0.0)


@given(st.lists(st.tuples(st.floats(0, 20), st.floats(0, 8), st.floats(0, 1)), min_size=6, max_size=60))
def test_no_ten_seconds_see_more_than_five_arrive(calls: list[tuple[float, float, float]]) -> None:
    """However long each is on its way, and whenever of that time it arrives."""
    pacing, now, arrived = Pacing(), 0.0, []
    for pause, duration, share in calls:
        now += pause
        now += pacing.wait(now)
        arrived.append(now + duration * share)
        now += duration
        pacing.answered(now)

    assert all(later - earlier >= 10.0 - 1e-6 for earlier, later in zip(arrived, arrived[5:], strict=False))
    assert all(earlier <= later for earlier, later in pairwise(arrived))
