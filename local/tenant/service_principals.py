"""Service principals: the desk's identities, the enterprise applications and Graph itself, as Graph shows them."""

from typing import Any

from local.tenant.directory import Directory
from local.tenant.entities import App, Application, AppRole
from local.tenant.microsoft_graph import service_principal
from local.tenant.tokens import GRAPH_APP_ID

ServicePrincipal = App | Application


def everything(directory: Directory) -> list[ServicePrincipal]:
    """Return all of them."""
    return [*changeable(directory), service_principal(directory.tenant.id)]


def changeable(directory: Directory) -> list[ServicePrincipal]:
    """Return those whose app roles can be given away here."""
    return [*directory.apps.values(), *directory.applications.values()]


def properties_of(principal: ServicePrincipal) -> dict[str, Any]:
    """Every property that has a value."""
    roles = principal.roles if isinstance(principal, Application) else ()
    mine = isinstance(principal, Application) and principal.client_id != GRAPH_APP_ID
    return {
        "id": principal.id,
        "appId": principal.client_id,
        "displayName": principal.name,
        "appDisplayName": principal.name,
        "accountEnabled": True,
        "appRoleAssignmentRequired": mine,
        "servicePrincipalType": "Application" if isinstance(principal, Application) else "ManagedIdentity",
        "appRoles": [_role(role, people=mine) for role in roles],
    }


def _role(role: AppRole, *, people: bool) -> dict[str, Any]:
    return {
        "id": role.id,
        "value": role.value,
        "displayName": role.name,
        "description": role.description,
        "allowedMemberTypes": ["User", "Application"] if people else ["Application"],
        "isEnabled": True,
        "origin": "Application",
    }
