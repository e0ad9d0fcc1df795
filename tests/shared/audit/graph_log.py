"""A hand-made audit log of Graph's: events that show up in their own time, pages, and what can go wrong with them."""

import hashlib
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import msgspec

from shared.graph import Answer, Call

ADELE: Final = "0f3ae0a2-5b1f-4e9a-9d1c-2f6d7c8b9a01"
PATTI: Final = "6b5f1d2c-7a80-4c11-8f3e-1d2c3b4a5f06"
DESK: Final = "b1946ac9-2e3d-4f5a-9c8b-7d6e5f4a3b2c"
_CONDITION: Final = re.compile(r"activityDateTime ge (\S+) and activityDateTime le (\S+)")
Fault = Callable[["GraphLog", Call], Answer | None]


def audit(number: int, at: datetime, **changes: Any) -> dict[str, Any]:
    """Return an event in Graph's shape: by default Patti deletes a phone of Adele's."""
    return {
        "id": f"Directory_{number:08d}_MCDC4_88453290",
        "category": "UserManagement",
        "correlationId": f"00000000-0000-4000-8000-{number:012d}",
        "result": "success",
        "resultReason": "Admin deleted phone app notification method for user",
        "activityDisplayName": "Admin deleted security info",
        "activityDateTime": f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}7Z",
        "loggedByService": "Authentication Methods",
        "operationType": "Delete",
        "initiatedBy": {
            "app": None,
            "user": {"id": PATTI, "displayName": None, "userPrincipalName": "patti@contoso.com", "ipAddress": "::1"},
        },
        "targetResources": [
            {
                "id": ADELE,
                "displayName": "Adele Vance",
                "type": "User",
                "userPrincipalName": "adele.vance@contoso.com",
                "modifiedProperties": [{"displayName": "Phone.PhoneNumber", "oldValue": '"+1"', "newValue": None}],
            }
        ],
        "additionalDetails": [],
        **changes,
    }


def noise(number: int, at: datetime, **changes: Any) -> dict[str, Any]:
    """Return an event that tells of nobody's MFA."""
    group = {"id": f"{number}", "type": "Group", "modifiedProperties": []}
    of_group = {
        "activityDisplayName": "Update group",
        "category": "GroupManagement",
        "loggedByService": "Core Directory",
    }
    return audit(number, at, targetResources=[group], **of_group, **changes)


def incompressible(length: int) -> str:
    """Return a text that cannot be made much shorter."""
    return hashlib.shake_256(b"text").hexdigest(length // 2)


class Shown(msgspec.Struct, frozen=True, order=True):
    """An event, and from when on Graph shows it."""

    at: datetime
    number: int
    since: datetime
    raw: bytes


class GraphLog:
    """Answers as Graph does, by the clock that it is given."""

    def __init__(self, now: Callable[[], datetime], page_size: int = 999) -> None:
        self._now = now
        self._shown: list[Shown] = []
        self.page_size = page_size
        self.memory = timedelta(days=9999)
        """For how long it shows what has happened."""
        self.calls: list[Call] = []
        self.faults: list[Fault] = []
        """Asked in their order; the first to answer does so in Graph's place."""

    def add(self, at: datetime, *, raw: bytes | None = None, delay: timedelta = timedelta(), **changes: Any) -> bytes:
        """Have something happen; return its bytes."""
        number = len(self._shown)
        event = raw if raw is not None else json.dumps(audit(number, at, **changes)).encode()
        self._shown.append(Shown(at, number, at + delay, event))
        return event

    def add_many(self, start: datetime, count: int, step: timedelta) -> None:
        """Have as many things happen that tell of nobody's MFA."""
        first = len(self._shown)
        for number in range(first, first + count):
            at = start + (number - first) * step
            self._shown.append(Shown(at, number, at, json.dumps(noise(number, at)).encode()))

    @property
    def count(self) -> int:
        """How many things have happened."""
        return len(self._shown)

    def asked(self) -> list[tuple[str, str]]:
        """Return from when to when Graph was asked, without the further pages."""
        return [found for call in self.calls if (found := _window(call)) and "skiptoken" not in call.path]

    @staticmethod
    def asked_by(call: Call) -> tuple[datetime, datetime]:
        """Return from when to when a call asks."""
        start, end = _window(call) or ("", "")
        return _instant(start), _instant(end)

    async def send(self, call: Call) -> Answer:
        """Answer a call."""
        self.calls.append(call)
        for fault in self.faults:
            if (answer := fault(self, call)) is not None:
                return answer
        return self.answer(call)

    def answer(self, call: Call, *, cut: int | None = None) -> Answer:
        """Return what Graph answers when nothing is wrong."""
        query = parse_qs(urlsplit(call.path).query)
        start, end = self.asked_by(call)
        now = self._now()
        found = sorted(
            each for each in self._shown if each.since <= now <= each.at + self.memory and start <= each.at <= end
        )
        skip = int(query.get("$skiptoken", ["0"])[0])
        page = found[skip : skip + self.page_size]
        body = b'{"value":[%s]' % b",".join(each.raw for each in page)
        if len(found) > skip + self.page_size:
            link = f"https://graph.example{'/v1.0'}{_without_token(call.path)}&$skiptoken={skip + self.page_size}"
            body += b',"@odata.nextLink":%s' % json.dumps(link).encode()
        return Answer(status=200, body=(body + b"}")[:cut])


def refusing(start: datetime, end: datetime, make: Callable[[GraphLog, Call], Answer]) -> Fault:
    """Return a fault that answers whatever touches that time."""

    def fault(log: GraphLog, call: Call) -> Answer | None:
        since, until = log.asked_by(call)
        return make(log, call) if since < end and start <= until else None

    return fault


def failing(times: int, make: Callable[[GraphLog, Call], Answer], *, only_further: bool = False) -> Fault:
    """Return a fault that answers so often."""
    left = [times]

    def fault(log: GraphLog, call: Call) -> Answer | None:
        if not left[0] or (only_further and "skiptoken" not in call.path):
            return None
        left[0] -= 1
        return make(log, call)

    return fault


def malformed(log: GraphLog, call: Call) -> Answer:
    """Return a page whose JSON breaks off."""
    return log.answer(call, cut=-7)


def status(code: int, retry_after: float | None = None) -> Callable[[GraphLog, Call], Answer]:
    """Return what answers with that status."""
    body = b'{"error":{"code":"something","message":"Something is wrong."}}'
    return lambda _log, _call: Answer(status=code, body=body, retry_after=retry_after)


def _window(call: Call) -> tuple[str, str] | None:
    found = _CONDITION.search(parse_qs(urlsplit(call.path).query).get("$filter", [""])[0])
    return (found[1], found[2]) if found else None


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _without_token(path: str) -> str:
    return re.sub(r"&\$skiptoken=\d+", "", path)
