"""The events of authentication methods that come and go.

Each makes one of the service "Authentication Methods", a twin "Update user" of Core Directory where the directory keeps
something of it, and for keys of devices one of the Device Registration Service. How the reasons begin and end is
recorded for passes and phone apps ("Admin registered temporary access pass method for user", "User registered
Authenticator App with Notification and Code"); those of other methods follow them. Whether a deletion that is refused
leaves an event is not settled.
"""

from local.tenant.audit.activity import AUTHENTICATION_METHODS, DEVICE_REGISTRATION, Activity
from local.tenant.audit.actors import Actor
from local.tenant.audit.draft import Draft, single, user
from local.tenant.audit.event import ModifiedProperty
from local.tenant.audit.ticks import PER_SECOND, of_seconds, stamp
from local.tenant.clock import seconds
from local.tenant.entities import Person
from local.tenant.methods import Method, Phone, TemporaryAccessPass, kind_of

_WORDS = {
    "phone": "phone",
    "microsoftAuthenticator": "Authenticator App with Notification and Code",
    "passwordlessMicrosoftAuthenticator": "Authenticator App with passwordless sign-in",
    "softwareOath": "Authenticator App with Code",
    "hardwareOath": "hardware OATH token",
    "fido2": "passkey",
    "windowsHelloForBusiness": "Windows Hello for Business",
    "platformCredential": "platform credential",
    "email": "email",
    "temporaryAccessPass": "temporary access pass",
    "external": "external authentication",
    "qrCodePin": "QR code",
}
_DEVICE_KEYS = {
    "fido2": "Passkey (device-bound)",
    "windowsHelloForBusiness": "Windows Hello for Business credential",
    "passwordlessMicrosoftAuthenticator": "passwordless phone sign-in credential",
    "platformCredential": "platform credential",
}
_TOKEN_UPDATED = Activity("Update Hardware Oath Token", AUTHENTICATION_METHODS, "ApplicationManagement")


def registered(actor: Actor, person: Person, method: Method) -> tuple[Draft, ...]:
    """Return what the services say of a registration."""
    return (_told("registered", "Add", actor, person, method), *_device_key("Add", actor, person, method))


def deleted(actor: Actor, person: Person, method: Method) -> tuple[Draft, ...]:
    """Return what the services say of a deletion."""
    return (_told("deleted", "Delete", actor, person, method), *_device_key("Delete", actor, person, method))


def deletion_refused(actor: Actor, person: Person, message: str) -> tuple[Draft, ...]:
    """Return what is said of a deletion that the methods' service refused."""
    activity = _activity("deleted", "Delete", actor, person)
    return (
        Draft(activity=activity, actor=actor, targets=(user(person, named=True),), reason=message, result="failure"),
    )


def deactivated(actor: Actor, person: Person) -> tuple[Draft, ...]:
    """Return what is said of a hardware token that no longer works and stays with the person."""
    return (Draft(activity=_TOKEN_UPDATED, actor=actor, targets=(user(person, named=True),)),)


def required_again(actor: Actor, person: Person, methods: tuple[Method, ...]) -> Draft:
    """Return the one event which the portal's button leaves for the methods that it deletes.

    Its reason and Phone.PhoneNumber are recorded; that it is one event for all of them is inferred from its words.
    """
    modified = tuple(change for method in methods for change in _modified("deleted", method))
    return Draft(
        activity=_activity("deleted", "Delete", actor, person),
        actor=actor,
        targets=(user(person, modified, named=True),),
        reason=REQUIRED_AGAIN,
    )


REQUIRED_AGAIN = "Admin required re-registration of MFA authentication methods."


def _told(verb: str, operation: str, actor: Actor, person: Person, method: Method) -> Draft:
    words = _WORDS.get(kind_of(method), kind_of(method))
    own = actor.id == person.id
    return Draft(
        activity=_activity(verb, operation, actor, person),
        actor=actor,
        targets=(user(person, _modified(verb, method), named=True),),
        reason=f"User {verb} {words}" if own else f"Admin {verb} {words} method for user",
    )


def _activity(verb: str, operation: str, actor: Actor, person: Person) -> Activity:
    who = "User" if actor.id == person.id else "Admin"
    return Activity(f"{who} {verb} security info", AUTHENTICATION_METHODS, operation=operation)


def _modified(verb: str, method: Method) -> tuple[ModifiedProperty, ...]:
    return tuple(
        single(name, None, value) if verb == "registered" else single(name, value, None)
        for name, value in _values(method).items()
    )


def _values(method: Method) -> dict[str, str]:
    match method:
        case Phone():
            return {"Phone.PhoneNumber": method.phone_number, "Phone.PhoneType": method.phone_type}
        case TemporaryAccessPass():
            start = of_seconds(seconds(method.start_date_time))
            return {
                "TemporaryAccessPass.Id": method.id,
                "TemporaryAccessPass.StartDateTime": stamp(start),
                "TemporaryAccessPass.EndDateTime": stamp(start + 60 * method.lifetime_in_minutes * PER_SECOND),
                "TemporaryAccessPass.AccessPassUsage": "Once" if method.is_usable_once else "Multiple",
            }
        case _:
            return {}


def _device_key(operation: str, actor: Actor, person: Person, method: Method) -> tuple[Draft, ...]:
    key = _DEVICE_KEYS.get(kind_of(method))
    if key is None:
        return ()
    activity = Activity(f"{operation} {key}", DEVICE_REGISTRATION, operation=operation)
    return (Draft(activity=activity, actor=actor, targets=(user(person, named=True),)),)
