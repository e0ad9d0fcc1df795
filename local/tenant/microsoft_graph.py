"""Microsoft Graph as the tenant's directory has it: a service principal of its own, and the permissions given on it.

Its app roles are what apps call application permissions. Who holds them is changed by the control API alone.
"""

import functools
from uuid import NAMESPACE_URL, uuid5

from local.tenant.directory import Directory
from local.tenant.entities import Application, AppRole, AppRoleAssignment
from local.tenant.permissions import read_catalogue
from local.tenant.settling import app_role_assignment_id
from local.tenant.tokens import GRAPH_APP_ID

APP_ROLE_IDS = read_catalogue().app_roles
"""Permission to the id that it has in every tenant."""


@functools.cache
def service_principal(tenant_id: str) -> Application:
    """Return Graph's service principal; unlike its app id, the object id is another one in every tenant."""
    return Application(
        id=str(uuid5(NAMESPACE_URL, f"servicePrincipals/{GRAPH_APP_ID}/{tenant_id}")),
        client_id=GRAPH_APP_ID,
        name="Microsoft Graph",
        roles=tuple(
            AppRole(id=role_id, value=name, name=name, description=name) for name, role_id in APP_ROLE_IDS.items()
        ),
    )


def grants(directory: Directory) -> list[AppRoleAssignment]:
    """Return what every app has been granted."""
    graph = service_principal(directory.tenant.id)
    return [
        AppRoleAssignment(
            id=app_role_assignment_id(app_role_id(name), app.id),
            role_id=app_role_id(name),
            principal_id=app.id,
            resource_id=graph.id,
            created=app.granted_at.get(name, app.created),
        )
        for app in directory.apps.values()
        for name in sorted(app.permissions)
    ]


def app_role_id(permission: str) -> str:
    """Return the id of a permission; an invented one where no path of this tenant asks for it."""
    return APP_ROLE_IDS.get(permission) or str(uuid5(NAMESPACE_URL, f"appRoles/{permission}"))
