"""What the list of delegates asks of Microsoft Graph (pure)."""

from collections.abc import Iterable
from typing import Final
from urllib.parse import quote

from shared.graph import Call
from shared.lookups.delegate import DIRECTORY_ROLES, Holding, Kind
from shared.lookups.delegate_shapes import UNIT_SCOPE

_NAMES: Final = "$select=id,displayName,userPrincipalName"


def reading_of(role: str, *, eligible: bool) -> str:
    """Return the name of the call for who holds a directory role, or is eligible for it."""
    return f"eligible {role}" if eligible else f"active {role}"


def given_calls(enterprise_app_id: str | None) -> dict[str, Call]:
    """Return the calls for who has been given what."""
    roles, calls = "/roleManagement/directory", dict[str, Call]()
    for role in DIRECTORY_ROLES:
        of_role = f"$expand=principal&$filter=roleDefinitionId%20eq%20'{role.key}'"
        calls[reading_of(role.key, eligible=False)] = Call(path=f"{roles}/roleAssignments?{of_role}")
        calls[reading_of(role.key, eligible=True)] = Call(path=f"{roles}/roleEligibilityScheduleInstances?{of_role}")
    if enterprise_app_id is None:
        return calls
    desk = f"/servicePrincipals/{quote(enterprise_app_id, safe='')}"
    return calls | {
        "desk": Call(path=f"{desk}?$select=id,appRoles"),
        "given": Call(path=f"{desk}/appRoleAssignedTo?$top=999"),
    }


def detail_calls(holdings: Iterable[Holding]) -> dict[str, Call]:
    """Return the calls for members of groups and for names, by the ids of what is asked about.

    For beta: in v1.0 the members of a group lack the applications among them (Graph documentation, list group members).
    """
    calls: dict[str, Call] = {}
    for holding in holdings:
        holder, unit = holding.holder, holding.scope.id.removeprefix(UNIT_SCOPE)
        if holder.kind is Kind.GROUP:
            calls[holder.id] = Call(path=f"/groups/{quote(holder.id, safe='')}/members?{_NAMES}&$top=999")
        elif holder.kind is Kind.USER and holder.user_principal_name is None:
            calls[holder.id] = Call(path=f"/users/{quote(holder.id, safe='')}?{_NAMES}")
        if unit != holding.scope.id:
            path = f"/directory/administrativeUnits/{quote(unit, safe='')}?$select=id,displayName"
            calls[holding.scope.id] = Call(path=path)
    return calls
