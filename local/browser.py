"""A real browser before a stand: Chromium, headless, driven by Playwright, and people who come with it.

Playwright's own browsers are not needed: whichever Chromium is installed will do.
"""

import os
import re
import shutil
from dataclasses import dataclass, field
from typing import Any, Final

import httpx
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize

from local.stand import Stand
from local.tenant.control_client import ControlClient

NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS: Final = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
LEFT_OUT: Final = (
    "The console's browser tests were left out: there is no Chromium. Install one (Debian: apt-get install chromium), "
    "or name it in CHROMIUM."
)
QUICK: Final = {
    "HARVEST_SCHEDULE": "*/4 * * * * *",
    "HARVEST_SETTLE": "00:00:01",
    "HARVEST_AGAIN_AFTER": "00:00:05",
    "ENTRA_AUDIT_RETENTION": "1.00:00:00",
    "REPORT_SCHEDULE": "*/7 * * * * *",
}
"""What takes hours in production takes seconds here."""
PATIENCE: Final = 30_000
"""Milliseconds; nothing takes so long."""
VIEWPORT: Final[ViewportSize] = {"width": 1280, "height": 900}
SESSION: Final = "AppServiceAuthSession"


def chromium() -> str | None:
    """Return the browser: CHROMIUM, or else the first that is on the path."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


@dataclass(frozen=True)
class Habits:
    """What outlives a visit."""

    sessions: dict[str, str] = field(default_factory=dict)
    """The cookies of those who have signed in on the stand."""
    profiles: dict[str, BrowserContext] = field(default_factory=dict)
    """Browser profiles, with what is in their caches."""


class Visitors:
    """People who open the console, each in a browser profile of their own."""

    def __init__(self, browser: Browser, stand: Stand, tenant: ControlClient, habits: Habits) -> None:
        self.stand = stand
        self.tenant = tenant
        self.complaints: list[str] = []
        self._browser = browser
        self._habits = habits
        self._contexts: list[BrowserContext] = []
        self._pages: list[Page] = []

    def come(self, who: str | None, at: str = "", *, anew: bool = False, **options: Any) -> Page:
        """Return the page of somebody who has signed in, or who has not, at a place like `#/requests`.

        anew: with a profile that has never been here; so is whoever comes with options.
        """
        context = self._profile(who or "") if not anew and not options else self._new_profile(options)
        context.clear_cookies()
        if who is not None:
            self.sign_in(context, who)
        return self.open_in(context, at)

    def _profile(self, who: str) -> BrowserContext:
        profiles = self._habits.profiles
        if who not in profiles:
            profiles[who] = self._browser.new_context(viewport=VIEWPORT)
        return profiles[who]

    def _new_profile(self, options: dict[str, Any]) -> BrowserContext:
        context = self._browser.new_context(**{"viewport": VIEWPORT, **options})
        self._contexts.append(context)
        return context

    def open_in(self, context: BrowserContext, at: str = "") -> Page:
        """Return another tab of somebody who is here."""
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        self._pages.append(page)
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(f"{self.stand.host_url}/console{at}")
        return page

    def sign_in(self, context: BrowserContext, who: str) -> None:
        """Let somebody in, by the stand's own sign-in page."""
        context.add_cookies([{"name": SESSION, "value": self._session(who), "url": self.stand.host_url}])

    def see(self, person: str, who: str, **options: Any) -> Page:
        """Return the page of somebody who looks at a person."""
        return self.come(who, f"#/person/{self.tenant.person(person).id}", **options)

    def leave(self) -> None:
        """Close everything but the profiles that are used again."""
        for page in self._pages:
            page.context.set_offline(offline=False)
            if not page.is_closed():
                page.unroute_all(behavior="ignoreErrors")
                page.close()
        for context in self._contexts:
            context.close()

    def _session(self, who: str) -> str:
        sessions = self._habits.sessions
        if who not in sessions:
            sessions[who] = self._begun(who)
        return sessions[who]

    def _begun(self, who: str) -> str:
        with httpx.Client(base_url=self.stand.host_url, timeout=30) as client:
            (nonce,) = re.findall(r'name="nonce" value="([^"]+)"', client.get("/.auth/login/aad").text)
            client.post("/.auth/login/aad", data={"nonce": nonce, "user": self.tenant.person(who).id})
            return client.cookies[SESSION]

    def _listen(self, message: ConsoleMessage) -> None:
        """Keep what is an error of the page; that an answer was no success it shows by itself."""
        if message.type in {"error", "warning"} and not message.text.startswith("Failed to load resource"):
            self.complaints.append(message.text)
