"""The many events of one operation, put back together: nothing is lost, and the order of arrival does not matter."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Final

import msgspec

from shared.audit import meaning
from shared.audit.actors import DeskIdentity, actor_of, is_own, is_service, people_of
from shared.audit.event import AuditEvent
from shared.audit.faces import Faces
from shared.audit.history_line import Actor, Deed, Kind, Party, Person

ONE_SITTING: Final = timedelta(minutes=2)
"""As far apart are the acts of somebody at work on one person."""
ONE_REGISTRATION: Final = timedelta(minutes=10)
"""As far apart are the steps of somebody who registers: each takes a phone, a code, a key."""
ECHO: Final = timedelta(minutes=1)
"""As far apart are an act and what another service says of it."""
ONE_CORRELATION: Final = timedelta(minutes=15)
"""As long does a correlation id stand for one operation: a portal may keep it for as long as it is open."""


SAYS_LITTLE: Final = frozenset({Kind.OTHER, Kind.METHODS_UPDATED, Kind.DEFAULT_CHANGED})
"""Beside an act that says more, an echo of these adds nothing."""


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """One event, read."""

    event: AuditEvent
    deeds: tuple[Deed, ...]
    actor: Actor
    by_desk: bool
    person: str
    """The key of whom it was done to, "" where it was to nobody."""
    people: tuple[Person, ...]
    own: bool
    about_roles: bool
    is_echo: bool

    @property
    def failed(self) -> bool:
        """Whether it was only tried."""
        return self.event.result.lower() in ("failure", "timeout")

    @property
    def kinds(self) -> frozenset[Kind]:
        """What was done."""
        return frozenset(deed.kind for deed in self.deeds)

    @property
    def tells(self) -> frozenset[Kind]:
        """What was done, as far as it says more than that something was."""
        return self.kinds - SAYS_LITTLE

    @property
    def doer(self) -> tuple[str, str]:
        """Whoever did it, as one key."""
        if self.by_desk:
            return ("desk", "")
        actor = self.actor
        return (actor.party, (actor.id or actor.app_id or actor.name).casefold())


class Operation(msgspec.Struct, frozen=True):
    """What belongs together, in time order; with the id of the request that accounts for it."""

    acts: tuple[Act, ...]
    request_id: str = ""


Claims = Callable[[Act], tuple[str, ...]]
"""The ids of the requests that can account for an act of the desk's, the likeliest first."""
_Strand = list[Act]


def in_order(events: Iterable[AuditEvent]) -> tuple[AuditEvent, ...]:
    """Return the events in time order, each once."""
    by_id = {event.id: event for event in sorted(events, key=msgspec.json.encode)}
    return tuple(sorted(by_id.values(), key=lambda event: (event.at, event.id)))


def acts_of(events: Iterable[AuditEvent], desk: DeskIdentity, faces: Faces) -> tuple[Act, ...]:
    """Return what the events tell."""
    return tuple(_act(event, desk, faces) for event in events)


def operations(acts: Iterable[Act], claims: Claims) -> tuple[Operation, ...]:
    """Return the operations that these acts, in time order, make; every act is in one of them.

    Acts of the desk belong to the request that accounts for them. All others belong together when the same somebody
    did them to the same person in one sitting. What another service says of an act goes with it.
    """
    acts = tuple(acts)
    strands = _chained((act for act in acts if not act.is_echo), claims)
    by_person: dict[str, list[tuple[str, _Strand]]] = {}
    for request_id, strand in strands:
        by_person.setdefault(strand[0].person, []).append((request_id, strand))
    firsts = {id(strand): tuple(strand) for _, strand in strands}
    homeless: list[Act] = []
    for echo in (act for act in acts if act.is_echo):
        open_to = _open_to(echo, claims)
        home = _home(echo, [strand for of, strand in by_person.get(echo.person, []) if open_to(of)], firsts)
        (homeless if home is None else home).append(echo)
    return _joined([*strands, *_chained(homeless, claims)])


def _act(event: AuditEvent, desk: DeskIdentity, faces: Faces) -> Act:
    people = tuple(dict.fromkeys(faces.whole(each) for each in people_of(event)))
    first = people[0] if people else None
    about_roles = meaning.is_about_roles(event)
    return Act(
        event=event,
        deeds=meaning.deeds_of(event),
        actor=faces.named(actor_of(event, desk)),
        by_desk=desk.did(event),
        person=faces.key(first),
        people=people,
        own=all(is_own(event, each) for each in people or (None,)),
        about_roles=about_roles,
        is_echo=meaning.is_echo(event) or (about_roles and is_service(event)),
    )


def _chained(acts: Iterable[Act], claims: Claims) -> list[tuple[str, _Strand]]:
    """Return the strands of acts in time order, each with the request that accounts for it."""
    strands: list[tuple[str, _Strand]] = []
    last: dict[tuple[object, ...], _Strand] = {}
    for act in acts:
        request_id = next(iter(claims(act)), "") if act.by_desk else ""
        key = (request_id,) if request_id else (act.person, act.doer, act.own, act.about_roles, *_apart(act))
        strand = last.get(key)
        if strand is None or not (request_id or _continues(strand[-1], act)):
            strand = last[key] = []
            strands.append((request_id, strand))
        strand.append(act)
    return strands


def _apart(act: Act) -> tuple[str, ...]:
    """Return what keeps acts apart that are about nobody in particular: each policy, each object is its own."""
    return () if act.person else (act.event.activity, *(target.id for target in act.event.targets))


def _continues(earlier: Act, later: Act) -> bool:
    distance = later.event.at - earlier.event.at
    if earlier.event.correlation_id and earlier.event.correlation_id == later.event.correlation_id:
        return distance <= ONE_CORRELATION
    return distance <= (ONE_REGISTRATION if later.own else ONE_SITTING)


def _open_to(echo: Act, claims: Claims) -> Callable[[str], bool]:
    """Return of which requests' strands an echo may be a part ("": of those of none).

    What the desk's identity did is no request's merely because it is near: the request has to account for it.
    """
    if not echo.by_desk or not echo.tells:
        return lambda _: True
    accounting = claims(echo) or ("",)
    return lambda request_id: request_id in accounting


def _home(echo: Act, strands: Iterable[_Strand], firsts: dict[int, tuple[Act, ...]]) -> _Strand | None:
    """Return the strand which this repeats a part of: by correlation id, or else what was nearest by the same doer."""
    found = [
        (rank, strand) for strand in strands for act in firsts[id(strand)] if (rank := _nearness(echo, act)) is not None
    ]
    return min(found, key=lambda pair: pair[0])[1] if found else None


def _nearness(echo: Act, act: Act) -> tuple[bool, bool, timedelta, str] | None:
    """Return how near an echo is to an act, None where it is none of this one's."""
    distance = abs(echo.event.at - act.event.at)
    correlated = bool(echo.event.correlation_id) and echo.event.correlation_id == act.event.correlation_id
    near = distance <= (ONE_CORRELATION if correlated else ECHO)
    if echo.about_roles != act.about_roles or not near or not _speaks_for(echo, act, correlated=correlated):
        return None
    if not correlated and is_service(echo.event) and echo.tells and echo.kinds.isdisjoint(act.kinds):
        return None
    return (not correlated, echo.kinds.isdisjoint(act.kinds), distance, act.event.id)


def _speaks_for(echo: Act, act: Act, *, correlated: bool) -> bool:
    """Return whether the doer of an echo can have repeated the act: never the desk, nor a person, for somebody else.

    A service of the directory does; an application that is not known as one does where the correlation id says so.
    """
    if echo.doer == act.doer or is_service(echo.event):
        return True
    return correlated and not echo.by_desk and echo.actor.party is not Party.PERSON


def _joined(strands: Iterable[tuple[str, _Strand]]) -> tuple[Operation, ...]:
    """Return the operations, those of one request in one."""
    of_requests: dict[str, _Strand] = {}
    others: list[_Strand] = []
    for request_id, strand in strands:
        if request_id:
            of_requests.setdefault(request_id, []).extend(strand)
        else:
            others.append(strand)
    whole = [Operation(_sorted(strand), request_id) for request_id, strand in of_requests.items()]
    return (*whole, *(Operation(_sorted(strand)) for strand in others))


def _sorted(strand: _Strand) -> tuple[Act, ...]:
    return tuple(sorted(strand, key=lambda act: (act.event.at, act.event.id)))
