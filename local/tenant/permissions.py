"""Which app permissions each path demands, from a cut of Microsoft's own permission catalogue."""

from pathlib import Path

import msgspec

CATALOGUE = Path(__file__).with_name("permissions.json")


class Addition(msgspec.Struct, frozen=True):
    """A permission that works although the catalogue does not list it, and how that is known."""

    permissions: tuple[str, ...]
    why: str


class Catalogue(msgspec.Struct, frozen=True):
    """`catalogue` is cut verbatim, verb and lower-case path to permissions; `beside` is what it leaves out."""

    source: str
    catalogue: dict[str, tuple[str, ...]]
    beside: dict[str, Addition]


class Permissions:
    """Any one of a route's permissions suffices."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._needed = {key: frozenset(permissions) for key, permissions in catalogue.catalogue.items()}
        for key, addition in catalogue.beside.items():
            self._needed[key] = self._needed.get(key, frozenset()) | frozenset(addition.permissions)

    def suffice(self, needs: str, roles: frozenset[str]) -> bool:
        """Whether a token with these roles may use the route; one that is missing from the data is open to nobody."""
        return not self._needed.get(needs, frozenset()).isdisjoint(roles)

    def of(self, needs: str) -> frozenset[str]:
        """Return the permissions of a route."""
        return self._needed[needs]


def read_catalogue(path: Path = CATALOGUE) -> Catalogue:
    """Return the data file as values."""
    return msgspec.json.decode(path.read_bytes(), type=Catalogue)
