"""Stretches of time: what is free between others, and where they are cut."""

from datetime import UTC, datetime, timedelta

from shared.audit.windows import DAY, HOUR, Span, State, free, pieces

DAY_START = datetime(2026, 11, 22, tzinfo=UTC)


def at(hours: float) -> datetime:
    """Return a time of the day."""
    return DAY_START + timedelta(hours=hours)


def span(start: float, end: float) -> Span:
    """Return a span from hour to hour."""
    return Span(start=at(start), end=at(end), state=State.ONCE, at=at(24))


def test_all_is_free_where_nothing_is_taken() -> None:
    """The stretch itself."""
    assert list(free([], at(1), at(2))) == [(at(1), at(2))]


def test_what_is_free_lies_between() -> None:
    """Whatever the order of what is taken, and whether or not it overlaps."""
    taken = [span(5, 6), span(0, 2), span(5.5, 7), span(9, 12)]

    assert list(free(taken, at(1), at(10))) == [(at(2), at(5)), (at(7), at(9))]


def test_nothing_is_free_within_what_is_taken() -> None:
    """Edges touch without a hole."""
    assert not list(free([span(1, 2), span(2, 3)], at(1), at(3)))


def test_an_empty_stretch_has_nothing_free() -> None:
    """Nor has one that ends before it begins."""
    assert not list(free([], at(2), at(2)))
    assert not list(free([], at(3), at(2)))


def test_hours_are_those_of_the_clock() -> None:
    """The first and the last may be shorter."""
    assert list(pieces(at(9.5), at(11.25), HOUR)) == [(at(9.5), at(10)), (at(10), at(11)), (at(11), at(11.25))]


def test_days_are_those_of_utc() -> None:
    """So are the tables and partitions in which their events are."""
    assert list(pieces(at(22), at(50), DAY)) == [(at(22), at(24)), (at(24), at(48)), (at(48), at(50))]


def test_no_piece_passes_midnight() -> None:
    """Also where its length would not come out even with the day."""
    assert list(pieces(at(20), at(30), timedelta(hours=7))) == [
        (at(20), at(21)),
        (at(21), at(24)),
        (at(24), at(30)),
    ]
