"""Finding things by the names that people use for them, for the control API."""

from local.tenant.directory import TENANT_WIDE, Directory
from local.tenant.entities import App, Group, Person, Role, Unit
from local.tenant.methods import Method


class UnknownNameError(Exception):
    """Nothing in the tenant is called that."""


def person(directory: Directory, who: str) -> Person:
    """Find a person by user principal name or object id."""
    found = directory.person(who)
    if found is None:
        raise UnknownNameError(f"There is nobody called {who!r}")
    return found


def method(person: Person, method_id: str) -> Method:
    """Find a method that is registered, whatever lists still show."""
    found = person.methods.get(method_id)
    if found is None:
        raise UnknownNameError(f"{person.upn} has no method {method_id!r}")
    return found


def app(directory: Directory, name: str) -> App:
    """Find an app by its key in the seed, its name or one of its ids."""
    for each in directory.apps.values():
        if name in {each.key, each.name, each.client_id, each.id}:
            return each
    raise UnknownNameError(f"There is no app {name!r}")


def circle(directory: Directory, name: str) -> Group | Unit:
    """Find a group or an administrative unit by name or id."""
    everything: list[Group | Unit] = [*directory.groups.values(), *directory.units.values()]
    for each in everything:
        if name in {each.id, each.name}:
            return each
    raise UnknownNameError(f"There is no group or unit {name!r}")


def role(directory: Directory, name: str) -> Role:
    """Find a role definition by name or id."""
    for each in directory.roles.values():
        if name in {each.id, each.name}:
            return each
    raise UnknownNameError(f"There is no role {name!r}")


def principal_id(directory: Directory, name: str) -> str:
    """Find the object id of a person, a group or an app."""
    found = directory.person(name)
    if found is not None:
        return found.id
    group = next((each for each in directory.groups.values() if name in {each.id, each.name}), None)
    return group.id if group is not None else app(directory, name).id


def scope(directory: Directory, unit: str | None) -> str:
    """Find the scope that a unit's name means in a role assignment."""
    return TENANT_WIDE if unit is None else f"/administrativeUnits/{circle(directory, unit).id}"
