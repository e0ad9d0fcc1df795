"""Who exists, and the few verbs by which anything changes; each change is journaled once."""

from collections.abc import Callable, Iterable, Iterator
from random import Random

from local.tenant.clock import Clock
from local.tenant.entities import App, Application, AppRoleAssignment, Group, Person, Role, RoleAssignment, Unit
from local.tenant.journal import About, Act, Change, Entry
from local.tenant.methods import Method, kind_of
from local.tenant.seed import Seed
from local.tenant.settling import (
    app_role_assignment_id,
    assignment_id,
    settle_action,
    settle_app,
    settle_application,
    settle_group,
    settle_person,
    settle_role,
    settle_unit,
)

TENANT_WIDE = "/"


class Directory:
    """The tenant's objects by id; reads are plain, writes go through the verbs below and in `credentials`."""

    def __init__(self, seed: Seed, clock: Clock, random: Random) -> None:
        self.clock = clock
        self.random = random
        self.tenant = seed.tenant
        self.journal: list[Entry] = []
        self.watchers: list[Callable[[Change], None]] = []
        self.people: dict[str, Person] = {}
        self._by_upn: dict[str, Person] = {}
        self.roles: dict[str, Role] = {role.id: settle_role(role) for role in seed.roles}
        self.actions = tuple(settle_action(action) for action in seed.actions)
        self.apps: dict[str, App] = {app.client_id: settle_app(key, app) for key, app in seed.apps.items()}
        for person in seed.people:
            self.add_person(settle_person(person, random))
        ids = self._names() | {group.name: group.id for group in seed.groups}
        self.groups: dict[str, Group] = {group.id: settle_group(group, ids) for group in seed.groups}
        self.units: dict[str, Unit] = {unit.id: settle_unit(unit, ids) for unit in seed.units}
        self.assignments: list[RoleAssignment] = []
        self.applications: dict[str, Application] = {each.id: settle_application(each) for each in seed.applications}
        self.app_role_assignments: list[AppRoleAssignment] = []
        self._assign_seeded(seed, ids)
        self.journal.clear()

    def _names(self) -> dict[str, str]:
        return {person.upn: person.id for person in self.people.values()} | {
            app.name: app.id for app in self.apps.values()
        }

    def _assign_seeded(self, seed: Seed, ids: dict[str, str]) -> None:
        roles = {role.name: role.id for role in self.roles.values()}
        units = {unit.name: f"/administrativeUnits/{unit.id}" for unit in self.units.values()}
        for given in seed.assignments:
            scope = units[given.unit] if given.unit else TENANT_WIDE
            self.assign(roles[given.role], ids[given.principal], scope, eligible=given.eligible)
        for application in seed.applications:
            for role in application.roles:
                for holder in role.holders:
                    self.assign_app_role(application.id, role.id, ids[holder], "seed")

    # --- finding ---------------------------------------------------------------------------------------------------

    def person(self, key: str) -> Person | None:
        """By object id or user principal name, in any case."""
        return self.people.get(key.lower()) or self._by_upn.get(key.lower())

    def groups_of(self, member_id: str) -> Iterator[Group]:
        """Return the groups that have this object as a direct member."""
        return (group for group in self.groups.values() if member_id in group.members)

    def all_groups_of(self, member_id: str) -> list[Group]:
        """Return the groups this object is in, directly or through other groups, each once."""
        found: dict[str, Group] = {}
        todo = [member_id]
        while todo:
            for group in self.groups_of(todo.pop()):
                if group.id not in found:
                    found[group.id] = group
                    todo.append(group.id)
        return list(found.values())

    def units_of(self, member_id: str) -> Iterator[Unit]:
        """Return the administrative units that have this object as a member; groups do not carry people into a unit."""
        return (unit for unit in self.units.values() if member_id in unit.members)

    def held_by(self, principal_ids: Iterable[str], *, eligible: bool = False) -> list[RoleAssignment]:
        """Return the active, or else the eligible, assignments of these principals themselves."""
        wanted = set(principal_ids)
        return [given for given in self.assignments if given.principal_id in wanted and given.eligible == eligible]

    def principals_of(self, object_id: str) -> list[str]:
        """Return the ids through which an object can hold roles: its own and its groups'."""
        return [object_id, *(group.id for group in self.all_groups_of(object_id))]

    # --- changing --------------------------------------------------------------------------------------------------

    def record(  # noqa: PLR0913 - each says something else about one effect
        self,
        actor: str,
        act: Act,
        user_id: str,
        method: Method | None = None,
        detail: str | None = None,
        *,
        about: About | None = None,
    ) -> None:
        """Append to the journal; the only place that does. `about` is for those who watch, see `journal.Change`."""
        entry = Entry(
            at=self.clock.stamp(),
            actor=actor,
            act=act,
            user_id=user_id,
            method_kind=kind_of(method) if method else None,
            method_id=method.id if method else None,
            detail=detail,
        )
        self.journal.append(entry)
        for watcher in self.watchers:
            watcher(Change(entry, method, about))

    def add_person(self, person: Person) -> None:
        """Add a user; not journaled, as no method or role changed hands."""
        self.people[person.id.lower()] = person
        self._by_upn[person.upn.lower()] = person

    def assign(  # noqa: PLR0913 - each says something else about one assignment
        self,
        role_id: str,
        principal_id: str,
        scope: str,
        *,
        eligible: bool,
        actor: str = "seed",
        until: str | None = None,
        activated: bool = False,
    ) -> RoleAssignment:
        """Give a role to a principal; the same assignment twice is one."""
        given = RoleAssignment(
            id=assignment_id(role_id, principal_id, scope, eligible=eligible),
            role_id=role_id,
            principal_id=principal_id,
            scope=scope,
            eligible=eligible,
            until=until,
            activated=activated,
        )
        if all(other.id != given.id for other in self.assignments):
            self.assignments.append(given)
            self.record(actor, "roleAssigned", principal_id, detail=f"{role_id} {scope}", about=given)
        return given

    def unassign(self, given: RoleAssignment, actor: str) -> None:
        """Take a role back."""
        self.assignments.remove(given)
        detail = f"{given.role_id} {given.scope}"
        self.record(actor, "roleUnassigned", given.principal_id, detail=detail, about=given)

    def assign_app_role(self, resource_id: str, role_id: str, principal_id: str, actor: str) -> AppRoleAssignment:
        """Give an app role to a principal; the same assignment twice is one."""
        given = AppRoleAssignment(
            id=app_role_assignment_id(role_id, principal_id),
            role_id=role_id,
            principal_id=principal_id,
            resource_id=resource_id,
            created=self.clock.stamp(),
        )
        for other in self.app_role_assignments:
            if other.id == given.id:
                return other
        self.app_role_assignments.append(given)
        self.record(actor, "appRoleAssigned", principal_id, detail=f"{role_id} {resource_id}", about=given)
        return given

    def unassign_app_role(self, given: AppRoleAssignment, actor: str) -> None:
        """Take an app role back."""
        self.app_role_assignments.remove(given)
        detail = f"{given.role_id} {given.resource_id}"
        self.record(actor, "appRoleUnassigned", given.principal_id, detail=detail, about=given)

    def join(self, members: list[str], object_id: str, circle: str, actor: str, *, owner: bool = False) -> None:
        """Add an object to a list of members or owners of the circle (a group or unit) of this id."""
        if object_id not in members:
            members.append(object_id)
            self.record(actor, "ownerAdded" if owner else "memberAdded", object_id, detail=circle)

    def leave(self, members: list[str], object_id: str, circle: str, actor: str, *, owner: bool = False) -> None:
        """Take an object off such a list."""
        if object_id in members:
            members.remove(object_id)
            self.record(actor, "ownerRemoved" if owner else "memberRemoved", object_id, detail=circle)

    def grant(self, app: App, permission: str) -> None:
        """Grant an app permission; it counts from the app's next token on."""
        if permission not in app.permissions:
            app.permissions.add(permission)
            app.granted_at[permission] = self.clock.stamp()
            self.record("admin", "permissionGranted", app.id, detail=permission)

    def withdraw(self, app: App, permission: str) -> None:
        """Take an app permission away; tokens already issued keep it, as Entra's do."""
        if permission in app.permissions:
            app.permissions.remove(permission)
            self.record("admin", "permissionWithdrawn", app.id, detail=permission)
