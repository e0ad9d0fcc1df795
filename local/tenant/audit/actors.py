"""Who did something, and how each service tells it.

Core Directory gives an application's object id and name and no app id, and a person without a display name (recorded
events of 2026: rknightion/graph2otel, internal/collectors/directoryaudits; the documentation's examples have both).
"""

from uuid import NAMESPACE_DNS, uuid5

import msgspec

from local.tenant.audit.activity import CORE_DIRECTORY
from local.tenant.audit.event import AppIdentity, Initiator, UserIdentity
from local.tenant.control_requests import ADMIN
from local.tenant.credentials import PERSON
from local.tenant.directory import Directory
from local.tenant.entities import App, Person


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody or something that acts: a person has a principal name, an application a client id."""

    id: str
    name: str
    upn: str | None = None
    client_id: str | None = None

    def told_by(self, service: str, *, names_app_id: bool = False) -> Initiator:
        """Return the actor as the events of this service name them."""
        core = service == CORE_DIRECTORY
        if self.upn is None:
            app_id = None if core and not names_app_id else self.client_id
            return Initiator(app=AppIdentity(app_id=app_id, display_name=self.name, service_principal_id=self.id))
        return Initiator(
            user=UserIdentity(
                id=self.id,
                display_name=None if core else self.name,
                user_principal_name=self.upn,
                ip_address=address(self.id),
            )
        )


def _made_up(text: str) -> str:
    return str(uuid5(NAMESPACE_DNS, text))


_CLIENT_IDS = {
    "Azure MFA StrongAuthenticationService": "b5a60e17-278b-4c92-a4e2-b9262e66bb28",
    "Device Registration Service": "01cb2876-7ebd-4aa4-9cc9-d28bd4d359a9",
    "MS-PIM": "01fc33a7-78ba-4d2f-a4b7-768e336e890e",
}
"""Of Microsoft's own applications: the same in every tenant."""


def service(name: str) -> Actor:
    """Return an application of Microsoft's, or another tenant's, by its name; other ids here follow from the name."""
    return Actor(id=_made_up(f"{name}/object"), name=name, client_id=_CLIENT_IDS.get(name, _made_up(f"{name}/client")))


STRONG_AUTHENTICATION = service("Azure MFA StrongAuthenticationService")
"""In whose name Core Directory was seen to change a person's methods."""
PIM_SERVICE = service("MS-PIM")
"""In whose name Core Directory gives the roles that PIM decides on."""


def find(directory: Directory, actor: str, acted_on: str) -> Actor:
    """Return the actor of a journal entry: an app's client id, `app:` and a name, `person`, or an administrator.

    `admin` alone is the first Global Administrator of the seed, and any other name a foreign application's.
    """
    if app := directory.apps.get(actor):
        return of_app(app)
    if actor == PERSON:
        return of_person(directory.people[acted_on.lower()])
    if actor == ADMIN or actor.startswith(f"{ADMIN}:"):
        return _admin(directory, actor.removeprefix(f"{ADMIN}:"))
    return service(actor.removeprefix("app:"))


def _admin(directory: Directory, name: str) -> Actor:
    person = _administrator(directory) if name == ADMIN else directory.person(name)
    return of_person(person) if person else Actor(id=_made_up(name), name=name, upn=name)  # somebody who has left


def of_person(person: Person) -> Actor:
    """Return a person as an actor."""
    return Actor(id=person.id, name=person.name, upn=person.upn)


def of_app(app: App) -> Actor:
    """Return one of the desk's identities as an actor."""
    return Actor(id=app.id, name=app.name, client_id=app.client_id)


def address(object_id: str) -> str:
    """Return the address that somebody always works from, out of a range for documentation (RFC 5737)."""
    return f"203.0.113.{1 + uuid5(NAMESPACE_DNS, object_id).int % 254}"


def _administrator(directory: Directory) -> Person | None:
    mighty = {role.id for role in directory.roles.values() if role.name == "Global Administrator"}
    holders = (given.principal_id for given in directory.assignments if given.role_id in mighty)
    return next((directory.people[holder] for holder in holders if holder in directory.people), None)
