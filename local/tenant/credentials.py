"""The verbs that change a person's credentials: what Graph, the person or an administrator in the portal does."""

import msgspec

from local.tenant.audit.portrait import portrait
from local.tenant.default_method import best, chosen, serves
from local.tenant.directory import Directory
from local.tenant.entities import Fading, Person
from local.tenant.methods import HardwareOath, Method, TemporaryAccessPass, registered

PERSON = "person"


def register(directory: Directory, person: Person, method: Method, actor: str) -> Method:
    """Register a method; one with the same id (phones!) takes the place of what was there or is fading."""
    before = portrait(person)
    new = registered(method, directory.clock.stamp(), directory.random)
    _forget(person, new)
    person.methods[new.id] = new
    _keep_default(person)
    directory.record(actor, "methodRegistered", person.id, new, about=before)
    if person.per_user_mfa == "enabled":  # until they register (Graph documentation, strongAuthenticationRequirements)
        _enforce(directory, person, actor)
    return new


def _enforce(directory: Directory, person: Person, actor: str) -> None:
    if best(person.methods.values()) is not None:
        before = portrait(person)
        person.per_user_mfa = "enforced"
        directory.record(actor, "perUserMfaStateChanged", person.id, detail="enforced", about=before)


def _forget(person: Person, new: Method) -> None:
    person.fading = tuple(gone for gone in person.fading if gone.method.id != new.id)
    if isinstance(new, TemporaryAccessPass):  # one pass per person: a new one replaces it
        person.methods = {id_: old for id_, old in person.methods.items() if not isinstance(old, TemporaryAccessPass)}


def delete(directory: Directory, person: Person, method: Method, actor: str, *, fade: float) -> None:
    """Delete a registered method; lists show it for `fade` seconds more."""
    before = portrait(person)
    del person.methods[method.id]
    if fade > 0:
        now = directory.clock()
        still = tuple(gone for gone in person.fading if gone.until > now)
        person.fading = (*still, Fading(method, now + fade))
    _keep_default(person)
    directory.record(actor, "methodDeleted", person.id, method, about=before)


def deactivate(directory: Directory, person: Person, token: HardwareOath, actor: str) -> None:
    """Deactivate a hardware token: it stays with the person, assigned."""
    before = portrait(person)
    device = msgspec.structs.replace(token.device, status="assigned")
    idle = msgspec.structs.replace(token, device=device)
    person.methods[token.id] = idle
    _keep_default(person)
    directory.record(actor, "hardwareTokenDeactivated", person.id, idle, about=before)


def _keep_default(person: Person) -> None:
    if person.default is not None:
        preference, id_ = person.default
        method = person.methods.get(id_)
        if method is not None and serves(method, preference):
            return
        other = chosen(person.methods.values(), preference)
        if other is not None:
            person.default = (preference, other.id)
            return
    person.default = best(person.methods.values())


def revoke_sessions(directory: Directory, person: Person, actor: str) -> None:
    """End every session; a guest signs in at home, so nothing moves (Graph documentation, revokeSignInSessions)."""
    if not person.guest:
        before = portrait(person)
        person.sessions_valid_from = directory.clock.stamp()
        directory.record(actor, "sessionsRevoked", person.id, about=before)


def set_per_user_mfa(directory: Directory, person: Person, state: str, actor: str) -> None:
    """Set the per-user MFA state; who is enabled and has a second factor becomes enforced at once."""
    before = portrait(person)
    enforced = state == "enabled" and best(person.methods.values()) is not None
    person.per_user_mfa = "enforced" if enforced else state
    directory.record(actor, "perUserMfaStateChanged", person.id, detail=person.per_user_mfa, about=before)


def prefer(directory: Directory, person: Person, preference: str, method: Method, actor: str) -> None:
    """Make a registered method the default."""
    before = portrait(person)
    person.default = (preference, method.id)
    directory.record(actor, "signInPreferencesChanged", person.id, method, preference, about=before)


def set_system_preferred(directory: Directory, person: Person, actor: str, *, enabled: bool) -> None:
    """Let Entra choose the method at sign-in, or not; the default stays what it is."""
    before = portrait(person)
    person.system_preferred = enabled
    detail = f"systemPreferred {enabled}"
    directory.record(actor, "signInPreferencesChanged", person.id, detail=detail, about=before)
