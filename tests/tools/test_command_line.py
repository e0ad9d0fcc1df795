"""The command line."""

from pathlib import Path

import pytest

from tests.tools.desk import ADELE, AUTHENTICATION, LEE, Administrator
from tools.delegate.command_line import CommandError, read
from tools.delegate.duties import DIRECTORY_ROLES, DUTIES, scopes
from tools.delegate.sign_in import SignIn

APP = "6d1a3d0e-42b5-4c0c-8a62-6a5a9f2f7c41"


def test_people_may_stand_before_and_after_the_options() -> None:
    """As everybody types them."""
    command = read(["assign", "operator", ADELE, "--app", APP, LEE, "--group", "A", "--group", "B"], {})

    assert (command.people, command.groups) == ((ADELE, LEE), ("A", "B"))


def test_the_environment_is_the_default() -> None:
    """The address of Graph and the desk's app id; an option is stronger."""
    environ = {"GRAPH_ENDPOINT": "https://graph.microsoft.us/", "MFA_DESK_APP_ID": APP}
    command = read(["list", "all"], environ)

    assert (command.endpoint, command.app_id) == ("https://graph.microsoft.us", APP)
    assert read(["list", "all", "--graph", "https://graph.microsoft.com"], environ).endpoint.endswith(".com")


def test_a_browser_and_the_public_cloud_are_the_defaults() -> None:
    """Nothing else need be set."""
    command = read(["list", AUTHENTICATION], {})

    assert (command.sign_in, command.endpoint, command.at_once) == (SignIn.BROWSER, "https://graph.microsoft.com", 4)


def test_all_is_without_the_app_roles_where_no_application_is_named() -> None:
    """The roles of Entra can be listed without one."""
    assert read(["list", "all"], {}).duties == DIRECTORY_ROLES
    assert read(["list", "all", "--app", APP], {}).duties == DUTIES


@pytest.mark.parametrize("duty", DUTIES)
def test_a_duty_goes_by_its_word_and_by_its_title(duty: object) -> None:
    """In any case."""
    for name in (getattr(duty, "word", ""), getattr(duty, "title", "").upper()):
        assert read(["list", name, "--app", APP], {}).duties == (duty,)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["assign", "king", ADELE], "'king' is no role that can be delegated; write one of authentication-"),
        (["assign", AUTHENTICATION], "Nobody is named whom to assign"),
        (["remove", "all", ADELE], "Only list goes with 'all'"),
        (["assign", "operator", ADELE], "An app role takes the app id of the desk.* this is ''"),
        (["list", "operator", "--app", "mfa-desk"], "this is 'mfa-desk'"),
        (["list", "all", "--graph", "graph.microsoft.com"], "'graph.microsoft.com' is no address"),
        (["list", "all", "--graph", "http://graph.microsoft.com"], "is no address of Microsoft Graph"),
        (["list", "all", "--graph", "https://graph.microsoft.com/v1.0"], "write one without a path"),
    ],
)
def test_what_cannot_be_meant_is_refused(arguments: list[str], complaint: str) -> None:
    """With the value, and what to write instead."""
    with pytest.raises(CommandError, match=complaint):
        read(arguments, {})


@pytest.mark.parametrize("arguments", [["give", "operator"], ["list", "all", "--at-once", "99"], ["list"]])
def test_what_argparse_cannot_read_ends_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """And the usage."""
    with pytest.raises(SystemExit) as ended:
        read(arguments, {})

    assert ended.value.code == 2
    assert "usage: python -m tools.delegate" in capsys.readouterr().err


def test_only_the_permissions_that_a_command_takes_are_asked_for() -> None:
    """To look takes no right to change, and an app role none over the roles of Entra."""
    assert "RoleManagement.ReadWrite.Directory" not in scopes(DUTIES, changing=False)
    assert "AppRoleAssignment.ReadWrite.All" not in scopes(DUTIES, changing=False)
    assert "RoleManagement.Read.Directory" not in scopes(DUTIES[2:], changing=True)
    assert "RoleManagement.ReadWrite.Directory" in scopes(DUTIES[:1], changing=True)


def test_a_file_that_is_not_there_is_named(admin: Administrator, tmp_path: Path) -> None:
    """Before anybody signs in."""
    assert admin("assign", AUTHENTICATION, "--csv", str(tmp_path / "gone.csv")) == 2
    assert "gone.csv" in admin.printed
    assert "Signed in" not in admin.printed


def test_a_file_that_names_nobody_is_said(admin: Administrator, tmp_path: Path) -> None:
    """A header alone is a mistake."""
    file = tmp_path / "empty.csv"
    file.write_text("user\n", encoding="utf-8")

    assert admin("assign", AUTHENTICATION, "--csv", str(file)) == 2
    assert "The files name nobody." in admin.printed
