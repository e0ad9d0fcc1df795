"""The events of app roles, and of permissions, which are app roles of Microsoft's own applications.

The properties are those of recorded events; the documentation lists the activities.
"""

from local.tenant.audit.activity import Activity
from local.tenant.audit.actors import Actor, service
from local.tenant.audit.draft import Draft, only_new
from local.tenant.audit.event import ModifiedProperty, Target
from local.tenant.directory import Directory
from local.tenant.entities import AppRoleAssignment
from local.tenant.principals import Principal, find

GRAPH_PRINCIPAL = "Microsoft Graph"
_CATEGORIES = {"User": "UserManagement", "Group": "GroupManagement", "ServicePrincipal": "ApplicationManagement"}
_ADDED = {
    "User": "Add app role assignment grant to user",
    "Group": "Add app role assignment to group",
    "ServicePrincipal": "Add app role assignment to service principal",
}
_REMOVED = {
    "User": "Remove app role assignment from user",
    "Group": "Remove app role assignment from group",
    "ServicePrincipal": "Remove app role assignment from service principal",
}


def given(directory: Directory, actor: Actor, assignment: AppRoleAssignment) -> tuple[Draft, ...]:
    """Return the event of an app role that a principal now has."""
    return _told(directory, actor, assignment, _ADDED, "Assign")


def taken(directory: Directory, actor: Actor, assignment: AppRoleAssignment) -> tuple[Draft, ...]:
    """Return the event of an app role that is taken back."""
    return _told(directory, actor, assignment, _REMOVED, "Unassign")


def permission(directory: Directory, actor: Actor, app_id: str, name: str, *, granted: bool) -> tuple[Draft, ...]:
    """Return the event of a permission of Microsoft Graph that an application gets or loses."""
    names, operation = (_ADDED, "Assign") if granted else (_REMOVED, "Unassign")
    principal = find(directory, app_id)
    modified = (only_new("AppRole.Value", name), *_of_principal(principal))
    return (
        _draft(
            actor,
            names["ServicePrincipal"],
            "ServicePrincipal",
            operation,
            _resource(service(GRAPH_PRINCIPAL).id, GRAPH_PRINCIPAL, modified),
        ),
    )


def _told(
    directory: Directory, actor: Actor, assignment: AppRoleAssignment, names: dict[str, str], operation: str
) -> tuple[Draft, ...]:
    principal = find(directory, assignment.principal_id)
    kind = principal.kind if principal else "User"
    application = directory.applications[assignment.resource_id]
    role = next(role for role in application.roles if role.id == assignment.role_id)
    modified = (
        only_new("AppRole.Id", role.id),
        only_new("AppRole.Value", role.value),
        only_new("AppRole.DisplayName", role.name),
        only_new("AppRoleAssignment.CreatedDateTime", assignment.created),
        *_of_principal(principal),
    )
    resource = _resource(application.id, application.name, modified)
    return (_draft(actor, names[kind], kind, operation, resource),)


def _draft(actor: Actor, name: str, kind: str, operation: str, resource: Target) -> Draft:
    activity = Activity(name, category=_CATEGORIES[kind], operation=operation)
    return Draft(activity=activity, actor=actor, targets=(resource,))


def _resource(object_id: str, name: str, modified: tuple[ModifiedProperty, ...]) -> Target:
    return Target(id=object_id, display_name=name, type="ServicePrincipal", modified_properties=modified)


def _of_principal(principal: Principal | None) -> tuple[ModifiedProperty, ...]:
    if principal is None:
        return ()
    return (
        only_new(f"{principal.kind}.ObjectID", principal.id),
        only_new(f"{principal.kind}.DisplayName", principal.name),
    )
