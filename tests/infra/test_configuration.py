"""What the templates tell the app: every setting that it reads, and none besides."""

from collections.abc import Iterator, Mapping
from typing import Final

from shared import settings
from shared.delegation import SecondPerson
from tests.infra.app import SAMPLE, named_settings
from tests.infra.templates import arguments, data, defaults, resource

TELLING: Final = "modules/configuration.bicep"
OF_THE_HOST: Final = {
    "APPLICATIONINSIGHTS_AUTHENTICATION_STRING",
    "APPLICATIONINSIGHTS_CONNECTION_STRING",
    "AzureWebJobsStorage__blobServiceUri",
    "AzureWebJobsStorage__clientId",
    "AzureWebJobsStorage__credential",
    "AzureWebJobsStorage__queueServiceUri",
    "AzureWebJobsStorage__tableServiceUri",
    "OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID",
    "WEBSITE_AUTH_AAD_ALLOWED_TENANTS",
}
"""What the Functions host and App Service read for themselves."""
OF_THE_TRIGGERS: Final = {"DeskStorage__credential"}
"""Of the connection that the triggers use and the desk shares; it is the host that reads this part of it."""
NOT_IN_AZURE: Final = {"DeskStorage", "WEBSITE_AUTH_ENABLED"}
"""A connection string is for laptops; that authentication is on, the platform says by itself."""
GUID: Final = "6d1a3d0e-42b5-4c0c-8a62-6a5a9f2f7c41"


class Overheard(Mapping[str, str]):
    """An environment that remembers what it was asked for."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.asked.add(name)
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


def told() -> dict[str, str]:
    """Return the settings as the template writes them."""
    found: dict[str, str] = resource(TELLING, "settings")["properties"]
    return found


def deployed(**parameters: object) -> dict[str, str]:
    """Return the settings of a desk that was deployed with these parameters, and else by default."""
    given = arguments("configuration")
    known = {f"queues.{name}": queue for name, queue in data("queues.json")["names"].items()}
    known |= {f"rules.{name}": _filled(value, parameters) for name, value in given["rules"].items()}
    known |= {"storage.queueUri": "https://desk.queue.example/", "storage.tableUri": "https://desk.table.example/"}
    known |= {"graphEndpoint": "https://graph.example"}
    return {name: known.get(value, value if "." not in value else GUID) for name, value in told().items()} | {
        "ENTERPRISE_APP_ID": GUID
    }


def _filled(value: str, parameters: Mapping[str, object]) -> str:
    """Return what an argument comes to: a parameter, or a list of them joined."""
    name = value.removeprefix("join(").removesuffix(",  )")
    chosen = {**defaults(), **parameters}.get(name, "")
    return " ".join(chosen) if isinstance(chosen, list) else str(chosen)


def test_the_app_is_told_what_it_reads_and_nothing_else() -> None:
    """A setting that is read and not set, or set and not read, is a mistake of one of the two."""
    environ = Overheard(deployed())
    settings.read(environ)

    read = environ.asked | named_settings() | OF_THE_TRIGGERS | OF_THE_HOST

    assert sorted(read - NOT_IN_AZURE) == sorted(told())


def test_a_desk_deployed_by_default_keeps_to_the_apps_own_defaults() -> None:
    """Whoever sets nothing has the same desk by the template as by the code."""
    usual = {name: value for name, value in deployed().items() if not name.endswith("_SCHEDULE")}
    bare = {name: usual[name] for name in usual if "queues." in told()[name] or "IDENTITY" in name or "_ID" in name}
    bare |= {name: usual[name] for name in usual if name.startswith(("DeskStorage", "GRAPH"))}

    assert settings.read(bare) == settings.read(usual)


def test_queues_and_schedules_are_those_of_the_sample() -> None:
    """What was tried on the stand is what runs in Azure."""
    shared = {name for name in SAMPLE if name.endswith(("_QUEUE", "_SCHEDULE"))}
    told_in_azure = deployed()

    assert {name: SAMPLE[name] for name in shared} == {name: told_in_azure[name] for name in shared}


def test_what_the_operator_decides_can_be_read() -> None:
    """Lists come as words with spaces between them."""
    chosen = deployed(
        secondPerson="always", demandedFields=["reason", "ticket"], protectedUsers=["a@contoso.com", GUID]
    )
    read = settings.read(chosen)

    assert (read.second_person, read.demanded) == (SecondPerson.ALWAYS, frozenset({"reason", "ticket"}))
    assert read.protected_users == {"a@contoso.com", GUID}


def test_further_actions_are_named_only_where_they_are_switched_on() -> None:
    """Each by a parameter of its own."""
    assert arguments("configuration")["rules"]["furtherActions"] == (
        'join(concat(perUserMfa ? ["setPerUserMfa"] : [], temporaryAccessPass ? ["issueTemporaryAccessPass"] : []),  )'
    )


def test_every_rule_is_passed_on_under_its_own_name() -> None:
    """Two durations changed about would be read without complaint."""
    rules = {name: value for name, value in arguments("configuration")["rules"].items() if name != "furtherActions"}

    assert {name: name for name in rules} == {
        name: value.removeprefix("join(").removesuffix(",  )") for name, value in rules.items()
    }
    assert {f"rules.{name}" for name in arguments("configuration")["rules"]} == {
        value for value in told().values() if value.startswith("rules.")
    }


def test_the_desk_says_who_it_is_by_the_right_identity() -> None:
    """Each client id of the identity whose work it is."""
    expected = {
        "RESET_IDENTITY_CLIENT_ID": "reset.clientId",
        "RESET_IDENTITY_PRINCIPAL_ID": "reset.principalId",
        "AUDIT_IDENTITY_CLIENT_ID": "audit.clientId",
        "DeskStorage__clientId": "reset.clientId",
        "AzureWebJobsStorage__clientId": "reset.clientId",
        "OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID": "reset.clientId",
        "TENANT_ID": "tenant().tenantId",
        "WEBSITE_AUTH_AAD_ALLOWED_TENANTS": "tenant().tenantId",
        "ENTERPRISE_APP_ID": "enterpriseAppId",
    }

    assert expected == {name: told()[name] for name in expected}


def test_nobody_passes_app_service_authentication_without_signing_in() -> None:
    """But to the health probe, and to the console's page, which has nothing in it before its reader has signed in."""
    authentication = resource(TELLING, "authentication")["properties"]

    assert authentication["platform"]["enabled"] is True
    assert authentication["globalValidation"] == {
        "requireAuthentication": True,
        "unauthenticatedClientAction": "Return401",
        "excludedPaths": ["/api/health", "/console", "/console/*"],
    }
    assert authentication["identityProviders"]["azureActiveDirectory"]["registration"] == {
        "clientId": "signInClientId",
        "clientSecretSettingName": "assertionSetting",
        "openIdIssuer": "${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0",
    }
    # A version 2 token's audience is the bare client id.
    assert authentication["identityProviders"]["azureActiveDirectory"]["validation"] == {
        "allowedAudiences": ["signInClientId"]
    }


def test_a_sign_in_ends_and_leaves_no_token_behind() -> None:
    """A working day; the desk needs no token of anybody's, so that none is stored."""
    login = resource(TELLING, "authentication")["properties"]["login"]

    assert login == {
        "cookieExpiration": {"convention": "FixedTime", "timeToExpiration": "08:00:00"},
        "tokenStore": {"enabled": False},
    }
