"""The events of directory roles that are given and taken back.

The properties of "Add member to role" and its second target are recorded ones. Which events PIM and Core Directory
write for an eligible role, and for one over a unit, follows the names in the reference of activities.
"""

from local.tenant.audit.activity import PIM, Activity
from local.tenant.audit.actors import PIM_SERVICE, Actor
from local.tenant.audit.draft import Draft, only_new, user
from local.tenant.audit.event import ModifiedProperty, Target
from local.tenant.directory import TENANT_WIDE, Directory
from local.tenant.entities import Role, RoleAssignment
from local.tenant.principals import find

_WELL_KNOWN = {
    "Global Administrator": "TenantAdmins",
    "User Administrator": "UserAccountAdmins",
    "Privileged Role Administrator": "PrivilegedRoleAdmins",
}
"""Names that differ from the role's, as far as they are recorded."""


def given(directory: Directory, actor: Actor, assignment: RoleAssignment) -> tuple[Draft, ...]:
    """Return the events of a role that somebody now has, or may activate."""
    how = "timebound" if assignment.until else "permanent"
    if assignment.eligible:
        pim = f"Add eligible member to role in PIM completed ({how})"
        return _both(directory, actor, assignment, "Add eligible member to role", pim)
    if assignment.activated:
        pim = "Add member to role completed (PIM activation)"
        return _both(directory, actor, assignment, "Add member to role", pim)
    if assignment.until:
        return _both(directory, actor, assignment, "Add member to role", f"Add member to role in PIM completed ({how})")
    verb = "Add member to role" if assignment.scope == TENANT_WIDE else "Add scoped member to role"
    return (_draft(directory, actor, assignment, _core(verb, "Assign")),)


def taken(directory: Directory, actor: Actor, assignment: RoleAssignment) -> tuple[Draft, ...]:
    """Return the events of a role that is taken back."""
    if assignment.eligible:
        how = "timebound" if assignment.until else "permanent"
        pim = f"Remove eligible member from role in PIM completed ({how})"
        return _both(directory, actor, assignment, "Remove eligible member from role", pim)
    verb = "Remove member from role" if assignment.scope == TENANT_WIDE else "Remove scoped member from role"
    return (_draft(directory, actor, assignment, _core(verb, "Unassign")),)


def _both(directory: Directory, actor: Actor, assignment: RoleAssignment, core: str, pim: str) -> tuple[Draft, ...]:
    operation = "Assign" if core.startswith("Add") else "Unassign"
    return (
        _draft(directory, actor, assignment, Activity(pim, PIM, "RoleManagement", operation)),
        _draft(directory, PIM_SERVICE, assignment, _core(core, operation)),
    )


def _core(name: str, operation: str) -> Activity:
    return Activity(name, category="RoleManagement", operation=operation)


def _draft(directory: Directory, actor: Actor, assignment: RoleAssignment, activity: Activity) -> Draft:
    role = directory.roles[assignment.role_id]
    holder = holder_of(directory, assignment.principal_id, _properties(role))
    return Draft(activity=activity, actor=actor, targets=(holder, Target(id=role.activated_id, type="Role")))


def _properties(role: Role) -> tuple[ModifiedProperty, ...]:
    well_known = _WELL_KNOWN.get(role.name, role.name.replace(" ", "").replace("Administrator", "Administrators"))
    return (
        only_new("Role.ObjectID", role.activated_id),
        only_new("Role.DisplayName", role.name),
        only_new("Role.TemplateId", role.id),
        only_new("Role.WellKnownObjectName", well_known),
    )


def holder_of(directory: Directory, object_id: str, modified: tuple[ModifiedProperty, ...] = ()) -> Target:
    """Return a person, a group or an application as the target of an assignment."""
    if person := directory.people.get(object_id.lower()):
        return user(person, modified)
    principal = find(directory, object_id)
    return Target(
        id=object_id,
        display_name=principal.name if principal else None,
        type=principal.kind if principal else "Other",
        group_type="azureAD" if principal and principal.group else None,
        modified_properties=modified,
    )
