"""A call at a door, without a host: what the worker would hand in, and a desk that says what a test wants it to say."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast
from urllib.parse import urlencode

import azure.functions as func

from functions.doors import Verb, pass_through
from functions.exchange import Exchange
from shared.assembly import Premises
from shared.caller import Caller
from shared.contract import Action, ResetRequest
from shared.delegation import SecondPerson, WayIn
from shared.front_desk import Submitted
from shared.outcome import PersonNamed, Status
from shared.record import RequestRecord

TENANT = "0f6c1e0a-6b1c-4a51-9d43-1a2b3c4d5e6f"
LEE = "7a8bdf04-4c51-4c95-97ae-692d37d8074a"
ADELE = "8c14b9a1-82a0-4e4a-a66b-dcf3cfaa2e14"
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
INVOCATION = "3f2a1d8c-0b57-4c1e-9a55-6d0f3e7b2c41"
TOKEN = {"authorization": "Bearer a-token", "host": "desk.example"}
"""What a program sends."""
SESSION = {"cookie": "AppServiceAuthSession=abc", "host": "desk.example", "content-type": "application/json"}
"""What the desk's own page sends."""
REQUEST = ResetRequest(id="INC-1001", user=ADELE, actions=(Action.REVOKE_SESSIONS,), requested_by=LEE)
RECORD = RequestRecord(
    id="INC-1001",
    status=Status.SUCCEEDED,
    accepted_at=NOW,
    version="v-1",
    way_in=WayIn.HTTP,
    request=REQUEST,
    user=PersonNamed(asked=ADELE),
    requested_by=PersonNamed(asked=LEE),
)
AUDITOR = "MfaDesk.Auditor"
OPERATOR = "MfaDesk.Operator"


@dataclass
class Scripted:
    """A part of the desk that gives one answer to whatever it is asked, or raises it, and remembers the questions."""

    says: Any = None
    asked: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = field(default_factory=list)

    def __getattr__(self, verb: str) -> Any:
        async def answered(*args: Any, **options: Any) -> Any:
            self.asked.append((verb, args, options))
            if isinstance(self.says, Exception):
                raise self.says
            return self.says

        return answered


@dataclass
class SettingsRead:
    """The settings on which it depends who calls, and those that every caller may know."""

    authentication_enabled: bool = True
    tenant_id: str = TENANT
    demanded: frozenset[str] = frozenset()
    further_actions: frozenset[Action] = frozenset()
    second_person: SecondPerson = SecondPerson.QUEUE
    time_zone: str = "UTC"


@dataclass
class Behind:
    """What stands behind the doors in a test: every part says the same, but for the others."""

    part: Scripted
    settings: SettingsRead = field(default_factory=SettingsRead)
    others: dict[str, Scripted] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        return self.others.get(name, self.part)


def behind(says: Any = None, settings: SettingsRead | None = None, **others: Any) -> Behind:
    """Return a desk that says that, and of which some parts say something else."""
    return Behind(Scripted(says), settings or SettingsRead(), {name: Scripted(said) for name, said in others.items()})


def signed_in(*roles: str, **claims: str) -> dict[str, str]:
    """Return the header by which App Service Authentication tells of Lee, with these roles."""
    told = {"oid": LEE, "tid": TENANT, "preferred_username": "lee.gu@contoso.com", **claims}
    elements = [{"typ": typ, "val": val} for typ, val in told.items()]
    elements += [{"typ": "roles", "val": role} for role in roles]
    principal = json.dumps({"auth_typ": "aad", "role_typ": "roles", "claims": elements})
    return {"x-ms-client-principal": base64.b64encode(principal.encode()).decode()}


async def call(
    verb: Verb,
    premises: Behind,
    *,
    headers: Mapping[str, str] | None = None,
    query: Mapping[str, str] | None = None,
    body: Any = b"",
    **route: str,
) -> func.HttpResponse:
    """Return what a door answers; by default a program calls in the name of Lee, who is an operator."""
    request = func.HttpRequest(
        "POST" if body else "GET",
        f"https://desk.example/api/…?{urlencode(query or {})}",
        headers={**TOKEN, **signed_in(OPERATOR)} if headers is None else headers,
        params={name: value for name, value in (query or {}).items() if value},
        route_params=route,
        body=body if isinstance(body, bytes) else json.dumps(body).encode(),
    )
    exchange = Exchange(request, INVOCATION, lambda: cast("Premises", premises), now=lambda: NOW)
    return await pass_through(verb, exchange)


def told(response: func.HttpResponse) -> Any:
    """Return the body of an answer."""
    return json.loads(response.get_body())


def submitted(record: RequestRecord = RECORD, *, fresh: bool = True, **more: Any) -> Submitted:
    """Return what the front desk says to a request."""
    return Submitted(record=record, fresh=fresh, **more)


def caller(**also: Any) -> Caller:
    """Return Lee as the desk knows them."""
    return Caller(id=LEE, name="lee.gu@contoso.com", **also)
