"""Times with seven digits."""

import pytest

from local.tenant.audit import ticks

NOON = 17_803_152_000_000_000


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (NOON, "2026-06-01T12:00:00Z"),
        (NOON + 1, "2026-06-01T12:00:00.0000001Z"),
        (NOON + 5_000_000, "2026-06-01T12:00:00.5Z"),
        (NOON + 1_234_567, "2026-06-01T12:00:00.1234567Z"),
        (NOON + 9_999_999, "2026-06-01T12:00:00.9999999Z"),
    ],
)
def test_a_time_is_written_and_read(at: int, text: str) -> None:
    """Without the zeros at its end, as recorded events have it."""
    assert ticks.stamp(at) == text
    assert ticks.parsed(text) == at


@pytest.mark.parametrize("text", ["2026-06-01T14:00:00+02:00", "2026-06-01T12:00Z", "2026-06-01t12:00:00.0000000z"])
def test_other_ways_to_write_it_are_read(text: str) -> None:
    """With another zone, without seconds, in small letters."""
    assert ticks.parsed(text) == NOON


@pytest.mark.parametrize("text", ["", "now", "2026-06-01T12:00:00", "2026-02-30", "2026-06-01T12:00:00.Z"])
def test_what_is_no_time_is_refused(text: str) -> None:
    """A time needs a zone, and its day must exist."""
    with pytest.raises(ValueError, match=r"no date|day is out of range"):
        ticks.parsed(text)
