"""Events that are written when they are read: noise by the ten thousand, and for benchmarks by the million."""

from pathlib import Path
from typing import Any

import msgspec

from local.tenant.audit.activity import CORE_DIRECTORY, Activity, event_id
from local.tenant.audit.actors import Actor, address, service
from local.tenant.audit.cast import Cast, Extra
from local.tenant.audit.chance import Chance
from local.tenant.audit.draft import Draft
from local.tenant.audit.event import ModifiedProperty, Target
from local.tenant.audit.scribe import event
from local.tenant.audit.ticks import stamp

_NOISE = Path(__file__).with_name("noise.yaml")
_HOLES = ("id", "correlation", "time", "actor", "name", "upn", "address", "target", "target_name", "target_upn")


class Kind(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line of noise.yaml; `relevant` ones are of the kind that the desk keeps an index of."""

    activity: str
    service: str = CORE_DIRECTORY
    category: str
    operation: str
    by: str
    target: str
    weight: int
    reason: str = ""
    relevant: bool = False
    changes: dict[str, tuple[str | None, str | None]] = {}


def read_kinds(*, relevant: bool) -> tuple[Kind, ...]:
    """Return the lines of the data file that are, or are not, what the desk is there for."""
    kinds = msgspec.yaml.decode(_NOISE.read_bytes(), type=tuple[Kind, ...])
    return tuple(kind for kind in kinds if kind.relevant == relevant)


class Noise:
    """Writes any event of some kinds: which one, by whom and on whom follows from its number."""

    def __init__(self, kinds: tuple[Kind, ...], cast: Cast) -> None:
        self._stencils = [stencil for kind in kinds for stencil in [Stencil(kind)] * kind.weight]
        self._crowd = cast.crowd
        self._admins = tuple(extra for extra in cast.crowd if extra.id in {admin.id for admin in cast.admins})

    def written(self, number: int, at: int) -> bytes:
        """Return the event's JSON."""
        chance = Chance(number, at)
        stencil = chance.one_of(self._stencils)
        target = chance.one_of(self._crowd)
        actor = target if stencil.own else chance.one_of(self._admins or self._crowd)
        return stencil.filled(chance, number, at, actor, target)


class Stencil:
    """The JSON of a kind of event with holes in it: ten times as fast as making the event."""

    def __init__(self, kind: Kind) -> None:
        self.own = kind.by == "self"
        self._service = kind.service
        holes = {name: f"<<{name}>>" for name in _HOLES}
        json = event(_draft(kind, holes), holes["correlation"], holes["id"], 0).json().decode()
        json = (
            json.replace("%", "%%").replace(stamp(0), holes["time"]).replace(address(holes["actor"]), holes["address"])
        )
        for name, hole in holes.items():
            json = json.replace(hole, f"%({name})s")
        self._json = json

    def filled(self, chance: Chance, number: int, at: int, actor: Extra, target: Extra) -> bytes:
        """Return the JSON of one event."""
        correlation_id = chance.guid()
        values = {
            "id": event_id(self._service, correlation_id, chance.bits() & 0xFFFFFFFF, number),
            "correlation": correlation_id,
            "time": stamp(at),
            "actor": actor.id,
            "name": actor.name,
            "upn": actor.upn,
            "address": actor.address,
            "target": target.id,
            "target_name": target.name,
            "target_upn": target.upn,
        }
        return (self._json % values).encode()


def _draft(kind: Kind, holes: dict[str, str]) -> Draft:
    activity = Activity(kind.activity, kind.service, kind.category, kind.operation)
    return Draft(activity=activity, actor=_actor(kind, holes), targets=(_target(kind, holes),), reason=kind.reason)


def _actor(kind: Kind, holes: dict[str, str]) -> Actor:
    if kind.by not in {"admin", "self"}:
        return service(kind.by)
    return Actor(id=holes["actor"], name=holes["name"], upn=holes["upn"])


def _target(kind: Kind, holes: dict[str, str]) -> Target:
    person: dict[str, Any] = {"user_principal_name": holes["target_upn"]} if kind.target == "User" else {}
    return Target(
        id=holes["target"],
        display_name=None if kind.target == "User" and kind.service == CORE_DIRECTORY else holes["target_name"],
        type=kind.target,
        group_type="azureAD" if kind.target == "Group" else None,
        modified_properties=tuple(
            ModifiedProperty(display_name=name, old_value=old, new_value=new)
            for name, (old, new) in kind.changes.items()
        ),
        **person,
    )
