"""Everybody to whom the resetting of MFA is delegated, over Microsoft Graph."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from shared.graph import Answer, Graph
from shared.graph_answers import all_of
from shared.graph_shapes import Page
from shared.lookups.batches import read_all
from shared.lookups.delegate import (
    DIRECTORY_ROLES,
    NOBODY,
    UNREAD,
    Delegate,
    Holder,
    Holding,
    Kind,
    Scope,
    Through,
    of_group,
    of_holder,
    of_nested,
    ordered,
)
from shared.lookups.delegate_calls import detail_calls, given_calls, reading_of
from shared.lookups.delegate_shapes import AppRoleGiven, Assignment, EnterpriseApplication, Named, Principal
from shared.lookups.missing import Missing, Unreadable
from shared.lookups.permission import DIRECTORY, ROLES

_NO_PIM: Final = "AadPremiumLicenseRequired"
"""The error code of a tenant without Entra ID P2: there nobody is eligible for anything."""
_GONE: Final = 404


class DelegateList(msgspec.Struct, frozen=True, rename="camel"):
    """Everybody who was found, and what is missing."""

    delegates: tuple[Delegate, ...]
    unreadable: tuple[Unreadable, ...]


class Delegates:
    """Lists the holders of the two authentication administrator roles and of the desk's own app roles."""

    def __init__(self, graph: Graph, enterprise_app_id: str | None) -> None:
        self._graph = graph
        self._enterprise_app_id = enterprise_app_id

    async def list(self) -> DelegateList:
        """Return them, the members of a group each by themselves. Raises GraphUnavailable.

        Two batches to Graph, and another one for each 20 groups, administrative units and people with an app role of
        their own beyond the first. Who could become a member of a group (its owners, PIM for Groups) is not looked up.
        """
        missing = Missing()
        answers = await self._graph.batch("v1.0", given_calls(self._enterprise_app_id))
        holdings = [*await self._of_directory(answers, missing), *await self._of_desk(answers, missing)]
        details = await read_all(self._graph, "beta", detail_calls(holdings))
        members = await self._members(holdings, details, missing)
        rows = [row for holding in _named(holdings, details, missing) for row in _rows(holding, members)]
        _check_names(rows, missing)
        return DelegateList(ordered(rows), missing.all())

    async def _of_directory(self, answers: Mapping[str, Answer], missing: Missing) -> Sequence[Holding]:
        holdings: list[Holding] = []
        for role in DIRECTORY_ROLES:
            for eligible in (False, True):
                name = reading_of(role.key, eligible=eligible)
                what = f"{'who is eligible for' if eligible else 'who holds'} {role.title}"
                given = await self._assignments(answers[name], what, missing)
                found = [(each.principal_id, each.holding(role, eligible=eligible)) for each in given]
                holdings += _told(what, found, missing)
        return holdings

    async def _assignments(self, answer: Answer, what: str, missing: Missing) -> Sequence[Assignment]:
        if not answer.ok and answer.error.code == _NO_PIM:
            return []
        if missing.lacks(answer, what, ROLES):
            return []
        return await all_of(self._graph, answer, Page[Assignment])

    async def _of_desk(self, answers: Mapping[str, Answer], missing: Missing) -> Sequence[Holding]:
        what = "who holds the desk's app roles"
        if self._enterprise_app_id is None:
            missing.add(what, "ENTERPRISE_APP_ID is not set: it is the object id of the desk's enterprise application.")
            return []
        if missing.lacks(answers["desk"], what, DIRECTORY) or missing.lacks(answers["given"], what, DIRECTORY):
            return []
        defined = answers["desk"].decoded(EnterpriseApplication).by_id()
        given = await all_of(self._graph, answers["given"], Page[AppRoleGiven])
        desks = [each for each in given if each.app_role_id in defined]
        return _told(what, [(each.principal_id, each.holding(defined[each.app_role_id])) for each in desks], missing)

    async def _members(
        self, holdings: Sequence[Holding], details: Mapping[str, Answer], missing: Missing
    ) -> Mapping[str, Sequence[Holder] | None]:
        """Return who is in each group, None where that cannot be read."""
        members: dict[str, Sequence[Holder] | None] = {}
        for group in {holding.holder.id: holding.holder for holding in holdings if _is_group(holding)}.values():
            answer = details[group.id]
            if missing.lacks(answer, f"who is in the group {group.name or ''} ({group.id})", DIRECTORY):
                members[group.id] = None
                continue
            found = await all_of(self._graph, answer, Page[Principal])
            members[group.id] = [member.holder for member in found if member.holder]
        return members


def _is_group(holding: Holding) -> bool:
    return holding.holder.kind is Kind.GROUP


def _told(what: str, found: Iterable[tuple[str, Holding | None]], missing: Missing) -> list[Holding]:
    """Return the holdings of those whom Graph tells, by the ids of all."""
    holdings: list[Holding] = []
    for principal_id, holding in found:
        if holding is None:
            missing.add(f"{what}: {principal_id}", "Graph does not say who or what this is.")
        else:
            holdings.append(holding)
    return holdings


def _named(holdings: Iterable[Holding], details: Mapping[str, Answer], missing: Missing) -> list[Holding]:
    """Return the holdings with the names that were looked up."""
    return [
        msgspec.structs.replace(
            holding,
            holder=_with_names(holding.holder, details, missing),
            scope=_with_name(holding.scope, details, missing),
        )
        for holding in holdings
    ]


def _with_names(holder: Holder, details: Mapping[str, Answer], missing: Missing) -> Holder:
    answer = details.get(holder.id)
    if holder.kind is not Kind.USER or answer is None or answer.status == _GONE:
        return holder
    if missing.lacks(answer, "user principal names", DIRECTORY):
        return holder
    named = answer.decoded(Named)
    return msgspec.structs.replace(
        holder, name=named.display_name or holder.name, user_principal_name=named.user_principal_name
    )


def _with_name(scope: Scope, details: Mapping[str, Answer], missing: Missing) -> Scope:
    answer = details.get(scope.id)
    if answer is None or missing.lacks(answer, "names of administrative units", DIRECTORY):
        return scope
    return Scope(scope.id, answer.decoded(Named).display_name)


def _rows(holding: Holding, members: Mapping[str, Sequence[Holder] | None]) -> list[Delegate]:
    """Return one row for each person or application who has a holding."""
    if not _is_group(holding):
        return [of_holder(holding, holding.holder)]
    within = members[holding.holder.id]
    if not within:
        return [of_group(holding, UNREAD if within is None else NOBODY)]
    through = Through(holding.holder.id, holding.holder.name)
    return [
        of_nested(holding, member, through) if member.kind is Kind.GROUP else of_holder(holding, member, through)
        for member in within
    ]


def _check_names(rows: Iterable[Delegate], missing: Missing) -> None:
    """Keep it where people came without their names, as those do whom the identity may not read."""
    if any(row.kind is Kind.USER and row.display_name is None and row.user_principal_name is None for row in rows):
        reason = f"Graph told some people's ids only; their names take the application permission {DIRECTORY}."
        missing.add("names", reason, DIRECTORY)
