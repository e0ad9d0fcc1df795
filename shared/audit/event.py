"""One directory audit event: who did what to whom, when, and how it ended."""

from datetime import UTC, datetime

from msgspec import Struct

from shared.audit import activities, wire
from shared.audit.wire import Unreadable

__all__ = ["ActingApp", "ActingUser", "AuditEvent", "Change", "Target", "Unreadable", "is_relevant", "parse"]


class ActingUser(Struct, frozen=True, kw_only=True):
    """The user who did it."""

    id: str = ""
    """Object id."""
    user_principal_name: str = ""
    display_name: str = ""
    ip_address: str = ""


class ActingApp(Struct, frozen=True, kw_only=True):
    """The application that did it; a managed identity is one."""

    app_id: str = ""
    service_principal_id: str = ""
    display_name: str = ""


class Change(Struct, frozen=True, kw_only=True):
    """A property that was modified. Entra writes its values as JSON within a string."""

    name: str
    old: str | None = None
    new: str | None = None


class Target(Struct, frozen=True, kw_only=True):
    """What or whom it was done to."""

    id: str = ""
    """Object id."""
    type: str = ""
    """User, Role, Group and so on."""
    display_name: str = ""
    user_principal_name: str = ""
    changes: tuple[Change, ...] = ()


class AuditEvent(Struct, frozen=True, kw_only=True):
    """One directory audit; whatever Graph leaves out is empty."""

    id: str
    at: datetime
    """In UTC, its seven decimals cut to microseconds."""
    activity: str = ""
    """activityDisplayName."""
    service: str = ""
    """loggedByService."""
    category: str = ""
    operation: str = ""
    result: str = ""
    """success, failure, timeout."""
    reason: str = ""
    """resultReason."""
    correlation_id: str = ""
    user: ActingUser | None = None
    app: ActingApp | None = None
    targets: tuple[Target, ...] = ()


def parse(raw: bytes) -> AuditEvent:
    """Return the event of those bytes; raise Unreadable only where there is no id or no time to keep it by."""
    event = wire.decode(raw)
    if not event.id:
        raise Unreadable("It has no id.")
    initiated_by = event.initiated_by
    return AuditEvent(
        id=event.id,
        at=_instant(event.activity_date_time),
        activity=event.activity_display_name or "",
        service=event.logged_by_service or "",
        category=event.category or "",
        operation=event.operation_type or "",
        result=event.result or "",
        reason=event.result_reason or "",
        correlation_id=event.correlation_id or "",
        user=_user(initiated_by.user) if initiated_by and initiated_by.user else None,
        app=_app(initiated_by.app) if initiated_by and initiated_by.app else None,
        targets=tuple([_target(each) for each in event.target_resources or ()]),
    )


def is_relevant(event: AuditEvent) -> bool:
    """Return whether it tells of somebody's MFA, sessions, password or roles."""
    changed = (change.name for target in event.targets for change in target.changes)
    return activities.tells_of_mfa(event.service, event.category, event.activity, changed)


def _instant(text: str | None) -> datetime:
    """Return a time of Graph's, which has up to seven decimals; one without a zone counts as UTC."""
    try:
        at = datetime.fromisoformat(text or "")
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise Unreadable(f"Its activityDateTime is {text!r}, and no time.") from None


def _user(user: wire.User) -> ActingUser:
    return ActingUser(
        id=user.id or "",
        user_principal_name=user.user_principal_name or "",
        display_name=user.display_name or "",
        ip_address=user.ip_address or "",
    )


def _app(app: wire.App) -> ActingApp:
    return ActingApp(
        app_id=app.app_id or "",
        service_principal_id=app.service_principal_id or "",
        display_name=app.display_name or "",
    )


def _target(target: wire.Target) -> Target:
    return Target(
        id=target.id or "",
        type=target.type or "",
        display_name=target.display_name or "",
        user_principal_name=target.user_principal_name or "",
        changes=tuple(
            [Change(name=each.display_name or "", old=each.old_value, new=each.new_value) for each in changes]
        )
        if (changes := target.modified_properties)
        else (),
    )
