"""An app role of the desk's enterprise application, and who has been given it."""

from typing import Final

from kiota_abstractions.method import Method

from shared.graph import Answer, Call, Graph
from shared.graph_shapes import Page
from tools.delegate import odata
from tools.delegate.assignments import through_groups
from tools.delegate.graph_shapes import AppRoleAssignment, ServicePrincipal
from tools.delegate.holdings import Holding, Holdings, Way
from tools.delegate.principals import Principal
from tools.delegate.reading import RefusedError, collection, readable

_GONE: Final = 404


class AppRoleAssignments:
    """The assignments of one app role."""

    def __init__(self, graph: Graph, application_id: str, role_id: str) -> None:
        self._graph = graph
        self._application_id = application_id
        self._role_id = role_id
        self._path = f"/servicePrincipals/{application_id}/appRoleAssignedTo"

    async def holdings(self) -> Holdings:
        """Return everybody who has the app role, themselves or through a group."""
        given = await collection(self._graph, Call(path=self._path), Page[AppRoleAssignment])
        held = [_holding(each) for each in given if each.app_role_id == self._role_id]
        return Holdings([*held, *await through_groups(self._graph, held)])

    async def has(self, principal: Principal) -> bool:
        """Return whether the principal has the app role itself; Graph lists a person's groups' as well."""
        whose = f"/{'groups' if principal.is_group else 'users'}/{principal.id}/appRoleAssignments"
        path = f"{whose}?$filter={odata.encoded(f'resourceId eq {self._application_id}')}"
        given = await collection(self._graph, Call(path=path), Page[AppRoleAssignment])
        return any((each.app_role_id, each.principal_id) == (self._role_id, principal.id) for each in given)

    async def assign(self, principal: Principal) -> Answer:
        """Give the app role (Graph documentation, servicePrincipal: grant an appRoleAssignment)."""
        body = {"principalId": principal.id, "resourceId": self._application_id, "appRoleId": self._role_id}
        return await self._graph.send(Call(method=Method.POST, path=self._path, body=body))

    async def remove(self, held: Holding) -> Answer:
        """Delete one assignment."""
        path = f"{self._path}/{odata.encoded(held.assignment_id)}"
        return await self._graph.send(Call(method=Method.DELETE, path=path))


async def open_app_role(graph: Graph, app_id: str, value: str) -> AppRoleAssignments:
    """Return the app role of that value on the application of that app id. Raises RefusedError, GraphUnavailable."""
    call = Call(path=f"/servicePrincipals(appId={odata.key(app_id)})?$select=id,displayName,appRoles")
    answer = await graph.send(call)
    if answer.status == _GONE:
        raise RefusedError(
            f"This tenant has no enterprise application with the app id {app_id}; --app takes the application (client) "
            "id of the MFA Desk's own app registration."
        )
    application = readable(answer, call).decoded(ServicePrincipal)
    role = next((role for role in application.app_roles if role.value == value and role.is_enabled), None)
    if role is None:
        offered = ", ".join(role.value or role.id for role in application.app_roles if role.is_enabled) or "none"
        raise RefusedError(
            f"The application {application.display_name or app_id} defines no app role {value} (it has: {offered}); "
            "deploy the desk's app registration first, or give another --app."
        )
    return AppRoleAssignments(graph, application.id, role.id)


def _holding(given: AppRoleAssignment) -> Holding:
    return Holding(
        principal_id=given.principal_id,
        way=Way.DIRECT,
        shown=given.principal_display_name or given.principal_id,
        is_group=given.principal_type == "Group",
        assignment_id=given.id,
    )
