"""The app's settings: a mapping of strings in, one frozen value out, or a sentence which names the setting at fault."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import msgspec

from shared import contradictions
from shared.contract import Action
from shared.delegation import USUAL_ACTIONS, SecondPerson
from shared.environment import LONGEST_QUEUE, Environment, SettingsError, is_mail_address, shown
from shared.object_id import is_object_id


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
    bulk_queue: str
    """Which calls whoever works off bulk requests."""
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
_LONGEST_TRIGGERING_QUEUE: Final = LONGEST_QUEUE - len(contradictions.POISON)
_ADDRESSES: Final = ("DeskStorage__queueServiceUri", "DeskStorage__tableServiceUri")
_MANAGED_IDENTITY: Final = "managedidentity"


def read(environ: Mapping[str, str]) -> Settings:
    """Return the settings which that environment holds; raise SettingsError at the first that will not do.

    The schedules of the timers (SWEEP_SCHEDULE, HARVEST_SCHEDULE, REPORT_SCHEDULE) are not among them: the host alone
    reads them, and tells of one that is missing or no NCRONTAB when it starts.
    """
    settings = _read(Environment(environ))
    if settings.authentication_enabled and settings.enterprise_app_id is None:
        raise SettingsError(
            "Setting 'ENTERPRISE_APP_ID' is missing: where people sign in, the desk has to see who holds its app "
            "roles, or an operator could reset a privileged operator. Give its enterprise application's object id."
        )
    contradictions.refuse(settings)
    return settings


def _read(environ: Environment) -> Settings:
    return Settings(
        storage=_storage(environ),
        request_queue=environ.queue("REQUEST_QUEUE", _LONGEST_TRIGGERING_QUEUE),
        result_queue=environ.queue("RESULT_QUEUE"),
        bulk_queue=environ.queue("BULK_QUEUE", _LONGEST_TRIGGERING_QUEUE),
        graph_endpoint=environ.address("GRAPH_ENDPOINT", "https://graph.microsoft.com"),
        reset_client_id=environ.text("RESET_IDENTITY_CLIENT_ID") or None,
        reset_principal_id=environ.guid("RESET_IDENTITY_PRINCIPAL_ID"),
        protected_users=frozenset(entry.lower() for entry in environ.entries("PROTECTED_USERS")),
        max_request_age=environ.duration("MAX_REQUEST_AGE", "1.00:00:00"),
        run_lease=environ.duration("RUN_LEASE", "00:05:00"),
        demanded=frozenset(environ.words("DEMANDED_FIELDS", DEMANDABLE)),
        further_actions=_further_actions(environ),
        second_person=SecondPerson(environ.word("SECOND_PERSON", SecondPerson, SecondPerson.QUEUE)),
        approval_lifetime=environ.duration("APPROVAL_LIFETIME", "08:00:00"),
        tenant_id=environ.guid("TENANT_ID") or "",
        enterprise_app_id=environ.guid("ENTERPRISE_APP_ID"),
        audit=_audit(environ),
        time_zone=environ.text("TIME_ZONE") or "UTC",
        report_queue=environ.queue("REPORT_QUEUE"),
        report_mail=_report_mail(environ),
        authentication_enabled=environ.text("WEBSITE_AUTH_ENABLED").lower() == "true",
    )


def _storage(environ: Environment) -> StorageConnection:
    whole = environ.text("DeskStorage")
    parts = [name for name in _ADDRESSES if environ.text(name)]
    if whole and parts:
        raise SettingsError(
            f"Setting 'DeskStorage' is a connection string while '{parts[0]}' is set; keep the connection string on a "
            "laptop, the addresses with an identity in Azure."
        )
    if whole:
        return StorageConnection(connection_string=whole)
    if not environ.text("DeskStorage__tableServiceUri"):
        raise SettingsError(
            "Setting 'DeskStorage' is missing: give a connection string, or DeskStorage__queueServiceUri and "
            "DeskStorage__tableServiceUri with DeskStorage__credential=managedidentity and DeskStorage__clientId."
        )
    return _by_identity(environ)


def _by_identity(environ: Environment) -> StorageConnection:
    kind = environ.text("DeskStorage__credential")
    if kind and kind.lower() != _MANAGED_IDENTITY:
        raise SettingsError(
            f"Setting 'DeskStorage__credential' is '{shown(kind)}' beside 'DeskStorage__tableServiceUri'; it takes "
            f"{_MANAGED_IDENTITY}, with which the desk reaches the storage whatever the trigger does."
        )
    return StorageConnection(
        queue_service_uri=environ.required("DeskStorage__queueServiceUri"),
        table_service_uri=environ.required("DeskStorage__tableServiceUri"),
        client_id=environ.text("DeskStorage__clientId") or None,
    )


def _audit(environ: Environment) -> AuditSettings:
    return AuditSettings(
        client_id=environ.text("AUDIT_IDENTITY_CLIENT_ID") or None,
        reach=environ.duration("ENTRA_AUDIT_RETENTION", "30.00:00:00"),
        settle=environ.duration("HARVEST_SETTLE", "00:05:00"),
        again_after=environ.duration("HARVEST_AGAIN_AFTER", "03:00:00"),
        budget=environ.duration("HARVEST_BUDGET", "00:04:00"),
        retention=environ.duration("AUDIT_RETENTION", "400.00:00:00"),
    )


def _report_mail(environ: Environment) -> Mailing | None:
    senders, recipients = environ.entries("REPORT_MAIL_FROM"), environ.entries("REPORT_MAIL_TO")
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
    if not is_object_id(text) and not is_mail_address(text):
        raise SettingsError(
            f"Setting 'REPORT_MAIL_FROM' is '{shown(text)}'; write the user principal name or the object id of one "
            "mailbox, like mfa-desk@contoso.com."
        )
    return text


def _recipient(text: str) -> str:
    if not is_mail_address(text):
        raise SettingsError(
            f"Setting 'REPORT_MAIL_TO' names '{shown(text)}'; write mail addresses with spaces between them, like "
            "security@contoso.com."
        )
    return text


def _further_actions(environ: Environment) -> frozenset[Action]:
    further = [action for action in Action if action not in USUAL_ACTIONS]
    return frozenset(Action(name) for name in environ.words("FURTHER_ACTIONS", further))
