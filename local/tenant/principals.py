"""Whoever can be given a role: people, groups, and applications by their service principals."""

import msgspec

from local.tenant.directory import Directory
from local.tenant.entities import App, Application, Group


class Principal(msgspec.Struct, frozen=True):
    """An object that can be given a role; `kind` is User, Group or ServicePrincipal, as Graph names it."""

    id: str
    name: str
    kind: str
    group: Group | None = None


def find(directory: Directory, object_id: str) -> Principal | None:
    """Return the principal of an object id, in any case."""
    key = object_id.lower()
    if person := directory.people.get(key):
        return Principal(person.id, person.name, "User")
    if group := directory.groups.get(key):
        return Principal(group.id, group.name, "Group", group)
    apps: list[App | Application] = [*directory.apps.values(), *directory.applications.values()]
    return next((Principal(app.id, app.name, "ServicePrincipal") for app in apps if app.id == key), None)
