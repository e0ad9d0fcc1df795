"""The console for whoever uses it however: screen readers, keyboards, phones, light and dark."""

import json
import re
from pathlib import Path
from typing import Any, Final, Literal

import pytest
from azure.storage.queue import QueueClient
from playwright.sync_api import Page, expect

from tests.console.test_many import ASK, order
from tests.fixtures.browser import Visitors
from tests.fixtures.office import ADELE, DIEGO, LEE
from tests.fixtures.reception import DEBRA, NESTOR, PATTI

pytestmark = pytest.mark.stand
AXE: Final = Path(__file__).parents[2] / "local/node_modules/axe-core/axe.min.js"
EVERYTHING: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice")
COLOURS: Final = ("color-contrast",)
"""What is different in the dark."""
RUN: Final = """async (runOnly) => (await axe.run({runOnly}))
    .violations.filter((each) => ["serious", "critical"].includes(each.impact))
    .map((each) => `${each.id}: ${each.nodes.map((node) => node.html).join(" | ")}`)"""
SCHEMES: Final = pytest.mark.parametrize(("scheme", "rules"), [("light", EVERYTHING), ("dark", COLOURS)])
SMALL: Final = """() => [...document.querySelectorAll("a, button, input, select, textarea, summary")]
    .map((each) => each.type === "checkbox" ? each.nextElementSibling : each)
    .filter((each) => !each.disabled && each.id !== "skip" && each.checkVisibility())
    .filter((each) => !document.querySelector("dialog[open]") || each.closest("dialog"))
    .filter((each) => Math.min(each.getBoundingClientRect().width, each.getBoundingClientRect().height) < 44)
    .map((each) => each.outerHTML)"""
"""What a finger is to meet, and is less than 44 pixels wide or high."""
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


def go(page: Page, place: str) -> None:
    """Go to a view, and wait until it is all there."""
    page.evaluate("(place) => { location.hash = place; }", place)
    settled(page)


def on_record(visitors: Visitors, page: Page, request_id: str) -> tuple[str, str]:
    """See to it that there is something to be seen: a request that waits for approval; return where it is seen."""
    request = {"id": request_id, "user": PATTI, "actions": ["revokeSessions"], "requestedBy": LEE}
    with QueueClient.from_connection_string(visitors.stand.connection_string, "reset-requests") as queue:
        queue.send_message(json.dumps(request))
    visitors.until(page, "requests?status=awaitingApproval", f'"{request_id}"')
    return f"#/approvals/{request_id}", f"#/request/{request_id}"


def tried(page: Page, bulk_id: str, *users: str) -> str:
    """Have a dry run made for these people, and return where it is told."""
    assert page.evaluate(ASK, [order(bulk_id, *users, dryRun=True)]) in ([200], [202])
    return f"#/bulk/{bulk_id}"


@SCHEMES
def test_axe_finds_nothing_serious_in_any_view(
    visitors: Visitors, scheme: Literal["light", "dark"], rules: tuple[str, ...]
) -> None:
    """A person, a confirmation, an outcome, and every other view."""
    page = visitors.see(who=NESTOR, color_scheme=scheme)
    waiting = on_record(visitors, page, f"INC-41-{scheme}")
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
    for screen in (*SCREENS, *waiting):
        go(page, screen)
        faults[screen] = found(page, rules)

    assert {name: fault for name, fault in faults.items() if fault} == {}


@SCHEMES
def test_axe_finds_nothing_serious_in_a_bulk_request(
    visitors: Visitors, scheme: Literal["light", "dark"], rules: tuple[str, ...]
) -> None:
    """A dry run that has ended, one that is at work, one that is paused, one that was cancelled."""
    page = visitors.come(color_scheme=scheme)
    go(page, tried(page, f"INC-42-{scheme}", ADELE, PATTI))
    expect(page.get_by_role("heading", name="Now for real")).to_be_visible()
    faults = {"dry run": found(page, rules)}
    assert page.evaluate(ASK, [order(f"INC-43-{scheme}", *visitors.tenant.add_people(200))]) == [202]
    go(page, f"#/bulk/INC-43-{scheme}")
    faults["at work"] = found(page, rules)
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Go on")).to_be_visible()
    faults["paused"] = found(page, rules)
    page.get_by_role("button", name="Cancel the rest").click()
    expect(page.locator("main")).to_contain_text("Cancelled")
    faults["cancelled"] = found(page, rules)

    assert {name: fault for name, fault in faults.items() if fault} == {}


@SCHEMES
def test_axe_finds_nothing_serious_in_an_open_pass(
    visitors: Visitors, scheme: Literal["light", "dark"], rules: tuple[str, ...]
) -> None:
    """Nor in the confirmation before it."""
    page = visitors.see(DIEGO, color_scheme=scheme)
    page.get_by_role("button", name="Temporary Access Pass").click()
    go_on = page.get_by_role("button", name="Issue the pass")
    expect(go_on).to_be_enabled()
    before = found(page, rules)
    go_on.click()
    expect(page.locator("output")).not_to_be_empty()

    assert (before, found(page, rules)) == ([], [])


@SCHEMES
def test_axe_finds_nothing_serious_once_the_sign_in_has_ended(
    visitors: Visitors, scheme: Literal["light", "dark"], rules: tuple[str, ...]
) -> None:
    """Neither on the page, nor in a dialog."""
    page = visitors.see(DIEGO, color_scheme=scheme)
    page.get_by_role("button", name="Revoke sessions").click()
    go_on = page.get_by_role("dialog").get_by_role("button", name="Revoke sessions")
    expect(go_on).to_be_enabled()
    page.context.clear_cookies()
    go_on.click()
    expect(page.get_by_role("link", name="Sign in in another tab")).to_be_visible()
    within = found(page, rules)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    settled(page)

    assert (within, found(page, rules)) == ([], [])


def test_axe_finds_nothing_serious_for_whoever_may_do_nothing(visitors: Visitors) -> None:
    """Buttons that refuse, a stranger's page, the sign-in."""
    pages: list[Page] = [visitors.see(who=DEBRA), visitors.come(ADELE), visitors.come(None)]
    for page in pages:
        settled(page)

    assert [found(page) for page in pages] == [[], [], []]


def test_a_phone_shows_everything_without_scrolling_sideways(visitors: Visitors) -> None:
    """360 pixels, in every view, the confirmation too; what a finger is to meet has 44 pixels."""
    page = visitors.see(viewport={"width": 360, "height": 740})
    waiting = on_record(visitors, page, "INC-41")
    visitors.until(page, "reports", '"headline"')
    dry_run = tried(page, "INC-44", ADELE, PATTI, "emergency.one@contoso.com", "nobody.at.all@contoso.com")
    wide: dict[str, Any] = {}
    small: dict[str, Any] = {}

    def look(name: str) -> None:
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        wide.update({name: over} if over > 0 else {})
        less = page.evaluate(SMALL)
        small.update({name: less} if less else {})

    settled(page)
    look("person")
    page.get_by_role("button", name="Require re-registration").click()
    expect(page.get_by_role("button", name="Remove 4 methods")).to_be_enabled()
    look("confirmation")
    assert page.evaluate("(d => d.scrollWidth <= d.clientWidth)(document.querySelector('dialog'))")
    page.keyboard.press("Escape")
    for screen in (*SCREENS, *waiting, dry_run):
        go(page, screen)
        look(screen)

    assert (wide, small) == ({}, {})


def test_a_phone_shows_a_report_without_scrolling_sideways(visitors: Visitors) -> None:
    """It is a page of its own."""
    page = visitors.come(viewport={"width": 360, "height": 740})
    visitors.until(page, "reports", '"headline"')
    go(page, "#/reports")
    with page.expect_popup() as opened:
        page.get_by_role("link", name=re.compile("^page, ")).first.click()
    opened.value.wait_for_load_state()

    assert opened.value.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


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
