"""The report's words for what programs read: deeds, methods, standings, rules, spans of time."""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from shared.audit.history_line import Actor, Deed, HistoryLine, Kind, Method, Person, Standing, Through
from shared.methods import MethodType
from shared.outcome import Status

METHODS: Final[dict[str, str]] = {
    MethodType.PHONE: "phone",
    MethodType.MICROSOFT_AUTHENTICATOR: "Authenticator app",
    MethodType.SOFTWARE_OATH: "authentication codes",
    MethodType.HARDWARE_OATH: "hardware token",
    MethodType.FIDO2: "passkey",
    MethodType.WINDOWS_HELLO: "Windows Hello",
    MethodType.EMAIL: "email address",
    MethodType.TEMPORARY_ACCESS_PASS: "Temporary Access Pass",
    MethodType.PLATFORM_CREDENTIAL: "platform credential",
    MethodType.EXTERNAL: "external method",
    MethodType.QR_CODE_PIN: "QR code",
    MethodType.PASSWORDLESS_AUTHENTICATOR: "passwordless Authenticator",
}
DEEDS: Final = {
    Kind.METHODS_REMOVED: "Methods removed",
    Kind.SESSIONS_REVOKED: "Sessions revoked",
    Kind.PER_USER_MFA_CHANGED: "Per-user MFA changed",
    Kind.PASS_ISSUED: "Temporary Access Pass issued",
    Kind.PASSWORD_CHANGED: "Password changed",
    Kind.METHODS_REGISTERED: "Method registered",
    Kind.METHODS_UPDATED: "Method changed",
    Kind.DEFAULT_CHANGED: "Default method changed",
    Kind.ROLE_GIVEN: "Role given",
    Kind.ROLE_TAKEN: "Role taken away",
    Kind.OTHER: "Other",
}
STANDINGS: Final = {
    Standing.MATCHED: "Matched",
    Standing.PENDING: "Pending",
    Standing.UNCONFIRMED: "Unconfirmed",
    Standing.ALARM: "Alarm",
    Standing.OUTSIDE_DESK: "Around the desk",
    Standing.SELF_SERVICE: "Self-service",
}
THROUGH: Final = {
    Through.DESK: "MFA Desk",
    Through.PORTAL_OR_TOOL: "portal or another tool",
    Through.APPLICATION: "an application",
    Through.SELF_SERVICE: "self-service",
    Through.UNKNOWN: "not told",
}
RESULTS: Final = {
    Status.FAILED: "Failed",
    Status.PARTIAL: "In part",
    Status.RUNNING: "At work",
    Status.DEFERRED: "Deferred",
}
"""Those that are worth a word."""
REASONS: Final = {
    "cannotTell": "The desk could not tell who the person is",
    "requesterNotFound": "Whoever asked is not in the directory",
    "requesterDisabled": "The account of whoever asked is disabled",
    "requesterDiffers": "The caller named somebody else as the one who asks",
    "requesterLacksAuthority": "Whoever asked has no role for it",
    "actionSwitchedOff": "The action is switched off",
    "passNeedsCaller": "A pass was asked for through the queue",
    "targetNotFound": "The person is not in the directory",
    "targetProtected": "The person is protected",
    "self": "People asked for themselves",
    "targetIsPrivileged": "The person is beyond an operator's reach",
    "passCannotWait": "A pass cannot wait for an approval",
    "secondPersonNeeded": "It needed a second person",
    "approverLacksAuthority": "Whoever approved has no role for it",
    "approverDisabled": "The account of whoever approved is disabled",
    "approverIsApplication": "An application cannot approve",
    "approverIsRequester": "Whoever asked cannot approve",
    "approverIsTarget": "Nobody approves for themselves",
    "approvalDenied": "The second person said no",
    "approvalExpired": "Nobody approved in time",
    "tooOld": "The request was too old",
    "personChanged": "The name had become somebody else's",
    "triesExhausted": "All tries were used up",
    "unreadable": "The message could not be read",
    "invalid": "The message was not a valid request",
    "conflict": "The id was taken by another request",
    "unknown": "For no reason on record",
}


_MASK: Final = re.compile(r"\*{2,}")


def reason(name: str) -> str:
    """Return a rule, or what was wrong with a message, in words; a newer one as it is called."""
    return REASONS.get(name, name)


def methods(several: Iterable[Method]) -> str:
    """Return methods in words: "phone (mobile +1 ••55), passkey, 2 of them"."""
    counts = Counter(_method(each) for each in several)
    return ", ".join(name if times == 1 else f"{name}, {times} of them" for name, times in counts.items())


def _method(told: Method) -> str:
    """Return one method in words; what is masked in a number takes no more room than it needs."""
    name, label = METHODS.get(told.type, told.type), _MASK.sub("\u2022\u2022", told.label)
    return f"{name} ({label})" if label else name


def deed(told: Deed) -> str:
    """Return one thing that was done, in words."""
    tried = " (tried in vain)" if told.failed else ""
    more = methods(told.methods) or told.detail
    if told.kind is Kind.PER_USER_MFA_CHANGED and (told.before or told.after):
        more = f"{told.before or 'unknown'} → {told.after or 'unknown'}"
    if told.kind is Kind.OTHER:
        return f"{told.detail}{tried}"
    return f"{DEEDS[told.kind]}{f': {more}' if more else ''}{tried}"


def person(who: Person | None) -> str:
    """Return what to call a person."""
    if who is None:
        return "nobody in particular"
    return who.display_name or who.user_principal_name or who.id or "nobody in particular"


def actor(who: Actor) -> str:
    """Return what to call whoever did it."""
    return who.display_name or who.name or "Nobody is named"


def through(line: HistoryLine) -> str:
    """Return by what it was done, with the tool's name where there is one."""
    return f"{THROUGH[line.through]} ({line.asked_by.tool})" if line.asked_by.tool else THROUGH[line.through]


def span(seconds: float) -> str:
    """Return a span of time, in its two greatest units: "1 h 5 min"."""
    left = timedelta(seconds=int(seconds))
    units = (
        ("d", timedelta(days=1)),
        ("h", timedelta(hours=1)),
        ("min", timedelta(minutes=1)),
        ("s", timedelta(seconds=1)),
    )
    parts: list[str] = []
    for unit, size in units:
        times, left = divmod(left, size)
        if times or parts:
            parts.append(f"{times} {unit}" if times else "")
    return " ".join(part for part in parts[:2] if part) or "0 s"
