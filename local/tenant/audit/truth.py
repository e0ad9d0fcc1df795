"""What the control API says of an event, for tests that count."""

from typing import Any

import msgspec


class TrueEvent(msgspec.Struct, frozen=True, rename="camel"):
    """An event with its place in time; whatever a malformed one has for an id and an activity."""

    id: Any
    activity: Any
    at: str
    visible_from: str
