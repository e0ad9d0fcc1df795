"""How wide the door to Graph stands open: until it throttles, as wide as anybody likes; then nearly shut."""

from shared.opening import Opening


def room(opening: Opening, now: float) -> int:
    """Return how many may be inside, as far as a hundred."""
    return next((inside for inside in range(100) if not opening.lets_in(inside, now)), 100)


def throttled(times: int) -> Opening:
    """Return an opening with sixteen inside, that was throttled so often, for a second each time, from 0 on."""
    opening = Opening()
    for second in range(times):
        opening.throttled(1, 16, second)
    return opening


def test_everybody_goes_in_while_graph_does_not_throttle() -> None:
    """What nobody hinders needs no door."""
    assert room(Opening(), 0) == 100


def test_nobody_goes_in_while_graph_wants_to_hear_nothing() -> None:
    """For as long as it says, and then half of those that were there."""
    opening = throttled(1)

    assert (room(opening, 0), room(opening, 0.9), room(opening, 1)) == (0, 0, 8)


def test_what_those_at_work_are_told_at_the_same_time_counts_once() -> None:
    """Sixteen answers to sixteen calls are one throttling; the longest wait is what counts."""
    opening = Opening()
    for seconds in (1, 3, 2):
        opening.throttled(seconds, 16, 0)

    assert (room(opening, 2.9), room(opening, 3)) == (0, 8)


def test_one_at_a_time_always_goes_in() -> None:
    """However often Graph throttles: else nobody would see when it does not any more."""
    assert room(throttled(20), 20) == 1


def test_each_that_ends_unhindered_makes_a_little_more_room() -> None:
    """Slowly: whoever tries what is too much pays for it."""
    opening = throttled(5)
    for _ in range(16):
        opening.ended(6)

    assert room(opening, 6) == 2


def test_who_ends_while_graph_throttles_makes_no_room() -> None:
    """It is no sign that there is any."""
    opening = throttled(5)
    for _ in range(100):
        opening.ended(4.5)

    assert room(opening, 6) == 1


def test_throttling_of_long_ago_is_forgotten() -> None:
    """After five minutes."""
    opening = throttled(5)

    assert (room(opening, 304), room(opening, 306)) == (1, 100)


def test_nobody_is_kept_out_for_a_day() -> None:
    """What Graph says of one call, for so long, may not be meant for all of them: after ten minutes one tries."""
    opening = Opening()
    opening.throttled(86_400, 1, 0)

    assert (room(opening, 599), room(opening, 600)) == (0, 1)
