"""The actions of the console: exactly what will be done, done once, and what became of it."""

import pytest
from playwright.sync_api import Page, Route, expect

from local.tenant.methods import MicrosoftAuthenticator
from tests.fixtures.browser import AFTER_THE_TESTS, Visitors
from tests.fixtures.office import ADELE, DIEGO, LEE
from tests.fixtures.reception import NESTOR, PATTI

pytestmark = pytest.mark.stand


def confirm(page: Page, action: str, **typed: str) -> None:
    """Open the confirmation of an action, and fill in fields by the beginning of their labels."""
    page.get_by_role("button", name=action).click()
    for label, text in typed.items():
        page.get_by_role("dialog").get_by_label(label.replace("_", " ")).fill(text)


def done(visitors: Visitors) -> list[str]:
    """Return what was done to those whom these tests reset."""
    acts = {"methodDeleted", "sessionsRevoked"}
    ids = {visitors.tenant.person(each).id for each in (ADELE, DIEGO)}
    return [entry.act for entry in visitors.tenant.journal() if entry.act in acts and entry.user_id in ids]


def test_a_reset_shows_what_will_go_then_how_it_goes_then_what_became_of_it(visitors: Visitors) -> None:
    """And the outcome goes into the ticket as plain text."""
    page = visitors.see(permissions=["clipboard-read", "clipboard-write"])
    confirm(page, "Require re-registration", Ticket="INC-7", Reason="Phone lost", How_was="Manager vouched")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("This removes 4 methods")
    expect(dialog.get_by_role("listitem")).to_contain_text(["11)", "Authentication codes", "10)", "Adele's iPhone"])
    dialog.get_by_label("Also revoke").check()
    dialog.get_by_role("button", name="Remove 4 methods").click()
    expect(dialog).to_contain_text("At work")
    expect(dialog.get_by_text("not registered any more").first).to_be_visible()
    expect(dialog).to_contain_text("Adele's iPhone): removed")
    dialog.get_by_role("button", name="Copy for the ticket").click()
    expect(dialog.get_by_role("button", name="Copied")).to_be_visible()
    text = page.evaluate("navigator.clipboard.readText()")
    dialog.get_by_role("button", name="Close").click()

    expect(page.get_by_role("heading", name="Adele Vance")).to_be_focused()
    expect(page.get_by_text("No second factor is registered.")).to_be_visible()
    assert [line for line in text.splitlines() if "Person" in line] == [f"Person: Adele Vance ({ADELE})"]
    for told in ("MFA Desk: Succeeded", "Ticket: INC-7", "Verified: Manager vouched", "Revoke sessions: succeeded"):
        assert told in text
    assert done(visitors) == ["methodDeleted"] * 4 + ["sessionsRevoked"]


def test_a_reset_takes_nothing_but_a_keyboard(visitors: Visitors) -> None:
    """From the search to the outcome, and the focus comes back."""
    page = visitors.come()
    press = page.keyboard.press
    expect(page.get_by_label("Find a person")).to_be_focused()
    page.keyboard.type("diego")
    expect(page.get_by_role("option", name="Diego")).to_be_visible()
    press("Enter")
    expect(page.get_by_role("heading", name="Diego")).to_be_focused()
    button = page.get_by_role("button", name="Revoke sessions")
    for _ in range(12):
        press("Tab")
        if button.evaluate("(element) => element === document.activeElement"):
            break
    press("Enter")
    expect(page.get_by_role("dialog").get_by_role("heading")).to_be_focused()
    press("Tab")
    page.keyboard.type("INC-8")
    go = page.get_by_role("dialog").get_by_role("button", name="Revoke sessions")
    expect(go).to_be_enabled()
    press("Enter")
    expect(page.get_by_role("dialog").get_by_role("heading", name="What became of it")).to_be_focused()
    press("Escape")

    expect(page.get_by_role("heading", name="Diego")).to_be_focused()
    assert done(visitors) == ["sessionsRevoked"]


def test_an_answer_that_got_lost_is_asked_for_again_under_the_same_id(visitors: Visitors) -> None:
    """The desk did it the first time; nothing is done twice, and nothing can be changed in between."""
    page = visitors.see(DIEGO)
    lost: list[str] = []

    def lose(route: Route) -> None:
        lost.append(route.fetch().json()["id"])
        route.abort()

    page.route("**/api/requests", lose, times=1)
    confirm(page, "Revoke sessions", Ticket="INC-9")
    page.get_by_role("dialog").get_by_role("button", name="Revoke sessions").click()
    expect(page.get_by_role("alert")).to_contain_text("under the same id nothing is done twice")
    expect(page.get_by_label("Ticket")).to_be_disabled()
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("dialog")).to_contain_text("Succeeded")
    page.get_by_role("link", name="The whole record").click()

    expect(page.get_by_role("heading", name=f"Request {lost[0]}")).to_be_visible()
    assert done(visitors) == ["sessionsRevoked"]


def test_a_desk_that_is_away_is_asked_again_and_nothing_typed_is_lost(visitors: Visitors) -> None:
    """A 503 is said in its own sentence."""
    page = visitors.see(DIEGO)
    sentence = "The desk's storage gave no usable answer; come again in 30 seconds, with a request under its id."
    page.route("**/api/requests", lambda route: route.fulfill(status=503, json={"detail": sentence}), times=1)
    confirm(page, "Revoke sessions", Ticket="INC-10", Reason="Stolen")
    page.get_by_role("dialog").get_by_role("button", name="Revoke sessions").click()
    expect(page.get_by_role("alert")).to_contain_text(sentence)
    expect(page.get_by_label("Reason")).to_have_value("Stolen")
    page.get_by_role("button", name="Try again").click()

    expect(page.get_by_role("dialog")).to_contain_text("Succeeded")


def test_a_sign_in_that_ends_in_the_middle_loses_nothing(visitors: Visitors) -> None:
    """It is said where one is; after signing in again, in another tab, it goes on with what was typed."""
    page = visitors.see(DIEGO)
    confirm(page, "Revoke sessions", Ticket="INC-11")
    go = page.get_by_role("dialog").get_by_role("button", name="Revoke sessions")
    expect(go).to_be_enabled()
    page.context.clear_cookies()
    go.click()
    expect(page.get_by_role("dialog")).to_contain_text(
        "Your sign-in has ended. Sign in again and go on; nothing you typed is lost."
    )
    expect(page.get_by_role("link", name="Sign in in another tab")).to_have_attribute("target", "_blank")
    visitors.sign_in(page.context, LEE)
    page.get_by_role("button", name="I have signed in").click()
    expect(page.get_by_role("link", name="Sign in in another tab")).to_have_count(0)
    expect(page.get_by_label("Ticket")).to_have_value("INC-11")
    go.click()

    expect(page.get_by_role("dialog")).to_contain_text("Succeeded")


def test_the_end_of_a_sign_in_is_said_where_it_is_seen(visitors: Visitors) -> None:
    """On a phone the button that was pressed is far below."""
    page = visitors.see(DIEGO, viewport={"width": 360, "height": 740})
    confirm(page, "Revoke sessions", Where="HR")
    page.get_by_label("How was").fill("In person")
    go = page.get_by_role("dialog").get_by_role("button", name="Revoke sessions")
    expect(go).to_be_enabled()
    page.context.clear_cookies()
    go.click()

    expect(page.get_by_role("link", name="Sign in in another tab")).to_be_in_viewport()


def test_who_says_they_have_signed_in_and_has_not_is_told_so(visitors: Visitors) -> None:
    """The button is not dead."""
    page = visitors.see(DIEGO, anew=True)
    expect(page.get_by_role("heading", name="Diego")).to_be_visible()
    page.context.clear_cookies()
    page.get_by_role("link", name="Delegates").click()
    page.get_by_role("button", name="I have signed in").click()

    expect(page.get_by_text("Not signed in yet.")).to_be_visible()


def test_a_request_that_is_put_off_can_be_left(visitors: Visitors) -> None:
    """Until when stays said, whatever is seen of the methods; it goes on without the page."""
    page = visitors.see(ADELE)
    confirm(page, "Require re-registration", Ticket="INC-17")
    go = page.get_by_role("button", name="Remove 4 methods")
    expect(go).to_be_enabled()
    visitors.tenant.fault("answer", path="*$batch", times=None, status=503, retry_after=AFTER_THE_TESTS)
    go.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Graph is throttling.")
    visitors.tenant.clear_faults()
    expect(dialog).to_contain_text("0 of 4 gone.")
    expect(dialog).to_contain_text("Graph is throttling.")
    dialog.get_by_role("button", name="Close").click()

    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("heading", name="Adele Vance")).to_be_visible()


def test_a_field_that_was_mended_is_not_marked_any_more(visitors: Visitors) -> None:
    """What goes wrong next has nothing to do with it."""
    page = visitors.see(DIEGO)
    confirm(page, "Revoke sessions", Ticket="INC-18")
    go = page.get_by_role("dialog").get_by_role("button", name="Revoke sessions")
    fault = {"status": 400, "detail": "Field 'reason': is missing; this desk demands it.", "field": "reason"}
    page.route("**/api/requests", lambda route: route.fulfill(status=400, json=fault), times=1)
    go.click()
    expect(page.get_by_label("Reason")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Reason").fill("Stolen")
    page.route("**/api/requests", lambda route: route.abort(), times=1)
    go.click()
    expect(page.get_by_role("alert")).to_contain_text("The desk cannot be reached.")

    expect(page.get_by_label("Reason")).not_to_have_attribute("aria-invalid", "true")


def test_a_pass_is_shown_once_and_gone_on_leaving(visitors: Visitors) -> None:
    """Its record has everything but the pass."""
    page = visitors.see(DIEGO)
    confirm(page, "Temporary Access Pass", Ticket="INC-12")
    page.get_by_label("How long it is valid").select_option("60")
    page.get_by_role("button", name="Issue the pass").click()
    shown = page.locator("output")
    expect(shown).not_to_be_empty()
    text = shown.inner_text()
    expect(page.get_by_text("It stands here for another")).to_be_visible()
    page.get_by_role("link", name="The whole record").click()
    expect(page.get_by_role("heading", name="What was asked for")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Diego")).to_be_visible()

    assert len(text) >= 8
    assert text not in page.content()


def test_a_pass_goes_by_itself_after_a_time(visitors: Visitors) -> None:
    """Nobody finds it on a screen that was left alone."""
    page = visitors.see(DIEGO, anew=True)
    page.clock.install()
    confirm(page, "Temporary Access Pass")
    page.clock.run_for(1000)
    page.get_by_role("button", name="Issue the pass").click()
    expect(page.locator("output")).not_to_be_empty()
    page.clock.run_for(181_000)

    expect(page.locator("output")).to_have_count(0)
    expect(page.get_by_role("dialog")).to_contain_text("the pass is not shown any more")


def test_what_the_settings_demand_is_asked_for(visitors: Visitors) -> None:
    """Before anything is sent; and what the desk finds fault with is shown at its field."""
    page = visitors.see(DIEGO)

    def demanding(route: Route) -> None:
        body = route.fetch().json()
        body["rules"]["demandedFields"] = ["reason", "verification"]
        route.fulfill(json=body)

    page.route("**/api/me", demanding)
    page.reload()
    confirm(page, "Revoke sessions", Reason="   ")
    go = page.get_by_role("dialog").get_by_role("button", name="Revoke sessions")
    go.click()
    expect(page.get_by_label("How was")).to_be_focused()
    page.get_by_label("How was").fill("In person")
    fault = {"status": 400, "detail": "Field 'reason': is missing; this desk demands it.", "field": "reason"}
    page.route("**/api/requests", lambda route: route.fulfill(status=400, json=fault), times=1)
    go.click()

    expect(page.get_by_role("alert")).to_contain_text("is missing; this desk demands it.")
    expect(page.get_by_label("Reason")).to_be_focused()
    expect(page.get_by_label("Reason")).to_have_attribute("aria-invalid", "true")


def test_somebody_who_is_gone_meanwhile_is_said_to_be(visitors: Visitors) -> None:
    """The card was open; the person is no longer there."""
    (person,) = visitors.tenant.add_people(1)
    page = visitors.see(person)
    expect(page.get_by_role("button", name="Revoke sessions")).to_be_visible()
    confirm(page, "Revoke sessions", Ticket="INC-13")
    go = page.get_by_role("dialog").get_by_role("button", name="Revoke sessions")
    expect(go).to_be_enabled()
    visitors.tenant.reset()
    go.click()

    expect(page.get_by_role("alert")).to_contain_text("nobody in the directory has that object id")
    expect(page.get_by_label("Ticket")).to_have_value("INC-13")


def test_a_privileged_operator_resets_an_administrator(visitors: Visitors) -> None:
    """Over HTTP in their own name, unless the desk wants a second person always."""
    page = visitors.see(PATTI, NESTOR)
    confirm(page, "Revoke sessions", Ticket="INC-14")
    page.get_by_role("dialog").get_by_role("button", name="Revoke sessions").click()

    expect(page.get_by_role("dialog")).to_contain_text("Succeeded")


def test_per_user_mfa_is_set_where_it_is_switched_on(visitors: Visitors) -> None:
    """With what it was and what it is since."""
    page = visitors.see(ADELE)
    confirm(page, "Set per-user MFA", Ticket="INC-16")
    expect(page.get_by_role("dialog")).to_contain_text("It is enforced now.")
    page.get_by_label("Per-user MFA is to be").select_option("disabled")
    page.get_by_role("dialog").get_by_role("button", name="Set per-user MFA").click()

    expect(page.get_by_role("dialog")).to_contain_text("Per-user MFA: enforced → disabled")


def test_a_reset_stands_in_the_history_with_the_human_behind_it(visitors: Visitors) -> None:
    """As soon as the audit log has been harvested; and what was done around the desk, and registered since."""
    visitors.tenant.reset_in_portal(DIEGO, admin=NESTOR)
    visitors.tenant.register(DIEGO, MicrosoftAuthenticator(display_name="New phone"))
    page = visitors.see(DIEGO)
    confirm(page, "Revoke sessions", Ticket="INC-15", Reason="Stolen laptop")
    page.get_by_role("dialog").get_by_role("button", name="Revoke sessions").click()
    page.get_by_role("button", name="Close").click()
    history = page.locator("ol.history")

    expect(history).to_contain_text("Lee Gu")
    expect(history).to_contain_text("INC-15 · Stolen laptop")
    visitors.until(page, f"users/{visitors.tenant.person(DIEGO).id}/history", "outsideDesk")
    page.reload()
    expect(history).to_contain_text("Nestor Wilke")
    expect(history).to_contain_text("Authenticator app (New phone)")
