"""Reading and changing who has a role, whatever kind of role it is."""

from collections.abc import Iterable
from typing import Final, Protocol

from shared.graph import Answer, Call, Graph
from shared.graph_shapes import Page
from tools.delegate.graph_shapes import DirectoryObject
from tools.delegate.holdings import Holding, Holdings, Way
from tools.delegate.principals import Principal
from tools.delegate.reading import collection

GROUP: Final = "#microsoft.graph.group"


class Assignments(Protocol):
    """One role, and who has it. Its reads raise RefusedError and GraphUnavailable, its changes GraphUnavailable."""

    async def holdings(self) -> Holdings:
        """Return everybody who has it, in every way that Graph tells."""

    async def has(self, principal: Principal) -> bool:
        """Return whether this principal itself has it, asked again."""

    async def assign(self, principal: Principal) -> Answer:
        """Return Graph's answer to giving it to this principal."""

    async def remove(self, held: Holding) -> Answer:
        """Return Graph's answer to taking this one holding away."""


async def through_groups(graph: Graph, held: Iterable[Holding]) -> list[Holding]:
    """Return what the direct members of the groups among the holders have through them.

    Neither roles nor app roles reach further than to direct members: role-assignable groups cannot be nested, and app
    roles are not inherited by groups inside a group.
    """
    holdings = list[Holding]()
    for group in held:
        if group.is_group:
            call = Call(path=f"/groups/{group.principal_id}/members?$select=id,userPrincipalName,displayName")
            members = await collection(graph, call, Page[DirectoryObject])
            holdings += [_through(group, member) for member in members if member.odata_type != GROUP]
    return holdings


def _through(group: Holding, member: DirectoryObject) -> Holding:
    detail = group.shown if group.way is Way.DIRECT else f"{group.shown}, {group.words}"
    return Holding(principal_id=member.id, way=Way.GROUP, shown=member.shown, detail=detail)
