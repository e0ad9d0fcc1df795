"""Service principals: the desk's identities and the enterprise applications, as Graph shows them."""

from typing import Any

from local.tenant.directory import Directory
from local.tenant.entities import App, Application, AppRole

ServicePrincipal = App | Application


def everything(directory: Directory) -> list[ServicePrincipal]:
    """Return all of them."""
    return [*directory.apps.values(), *directory.applications.values()]


def properties_of(principal: ServicePrincipal) -> dict[str, Any]:
    """Every property that has a value."""
    mine = isinstance(principal, Application)
    return {
        "id": principal.id,
        "appId": principal.client_id,
        "displayName": principal.name,
        "appDisplayName": principal.name,
        "accountEnabled": True,
        "appRoleAssignmentRequired": mine,
        "servicePrincipalType": "Application" if mine else "ManagedIdentity",
        "appRoles": [_role(role) for role in principal.roles] if isinstance(principal, Application) else [],
    }


def _role(role: AppRole) -> dict[str, Any]:
    return {
        "id": role.id,
        "value": role.value,
        "displayName": role.name,
        "description": role.description,
        "allowedMemberTypes": ["User", "Application"],
        "isEnabled": True,
        "origin": "Application",
    }
