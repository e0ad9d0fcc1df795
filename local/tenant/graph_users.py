"""Users: reading one, finding several, ending sessions."""

from typing import Any

from local.tenant import credentials
from local.tenant.call import Answer, Call
from local.tenant.entities import Person
from local.tenant.metadata import METADATA
from local.tenant.odata import clauses, fits, paged, selected
from local.tenant.reach import holds_mighty_role, is_admin, is_beyond_reach
from local.tenant.refusals import (
    bad_directory_request,
    insufficient_privileges,
    no_resource,
    revocation_denied,
)
from local.tenant.routing import Route
from local.tenant.search import searched
from local.tenant.world import World

DEFAULT = (
    "businessPhones",
    "displayName",
    "givenName",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "surname",
    "userPrincipalName",
    "id",
)
"""What Graph shows of a user without $select (Graph documentation, user: get)."""
BASIC = frozenset({"displayName", "givenName", "surname", "mail", "id", "userPrincipalName"})
"""What User.ReadBasic.All lets an app read (Graph documentation, permissions reference)."""
FILTERABLE = frozenset({"id", "userPrincipalName", "displayName", "mail", "givenName", "surname"})


def person_of(call: Call, world: World) -> Person:
    """Return the user whom the path names. Raises Graph's 404."""
    key = call.keys[0]
    person = world.directory.person(key)
    if person is None:
        raise no_resource(key)
    return person


def properties_of(world: World, person: Person) -> dict[str, Any]:
    """Every property that has a value."""
    restricted = any(unit.restricted for unit in world.directory.units_of(person.id))
    return {
        **person.profile,
        "id": person.id,
        "userPrincipalName": person.upn,
        "signInSessionsValidFromDateTime": person.sessions_valid_from,
        "isManagementRestricted": True if restricted else None,
    }


def shown(world: World, person: Person, names: list[str]) -> dict[str, Any]:
    """Return the user with the properties asked for, and no others."""
    known = properties_of(world, person)
    return {name: known.get(name, [] if name in METADATA["user"].collections else None) for name in names}


def get_user(call: Call, world: World) -> Answer:
    """GET /users/{id}: by object id or user principal name."""
    names = _selected(call, world)
    person = person_of(call, world)
    context = "users/$entity" if "$select" not in call.options else f"users({','.join(names)})/$entity"
    return Answer(body={"@odata.context": call.context(context), **shown(world, person, names)})


def list_users(call: Call, world: World) -> Answer:
    """GET /users with $filter (eq, startswith) and, as an advanced query, $search."""
    if "$count" in call.options and not call.advanced:
        raise bad_directory_request("$count is not currently supported.")
    names = _selected(call, world)
    wanted = clauses(call, FILTERABLE)
    sought = searched(call, FILTERABLE)
    people = list(world.directory.people.values())
    if wanted:
        people = [person for person in people if fits(properties_of(world, person), wanted)]
    if sought:
        people = [person for person in people if sought(properties_of(world, person))]
    return paged(call, people, lambda person: shown(world, person, names), "users", world.switches.page_size)


def _selected(call: Call, world: World) -> list[str]:
    names = selected(call, "user", DEFAULT)
    readable = world.permissions.of("GET /users/{id}") - {"User.ReadBasic.All"}
    if "$select" in call.options and readable.isdisjoint(call.roles) and not BASIC.issuperset(names):
        raise insufficient_privileges()
    return names


def revoke_sign_in_sessions(call: Call, world: World) -> Answer:
    """POST /users/{id}/revokeSignInSessions: true for everybody; a guest's sessions do not end.

    Whether an app may do it to administrators without a role of its own is not settled: see the switch.
    """
    person = person_of(call, world)
    if is_beyond_reach(call, world, person):
        raise insufficient_privileges()
    if world.switches.revoke_needs_role_for_admins and is_admin(world, person) and not holds_mighty_role(call, world):
        raise revocation_denied()
    credentials.revoke_sessions(world.directory, person, call.app_id)
    return Answer(body={"@odata.context": call.context("Edm.Boolean"), "value": True})


ROUTES = (
    Route(
        method="GET",
        path="/users",
        handler=list_users,
        family="directory",
        options=frozenset({"$select", "$filter", "$search", "$count", "$top", "$skiptoken"}),
    ),
    Route(method="GET", path="/users/{id}", handler=get_user, family="directory", options=frozenset({"$select"})),
    Route(method="POST", path="/users/{id}/revokeSignInSessions", handler=revoke_sign_in_sessions, family="directory"),
)
