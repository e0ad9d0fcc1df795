"""Durations as host.json writes them."""

import pytest

from local.host import durations


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("00:00:30", 30), ("01:02:03", 3723), ("1.12:00:00", 129_600), ("00:00:00.5", 0.5), ("00:10", 600)],
)
def test_duration_in_seconds(text: str, seconds: float) -> None:
    """Days, hours, minutes, seconds and fractions of .NET's time spans are read."""
    assert durations.seconds(text) == seconds


@pytest.mark.parametrize("text", ["", "30", "24:00:00", "00:99:00", "soon"])
def test_other_text_is_no_duration(text: str) -> None:
    """What is no duration is refused with the text and the way to write one."""
    with pytest.raises(ValueError, match=r"is not a duration; write hh:mm:ss"):
        durations.seconds(text)
