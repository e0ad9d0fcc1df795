"""How long the listener waits for an empty queue."""

from local.host.backoff import Backoff


def _middle(low: float, high: float) -> float:
    return (low + high) / 2


def test_waits_grow_from_100_ms_to_the_maximum() -> None:
    """Each empty look doubles the growth, and the maximum is kept."""
    backoff = Backoff(1.5, _middle)

    waits = [round(backoff.next(), 3) for _ in range(7)]

    assert waits == [0.1, 0.2, 0.3, 0.5, 0.9, 1.5, 1.5]


def test_a_message_begins_the_waits_anew() -> None:
    """After a reset the first wait is 100 ms again."""
    backoff = Backoff(60, _middle)
    for _ in range(5):
        backoff.next()

    backoff.reset()

    assert backoff.next() == 0.1


def test_growth_is_spread_by_a_fifth() -> None:
    """The growth is drawn between 0.8 and 1.2 times its size."""
    smallest, largest = Backoff(60, min), Backoff(60, max)

    assert [smallest.next(), smallest.next()] == [0.1, 0.1 + 0.8 * 0.1]
    assert [largest.next(), largest.next()] == [0.1, 0.1 + 1.2 * 0.1]
