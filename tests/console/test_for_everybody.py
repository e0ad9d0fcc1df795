"""The console for whoever uses it however: screen readers, keyboards, phones, light and dark."""

import json
from pathlib import Path
from typing import Any, Final, Literal

import pytest
from azure.storage.queue import QueueClient
from playwright.sync_api import Page, expect

from tests.fixtures.browser import Visitors
from tests.fixtures.office import ADELE, LEE
from tests.fixtures.reception import DEBRA, NESTOR, PATTI

pytestmark = pytest.mark.stand
AXE: Final = Path(__file__).parents[2] / "local/node_modules/axe-core/axe.min.js"
EVERYTHING: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice")
COLOURS: Final = ("color-contrast",)
"""What is different in the dark."""
RUN: Final = """async (runOnly) => (await axe.run({runOnly}))
    .violations.filter((each) => ["serious", "critical"].includes(each.impact))
    .map((each) => `${each.id}: ${each.nodes.map((node) => node.html).join(" | ")}`)"""
SCREENS: Final = ("#/person", "#/approvals", "#/requests", "#/reports", "#/delegates", "#/bulk")


def found(page: Page, rules: tuple[str, ...] = EVERYTHING) -> list[str]:
    """Return what axe calls serious or worse."""
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    violations: list[str] = page.evaluate(RUN, list(rules))
    return violations


def settled(page: Page) -> None:
    """Wait until the view has all it shows."""
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    expect(page.locator("[aria-busy]")).to_have_count(0)


def on_record(visitors: Visitors) -> None:
    """See to it that there is something to be seen: a request that waits for approval."""
    request = {"id": "INC-41", "user": PATTI, "actions": ["revokeSessions"], "requestedBy": LEE}
    with QueueClient.from_connection_string(visitors.stand.connection_string, "reset-requests") as queue:
        queue.send_message(json.dumps(request))


@pytest.mark.parametrize(("scheme", "rules"), [("light", EVERYTHING), ("dark", COLOURS)])
def test_axe_finds_nothing_serious_in_any_view(
    visitors: Visitors, scheme: Literal["light", "dark"], rules: tuple[str, ...]
) -> None:
    """A person, a confirmation, an outcome, and every other view."""
    on_record(visitors)
    page = visitors.see(who=NESTOR, color_scheme=scheme)
    settled(page)
    faults = {"person": found(page, rules)}
    page.get_by_role("button", name="Require re-registration").click()
    expect(page.get_by_role("button", name="Remove 4 methods")).to_be_enabled()
    faults["confirmation"] = found(page, rules)
    page.get_by_role("button", name="Remove 4 methods").click()
    expect(page.get_by_role("button", name="Copy for the ticket")).to_be_visible()
    faults["outcome"] = found(page, rules)
    page.get_by_role("link", name="The whole record").click()
    settled(page)
    faults["record"] = found(page, rules)
    for screen in (*SCREENS, "#/approvals/INC-41"):
        page.evaluate("(place) => { location.hash = place; }", screen)
        settled(page)
        faults[screen] = found(page, rules)

    assert {name: fault for name, fault in faults.items() if fault} == {}


def test_axe_finds_nothing_serious_for_whoever_may_do_nothing(visitors: Visitors) -> None:
    """Buttons that refuse, a stranger's page, the sign-in."""
    pages: list[Page] = [visitors.see(who=DEBRA), visitors.come(ADELE), visitors.come(None)]
    for page in pages:
        settled(page)

    assert [found(page) for page in pages] == [[], [], []]


def test_a_phone_shows_everything_without_scrolling_sideways(visitors: Visitors) -> None:
    """360 pixels, in every view, the confirmation too."""
    page = visitors.see(viewport={"width": 360, "height": 740})
    wide: dict[str, Any] = {}

    def look(name: str) -> None:
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        wide.update({name: over} if over > 0 else {})

    settled(page)
    look("person")
    page.get_by_role("button", name="Require re-registration").click()
    expect(page.get_by_role("button", name="Remove 4 methods")).to_be_enabled()
    look("confirmation")
    assert page.evaluate("(d => d.scrollWidth <= d.clientWidth)(document.querySelector('dialog'))")
    page.keyboard.press("Escape")
    for screen in SCREENS:
        page.evaluate("(place) => { location.hash = place; }", screen)
        settled(page)
        look(screen)

    assert wide == {}


def test_nothing_moves_for_whoever_does_not_want_it(visitors: Visitors) -> None:
    """prefers-reduced-motion is kept to."""
    page = visitors.see(reduced_motion="reduce")
    settled(page)
    page.get_by_role("button", name="Require re-registration").click()
    page.get_by_role("button", name="Remove 4 methods").click()
    mark = page.locator(".waiting .mark").first
    expect(mark).to_be_visible()
    animation = mark.evaluate("(element) => getComputedStyle(element).animationName")
    expect(page.get_by_role("button", name="Copy for the ticket")).to_be_visible()

    assert animation == "none"


def test_the_page_runs_under_its_policy(visitors: Visitors) -> None:
    """A script that is not the desk's own does not run, and text does not become markup even on purpose."""
    page = visitors.come()
    refused = page.evaluate("(() => { try { document.body.innerHTML = '<p>x</p>'; } catch (e) { return e.name; } })()")
    ran = page.evaluate(
        "(() => { const s = document.createElement('script'); try { s.textContent = 'window.ran = 1'; "
        "document.body.append(s); } catch { } return Boolean(window.ran); })()"
    )
    blocked = [text for text in visitors.complaints if "requires" in text or "Content Security Policy" in text]
    visitors.complaints.clear()

    assert (refused, ran, blocked != []) == ("TypeError", False, True)
