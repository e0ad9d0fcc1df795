"""The tenant's people as the desk's sign-in page shows them."""

import msgspec

from local.tenant import entra_claims
from local.tenant.directory import Directory
from local.tenant.entities import Application, Person


class DeskPerson(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """Somebody who may sign in, with the names of the roles that their token would carry."""

    id: str
    upn: str
    name: str
    title: str | None = None
    department: str | None = None
    enabled: bool = True
    app_roles: tuple[str, ...] = ()
    directory_roles: tuple[str, ...] = ()


def found(directory: Directory, application: Application, text: str) -> list[DeskPerson]:
    """Return those of whom every word of the text is a part of a name, a title, a department or a role."""
    words = text.casefold().split()
    everybody = (_shown(directory, application, person) for person in directory.people.values())
    return [person for person in everybody if all(word in _searched(person) for word in words)]


def _shown(directory: Directory, application: Application, person: Person) -> DeskPerson:
    values = entra_claims.of_person(directory, person, application).get("roles", ())
    return DeskPerson(
        id=person.id,
        upn=person.upn,
        name=person.name,
        title=person.profile["jobTitle"],
        department=person.profile["department"],
        enabled=person.profile["accountEnabled"],
        app_roles=tuple(role.name for role in application.roles if role.value in values),
        directory_roles=tuple(role.name for role in entra_claims.active_roles(directory, person)),
    )


def _searched(person: DeskPerson) -> str:
    texts = (person.name, person.upn, person.title, person.department, *person.app_roles, *person.directory_roles)
    return "\n".join(text for text in texts if text).casefold()
