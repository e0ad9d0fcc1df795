"""The report's page: whole, safe, and legible to people and to screen readers."""

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from html.parser import HTMLParser
from typing import Final

import pytest
from msgspec.structs import replace

from shared.audit.history_line import Actor, Party, Person, Standing
from shared.report.completeness import Coverage, Gap
from shared.report.day import Day
from shared.report.page import SHOWN, page
from shared.report.report import Material, report
from tests.shared.report.invented import DAY, DAYS, busy, hostile, long, quiet, with_gap

VOID: Final = frozenset({"meta", "br", "hr", "img", "input", "link", "rect", "path", "line"})


class Outline(HTMLParser):
    """A page taken apart; a tag that is closed out of turn is an error."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.headings: list[int] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a tag, and that it is open."""
        self.handle_startendtag(tag, attrs)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a tag."""
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        """See that it is the last one that was opened."""
        assert tag == self.open.pop()

    def handle_data(self, data: str) -> None:
        """Keep what is to be read."""
        if not self.open or self.open[-1] not in ("style", "script"):
            self.words.append(data)

    def attributes(self, name: str) -> list[str]:
        """Return what that attribute says, wherever it stands."""
        return [attrs[name] for _, attrs in self.tags if name in attrs]

    @property
    def text(self) -> str:
        """What is to be read, in one line."""
        return " ".join(" ".join(self.words).split())


def rendered(material: Material) -> Outline:
    """Return the page of a day, taken apart."""
    return Outline(page(report(material)).decode())


@cache
def _day(made: Callable[[], Material]) -> Outline:
    return rendered(made())


@pytest.fixture(params=sorted(DAYS.values(), key=str), ids=lambda made: made.__name__)
def outline(request: pytest.FixtureRequest) -> Outline:
    """Return each of the invented days, taken apart once for all tests."""
    return _day(request.param)


def test_a_page_is_well_formed(outline: Outline) -> None:
    """Every tag is closed in its turn, every id is there once."""
    twice = [each for each, times in Counter(outline.attributes("id")).items() if times > 1]

    assert (outline.open, twice) == ([], [])


def test_what_is_referred_to_is_there(outline: Outline) -> None:
    """Links lead to a place on the page, and sections are named by their headings."""
    referred = {each.removeprefix("#") for each in outline.attributes("href")} | set(
        outline.attributes("aria-labelledby")
    )

    assert referred <= set(outline.attributes("id"))
    assert all(each.startswith("#") for each in outline.attributes("href"))


def test_a_page_needs_nothing_else(outline: Outline) -> None:
    """No script, no file, no address, no style within a tag; and the page forbids them to itself."""
    tags = {tag for tag, _ in outline.tags}
    names = {name for _, attrs in outline.tags for name in attrs}

    assert tags.isdisjoint({"script", "img", "link", "iframe", "object", "form"})
    assert not {name for name in names if name.startswith("on") or name in ("src", "style", "srcset")}


def test_a_page_can_be_found_through_by_ear(outline: Outline) -> None:
    """Landmarks, one title, headings without a jump, tables with captions and named columns, a language."""
    tags = Counter(tag for tag, _ in outline.tags)
    jumps = [
        (above, below)
        for above, below in zip(outline.headings, outline.headings[1:], strict=False)
        if below > above + 1
    ]

    assert (tags["header"], tags["main"], tags["footer"], tags["h1"], jumps) == (1, 1, 1, 1, [])
    assert tags["table"] == tags["caption"] == tags["thead"]
    assert all(attrs.get("scope") for tag, attrs in outline.tags if tag == "th")
    assert ("html", {"lang": "en"}) in outline.tags


def test_the_style_is_the_one_that_the_page_allows_itself() -> None:
    """The policy names the digest of the style, to the letter."""
    text = page(report(busy())).decode()
    found = re.search(r"<style>(.*?)</style>", text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256((found[1] if found else "").encode()).digest()).decode()

    assert f"style-src &#39;sha256-{digest}&#39;" in text or f"style-src 'sha256-{digest}'" in text


def test_whatever_people_are_called_stays_text() -> None:
    """A display name that is a tag is read as a name."""
    made = rendered(hostile())
    evil = '</style><script>alert(1)</script><img src=x onerror="alert(1)">=HYPERLINK("//evil")'

    assert evil in made.text
    assert "script" not in {tag for tag, _ in made.tags}


@pytest.mark.parametrize("sign", ["\u202e", "\u2066", "\u200b", "\x1b"])
def test_what_makes_one_name_look_like_anothers_is_seen(sign: str) -> None:
    """Signs that nobody would see, and those that turn the text behind them round."""
    material = busy(1)
    person = Person(user_principal_name=f"lee.gu{sign}@contoso.com", display_name=f"Lee{sign} Gu")

    text = rendered(replace(material, lines=(replace(material.lines[0], person=person),))).text

    assert "Lee\ufffd Gu" in text
    assert sign not in text


def test_an_application_is_told_as_one() -> None:
    """Whatever it is called: somebody's name is no proof of who they are."""
    actor = Actor(party=Party.APPLICATION, id="sp", app_id="client-7", name="Lee Gu")
    line = replace(busy(1).lines[0], standing=Standing.OUTSIDE_DESK, asked_by=actor)

    assert "Lee Gu application client-7" in rendered(replace(busy(1), lines=(line,))).text


def test_many_gaps_leave_room_for_the_report() -> None:
    """The first are told, and how many there are."""
    gaps = tuple(
        Gap(since=DAY.since + timedelta(hours=n), until=DAY.since + timedelta(hours=n + 0.5)) for n in range(20)
    )

    text = rendered(replace(quiet(), coverage=Coverage(gaps=gaps))).text

    assert f"{20 - SHOWN} more stand in the report as JSON." in text


def test_a_day_beyond_all_measure_is_told_in_part_and_says_so() -> None:
    """A page of ten thousand lines is of use to nobody; the table and the JSON have all of them."""
    text = Outline(page(report(busy(12)), listed=9).decode()).text

    assert "14 lines, the newest first. Times of Europe/Berlin. Here are the last 9; all of them stand in" in text


def test_until_when_registrations_were_looked_for_is_told() -> None:
    """Six hours into the next day, or until the report was written."""
    text = rendered(busy()).text

    assert "Reset, and nothing registered by 21 Nov 06:00" in text


def test_a_gap_is_said_at_the_top() -> None:
    """Before any figure, with its times and its reason; and no banner calls the day complete."""
    text = rendered(with_gap()).text

    assert text.index("This report has a gap") < text.index("The day in figures")
    assert "03:00 to 07:35 . It is lost: Entra does not keep it any longer. It was not read while Entra had it." in text


def test_a_gap_that_can_be_closed_is_said_to_be_tried_again() -> None:
    """Only what Entra has dropped is lost."""
    made = with_gap()
    gap = replace(made.coverage.gaps[0], lost=False, why="")
    text = rendered(replace(made, coverage=replace(made.coverage, gaps=(gap, gap)))).text

    assert "This report has gaps" in text
    assert "It will be tried again." in text
    assert "lost" not in text


def test_an_alarm_is_said_at_the_top() -> None:
    """Before any figure, and with a way to what was done."""
    text = rendered(busy()).text

    assert text.index("identity without a request") < text.index("The day in figures")


@pytest.mark.parametrize(
    ("coverage", "expected"),
    [
        pytest.param(quiet().coverage, "MFA was reset, nobody asked for it", id="and complete"),
        pytest.param(Coverage(), "As far as the audit log has been read", id="and not read"),
    ],
)
def test_a_quiet_day_is_said_kindly(coverage: Coverage, expected: str) -> None:
    """As far as the desk can tell that it was quiet."""
    text = rendered(replace(quiet(), coverage=coverage)).text

    assert "A quiet day" in text
    assert expected in text
    assert "Worth a look" not in text


def test_a_long_day_begins_with_its_short_lists() -> None:
    """Two thousand lines stand at the end, each once; the lists before them are cut, and say so."""
    made = _day(long)
    rows = [tag for tag, _ in made.tags].count("tr")
    lists = 10

    assert made.text.index("Worth a look") < made.text.index("How complete this is") < made.text.index("2,002 lines")
    assert "more stand in the list of everything" in made.text
    assert rows < len(long().lines) + lists * (SHOWN + 1) + 31


def test_a_day_of_another_length_says_so() -> None:
    """When the clocks change, the times of the hour that comes twice carry their zone."""
    day = Day(DAY.date.replace(month=10, day=25), DAY.zone)
    moved = tuple(replace(line, at=line.at - (DAY.since - day.since)) for line in busy(5).lines)
    text = rendered(replace(busy(5), day=day, lines=moved)).text

    assert "a day of 25 hours" in text
    assert re.search(r"\d\d:\d\d CES?T", text)


def test_a_chart_is_told_in_a_table_too() -> None:
    """Each day with its numbers, a missing one as missing."""
    text = rendered(quiet()).text

    assert "The same as a table" in text
    assert "2026-11-08 no report" in text
