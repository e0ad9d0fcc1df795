"""Whether App Service Authentication stands before the app."""

import re

import pytest

from local.host import authentication
from local.host.authentication_settings import AuthenticationSettings, AuthenticationSettingsError, read

SETTINGS = {
    "WEBSITE_AUTH_OPENID_ISSUER": "http://tenant/id/v2.0/",
    "WEBSITE_AUTH_CLIENT_ID": "app",
    "WEBSITE_AUTH_SIGN_IN_URL": "http://tenant/control/desk",
}


@pytest.mark.parametrize("value", ["True", "true", "TRUE"])
def test_it_is_on_where_the_setting_is_true(value: str) -> None:
    """In any case of its letters; what it needs is read with it."""
    assert read({"WEBSITE_AUTH_ENABLED": value, **SETTINGS}) == AuthenticationSettings(
        openid_issuer="http://tenant/id/v2.0", client_id="app", sign_in_url="http://tenant/control/desk"
    )


@pytest.mark.parametrize("settings", [{}, {"WEBSITE_AUTH_ENABLED": ""}, {"WEBSITE_AUTH_ENABLED": "1"}])
def test_it_is_off_otherwise(settings: dict[str, str]) -> None:
    """Whatever else is set."""
    assert read({**SETTINGS, **settings}) is None


def test_what_is_missing_is_named() -> None:
    """The host does not start with authentication that could let nobody in."""
    sentence = "and without a value is: WEBSITE_AUTH_OPENID_ISSUER, WEBSITE_AUTH_SIGN_IN_URL. The stand sets them;"

    with pytest.raises(AuthenticationSettingsError, match=re.escape(sentence)):
        read({"WEBSITE_AUTH_ENABLED": "True", "WEBSITE_AUTH_CLIENT_ID": "app"})


async def test_nothing_stands_before_the_app_where_it_is_off() -> None:
    """The app is the very same."""

    async def app(*_: object) -> None: ...

    async with authentication.before(app, {}) as served:
        assert served is app


async def test_it_stands_before_the_app_where_it_is_on() -> None:
    """The app is reached through it only."""

    async def app(*_: object) -> None: ...

    async with authentication.before(app, {"WEBSITE_AUTH_ENABLED": "True", **SETTINGS}) as served:
        assert isinstance(served, authentication.AppServiceAuthentication)
