"""Sign-in preferences, per-user MFA and Temporary Access Passes: what is set rather than deleted."""

from typing import Any
from uuid import UUID

from local.tenant import credentials
from local.tenant.call import Answer, Call
from local.tenant.clock import iso, seconds
from local.tenant.default_method import PREFERENCES, chosen
from local.tenant.entities import Person
from local.tenant.graph_authentication import BASE
from local.tenant.graph_users import person_of
from local.tenant.method_kinds import body
from local.tenant.methods import TemporaryAccessPass
from local.tenant.reach import is_beyond_reach
from local.tenant.refusals import access_denied, bad_method_request, bad_request
from local.tenant.routing import Handler, Route
from local.tenant.world import World

MFA_STATES = ("disabled", "enabled", "enforced")
LIFETIMES = range(10, 43_201)
DEFAULT_LIFETIME = 60


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
    if not world.switches.temporary_access_pass_allowed:
        raise bad_method_request(
            "Converged UserCredentialPolicy does not allow creating or updating this authentication method. "
            "AuthMethodType [TemporaryAccessPass]."
        )
    changes = _only(call, "isUsableOnce", "lifetimeInMinutes", "startDateTime", "@odata.type")
    made = credentials.register(world.directory, person, _pass(world, changes), call.app_id)
    secret = UUID(int=world.random.getrandbits(128), version=4).hex[:8]
    context = call.context(f"users('{call.keys[0]}')/authentication/temporaryAccessPassMethods/$entity")
    return Answer(
        201, {"@odata.context": context, **body(made, call.version, world.clock()), "temporaryAccessPass": secret}
    )


def _pass(world: World, changes: dict[str, Any]) -> TemporaryAccessPass:
    minutes = changes.get("lifetimeInMinutes", DEFAULT_LIFETIME)
    once = changes.get("isUsableOnce", False)
    start = changes.get("startDateTime") or world.clock.stamp()
    if not isinstance(minutes, int) or minutes not in LIFETIMES or not isinstance(once, bool):
        raise bad_method_request("The lifetime must be between 10 and 43200 minutes, and isUsableOnce true or false.")
    try:
        starts = iso(seconds(start))
    except (TypeError, ValueError, OverflowError) as error:
        raise bad_method_request(f"Invalid startDateTime: {start!r}") from error
    return TemporaryAccessPass(start_date_time=starts, lifetime_in_minutes=minutes, is_usable_once=once)


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
