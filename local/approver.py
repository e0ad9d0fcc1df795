"""The second person of the demonstration: approves over HTTP, as a privileged operator, what waits for that."""

from collections.abc import Iterator
from typing import Self

import httpx

from local.tenant.control_client import ControlClient

WHO = "nestor.wilke@contoso.com"


class Approver:
    """Somebody signed in to the desk who may approve."""

    def __init__(self, host_url: str, tenant_url: str) -> None:
        with ControlClient(tenant_url) as tenant:
            token = tenant.desk_sign_in(WHO)
        self._desk = httpx.Client(base_url=f"{host_url}/api", headers={"Authorization": f"Bearer {token}"}, timeout=60)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._desk.close()

    def approve_all(self) -> Iterator[str]:
        """Approve whatever waits; yield for each the name of the person whom it is about."""
        waiting = self._desk.get("/requests", params={"status": "awaitingApproval"}).raise_for_status().json()
        for summary in waiting["requests"]:
            yield summary["user"]["displayName"]
            seen = self._desk.get(f"/requests/{summary['id']}").raise_for_status()
            headers = {"If-Match": seen.headers["etag"], "Content-Type": "application/json"}
            approval = f"/requests/{summary['id']}/approval"
            self._desk.post(approval, headers=headers, json={"comment": "Called back."}).raise_for_status()
