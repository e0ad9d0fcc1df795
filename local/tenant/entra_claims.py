"""
What Entra says in a token about whoever it is for, at the moment at which it is issued.

Sources: Entra documentation, access-token-claims-reference, id-token-claims-reference and
howto-add-app-roles-in-apps.
"""

import base64
import hashlib
from typing import Any

from local.tenant.directory import TENANT_WIDE, Directory
from local.tenant.entities import App, Application, Person, Role

EVERYBODY = "b79fbf4d-3ef9-4689-8143-76b194e85509"
"""The role that every member has by default, which Entra puts among the others in a token."""


def of_person(directory: Directory, person: Person, application: Application) -> dict[str, Any]:
    """Return who the person is, and the roles that count at the application; what would be empty is absent."""
    holders = _with_groups(directory, person)
    claims: dict[str, Any] = {
        "name": person.name,
        "oid": person.id,
        "preferred_username": _sign_in_name(person),
        "roles": sorted({role for holder in holders for role in app_roles(directory, holder, application)}),
        "sub": _pairwise(person.id, application),
        "wids": sorted(wids(directory, person)),
    }
    return {name: value for name, value in claims.items() if value}


def of_app(directory: Directory, app: App, application: Application) -> dict[str, Any]:
    """Return what an application's own token says of it: no name, no scope, and `idtyp` only where it is asked for.

    An app role reaches an application directly and never through a group.
    """
    claims = {"azp": app.client_id, "azpacr": "2", "oid": app.id, "sub": app.id}
    roles = sorted(app_roles(directory, app.id, application))
    return {**claims, "roles": roles} if roles else claims


def app_roles(directory: Directory, holder_id: str, application: Application) -> list[str]:
    """Return the values of the application's roles that a person, a group or an app has been given itself."""
    given = {each.role_id for each in directory.app_role_assignments if each.principal_id == holder_id}
    return [role.value for role in application.roles if role.id in given]


def active_roles(directory: Directory, person: Person) -> list[Role]:
    """Return the directory roles that are active over the whole tenant, also through groups; each once."""
    held = directory.held_by(directory.principals_of(person.id))
    ids = dict.fromkeys(given.role_id for given in held if given.scope == TENANT_WIDE)
    return [directory.roles[role_id] for role_id in ids]


def wids(directory: Directory, person: Person) -> frozenset[str]:
    """Return the template ids of the active tenant-wide roles.

    Entra puts them into a token where the application's registration has groupMembershipClaims `DirectoryRole` or
    `All`; here the desk's has.
    """
    ids = frozenset(role.id for role in active_roles(directory, person))
    return ids if person.guest else ids | {EVERYBODY}


def _with_groups(directory: Directory, person: Person) -> list[str]:
    # A group within a group does not pass an app role on.
    return [person.id, *(group.id for group in directory.groups_of(person.id))]


def _sign_in_name(person: Person) -> str:
    # A guest signs in under the name they have at home, and not under the one with #EXT# that this tenant gave them.
    return str(person.profile["mail"]) if person.guest and person.profile["mail"] else person.upn


def _pairwise(object_id: str, application: Application) -> str:
    digest = hashlib.sha256(f"{object_id}{application.client_id}".encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
