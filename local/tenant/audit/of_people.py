"""The events of what is set on people: their sessions, their per-user MFA state, their preferred method."""

from local.tenant.audit.activity import AUTHENTICATION_METHODS, Activity
from local.tenant.audit.actors import Actor
from local.tenant.audit.draft import Draft, single, user
from local.tenant.audit.event import KeyValue
from local.tenant.audit.portrait import Portrait, changes
from local.tenant.entities import Person

_UPDATE = Activity("Update user")
_SESSIONS = Activity("Update StsRefreshTokenValidFrom Timestamp")
_MFA = Activity("Update per-user multifactor authentication state", AUTHENTICATION_METHODS)
_PREFERENCES = Activity(
    "PATCH UserAuthMethod.PatchSignInPreferencesAsync", AUTHENTICATION_METHODS, "ApplicationManagement"
)


def updated(actor: Actor, person: Person, before: Portrait) -> tuple[Draft, ...]:
    """Return Core Directory's "Update user", if it keeps anything of what has changed."""
    modified = changes(before, person)
    if not modified:
        return ()
    kind = KeyValue(key="UserType", value="Guest" if person.guest else "Member")
    return (Draft(activity=_UPDATE, actor=actor, targets=(user(person, modified),), details=(kind,)),)


def revoked(actor: Actor, person: Person, before: Portrait) -> tuple[Draft, ...]:
    """Return both events of sessions that are ended, as they were recorded in 2026: one click, one correlation id."""
    moved = changes(before, person)[:1]
    return (
        Draft(activity=_SESSIONS, actor=actor, targets=(user(person, moved),)),
        *updated(actor, person, before),
    )


def mfa_state(actor: Actor, person: Person) -> tuple[Draft, ...]:
    """Return what the methods' service says of another per-user MFA state; its property's name is not recorded."""
    target = user(person, (single("PerUserMfaState", None, person.per_user_mfa),), named=True)
    return (Draft(activity=_MFA, actor=actor, targets=(target,)),)


def preferences(actor: Actor, person: Person) -> tuple[Draft, ...]:
    """Return what the methods' service says of another preferred method."""
    return (Draft(activity=_PREFERENCES, actor=actor, targets=(user(person, named=True),)),)
