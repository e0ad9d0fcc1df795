"""Reading the audit log as plainly as possible."""

from typing import Any
from urllib.parse import quote

import httpx

from local.tenant.control_client import ControlClient
from tests.local.tenant.caller import Graph

AUDITS = "/v1.0/auditLogs/directoryAudits"
MANY = 1000


class Auditor:
    """Calls with the token of the desk's audit identity; `control` does what there is to be seen."""

    def __init__(self, graph: Graph, control: ControlClient) -> None:
        self.graph = graph
        self.control = control

    def ask(self, version: str = "v1.0", /, **options: object) -> httpx.Response:
        """One call; the options without their dollar signs."""
        query = "&".join(f"${name}={quote(str(value))}" for name, value in options.items())
        return self.graph.call("GET", f"/{version}/auditLogs/directoryAudits?{query}")

    def page(self, version: str = "v1.0", /, **options: object) -> dict[str, Any]:
        """Read one page, which must succeed."""
        answer = self.ask(version, **options)
        assert answer.status_code == 200, answer.text
        page: dict[str, Any] = answer.json()
        return page

    def following(self, page: dict[str, Any]) -> dict[str, Any]:
        """Read the page after that."""
        following: dict[str, Any] = self.graph.get(page["@odata.nextLink"])
        return following

    def events(self, **options: object) -> list[dict[str, Any]]:
        """Read all pages, the oldest event first."""
        page = self.page(**{"orderby": "activityDateTime asc", **options})
        events = list(page["value"])
        while "@odata.nextLink" in page:
            page = self.following(page)
            events += page["value"]
        return events

    def ids(self, **options: object) -> list[Any]:
        """Read all pages and list the ids."""
        return [event["id"] for event in self.events(**options)]

    def told(self, **options: object) -> list[tuple[str, str]]:
        """Read all pages and list services and activities."""
        return [(event["loggedByService"], event["activityDisplayName"]) for event in self.events(**options)]


def given(name: str, at: str = "", **properties: Any) -> dict[str, Any]:
    """Make an event with this id and little else."""
    time = {"activityDateTime": at} if at else {}
    return {
        "id": name,
        "activityDisplayName": "Update group",
        "loggedByService": "Core Directory",
        **time,
        **properties,
    }


def modified(event: dict[str, Any], name: str) -> tuple[Any, Any]:
    """Return the old and the new value of a property of the first target."""
    found = [each for each in event["targetResources"][0]["modifiedProperties"] if each["displayName"] == name]
    assert len(found) == 1, event
    return found[0]["oldValue"], found[0]["newValue"]
