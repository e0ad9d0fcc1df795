"""The people of some events and requests, put together from what each of them tells: an id here, a name there."""

from collections.abc import Iterable

from msgspec.structs import replace

from shared.audit.actors import people_of
from shared.audit.event import AuditEvent
from shared.audit.history_line import Actor, Party, Person
from shared.outcome import PersonNamed
from shared.record import RequestSummary


class Faces:
    """Knows people by object id and by user principal name."""

    def __init__(self, events: Iterable[AuditEvent], requests: Iterable[RequestSummary]) -> None:
        """events: in time order, so that of two names the later one counts."""
        self._by_id: dict[str, Person] = {}
        self._ids: dict[str, str] = {}
        for request in requests:
            for named in (request.requested_by, request.user):
                self._learn(person_named(named))
        for event in events:
            if event.user is not None:
                user = event.user
                names = (user.id, user.user_principal_name, user.display_name)
                self._learn(Person(id=names[0], user_principal_name=names[1], display_name=names[2]))
            for person in people_of(event):
                self._learn(person)

    def whole(self, person: Person) -> Person:
        """Return a person with what the others tell of them."""
        known = self._by_id.get(self.key(person))
        return _merged(known, person) if known else person

    def named(self, actor: Actor) -> Actor:
        """Return a person who acts with their names."""
        if actor.party is not Party.PERSON:
            return actor
        known = self._by_id.get(actor.id.lower())
        if known is None:
            return actor
        name = known.user_principal_name if actor.name in ("", actor.id, actor.display_name) else actor.name
        return replace(actor, name=name or actor.name, display_name=actor.display_name or known.display_name)

    def key(self, person: Person | None) -> str:
        """Return what tells a person from the others, also where an event gives their name alone; "" for nobody."""
        if person is None:
            return ""
        name = person.user_principal_name.casefold()
        return person.id.lower() or self._ids.get(name, name)

    def _learn(self, person: Person) -> None:
        if not person.id:
            return
        known = self._by_id.get(person.id.lower())
        self._by_id[person.id.lower()] = _merged(known, person) if known else person
        if person.user_principal_name:
            self._ids[person.user_principal_name.casefold()] = person.id.lower()


def person_named(named: PersonNamed | None) -> Person:
    """Return a person of the ledger as one of history."""
    if named is None:
        return Person()
    name = named.user_principal_name or (named.asked if "@" in named.asked else "")
    id_ = named.id or (named.asked if named.asked and "@" not in named.asked else "")
    return Person(id=id_, user_principal_name=name, display_name=named.display_name)


def _merged(older: Person, newer: Person) -> Person:
    return Person(
        id=newer.id or older.id,
        user_principal_name=newer.user_principal_name or older.user_principal_name,
        display_name=newer.display_name or older.display_name,
    )
