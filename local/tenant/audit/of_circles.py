"""The events of people who join and leave groups and administrative units."""

from local.tenant.audit.activity import Activity
from local.tenant.audit.actors import Actor
from local.tenant.audit.draft import Draft, only_new
from local.tenant.audit.event import Target
from local.tenant.audit.of_roles import holder_of
from local.tenant.directory import Directory

_ACTIVITIES = {
    "memberAdded": ("Add member to {}", "Assign"),
    "memberRemoved": ("Remove member from {}", "Unassign"),
    "ownerAdded": ("Add owner to {}", "Assign"),
    "ownerRemoved": ("Remove owner from {}", "Unassign"),
}


def moved(directory: Directory, actor: Actor, act: str, object_id: str, circle_id: str) -> tuple[Draft, ...]:
    """Return the event of somebody who becomes a member or an owner, or no longer is one."""
    name, operation = _ACTIVITIES[act]
    group = directory.groups.get(circle_id)
    circle = group or directory.units[circle_id]
    kind, words = ("Group", "group") if group else ("AdministrativeUnit", "administrative unit")
    modified = (only_new(f"{kind}.ObjectID", circle.id), only_new(f"{kind}.DisplayName", circle.name))
    target = Target(id=circle.id, type=kind if group else "Other", group_type="azureAD" if group else None)
    category = "GroupManagement" if group else "AdministrativeUnit"
    activity = Activity(name.format(words), category=category, operation=operation)
    return (Draft(activity=activity, actor=actor, targets=(holder_of(directory, object_id, modified), target)),)
