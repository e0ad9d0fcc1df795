"""What to do about each principal, from how it holds the role now (pure)."""

from enum import StrEnum
from typing import Final

import msgspec

from tools.delegate.duties import DirectoryRole, Duty
from tools.delegate.holdings import Holding, Holdings, Way
from tools.delegate.principals import Principal
from tools.delegate.results import Outcome


class Verb(StrEnum):
    """What the administrator wants."""

    LIST = "list"
    ASSIGN = "assign"
    REMOVE = "remove"


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One principal's turn: a change that is to be made, or an outcome that needs none."""

    principal: Principal
    outcome: Outcome | None = None
    """None: the change is to be made."""
    held: Holding | None = None
    """What is to be removed."""
    remark: str = ""


_NEEDS_ROLE_ASSIGNABLE: Final = (
    "Roles of Entra go to role-assignable groups only, and a group cannot become one: create a new group with "
    "isAssignableToRole, or assign people one by one."
)


def step(verb: Verb, duty: Duty, principal: Principal, holdings: Holdings) -> Step:
    """Return what a principal needs."""
    held = holdings.of(principal.id)
    direct = next((each for each in held if each.way is Way.DIRECT), None)
    others = tuple(each for each in held if each.way is not Way.DIRECT)
    if verb is Verb.REMOVE:
        return _removal(principal, direct, others)
    if direct is not None:
        return Step(principal=principal, outcome=Outcome.ALREADY_ASSIGNED, remark=_also(others))
    if verb is Verb.LIST:
        remark = f"Holds it {_ways(others)}." if others else ""
        return Step(principal=principal, outcome=Outcome.NOT_ASSIGNED, remark=remark)
    return _assignment(duty, principal, others)


def _assignment(duty: Duty, principal: Principal, others: tuple[Holding, ...]) -> Step:
    temporary = next((each for each in others if each.way is Way.TEMPORARY), None)
    if temporary is not None:
        remark = f"But only {temporary.words}: make it permanent there, this tool leaves PIM's assignments alone."
        return Step(principal=principal, outcome=Outcome.ALREADY_ASSIGNED, remark=remark)
    if isinstance(duty, DirectoryRole) and not principal.role_assignable:
        return Step(principal=principal, outcome=Outcome.FAILED, remark=_NEEDS_ROLE_ASSIGNABLE)
    return Step(principal=principal, remark=_also(others))


def _removal(principal: Principal, direct: Holding | None, others: tuple[Holding, ...]) -> Step:
    remark = f"Still holds it {_ways(others)}: this tool leaves that alone." if others else ""
    if direct is None:
        return Step(principal=principal, outcome=Outcome.NOT_ASSIGNED, remark=remark)
    return Step(principal=principal, held=direct, remark=remark)


def _also(others: tuple[Holding, ...]) -> str:
    return f"Holds it {_ways(others)} as well." if others else ""


def _ways(holdings: tuple[Holding, ...]) -> str:
    return " and ".join(each.words for each in holdings)
