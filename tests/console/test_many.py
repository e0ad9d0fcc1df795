"""Many people at once in the console: pasted or uploaded, tried, done, watched, stopped, and kept as a table."""

import csv
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from local.tenant.methods import MicrosoftAuthenticator
from tests.fixtures.browser import Held, Visitors
from tests.fixtures.office import ADELE, DIEGO, LEE
from tests.fixtures.reception import DEBRA, NESTOR, PATTI

pytestmark = pytest.mark.stand
PROTECTED = "emergency.one@contoso.com"
NOBODY = "nobody.at.all@contoso.com"
ASK = """async (orders) => Promise.all(orders.map(async (order) => (await fetch("/api/bulk-requests", {
    method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(order)})).status))"""
RESUME = """async (id) => (await fetch(`/api/bulk-requests/${id}/resume`, {
    method: "POST", headers: {"Content-Type": "application/json"}, body: "{}"})).status"""
ENOUGH = 26
"""Bulk requests, of which one list does not hold all."""
TYPED = """(area) => { const from = performance.now(); area.dispatchEvent(new Event("input"));
    return (performance.now() - from) / 1000; }"""
REAL = re.compile(r"\.real$")
PERCEIVED = 0.3
"""Seconds; a key takes twenty times less on an idle machine."""


def come(visitors: Visitors, bulk_id: str = "", **options: Any) -> Page:
    """Return the page of somebody who has an incident."""
    return visitors.come(at=f"#/bulk/{bulk_id}".rstrip("/"), **options)


def fill(page: Page, people: str, ticket: str = "INC-51") -> None:
    """Fill in the form."""
    page.get_by_label("People: one a line").fill(people)
    page.get_by_label("Ticket").fill(ticket)
    page.get_by_label("Reason").fill("Token theft")


def order(bulk_id: str, *users: str, **more: Any) -> dict[str, Any]:
    """Return what asks for the revocation of people's sessions."""
    return {"id": bulk_id, "users": users, "actions": ["revokeSessions"], "ticket": bulk_id, "reason": "Try", **more}


def revoked(visitors: Visitors) -> int:
    """Return how often the sessions of somebody whom the seed has were revoked."""
    ids = {visitors.tenant.person(each).id for each in (ADELE, DIEGO, PATTI, PROTECTED)}
    return sum(entry.act == "sessionsRevoked" and entry.user_id in ids for entry in visitors.tenant.journal())


def sent(page: Page) -> list[str]:
    """Return the bodies of the bulk requests that the page sends from now on."""
    bodies: list[str] = []
    page.on("request", lambda each: bodies.append(each.post_data or "") if each.method == "POST" else None)
    return bodies


def test_a_list_is_read_and_said_back(visitors: Visitors) -> None:
    """Whoever stands there twice, and what is nobody; nothing is sent before that is right."""
    page = come(visitors)
    bodies = sent(page)
    fill(page, f'name;city\n{ADELE};Rome\n"{DIEGO}","Milan"\n{ADELE.upper()}\nnobody\n')
    expect(
        page.get_by_text("2 people; 1 named again, taken once; 1 line that cannot be read: line 5: “nobody”.")
    ).to_be_visible()
    page.get_by_role("button", name="Dry run").click()

    expect(page.get_by_label("People: one a line")).to_be_focused()
    assert bodies == []


def test_first_a_dry_run_then_for_real_without_those_it_refused(visitors: Visitors) -> None:
    """Counts by reach and by refusal; the second time leaves out whom the first refused, and is done once."""
    page = come(visitors)
    people = f"{ADELE}\n{DIEGO}\n{PATTI}\n{PROTECTED}\n{NOBODY}\n"
    page.get_by_label("Or read them from a file").set_input_files(
        {"name": "people.csv", "mimeType": "text/csv", "buffer": people.encode()}
    )
    expect(page.get_by_text("5 people.")).to_be_visible()
    page.get_by_label("Ticket").fill("INC-52")
    page.get_by_label("Reason").fill("Token theft")
    page.get_by_role("button", name="Dry run").click()
    main = page.locator("main")
    expect(main).to_contain_text("Finished 5 of 5 people")
    expect(main).to_contain_text("Revoke sessions (dry run: nothing is changed)")
    for told in ("Ordinary person2", "Succeeded2", "Refused3", "Protected1", "Not in the directory1"):
        assert told in [tile.replace("\n", "") for tile in _tiles(page)]
    expect(main).to_contain_text("Left out: the 3 whom the dry run refused.")
    assert revoked(visitors) == 0
    dry = page.url
    page.get_by_role("button", name="Revoke sessions: 2 people").click()
    expect(main).to_contain_text("Finished 2 of 2 people")
    expect(main).not_to_contain_text("dry run")
    real = page.url
    page.goto(dry)
    page.get_by_role("button", name="Revoke sessions: 2 people").click()

    expect(page).to_have_url(real)
    assert revoked(visitors) == 2
    outcomes = page.request.get(str(page.get_by_role("link", name="Outcomes as CSV").evaluate("(link) => link.href")))
    assert outcomes.headers["content-type"] == "text/csv; charset=utf-8"
    rows = csv.DictReader(outcomes.text().removeprefix("\ufeff").splitlines())
    assert [(row["person"], row["status"]) for row in rows] == [(ADELE, "succeeded"), (DIEGO, "succeeded")]


def _tiles(page: Page) -> Iterator[str]:
    for tile in page.locator(".tile").all():
        yield "".join(tile.locator(part).inner_text() for part in ("dt", "dd"))


def test_progress_survives_closing_the_page_and_is_paused_resumed_and_cancelled(visitors: Visitors) -> None:
    """The focus stays with whoever presses the buttons; what was cancelled stands among the earlier ones."""
    people = visitors.tenant.add_people(200)
    page = come(visitors)
    assert page.evaluate(ASK, [order("INC-53", *people)]) == [202]
    page.goto(f"{visitors.stand.host_url}/console#/bulk/INC-53")
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Go on")).to_be_focused()
    page.close()
    page = come(visitors, "INC-53")
    main = page.locator("main")
    expect(main).to_contain_text(re.compile(r"Paused by lee.gu@contoso.com, \d+ of 200 people"))
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("button", name="Pause")).to_be_focused()
    page.get_by_role("button", name="Cancel the rest").click()
    expect(main).to_contain_text(re.compile(r"Cancelled by lee.gu@contoso.com, \d+ of 200 people"))
    expect(page.get_by_role("link", name="Outcomes as CSV")).to_be_focused()
    page.get_by_role("link", name="Many at once").click()

    expect(page.get_by_role("row").filter(has_text="Cancelled").first).to_contain_text("Revoke sessions")


def test_what_was_seen_before_a_pause_does_not_undo_it_on_the_page(visitors: Visitors) -> None:
    """Answers may overtake each other."""
    page = come(visitors, anew=True)
    assert page.evaluate(ASK, [order("INC-54", *visitors.tenant.add_people(200))]) == [202]
    page.clock.install()
    page.goto(f"{visitors.stand.host_url}/console#/bulk/INC-54")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    held = Held(page, "**/api/bulk-requests/INC-54", times=1)
    page.clock.run_for(2100)
    late = held.first()
    before = late.fetch()
    page.get_by_role("button", name="Pause").click()
    expect(page.locator("main")).to_contain_text("Paused")
    with page.expect_response("**/api/bulk-requests/INC-54"):
        late.fulfill(response=before)
    page.evaluate("new Promise(requestAnimationFrame)")

    expect(page.locator("main")).to_contain_text("Paused", timeout=1)
    page.get_by_role("button", name="Cancel the rest").click()
    expect(page.locator("main")).to_contain_text("Cancelled")


def test_an_entry_that_the_desk_does_not_take_is_pointed_at(visitors: Visitors) -> None:
    """A sign that nobody sees; the desk names its place, and the page marks it."""
    page = come(visitors)
    odd = "diego\u200b.siciliani@contoso.com"
    fill(page, f"{ADELE}\n{odd}\n")
    page.get_by_role("button", name="Dry run").click()
    expect(page.get_by_role("alert")).to_contain_text("users[1]")
    text = page.get_by_label("People: one a line")

    expect(text).to_be_focused()
    marked = text.evaluate("(area) => area.value.slice(area.selectionStart, area.selectionEnd)")
    assert marked == odd
    expect(page.get_by_label("Ticket")).to_have_value("INC-51")


def test_a_sign_in_that_ends_before_the_dry_run_loses_nothing(visitors: Visitors) -> None:
    """Ten thousand names are not pasted twice."""
    page = come(visitors, anew=True)
    fill(page, ADELE, "INC-60")
    page.context.clear_cookies()
    page.get_by_role("button", name="Dry run").click()
    expect(page.get_by_role("link", name="Sign in in another tab")).to_be_in_viewport()
    visitors.sign_in(page.context, LEE)
    page.get_by_role("button", name="I have signed in").click()
    expect(page.get_by_role("link", name="Sign in in another tab")).to_have_count(0)
    expect(page.get_by_label("Ticket")).to_have_value("INC-60")
    page.get_by_role("button", name="Try again").click()

    expect(page.locator("main")).to_contain_text("Finished 1 of 1 person")


def test_ten_thousand_are_pasted_accepted_and_can_be_changed(visitors: Visitors) -> None:
    """Without the page standing still; and who goes back finds what they had typed."""
    page = come(visitors, permissions=["clipboard-read", "clipboard-write"])
    fill(page, "", "INC-55")
    people = "\n".join(f"invented.{number}@contoso.com" for number in range(10_000))
    page.evaluate("(text) => navigator.clipboard.writeText(text)", people)
    area = page.get_by_label("People: one a line")
    area.focus()
    page.keyboard.press("Control+V")
    expect(page.get_by_text("10,000 people.", exact=True)).to_be_visible()
    seconds = area.evaluate(TYPED)
    page.get_by_role("button", name="Dry run").click()
    expect(page.locator("main")).to_contain_text("of 10,000 people")
    page.get_by_role("button", name="Cancel the rest").click()
    expect(page.locator("main")).to_contain_text("Cancelled")
    page.go_back()

    expect(page.get_by_text("10,000 people.", exact=True)).to_be_visible()
    assert seconds < PERCEIVED


def test_earlier_ones_are_listed_page_by_page(visitors: Visitors) -> None:
    """The newest first."""
    page = come(visitors)
    orders = [order(f"INC-56-{number}", NOBODY, dryRun=True) for number in range(ENOUGH)]
    assert set(page.evaluate(ASK, orders)) <= {200, 202}
    page.reload()
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(ENOUGH - 1)
    page.get_by_role("button", name="Show more").click()

    expect(rows.nth(ENOUGH - 1)).to_be_visible()


def test_per_user_mfa_is_set_for_many_where_it_is_switched_on(visitors: Visitors) -> None:
    """To a state that is asked for only then."""
    page = come(visitors)
    fill(page, ADELE, "INC-57")
    expect(page.get_by_label("Per-user MFA is to be")).to_be_hidden()
    page.get_by_label("Revoke sessions").uncheck()
    page.get_by_label("Set per-user MFA").check()
    page.get_by_label("Per-user MFA is to be").select_option("disabled")
    page.get_by_role("button", name="Dry run").click()
    page.get_by_role("button", name="Set per-user MFA: 1 person").click()
    expect(page).to_have_url(REAL)
    expect(page.locator("main")).to_contain_text("Finished 1 of 1 person")

    page.goto(f"{visitors.stand.host_url}/console#/person/{visitors.tenant.person(ADELE).id}")
    expect(page.locator("dl")).to_contain_text("Per-user MFAdisabled")


def test_nobody_comes_into_the_list_by_what_a_phone_is_called(visitors: Visitors) -> None:
    """Whoever is done for real stood in the column of people, and in no other."""
    phone = MicrosoftAuthenticator(display_name=f'phone\n{ADELE},,succeeded\n"{ADELE}","x"')
    (somebody,) = visitors.tenant.add_people(1, (phone,))
    page = come(visitors)
    fill(page, somebody, "INC-58")
    page.get_by_label("Revoke sessions").uncheck()
    page.get_by_label("Require re-registration").check()
    page.get_by_role("button", name="Dry run").click()
    page.get_by_role("button", name="Require re-registration: 1 person").click()

    expect(page).to_have_url(REAL)
    expect(page.locator("main")).to_contain_text("Finished 1 of 1 person")


def test_who_may_only_read_is_told_so(visitors: Visitors) -> None:
    """There is no form to fill in in vain."""
    page = come(visitors, who=DEBRA)

    expect(page.locator(".why.refused")).to_contain_text("Whoever asks may only read")
    expect(page.get_by_role("button", name="Dry run")).to_have_count(0)


@pytest.mark.parametrize("who", [LEE, DEBRA])
def test_who_may_not_stop_it_is_told_beforehand_by_the_rule(visitors: Visitors, who: str) -> None:
    """Whoever asked, or a privileged operator; the desk says the same to who tries all the same."""
    bulk_id = f"INC-59-{who[:3]}"
    asking = come(visitors, who=NESTOR)
    assert asking.evaluate(ASK, [order(bulk_id, *visitors.tenant.add_people(200))]) == [202]
    asking.goto(f"{visitors.stand.host_url}/console#/bulk/{bulk_id}")
    asking.get_by_role("button", name="Pause").click()
    page = come(visitors, bulk_id, who=who)
    button = page.get_by_role("button", name="Go on")
    expect(button).to_have_attribute("aria-disabled", "true")
    expect(button).to_have_accessible_description(re.compile("whoever asked for it, or a privileged operator"))
    button.click(force=True)

    expect(page.locator("main")).to_contain_text("Paused")
    assert page.evaluate(RESUME, bulk_id) == 403
    asking.get_by_role("button", name="Cancel the rest").click()
    expect(asking.locator("main")).to_contain_text("Cancelled")
