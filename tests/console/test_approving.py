"""The second person in the console: the context, the decision, and what comes between."""

import json

import pytest
from azure.storage.queue import QueueClient
from playwright.sync_api import Page, expect

from tests.fixtures.browser import Visitors
from tests.fixtures.office import LEE
from tests.fixtures.reception import DEBRA, NESTOR, PATTI

pytestmark = pytest.mark.stand
IRVIN = "irvin.sayers@contoso.com"


def drop(visitors: Visitors, request_id: str, user: str = PATTI) -> str:
    """Put a request about an administrator on the queue, in Lee's name, and return where it is decided."""
    request = {
        "id": request_id,
        "user": user,
        "actions": ["requireReregistration", "revokeSessions"],
        "requestedBy": LEE,
        "ticket": request_id,
        "reason": "Lost phone",
    }
    with QueueClient.from_connection_string(visitors.stand.connection_string, "reset-requests") as queue:
        queue.send_message(json.dumps(request))
    return f"#/approvals/{request_id}"


def waiting(visitors: Visitors, request_id: str, who: str = NESTOR, user: str = PATTI) -> Page:
    """Return the page of somebody who looks at a request that waits."""
    place = drop(visitors, request_id, user)
    page = visitors.come(who)
    visitors.until(page, "requests?status=awaitingApproval", f'"{request_id}"')
    page.get_by_role("link", name="Approvals").click()
    page.locator(f'a[href="{place}"]').click()
    return page


def test_a_second_person_sees_the_context_and_approves(visitors: Visitors) -> None:
    """Who asked, why, what it would remove; then what became of it."""
    page = waiting(visitors, "INC-21", user=IRVIN)
    main = page.locator("main")
    for told in ("Lee Gu", "Lost phone", "INC-21", "Helpdesk Administrator", "Irvin's phone", "by queue"):
        expect(main).to_contain_text(told)
    page.get_by_label("Comment").fill("Called back.")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("heading", name="Decided")).to_be_focused()

    expect(main).to_contain_text("Irvin's phone): removed")
    page.get_by_role("link", name="The whole record").click()
    expect(main).to_contain_text("approved by nestor.wilke@contoso.com")
    expect(main).to_contain_text("Called back.")


def test_a_rejection_says_why(visitors: Visitors) -> None:
    """Without a word the desk does not take it; what was typed stays."""
    page = waiting(visitors, "INC-22")
    page.get_by_role("button", name="Reject").click()
    expect(page.get_by_role("alert")).to_contain_text("is missing; say why, for whoever asked reads it.")
    expect(page.get_by_label("Comment")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Comment").fill("It was not them.")
    page.get_by_role("button", name="Reject").click()

    expect(page.get_by_role("heading", name="Decided")).to_be_focused()
    expect(page.locator("main")).to_contain_text("Refused")
    assert [entry for entry in visitors.tenant.journal() if entry.act == "methodDeleted"] == []


def test_two_tabs_decide_once(visitors: Visitors) -> None:
    """The slower one is told that it was decided, by whom, and can look again."""
    first = waiting(visitors, "INC-23", user=IRVIN)
    visitors.tenant.assign_app_role("MfaDesk.PrivilegedOperator", "megan.bowen@contoso.com")
    second = visitors.come("megan.bowen@contoso.com", "#/approvals/INC-23")
    second.get_by_label("Comment").fill("Stop.")
    first.get_by_role("button", name="Approve").click()
    expect(first.get_by_role("heading", name="Decided")).to_be_visible()
    second.get_by_role("button", name="Reject").click()
    expect(second.get_by_role("alert")).to_contain_text("was approved by nestor.wilke@contoso.com")
    second.get_by_role("button", name="Look again").click()

    expect(second.get_by_role("heading", name="It does not wait any more")).to_be_visible()


def test_what_was_decided_is_shown_without_what_a_decision_would_need(visitors: Visitors) -> None:
    """What it would have removed is no news any more, nor why it waited."""
    page = waiting(visitors, "INC-26", user=IRVIN)
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("heading", name="Decided")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="It does not wait any more")).to_be_visible()

    expect(page.locator("dl")).to_contain_text("DecisionApproved by nestor.wilke@contoso.com")
    expect(page.get_by_text("What it would remove")).to_have_count(0)


def test_a_request_that_changed_since_it_was_looked_at_is_looked_at_again(visitors: Visitors) -> None:
    """The decision is about what was seen (If-Match); what was typed stays."""
    page = waiting(visitors, "INC-24", user=IRVIN)
    page.route(
        "**/approval", lambda route: route.continue_(headers={**route.request.headers, "if-match": '"older"'}), times=1
    )
    page.get_by_label("Comment").fill("Fine.")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("alert")).to_contain_text("has changed since you looked at it")
    page.get_by_role("button", name="Look again").click()

    expect(page.get_by_label("Comment")).to_have_value("Fine.")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("heading", name="Decided")).to_be_visible()


@pytest.mark.parametrize("who", [LEE, DEBRA])
def test_who_may_not_decide_sees_it_and_why(visitors: Visitors, who: str) -> None:
    """An operator and an auditor read what waits."""
    page = waiting(visitors, f"INC-25-{who[:3]}", who)
    expect(page.get_by_text("Approving takes a privileged operator.")).to_be_visible()
    button = page.get_by_role("button", name="Approve")
    expect(button).to_have_attribute("aria-disabled", "true")
    button.click(force=True)

    expect(page.get_by_role("alert")).to_have_count(0)
