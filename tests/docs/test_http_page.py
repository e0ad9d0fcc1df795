"""What docs/http.md tells people to type does what it says there."""

import json
import re
import shlex
from pathlib import Path

import httpx
import pytest

from docs import api
from local.stand import ANY_PORTS, Stand
from local.tenant.control_client import ControlClient
from shared.api.openapi_operations import OPERATIONS
from shared.ledger import TABLES

pytestmark = pytest.mark.stand

PAGE = api.PAGE.parent / "http.md"
_COMMAND = re.compile(r"^# (?P<status>\d{3})\ncurl (?P<arguments>.+?)(?=\n\n|\n```)", re.MULTILINE | re.DOTALL)


def commands() -> list[tuple[int, list[str]]]:
    """Return every command of the page of which a status is told, with its arguments."""
    text = PAGE.read_text(encoding="utf-8")
    return [(int(found["status"]), shlex.split(found["arguments"])) for found in _COMMAND.finditer(text)]


def sent(arguments: list[str], variables: dict[str, str]) -> httpx.Response:
    """Return the answer to what curl would send."""
    headers, url, body = {}, "", None
    words = iter(arguments)
    for word in words:
        if word == "-H":
            name, _, value = next(words).partition(": ")
            headers[name] = filled(value, variables)
        elif word == "-d":
            body = next(words)
        else:
            url = filled(word, variables)
    return httpx.request("POST" if body else "GET", url, headers=headers, content=body, timeout=30)


def filled(text: str, variables: dict[str, str]) -> str:
    """Return the text with what the shell would put into it."""
    return re.sub(r"\$([A-Z]+)", lambda found: variables[found[1]], text)


def test_every_command_is_answered_with_the_status_beside_it(tmp_path: Path) -> None:
    """One after another, as somebody would read the page; the refusal in it is the refusal that comes."""
    queues = ("reset-requests", "reset-results", "bulk-requests")
    with (
        Stand(folder=tmp_path, usual_ports=ANY_PORTS, queues=queues, tables=TABLES, say=lambda _: None) as stand,
        ControlClient(stand.tenant_url) as tenant,
    ):
        variables = {"DESK": f"{stand.host_url}/api", "TOKEN": tenant.desk_sign_in("lee.gu@contoso.com")}
        answers = [(status, sent(arguments, variables)) for status, arguments in commands()]

    assert [(status, answer.status_code) for status, answer in answers] == [(each, each) for each, _ in answers]
    (refusal,) = re.findall(r"```json\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert json.loads(refusal) == answers[-1][1].json()


def test_commands_are_found() -> None:
    """Otherwise the test above would hold for an empty page."""
    assert len(commands()) == 13


def test_every_door_is_on_the_page() -> None:
    """By method and path."""
    text = PAGE.read_text(encoding="utf-8")

    assert [each.id for each in OPERATIONS if f"{each.method} {each.path.removeprefix('/')}" not in text] == []
