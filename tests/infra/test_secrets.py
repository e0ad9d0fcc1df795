"""The templates hold no secret, and make none."""

import re
from pathlib import Path

import pytest

from tests.infra.templates import INFRA, template

FILES = sorted([*INFRA.rglob("*.bicep"), *INFRA.rglob("*.bicepparam"), *INFRA.rglob("*.json")])
TELLTALE = re.compile(
    r"listkeys|listaccountsas|listservicesas|accountkey=|sharedaccess|passwordcredentials|keycredentials|@secure|sig=",
    re.IGNORECASE,
)
HOST = re.compile(r"https?://(?!\$)[\w.-]+|\b[\w-]+\.(?:windows|azure|microsoftonline|chinacloudapi)\.\w+")
ALLOWED_HOSTS = {
    # Microsoft Graph's address in each cloud: environment() does not tell it.
    "https://graph.microsoft.com",
    "https://graph.microsoft.us",
    "https://microsoftgraph.chinacloudapi.cn",
}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_there_is_no_key_and_no_secret(path: Path) -> None:
    """Neither written down nor fetched."""
    assert TELLTALE.findall(path.read_text()) == []


@pytest.mark.parametrize("path", [each for each in FILES if each.suffix == ".bicep"], ids=lambda path: path.name)
def test_no_cloud_is_taken_for_granted(path: Path) -> None:
    """Hosts come from environment() and from the resources themselves."""
    assert set(HOST.findall(path.read_text())) <= ALLOWED_HOSTS


@pytest.mark.parametrize("kind", ["ftp", "scm"])
def test_nothing_is_published_by_password(kind: str) -> None:
    """The basic credentials of the app are switched off."""
    policy = template("modules/app.bicep")["resources"][kind]["config"]

    assert (policy["name"], policy["properties"]) == (kind, {"allow": False})


def test_telemetry_is_taken_by_identity_alone() -> None:
    """The connection string says where, and opens nothing."""
    resources = template("modules/monitoring.bicep")["resources"]

    assert resources["insights"]["config"]["properties"]["DisableLocalAuth"] is True
    assert resources["workspace"]["config"]["properties"]["features"] == {"disableLocalAuth": True}
