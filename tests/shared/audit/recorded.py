"""Events as Entra writes them, and requests as the ledger lists them: shapes of facts and of recorded events."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec

from shared.audit.actors import DeskIdentity
from shared.audit.event import AuditEvent, parse
from shared.contract import Action
from shared.outcome import PersonNamed, Status
from shared.record import RequestSummary

NOON: Final = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
DESK_CLIENT: Final = "d35c0000-0000-4000-8000-00000000c11e"
DESK_PRINCIPAL: Final = "d35c0000-0000-4000-8000-000000000b1e"
DESK: Final = DeskIdentity(client_ids=frozenset({DESK_CLIENT}), principal_ids=frozenset({DESK_PRINCIPAL}))

ADA: Final = {"id": "ada-id", "userPrincipalName": "ada@contoso.com", "displayName": "Ada Lovelace"}
BOB: Final = {"id": "bob-id", "userPrincipalName": "bob@contoso.com", "displayName": "Bob Hope"}
LEE: Final = {"id": "lee-id", "userPrincipalName": "lee@contoso.com", "displayName": "Lee Operator"}
KIM: Final = {"id": "kim-id", "userPrincipalName": "kim@contoso.com", "displayName": "Kim Admin"}

DELETED: Final = "Admin deleted security info"
REGISTERED: Final = "User registered security info"
REVOKED: Final = "Update StsRefreshTokenValidFrom Timestamp"
UPDATED: Final = "Update user"
PORTAL: Final = "Admin required re-registration of MFA authentication methods."
METHODS: Final = "Authentication Methods"
CORE: Final = "Core Directory"

Changes = dict[str, tuple[Any, Any]]


def user(who: dict[str, str], *, core: bool = False) -> dict[str, Any]:
    """Return the initiator that a person is; Core Directory leaves their display name out."""
    return {
        "app": None,
        "user": {**who, "displayName": None if core else who["displayName"], "ipAddress": "203.0.113.7"},
    }


def app(name: str, principal: str | None = "foreign-principal", client: str | None = None) -> dict[str, Any]:
    """Return the initiator that an application is; Core Directory leaves its client id out."""
    told = {"appId": client, "displayName": name, "servicePrincipalId": principal, "servicePrincipalName": None}
    return {"user": None, "app": told}


BY_DESK: Final = app("mi-mfadesk-reset", DESK_PRINCIPAL, DESK_CLIENT)
BY_DESK_CORE: Final = app("mi-mfadesk-reset", DESK_PRINCIPAL)
BY_LEE: Final = user(LEE)
BY_ADA: Final = user(ADA)


def target(who: dict[str, str], changes: Changes | None = None) -> dict[str, Any]:
    """Return a person as what an event is about; the values of changes are JSON within the JSON."""
    modified = [
        {"displayName": name, "oldValue": _json(old), "newValue": _json(new)}
        for name, (old, new) in (changes or {}).items()
    ]
    return {**who, "type": "User", "groupType": None, "modifiedProperties": modified}


def event(
    activity: str, by: dict[str, Any] | None, to: dict[str, str] | list[dict[str, Any]], at: float = 0, **further: Any
) -> AuditEvent:
    """Return an event so many seconds after noon.

    to: a person, with the properties in changes, or all targets as they are. Further: id, reason, correlation,
    service, and whatever else Graph calls by its own name.
    """
    moment = NOON + timedelta(seconds=at)
    core = activity in (UPDATED, REVOKED) or "role" in activity
    changes = further.pop("changes", None)
    raw = {
        "id": further.pop("id", f"{activity}/{at}"),
        "category": "UserManagement",
        "correlationId": further.pop("correlation", ""),
        "result": "success",
        "resultReason": further.pop("reason", ""),
        "activityDisplayName": activity,
        "activityDateTime": f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond:06d}7Z",
        "loggedByService": further.pop("service", CORE if core else METHODS),
        "operationType": "Update",
        "initiatedBy": by,
        "targetResources": to if isinstance(to, list) else [target(to, changes)],
        "additionalDetails": [],
        **further,
    }
    return parse(msgspec.json.encode(raw))


def named(who: dict[str, str]) -> PersonNamed:
    """Return a person as the ledger names them."""
    return PersonNamed(
        asked=who["userPrincipalName"],
        id=who["id"],
        user_principal_name=who["userPrincipalName"],
        display_name=who["displayName"],
    )


def request(
    id_: str = "INC-1", who: dict[str, str] = ADA, seconds: float = -5, until: float | None = 10, **further: Any
) -> RequestSummary:
    """Return a request by Kim, accepted and finished so many seconds after noon."""
    usual: dict[str, Any] = {
        "status": Status.SUCCEEDED,
        "actions": (Action.REQUIRE_REREGISTRATION, Action.REVOKE_SESSIONS),
        "user": named(who),
        "requested_by": named(KIM),
        "ticket": "T-7",
        "reason": "Lost phone",
    }
    return RequestSummary(
        id=id_,
        accepted_at=NOON + timedelta(seconds=seconds),
        finished_at=None if until is None else NOON + timedelta(seconds=until),
        **{**usual, **further},
    )


def _json(value: object) -> str | None:
    return None if value is None else msgspec.json.encode(value).decode()
