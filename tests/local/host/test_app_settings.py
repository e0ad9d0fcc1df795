"""Settings of the app."""

from pathlib import Path

import pytest

from local.host import app_settings
from local.host.app_settings import LocalSettingsError, UnresolvedNameError


def test_values_of_local_settings(tmp_path: Path) -> None:
    """`Values` are what Core Tools puts into the environment."""
    path = tmp_path / "local.settings.json"
    path.write_text('{"IsEncrypted": false, "Values": {"REQUEST_QUEUE": "requests"}, "Host": {"CORS": "*"}}')

    assert app_settings.read_local(path) == {"REQUEST_QUEUE": "requests"}


def test_no_local_settings_file_means_no_values(tmp_path: Path) -> None:
    """The file is optional."""
    assert app_settings.read_local(tmp_path / "local.settings.json") == {}


@pytest.mark.parametrize(
    ("text", "said"), [('{"IsEncrypted": true}', "decrypt"), ('{"Values": {"A": 1}}', "Expected `str`")]
)
def test_unusable_local_settings_are_refused(tmp_path: Path, text: str, said: str) -> None:
    """An encrypted file and a value that is no text are errors that say so."""
    path = tmp_path / "local.settings.json"
    path.write_text(text)

    with pytest.raises(LocalSettingsError, match=said):
        app_settings.read_local(path)


def test_every_name_in_a_text_is_resolved() -> None:
    """`%NAME%` is replaced wherever it stands."""
    resolved = app_settings.resolve("%STAGE%-requests-%N%", {"STAGE": "test", "N": "1"})

    assert resolved == "test-requests-1"


@pytest.mark.parametrize("settings", [{}, {"STAGE": ""}])
def test_missing_name_is_said_as_the_host_says_it(settings: dict[str, str]) -> None:
    """A name without a value is the host's own error."""
    with pytest.raises(UnresolvedNameError, match=r"^'%STAGE%' does not resolve to a value\.$"):
        app_settings.resolve("%STAGE%", settings)


@pytest.mark.parametrize(
    ("settings", "disabled"),
    [
        ({"AzureWebJobs.work.Disabled": "1"}, True),
        ({"AzureWebJobs_work_Disabled": "True"}, True),
        ({"AzureWebJobs.work.Disabled": "0"}, False),
        ({"AzureWebJobs.other.Disabled": "1"}, False),
    ],
)
def test_function_switched_off_by_a_setting(settings: dict[str, str], *, disabled: bool) -> None:
    """1 and true disable a function, in both spellings of the setting."""
    assert app_settings.is_disabled("work", settings) is disabled
