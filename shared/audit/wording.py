"""The words by which the audit log tells authentication methods apart, and what is kept of them: masked.

Recorded reasons: "Admin registered temporary access pass method for user", "User registered Authenticator App with
Notification and Code", "User deleted Mobile Phone Call and SMS", "User registered Fido2 Authentication Method". Only a
few are on record anywhere, so it is the words in them that count.
"""

import re
from typing import Final

import msgspec

from shared.audit.event import AuditEvent, Change
from shared.audit.history_line import Method
from shared.graph_shapes import masked_email, masked_phone
from shared.methods import MethodType

_WORDS: Final[tuple[tuple[re.Pattern[str], MethodType], ...]] = tuple(
    (re.compile(pattern, re.IGNORECASE), known)
    for pattern, known in (
        (r"temporary ?access ?pass", MethodType.TEMPORARY_ACCESS_PASS),
        (r"windows ?hello", MethodType.WINDOWS_HELLO),
        (r"passwordless", MethodType.PASSWORDLESS_AUTHENTICATOR),
        (r"fido|passkey|security key", MethodType.FIDO2),
        (r"platform ?cred", MethodType.PLATFORM_CREDENTIAL),
        (r"hardware ?(oath|token)", MethodType.HARDWARE_OATH),
        (r"software ?(oath|token)|authenticator app with code", MethodType.SOFTWARE_OATH),
        (r"authenticator|phone ?app", MethodType.MICROSOFT_AUTHENTICATOR),
        (r"external", MethodType.EXTERNAL),
        (r"\bqr", MethodType.QR_CODE_PIN),
        (r"e-?mail", MethodType.EMAIL),
        (r"phone|\bsms\b", MethodType.PHONE),
    )
)
"""The first that is found counts: a phone app is no phone."""
_LABELS: Final = ("phonenumber", "devicename", "displayname", "serialnumber", "email", "emailaddress")
_DIGITS: Final = 4
"""A number with fewer is none: Microsoft blanks some out."""


def method_of(words: str) -> MethodType | None:
    """Return the type of method that a text speaks of."""
    return next((known for pattern, known in _WORDS if pattern.search(words)), None)


def methods_of(event: AuditEvent) -> tuple[Method, ...]:
    """Return the methods that an event of the methods' own service speaks of, by its properties or by its reason."""
    changes = [change for target in event.targets for change in target.changes]
    labelled = _labelled(changes)
    if labelled:
        return labelled
    types = dict.fromkeys(known for change in changes if (known := _type_of(change)))
    if not types and (known := method_of(event.reason)):
        types = {known: None}
    return tuple(Method(each) for each in types)


def plain(value: str | None) -> str:
    """Return a property's value as text: mostly it is JSON within the JSON, and may be a list of one."""
    if not value:
        return ""
    try:
        decoded = msgspec.json.decode(value)
    except msgspec.DecodeError:
        return value
    while isinstance(decoded, list) and len(decoded) == 1:
        decoded = decoded[0]
    return decoded if isinstance(decoded, str) else "" if decoded in (None, []) else value


def masked(number: str) -> str:
    """Return a phone number masked; nothing where it is none."""
    return masked_phone(number) if sum(sign.isdigit() for sign in number) >= _DIGITS else ""


def label_of(known: MethodType, value: str) -> str:
    """Return what may be shown of a value: numbers and addresses masked, names of devices as they are."""
    if known is MethodType.PHONE:
        return masked(value)
    return masked_email(value) if known is MethodType.EMAIL and value else value


def _labelled(changes: list[Change]) -> tuple[Method, ...]:
    """Return the methods that a property names; a phone's type follows its number."""
    kinds = iter([_value(change) for change in changes if change.name.lower().endswith("phonetype")])
    found = []
    for change in changes:
        known = _type_of(change)
        if known is None or change.name.rpartition(".")[2].lower() not in _LABELS:
            continue
        label = label_of(known, _value(change))
        kind = next(kinds, "") if known is MethodType.PHONE else ""
        found.append(Method(known, " ".join(part for part in (kind, label) if part)))
    return tuple(found)


def _type_of(change: Change) -> MethodType | None:
    """Return the type before the dot of a property's name; a property without a dot is about no method."""
    prefix, dot, _ = change.name.partition(".")
    return method_of(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", prefix)) if dot else None


def _value(change: Change) -> str:
    return plain(change.new) or plain(change.old)
