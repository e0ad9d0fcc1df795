"""Takes the pictures of the documentation, of a stand and of an invented day: `make screenshots`."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from azure.storage.queue import QueueClient
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from local.browser import ARGUMENTS, LEFT_OUT, PATIENCE, QUICK, Habits, Visitors, chromium
from local.stand import ANY_PORTS, Stand
from local.tenant.control_client import ControlClient
from shared.ledger import TABLES
from shared.report import page as report_page
from shared.report.report import report
from tests.shared.report.invented import busy

ADELE: Final = "adele.vance@contoso.com"
DIEGO: Final = "diego.siciliani@contoso.com"
LEE: Final = "lee.gu@contoso.com"
NESTOR: Final = "nestor.wilke@contoso.com"
PATTI: Final = "patti.fernandez@contoso.com"
INVENTED: Final = 180
"""Ordinary people of an incident, beside those who are not."""
FOLDER: Final = Path(__file__).parent
WIDE: Final = {"width": 1180, "height": 800}
TALL: Final = {"width": 1180, "height": 1080}
PHONE: Final = {"width": 390, "height": 800}
PAPER: Final[ViewportSize] = {"width": 1000, "height": 1500}
QUEUES: Final = ("reset-requests", "reset-results", "reports", "bulk-requests")
PATIENT_SECONDS: Final = 30


def main() -> int:
    """Take them all; return the exit code."""
    executable = chromium()
    if executable is None:
        sys.stderr.write(f"{LEFT_OUT}\n")
        return 1
    with sync_playwright() as playwright, stand() as (running, tenant):
        browser = playwright.chromium.launch(executable_path=executable, args=list(ARGUMENTS))
        expect.set_options(timeout=PATIENCE)
        a_days_report(browser)
        take(browser, running, tenant)
        browser.close()
    return 0


@contextmanager
def stand() -> Iterator[tuple[Stand, ControlClient]]:
    """Yield a stand in whose tenant something has happened."""
    with (
        TemporaryDirectory() as folder,
        Stand(
            folder=Path(folder), usual_ports=ANY_PORTS, settings=QUICK, queues=QUEUES, tables=TABLES, say=lambda _: None
        ) as running,
        ControlClient(running.tenant_url) as tenant,
    ):
        tenant.turn(propagation_delay=0.5, audit_delay=(0, 0.5))
        tenant.grant("reset", "Policy.Read.All")
        tenant.reset_in_portal(DIEGO, admin=NESTOR)
        yield running, tenant


def a_days_report(browser: Browser) -> None:
    """Show the report of an invented day."""
    sheet = browser.new_page(viewport=PAPER)
    sheet.set_content(report_page.page(report(busy())).decode())
    sheet.screenshot(path=FOLDER / "report.png")
    sheet.close()


def take(browser: Browser, running: Stand, tenant: ControlClient) -> None:
    """Take a picture of each thing that is worth one."""
    visitors = Visitors(browser, running, tenant, Habits())
    person(visitors)
    confirmation(visitors)
    approval(visitors)
    many(visitors)
    phone(visitors)
    visitors.leave()


def person(visitors: Visitors) -> None:
    """Show somebody who was reset around the desk, and had their sessions revoked through it."""
    page = visitors.see(DIEGO, LEE, viewport=TALL)
    page.get_by_role("button", name="Revoke sessions").click()
    page.get_by_label("Ticket").fill("INC-1007")
    page.get_by_label("Reason").fill("Laptop stolen from the car")
    page.get_by_role("dialog").get_by_role("button", name="Revoke sessions").click()
    page.get_by_role("button", name="Close").click()
    for _ in range(PATIENT_SECONDS):
        if "Around the desk" in page.locator("main").inner_text():
            break
        page.wait_for_timeout(1000)
        page.reload()
        expect(page.locator("[aria-busy]")).to_have_count(0)
    kept(page, "person")


def confirmation(visitors: Visitors) -> None:
    """Show exactly what will be removed."""
    page = visitors.see(ADELE, LEE, viewport=WIDE)
    page.get_by_role("button", name="Require re-registration").click()
    page.get_by_label("Ticket").fill("INC-1001")
    page.get_by_label("Reason").fill("Phone left on the train")
    expect(page.get_by_role("button", name="Remove 4 methods")).to_be_enabled()
    kept(page, "confirmation")


def approval(visitors: Visitors) -> None:
    """Show a second person about to decide, in the dark."""
    place = waiting(visitors)
    page = visitors.come(NESTOR, "#/approvals", viewport=WIDE, color_scheme="dark")
    for _ in range(PATIENT_SECONDS):
        if page.locator(f'a[href="{place}"]').count():
            break
        page.wait_for_timeout(500)
        page.reload()
        expect(page.locator("[aria-busy]")).to_have_count(0)
    page.locator(f'a[href="{place}"]').click()
    expect(page.get_by_role("heading", name="Your decision")).to_be_visible()
    page.get_by_label("Comment").fill("Called back on the number that HR has.")
    kept(page, "approval")


def waiting(visitors: Visitors) -> str:
    """Put a request about an administrator on the queue; return where it is decided."""
    request = {
        "id": "INC-1003",
        "user": PATTI,
        "actions": ["requireReregistration", "revokeSessions"],
        "requestedBy": LEE,
        "ticket": "INC-1003",
        "reason": "Phone dropped into the harbour",
        "verification": {"method": "Called back on the number on file"},
    }
    with QueueClient.from_connection_string(visitors.stand.connection_string, "reset-requests") as queue:
        queue.send_message(json.dumps(request))
    return f"#/approvals/{request['id']}"


def many(visitors: Visitors) -> None:
    """Show a dry run for many, among whom are some who are not to be touched."""
    others = [PATTI, "emergency.one@contoso.com", "lynne.robins@contoso.com", "debra.bergre@contoso.com"]
    page = visitors.come(LEE, "#/bulk", viewport=TALL)
    page.get_by_label("People: one a line").fill("\n".join([*visitors.tenant.add_people(INVENTED), *others]))
    page.get_by_label("Ticket").fill("INC-1010")
    page.get_by_label("Reason").fill("Session tokens stolen")
    page.get_by_role("button", name="Dry run").click()
    expect(page.get_by_role("heading", name="Now for real")).to_be_visible(timeout=PATIENT_SECONDS * 2000)
    kept(page, "many")


def phone(visitors: Visitors) -> None:
    """Show the same desk in a pocket."""
    page = visitors.see(PATTI, LEE, viewport=PHONE, device_scale_factor=2)
    kept(page, "phone")


def kept(page: Page, name: str) -> None:
    """Keep the picture, once all is there."""
    expect(page.locator("[aria-busy]")).to_have_count(0)
    page.mouse.move(0, 0)
    page.screenshot(path=FOLDER / f"console-{name}.png")


if __name__ == "__main__":
    sys.exit(main())
