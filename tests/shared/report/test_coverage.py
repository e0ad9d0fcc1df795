"""What the report says of how its day was read: hours once and twice, late events, and every gap."""

from datetime import UTC, date, datetime, timedelta

from shared.audit.windows import Counts, Span, State
from shared.report.completeness import Coverage, Gap
from shared.report.coverage import coverage_of
from shared.report.day import Day

DAY = Day(date(2026, 11, 22), "Europe/Berlin")
MIDNIGHT = datetime(2026, 11, 21, 23, tzinfo=UTC)
"""In Berlin."""
LATER = MIDNIGHT + timedelta(days=2)


def span(start: float, end: float, state: State, error: str = "", **counts: int) -> Span:
    """Return what became of these hours after midnight."""
    begin, finish = MIDNIGHT + timedelta(hours=start), MIDNIGHT + timedelta(hours=end)
    return Span(start=begin, end=finish, state=state, at=LATER, counts=Counts(**counts), error=error)


def test_a_day_read_twice_is_whole() -> None:
    """Also where the harvest has it in pieces that lie across the operator's midnight."""
    spans = (span(-3, 4, State.TWICE, events=70, late=2), span(4, 30, State.TWICE, events=300, unreadable=1))

    told = coverage_of(DAY, spans, LATER)

    assert (told.hours_read_twice, told.hours_read_once, told.gaps) == (24, 0, ())


def test_of_events_across_midnight_the_day_has_its_share() -> None:
    """The harvest counts by days of UTC; two days' events are not told as one's. What is illegible counts whole."""
    spans = (span(-3, 4, State.TWICE, events=70, late=2, unreadable=1), span(4, 30, State.TWICE, events=260))

    expected = Coverage(hours_read_twice=24, events=240, late_events=1, unreadable_events=1, estimated=True)

    assert expected == coverage_of(DAY, spans, LATER)


def test_within_midnights_events_are_counted() -> None:
    """In a time zone whose days are those of the harvest there is nothing to estimate."""
    expected = Coverage(hours_read_twice=24, events=70, late_events=2)

    assert expected == coverage_of(DAY, (span(0, 24, State.TWICE, events=70, late=2),), LATER)


def test_a_hole_of_some_minutes_is_a_gap_too() -> None:
    """Complete is only what was read without any."""
    told = coverage_of(DAY, (span(0, 9, State.TWICE), span(9.1, 24, State.TWICE)), LATER)

    assert [timedelta(minutes=6)] == [gap.until - gap.since for gap in told.gaps]


def test_what_was_read_once_is_told_apart() -> None:
    """Its late events are still to come."""
    spans = (span(0, 20.5, State.TWICE), span(20.5, 24, State.ONCE))

    told = coverage_of(DAY, spans, LATER)

    assert (told.hours_read_twice, told.hours_read_once, told.gaps) == (20.5, 3.5, ())


def test_a_loss_and_a_failure_are_gaps_with_their_reasons() -> None:
    """Cut to the day."""
    spans = (
        span(-5, 2, State.LOST, "It was not read while Entra had it."),
        span(2, 23, State.TWICE),
        span(23, 24, State.FAILED, "A page is no JSON."),
    )
    lost = Gap(since=MIDNIGHT, until=MIDNIGHT + timedelta(hours=2), why=spans[0].error, lost=True)
    failed = Gap(since=MIDNIGHT + timedelta(hours=23), until=MIDNIGHT + timedelta(hours=24), why=spans[2].error)

    assert coverage_of(DAY, spans, LATER).gaps == (lost, failed)


def test_what_nobody_has_read_is_a_gap() -> None:
    """Nothing is passed over in silence."""
    (gap,) = coverage_of(DAY, (), LATER).gaps

    assert (gap.since, gap.until, gap.why) == (MIDNIGHT, DAY.until, "It has not been read yet.")


def test_what_is_still_to_come_of_a_day_is_none() -> None:
    """Nor are the newest minutes, which are read once their events have shown."""
    now = MIDNIGHT + timedelta(hours=10, minutes=5)

    assert coverage_of(DAY, (span(0, 10, State.ONCE),), now).gaps == ()


def test_dead_letters_are_told() -> None:
    """The report names what never became a request's ordinary ending."""
    assert coverage_of(DAY, (span(0, 24, State.TWICE),), LATER, dead_letters=2).dead_letters == 2
