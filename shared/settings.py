"""The app's settings: a mapping of strings in, one frozen value out, or a sentence which names the setting at fault."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import msgspec

from shared.contract import Action
from shared.delegation import USUAL_ACTIONS, SecondPerson
from shared.object_id import is_object_id


class SettingsError(Exception):
    """A setting is missing or cannot be read."""


class StorageConnection(msgspec.Struct, frozen=True, kw_only=True):
    """How to reach the storage account: by connection string (a laptop), or by addresses and an identity (Azure)."""

    connection_string: str | None = None
    queue_service_uri: str = ""
    table_service_uri: str = ""
    client_id: str | None = None

    def __repr__(self) -> str:
        """Return what a log may show of it."""
        return f"StorageConnection({self.table_service_uri or '…'})"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that an operator can set."""

    storage: StorageConnection
    request_queue: str
    result_queue: str
    graph_endpoint: str
    reset_client_id: str | None
    protected_users: frozenset[str]
    """Object ids and user principal names, in lower case."""
    max_request_age: timedelta
    run_lease: timedelta
    """How long a run has a request to itself; it ends before that, done or deferred."""
    demanded: frozenset[str]
    """The fields of a request that must be filled in: reason, ticket, verification."""
    further_actions: frozenset[Action]
    """The actions that are switched on beyond the usual ones."""
    second_person: SecondPerson
    approval_lifetime: timedelta
    """How long a request waits for the second person."""
    tenant_id: str
    """Of Microsoft Entra; empty: nobody is let in over HTTP."""
    enterprise_app_id: str | None
    """Object id of the desk's enterprise application; without it the roles of who asks by queue are Entra's alone."""
    authentication_enabled: bool
    """Whether App Service Authentication stands before the HTTP triggers (the platform says so)."""


DEMANDABLE: Final = ("reason", "ticket", "verification")
_ADDRESS: Final = re.compile(r"https?://[^\s/?#@]+/*")
_DURATION: Final = re.compile(
    r"(?:(?P<days>[0-9]{1,4})\.)?(?P<hours>[01]?[0-9]|2[0-3]):(?P<minutes>[0-5][0-9]):(?P<seconds>[0-5][0-9])"
)


def read(environ: Mapping[str, str]) -> Settings:
    """Return the settings which that environment holds; raise SettingsError at the first that will not do."""
    settings = _read(environ)
    if settings.authentication_enabled and settings.enterprise_app_id is None:
        raise SettingsError(
            "Setting 'ENTERPRISE_APP_ID' is missing: where people sign in, the desk has to see who holds its app "
            "roles, or an operator could reset a privileged operator. Give its enterprise application's object id."
        )
    return settings


def _read(environ: Mapping[str, str]) -> Settings:
    return Settings(
        storage=_storage(environ),
        request_queue=_required(environ, "REQUEST_QUEUE"),
        result_queue=_required(environ, "RESULT_QUEUE"),
        graph_endpoint=_address(environ, "GRAPH_ENDPOINT", "https://graph.microsoft.com"),
        reset_client_id=environ.get("RESET_IDENTITY_CLIENT_ID") or None,
        protected_users=frozenset(_listed(environ, "PROTECTED_USERS")),
        max_request_age=_duration(environ, "MAX_REQUEST_AGE", "1.00:00:00"),
        run_lease=_duration(environ, "RUN_LEASE", "00:05:00"),
        demanded=_demanded(environ),
        further_actions=_further_actions(environ),
        second_person=_second_person(environ),
        approval_lifetime=_duration(environ, "APPROVAL_LIFETIME", "08:00:00"),
        tenant_id=_guid(environ, "TENANT_ID") or "",
        enterprise_app_id=_guid(environ, "ENTERPRISE_APP_ID"),
        authentication_enabled=environ.get("WEBSITE_AUTH_ENABLED", "").lower() == "true",
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


def _guid(environ: Mapping[str, str], name: str) -> str | None:
    text = environ.get(name, "")
    if text and not is_object_id(text):
        raise SettingsError(f"Setting '{name}' is '{text}'; write a GUID, like 6d1a3d0e-42b5-4c0c-8a62-6a5a9f2f7c41.")
    return text.lower() or None


def _further_actions(environ: Mapping[str, str]) -> frozenset[Action]:
    known = {action.lower(): action for action in Action if action not in USUAL_ACTIONS}
    names = _listed(environ, "FURTHER_ACTIONS")
    for name in names:
        if name not in known:
            raise SettingsError(f"Setting 'FURTHER_ACTIONS' names '{name}'; it takes {', '.join(known.values())}.")
    return frozenset(known[name] for name in names)


def _second_person(environ: Mapping[str, str]) -> SecondPerson:
    text = environ.get("SECOND_PERSON") or SecondPerson.QUEUE
    try:
        return SecondPerson(text.lower())
    except ValueError:
        raise SettingsError(f"Setting 'SECOND_PERSON' is '{text}'; it takes {', '.join(SecondPerson)}.") from None


def _demanded(environ: Mapping[str, str]) -> frozenset[str]:
    names = _listed(environ, "DEMANDED_FIELDS")
    for name in names:
        if name not in DEMANDABLE:
            raise SettingsError(f"Setting 'DEMANDED_FIELDS' names '{name}'; it takes {', '.join(DEMANDABLE)}.")
    return frozenset(names)
