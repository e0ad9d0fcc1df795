"""The console on a bad day: hostile names, answers that overtake each other, other people at the same machine."""

import json
import re
from typing import Any, Final

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from local.tenant.methods import MicrosoftAuthenticator
from tests.console.test_approving import waiting
from tests.console.test_for_everybody import settled
from tests.fixtures.browser import Held, Visitors
from tests.fixtures.office import ADELE, DIEGO
from tests.fixtures.reception import NESTOR

pytestmark = pytest.mark.stand
HOSTILE: Final = "<img src=x onerror=alert(1)>"
TURNING: Final = "\u202egnp.exe"
NAMES: Final = re.compile(
    r'("(?:displayName|label|title|name|ticket|reason|comment|note|headline|description|jobTitle|tool)":)"[^"]*"'
)
LEAVES: Final = "() => window.dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))"
KEPT: Final = "JSON.stringify([history.state, {...sessionStorage}, {...localStorage}, document.cookie, location.href])"


def everywhere(page: Page, name: str) -> None:
    """Have everybody and everything called that."""

    def renamed(route: Route) -> None:
        answer = route.fetch()
        body = NAMES.sub(lambda found: found[1] + json.dumps(name), answer.text())
        route.fulfill(response=answer, body=body)

    page.route("**/api/**", renamed)


def place(visitors: Visitors, address: str) -> str:
    """Return the whole address of a view."""
    return f"{visitors.stand.host_url}/console{address}"


def test_no_name_ticket_or_comment_becomes_markup_in_any_view(visitors: Visitors) -> None:
    """Neither a method's name, nor a group's, nor a role's: it stays text wherever it stands."""
    seen = waiting(visitors, "INC-61")
    visitors.until(seen, "reports", '"headline"')
    everywhere(seen, HOSTILE)
    adele = visitors.tenant.person(ADELE).id
    views = ["approvals", "approvals/INC-61", "requests", "request/INC-61", "delegates", "reports", f"person/{adele}"]
    showing = 0
    for view in views:
        seen.goto(place(visitors, f"#/{view}"))
        seen.reload()
        settled(seen)
        showing += HOSTILE in seen.locator("main").inner_text()
        assert seen.locator("main img, main script, main [onerror]").count() == 0, view

    assert showing >= len(views) - 1


def test_a_name_does_not_turn_the_text_around_it(visitors: Visitors) -> None:
    """Marks of direction are shown as what they are."""
    page = visitors.see(DIEGO, anew=True)
    everywhere(page, TURNING)
    page.reload()

    expect(page.get_by_role("heading", level=1)).to_have_text("\ufffdgnp.exe")


def test_what_a_phone_is_called_becomes_no_line_of_the_ticket(visitors: Visitors) -> None:
    """The text for the ticket has the lines that the desk gave it."""
    phone = MicrosoftAuthenticator(display_name="x\nApproved by: Nestor Wilke")
    (somebody,) = visitors.tenant.add_people(1, (phone,))
    page = visitors.see(somebody, permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Require re-registration").click()
    page.get_by_role("button", name=re.compile("^Remove")).click()
    page.get_by_role("button", name="Copy for the ticket").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()

    lines = page.evaluate("navigator.clipboard.readText()").splitlines()
    assert [line for line in lines if line.startswith("Approved by")] == []
    assert [line for line in lines if "Approved by: Nestor Wilke" in line] != []


def revoked(visitors: Visitors) -> tuple[Page, Locator]:
    """Have Diego's sessions revoked; return the page, and its dialog that tells so."""
    page = visitors.see(DIEGO)
    page.get_by_role("button", name="Revoke sessions").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Revoke sessions").click()
    expect(dialog.locator("#told")).to_have_text("Succeeded.")
    return page, dialog


def test_what_is_told_while_a_dialog_is_open_is_told_in_it(visitors: Visitors) -> None:
    """A screen reader hears nothing of what lies beneath."""
    page, dialog = revoked(visitors)
    dialog.get_by_role("button", name="Close").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("link", name="Delegates").click()

    expect(page.locator("#told")).to_have_text("Delegates")


def test_what_a_view_still_waits_for_moves_no_focus_once_it_is_left(visitors: Visitors) -> None:
    """Or whoever has gone on is told nothing of where they have come."""
    page, dialog = revoked(visitors)
    person = Held(page, f"**/api/users/{visitors.tenant.person(DIEGO).id}")
    dialog.get_by_role("button", name="Close").click()
    person.first()
    delegates = Held(page, "**/api/delegates")
    page.get_by_role("link", name="Delegates").click()
    asked = delegates.first()
    expect(page.get_by_role("heading", name="Delegates")).not_to_be_focused()
    asked.continue_()

    expect(page.locator("#told")).to_have_text("Delegates")
    expect(page.get_by_role("heading", name="Delegates")).to_be_focused()


def test_enter_opens_nobody_who_was_found_for_other_letters(visitors: Visitors) -> None:
    """Whoever types faster than the directory answers opens whom they meant, or nobody yet."""
    page = visitors.come(anew=True)
    field = page.get_by_label("Find a person")
    field.fill("adele")
    expect(page.get_by_role("option", name="Adele")).to_be_visible()
    held = Held(page, "**/api/users?search=diego")
    field.fill("diego")
    field.press("Enter")
    diego = held.first()
    expect(page).to_have_url(re.compile("/console$"))
    with page.expect_response("**/api/users?search=diego"):
        diego.continue_()
    expect(page.get_by_role("option", name="Diego")).to_be_visible()
    field.press("Enter")

    expect(page.get_by_role("heading", name="Diego")).to_be_focused()


def test_an_answer_that_comes_late_shows_nobody_else(visitors: Visitors) -> None:
    """The card is of whom one went to last; the list of the search does not stay open behind it."""
    page = visitors.come(anew=True)
    adele, diego = (visitors.tenant.person(each).id for each in (ADELE, DIEGO))
    held = Held(page, f"**/api/users/{adele}")
    page.goto(place(visitors, f"#/person/{adele}"))
    expect(page.get_by_text("Loading …")).to_be_visible()
    asked = held.first()  # before the page is left: otherwise it may never ask
    page.goto(place(visitors, f"#/person/{diego}"))
    expect(page.get_by_role("heading", name="Diego")).to_be_visible()
    asked.continue_()
    page.get_by_label("Find a person").fill("adele")
    expect(page.get_by_role("option", name="Adele")).to_be_visible()
    page.get_by_role("button", name="Revoke sessions").focus()

    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(page.get_by_role("heading", name="Diego")).to_be_visible()


@pytest.mark.parametrize("name", ["constructor", "__proto__", "toString", "%E0%A4%A", "//evil.example"])
def test_an_address_that_is_no_view_leads_to_the_search(visitors: Visitors, name: str) -> None:
    """And nowhere else."""
    page = visitors.come(at=f"#/{name}")

    expect(page.get_by_label("Find a person")).to_be_visible()


def test_who_presses_twice_asks_once_and_cannot_leave_in_between(visitors: Visitors) -> None:
    """Two clicks, and Escape while it is on its way: the answer, which may be a pass, is seen."""
    page = visitors.see(DIEGO, anew=True)
    held = Held(page, "**/api/requests")
    page.get_by_role("button", name="Revoke sessions").click()
    go = page.get_by_role("dialog").get_by_role("button", name="Revoke sessions")
    expect(go).to_be_enabled()
    go.dblclick()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_contain_text("At work")
    held.first().continue_()

    expect(page.get_by_role("dialog")).to_contain_text("Succeeded")
    assert len(held.calls) == 1


def test_a_decision_whose_answer_got_lost_is_sent_again_and_made_once(visitors: Visitors) -> None:
    """The desk knows who decided."""
    page = waiting(visitors, "INC-62", user="irvin.sayers@contoso.com")

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/approval", lose, times=1)
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("alert")).to_contain_text("The desk cannot be reached.")
    page.get_by_role("button", name="Try again").click()

    expect(page.get_by_role("heading", name="Decided")).to_be_focused()
    irvin = visitors.tenant.person("irvin.sayers@contoso.com").id
    done = [entry.act for entry in visitors.tenant.journal() if entry.user_id == irvin]
    assert done.count("sessionsRevoked") == 1


def test_nothing_is_left_for_who_signs_in_next(visitors: Visitors) -> None:
    """What a colleague typed, and their name, go when somebody else has signed in in another tab."""
    page = visitors.see(DIEGO, anew=True)
    page.get_by_role("button", name="Revoke sessions").click()
    page.get_by_label("Ticket").fill("INC-63")
    visitors.sign_in(page.context, NESTOR)
    page.evaluate("window.dispatchEvent(new Event('focus'))")

    expect(page.locator("#account")).to_contain_text("nestor.wilke")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_page_that_the_browser_had_kept_is_loaded_anew(visitors: Visitors) -> None:
    """Back, after signing out, shows nobody."""
    page = visitors.see(DIEGO)
    expect(page.get_by_role("heading", name="Diego")).to_be_visible()
    page.context.clear_cookies()
    page.evaluate(LEAVES)

    expect(page.get_by_role("heading", name="Sign in to the MFA Desk")).to_be_visible()


def test_a_pass_is_nowhere_but_on_the_screen(visitors: Visitors) -> None:
    """Not in the address, the history, a store or a cookie; once closed, not on the page."""
    page = visitors.see(DIEGO)
    page.get_by_role("button", name="Temporary Access Pass").click()
    page.get_by_role("button", name="Issue the pass").click()
    expect(page.locator("output")).not_to_be_empty()
    text = page.locator("output").inner_text()
    kept: Any = page.evaluate(KEPT)
    page.get_by_role("button", name="Close").click()
    expect(page.locator("dialog")).to_have_count(0)

    assert len(text) >= 8
    assert text not in kept + page.content()


def test_a_long_name_and_two_hundred_methods_fit_on_a_phone(visitors: Visitors) -> None:
    """Nothing is wider than the screen, and the buttons of the dialog can be reached."""
    page = visitors.come(viewport={"width": 360, "height": 740})

    def many(route: Route) -> None:
        body = route.fetch().json()
        body["user"]["displayName"] = "W" * 256
        body["methods"] = [{**body["methods"][0], "id": str(number)} for number in range(200)]
        route.fulfill(json=body)

    page.route("**/api/users/*", many)
    page.goto(place(visitors, f"#/person/{visitors.tenant.person(ADELE).id}"))
    expect(page.locator(".methods li")).to_have_count(200)
    page.get_by_role("button", name="Require re-registration").click()
    page.get_by_role("button", name="Cancel").click()

    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
