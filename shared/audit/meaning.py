"""What one event says was done, by the names of activities in Entra's reference (reference-audit-activities)."""

import re
from typing import Final

from shared.audit import traces
from shared.audit.event import AuditEvent
from shared.audit.history_line import Deed, Kind, Method
from shared.audit.wording import method_of, methods_of, plain
from shared.methods import MethodType

UPDATE_USER: Final = "update user"
_KINDS: Final = {
    "admin deleted security info": Kind.METHODS_REMOVED,
    "user deleted security info": Kind.METHODS_REMOVED,
    "admin registered security info": Kind.METHODS_REGISTERED,
    "user registered security info": Kind.METHODS_REGISTERED,
    "user registered all required security info": Kind.METHODS_REGISTERED,
    "security info saved for self-service password reset": Kind.METHODS_REGISTERED,
    "admin updated security info": Kind.METHODS_UPDATED,
    "user updated security info": Kind.METHODS_UPDATED,
    "update hardware oath token": Kind.METHODS_UPDATED,
    "user changed default security info": Kind.DEFAULT_CHANGED,
    "patch userauthmethod.patchsigninpreferencesasync": Kind.DEFAULT_CHANGED,
    "update per-user multifactor authentication state": Kind.PER_USER_MFA_CHANGED,
    "enable strong authentication": Kind.PER_USER_MFA_CHANGED,
    "disable strong authentication": Kind.PER_USER_MFA_CHANGED,
    "update stsrefreshtokenvalidfrom timestamp": Kind.SESSIONS_REVOKED,
    "restore multifactor authentication on all remembered devices": Kind.SESSIONS_REVOKED,
    "reset password": Kind.PASSWORD_CHANGED,
    "reset user password": Kind.PASSWORD_CHANGED,
    "reset password (by admin)": Kind.PASSWORD_CHANGED,
    "reset password (self-service)": Kind.PASSWORD_CHANGED,
    "change user password": Kind.PASSWORD_CHANGED,
    "change password (self-service)": Kind.PASSWORD_CHANGED,
}
_ROLE: Final = re.compile(r"^(?P<verb>add|remove)\b.*(\brole\b|roleassignment)", re.IGNORECASE)
_DEVICE_KEY: Final = re.compile(r"^(?P<verb>add|delete)\b", re.IGNORECASE)
_DEVICE_SERVICE: Final = "device registration service"
_STATE: Final = re.compile(r"\b(disabled|enabled|enforced)\b", re.IGNORECASE)


def is_echo(event: AuditEvent) -> bool:
    """Return whether it is of a service that repeats what the methods' own service tells."""
    return _name(event) == UPDATE_USER or event.service.lower() == _DEVICE_SERVICE


def is_about_roles(event: AuditEvent) -> bool:
    """Return whether it gives or takes a directory role."""
    return _ROLE.match(event.activity.strip()) is not None


def deeds_of(event: AuditEvent) -> tuple[Deed, ...]:
    """Return what was done, in the desk's words; what has no word here keeps the audit log's own."""
    other = (Deed(kind=Kind.OTHER, detail=event.activity or "An act without a name"),)
    if _name(event) == UPDATE_USER:
        return traces.deeds_of(event) or other
    if (kind := _KINDS.get(_name(event))) is not None:
        return (_deed(kind, event),)
    if role := _ROLE.match(event.activity.strip()):
        kind = Kind.ROLE_GIVEN if role["verb"].lower() == "add" else Kind.ROLE_TAKEN
        return (Deed(kind=kind, detail=_role(event) or event.activity),)
    if event.service.lower() == _DEVICE_SERVICE and (key := _DEVICE_KEY.match(event.activity)):
        kind = Kind.METHODS_REGISTERED if key["verb"].lower() == "add" else Kind.METHODS_REMOVED
        known = method_of(event.activity)
        return (Deed(kind=kind, methods=(Method(known),)),) if known else other
    return other


def _name(event: AuditEvent) -> str:
    return event.activity.strip().rstrip(".").lower()


def _deed(kind: Kind, event: AuditEvent) -> Deed:
    if kind is Kind.PER_USER_MFA_CHANGED:
        return _per_user_mfa(event)
    if kind is Kind.METHODS_UPDATED and _name(event) == "update hardware oath token":
        return Deed(kind=kind, methods=methods_of(event) or (Method(MethodType.HARDWARE_OATH),))
    methods = methods_of(event) if kind in _WITH_METHODS else ()
    if kind is Kind.METHODS_REGISTERED and any(each.type == MethodType.TEMPORARY_ACCESS_PASS for each in methods):
        return Deed(kind=Kind.PASS_ISSUED)
    return Deed(kind=kind, methods=methods)


_WITH_METHODS: Final = frozenset({Kind.METHODS_REMOVED, Kind.METHODS_REGISTERED, Kind.METHODS_UPDATED})


def _per_user_mfa(event: AuditEvent) -> Deed:
    """Return the change of state; the property that tells it is not on record, its values are."""
    told = {"disable strong authentication": "disabled", "enable strong authentication": "enabled"}.get(
        _name(event), ""
    )
    for change in (change for target in event.targets for change in target.changes):
        before, after = _STATE.search(plain(change.old)), _STATE.search(plain(change.new))
        if before or after:
            old, new = (found[0].lower() if found else "" for found in (before, after))
            return Deed(kind=Kind.PER_USER_MFA_CHANGED, before=old, after=new or told)
    return Deed(kind=Kind.PER_USER_MFA_CHANGED, after=told)


def _role(event: AuditEvent) -> str:
    for target in event.targets:
        for change in target.changes:
            if change.name == "Role.DisplayName":
                return plain(change.new) or plain(change.old)
    return next((target.display_name for target in event.targets if target.type == "Role"), "")
