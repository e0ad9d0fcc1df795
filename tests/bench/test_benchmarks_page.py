"""The page of the measurements: every figure with its goal, and none that is made prettier than it is."""

from datetime import date

from bench import __main__ as bench
from bench import page
from bench.bars import chart, times_the_goal
from bench.measurement import Measurement

REACHED = Measurement("resets per second", 0.95, 0.9, "at least", "15/s of 16/s")
MISSED = Measurement("cold start", 1.5, 1.2, "at most", "1.8 s against 1.2 s")


def test_a_figure_stands_beside_its_goal() -> None:
    """With how it was measured."""
    text = page.page(page.USUAL, {"throughput": [REACHED], "cold_start": [MISSED]}, date(2026, 11, 23))

    assert "| ✔ | resets per second | 0.95 | at least 0.9 | 15/s of 16/s |" in text
    assert "| ✘ | cold start | 1.5 | at most 1.2 | 1.8 s against 1.2 s |" in text


def test_a_figure_is_told_as_people_write_it() -> None:
    """Three digits of it, and no power of ten."""
    figures = [Measurement("times", value, 1, "at least").told for value in (0.0796, 11.94, 1041.7)]

    assert figures == ["0.0796", "11.9", "1,042"]


def test_a_goal_that_is_missed_by_little_does_not_look_reached() -> None:
    """Nobody has to ask why there is a cross beside it."""
    assert Measurement("who reset somebody", 1.2041, 1.2, "at most").told == "1.204"


def test_every_part_has_its_words() -> None:
    """The page says what was measured before it says how much."""
    assert "## Throughput" in page.page(
        page.USUAL, {bench.name_of(part): [REACHED] for part in bench.PARTS}, date(2026, 11, 23)
    )


def test_each_page_says_what_writes_it_and_shows_its_own_chart() -> None:
    """And neither is written by hand."""
    text = page.page(page.MILLION, {"million": [REACHED]}, date(2026, 11, 23))

    assert "Written by `make bench-million`" in text
    assert "(benchmarks-million.svg)" in text


def test_a_longer_bar_is_better() -> None:
    """Whether a figure is to be small or large."""
    assert times_the_goal(REACHED) > 1 > times_the_goal(MISSED)
    assert times_the_goal(Measurement("models imported", 0, 0, "at most")) > 1
    assert times_the_goal(Measurement("models imported", 3, 0, "at most")) == 0


def test_what_is_missed_has_a_colour_of_its_own() -> None:
    """Nobody has to read the figures to see it."""
    drawn = chart([REACHED, MISSED])

    assert drawn.count("#d9480f") == drawn.count("#2b8a3e") == 1
