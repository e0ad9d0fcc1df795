"""A preview of a person: what is registered, who they are to the desk, and what each action would come to."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from shared import delegation, reset_plan
from shared.caller import Caller
from shared.contract import Action
from shared.delegation import Asked, Decision, Facts, Policy, Reach, WayIn
from shared.directory import Directory
from shared.methods import PASSWORD, RegisteredMethod
from shared.outcome import MethodOutcome
from shared.reading import Question, Reading, facts_of


class PersonShown(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """A person, as the directory knows them."""

    id: Annotated[str, Meta(description="Object id.")]
    user_principal_name: str
    display_name: str = ""
    account_enabled: Annotated[bool | None, Meta(description="Absent where Graph does not tell it.")] = None
    user_type: Annotated[str, Meta(description="Member or Guest.")] = ""


class MethodShown(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """One registered method, personal data masked."""

    type: Annotated[str, Meta(description="A MethodType, or Graph's own name of a type this desk does not know.")]
    id: Annotated[str, Meta(description="Graph's id of the method.")]
    label: Annotated[str, Meta(description="A masked phone number, the name of a phone or of a key.")] = ""
    registered_at: Annotated[datetime | None, Meta(description="Absent where Graph does not date the type.")] = None
    active: Annotated[bool, Meta(description="False: a hardware token that is assigned and not activated.")] = True


class ReachShown(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """Whom it takes to act on somebody, and why."""

    reach: Reach
    roles: Annotated[tuple[str, ...], Meta(description="Their directory roles, in words.")] = ()
    groups: Annotated[tuple[str, ...], Meta(description="Role-assignable groups they are in or own, in words.")] = ()


class ActionForeseen(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """What an action would come to if this caller asked for it now."""

    action: Action
    decision: Decision
    methods: Annotated[tuple[MethodOutcome, ...], Meta(description="Of requireReregistration, the portal's way.")] = ()


class Preview(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """All that is to be known of a person before anything is done."""

    user: PersonShown
    methods: tuple[MethodShown, ...] = ()
    default_method: Annotated[
        str | None, Meta(description="userPreferredMethodForSecondaryAuthentication, as far as Graph tells it.")
    ] = None
    per_user_mfa: Annotated[str | None, Meta(description="disabled, enabled, enforced, or a newer state.")] = None
    per_user_mfa_unread: Annotated[str, Meta(description="Why Graph did not tell the state of per-user MFA.")] = ""
    sessions_valid_from: Annotated[datetime | None, Meta(description="Sign-in sessions begun before are void.")] = None
    reach: Annotated[ReachShown | None, Meta(description="Absent where something could not be read.")] = None
    actions: tuple[ActionForeseen, ...]
    unreadable: Annotated[
        tuple[str, ...], Meta(description="What Graph did not tell, each with the permission it takes.")
    ] = ()


class Previews:
    """Looks at people for callers; changes nothing."""

    def __init__(self, directory: Directory, policy: Policy, now: Callable[[], datetime]) -> None:
        self._directory = directory
        self._policy = policy
        self._now = now

    async def of(self, user: str, caller: Caller) -> Preview | None:
        """Return the preview of a person by object id or user principal name; None where there is nobody such.

        By object id that is one round trip to Graph (two batches at once). Raises GraphUnavailable.
        """
        requested_by = "" if caller.is_application else caller.id
        reading = await self._directory.read(Question(user=user, requested_by=requested_by, per_user_mfa=True))
        target = reading.target
        if target is None:
            return None
        facts = facts_of(reading, caller.authority, caller)
        return Preview(
            user=PersonShown(
                id=target.id,
                user_principal_name=target.user_principal_name,
                display_name=target.display_name or "",
                account_enabled=target.account_enabled,
                user_type=target.user_type or "",
            ),
            methods=tuple(_shown(method) for method in reading.methods if method.type != PASSWORD),
            default_method=reading.preference,
            per_user_mfa=reading.per_user_mfa,
            per_user_mfa_unread=reading.per_user_mfa_unread,
            sessions_valid_from=target.sign_in_sessions_valid_from_date_time,
            reach=None if reading.unreadable else self._reach(facts),
            actions=tuple(self._foreseen(action, facts, reading) for action in Action),
            unreadable=reading.unreadable,
        )

    def _reach(self, facts: Facts) -> ReachShown:
        return ReachShown(
            reach=delegation.reach_of(facts, self._policy),
            roles=tuple(str(role) for role in facts.roles),
            groups=facts.groups,
        )

    def _foreseen(self, action: Action, facts: Facts, reading: Reading) -> ActionForeseen:
        decision = delegation.decide(Asked((action,), WayIn.HTTP), facts, self._policy)
        methods: tuple[MethodOutcome, ...] = ()
        if action is Action.REQUIRE_REREGISTRATION and not reading.unreadable:
            now = self._now()
            steps = reset_plan.plan(reading.methods, "portal", now, reading.preference)
            methods = reset_plan.settle(reset_plan.foreseen(steps), reading.methods, "portal", now)
        return ActionForeseen(action=action, decision=decision, methods=methods)


def _shown(method: RegisteredMethod) -> MethodShown:
    return MethodShown(
        type=method.type,
        id=method.id,
        label=method.label,
        registered_at=method.registered_at,
        active=method.active,
    )
