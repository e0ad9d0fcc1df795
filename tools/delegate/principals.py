"""From names to people and groups, looked up in Microsoft Graph twenty at a time."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from shared.graph import BATCH_LIMIT, Answer, Call, Graph
from shared.graph_shapes import Page
from tools.delegate import odata
from tools.delegate.graph_shapes import Group, User
from tools.delegate.names import Named
from tools.delegate.reading import readable, words

_PERSON: Final = "$select=id,userPrincipalName,displayName"
_GROUP: Final = "$select=id,displayName,isAssignableToRole"
_BAD_REQUEST: Final = 400
_GONE: Final = 404


class Principal(msgspec.Struct, frozen=True, kw_only=True):
    """A person or a group, found."""

    id: str
    name: str
    named: Named
    role_assignable: bool = True

    @property
    def is_group(self) -> bool:
        """Whether it is a group."""
        return self.named.kind == "group"


class Unknown(msgspec.Struct, frozen=True):
    """Whom nobody could find, or not for certain: why, and what to write instead."""

    named: Named
    why: str


class Principals:
    """Looks people and groups up. Raises RefusedError, GraphUnavailable."""

    def __init__(self, graph: Graph, at_once: int) -> None:
        self._graph = graph
        self._at_once = asyncio.Semaphore(at_once)

    async def find(self, names: Sequence[Named], advance: Callable[[int], None]) -> list[Principal | Unknown]:
        """Return each name's person or group, in order, everybody once.

        advance: told how many more have been looked up.
        """
        names = list(dict.fromkeys(names))
        wanted = [named for named in names if not named.fault]
        parts = [wanted[start : start + BATCH_LIMIT] for start in range(0, len(wanted), BATCH_LIMIT)]
        found = await asyncio.gather(*(self._part(part, advance) for part in parts))
        by_name = {named: result for part in found for named, result in part.items()}
        return _each_once([by_name.get(named) or Unknown(named, named.fault) for named in names])

    async def _part(self, names: list[Named], advance: Callable[[int], None]) -> dict[Named, Principal | Unknown]:
        async with self._at_once:
            answers = await self._ask(names, _call)
            found = {named: _found(named, answers[named]) for named in names}
            lost = [named for named in names if isinstance(found[named], Unknown) and _may_be_mail(named)]
            if lost:
                answers = await self._ask(lost, _by_mail)
                found |= {named: _hint(named, answers[named]) for named in lost}
            advance(len(names))
            return found

    async def _ask(self, names: list[Named], call: Callable[[Named], Call]) -> dict[Named, Answer]:
        answers = await self._graph.batch("v1.0", {str(at): call(named) for at, named in enumerate(names)})
        return {named: answers[str(at)] for at, named in enumerate(names)}


def _call(named: Named) -> Call:
    if named.kind == "person":
        return Call(path=f"/users({odata.key(named.said)})?{_PERSON}")
    if named.is_object_id:
        return Call(path=f"/groups/{named.said}?{_GROUP}")
    name = odata.encoded(f"displayName eq {odata.literal(named.said)}")
    return Call(path=f"/groups?$filter={name}&{_GROUP}")


def _may_be_mail(named: Named) -> bool:
    return named.kind == "person" and not named.is_object_id


def _by_mail(named: Named) -> Call:
    return Call(path=f"/users?$filter={odata.encoded(f'mail eq {odata.literal(named.said)}')}&{_PERSON}")


def _found(named: Named, answer: Answer) -> Principal | Unknown:
    if answer.status == _GONE:
        return Unknown(named, f"There is no {named.kind} with this {'object id' if named.is_object_id else 'name'}.")
    if answer.status == _BAD_REQUEST:
        return Unknown(named, f"Graph cannot read this name ({words(answer)}); write the object id.")
    readable(answer, _call(named))
    if named.kind == "person":
        return _person(named, answer.decoded(User))
    if named.is_object_id:
        return _group(named, [answer.decoded(Group)])
    return _group(named, answer.decoded(Page[Group]).value)


def _person(named: Named, user: User) -> Principal | Unknown:
    name = user.user_principal_name or ""
    if named.also and named.also.lower() != name.lower():
        return Unknown(
            named,
            f"The line names two people: its object id is {name}'s, and its name is {named.also}. Correct it, or empty "
            "one of the two cells.",
        )
    return Principal(id=user.id, name=name or user.display_name or user.id, named=named)


def _group(named: Named, groups: list[Group]) -> Principal | Unknown:
    if not groups:
        return Unknown(named, "There is no group with this name.")
    if len(groups) > 1:
        ids = ", ".join(group.id for group in groups)
        return Unknown(named, f"{len(groups)} groups have this name; write the object id of one of them: {ids}.")
    group = groups[0]
    name, assignable = group.display_name or group.id, bool(group.is_assignable_to_role)
    return Principal(id=group.id, name=name, named=named, role_assignable=assignable)


def _hint(named: Named, answer: Answer) -> Unknown:
    """Return whose mail address it may be: a name for people, but none that is good enough to give a role by."""
    owners = answer.decoded(Page[User]).value if answer.ok else []
    if not owners:
        return Unknown(named, "There is nobody with this user principal name; look for a typing error.")
    names = " or ".join(owner.user_principal_name or owner.id for owner in owners)
    return Unknown(named, f"This is the mail address of {names}; write the user principal name.")


def _each_once(found: list[Principal | Unknown]) -> list[Principal | Unknown]:
    first = dict[str, Principal]()
    return [each for each in found if isinstance(each, Unknown) or first.setdefault(each.id.lower(), each) is each]
