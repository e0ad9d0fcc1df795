"""Finding somebody in the console, and what is seen of them."""

import re

import pytest
from playwright.sync_api import Route, expect

from local.tenant.methods import MicrosoftAuthenticator
from tests.fixtures.browser import Visitors
from tests.fixtures.office import ADELE, DIEGO, LEE
from tests.fixtures.reception import DEBRA, NESTOR, PATTI

pytestmark = pytest.mark.stand
HOSTILE = "<img src=x onerror=alert(1)>"


def test_somebody_is_found_while_one_types_and_opened_by_the_keyboard_alone(visitors: Visitors) -> None:
    """The search has the focus at once; arrow keys choose, Enter opens, and the focus is at the person's name."""
    page = visitors.come()
    expect(page.get_by_label("Find a person")).to_be_focused()
    page.keyboard.type("vance")
    expect(page.get_by_role("option")).to_have_count(2)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option", name="Adele")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Adele Vance")).to_be_focused()
    assert page.title() == "Adele Vance · MFA Desk"


def test_a_person_is_shown_with_all_that_the_desk_knows(visitors: Visitors) -> None:
    """Methods with masked details, per-user MFA, sessions, whom it takes."""
    page = visitors.see()

    for told in (ADELE, "Account enabled", "Ordinary person", "mobile +1 ••10", "Adele's iPhone", "3 Mar 2025"):
        expect(page.locator("main")).to_contain_text(told)
    expect(page.locator("dl")).to_contain_text("Authenticator notification")
    expect(page.locator("dl")).to_contain_text("Per-user MFAenforced")
    expect(page.locator("dl")).to_contain_text("Sessions valid from5 Jan 2026")


def test_reload_and_back_lead_where_they_should(visitors: Visitors) -> None:
    """A place is an address."""
    page = visitors.see()
    expect(page.get_by_role("heading", name="Adele Vance")).to_be_visible()
    page.get_by_role("link", name="Delegates").click()
    expect(page.get_by_role("heading", name="Delegates", level=1)).to_be_focused()
    page.go_back()
    expect(page.get_by_role("heading", name="Adele Vance")).to_be_focused()
    page.reload()

    expect(page.get_by_role("heading", name="Adele Vance")).to_be_visible()


def test_whatever_somebody_is_called_stays_text(visitors: Visitors) -> None:
    """A name, a method's name: markup in it is shown, and never becomes markup."""
    visitors.tenant.register(DIEGO, MicrosoftAuthenticator(display_name=HOSTILE))

    def renamed(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace("Diego Siciliani", HOSTILE))

    page = visitors.come()
    page.route("**/api/users*", renamed)
    page.route("**/api/users/*", renamed)
    page.get_by_label("Find a person").fill("diego")
    expect(page.get_by_role("option")).to_contain_text(HOSTILE)
    page.get_by_role("option").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(HOSTILE)
    expect(page.locator(".methods")).to_contain_text(HOSTILE)
    page.get_by_role("button", name="Require re-registration").click()
    expect(page.get_by_role("dialog")).to_contain_text(f"Authenticator app ({HOSTILE})")

    assert page.locator("main img, dialog img").count() == 0


@pytest.mark.parametrize(
    ("who", "whom", "why"),
    [
        (LEE, PATTI, "This person is beyond an operator's reach (Global Administrator); it takes"),
        (LEE, LEE, "Nobody resets themselves; ask a colleague."),
        (NESTOR, "emergency.one@contoso.com", "This person is protected: the desk never touches their sign-in."),
        (DEBRA, ADELE, "Whoever asks may only read; it takes MfaDesk.Operator or an equal role."),
    ],
)
def test_what_may_not_be_done_is_there_with_the_rule_that_refuses_it(
    visitors: Visitors, who: str, whom: str, why: str
) -> None:
    """The button can be reached, says that it is disabled and why, and does nothing."""
    page = visitors.see(whom, who)
    button = page.get_by_role("button", name="Revoke sessions")
    expect(button).to_have_attribute("aria-disabled", "true")
    expect(button).to_have_accessible_description(re.compile(re.escape(f"Not possible: {why}")))
    button.click(force=True)

    expect(page.get_by_role("dialog")).to_have_count(0)


def test_what_is_against_everything_is_said_once(visitors: Visitors) -> None:
    """And not with each of four buttons."""
    page = visitors.see(PATTI)
    expect(page.get_by_role("button", name="Temporary Access Pass")).to_have_accessible_description(
        re.compile("^Not possible: ")
    )

    expect(page.get_by_text("Not possible:")).to_have_count(1)


def test_who_is_not_there_is_told_of_under_a_heading_and_not_asked_for_again(visitors: Visitors) -> None:
    """The heading has the focus; another try would find nobody, either."""
    page = visitors.come()
    expect(page.get_by_label("Find a person")).to_be_focused()
    page.evaluate("location.hash = '#/person/00000000-0000-4000-8000-000000000000'")
    expect(page.get_by_role("alert")).to_be_visible()

    expect(page.get_by_role("heading", level=1, name="Person")).to_be_focused()
    expect(page.get_by_role("button", name="Try again")).to_have_count(0)


def test_an_action_that_is_switched_off_is_there_and_explained(visitors: Visitors) -> None:
    """By the decision which the desk sends with the person."""
    page = visitors.come()

    def switched_off(route: Route) -> None:
        body = route.fetch().json()
        reason = "This desk does not do issueTemporaryAccessPass; the setting FURTHER_ACTIONS switches it on."
        for each in body["actions"]:
            if each["action"] == "issueTemporaryAccessPass":
                each["decision"] = {"effect": "refused", "rule": "actionSwitchedOff", "reason": reason}
        route.fulfill(json=body)

    page.route("**/api/users/*", switched_off)
    page.goto(f"{visitors.stand.host_url}/console#/person/{visitors.tenant.person(ADELE).id}")

    expect(page.get_by_role("button", name="Temporary Access Pass")).to_have_attribute("aria-disabled", "true")
    expect(page.get_by_text("the setting FURTHER_ACTIONS switches it on")).to_be_visible()


def test_who_cannot_be_found_and_what_cannot_be_reached_is_said(visitors: Visitors) -> None:
    """In the desk's own sentence, with a way to try again."""
    page = visitors.come()
    page.get_by_label("Find a person").fill("zzzz")
    expect(page.get_by_role("option")).to_have_text("Nobody fits “zzzz”.")
    page.context.set_offline(offline=True)
    page.get_by_label("Find a person").fill("adele")
    expect(page.get_by_role("alert")).to_contain_text("The desk cannot be reached.")
    page.context.set_offline(offline=False)
    page.get_by_role("button", name="Try again").click()

    expect(page.get_by_role("option", name="Adele")).to_be_visible()


def test_graph_that_is_away_is_said_as_the_desk_says_it(visitors: Visitors) -> None:
    """A person that does not come can be asked for again."""
    visitors.tenant.fault("answer", path="*$batch", times=None, status=503, retry_after="120")
    page = visitors.see()
    expect(page.get_by_role("alert")).to_contain_text(
        "Microsoft Graph gave no usable answer; ask again in 120 seconds."
    )
    visitors.tenant.clear_faults()
    page.get_by_role("button", name="Try again").click()

    expect(page.get_by_role("heading", name="Adele Vance")).to_be_visible()
