"""The console in a real browser: how long until there is something to see, and until a search is answered.

Left out, with a word on it, where there is no Chromium.
"""

from collections.abc import Iterator
from statistics import median
from typing import Final

from playwright.sync_api import Page, expect, sync_playwright

from bench import workbench
from bench.measurement import Measurement
from local.browser import ARGUMENTS, LEFT_OUT, Habits, Visitors, chromium
from local.tenant.control_client import ControlClient

ROUNDS: Final = 10
LATENCY: Final = 0.1
"""Seconds that every call to Graph takes."""
_PAINTED: Final = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
_NAMES: Final = ("adele", "diego", "megan", "nestor", "patti", "raul", "miriam", "johanna", "emily", "lynne")


def measure() -> Iterator[Measurement]:
    """Open the page with a cold cache, and search."""
    executable = chromium()
    if executable is None:
        print(LEFT_OUT)
        return
    with (
        workbench.stand() as stand,
        ControlClient(stand.tenant_url) as tenant,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=executable, args=list(ARGUMENTS))
        visitors = Visitors(browser, stand, tenant, Habits())
        seconds = [_ready(visitors) for _ in range(ROUNDS)]
        tenant.turn(latency=LATENCY)
        answers = _answers(visitors.come(workbench.LEE))
        visitors.leave()
        browser.close()
    how = f"seconds, cold cache, median of {ROUNDS}"
    yield Measurement("console, first paint", median(paint for paint, _ in seconds), 1, "at most", how)
    yield Measurement("console, search can be typed into", median(ready for _, ready in seconds), 1, "at most", how)
    beyond = median(answers) - LATENCY
    how = f"seconds beyond Graph's {LATENCY:g} s, from the last key to the names, median of {len(answers)}"
    yield Measurement("console, search answered", beyond, 0.15, "at most", how)


def _ready(visitors: Visitors) -> tuple[float, float]:
    """Return the seconds until something is painted, and until the search has the focus; a new profile each time."""
    page = visitors.come(workbench.LEE, anew=True)
    expect(page.get_by_label("Find a person")).to_be_focused()
    ready: float = page.evaluate("performance.now()")
    page.wait_for_timeout(50)
    painted: float = page.evaluate(_PAINTED)
    page.close()
    return painted / 1000, ready / 1000


def _answers(page: Page) -> list[float]:
    """Return the seconds from the last key to the answer, as the page's own clock has them."""
    expect(page.get_by_label("Find a person")).to_be_focused()
    page.evaluate("""() => {
        const [field, list] = [document.querySelector("#search"), document.querySelector("#found")];
        field.addEventListener("input", () => { window.typed = performance.now(); }, { capture: true });
        new MutationObserver(() => { window.answered = performance.now(); }).observe(list, { childList: true });
    }""")
    seconds = []
    for name in _NAMES:
        page.get_by_label("Find a person").fill(name)
        expect(page.get_by_role("option").first).to_contain_text(name, ignore_case=True)
        seconds.append(page.evaluate("window.answered - window.typed") / 1000)
    return seconds
