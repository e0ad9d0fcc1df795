"""What happens to people's methods in a tenant's invented life: resets, the registrations after them, roles for a time.

Nobody's methods really change: only the log has these. The shapes are those of things that do happen in the tenant.
"""

import msgspec

from local.tenant.audit import of_methods, of_people, of_roles
from local.tenant.audit.actors import STRONG_AUTHENTICATION, Actor, of_person, service
from local.tenant.audit.cast import Cast
from local.tenant.audit.chance import Chance
from local.tenant.audit.draft import Draft
from local.tenant.audit.portrait import portrait
from local.tenant.clock import iso
from local.tenant.default_method import best
from local.tenant.directory import TENANT_WIDE, Directory
from local.tenant.entities import Person, RoleAssignment
from local.tenant.methods import Method, MicrosoftAuthenticator, Phone, SoftwareOath

ANOTHER_APP = service("Contoso Onboarding Robot")
ANOTHER_ADMIN = Actor(id="5c0f7a3e-6c7e-4d52-9b1f-0e3a9d8b7c61", name="Former Admin", upn="former.admin@contoso.com")
_DEVICES = ("iPhone 15", "Pixel 9", "SM-S921B", "iPhone SE", "Pixel 8a", "Galaxy A55")
_MINUTE = 60.0
_SHARES = (0.40, 0.65, 0.75, 0.90)
"""Up to which share incidents are the portal's, the desk's, another app's, and people's own; the rest are roles."""


class Moment(msgspec.Struct, frozen=True):
    """The events of one operation, so many seconds after the incident's first."""

    later: float
    drafts: tuple[Draft, ...]


Incident = tuple[Moment, ...]


class Incidents:
    """Invents one incident after the other."""

    def __init__(self, directory: Directory, cast: Cast, *, desk: bool) -> None:
        self._directory = directory
        self._cast = cast
        self._desk = cast.desk if desk else None

    def one(self, chance: Chance, at: float) -> Incident:
        """Return an incident at a time in seconds since the epoch; in a tenant without people there are none."""
        if not self._cast.people:
            return ()
        share, person = chance.share(), chance.one_of(self._cast.people)
        portal, desk, another, own = _SHARES
        if share < portal:
            return self._again(chance, person, self._in_portal(chance, person))
        if share < desk:
            return self._again(chance, person, _one_by_one(chance, person, self._desk or ANOTHER_APP, at))
        if share < another:
            return self._again(chance, person, _one_by_one(chance, person, ANOTHER_APP, at))
        return _own(chance, person) if share < own else self._role(chance)

    def _in_portal(self, chance: Chance, person: Person) -> Incident:
        others = [admin for admin in self._cast.admins if admin.id != person.id] or [ANOTHER_ADMIN]
        had = _methods(chance)
        before = _changed(person, had)
        button = of_methods.required_again(chance.one_of(others), person, had)
        twin = of_people.updated(STRONG_AUTHENTICATION, _changed(person, ()), portrait(before))
        return (Moment(0, (button, *twin)),)

    def _again(self, chance: Chance, person: Person, reset: Incident) -> Incident:
        # most people register anew within two hours, some never do
        if chance.share() < 0.2:  # noqa: PLR2004 - invented
            return reset
        later = reset[-1].later + (10 + chance.below(110)) * _MINUTE
        return (*reset, *(msgspec.structs.replace(moment, later=later) for moment in _own(chance, person)))

    def _role(self, chance: Chance) -> Incident:
        principal, roles = chance.one_of(self._cast.people), self._directory.roles.values()
        given = RoleAssignment(
            id="",
            role_id=next(role.id for role in roles if role.name == "Authentication Administrator"),
            principal_id=principal.id,
            scope=TENANT_WIDE,
            eligible=False,
            activated=True,
        )
        return (Moment(0, of_roles.given(self._directory, of_person(principal), given)),)


def _one_by_one(chance: Chance, person: Person, actor: Actor, at: float) -> Incident:
    left, moments = _methods(chance), list[Moment]()
    while left:
        gone, *rest = left
        before = portrait(_changed(person, left))
        twin = of_people.updated(STRONG_AUTHENTICATION, _changed(person, tuple(rest)), before)
        moments.append(Moment(len(moments) * 0.8, (*of_methods.deleted(actor, person, gone), *twin)))
        left = tuple(rest)
    later = len(moments) * 0.8
    ended = msgspec.structs.replace(person, sessions_valid_from=iso(at + later))
    return (*moments, Moment(later, of_people.revoked(actor, ended, portrait(person))))


def _own(chance: Chance, person: Person) -> Incident:
    new = _authenticator(chance)
    twin = of_people.updated(STRONG_AUTHENTICATION, _changed(person, (new,)), portrait(_changed(person, ())))
    return (Moment(0, (*of_methods.registered(of_person(person), person, new), *twin)),)


def _methods(chance: Chance) -> tuple[Method, ...]:
    kinds = (_phone, _authenticator, _software_token)
    return tuple(kind(chance) for kind in kinds[: 1 + chance.below(3)])


def _phone(chance: Chance) -> Method:
    return Phone(phone_type="mobile", phone_number=f"+1 425555{100 + chance.below(100):04}")


def _authenticator(chance: Chance) -> Method:
    return MicrosoftAuthenticator(id=chance.guid(), display_name=chance.one_of(_DEVICES))


def _software_token(chance: Chance) -> Method:
    return SoftwareOath(id=chance.guid())


def _changed(person: Person, methods: tuple[Method, ...]) -> Person:
    return msgspec.structs.replace(person, methods={method.id: method for method in methods}, default=best(methods))
