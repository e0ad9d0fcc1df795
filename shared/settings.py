"""The app's settings: a mapping of strings in, one frozen value out, or a sentence which names the setting at fault."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final


class SettingsError(Exception):
    """A setting is missing or cannot be read."""


@dataclass(frozen=True)
class StorageConnection:
    """How to reach the storage account: by connection string (a laptop), or by addresses and an identity (Azure)."""

    connection_string: str | None = field(default=None, repr=False)
    queue_service_uri: str = ""
    table_service_uri: str = ""
    client_id: str | None = None


@dataclass(frozen=True)
class Settings:
    """Everything that an operator can set."""

    storage: StorageConnection
    request_queue: str
    graph_endpoint: str
    reset_client_id: str | None
    protected_users: frozenset[str]
    """Object ids and user principal names, in lower case."""
    max_request_age: timedelta
    run_lease: timedelta
    """How long a run has a request to itself; it ends before that, done or deferred."""
    demanded: frozenset[str]
    """The fields of a request that must be filled in: reason, ticket, verification."""


DEMANDABLE: Final = ("reason", "ticket", "verification")
_ADDRESS: Final = re.compile(r"https?://[^\s/?#@]+/*")
_DURATION: Final = re.compile(
    r"(?:(?P<days>[0-9]{1,4})\.)?(?P<hours>[01]?[0-9]|2[0-3]):(?P<minutes>[0-5][0-9]):(?P<seconds>[0-5][0-9])"
)


def read(environ: Mapping[str, str]) -> Settings:
    """Return the settings which that environment holds; raise SettingsError at the first that will not do."""
    return Settings(
        storage=_storage(environ),
        request_queue=_required(environ, "REQUEST_QUEUE"),
        graph_endpoint=_address(environ, "GRAPH_ENDPOINT", "https://graph.microsoft.com"),
        reset_client_id=environ.get("RESET_IDENTITY_CLIENT_ID") or None,
        protected_users=frozenset(_listed(environ, "PROTECTED_USERS")),
        max_request_age=_duration(environ, "MAX_REQUEST_AGE", "1.00:00:00"),
        run_lease=_duration(environ, "RUN_LEASE", "00:05:00"),
        demanded=_demanded(environ),
    )


def _required(environ: Mapping[str, str], name: str) -> str:
    value = environ.get(name, "")
    if not value:
        raise SettingsError(f"Setting '{name}' is missing, and has no default.")
    return value


def _storage(environ: Mapping[str, str]) -> StorageConnection:
    whole = environ.get("DeskStorage")
    if whole:
        return StorageConnection(connection_string=whole)
    if not environ.get("DeskStorage__tableServiceUri"):
        raise SettingsError(
            "Setting 'DeskStorage' is missing: give a connection string, or DeskStorage__queueServiceUri and "
            "DeskStorage__tableServiceUri with DeskStorage__credential=managedidentity and DeskStorage__clientId."
        )
    return StorageConnection(
        queue_service_uri=_required(environ, "DeskStorage__queueServiceUri"),
        table_service_uri=_required(environ, "DeskStorage__tableServiceUri"),
        client_id=environ.get("DeskStorage__clientId") or None,
    )


def _address(environ: Mapping[str, str], name: str, default: str) -> str:
    text = environ.get(name) or default
    if not _ADDRESS.fullmatch(text):
        raise SettingsError(f"Setting '{name}' is '{text}'; write an address without a path, like {default}.")
    return text.rstrip("/")


def _listed(environ: Mapping[str, str], name: str) -> list[str]:
    return [entry.lower() for entry in re.split(r"[\s,;]+", environ.get(name, "")) if entry]


def _duration(environ: Mapping[str, str], name: str, default: str) -> timedelta:
    text = environ.get(name) or default
    found = _DURATION.fullmatch(text)
    if found is None:
        raise SettingsError(f"Setting '{name}' is '{text}'; write a duration as [days.]hh:mm:ss, like {default}.")
    duration = timedelta(**{unit: int(value or 0) for unit, value in found.groupdict().items()})
    if not duration:
        raise SettingsError(f"Setting '{name}' is '{text}'; a duration above zero is needed, like {default}.")
    return duration


def _demanded(environ: Mapping[str, str]) -> frozenset[str]:
    names = _listed(environ, "DEMANDED_FIELDS")
    for name in names:
        if name not in DEMANDABLE:
            raise SettingsError(f"Setting 'DEMANDED_FIELDS' names '{name}'; it takes {', '.join(DEMANDABLE)}.")
    return frozenset(names)
