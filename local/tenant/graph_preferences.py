"""Sign-in preferences, per-user MFA and Temporary Access Passes: what is set rather than deleted."""

from datetime import datetime
from typing import Any
from uuid import UUID

from local.tenant import credentials
from local.tenant.call import Answer, Call
from local.tenant.clock import iso
from local.tenant.default_method import PREFERENCES, chosen
from local.tenant.entities import Person
from local.tenant.graph_authentication import BASE
from local.tenant.graph_users import person_of
from local.tenant.method_kinds import body
from local.tenant.methods import TemporaryAccessPass
from local.tenant.reach import is_beyond_reach
from local.tenant.refusals import (
    access_denied,
    bad_method_request,
    bad_request,
    pass_for_guest,
    pass_forbidden,
    pass_lifetime,
    pass_not_once,
)
from local.tenant.routing import Handler, Route
from local.tenant.world import World

MFA_STATES = ("disabled", "enabled", "enforced")


def get_requirements(call: Call, world: World) -> Answer:
    """GET requirements: the per-user MFA state, beta only."""
    context = call.context(f"users('{call.keys[0]}')/authentication/requirements")
    return Answer(body={"@odata.context": context, "perUserMfaState": person_of(call, world).per_user_mfa})


def patch_requirements(call: Call, world: World) -> Answer:
    """PATCH requirements: 204; `enabled` becomes `enforced` for somebody with a second factor."""
    person = _writable(call, world)
    changes = _only(call, "perUserMfaState")
    state = changes.get("perUserMfaState")
    if state not in MFA_STATES:
        raise bad_request(f"Invalid value for perUserMfaState: {state!r}")
    credentials.set_per_user_mfa(world.directory, person, state, call.app_id)
    return Answer(204)


def get_sign_in_preferences(call: Call, world: World) -> Answer:
    """GET signInPreferences: beta only; without any second factor the preference is `none`."""
    person = person_of(call, world)
    return Answer(
        body={
            "@odata.context": call.context(f"users('{call.keys[0]}')/authentication/signInPreferences"),
            "isSystemPreferredAuthenticationMethodEnabled": person.system_preferred,
            "userPreferredMethodForSecondaryAuthentication": person.default[0] if person.default else "none",
        }
    )


def patch_sign_in_preferences(call: Call, world: World) -> Answer:
    """PATCH signInPreferences: 204; only a method that the person has can be preferred."""
    person = _writable(call, world)
    preference, system = "userPreferredMethodForSecondaryAuthentication", "isSystemPreferredAuthenticationMethodEnabled"
    changes = _only(call, preference, system)
    if preference in changes:
        _prefer(call, world, person, changes[preference])
    if system in changes:
        if not isinstance(changes[system], bool):
            raise bad_request(f"Invalid value for {system}: {changes[system]!r}")
        credentials.set_system_preferred(world.directory, person, call.app_id, enabled=changes[system])
    return Answer(204)


def _prefer(call: Call, world: World, person: Person, preference: object) -> None:
    method = chosen(person.methods.values(), preference) if preference in PREFERENCES else None
    if method is None:
        raise bad_method_request(f"The user has no method registered for the preference {preference!r}.")
    credentials.prefer(world.directory, person, str(preference), method, call.app_id)


def post_temporary_access_pass(call: Call, world: World) -> Answer:
    """POST temporaryAccessPassMethods: 201 with the secret, which is never shown again."""
    person = _writable(call, world)
    if person.guest:  # every guest of this tenant is an external one
        raise pass_for_guest()
    if not world.switches.temporary_access_pass_allowed:
        raise pass_forbidden()
    changes = _only(call, "isUsableOnce", "lifetimeInMinutes", "startDateTime", "@odata.type")
    made = credentials.register(world.directory, person, _pass(world, changes), call.app_id)
    secret = UUID(int=world.random.getrandbits(128), version=4).hex[:8]
    context = call.context(f"users('{call.keys[0]}')/authentication/temporaryAccessPassMethods/$entity")
    return Answer(
        201, {"@odata.context": context, **body(made, call.version, world.clock()), "temporaryAccessPass": secret}
    )


def _pass(world: World, changes: dict[str, Any]) -> TemporaryAccessPass:
    return TemporaryAccessPass(
        start_date_time=_start(world, changes.get("startDateTime")),
        lifetime_in_minutes=_lifetime(world, changes.get("lifetimeInMinutes")),
        is_usable_once=_once(world, changes.get("isUsableOnce")),
    )


def _start(world: World, wanted: object) -> str:
    if wanted is None:
        return world.clock.stamp()
    try:
        starts = datetime.fromisoformat(str(wanted))
        if starts.tzinfo is not None:
            return iso(starts.timestamp())
    except (ValueError, OverflowError) as error:
        raise bad_method_request(f"Invalid startDateTime: {wanted!r}") from error
    raise bad_method_request(f"startDateTime has no time zone: {wanted!r}")


def _lifetime(world: World, wanted: object) -> int:
    if wanted is None:
        return world.switches.temporary_access_pass_default
    shortest, longest = world.switches.temporary_access_pass_minutes
    if not isinstance(wanted, int) or not shortest <= wanted <= longest:
        raise pass_lifetime(shortest, longest)
    return wanted


def _once(world: World, wanted: object) -> bool:
    demanded = world.switches.temporary_access_pass_once
    if wanted is None:
        return demanded
    if not isinstance(wanted, bool):
        raise bad_method_request(f"Invalid isUsableOnce: {wanted!r}")
    if demanded and not wanted:
        raise pass_not_once()
    return wanted


def _writable(call: Call, world: World) -> Person:
    person = person_of(call, world)
    if is_beyond_reach(call, world, person):
        raise access_denied()
    return person


def _only(call: Call, *names: str) -> dict[str, Any]:
    changes = call.json()
    for name in changes:
        if name not in names:
            raise bad_request(f"The property '{name}' does not exist on this type.")
    return changes


def _route(method: str, path: str, handler: Handler, *, beta_only: bool = True) -> Route:
    return Route(method=method, path=f"{BASE}/{path}", handler=handler, family="authentication", beta_only=beta_only)


ROUTES = (
    _route("GET", "requirements", get_requirements),
    _route("PATCH", "requirements", patch_requirements),
    _route("GET", "signInPreferences", get_sign_in_preferences),
    _route("PATCH", "signInPreferences", patch_sign_in_preferences),
    _route("POST", "temporaryAccessPassMethods", post_temporary_access_pass, beta_only=False),
)
