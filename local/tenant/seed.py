"""The readable seed: people, groups, units, roles and apps as `people.yaml` writes them, checked while it is read."""

from pathlib import Path
from typing import Any, Literal

import msgspec

from local.tenant.default_method import Preference
from local.tenant.methods import Method

PEOPLE = Path(__file__).with_name("people.yaml")
ROLES = Path(__file__).with_name("roles.yaml")
ACTIONS = Path(__file__).with_name("actions.yaml")


class SeedError(Exception):
    """The seed cannot be read, or names somebody who is not in it."""


class _Seeded(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    id: str


class SeedPerson(_Seeded, frozen=True):
    """One user. `default` is the preferred second factor; without it the best one is taken."""

    upn: str
    name: str
    department: str | None = None
    title: str | None = None
    mail: str | None = None
    guest: bool = False
    enabled: bool = True
    password: bool = True
    per_user_mfa: Literal["disabled", "enabled", "enforced"] = "disabled"
    sessions_valid_from: str = "2026-01-05T08:00:00Z"
    created: str = "2024-03-01T09:00:00Z"
    methods: tuple[Method, ...] = ()
    default: Preference | None = None


class SeedGroup(_Seeded, frozen=True):
    """A group; members and owners by user principal name, nested groups by their name."""

    name: str
    role_assignable: bool = False
    members: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()


class SeedUnit(_Seeded, frozen=True):
    """An administrative unit; a restricted one keeps applications from changing its members."""

    name: str
    restricted: bool = False
    members: tuple[str, ...] = ()


class SeedAssignment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A role by its name, for a person, a group or an app; tenant-wide unless a unit is named."""

    role: str
    principal: str
    unit: str | None = None
    eligible: bool = False


class SeedAppRole(_Seeded, frozen=True):
    """A role of an enterprise application, and who has it: people by user principal name, groups by their name."""

    value: str
    name: str
    description: str
    holders: tuple[str, ...] = ()


class SeedApplication(_Seeded, frozen=True):
    """An enterprise application: `id` is its service principal's object id."""

    app_id: str
    name: str
    roles: tuple[SeedAppRole, ...] = ()


class SeedApp(_Seeded, frozen=True):
    """An application: `id` is its service principal's object id."""

    client_id: str
    name: str
    permissions: tuple[str, ...]


class SeedRole(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A role definition; built-in ones have their template's id."""

    id: str
    name: str
    description: str
    actions: tuple[str, ...] = ()
    custom: bool = False
    privileged: bool = False


class SeedAction(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a role can allow, in Microsoft's words."""

    name: str
    description: str
    privileged: bool = False


class SeedTenant(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The tenant itself."""

    id: str
    name: str


class Seed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that a reset goes back to; `apps` has at least `reset` and `audit`."""

    tenant: SeedTenant
    apps: dict[str, SeedApp]
    people: tuple[SeedPerson, ...]
    groups: tuple[SeedGroup, ...] = ()
    units: tuple[SeedUnit, ...] = ()
    assignments: tuple[SeedAssignment, ...] = ()
    roles: tuple[SeedRole, ...] = ()
    actions: tuple[SeedAction, ...] = ()
    applications: tuple[SeedApplication, ...] = ()


def read(people: Path = PEOPLE, roles: Path = ROLES, actions: Path = ACTIONS) -> Seed:
    """Return the seed of three files. Raises SeedError, which names the file and the place in it."""
    seed: Seed = _decoded(people, Seed)
    built_in: tuple[SeedRole, ...] = _decoded(roles, tuple[SeedRole, ...])
    described: tuple[SeedAction, ...] = _decoded(actions, tuple[SeedAction, ...])
    seed = msgspec.structs.replace(seed, roles=built_in + seed.roles, actions=described + seed.actions)
    _check(seed, people)
    return seed


def _decoded(path: Path, shape: Any) -> Any:
    try:
        return msgspec.yaml.decode(path.read_bytes(), type=shape)
    except (OSError, msgspec.MsgspecError) as error:
        raise SeedError(f"{path.name}: {error}") from error


def _check(seed: Seed, path: Path) -> None:
    names = {person.upn for person in seed.people}
    principals = names | {group.name for group in seed.groups} | {app.name for app in seed.apps.values()}
    ids = [entry.id for entry in (*seed.people, *seed.groups, *seed.units, *seed.apps.values(), *seed.applications)]
    wrong = [
        *(f"the id {id_!r} occurs twice" for id_ in sorted({id_ for id_ in ids if ids.count(id_) > 1})),
        *(f"the app {name!r} is missing" for name in ("reset", "audit") if name not in seed.apps),
        *_unknown("group", seed.groups, principals),
        *_unknown("unit", seed.units, principals),
        *_unassignable(seed, principals),
        *_unheld(seed, principals),
    ]
    if wrong:
        raise SeedError(f"{path.name}: " + "; ".join(wrong))


def _unknown(what: str, entries: tuple[SeedGroup, ...] | tuple[SeedUnit, ...], known: set[str]) -> list[str]:
    return [
        f"{what} {entry.name!r} names {name!r}, who is not in the file"
        for entry in entries
        for name in (*entry.members, *getattr(entry, "owners", ()))
        if name not in known
    ]


def _unassignable(seed: Seed, principals: set[str]) -> list[str]:
    roles = {role.name for role in seed.roles}
    units = {None, *(unit.name for unit in seed.units)}
    return [
        f"the assignment of {given.role!r} to {given.principal!r} names what is not in the file"
        for given in seed.assignments
        if given.role not in roles or given.principal not in principals or given.unit not in units
    ]


def _unheld(seed: Seed, principals: set[str]) -> list[str]:
    return [
        f"the app role {role.value!r} names {name!r}, who is not in the file"
        for application in seed.applications
        for role in application.roles
        for name in role.holders
        if name not in principals
    ]
