"""The settings: what an operator may leave out, what each one means, and what is said of one that will not do."""

from datetime import timedelta
from typing import Final

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from shared import settings
from shared.contract import Action
from shared.delegation import SecondPerson
from shared.environment import SettingsError
from shared.settings import AuditSettings, Mailing, Settings, StorageConnection

SECRET: Final = "AccountName=desk;AccountKey=c2VjcmV0"  # noqa: S105 - no secret of anybody
QUEUES: Final = {
    "REQUEST_QUEUE": "reset-requests",
    "RESULT_QUEUE": "reset-results",
    "BULK_QUEUE": "bulk-requests",
    "REPORT_QUEUE": "reports",
}
LAPTOP: Final = {"DeskStorage": SECRET, **QUEUES}
AZURE: Final = {
    "DeskStorage__queueServiceUri": "https://desk.queue.core.windows.net",
    "DeskStorage__tableServiceUri": "https://desk.table.core.windows.net",
    "DeskStorage__credential": "managedidentity",
    "DeskStorage__clientId": "1c1e",
    **QUEUES,
}


def _refusal(environ: dict[str, str]) -> str:
    with pytest.raises(SettingsError) as refused:
        settings.read(environ)
    return str(refused.value)


def test_a_laptop_needs_storage_and_a_queue() -> None:
    """Everything but the storage account and the queue's name has a default."""
    expected = Settings(
        storage=StorageConnection(connection_string=SECRET),
        request_queue="reset-requests",
        result_queue="reset-results",
        bulk_queue="bulk-requests",
        graph_endpoint="https://graph.microsoft.com",
        reset_client_id=None,
        reset_principal_id=None,
        protected_users=frozenset(),
        max_request_age=timedelta(hours=24),
        run_lease=timedelta(minutes=5),
        demanded=frozenset(),
        further_actions=frozenset(),
        second_person=SecondPerson.QUEUE,
        approval_lifetime=timedelta(hours=8),
        tenant_id="",
        enterprise_app_id=None,
        audit=AuditSettings(
            client_id=None,
            reach=timedelta(days=30),
            settle=timedelta(minutes=5),
            again_after=timedelta(hours=3),
            budget=timedelta(minutes=4),
            retention=timedelta(days=400),
        ),
        time_zone="UTC",
        report_queue="reports",
        report_mail=None,
        authentication_enabled=False,
    )

    assert expected == settings.read(LAPTOP)


def test_every_setting_is_read() -> None:
    """Each setting has its place, and what is not the desk's is left alone."""
    environ = {
        **AZURE,
        "GRAPH_ENDPOINT": "https://microsoftgraph.chinacloudapi.cn/",
        "RESET_IDENTITY_CLIENT_ID": "3bfb",
        "RESET_IDENTITY_PRINCIPAL_ID": "31677BA0-5257-4de0-949c-d5401aa941a4",
        "AUDIT_IDENTITY_CLIENT_ID": "b5e4",
        "ENTRA_AUDIT_RETENTION": "7.00:00:00",
        "HARVEST_SETTLE": "00:10:00",
        "HARVEST_AGAIN_AFTER": "06:00:00",
        "HARVEST_BUDGET": "00:02:00",
        "AUDIT_RETENTION": "90.00:00:00",
        "TIME_ZONE": "Europe/Berlin",
        "PROTECTED_USERS": "Emergency.One@contoso.com, two@contoso.com;\n 8F7D6B1E-3C2A-4F5E-9D8C-7B6A5F4E3D2C",
        "MAX_REQUEST_AGE": "2.12:00:00",
        "RUN_LEASE": "0:04:30",
        "DEMANDED_FIELDS": "ticket, Reason",
        "FURTHER_ACTIONS": "setPerUserMfa, ISSUETEMPORARYACCESSPASS",
        "SECOND_PERSON": "Always",
        "APPROVAL_LIFETIME": "02:00:00",
        "TENANT_ID": "2F1D0E5C-7b6a-4c3d-8e9f-0a1b2c3d4e5f",
        "ENTERPRISE_APP_ID": "7c1e9a52-4f0b-4d8e-b6c3-2a5d9e8f7b10",
        "REPORT_MAIL_FROM": " mfa-desk@contoso.com ",
        "REPORT_MAIL_TO": "Security@contoso.com, o'neil+mfa@sub.fabrikam.example;\n desk@contoso.com",
        "WEBSITE_AUTH_ENABLED": "True",
        "PATH": "/usr/bin",
    }
    expected = Settings(
        storage=StorageConnection(
            queue_service_uri="https://desk.queue.core.windows.net",
            table_service_uri="https://desk.table.core.windows.net",
            client_id="1c1e",
        ),
        request_queue="reset-requests",
        result_queue="reset-results",
        bulk_queue="bulk-requests",
        graph_endpoint="https://microsoftgraph.chinacloudapi.cn",
        reset_client_id="3bfb",
        reset_principal_id="31677ba0-5257-4de0-949c-d5401aa941a4",
        protected_users=frozenset(
            {"emergency.one@contoso.com", "two@contoso.com", "8f7d6b1e-3c2a-4f5e-9d8c-7b6a5f4e3d2c"}
        ),
        max_request_age=timedelta(days=2, hours=12),
        run_lease=timedelta(minutes=4, seconds=30),
        demanded=frozenset({"ticket", "reason"}),
        further_actions=frozenset({Action.SET_PER_USER_MFA, Action.ISSUE_TEMPORARY_ACCESS_PASS}),
        second_person=SecondPerson.ALWAYS,
        approval_lifetime=timedelta(hours=2),
        tenant_id="2f1d0e5c-7b6a-4c3d-8e9f-0a1b2c3d4e5f",
        enterprise_app_id="7c1e9a52-4f0b-4d8e-b6c3-2a5d9e8f7b10",
        report_mail=Mailing(
            sender="mfa-desk@contoso.com",
            recipients=("Security@contoso.com", "o'neil+mfa@sub.fabrikam.example", "desk@contoso.com"),
        ),
        audit=AuditSettings(
            client_id="b5e4",
            reach=timedelta(days=7),
            settle=timedelta(minutes=10),
            again_after=timedelta(hours=6),
            budget=timedelta(minutes=2),
            retention=timedelta(days=90),
        ),
        time_zone="Europe/Berlin",
        report_queue="reports",
        authentication_enabled=True,
    )

    assert expected == settings.read(environ)


@pytest.mark.parametrize(
    "name",
    [
        "GRAPH_ENDPOINT",
        "RESET_IDENTITY_CLIENT_ID",
        "PROTECTED_USERS",
        "MAX_REQUEST_AGE",
        "RUN_LEASE",
        "DEMANDED_FIELDS",
        "FURTHER_ACTIONS",
        "SECOND_PERSON",
        "APPROVAL_LIFETIME",
        "TENANT_ID",
        "ENTERPRISE_APP_ID",
        "REPORT_MAIL_FROM",
        "REPORT_MAIL_TO",
        "WEBSITE_AUTH_ENABLED",
        "DeskStorage__clientId",
    ],
)
def test_an_empty_setting_is_as_good_as_none(name: str) -> None:
    """A setting left empty in the portal means its default."""
    assert settings.read(LAPTOP) == settings.read({**LAPTOP, name: ""})


def test_the_system_assigned_identity_has_no_client_id() -> None:
    """Without client ids the app's own identity is used, for storage and for Graph."""
    read = settings.read({name: value for name, value in AZURE.items() if name != "DeskStorage__clientId"})

    assert read.storage.client_id is None
    assert read.reset_client_id is None


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        pytest.param(
            {"REQUEST_QUEUE": "reset-requests"},
            "Setting 'DeskStorage' is missing: give a connection string, or DeskStorage__queueServiceUri and "
            "DeskStorage__tableServiceUri with DeskStorage__credential=managedidentity and DeskStorage__clientId.",
            id="no storage",
        ),
        pytest.param(
            {**AZURE, "DeskStorage__queueServiceUri": ""},
            "Setting 'DeskStorage__queueServiceUri' is missing, and has no default.",
            id="half of the storage",
        ),
        pytest.param({"DeskStorage": SECRET}, "Setting 'REQUEST_QUEUE' is missing, and has no default.", id="no queue"),
        pytest.param(
            {**LAPTOP, "GRAPH_ENDPOINT": "graph.microsoft.us"},
            "Setting 'GRAPH_ENDPOINT' is 'graph.microsoft.us'; write an address without a path, like "
            "https://graph.microsoft.com.",
            id="a host for an address",
        ),
        pytest.param(
            {**LAPTOP, "GRAPH_ENDPOINT": "https://graph.microsoft.com/v1.0"},
            "Setting 'GRAPH_ENDPOINT' is 'https://graph.microsoft.com/v1.0'; write an address without a path, like "
            "https://graph.microsoft.com.",
            id="an address with a version",
        ),
        pytest.param(
            {**LAPTOP, "MAX_REQUEST_AGE": "a day"},
            "Setting 'MAX_REQUEST_AGE' is 'a day'; write a duration as [days.]hh:mm:ss, like 1.00:00:00.",
            id="an age in words",
        ),
        pytest.param(
            {**LAPTOP, "RUN_LEASE": "300"},
            "Setting 'RUN_LEASE' is '300'; write a duration as [days.]hh:mm:ss, like 00:05:00.",
            id="a lease in seconds",
        ),
        pytest.param(
            {**LAPTOP, "RUN_LEASE": "00:00:00"},
            "Setting 'RUN_LEASE' is '00:00:00'; a duration above zero is needed, like 00:05:00.",
            id="no lease at all",
        ),
        pytest.param(
            {"DeskStorage": SECRET, "REQUEST_QUEUE": "reset-requests"},
            "Setting 'RESULT_QUEUE' is missing, and has no default.",
            id="no queue for endings",
        ),
        pytest.param(
            {**LAPTOP, "RESULT_QUEUE": "Reset_Results"},
            "Setting 'RESULT_QUEUE' is 'Reset_Results'; Azure takes 3 to 63 lower-case letters, digits and single "
            "hyphens between them.",
            id="a queue that Azure does not allow",
        ),
        pytest.param(
            {**LAPTOP, "REQUEST_QUEUE": "r" * 57},
            f"Setting 'REQUEST_QUEUE' is '{'r' * 57}'; Azure takes 3 to 56 lower-case letters, digits and single "
            "hyphens between them.",
            id="a queue whose poison queue would be too long",
        ),
        pytest.param(
            {**LAPTOP, "REQUEST_QUEUE": SECRET},
            "Setting 'REQUEST_QUEUE' is '…'; Azure takes 3 to 56 lower-case letters, digits and single hyphens between "
            "them.",
            id="a connection string for a queue",
        ),
        pytest.param(
            {**LAPTOP, "GRAPH_ENDPOINT": "no address " * 20},
            f"Setting 'GRAPH_ENDPOINT' is '{('no address ' * 20)[:80]}…'; write an address without a path, like "
            "https://graph.microsoft.com.",
            id="a long text for an address",
        ),
        pytest.param(
            {**AZURE, "DeskStorage__credential": "clientsecret"},
            "Setting 'DeskStorage__credential' is 'clientsecret' beside 'DeskStorage__tableServiceUri'; it takes "
            "managedidentity, with which the desk reaches the storage whatever the trigger does.",
            id="another credential",
        ),
        pytest.param(
            {**AZURE, **LAPTOP},
            "Setting 'DeskStorage' is a connection string while 'DeskStorage__queueServiceUri' is set; keep the "
            "connection string on a laptop, the addresses with an identity in Azure.",
            id="a connection string beside addresses",
        ),
        pytest.param(
            {**LAPTOP, "TENANT_ID": "contoso.com"},
            "Setting 'TENANT_ID' is 'contoso.com'; write a GUID, like 6d1a3d0e-42b5-4c0c-8a62-6a5a9f2f7c41.",
            id="a tenant by its domain",
        ),
        pytest.param(
            {**LAPTOP, "FURTHER_ACTIONS": "revokeSessions"},
            "Setting 'FURTHER_ACTIONS' names 'revokesessions'; it takes setPerUserMfa, issueTemporaryAccessPass.",
            id="an action that is always on",
        ),
        pytest.param(
            {**LAPTOP, "SECOND_PERSON": "never"},
            "Setting 'SECOND_PERSON' is 'never'; it takes queue, always.",
            id="no second person",
        ),
        pytest.param(
            {**LAPTOP, "DEMANDED_FIELDS": "ticket, manager"},
            "Setting 'DEMANDED_FIELDS' names 'manager'; it takes reason, ticket, verification.",
            id="a field that nobody can fill in",
        ),
        pytest.param(
            {**LAPTOP, "REPORT_MAIL_FROM": "mfa-desk@contoso.com"},
            "Setting 'REPORT_MAIL_TO' is missing while 'REPORT_MAIL_FROM' is set; set both to mail the report, or "
            "neither.",
            id="mail to nobody",
        ),
        pytest.param(
            {**LAPTOP, "REPORT_MAIL_TO": "security@contoso.com"},
            "Setting 'REPORT_MAIL_FROM' is missing while 'REPORT_MAIL_TO' is set; set both to mail the report, or "
            "neither.",
            id="mail from nobody",
        ),
        pytest.param(
            {**LAPTOP, "REPORT_MAIL_FROM": "MFA Desk <desk@contoso.com>", "REPORT_MAIL_TO": "security@contoso.com"},
            "Setting 'REPORT_MAIL_FROM' is 'MFA Desk <desk@contoso.com>'; write the user principal name or the object "
            "id of one mailbox, like mfa-desk@contoso.com.",
            id="a mailbox with a name to show",
        ),
        pytest.param(
            {**LAPTOP, "REPORT_MAIL_FROM": "a@contoso.com, b@contoso.com", "REPORT_MAIL_TO": "security@contoso.com"},
            "Setting 'REPORT_MAIL_FROM' is 'a@contoso.com b@contoso.com'; write the user principal name or the object "
            "id of one mailbox, like mfa-desk@contoso.com.",
            id="two mailboxes",
        ),
        pytest.param(
            {**LAPTOP, "REPORT_MAIL_FROM": "desk@contoso.com", "REPORT_MAIL_TO": "security@contoso.com, security"},
            "Setting 'REPORT_MAIL_TO' names 'security'; write mail addresses with spaces between them, like "
            "security@contoso.com.",
            id="a recipient without a domain",
        ),
    ],
)
def test_a_setting_that_will_not_do_is_named(environ: dict[str, str], sentence: str) -> None:
    """The error names the setting, what it is set to, and what it takes."""
    assert sentence == _refusal(environ)


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("security", id="no domain"),
        pytest.param("@contoso.com", id="nobody"),
        pytest.param("security@", id="nowhere"),
        pytest.param("security@contoso", id="a domain of one word"),
        pytest.param("security@contoso..com", id="an empty word in the domain"),
        pytest.param("a@b@contoso.com", id="two at signs"),
        pytest.param("<security@contoso.com>", id="angle brackets"),
        pytest.param("mailto:security@contoso.com", id="a link"),
        pytest.param("secur\u200bity@contoso.com", id="a sign that nobody sees"),
        pytest.param("6d1a3d0e-42b5-4c0c-8a62-6a5a9f2f7c41", id="an object id"),
    ],
)
def test_the_report_is_mailed_to_mail_addresses_only(address: str) -> None:
    """Graph would refuse the whole mail for one that is none."""
    environ = {**LAPTOP, "REPORT_MAIL_FROM": "desk@contoso.com", "REPORT_MAIL_TO": f"security@contoso.com {address}"}

    assert _refusal(environ).startswith(f"Setting 'REPORT_MAIL_TO' names '{address}'")


def test_the_mailbox_that_sends_can_be_named_by_its_object_id() -> None:
    """A user principal name changes, the id does not."""
    mailbox = "6d1a3d0e-42b5-4c0c-8a62-6a5a9f2f7c41"
    read = settings.read({**LAPTOP, "REPORT_MAIL_FROM": mailbox, "REPORT_MAIL_TO": "security@contoso.com"})

    assert read.report_mail == Mailing(sender=mailbox, recipients=("security@contoso.com",))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("00:00:01", timedelta(seconds=1), id="a second"),
        pytest.param("1:00:00", timedelta(hours=1), id="an hour in one digit"),
        pytest.param("23:59:59", timedelta(hours=23, minutes=59, seconds=59), id="a second short of a day"),
        pytest.param("1.00:00:00", timedelta(days=1), id="a day"),
        pytest.param("9999.23:59:59", timedelta(days=9999, hours=23, minutes=59, seconds=59), id="the longest"),
    ],
)
def test_a_duration_is_days_hours_minutes_and_seconds(text: str, expected: timedelta) -> None:
    """Durations are written as in host.json."""
    assert expected == settings.read({**LAPTOP, "MAX_REQUEST_AGE": text}).max_request_age


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("-00:05:00", id="below zero"),
        pytest.param("24:00:00", id="24 hours"),
        pytest.param("00:60:00", id="60 minutes"),
        pytest.param("00:00:60", id="60 seconds"),
        pytest.param("5:0:0", id="single digits"),
        pytest.param("00:05", id="no seconds"),
        pytest.param("00:05:00.5", id="a fraction"),
        pytest.param(" 00:05:00", id="a space before"),
        pytest.param("00:05:00\n", id="a line break after"),
        pytest.param("10000.00:00:00", id="more than 9999 days"),
        pytest.param("9" * 5000 + ".00:00:00", id="days without end"),
        pytest.param("\u0660\u0660:\u0660\u0665:\u0660\u0660", id="digits of another script"),
        pytest.param("P1D", id="ISO 8601"),
    ],
)
def test_any_other_duration_is_refused(text: str) -> None:
    """Whatever else stands there, however large, comes to the sentence which shows how to write it."""
    assert _refusal({**LAPTOP, "RUN_LEASE": text}).endswith("write a duration as [days.]hh:mm:ss, like 00:05:00.")


@pytest.mark.parametrize("name", ["abc", "a1-b2-c3", "0-0", "q" * 63])
def test_any_name_that_azure_takes_will_do_for_a_queue(name: str) -> None:
    """Lower-case letters, digits, and hyphens between them."""
    assert name == settings.read({**LAPTOP, "RESULT_QUEUE": name}).result_queue


@pytest.mark.parametrize("name", ["ab", "q" * 64, "-ab", "ab-", "a--b", "A-b", "a_b", "a.b", "äbc", "abc\n"])
def test_no_other_name_will_do_for_a_queue(name: str) -> None:
    """The host would find no such queue, and the first announcement would fail."""
    assert "; Azure takes 3 to 63 lower-case letters" in _refusal({**LAPTOP, "RESULT_QUEUE": name})


@pytest.mark.parametrize("kind", ["managedidentity", "ManagedIdentity", ""])
def test_the_storage_is_reached_by_a_managed_identity(kind: str) -> None:
    """However it is written, and where nothing is said."""
    read = settings.read({**AZURE, "DeskStorage__credential": kind})

    assert read.storage == settings.read(AZURE).storage


NAMES: Final = st.sampled_from(
    [
        *AZURE,
        *LAPTOP,
        "GRAPH_ENDPOINT",
        "RESET_IDENTITY_CLIENT_ID",
        "PROTECTED_USERS",
        "MAX_REQUEST_AGE",
        "RUN_LEASE",
        "DEMANDED_FIELDS",
        "FURTHER_ACTIONS",
        "SECOND_PERSON",
        "APPROVAL_LIFETIME",
        "TENANT_ID",
        "ENTERPRISE_APP_ID",
        "REPORT_MAIL_FROM",
        "REPORT_MAIL_TO",
    ]
)


def test_where_people_sign_in_the_enterprise_application_is_needed() -> None:
    """Without it nobody could tell who holds the desk's app roles, and is out of an operator's reach."""
    refusal = _refusal({**LAPTOP, "WEBSITE_AUTH_ENABLED": "true", "TENANT_ID": "2f1d0e5c-7b6a-4c3d-8e9f-0a1b2c3d4e5f"})

    assert refusal.startswith("Setting 'ENTERPRISE_APP_ID' is missing: where people sign in")


def _comes_to_settings_or_a_sentence(environ: dict[str, str]) -> bool:
    try:
        return isinstance(settings.read(environ), Settings)
    except SettingsError as error:
        return any(f"'{name}'" in str(error) for name in (*LAPTOP, *environ, "DeskStorage__queueServiceUri"))


@hypothesis_settings(max_examples=200, deadline=None)
@given(st.dictionaries(NAMES, st.text() | st.from_regex(r"([0-9]+\.)?[0-9]{1,3}:[0-9]{2}:[0-9]{2}", fullmatch=True)))
def test_any_environment_is_settings_or_an_error_in_words(environ: dict[str, str]) -> None:
    """No text in any setting makes anything else than Settings or a SettingsError, which names the setting."""
    assert _comes_to_settings_or_a_sentence(environ)


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param({"REQUEST_QUEUE": ""}, id="REQUEST_QUEUE"),
        pytest.param({"GRAPH_ENDPOINT": "no address"}, id="GRAPH_ENDPOINT"),
        pytest.param({"MAX_REQUEST_AGE": "no duration"}, id="MAX_REQUEST_AGE"),
        pytest.param({"RUN_LEASE": "no duration"}, id="RUN_LEASE"),
        pytest.param({"DEMANDED_FIELDS": "no field"}, id="DEMANDED_FIELDS"),
    ],
)
def test_no_error_tells_the_connection_string(fault: dict[str, str]) -> None:
    """Whatever setting is at fault, the account key stays out of the log."""
    assert SECRET not in _refusal({**LAPTOP, **fault})


def test_the_settings_shown_do_not_tell_the_connection_string() -> None:
    """Settings printed by a debugger or a traceback keep the account key to themselves."""
    assert SECRET not in repr(settings.read(LAPTOP))
