"""The page of the measurements: every figure with its goal, and none that is made prettier than it is."""

from dataclasses import replace
from datetime import date
from io import StringIO

import pytest
from rich.console import Console

from bench import __main__ as bench
from bench import page
from bench.bars import chart, times_the_goal
from bench.measurement import Known, Measurement, misses, report

REACHED = Measurement("resets per second", 0.95, 0.9, "at least", "15/s of 16/s")
MISSED = Measurement("cold start", 1.5, 1.2, "at most", "1.8 s against 1.2 s")
KNOWN = Measurement("cold start", 1.25, 1.2, "at most", known=Known("The SDK takes it.", worst=1.3))
WORSE = Measurement("cold start", 1.31, 1.2, "at most", known=Known("The SDK takes it.", worst=1.3))
OF_THE_MACHINE = Measurement("cold start", 1.9, 1.2, "at most", known=Known("The SDK takes it."))


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


@pytest.mark.parametrize("missed", [KNOWN, WORSE, OF_THE_MACHINE])
def test_a_goal_that_is_known_to_be_missed_is_missed_all_the_same(missed: Measurement) -> None:
    """It has its cross and its colour, and the reason stands below."""
    text = page.page(page.USUAL, {"cold_start": [missed]}, date(2026, 11, 23))

    assert "| ✘ | cold start |" in text
    assert "✘ cold start: the goal is missed, as is known. The SDK takes it." in text
    assert "#d9480f" in chart([missed])


def test_what_holds_for_two_goals_is_said_once() -> None:
    """And of both."""
    other = replace(KNOWN, what="cold start over HTTP")

    assert misses([KNOWN, REACHED, other, MISSED]) == [
        "✘ cold start; cold start over HTTP: the goal is missed, as is known. The SDK takes it.",
        "✘ cold start: the goal is missed.",
    ]


@pytest.mark.parametrize(
    ("measured", "passes"),
    [
        pytest.param([REACHED], True, id="all reached"),
        pytest.param([REACHED, KNOWN], True, id="one missed as is known"),
        pytest.param([REACHED, OF_THE_MACHINE], True, id="one missed where the machine has its share"),
        pytest.param([REACHED, WORSE], False, id="one worse than is known"),
        pytest.param([MISSED, REACHED], False, id="one missed without a reason"),
    ],
)
def test_the_measurements_fail_where_a_miss_is_news(measured: list[Measurement], *, passes: bool) -> None:
    """A nightly run that is red for what everybody knows hides what nobody does."""
    told = StringIO()

    assert report(Console(file=told, width=200), measured) is passes
    assert told.getvalue().count("the goal is missed") == sum(not each.reached for each in measured)
