"""An event before it has an id and a time."""

from collections.abc import Sequence

import msgspec

from local.tenant.audit.activity import Activity
from local.tenant.audit.actors import Actor
from local.tenant.audit.event import KeyValue, ModifiedProperty, Target
from local.tenant.entities import Person


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What happened, by whom, to what."""

    activity: Activity
    actor: Actor
    targets: tuple[Target, ...]
    reason: str = ""
    result: str = "success"
    details: tuple[KeyValue, ...] = ()


def user(person: Person, modified: Sequence[ModifiedProperty] = (), *, named: bool = False) -> Target:
    """Return a person as a target; Core Directory leaves the name out."""
    return Target(
        id=person.id,
        display_name=person.name if named else None,
        type="User",
        user_principal_name=person.upn,
        modified_properties=tuple(modified),
    )


def single(name: str, old: str | None, new: str | None) -> ModifiedProperty:
    """Return a change of a single value; both are JSON texts, and one that does not exist is an empty text."""
    return ModifiedProperty(display_name=name, old_value=quoted(old or ""), new_value=quoted(new or ""))


def only_new(name: str, new: str) -> ModifiedProperty:
    """Return a property that only says what is the case now."""
    return ModifiedProperty(display_name=name, new_value=quoted(new))


def quoted(text: str) -> str:
    """Return a text as JSON."""
    return msgspec.json.encode(text).decode()
