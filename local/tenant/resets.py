"""Resets past the desk: with the portal's button, or by another application through Graph."""

from local.tenant import credentials
from local.tenant.audit import of_methods, of_people
from local.tenant.audit.actors import STRONG_AUTHENTICATION, of_person
from local.tenant.audit.portrait import portrait
from local.tenant.entities import Person
from local.tenant.methods import (
    HardwareOath,
    Method,
    MicrosoftAuthenticator,
    Password,
    PasswordlessMicrosoftAuthenticator,
    Phone,
    SoftwareOath,
)
from local.tenant.world import World

_BUTTON = (Phone, MicrosoftAuthenticator, PasswordlessMicrosoftAuthenticator, SoftwareOath)
"""What "Require re-register MFA" deletes (Entra documentation, howto-mfa-userdevicesettings)."""


def require_again(world: World, person: Person, admin: Person) -> None:
    """Press the portal's button: phones, Authenticator apps and software tokens go, hardware tokens stop to work."""
    methods = tuple(method for method in person.methods.values() if isinstance(method, _BUTTON))
    tokens = tuple(method for method in person.methods.values() if isinstance(method, HardwareOath))
    scribe = world.audit.scribe
    if world.switches.portal_reset_events == "each":
        with scribe.operation(of_methods.REQUIRED_AGAIN):
            _carry_out(world, person, f"admin:{admin.upn}", methods, tokens)
        return
    before = portrait(person)
    with scribe.silence():
        _carry_out(world, person, f"admin:{admin.upn}", methods, tokens)
    actor = of_person(admin)
    writer = STRONG_AUTHENTICATION if world.switches.audit_twins_by == "service" else actor
    twin = of_people.updated(writer, person, before)
    disabled = [draft for _ in tokens for draft in of_methods.deactivated(actor, person)]
    scribe.write((of_methods.required_again(actor, person, methods), *disabled, *twin))


def _carry_out(
    world: World, person: Person, actor: str, methods: tuple[Method, ...], tokens: tuple[HardwareOath, ...]
) -> None:
    for method in methods:
        credentials.delete(world.directory, person, method, actor, fade=world.switches.propagation_delay)
    for token in tokens:
        credentials.deactivate(world.directory, person, token, actor)


def reset_by_app(world: World, person: Person, app: str) -> None:
    """Delete every method that can be deleted as another application does, one call each, and end the sessions."""
    actor, default = f"app:{app}", person.default[1] if person.default else None
    for method in sorted(person.methods.values(), key=lambda method: method.id == default):
        if not isinstance(method, Password):
            credentials.delete(world.directory, person, method, actor, fade=world.switches.propagation_delay)
    credentials.revoke_sessions(world.directory, person, actor)
