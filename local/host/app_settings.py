"""The app's settings: local.settings.json, `%NAME%` in bindings, and functions switched off (facts/functions.md)."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec


class LocalSettingsError(Exception):
    """local.settings.json cannot be used."""


class UnresolvedNameError(Exception):
    """A binding names a setting that is not there."""


def read_local(path: Path) -> dict[str, str]:
    """Return `Values` of local.settings.json, which Core Tools puts into the environment; {} without the file."""
    if not path.exists():
        return {}
    try:
        document: dict[str, Any] = msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
        if document.get("IsEncrypted"):
            raise LocalSettingsError(f"{path} is encrypted; run `func settings decrypt` first.")
        return msgspec.convert(document.get("Values", {}), dict[str, str])
    except msgspec.MsgspecError as error:
        raise LocalSettingsError(f"{path}: {error}") from error


def resolve(text: str, settings: Mapping[str, str]) -> str:
    """Replace every `%NAME%`; raises UnresolvedNameError, in the host's words, when one is missing."""

    def value(name: re.Match[str]) -> str:
        if not (found := settings.get(name[1])):
            raise UnresolvedNameError(f"'%{name[1]}%' does not resolve to a value.")
        return found

    return re.sub("%([^%]+)%", value, text)


def is_disabled(function: str, settings: Mapping[str, str]) -> bool:
    """Whether `AzureWebJobs.<function>.Disabled`, or its Linux spelling with `_`, is 1 or true."""
    names = (f"AzureWebJobs.{function}.Disabled", f"AzureWebJobs_{function}_Disabled")
    return any(settings.get(name, "").lower() in {"1", "true"} for name in names)
