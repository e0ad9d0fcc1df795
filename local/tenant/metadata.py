"""The properties of Graph's types, from a cut of its metadata."""

from pathlib import Path
from typing import Any

import msgspec

PROPERTIES = Path(__file__).with_name("properties.json")


class Properties(msgspec.Struct, frozen=True):
    """A type's properties by name, in the metadata's order."""

    single: tuple[str, ...]
    collections: tuple[str, ...]

    def names(self) -> tuple[str, ...]:
        """List them all."""
        return (*self.single, *self.collections)

    def blank(self) -> dict[str, Any]:
        """Give every property no value."""
        return {**dict.fromkeys(self.single), **{name: [] for name in self.collections}}


def read_properties(path: Path = PROPERTIES) -> dict[str, Properties]:
    """Read the data file: type name to properties."""
    data = msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
    del data["source"]
    return msgspec.convert(data, dict[str, Properties])


METADATA = read_properties()
