"""Debra, who reads at a stand's desk over HTTP."""

from typing import Any

import httpx

from local.stand import Stand
from local.tenant.control_client import ControlClient


class Auditor:
    """What an auditor sees."""

    def __init__(self, stand: Stand, tenant: ControlClient) -> None:
        token = tenant.desk_sign_in("debra.berger@contoso.com")
        headers = {"Authorization": f"Bearer {token}"}
        self._desk = httpx.Client(base_url=f"{stand.host_url}/api", headers=headers, timeout=30)

    def lines(self, who: str) -> list[dict[str, Any]]:
        """Return the history of somebody."""
        found: list[dict[str, Any]] = self._desk.get(f"/users/{who}/history").raise_for_status().json()["lines"]
        return found

    def get(self, path: str) -> httpx.Response:
        """Return what is answered."""
        return self._desk.get(path)

    def close(self) -> None:
        """Go."""
        self._desk.close()
