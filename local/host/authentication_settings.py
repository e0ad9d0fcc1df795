"""Whether App Service Authentication stands before the app, and what it needs: settings, as on App Service."""

from collections.abc import Mapping

import msgspec

ENABLED = "WEBSITE_AUTH_ENABLED"
ISSUER = "WEBSITE_AUTH_OPENID_ISSUER"
CLIENT_ID = "WEBSITE_AUTH_CLIENT_ID"
SIGN_IN_URL = "WEBSITE_AUTH_SIGN_IN_URL"


class AuthenticationSettingsError(Exception):
    """App Service Authentication is switched on without what it needs."""


class AuthenticationSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Who issues tokens, for which app, and where the stand's sign-in page learns who there is."""

    openid_issuer: str
    client_id: str
    sign_in_url: str


def read(settings: Mapping[str, str]) -> AuthenticationSettings | None:
    """Return the settings, or None where authentication is off. Raises AuthenticationSettingsError."""
    if settings.get(ENABLED, "").lower() != "true":
        return None
    if missing := [name for name in (ISSUER, CLIENT_ID, SIGN_IN_URL) if not settings.get(name)]:
        raise AuthenticationSettingsError(
            f"{ENABLED} is on, and without a value is: {', '.join(missing)}. The stand sets them; elsewhere leave "
            f"{ENABLED} out, and nobody is signed in."
        )
    return AuthenticationSettings(
        openid_issuer=settings[ISSUER].rstrip("/"),
        client_id=settings[CLIENT_ID],
        sign_in_url=settings[SIGN_IN_URL].rstrip("/"),
    )
