"""Who did something by the audit log, and to whom."""

from collections.abc import Iterable
from typing import Final

import msgspec

from shared.audit.event import AuditEvent, Target
from shared.audit.history_line import Actor, Party, Person

_SERVICES: Final = {
    "azure mfa strongauthenticationservice": "b5a60e17-278b-4c92-a4e2-b9262e66bb28",
    "device registration service": "01cb2876-7ebd-4aa4-9cc9-d28bd4d359a9",
    "ms-pim": "01fc33a7-78ba-4d2f-a4b7-768e336e890e",
}
"""In whose names the directory repeats what somebody else did (recorded events), and their client ids, which are the
same in every tenant (seen in events and in public lists of Microsoft's own applications)."""
_TELLS_CLIENT_ID: Final = "ActorId.ServicePrincipalNames"
"""The property in which Core Directory has the client id that it leaves out of the initiator (recorded events)."""
NOBODY: Final = Actor(party=Party.UNKNOWN)


class DeskIdentity(msgspec.Struct, frozen=True, kw_only=True):
    """By what the audit log knows the desk's identity: some of its services tell the one, some the other."""

    client_ids: frozenset[str] = frozenset()
    principal_ids: frozenset[str] = frozenset()
    """Object ids of the service principal."""

    def learned(self, events: Iterable[AuditEvent]) -> "DeskIdentity":
        """Return the identity with the object ids under which these events name it beside its client id.

        Core Directory does not tell an application's client id (recorded events of 2026).
        """
        clients = {each.lower() for each in self.client_ids if each}
        found = {
            event.app.service_principal_id.lower()
            for event in events
            if event.app and event.app.app_id.lower() in clients and event.app.service_principal_id
        }
        known = {each.lower() for each in self.principal_ids if each}
        return DeskIdentity(client_ids=frozenset(clients), principal_ids=frozenset(known | found))

    def did(self, event: AuditEvent) -> bool:
        """Return whether the desk's identity did it."""
        app = event.app
        return app is not None and (
            (app.app_id or " ").lower() in self.client_ids
            or (app.service_principal_id or " ").lower() in self.principal_ids
        )


def actor_of(event: AuditEvent, desk: DeskIdentity) -> Actor:
    """Return whoever did it: the person where there is one, the application beside them being their tool.

    Where the desk's own identity is in it, that is who did it: the desk never acts in somebody else's name.
    """
    app, user = event.app, event.user
    if user is not None and (user.id or user.user_principal_name or user.display_name) and not desk.did(event):
        return Actor(
            party=Party.PERSON,
            id=user.id,
            name=user.user_principal_name or user.display_name or user.id,
            display_name=user.display_name,
            ip_address=user.ip_address,
            tool=app.display_name if app else "",
        )
    if app is not None and (app.app_id or app.service_principal_id or app.display_name):
        name = app.display_name or app.app_id or app.service_principal_id
        return Actor(party=Party.APPLICATION, id=app.service_principal_id, name=name, app_id=app.app_id)
    return NOBODY


def people_of(event: AuditEvent) -> tuple[Person, ...]:
    """Return the people it was done to, each once, in the order in which the event names them.

    Where it was to no person, the first thing that it was done to: a group that was given a role, a policy.
    """
    people = [_person(target) for target in event.targets if _is_person(target)]
    others = [_person(target) for target in event.targets if target.type.lower() != "role"][:1]
    return tuple(dict.fromkeys(each for each in people or others if each != Person()))


def is_own(event: AuditEvent, person: Person | None) -> bool:
    """Return whether somebody did it to themselves; where nobody is named, whether the activity says that they did."""
    user = event.user
    if user is not None and person is not None and (user.id or user.user_principal_name):
        if user.id and person.id:
            return user.id.lower() == person.id.lower()
        return bool(user.user_principal_name) and same_name(user.user_principal_name, person.user_principal_name)
    return user is None and event.app is None and event.activity.lower().startswith("user ")


def is_service(event: AuditEvent) -> bool:
    """Return whether one of Microsoft's services did it in its own name, repeating somebody's act.

    Anybody may give an application such a name: where the event tells a client id, that is what counts.
    """
    if event.user is not None or event.app is None:
        return False
    its_own = _SERVICES.get(event.app.display_name.lower())
    told = event.app.app_id or _told_client_id(event)
    return its_own is not None and (not told or its_own in told.lower())


def _told_client_id(event: AuditEvent) -> str:
    changes = (change for target in event.targets for change in target.changes)
    return next((change.new or "" for change in changes if change.name == _TELLS_CLIENT_ID), "")


def same_name(one: str, other: str) -> bool:
    """Return whether these user principal names are the same."""
    return one.casefold() == other.casefold()


def _is_person(target: Target) -> bool:
    return target.type.lower() == "user" or (not target.type and bool(target.user_principal_name))


def _person(target: Target) -> Person:
    return Person(id=target.id, user_principal_name=target.user_principal_name, display_name=target.display_name)
