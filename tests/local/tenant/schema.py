"""Answers held against a cut of Microsoft's own metadata."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

_SCHEMA = Path(__file__).with_name("schema.json")


class Schema:
    """The types of one version of Graph."""

    def __init__(self, version: str) -> None:
        self._version = json.loads(_SCHEMA.read_bytes())[version]

    def has(self, type_name: str) -> bool:
        """Tell whether the version knows a type."""
        return type_name in self._version["types"]

    def properties(self, type_name: str) -> dict[str, str]:
        """List a type's properties with their types, those of its base included."""
        type_ = self._version["types"][type_name]
        inherited = self.properties(type_["base"]) if type_["base"] else {}
        return {**inherited, **type_["properties"]}

    def flaws(self, type_name: str, shown: dict[str, Any]) -> list[str]:
        """Name what is shown and should not be, or has the wrong type."""
        known = self.properties(type_name)
        navigation = self._navigation(type_name)
        plain = {name: value for name, value in shown.items() if "@odata." not in name}
        unknown = [name for name in plain if name not in known and name not in navigation]
        wrong = [name for name, value in plain.items() if name in known and not self._is(known[name], value)]
        return [*(f"unknown {name}" for name in unknown), *(f"wrong {name}: {plain[name]!r}" for name in wrong)]

    def _navigation(self, type_name: str) -> list[str]:
        type_ = self._version["types"][type_name]
        inherited = self._navigation(type_["base"]) if type_["base"] else []
        return [*inherited, *type_["navigation"]]

    def _is(self, edm: str, value: object) -> bool:
        if value is None:
            return not edm.endswith("!")
        edm = edm.removesuffix("!")
        if edm.startswith("Collection("):
            return isinstance(value, list) and all(self._is(edm[11:-1], each) for each in value)
        if edm.startswith("graph."):
            values = self._version["enums"].get(edm.removeprefix("graph."))
            return value in values if values else isinstance(value, dict)
        checks = {"Edm.Boolean": bool, "Edm.Int32": int, "Edm.String": str, "Edm.DateTimeOffset": str}
        if edm == "Edm.DateTimeOffset" and isinstance(value, str):
            return datetime.fromisoformat(value).tzinfo is not None
        return isinstance(value, checks.get(edm, object))
