"""What the directory itself keeps of methods and sessions, and how it changes in an event "Update user".

Property names and values as recorded: StrongAuthenticationMethod is a list of {"MethodType", "Default"},
StrongAuthenticationRequirement one of {"State"}. The numbers of the types are those of the old MSOnline module.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec

from shared.audit.event import AuditEvent, Change
from shared.audit.history_line import Deed, Kind, Method
from shared.audit.wording import label_of, masked, plain
from shared.methods import MethodType

_REQUIREMENT: Final = "StrongAuthenticationRequirement"
_TYPES: Final = "StrongAuthenticationMethod"
_SESSIONS: Final = frozenset({"StsRefreshTokensValidFrom", "StsRefreshTokenValidFrom"})
_STATES: Final = {0: "disabled", 1: "enabled", 2: "enforced"}
_NUMBERS: Final = {
    **dict.fromkeys(range(6), MethodType.PHONE),
    6: MethodType.MICROSOFT_AUTHENTICATOR,
    7: MethodType.SOFTWARE_OATH,
}
_CODES_ONLY: Final = 2
"""AuthenticationType: 1 for notifications and 2 for codes, 3 for both."""
_NO_DEVICE: Final = "NO_DEVICE"
_APP_ITSELF: Final = 6
_APP_CODES: Final = 7
_PHONES: Final = {
    "PhoneNumber": "mobile",
    "AlternativePhoneNumber": "alternateMobile",
    "VoiceOnlyPhoneNumber": "office",
}
_KEYS: Final = {"FIDO": MethodType.FIDO2, "NGC": MethodType.WINDOWS_HELLO}

Entry = dict[str, Any]


def deeds_of(event: AuditEvent) -> tuple[Deed, ...]:
    """Return what the changed properties of a person come to; nothing where they are about something else."""
    changes = {change.name: change for target in event.targets for change in target.changes}
    found = [_of_methods(changes)]
    if _REQUIREMENT in changes:
        change = changes[_REQUIREMENT]
        found.append(Deed(kind=Kind.PER_USER_MFA_CHANGED, before=_state(change.old), after=_state(change.new)))
    if not _SESSIONS.isdisjoint(changes):
        found.append(Deed(kind=Kind.SESSIONS_REVOKED))
    return tuple(deed for deed in found if deed)


def _of_methods(changes: dict[str, Change]) -> Deed | None:
    lost = _difference(changes, before=True)
    gained = _difference(changes, before=False)
    if lost and not gained:
        return Deed(kind=Kind.METHODS_REMOVED, methods=lost)
    if gained and not lost:
        return Deed(kind=Kind.METHODS_REGISTERED, methods=gained)
    if gained:
        return Deed(kind=Kind.METHODS_UPDATED, methods=gained)
    if _TYPES in changes and _default(changes[_TYPES].old) != _default(changes[_TYPES].new):
        return Deed(kind=Kind.DEFAULT_CHANGED)
    return Deed(kind=Kind.METHODS_UPDATED) if any(name.startswith(_TYPES) for name in changes) else None


def _difference(changes: dict[str, Change], *, before: bool) -> tuple[Method, ...]:
    """Return the methods that are there on one side only."""
    named: list[Method] = []
    for name, change in changes.items():
        this, other = (change.old, change.new) if before else (change.new, change.old)
        known = set(_named(name, _entries(other)))
        named += [method for method in _named(name, _entries(this)) if method not in known]
    change = changes.get(_TYPES, Change(name=_TYPES))
    this, other = (change.old, change.new) if before else (change.new, change.old)
    types = {method.type for method in named}
    return (*dict.fromkeys(named), *(Method(each) for each in _types(this, other) if each not in types))


def _named(name: str, entries: Iterable[Entry]) -> Iterator[Method]:
    for entry in entries:
        if name == "StrongAuthenticationPhoneAppDetail":
            yield _app(entry)
        elif name == "StrongAuthenticationUserDetails":
            numbers = ((kind, masked(_text(entry, key))) for key, kind in _PHONES.items())
            yield from (Method(MethodType.PHONE, f"{kind} {number}") for kind, number in numbers if number)
            if address := label_of(MethodType.EMAIL, _text(entry, "Email")):
                yield Method(MethodType.EMAIL, address)
        elif name == "SearchableDeviceKey" and (known_key := _KEYS.get(_text(entry, "Usage"))):
            yield Method(known_key)


def _app(entry: Entry) -> Method:
    """Return the app, or the token that does no more than show codes; both can have the same tag."""
    device = _text(entry, "DeviceName").removeprefix(_NO_DEVICE)
    kind = entry.get("AuthenticationType")
    codes_only = kind == _CODES_ONLY if isinstance(kind, int) else not device
    return Method(MethodType.SOFTWARE_OATH if codes_only else MethodType.MICROSOFT_AUTHENTICATOR, device)


def _types(this: str | None, other: str | None) -> tuple[MethodType, ...]:
    """Return the types of the numbers that are on this side only; the app's codes go with the app."""
    numbers = _numbers(this) - _numbers(other)
    if _APP_ITSELF in numbers:
        numbers -= {_APP_CODES}
    return tuple(dict.fromkeys(_NUMBERS[number] for number in sorted(numbers) if number in _NUMBERS))


def _numbers(value: str | None) -> set[int]:
    return {number for entry in _entries(value) if isinstance(number := entry.get("MethodType"), int)}


def _default(value: str | None) -> list[object]:
    return [entry.get("MethodType") for entry in _entries(value) if entry.get("Default") is True]


def _state(value: str | None) -> str:
    """Return the state of per-user MFA: an empty list is none, and what cannot be read is not known."""
    if not value or plain(value):
        number = next((entry.get("State") for entry in _entries(value)), None)
        return _STATES.get(number, "") if isinstance(number, int) else ""
    return "disabled"


def _text(entry: Entry, key: str) -> str:
    value = entry.get(key)
    return value if isinstance(value, str) else ""


def _entries(value: str | None) -> list[Entry]:
    """Return the objects that a property holds as JSON, in a list or alone; nothing of what is written otherwise."""
    try:
        decoded = msgspec.json.decode(value or "[]")
    except (msgspec.DecodeError, RecursionError):
        return []
    several = decoded if isinstance(decoded, list) else [decoded]
    return [entry for entry in several if isinstance(entry, dict)]
