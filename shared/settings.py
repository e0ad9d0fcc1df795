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


class AuditSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How the directory audit log is harvested."""

    client_id: str | None
    """Of the identity that reads it; None: the system-assigned one."""
    reach: timedelta
    """How far back Entra serves it: 30 days, or 7 without a premium licence."""
    settle: timedelta
    """How long an event may take to show up before it counts as late."""
    again_after: timedelta
    """How long after its first reading a time is read again, for what came late."""
    budget: timedelta
    """How long one run may take; functionTimeout in host.json has to leave it some minutes more."""
    retention: timedelta
    """How long the desk keeps events; they are deleted by whole months."""


class Mailing(msgspec.Struct, frozen=True, kw_only=True):
    """From which mailbox the report is mailed, and to whom."""

    sender: str
    """A user principal name or an object id, which is what Graph finds a mailbox by."""
    recipients: tuple[str, ...]


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that an operator can set."""

    storage: StorageConnection
    request_queue: str
    result_queue: str
    graph_endpoint: str
    reset_client_id: str | None
    reset_principal_id: str | None
    """Object id of the reset identity's service principal: by it alone some parts of the audit log name it."""
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
    audit: AuditSettings
    time_zone: str
    """In which the operator's days begin, as the IANA database calls it."""
    report_queue: str
    """On which a report that was written is announced."""
    report_mail: Mailing | None
    """None: the report is mailed to nobody."""
    authentication_enabled: bool
    """Whether App Service Authentication stands before the HTTP triggers (the platform says so)."""


DEMANDABLE: Final = ("reason", "ticket", "verification")
_MAIL_ADDRESS: Final = re.compile(r"[^\s@,;:<>()\[\]\\\"]+@[\w-]+(?:\.[\w-]+)+")
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
        reset_principal_id=_guid(environ, "RESET_IDENTITY_PRINCIPAL_ID"),
        protected_users=frozenset(_listed(environ, "PROTECTED_USERS")),
        max_request_age=_duration(environ, "MAX_REQUEST_AGE", "1.00:00:00"),
        run_lease=_duration(environ, "RUN_LEASE", "00:05:00"),
        demanded=_demanded(environ),
        further_actions=_further_actions(environ),
        second_person=_second_person(environ),
        approval_lifetime=_duration(environ, "APPROVAL_LIFETIME", "08:00:00"),
        tenant_id=_guid(environ, "TENANT_ID") or "",
        enterprise_app_id=_guid(environ, "ENTERPRISE_APP_ID"),
        audit=_audit(environ),
        time_zone=environ.get("TIME_ZONE") or "UTC",
        report_queue=_required(environ, "REPORT_QUEUE"),
        report_mail=_report_mail(environ),
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
    return [entry.lower() for entry in _entries(environ, name)]


def _entries(environ: Mapping[str, str], name: str) -> list[str]:
    return [entry for entry in re.split(r"[\s,;]+", environ.get(name, "")) if entry]


def _duration(environ: Mapping[str, str], name: str, default: str) -> timedelta:
    text = environ.get(name) or default
    found = _DURATION.fullmatch(text)
    if found is None:
        raise SettingsError(f"Setting '{name}' is '{text}'; write a duration as [days.]hh:mm:ss, like {default}.")
    duration = timedelta(**{unit: int(value or 0) for unit, value in found.groupdict().items()})
    if not duration:
        raise SettingsError(f"Setting '{name}' is '{text}'; a duration above zero is needed, like {default}.")
    return duration


def _audit(environ: Mapping[str, str]) -> AuditSettings:
    return AuditSettings(
        client_id=environ.get("AUDIT_IDENTITY_CLIENT_ID") or None,
        reach=_duration(environ, "ENTRA_AUDIT_RETENTION", "30.00:00:00"),
        settle=_duration(environ, "HARVEST_SETTLE", "00:05:00"),
        again_after=_duration(environ, "HARVEST_AGAIN_AFTER", "03:00:00"),
        budget=_duration(environ, "HARVEST_BUDGET", "00:04:00"),
        retention=_duration(environ, "AUDIT_RETENTION", "400.00:00:00"),
    )


def _guid(environ: Mapping[str, str], name: str) -> str | None:
    text = environ.get(name, "")
    if text and not is_object_id(text):
        raise SettingsError(f"Setting '{name}' is '{text}'; write a GUID, like 6d1a3d0e-42b5-4c0c-8a62-6a5a9f2f7c41.")
    return text.lower() or None


def _report_mail(environ: Mapping[str, str]) -> Mailing | None:
    senders, recipients = _entries(environ, "REPORT_MAIL_FROM"), _entries(environ, "REPORT_MAIL_TO")
    if not senders and not recipients:
        return None
    if not senders or not recipients:
        missing, given = ("TO", "FROM") if senders else ("FROM", "TO")
        raise SettingsError(
            f"Setting 'REPORT_MAIL_{missing}' is missing while 'REPORT_MAIL_{given}' is set; set both to mail the "
            "report, or neither."
        )
    return Mailing(sender=_sender(" ".join(senders)), recipients=tuple(_recipient(each) for each in recipients))


def _sender(text: str) -> str:
    if not is_object_id(text) and not _is_mail_address(text):
        raise SettingsError(
            f"Setting 'REPORT_MAIL_FROM' is '{text}'; write the user principal name or the object id of one mailbox, "
            "like mfa-desk@contoso.com."
        )
    return text


def _recipient(text: str) -> str:
    if not _is_mail_address(text):
        raise SettingsError(
            f"Setting 'REPORT_MAIL_TO' names '{text}'; write mail addresses with spaces between them, like "
            "security@contoso.com."
        )
    return text


def _is_mail_address(text: str) -> bool:
    return text.isprintable() and _MAIL_ADDRESS.fullmatch(text) is not None


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
