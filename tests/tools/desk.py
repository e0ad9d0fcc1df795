"""An administrator at the command line, against the tenant over HTTP."""

import io
from collections.abc import Sequence

import httpx
from rich.console import Console

from local.tenant.journal import Entry
from tests.fixtures.tenant import Tenant
from tools.delegate.__main__ import main
from tools.delegate.sign_in import TOKEN_SETTING

PATTI = "patti.fernandez@contoso.com"
ADELE = "adele.vance@contoso.com"
SEAN = "sean.o'neil@contoso.com"
KIM = "kim.akers_fabrikam.example#EXT#@contoso.com"
LEE = "lee.gu@contoso.com"
JONI = "joni.sherman@contoso.com"
ENRICO = "enrico.cattaneo@contoso.com"
AUTHENTICATION = "authentication-administrator"
AUTHENTICATION_ADMINISTRATOR = "c4e39bd9-1100-46d3-8c65-fb160da0071f"


class Administrator:
    """Runs the tool as somebody who signed in, and keeps what it printed."""

    def __init__(self, tenant: Tenant, who: str = PATTI) -> None:
        self.tenant = tenant.control
        self.url = tenant.url
        self.token = self.tenant.sign_in(who)
        self.app_id = self.tenant.facts().applications["MFA Desk"].app_id
        self.waited: list[float] = []
        self.printed = ""
        self.tenant.forget_trace()

    def __call__(self, *arguments: str) -> int:
        """Return the exit code."""
        return self.run(["--sign-in", "token", "--app", self.app_id, *arguments])

    def run(self, arguments: Sequence[str], **environ: str) -> int:
        """Run it with exactly these arguments."""
        out = io.StringIO()
        console = Console(file=out, width=200, highlight=False, no_color=True)
        environ = {"GRAPH_ENDPOINT": self.url, TOKEN_SETTING: self.token} | environ
        try:
            return main(arguments, environ, console, self._sleep)
        finally:
            self.printed = out.getvalue()

    async def _sleep(self, seconds: float) -> None:
        """Let the tenant's time pass instead of one's own."""
        self.waited.append(seconds)
        self.tenant.advance(seconds)

    def line(self, start: str) -> str:
        """Return the line of the table about somebody, without its frame."""
        lines = [line.strip("│ ") for line in self.printed.splitlines()]
        return next(" ".join(line.replace("│", "|").split()) for line in lines if line.startswith(start))

    @property
    def summary(self) -> str:
        """The numbers below the table."""
        return next(
            line for line in self.printed.splitlines() if line.endswith(".") and ": " in line and line[0] != "│"
        )

    def journal(self, act: str) -> list[Entry]:
        """Return what the tenant did of this kind, in order."""
        return [entry for entry in self.tenant.journal() if entry.act == act]

    def writes(self) -> list[str]:
        """Every call that could change something."""
        return [
            f"{call.method} {call.status}"
            for call in self.tenant.trace()
            if call.method != "GET" and "$batch" not in call.path
        ]


def identity_token(tenant: Tenant) -> str:
    """Return a token of the desk's own identity, as App Service gives it."""
    query = {"api-version": "2019-08-01", "resource": tenant.url, "client_id": tenant.reset_client_id}
    headers = {"X-IDENTITY-HEADER": tenant.identity_header}
    return str(httpx.get(tenant.identity_endpoint, params=query, headers=headers).json()["access_token"])
