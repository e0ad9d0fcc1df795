"""A role of Entra: its unified role assignments, and what PIM knows of it."""

from typing import Final

from kiota_abstractions.method import Method

from shared.graph import Answer, Call, Graph
from shared.graph_shapes import Page
from tools.delegate import odata
from tools.delegate.assignments import GROUP, through_groups
from tools.delegate.graph_shapes import RoleAssignment, ScheduleInstance
from tools.delegate.holdings import Holding, Holdings, Way
from tools.delegate.principals import Principal
from tools.delegate.reading import collection, readable

_BASE: Final = "/roleManagement/directory"
_TENANT_WIDE: Final = "/"
_NO_LICENSE: Final = "AadPremiumLicenseRequired"
"""What PIM's addresses answer in a tenant that has no PIM: then nobody holds anything through it."""


class RoleAssignments:
    """The assignments of one role, by its definition's id."""

    def __init__(self, graph: Graph, role_id: str) -> None:
        self._graph = graph
        self._role_id = role_id
        self._of_role = f"roleDefinitionId eq {odata.literal(role_id)}"

    async def holdings(self) -> Holdings:
        """Return everybody who holds the role: directly, for a time, scoped, eligible, or through a group."""
        assigned = await self._assigned(self._of_role)
        instances = {
            (instance.principal_id, instance.directory_scope_id): instance
            for instance in await self._in_pim("roleAssignmentScheduleInstances")
        }
        active = [_active(given, instances.get((given.principal_id, given.directory_scope_id))) for given in assigned]
        eligible = [_eligible(instance) for instance in await self._in_pim("roleEligibilityScheduleInstances")]
        return Holdings([*active, *eligible, *await through_groups(self._graph, [*active, *eligible])])

    async def has(self, principal: Principal) -> bool:
        """Return whether the principal holds the role over the whole tenant."""
        held = await self._assigned(f"{self._of_role} and principalId eq {odata.literal(principal.id)}")
        return any(given.directory_scope_id == _TENANT_WIDE for given in held)

    async def assign(self, principal: Principal) -> Answer:
        """Give the role over the whole tenant (Graph documentation, unifiedRoleAssignment: create)."""
        body = {
            "@odata.type": "#microsoft.graph.unifiedRoleAssignment",
            "roleDefinitionId": self._role_id,
            "principalId": principal.id,
            "directoryScopeId": _TENANT_WIDE,
        }
        return await self._graph.send(Call(method=Method.POST, path=f"{_BASE}/roleAssignments", body=body))

    async def remove(self, held: Holding) -> Answer:
        """Delete one assignment."""
        path = f"{_BASE}/roleAssignments/{odata.encoded(held.assignment_id)}"
        return await self._graph.send(Call(method=Method.DELETE, path=path))

    async def _assigned(self, condition: str) -> list[RoleAssignment]:
        path = f"{_BASE}/roleAssignments?$expand=principal&$filter={odata.encoded(condition)}"
        return await collection(self._graph, Call(path=path), Page[RoleAssignment])

    async def _in_pim(self, instances: str) -> list[ScheduleInstance]:
        path = f"{_BASE}/{instances}?$expand=principal&$filter={odata.encoded(self._of_role)}"
        first = await self._graph.send(Call(path=path))
        if not first.ok and first.error.code == _NO_LICENSE:
            return []
        readable(first, Call(path=path))
        page = first.decoded(Page[ScheduleInstance])
        if page.next_link is None:
            return page.value
        return await collection(self._graph, Call(path=path), Page[ScheduleInstance])


def _active(given: RoleAssignment, instance: ScheduleInstance | None) -> Holding:
    way, detail = Way.DIRECT, ""
    if given.directory_scope_id != _TENANT_WIDE:
        way, detail = Way.SCOPED, _scope(given.directory_scope_id)
    elif instance is not None and instance.assignment_type == "Activated":
        way, detail = Way.TEMPORARY, f"activated until {instance.end_date_time or 'it is deactivated'}"
    elif instance is not None and instance.end_date_time:
        way, detail = Way.TEMPORARY, f"until {instance.end_date_time}"
    return _holding(given, way, detail, given.id)


def _eligible(instance: ScheduleInstance) -> Holding:
    scope = instance.directory_scope_id
    return _holding(instance, Way.ELIGIBLE, "" if scope == _TENANT_WIDE else _scope(scope))


def _holding(given: RoleAssignment | ScheduleInstance, way: Way, detail: str, assignment_id: str = "") -> Holding:
    return Holding(
        principal_id=given.principal_id,
        way=way,
        shown=given.principal.shown if given.principal else given.principal_id,
        is_group=given.principal is not None and given.principal.odata_type == GROUP,
        assignment_id=assignment_id,
        detail=detail,
    )


def _scope(scope: str | None) -> str:
    kind, _, object_id = (scope or "").strip("/").rpartition("/")
    return f"administrative unit {object_id}" if kind == "administrativeUnits" else f"scope {scope}"
