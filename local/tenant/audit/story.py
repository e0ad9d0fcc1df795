"""Which events an effect leaves: one journal entry becomes several, told by several services."""

from local.tenant.audit import of_app_roles, of_circles, of_methods, of_people, of_roles
from local.tenant.audit.actors import STRONG_AUTHENTICATION, Actor, find
from local.tenant.audit.draft import Draft
from local.tenant.audit.portrait import Portrait
from local.tenant.directory import Directory
from local.tenant.entities import AppRoleAssignment, Person, RoleAssignment
from local.tenant.journal import Change, Entry
from local.tenant.methods import Method


def story(directory: Directory, change: Change, *, by_service: bool) -> tuple[Draft, ...]:
    """Return the events of a change, in their order.

    by_service: Core Directory names Microsoft's own service instead of the caller when a person's methods change.
    """
    entry = change.entry
    actor = find(directory, entry.actor, entry.user_id)
    match change.about:
        case RoleAssignment() as assignment:
            tell = of_roles.given if entry.act == "roleAssigned" else of_roles.taken
            return tell(directory, actor, assignment)
        case AppRoleAssignment() as assignment:
            told = of_app_roles.given if entry.act == "appRoleAssigned" else of_app_roles.taken
            return told(directory, actor, assignment)
        case None:
            return _elsewhere(directory, actor, entry)
        case before:
            person = directory.people[entry.user_id.lower()]
            return _credentials(actor, person, change.method, (entry, before), by_service=by_service)


def _elsewhere(directory: Directory, actor: Actor, entry: Entry) -> tuple[Draft, ...]:
    if entry.detail is None:
        return ()
    if entry.act in {"permissionGranted", "permissionWithdrawn"}:
        granted = entry.act == "permissionGranted"
        return of_app_roles.permission(directory, actor, entry.user_id, entry.detail, granted=granted)
    return of_circles.moved(directory, actor, entry.act, entry.user_id, entry.detail)


def _credentials(
    actor: Actor, person: Person, method: Method | None, what: tuple[Entry, Portrait], *, by_service: bool
) -> tuple[Draft, ...]:
    entry, before = what
    if entry.act == "sessionsRevoked":
        return of_people.revoked(actor, person, before)
    twin = of_people.updated(STRONG_AUTHENTICATION if by_service else actor, person, before)
    return (*_first(actor, person, method, entry), *twin)


def _first(actor: Actor, person: Person, method: Method | None, entry: Entry) -> tuple[Draft, ...]:
    match entry.act, method:
        case "perUserMfaStateChanged", _:
            return of_people.mfa_state(actor, person)
        case "signInPreferencesChanged", _:
            return of_people.preferences(actor, person)
        case "hardwareTokenDeactivated", _:
            return of_methods.deactivated(actor, person)
        case "methodRegistered", registered if registered is not None:
            return of_methods.registered(actor, person, registered)
        case "methodDeleted", deleted if deleted is not None:
            return of_methods.deleted(actor, person, deleted)
        case _:
            return ()
