"""Who appears in the events that nobody caused: the tenant's people, and invented ones who only exist in the log."""

from collections.abc import Iterable

import msgspec

from local.tenant.audit.actors import Actor, address, of_app, of_person
from local.tenant.audit.chance import Chance
from local.tenant.directory import TENANT_WIDE, Directory
from local.tenant.entities import Person

_INVENTED = 400
_SEED = 0x6D666164
_MAY_RESET = frozenset(
    {"Authentication Administrator", "Privileged Authentication Administrator", "Global Administrator"}
)


class Extra(msgspec.Struct, frozen=True):
    """Somebody in the crowd; the texts are written as they stand within a JSON string."""

    id: str
    name: str
    upn: str
    address: str


class Cast(msgspec.Struct, frozen=True):
    """Everybody, fixed at the moment at which the tenant's invented life begins."""

    people: tuple[Person, ...]
    admins: tuple[Actor, ...]
    desk: Actor | None
    crowd: tuple[Extra, ...]


def cast(directory: Directory) -> Cast:
    """Return everybody; the administrators are those who may reset methods in the portal."""
    people = tuple(person for person in directory.people.values() if not person.guest)
    desk = next((app for app in directory.apps.values() if app.key == "reset"), None)
    return Cast(
        people=people,
        admins=tuple(of_person(person) for person in _admins(directory)),
        desk=of_app(desk) if desk else None,
        crowd=(*(_extra(person.id, person.name, person.upn) for person in people), *_invented()),
    )


def _admins(directory: Directory) -> Iterable[Person]:
    able = {role.id for role in directory.roles.values() if role.name in _MAY_RESET}
    held = (given for given in directory.assignments if given.role_id in able and not given.eligible)
    ids = dict.fromkeys(given.principal_id for given in held if given.scope == TENANT_WIDE)
    return (directory.people[id_] for id_ in ids if id_ in directory.people)


def _invented() -> Iterable[Extra]:
    for number in range(_INVENTED):
        chance = Chance(_SEED, number)
        yield _extra(chance.guid(), f"Colleague {number:03}", f"colleague.{number:03}@contoso.com")


def _extra(object_id: str, name: str, upn: str) -> Extra:
    return Extra(object_id, _within(name), _within(upn), address(object_id))


def _within(text: str) -> str:
    return msgspec.json.encode(text).decode()[1:-1]
