"""Who may act on whom: one pure function, closed by default.

Microsoft Graph would let the desk's identity reset anybody, so this is the only guard there is. It follows Microsoft's
own table: an operator reaches as far as an Authentication Administrator does, a privileged operator as far as a
Privileged Authentication Administrator.
"""

from enum import StrEnum
from typing import Final

import msgspec

from shared.authority import Authority
from shared.contract import Action
from shared.roles import AppRole, HeldRole


class WayIn(StrEnum):
    """How a request came: over HTTP whoever asks has signed in, behind the queue a name is only a name."""

    QUEUE = "queue"
    HTTP = "http"


class Reach(StrEnum):
    """Who may act on somebody."""

    STANDARD = "standard"
    """An operator."""
    PRIVILEGED = "privileged"
    """A privileged operator."""
    PROTECTED = "protected"
    """Nobody."""


class SecondPerson(StrEnum):
    """When a privileged target takes the approval of somebody else."""

    QUEUE = "queue"
    """When the request came through the queue."""
    ALWAYS = "always"


class Effect(StrEnum):
    """What the decision comes to."""

    ALLOWED = "allowed"
    NEEDS_APPROVAL = "needsApproval"
    REFUSED = "refused"


class Rule(StrEnum):
    """The rule that decided."""

    CANNOT_TELL = "cannotTell"
    REQUESTER_NOT_FOUND = "requesterNotFound"
    REQUESTER_DISABLED = "requesterDisabled"
    REQUESTER_LACKS_AUTHORITY = "requesterLacksAuthority"
    REQUESTER_DIFFERS = "requesterDiffers"
    ACTION_SWITCHED_OFF = "actionSwitchedOff"
    PASS_NEEDS_CALLER = "passNeedsCaller"  # noqa: S105 - the name of a rule
    TARGET_NOT_FOUND = "targetNotFound"
    TARGET_PROTECTED = "targetProtected"
    SELF = "self"
    STANDARD_TARGET = "standardTarget"
    TARGET_IS_PRIVILEGED = "targetIsPrivileged"
    PASS_CANNOT_WAIT = "passCannotWait"  # noqa: S105 - the name of a rule
    SECOND_PERSON_NEEDED = "secondPersonNeeded"
    PRIVILEGED_OPERATOR = "privilegedOperator"
    APPROVED = "approved"
    APPROVER_LACKS_AUTHORITY = "approverLacksAuthority"
    APPROVER_IS_APPLICATION = "approverIsApplication"
    APPROVER_IS_REQUESTER = "approverIsRequester"
    APPROVER_IS_TARGET = "approverIsTarget"
    APPROVER_DISABLED = "approverDisabled"


class Party(msgspec.Struct, frozen=True):
    """Somebody that a request is about, as far as the directory or their sign-in tells."""

    id: str
    name: str
    """User principal name; of an application, what it is called."""
    enabled: bool = True
    is_application: bool = False


class Approver(msgspec.Struct, frozen=True):
    """Whoever approves, with what they may at the desk."""

    party: Party
    authority: Authority


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What has to be known to decide."""

    requester: Party | None
    authority: Authority
    """Of the requester."""
    target: Party | None
    roles: tuple[HeldRole, ...] = ()
    """The directory roles of the target."""
    groups: tuple[str, ...] = ()
    """The role-assignable groups which the target is a member or an owner of, in words."""
    target_authority: Authority = Authority.NONE
    """What the target may at the desk, by its own app roles: whoever gets hold of their sign-in may the same."""
    unreadable: tuple[str, ...] = ()
    """What could not be read, each with the permission it takes."""
    approver: Approver | None = None


class Asked(msgspec.Struct, frozen=True):
    """What is asked for, and how it came."""

    actions: tuple[Action, ...]
    way_in: WayIn


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """What the operator of the desk has laid down."""

    protected: frozenset[str] = frozenset()
    """Object ids and user principal names, in lower case, of those whom nobody touches."""
    further_actions: frozenset[Action] = frozenset()
    """The actions that are switched on beyond the usual ones."""
    second_person: SecondPerson = SecondPerson.QUEUE


USUAL_ACTIONS: Final = frozenset({Action.REQUIRE_REREGISTRATION, Action.REVOKE_SESSIONS})
"""What every desk does; the rest is off until it is switched on."""


class Decision(msgspec.Struct, frozen=True, rename="camel"):
    """Whether it may be done, by which rule, and in words."""

    effect: Effect
    rule: Rule
    reason: str


_TOLD: Final = 5
"""So many roles are named; a queue message has an end."""


def decide(asked: Asked, facts: Facts, policy: Policy) -> Decision:
    """Return whether the requester may have this done to the target: the first rule that applies decides.

    Once all could be read, what is asked of the requester comes first: a stranger learns nothing about anybody.
    """
    return (
        _of_the_requester(facts)
        or may_do(asked, policy)
        or _of_the_target(facts, policy)
        or _within_an_operators_reach(facts)
        or _beyond_it(asked, facts, policy)
    )


def may_ask(authority: Authority) -> Decision | None:
    """Return why somebody of that authority may ask for nothing at all; None where they may."""
    if authority.covers(Authority.OPERATOR):
        return None
    has = "may only read" if authority is Authority.AUDITOR else "has no role at this desk"
    return _refused(
        Rule.REQUESTER_LACKS_AUTHORITY, f"Whoever asks {has}; it takes {AppRole.OPERATOR} or an equal role."
    )


def may_do(asked: Asked, policy: Policy) -> Decision | None:
    """Return why this desk does not do what is asked for, whoever asks; None where it does."""
    for action in asked.actions:
        if action not in USUAL_ACTIONS | policy.further_actions:
            reason = f"Field 'actions': this desk does not do {action}; the setting FURTHER_ACTIONS switches it on."
            return _refused(Rule.ACTION_SWITCHED_OFF, reason)
    if Action.ISSUE_TEMPORARY_ACCESS_PASS in asked.actions and asked.way_in is WayIn.QUEUE:
        reason = "Field 'actions': a pass is shown once, to whoever asks over HTTP; a queue shows it to nobody."
        return _refused(Rule.PASS_NEEDS_CALLER, reason)
    return None


def may_name(named: str | None, caller: Party) -> Decision | None:
    """Return why a caller may not ask in that name; None where it is their own, or none."""
    if named is None or named.lower() in (caller.id.lower(), caller.name.lower()):
        return None
    reason = "Field 'requestedBy': names somebody else than you; leave it out, over HTTP it is you."
    return _refused(Rule.REQUESTER_DIFFERS, reason)


def reach_of(facts: Facts, policy: Policy) -> Reach:
    """Return who may act on the target."""
    if facts.target is not None and _is_protected(facts.target, policy):
        return Reach.PROTECTED
    return Reach.STANDARD if _is_within_reach(facts) else Reach.PRIVILEGED


def may_approve(approver: Approver, requester_id: str, target_id: str) -> Decision:
    """Return whether somebody may be the second person for a request of that requester about that target."""
    party = approver.party
    if not approver.authority.covers(Authority.PRIVILEGED_OPERATOR):
        return _refused(Rule.APPROVER_LACKS_AUTHORITY, "Approving takes a privileged operator.")
    if party.is_application:
        return _refused(Rule.APPROVER_IS_APPLICATION, "Approving takes a person; this is an application.")
    if not party.enabled:
        return _refused(Rule.APPROVER_DISABLED, "The account of whoever approved is disabled, or Graph does not tell.")
    if party.id == requester_id:
        return _refused(Rule.APPROVER_IS_REQUESTER, "Who asked for it cannot approve it as well; ask a colleague.")
    if party.id == target_id:
        return _refused(Rule.APPROVER_IS_TARGET, "Nobody approves what is done to themselves; ask a colleague.")
    return Decision(Effect.ALLOWED, Rule.APPROVED, f"Approved by {party.name}.")


def _of_the_requester(facts: Facts) -> Decision | None:
    requester = facts.requester
    if facts.unreadable:
        return _refused(Rule.CANNOT_TELL, f"The desk cannot tell who this is: {'; '.join(facts.unreadable)}.")
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
    return may_ask(facts.authority)


def _of_the_target(facts: Facts, policy: Policy) -> Decision | None:
    requester, target = facts.requester, facts.target
    if target is None:
        return _refused(
            Rule.TARGET_NOT_FOUND, "Field 'user': nobody in the directory has that object id or user principal name."
        )
    if _is_protected(target, policy):
        return _refused(Rule.TARGET_PROTECTED, "This person is protected: the desk never touches their sign-in.")
    if requester is not None and requester.id == target.id:
        return _refused(Rule.SELF, "Nobody resets themselves; ask a colleague.")
    return None


def _within_an_operators_reach(facts: Facts) -> Decision | None:
    if not _is_within_reach(facts):
        return None
    if not facts.roles:
        return Decision(Effect.ALLOWED, Rule.STANDARD_TARGET, "This person holds no directory role.")
    return Decision(
        Effect.ALLOWED, Rule.STANDARD_TARGET, f"An operator may reset who holds no more than this: {_held(facts)}."
    )


def _is_protected(target: Party, policy: Policy) -> bool:
    return not policy.protected.isdisjoint({target.id.lower(), target.name.lower()})


def _is_within_reach(facts: Facts) -> bool:
    mighty = facts.target_authority.covers(Authority.PRIVILEGED_OPERATOR)
    return not mighty and not facts.groups and all(role.is_within_reach for role in facts.roles)


def _beyond_it(asked: Asked, facts: Facts, policy: Policy) -> Decision:
    who = f"This person is beyond an operator's reach ({_held(facts)})"
    in_person = asked.way_in is WayIn.HTTP
    if in_person and not facts.authority.covers(Authority.PRIVILEGED_OPERATOR):
        return _refused(Rule.TARGET_IS_PRIVILEGED, f"{who}; it takes {AppRole.PRIVILEGED_OPERATOR} or an equal role.")
    if in_person and policy.second_person is not SecondPerson.ALWAYS:
        return Decision(Effect.ALLOWED, Rule.PRIVILEGED_OPERATOR, f"{who}, and a privileged operator asks for it.")
    if Action.ISSUE_TEMPORARY_ACCESS_PASS in asked.actions:
        reason = f"{who}, and that takes a second person here: a pass cannot wait for an approval. Leave it out."
        return _refused(Rule.PASS_CANNOT_WAIT, reason)
    if facts.approver is not None and facts.requester is not None and facts.target is not None:
        return may_approve(facts.approver, facts.requester.id, facts.target.id)
    return Decision(
        Effect.NEEDS_APPROVAL, Rule.SECOND_PERSON_NEEDED, f"{who}; a privileged operator has to approve it."
    )


def _held(facts: Facts) -> str:
    held = sorted({str(role) for role in facts.roles if not role.is_within_reach} or map(str, facts.roles))
    held += facts.groups
    if facts.target_authority.covers(Authority.PRIVILEGED_OPERATOR):
        held.append(f"{AppRole.PRIVILEGED_OPERATOR} of this desk")
    return ", ".join(held[:_TOLD]) + (", …" if len(held) > _TOLD else "")


def _refused(rule: Rule, reason: str) -> Decision:
    return Decision(Effect.REFUSED, rule, reason)
