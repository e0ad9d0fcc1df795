"""Which permissions each path demands: of an app, from a cut of Microsoft's own catalogue; of an app for a person."""

from pathlib import Path

import msgspec

CATALOGUE = Path(__file__).with_name("permissions.json")
DELEGATED = Path(__file__).with_name("delegated.json")


class Addition(msgspec.Struct, frozen=True):
    """A permission that works although the catalogue does not list it, and how that is known."""

    permissions: tuple[str, ...]
    why: str


class Together(msgspec.Struct, frozen=True):
    """Permissions that suffice only with one another: each of the ways is enough."""

    ways: tuple[tuple[str, ...], ...]
    why: str


class Catalogue(msgspec.Struct, frozen=True):
    """`catalogue` is cut verbatim, verb and lower-case path to permissions; `beside` is what it leaves out.

    `together` is for paths where the catalogue names the parts of what is needed and not that they belong together.
    `app_roles` has the permissions' ids; the catalogue names a few permissions to which it gives none.
    """

    source: str
    catalogue: dict[str, tuple[str, ...]]
    beside: dict[str, Addition] = {}
    together: dict[str, Together] = {}
    app_roles: dict[str, str] = msgspec.field(name="appRoles", default_factory=dict)


class Permissions:
    """Any one of a route's permissions suffices, or of its combinations of them."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._needed = {key: frozenset(permissions) for key, permissions in catalogue.catalogue.items()}
        for key, addition in catalogue.beside.items():
            self._needed[key] = self._needed.get(key, frozenset()) | frozenset(addition.permissions)
        self._together = {key: together.ways for key, together in catalogue.together.items()}

    def suffice(self, needs: str, roles: frozenset[str]) -> bool:
        """Whether a token with these roles may use the route; one that is missing from the data is open to nobody."""
        if needs in self._together:
            return any(roles.issuperset(way) for way in self._together[needs])
        return not self._needed.get(needs, frozenset()).isdisjoint(roles)

    def ways(self, needs: str) -> tuple[tuple[str, ...], ...]:
        """Return the combinations of permissions which open a route, mostly of a single one."""
        return self._together.get(needs) or tuple((permission,) for permission in sorted(self._needed[needs]))

    def of(self, needs: str) -> frozenset[str]:
        """Return the permissions of a route, each by itself."""
        return self._needed[needs]

    def everything(self) -> frozenset[str]:
        """Return every permission that opens anything."""
        return frozenset[str]().union(*self._needed.values())


def read_catalogue(path: Path = CATALOGUE) -> Catalogue:
    """Return the data file as values."""
    return msgspec.json.decode(path.read_bytes(), type=Catalogue)
