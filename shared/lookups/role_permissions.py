"""What a directory role allows, as Microsoft Graph describes it at the moment.

All of it is read from beta: the resource actions are documented there alone, and so is what is privileged (Graph
documentation, unifiedRbacResourceAction and unifiedRoleDefinition).
"""

from typing import Final
from urllib.parse import quote

import msgspec

from shared.graph import Answer, Call, Graph
from shared.graph_answers import all_of
from shared.graph_shapes import Page
from shared.lookups.batches import read_all
from shared.lookups.permission import ROLES, told
from shared.object_id import is_object_id

_DEFINITIONS: Final = "/roleManagement/directory/roleDefinitions"
_NAMESPACES: Final = "/roleManagement/directory/resourceNamespaces"
_ACTION: Final = "$select=name,description,isPrivileged&$top=999"
_GONE: Final = 404


class RolePermission(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """Something that a role allows."""

    action: str
    description: str | None = None
    """In Microsoft's words; absent where Graph does not describe the action."""
    privileged: bool | None = None
    """Whether Microsoft calls it a sensitive action; absent where Graph does not say."""
    condition: str | None = None
    """What limits it, as Graph writes it: "$SubjectIsOwner" means one's own objects only."""


class RoleDescribed(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """A directory role, and what it allows."""

    id: str
    """Of the definition: the template id for a built-in role."""
    display_name: str
    description: str | None = None
    is_built_in: bool
    is_privileged: bool | None = None
    """Whether Microsoft calls the role privileged; absent where Graph does not say."""
    permissions: tuple[RolePermission, ...]
    inherits_from: tuple[str, ...] = ()
    """Ids of roles all of whose permissions it has besides: a built-in role mostly has those of Directory Readers."""


class RolePermissions:
    """Looks up what roles allow; nothing is kept."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    async def of(self, role: str) -> RoleDescribed | None:
        """Return a role by the id of its definition or by its display name, None where there is none.

        Two calls to Graph, as long as the role reaches into no more than 20 services and none of them has more than
        a page of actions. Raises MissingPermissionError, GraphUnavailable.
        """
        definition = await self._definition(role)
        return await self._described(definition) if definition else None

    async def _definition(self, role: str) -> "_Definition | None":
        if is_object_id(role):
            answer = await self._graph.send(Call(path=f"{_DEFINITIONS}/{role.lower()}", version="beta"))
            return None if answer.status == _GONE else told(answer, ROLES).decoded(_Definition)
        if not role.strip() or not role.isprintable():  # no role is called that, and Graph could not read it
            return None
        answer = await self._graph.send(Call(path=f"{_DEFINITIONS}?{_named(role)}", version="beta"))
        found = await all_of(self._graph, told(answer, ROLES), Page[_Definition])
        return min(found, key=lambda each: not each.is_built_in, default=None)

    async def _described(self, definition: "_Definition") -> RoleDescribed:
        known = await self._actions({_namespace(action) for action, _ in definition.actions()})
        return RoleDescribed(
            id=definition.id,
            display_name=definition.display_name,
            description=definition.description,
            is_built_in=definition.is_built_in,
            is_privileged=definition.is_privileged,
            permissions=tuple(_permission(name, condition, known) for name, condition in definition.actions()),
            inherits_from=tuple(inherited.id for inherited in definition.inherits_permissions_from),
        )

    async def _actions(self, namespaces: set[str]) -> dict[str, "_Action"]:
        calls = {
            namespace: Call(path=f"{_NAMESPACES}/{quote(namespace, safe='')}/resourceActions?{_ACTION}")
            for namespace in sorted(namespaces)
        }
        answers = await read_all(self._graph, "beta", calls)
        known: dict[str, _Action] = {}
        for answer in answers.values():
            known |= {action.name.casefold(): action for action in await self._of_namespace(answer)}
        return known

    async def _of_namespace(self, answer: Answer) -> list["_Action"]:
        if answer.status == _GONE:  # a service which Graph does not describe
            return []
        return await all_of(self._graph, told(answer, ROLES), Page[_Action])


class _Allowed(msgspec.Struct, frozen=True, rename="camel"):
    """A unifiedRolePermission."""

    allowed_resource_actions: list[str] = []
    condition: str | None = None


class _Inherited(msgspec.Struct, frozen=True):
    """A unifiedRoleDefinition, by its id."""

    id: str


class _Definition(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A unifiedRoleDefinition of beta."""

    id: str
    display_name: str
    description: str | None = None
    is_built_in: bool
    is_privileged: bool | None = None
    role_permissions: list[_Allowed] = []
    inherits_permissions_from: list[_Inherited] = []

    def actions(self) -> list[tuple[str, str | None]]:
        """Return the names of what it allows, in their order, each once with its condition."""
        return sorted(
            {(name, each.condition) for each in self.role_permissions for name in each.allowed_resource_actions},
            key=lambda pair: (pair[0].casefold(), pair[1] or ""),
        )


class _Action(msgspec.Struct, frozen=True, rename="camel"):
    """A unifiedRbacResourceAction; its name is the same in any case (Graph documentation)."""

    name: str
    description: str | None = None
    is_privileged: bool | None = None


def _named(role: str) -> str:
    """Return a $filter by display name; OData doubles an apostrophe within a text."""
    text = role.strip().replace("'", "''")
    return "$filter=" + quote(f"displayName eq '{text}'", safe="")


def _namespace(action: str) -> str:
    return action.partition("/")[0].lower()


def _permission(name: str, condition: str | None, known: dict[str, _Action]) -> RolePermission:
    action = known.get(name.casefold())
    return RolePermission(
        action=name,
        description=action.description if action else None,
        privileged=action.is_privileged if action else None,
        condition=condition,
    )
