"""The activities that the log knows: names, services and categories from Entra's reference of audit activities.

(Entra documentation, reference-audit-activities. Operation types are not in it; they follow recorded events, or else
the activity's verb.)
"""

import msgspec

CORE_DIRECTORY = "Core Directory"
AUTHENTICATION_METHODS = "Authentication Methods"
DEVICE_REGISTRATION = "Device Registration Service"
PIM = "PIM"
"""As it stands in recorded events; the documentation says "Privileged Identity Management"."""

_PREFIXES = {
    CORE_DIRECTORY: "Directory",
    AUTHENTICATION_METHODS: AUTHENTICATION_METHODS,
    PIM: PIM,
    "Self-service Group Management": "SSGM",
    "Self-service Password Management": "SSPR",
}
"""How recorded ids begin, by service."""


class Activity(msgspec.Struct, frozen=True):
    """One kind of event."""

    name: str
    service: str = CORE_DIRECTORY
    category: str = "UserManagement"
    operation: str = "Update"


def event_id(service: str, correlation_id: str, code: int, number: int) -> str:
    """Return an id like those that are recorded: a prefix, the correlation id, five signs and a number; or a GUID.

    Services whose ids nobody has recorded get a bare GUID here, which the documentation promises for all of them.
    """
    prefix = _PREFIXES.get(service)
    if prefix is None:
        return f"{code:08x}-{number & 0xFFFF:04x}-4{code & 0xFFF:03x}-a{code >> 20:03x}-{number:012x}"
    return f"{prefix}_{correlation_id}_{_five_signs(code)}_{number}"


_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _five_signs(code: int) -> str:
    signs = ""
    for _ in range(5):
        code, place = divmod(code, len(_SIGNS))
        signs += _SIGNS[place]
    return signs
