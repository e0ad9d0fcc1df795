"""What roles can allow: the resource actions of a namespace, each with its description.

Beta only: the documentation has these paths there alone. Microsoft's SDK for v1.0 has them too, yet without
isPrivileged, and whether v1.0 serves them is not settled. Nor is how a namespace that does not exist is refused.
"""

from typing import Any

from local.tenant.call import Answer, Call
from local.tenant.entities import Action
from local.tenant.graph_roles import BASE
from local.tenant.metadata import METADATA
from local.tenant.odata import clauses, fits, paged, selected
from local.tenant.refusals import no_resource
from local.tenant.routing import Route
from local.tenant.world import World

FILTERABLE = frozenset({"actionVerb", "description", "id", "isPrivileged", "name"})
DEFAULT = ("actionVerb", "description", "id", "isPrivileged", "name", "resourceScopeId")
"""What the documentation's examples show."""
VERBS = {"create": "POST", "read": "GET", "update": "PATCH", "delete": "DELETE"}
"""After the documentation's examples; which of the other actions have a verb is not settled."""


def list_actions(call: Call, world: World) -> Answer:
    """GET resourceNamespaces/{id}/resourceActions, by default 100 on a page."""
    namespace = call.keys[0].lower()
    actions = [action for action in world.directory.actions if action.namespace.lower() == namespace]
    if not actions:
        raise no_resource(call.keys[0])
    names = selected(call, "unifiedRbacResourceAction", DEFAULT)
    wanted = clauses(call, FILTERABLE)
    found = [action for action in actions if fits(_properties(action), wanted)]
    context = f"roleManagement/directory/resourceNamespaces('{actions[0].namespace}')/resourceActions"
    return paged(call, found, lambda action: _shown(action, names), context, world.switches.page_size)


def _properties(action: Action) -> dict[str, Any]:
    verb = VERBS.get(action.name.rpartition("/")[2])
    return {
        "id": "-".join([action.name.replace("/", "-"), *([verb.lower()] if verb else [])]),
        "name": action.name,
        "description": action.description,
        "actionVerb": verb,
        "isPrivileged": action.privileged,
    }


def _shown(action: Action, names: list[str]) -> dict[str, Any]:
    known = METADATA["unifiedRbacResourceAction"].blank() | _properties(action)
    return {name: known[name] for name in names}


ROUTES = (
    Route(
        method="GET",
        path=f"{BASE}/resourceNamespaces/{{id}}/resourceActions",
        handler=list_actions,
        family="directory",
        beta_only=True,
        options=frozenset({"$filter", "$select", "$top", "$skiptoken"}),
    ),
)
