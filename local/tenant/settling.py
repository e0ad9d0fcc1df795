"""From the seed's values to the directory's objects."""

import base64
import hashlib
from random import Random
from uuid import NAMESPACE_URL, uuid5

from local.tenant.default_method import best, chosen
from local.tenant.entities import Action, App, Application, AppRole, Group, Person, Role, Unit
from local.tenant.methods import Method, Password, registered
from local.tenant.seed import SeedAction, SeedApp, SeedApplication, SeedGroup, SeedPerson, SeedRole, SeedUnit


def settle_person(seeded: SeedPerson, random: Random) -> Person:
    """Return a user with a password (guests have none here), the methods written, and a default among them."""
    password: tuple[Method, ...] = (Password(),) if seeded.password and not seeded.guest else ()
    methods = [registered(method, seeded.created, random) for method in (*seeded.methods, *password)]
    preferred = chosen(methods, seeded.default) if seeded.default else None
    return Person(
        id=seeded.id.lower(),
        upn=seeded.upn,
        name=seeded.name,
        guest=seeded.guest,
        profile=_profile(seeded),
        sessions_valid_from=seeded.sessions_valid_from,
        per_user_mfa=seeded.per_user_mfa,
        methods={method.id: method for method in methods},
        default=(seeded.default, preferred.id) if seeded.default and preferred else best(methods),
    )


def _profile(seeded: SeedPerson) -> dict[str, object]:
    given, _, surname = seeded.name.partition(" ")
    return {
        "displayName": seeded.name,
        "givenName": given,
        "surname": surname or None,
        "mail": seeded.mail if seeded.mail or seeded.guest else seeded.upn,
        "department": seeded.department,
        "jobTitle": seeded.title,
        "accountEnabled": seeded.enabled,
        "userType": "Guest" if seeded.guest else "Member",
        "externalUserState": "Accepted" if seeded.guest else None,
        "companyName": None if seeded.guest else "Contoso",
        "createdDateTime": seeded.created,
        "businessPhones": [],
    }


def settle_group(seeded: SeedGroup, ids: dict[str, str]) -> Group:
    """Return a group with its members' ids."""
    return Group(
        id=seeded.id,
        name=seeded.name,
        role_assignable=seeded.role_assignable,
        members=[ids[name] for name in seeded.members],
        owners=[ids[name] for name in seeded.owners],
    )


def settle_unit(seeded: SeedUnit, ids: dict[str, str]) -> Unit:
    """Return a unit with its members' ids."""
    return Unit(
        id=seeded.id,
        name=seeded.name,
        restricted=seeded.restricted,
        members=[ids[name] for name in seeded.members],
    )


def settle_role(seeded: SeedRole) -> Role:
    """Return a role definition; its directoryRole object has an id of its own in every tenant."""
    return Role(
        id=seeded.id,
        name=seeded.name,
        description=seeded.description,
        actions=seeded.actions,
        built_in=not seeded.custom,
        privileged=seeded.privileged,
        activated_id=str(uuid5(NAMESPACE_URL, f"directoryRole/{seeded.id}")),
    )


def settle_action(seeded: SeedAction) -> Action:
    """Return what a role can allow."""
    return Action(name=seeded.name, description=seeded.description, privileged=seeded.privileged)


def settle_app(key: str, seeded: SeedApp) -> App:
    """Return an app with the permissions granted to it."""
    return App(
        key=key,
        id=seeded.id,
        client_id=seeded.client_id,
        name=seeded.name,
        permissions=set(seeded.permissions),
    )


def settle_application(seeded: SeedApplication) -> Application:
    """Return an enterprise application with the roles that it defines."""
    return Application(
        id=seeded.id,
        client_id=seeded.app_id,
        name=seeded.name,
        roles=tuple(
            AppRole(id=role.id, value=role.value, name=role.name, description=role.description) for role in seeded.roles
        ),
    )


def assignment_id(role_id: str, principal_id: str, scope: str, *, eligible: bool) -> str:
    """Return an opaque id like Graph's: the same for the same assignment."""
    digest = hashlib.sha256(f"{role_id}{principal_id}{scope}{eligible}".encode()).digest()
    return base64.urlsafe_b64encode(digest[:24]).decode() + ("-e" if eligible else "-1")


def app_role_assignment_id(role_id: str, principal_id: str) -> str:
    """Return an opaque id like Graph's for an app role: 43 characters, which may begin with `-` or `_`."""
    digest = hashlib.sha256(f"{role_id}{principal_id}".encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
