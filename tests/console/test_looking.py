"""The console's other views, and who gets to see them."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from tests.fixtures.browser import AFTER_THE_TESTS, Visitors
from tests.fixtures.office import ADELE, DIEGO, LEE
from tests.fixtures.reception import DEBRA, PATTI

pytestmark = pytest.mark.stand

AGO = """async (hours) => {
    const { ago } = await import(document.querySelector("script[src]").src.replace("console.js", "moment.js"));
    return ago("2026-03-01T12:00:00Z", Date.parse("2026-03-01T12:00:00Z") + hours * 36e5); }"""


def ask(page: Page, user: str, request_id: str) -> int:
    """Ask for a revocation as the page's own script would, and return the status of the answer."""
    body = {"id": request_id, "user": user, "actions": ["revokeSessions"], "ticket": request_id}
    call = """async (body) => (await fetch("/api/requests", {
        method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(body)})).status"""
    status: int = page.evaluate(call, body)
    return status


def test_the_requests_of_today_are_listed_with_what_became_of_them(visitors: Visitors) -> None:
    """By status too; one leads to its whole record."""
    page = visitors.come()
    assert [ask(page, ADELE, "INC-31"), ask(page, PATTI, "INC-32")] == [201, 403]
    for asked in ("INC-31", "INC-32"):  # they are listed behind the answer
        visitors.until(page, f"requests?day={datetime.now(UTC):%Y-%m-%d}", asked)
    page.get_by_role("link", name="Requests").click()
    row = page.get_by_role("row").filter(has_text="INC-32")
    expect(page.get_by_role("row").filter(has_text="INC-31")).to_contain_text("Succeeded")
    expect(row).to_contain_text("Administrator: takes a privileged operator")
    page.get_by_label("Status").select_option("refused")
    expect(page.get_by_role("row").filter(has_text="INC-31")).to_have_count(0)
    row.get_by_role("link").click()

    expect(page.get_by_role("heading", name="Request INC-32")).to_be_focused()
    expect(page.locator("main")).to_contain_text("Asked byLee Gu")
    page.get_by_text("The record as programs read it").click()
    expect(page.locator("pre")).to_contain_text('"rule": "targetIsPrivileged"')


def test_a_deferred_request_says_until_when(visitors: Visitors) -> None:
    """Graph is throttling; the desk comes back to it by itself."""
    page = visitors.come()
    visitors.tenant.fault("answer", path="*$batch", times=None, status=503, retry_after=AFTER_THE_TESTS)
    assert ask(page, DIEGO, "INC-33") == 202
    visitors.tenant.clear_faults()
    page.get_by_role("link", name="Requests").click()
    page.get_by_role("link", name="All that have not ended").click()

    expect(page.get_by_role("row").filter(has_text="INC-33")).to_contain_text(
        re.compile(r"Deferreduntil \d+ \w+ \d+, ")
    )


def test_what_has_not_ended_says_of_which_day_it_is(visitors: Visitors) -> None:
    """It may be of yesterday."""
    page = visitors.come()
    visitors.tenant.fault("answer", path="*$batch", times=None, status=503, retry_after=AFTER_THE_TESTS)
    assert ask(page, DIEGO, "INC-34") == 202
    visitors.tenant.clear_faults()
    page.evaluate("location.hash = '#/requests?open=1'")

    row = page.get_by_role("row").filter(has_text="INC-34")
    expect(row.get_by_role("cell").first).to_have_text(re.compile(r"^\d+ \w+ \d{4}, \d\d:\d\d$"))


def test_a_request_that_failed_names_no_rule_that_allowed_it(visitors: Visitors) -> None:
    """Only a refusal is explained by its rule."""
    page = visitors.come()
    visitors.tenant.fault("answer", method="POST", path="*/revokeSignInSessions", times=None, status=403)
    assert ask(page, DIEGO, "INC-35") == 201
    visitors.tenant.clear_faults()
    visitors.until(page, f"requests?day={datetime.now(UTC):%Y-%m-%d}", "INC-35")
    page.get_by_role("link", name="Requests").click()
    row = page.get_by_role("row").filter(has_text="INC-35")

    expect(row).to_contain_text("Failed")
    expect(row).not_to_contain_text(re.compile("May be done|standardTarget"))


def test_another_day_is_named_in_words(visitors: Visitors) -> None:
    """As every other date."""
    page = visitors.come(at="#/requests?day=2026-01-02")

    expect(page.get_by_role("heading", name="Requests of 2 Jan 2026")).to_be_visible()


def test_a_record_does_not_lead_to_itself(visitors: Visitors) -> None:
    """To the whole record leads what is less than that."""
    page = visitors.come()
    assert ask(page, DIEGO, "INC-36") == 201
    page.evaluate("location.hash = '#/request/INC-36'")
    expect(page.get_by_role("button", name="Copy for the ticket")).to_be_visible()

    expect(page.get_by_role("link", name="The whole record")).to_have_count(0)


@pytest.mark.parametrize(
    ("hours", "told"),
    [(0, "now"), (1, "1 hour ago"), (47, "1 day ago"), (48, "2 days ago"), (8760, "1 year ago"), (-3, "in 3 hours")],
)
def test_how_long_ago_something_was_is_said_in_whole_units(visitors: Visitors, hours: int, told: str) -> None:
    """Not as yesterday or last year, which depend on the calendar."""
    page = visitors.come()
    said = page.evaluate(AGO, hours)

    assert said == told


def test_the_month_is_drawn_and_each_days_report_opens(visitors: Visitors) -> None:
    """In a tab of its own: it can do nothing but show itself."""
    page = visitors.come(DEBRA)
    visitors.until(page, "reports", '"headline"')
    page.get_by_role("link", name="Reports").click()
    expect(page.get_by_role("img", name="Resets of each day")).to_be_visible()
    with page.expect_popup() as opened:
        page.get_by_role("link", name=re.compile("^page, ")).first.click()

    expect(opened.value.get_by_text("MFA Desk · Daily report")).to_be_visible()
    assert page.request.get(opened.value.url).headers["content-type"] == "text/html; charset=utf-8"


def test_delegates_are_shown_with_the_group_through_which(visitors: Visitors) -> None:
    """And what a role of Entra allows, on demand."""
    page = visitors.come(DEBRA, "#/delegates")
    row = page.get_by_role("row").filter(has_text=LEE)
    expect(row).to_contain_text("through the group Service Desk")
    expect(page.get_by_role("row").filter(has_text="enrico.cattaneo")).to_contain_text("in Milan")
    page.locator("summary").filter(has_text=re.compile("^Authentication Administrator")).click()

    expect(page.locator(".permissions").first).to_contain_text("microsoft.directory/users/authenticationMethods")


def test_a_stranger_learns_what_it_takes_and_nothing_else(visitors: Visitors) -> None:
    """Being signed in is not enough, whatever the address."""
    page = visitors.come(ADELE, "#/delegates")

    expect(page.get_by_role("heading", name="You have no role at this desk")).to_be_visible()
    expect(page.locator("main")).to_contain_text("this takes MfaDesk.Auditor or an equal role.")
    expect(page.locator("main")).not_to_contain_text("Lee Gu")


def test_whoever_signs_in_comes_back_to_where_they_were_going(visitors: Visitors) -> None:
    """By the sign-in page; and out again."""
    page = visitors.come(None, "#/delegates")
    page.get_by_role("link", name="Sign in").click()
    page.get_by_role("button", name="Lee Gu").click()
    expect(page.get_by_role("heading", name="Delegates", level=1)).to_be_visible()
    expect(page.get_by_text(LEE).first).to_be_visible()
    page.get_by_role("link", name="Sign out").click()

    expect(page.get_by_role("heading", name="Sign in to the MFA Desk")).to_be_visible()
