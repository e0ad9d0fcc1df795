"""Many people at once in the console, against a desk by hand that answers as the bulk doors do (docs/http.md)."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.fixtures.browser import Visitors
from tests.fixtures.office import ADELE, DIEGO
from tests.fixtures.reception import DEBRA

pytestmark = pytest.mark.stand


class Bulk:
    """Keeps bulk requests, and works off one person each time that somebody looks."""

    def __init__(self) -> None:
        self.kept: dict[str, dict[str, Any]] = {}
        self.people: dict[str, list[str]] = {}

    def answer(self, route: Route) -> None:
        """Answer a call."""
        path = re.sub(r".*/api/bulk-requests/?", "", route.request.url)
        if not path:
            self._take(route) if route.request.method == "POST" else route.fulfill(
                json={"bulkRequests": list(self.kept.values())}
            )
            return
        bulk_id, _, verb = path.partition("/")
        if verb == "outcomes.csv":
            rows = "".join(f'"{each}","","succeeded"\r\n' for each in self.people[bulk_id])
            route.fulfill(body=f'\ufeff"person","objectId","status"\r\n{rows}', content_type="text/csv; charset=utf-8")
            return
        self._step(self.kept[bulk_id], verb)
        route.fulfill(json=self.kept[bulk_id])

    def _take(self, route: Route) -> None:
        asked = json.loads(route.request.post_data or "")
        self.people[asked["id"]] = asked.pop("users")
        people = len(self.people[asked["id"]])
        at, by = "2026-11-23T09:30:00Z", {"asked": "x", "displayName": "Lee Gu"}
        self.kept[asked["id"]] = asked | {
            "status": "accepted",
            "acceptedAt": at,
            "requestedBy": by,
            "people": people,
            "duplicates": 0,
            "done": 0,
            "byStatus": {},
            "byRule": {"targetProtected": 1},
            "byReach": {"standard": people},
            "dryRun": asked.get("dryRun", False),
        }
        route.fulfill(status=202, json=self.kept[asked["id"]])

    def _step(self, bulk: dict[str, Any], verb: str) -> None:
        if bulk["status"] == "cancelled":
            return
        bulk["status"] = {"pause": "paused", "resume": "running", "cancellation": "cancelled"}.get(verb, bulk["status"])
        if verb or bulk["status"] == "paused":
            return
        bulk["done"] = min(bulk["done"] + 1, bulk["people"])
        bulk["byStatus"] = {"succeeded": bulk["done"]}
        bulk["status"] = "finished" if bulk["done"] == bulk["people"] else "running"


@pytest.fixture
def bulk() -> Bulk:
    """Return the desk by hand."""
    return Bulk()


def come(visitors: Visitors, bulk: Bulk, **options: Any) -> Page:
    """Return the page of somebody who has an incident."""
    page = visitors.come(anew=True, **options)
    page.route("**/api/bulk-requests**", bulk.answer)
    page.route("**/api/bulk-requests/**", bulk.answer)
    page.goto(f"{visitors.stand.host_url}/console#/bulk")
    page.clock.install()
    return page


def fill(page: Page, people: str) -> None:
    """Fill in the form."""
    page.get_by_label("People: one a line").fill(people)
    page.get_by_label("Ticket").fill("INC-51")
    page.get_by_label("Reason").fill("Token theft")


def test_a_list_is_read_and_said_back(visitors: Visitors, bulk: Bulk) -> None:
    """Whoever stands there twice, and what is nobody; nothing is sent before that is right."""
    page = come(visitors, bulk)
    fill(page, f'name;city\n{ADELE};Rome\n"{DIEGO}","Milan"\n{ADELE.upper()}\nnobody\n')
    expect(
        page.get_by_text("2 people; 1 named again, taken once; 1 line that cannot be read: line 5: “nobody”.")
    ).to_be_visible()
    page.get_by_role("button", name="Dry run").click()

    expect(page.get_by_label("People: one a line")).to_be_focused()
    assert bulk.kept == {}


def test_first_a_dry_run_then_for_real_and_progress_that_survives_closing_the_page(
    visitors: Visitors, bulk: Bulk
) -> None:
    """Counts by reach and by refusal; paused, gone on, and followed again after a reload."""
    page = come(visitors, bulk)
    page.get_by_label("Or read them from a file").set_input_files(
        {"name": "people.csv", "mimeType": "text/csv", "buffer": f"{ADELE}\n{DIEGO}\n".encode()}
    )
    expect(page.get_by_text("2 people.")).to_be_visible()
    page.get_by_label("Ticket").fill("INC-52")
    page.get_by_label("Reason").fill("Token theft")
    page.get_by_role("button", name="Dry run").click()
    main = page.locator("main")
    expect(main).to_contain_text("Dry run: nothing is changed")
    expect(main).to_contain_text("1 of 2 people")
    page.clock.run_for(2500)
    expect(main).to_contain_text("Finished 2 of 2 people")
    for told in ("Ordinary person", "Protected"):
        expect(main.locator(".tile").filter(has_text=told)).to_be_visible()
    page.get_by_role("button", name="Revoke sessions: 2 people").click()
    expect(main).not_to_contain_text("Dry run")
    expect(main).to_contain_text("1 of 2 people")
    page.get_by_role("button", name="Pause").click()
    expect(main).to_contain_text("Paused 1 of 2")
    page.reload()
    expect(main).to_contain_text("Paused 1 of 2")
    page.get_by_role("button", name="Go on").click()
    page.clock.run_for(2500)
    expect(main).to_contain_text("Finished 2 of 2 people")

    expect(page.get_by_role("link", name="Outcomes as CSV")).to_have_attribute("href", re.compile("/outcomes.csv$"))
    _dry, real = bulk.kept.values()
    assert (real["dryRun"], real["ticket"], bulk.people[real["id"]]) == (False, "INC-52", [ADELE, DIEGO])


def test_the_rest_can_be_cancelled(visitors: Visitors, bulk: Bulk) -> None:
    """And stands in the list of earlier ones."""
    page = come(visitors, bulk)
    fill(page, f"{ADELE}\n{DIEGO}\nlynne.robbins@contoso.com")
    page.get_by_role("button", name="Dry run").click()
    page.get_by_role("button", name="Cancel the rest").click()
    expect(page.locator("main")).to_contain_text("Cancelled 1 of 3")
    page.get_by_role("link", name="Many at once").click()

    expect(page.get_by_role("row").filter(has_text="Cancelled")).to_contain_text("Revoke sessions (dry run)")


def test_who_may_only_read_is_told_so(visitors: Visitors, bulk: Bulk) -> None:
    """There is no form to fill in in vain."""
    page = come(visitors, bulk, who=DEBRA)

    expect(page.locator(".why.refused")).to_contain_text("Whoever asks may only read")
    expect(page.get_by_role("button", name="Dry run")).to_have_count(0)
