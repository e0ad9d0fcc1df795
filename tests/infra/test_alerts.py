"""The alerts and the workbook: what they look for is what the desk says."""

import ast
import re
from collections.abc import Iterable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.triggers import bindings
from tests.infra.app import ROOT
from tests.infra.templates import data, resource

ALERTS: list[dict[str, Any]] = data("alerts.json")
PLACEHOLDER = re.compile(r"%d|%s")
TELLING = {"info", "warning", "error", "exception"}


def _said() -> Iterator[str]:
    """Yield what the desk logs, as its code has it: with %s where something is filled in."""
    for path in Path(ROOT / "shared").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Call(func=ast.Attribute(attr=level), args=[ast.Constant(value=str(text)), *_]) if (
                    level in TELLING
                ):
                    yield text


SAID = sorted(set(_said()))


def _filled(text: str) -> Iterator[str]:
    """Yield it with endings, and with a number, in its places."""
    places = len(PLACEHOLDER.findall(text))
    for words in product(("failed", "7", "succeeded"), repeat=min(places, 3)):
        yield _filled_with(text, (*words, *("7",) * places))


def _filled_with(text: str, words: Iterable[str]) -> str:
    fillings = iter(words)
    return PLACEHOLDER.sub(lambda _: next(fillings), text)


def _patterns(query: str) -> list[str]:
    """Return what a query looks for in messages, as regular expressions."""
    exact = re.findall(r"message matches regex @'([^']+)'", query)
    return exact + ["^" + re.escape(text) for text in re.findall(r"message startswith '([^']+)'", query)]


def _alert(name: str) -> str:
    (found,) = (each for each in ALERTS if each["name"] == name)
    return "\n".join(found["query"])


@pytest.mark.parametrize("pattern", [pattern for each in ALERTS for pattern in _patterns("\n".join(each["query"]))])
def test_what_an_alert_looks_for_is_said_somewhere(pattern: str) -> None:
    """A message that is worded anew must not silence its alert."""
    assert [text for text in SAID if any(re.search(pattern, filled) for filled in _filled(text))] != []


def test_an_alert_for_failures_is_silent_about_successes() -> None:
    """One that cries every day is one that nobody reads."""
    (pattern,) = _patterns(_alert("resets-failed"))

    assert not re.search(pattern, "request INC-1 succeeded (allowed)")
    assert re.search(pattern, "request INC-1 failed (triesExhausted)")
    assert re.search(pattern, "request INC-1 partial (allowed)")


@pytest.mark.parametrize("name", ["poison-queue", "harvest-silent"])
def test_the_functions_that_alerts_watch_are_there(name: str) -> None:
    """By the names that the host gives to their invocations."""
    watched = re.findall(r"name endswith '(\w+)'", _alert(name))

    assert watched != []
    assert set(watched) <= set(bindings())


def test_what_alerts_and_workbook_look_at_is_not_sampled_away() -> None:
    """Application Insights drops what is much, except what host.json keeps."""
    host = data("../host.json")
    kept = host["logging"]["applicationInsights"]["samplingSettings"]["excludedTypes"].split(";")
    tables = {"requests": "Request", "traces": "Trace", "exceptions": "Exception"}
    asked = {table for each in ALERTS for table in tables if table in "\n".join(each["query"])}

    assert {tables[table] for table in asked} <= set(kept)


def test_somebody_is_told() -> None:
    """Each alert tells the people of the action group."""
    rules = resource("modules/alerts.bicep", "rules")

    assert rules["properties"]["actions"] == {"actionGroups": ["people.id"]}
    assert resource("modules/alerts.bicep", "people")["properties"]["emailReceivers"]["loop_type"]["detail"] == {
        "item_name": "email",
        "index_name": "i",
        "array_name": "emails",
    }


def test_the_issue_of_each_alert_is_in_the_operators_handbook() -> None:
    """What it means, and what to do."""
    handbook = (ROOT / "docs" / "operations.md").read_text()

    assert [each["name"] for each in ALERTS if f"`{each['name']}`" not in handbook] == []


def test_the_workbook_reads_what_the_harvest_says() -> None:
    """Its queries take messages apart, whose words have to be the same."""
    (query,) = (
        item["content"]["query"]
        for item in data("workbook.json")["items"]
        if "windows read" in item["content"].get("query", "")
    )
    words = re.findall(r"'([^']+)'", query.partition("parse message with")[2].partition("\n")[0])
    pattern = r"\d+".join(re.escape(word) for word in words)

    assert [text for text in SAID if any(re.fullmatch(pattern, filled) for filled in _filled(text))] != []
