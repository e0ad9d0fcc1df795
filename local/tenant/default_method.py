"""Which of a person's methods is the default, and what keeps it from being deleted (pure)."""

from collections.abc import Iterable
from typing import Literal

from local.tenant.methods import HardwareOath, Method, MicrosoftAuthenticator, Password, Phone, SoftwareOath

Preference = Literal["push", "oath", "sms", "voiceMobile", "voiceAlternateMobile", "voiceOffice"]
PREFERENCES: tuple[Preference, ...] = ("push", "oath", "sms", "voiceMobile", "voiceAlternateMobile", "voiceOffice")
"""Best first: what Entra falls back to when the default is gone."""

Blocking = Literal["any", "secondFactors"]


def serves(method: Method, preference: str) -> bool:
    """Whether this method is the one that a preference for secondary authentication means."""
    match method:
        case MicrosoftAuthenticator():
            return preference == "push"
        case SoftwareOath():
            return preference == "oath"
        case HardwareOath(device=device):
            return preference == "oath" and device.status == "activated"
        case Phone(phone_type="mobile"):
            return preference in {"sms", "voiceMobile"}
        case Phone(phone_type="alternateMobile"):
            return preference == "voiceAlternateMobile"
        case Phone():
            return preference == "voiceOffice"
        case _:
            return False


def chosen(methods: Iterable[Method], preference: str) -> Method | None:
    """Return the first method that serves a preference."""
    return next((method for method in methods if serves(method, preference)), None)


def best(methods: Iterable[Method]) -> tuple[Preference, str] | None:
    """Return the default which Entra takes by itself, a preference and a method's id; None without a second factor."""
    registered = tuple(methods)
    found = ((preference, chosen(registered, preference)) for preference in PREFERENCES)
    return next(((preference, method.id) for preference, method in found if method is not None), None)


def blocks(other: Method, reading: Blocking) -> bool:
    """Whether another method keeps the default from being deleted.

    No source settles which do: "any" takes every one but the password, "secondFactors" only those that could be
    the default themselves.
    """
    if reading == "any":
        return not isinstance(other, Password)
    return any(serves(other, preference) for preference in PREFERENCES)
