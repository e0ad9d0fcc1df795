"""What the templates ask of Microsoft Entra ID: the app roles, the sign-in, and each Graph permission."""

from local.tenant import seed
from shared.authority import Authority, authority_of
from tests.infra.templates import arguments, data, defaults, repeated, resource, spoken, template

DIRECTORY = "directory.bicep"


def _variable(name: str) -> str:
    return str(spoken(template(DIRECTORY)["variables"][name]["value"]))


def test_each_identity_is_granted_its_own_permissions() -> None:
    """Those that are always needed, and the heavy ones where they are switched on."""
    assert _variable("permissions") == "loadJsonContent(graph-permissions.json)"
    assert _variable("resetPermissions") == (
        "concat(permissions.reset.always, "
        "perUserMfa ? permissions.reset.setPerUserMfa : permissions.reset.showPerUserMfa)"
    )
    assert _variable("auditPermissions") == (
        "concat(permissions.audit.always, sendMail ? permissions.audit.sendMail : [])"
    )


def test_a_permission_is_granted_to_whom_it_is_for() -> None:
    """One grant for each of the list, on Microsoft Graph, as an application permission."""
    grants = {symbol: resource(DIRECTORY, symbol) for symbol in ("resetGrants", "auditGrants")}

    assert {symbol: repeated(DIRECTORY, symbol) for symbol in grants} == {
        "resetGrants": "resetPermissions",
        "auditGrants": "auditPermissions",
    }
    assert [(each["principalId"], each["resourceId"]) for each in grants.values()] == [
        ("resetPrincipalId", "graph.id"),
        ("auditPrincipalId", "graph.id"),
    ]
    assert ["Application" in each["appRoleId"] for each in grants.values()] == [True, True]


def test_nothing_else_is_granted_on_graph() -> None:
    """Consent is to signing in alone."""
    kinds = {symbol: each["type"] for symbol, each in template(DIRECTORY)["resources"].items()}

    assert [symbol for symbol, kind in kinds.items() if kind == "Microsoft.Graph/appRoleAssignedTo"] == [
        "resetGrants",
        "auditGrants",
    ]
    assert resource(DIRECTORY, "consent")["scope"] == "openid profile email"


def test_the_stands_identities_have_what_the_templates_grant() -> None:
    """But the heavy ones: what works on the stand works in Azure."""
    granted = data("graph-permissions.json")
    tenant = seed.read()
    held = {name: set(app.permissions) for name, app in tenant.apps.items()}

    assert {name: set(granted[name]["always"]) for name in ("reset", "audit")} == held


def test_heavy_permissions_wait_to_be_switched_on() -> None:
    """Both the action and its permission, by one parameter."""
    given = arguments("directory")

    assert (given["perUserMfa"], given["sendMail"]) == ("perUserMfa", "grantMailSend")
    assert [defaults()[name] for name in ("perUserMfa", "temporaryAccessPass", "grantMailSend")] == [False] * 3


def test_each_authority_of_the_desk_is_an_app_role() -> None:
    """By the value that the token carries."""
    roles = spoken(template(DIRECTORY)["variables"]["authorities"]["value"])

    assert [authority_of([each["value"]], []) for each in roles] == [
        Authority.AUDITOR,
        Authority.OPERATOR,
        Authority.PRIVILEGED_OPERATOR,
    ]
    assert resource(DIRECTORY, "application")["appRoles"]["config"]["allowedMemberTypes"] == ["User", "Application"]


def test_a_token_says_what_the_desk_reads_in_it() -> None:
    """Version 2, with the directory roles of whoever signs in; an application's own says so."""
    application = resource(DIRECTORY, "application")

    assert application["api"]["requestedAccessTokenVersion"] == 2
    assert application["groupMembershipClaims"] == "DirectoryRole"
    assert application["optionalClaims"] == {"accessToken": [{"name": "idtyp"}]}
    assert application["signInAudience"] == "AzureADMyOrg"


def test_nobody_without_an_app_role_signs_in() -> None:
    """Entra itself turns them away, before the desk is asked."""
    assert resource(DIRECTORY, "enterpriseApplication")["appRoleAssignmentRequired"] is True


def test_signing_in_takes_no_secret() -> None:
    """The app proves itself by its identity, and nobody can add a credential."""
    trust = resource(DIRECTORY, "trust")

    assert (trust["subject"], trust["audiences"]) == ("resetPrincipalId", ["api://AzureADTokenExchange"])
    assert resource(DIRECTORY, "application")["servicePrincipalLockConfiguration"] == {
        "isEnabled": True,
        "allProperties": True,
    }


def test_the_directory_part_can_be_deployed_by_somebody_else() -> None:
    """Then its two ids are told to main.bicep; until then nobody is let in over HTTP."""
    told = arguments("configuration")

    assert template("main.bicep")["modules"]["directory"]["config"]["condition"] == "deployDirectory"
    assert (told["signInClientId"], told["enterpriseAppId"]) == (
        "deployDirectory ? directory.outputs.signInClientId : signInClientId",
        "deployDirectory ? directory.outputs.enterpriseAppId : enterpriseAppId",
    )
    assert {"signInClientId", "enterpriseAppId"} <= set(template(DIRECTORY)["outputs"])
    assert {"hostName", "resetPrincipalId", "auditPrincipalId"} <= set(template("main.bicep")["outputs"])
