"""Who may act on whom: one pure function, closed by default.

Microsoft Graph would let the desk's identity reset anybody, so this is the only guard there is. It is a first one: it
asks nothing yet of the authority of whoever requests.
"""

from enum import StrEnum
from typing import Final

import msgspec


class Effect(StrEnum):
    """What the decision comes to."""

    ALLOWED = "allowed"
    REFUSED = "refused"


class Rule(StrEnum):
    """The rule that decided."""

    TARGET_NOT_FOUND = "targetNotFound"
    REQUESTER_NOT_FOUND = "requesterNotFound"
    REQUESTER_DISABLED = "requesterDisabled"
    SELF = "self"
    TARGET_PROTECTED = "targetProtected"
    CANNOT_TELL = "cannotTell"
    TARGET_HOLDS_ROLE = "targetHoldsRole"
    STANDARD_TARGET = "standardTarget"


class Party(msgspec.Struct, frozen=True):
    """Somebody that a request is about, as far as the directory tells."""

    id: str
    user_principal_name: str
    enabled: bool = True


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What has to be known to decide."""

    requester: Party | None
    target: Party | None
    roles: tuple[str, ...]
    """Names of the directory roles which the target holds: direct, through a group, scoped, or eligible."""
    unreadable: tuple[str, ...] = ()
    """What could not be read, each with the permission it takes."""


class Decision(msgspec.Struct, frozen=True, rename="camel"):
    """Whether it may be done, by which rule, and in words."""

    effect: Effect
    rule: Rule
    reason: str


_TOLD: Final = 5
"""So many roles are named; a queue message has an end."""


def decide(facts: Facts, protected: frozenset[str]) -> Decision:
    """Return whether the requester may have this done to the target.

    protected: object ids and user principal names, in lower case, of those whom nobody touches.
    """
    requester, target = facts.requester, facts.target
    if facts.unreadable:
        return _refused(Rule.CANNOT_TELL, f"The desk cannot tell who this is: {'; '.join(facts.unreadable)}.")
    if target is None:
        return _refused(
            Rule.TARGET_NOT_FOUND, "Field 'user': nobody in the directory has that object id or user principal name."
        )
    if protected & {target.id.lower(), target.user_principal_name.lower()}:
        return _refused(Rule.TARGET_PROTECTED, "This person is protected: the desk never touches their sign-in.")
    if requester is None:
        return _refused(
            Rule.REQUESTER_NOT_FOUND,
            "Field 'requestedBy': nobody in the directory has that object id or user principal name.",
        )
    if not requester.enabled:
        return _refused(
            Rule.REQUESTER_DISABLED,
            "Field 'requestedBy': the account of whoever asks is disabled, or Graph does not tell that it is not.",
        )
    if requester.id == target.id:
        return _refused(Rule.SELF, "Nobody resets themselves; ask a colleague.")
    if facts.roles:
        held = ", ".join(facts.roles[:_TOLD]) + (", …" if len(facts.roles) > _TOLD else "")
        return _refused(Rule.TARGET_HOLDS_ROLE, f"This person holds a directory role ({held}).")
    return Decision(Effect.ALLOWED, Rule.STANDARD_TARGET, "This person holds no directory role.")


def _refused(rule: Rule, reason: str) -> Decision:
    return Decision(Effect.REFUSED, rule, reason)
