"""Authentication methods: their names, where Graph serves them, and what makes two of them the same registration."""

from datetime import UTC, datetime
from typing import Final

import pytest

from shared.methods import (
    BY_NAME,
    DEFAULTS,
    ENDPOINTS,
    PASSWORD,
    PORTAL_TYPES,
    Endpoint,
    MethodType,
    RegisteredMethod,
    type_name,
)

PHONE: Final = RegisteredMethod(
    type="phone",
    id="3179e48a-750b-4051-897c-87b9720928f7",
    digest="0a1b",
    phone_type="mobile",
    label="mobile +1 ********55",
)


def test_every_type_is_served_where_graph_serves_it() -> None:
    """The addresses are those of Graph's metadata: what is in beta only, and the one that takes no id, included."""
    expected = {
        "phone": Endpoint("phoneMethods", "v1.0", single=False),
        "microsoftAuthenticator": Endpoint("microsoftAuthenticatorMethods", "v1.0", single=False),
        "softwareOath": Endpoint("softwareOathMethods", "v1.0", single=False),
        "hardwareOath": Endpoint("hardwareOathMethods", "beta", single=False),
        "fido2": Endpoint("fido2Methods", "v1.0", single=False),
        "windowsHelloForBusiness": Endpoint("windowsHelloForBusinessMethods", "v1.0", single=False),
        "email": Endpoint("emailMethods", "v1.0", single=False),
        "temporaryAccessPass": Endpoint("temporaryAccessPassMethods", "v1.0", single=False),
        "platformCredential": Endpoint("platformCredentialMethods", "v1.0", single=False),
        "external": Endpoint("externalAuthenticationMethods", "v1.0", single=False),
        "qrCodePin": Endpoint("qrCodePinMethod", "beta", single=True),
        "passwordlessMicrosoftAuthenticator": Endpoint(
            "passwordlessMicrosoftAuthenticatorMethods", "beta", single=False
        ),
    }

    assert expected == {method_type.value: endpoint for method_type, endpoint in ENDPOINTS.items()}


def test_every_type_has_an_address() -> None:
    """A type which a request may name is one which the desk knows how to remove."""
    assert set(MethodType) == set(ENDPOINTS) == set(BY_NAME.values())


def test_the_portal_takes_away_what_its_button_takes_away() -> None:
    """Phones, Authenticator in both its forms, and OATH tokens; not keys, Windows Hello, email, passes or passwords."""
    expected = {
        "phone",
        "microsoftAuthenticator",
        "passwordlessMicrosoftAuthenticator",
        "softwareOath",
        "hardwareOath",
    }

    assert expected == PORTAL_TYPES


def test_no_request_can_name_the_password() -> None:
    """A password is no method type of the desk."""
    assert PASSWORD not in BY_NAME


@pytest.mark.parametrize(
    ("preference", "expected"),
    [
        pytest.param("push", {("microsoftAuthenticator", None)}, id="push"),
        pytest.param("oath", {("softwareOath", None), ("hardwareOath", None)}, id="oath"),
        pytest.param("sms", {("phone", "mobile")}, id="sms"),
        pytest.param("voiceMobile", {("phone", "mobile")}, id="voiceMobile"),
        pytest.param("voiceAlternateMobile", {("phone", "alternateMobile")}, id="voiceAlternateMobile"),
        pytest.param("voiceOffice", {("phone", "office")}, id="voiceOffice"),
    ],
)
def test_a_preference_tells_the_default_method(preference: str, expected: set[tuple[str, str | None]]) -> None:
    """Each preferred second factor stands for one type, or one kind of phone."""
    assert expected == DEFAULTS[preference]


@pytest.mark.parametrize(
    ("odata_type", "expected"),
    [
        pytest.param("#microsoft.graph.phoneAuthenticationMethod", "phone", id="phone"),
        pytest.param(
            "#microsoft.graph.microsoftAuthenticatorAuthenticationMethod", "microsoftAuthenticator", id="authenticator"
        ),
        pytest.param("#microsoft.graph.softwareOathAuthenticationMethod", "softwareOath", id="software OATH"),
        pytest.param("#microsoft.graph.hardwareOathAuthenticationMethod", "hardwareOath", id="hardware OATH"),
        pytest.param("#microsoft.graph.fido2AuthenticationMethod", "fido2", id="fido2"),
        pytest.param(
            "#microsoft.graph.windowsHelloForBusinessAuthenticationMethod", "windowsHelloForBusiness", id="hello"
        ),
        pytest.param("#microsoft.graph.emailAuthenticationMethod", "email", id="email"),
        pytest.param("#microsoft.graph.temporaryAccessPassAuthenticationMethod", "temporaryAccessPass", id="pass"),
        pytest.param("#microsoft.graph.platformCredentialAuthenticationMethod", "platformCredential", id="platform"),
        pytest.param("#microsoft.graph.externalAuthenticationMethod", "external", id="external"),
        pytest.param("#microsoft.graph.qrCodePinAuthenticationMethod", "qrCodePin", id="QR code"),
        pytest.param(
            "#microsoft.graph.passwordlessMicrosoftAuthenticatorAuthenticationMethod",
            "passwordlessMicrosoftAuthenticator",
            id="passwordless authenticator",
        ),
        pytest.param("#microsoft.graph.passwordAuthenticationMethod", PASSWORD, id="password"),
        pytest.param("#microsoft.graph.palmAuthenticationMethod", "palm", id="one that Microsoft adds"),
        pytest.param("#microsoft.graph.resourceKey", "resourceKey", id="one of another kind of name"),
        pytest.param("", "", id="none"),
    ],
)
def test_a_type_has_a_short_name(odata_type: str, expected: str) -> None:
    """The short name is what stands between Graph's prefix and suffix, known to the desk or not."""
    assert expected == type_name(odata_type)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(PHONE, id="itself"),
        pytest.param(RegisteredMethod(type="phone", id=PHONE.id, digest="0a1b", label="renamed"), id="another label"),
        pytest.param(RegisteredMethod(type="phone", id=PHONE.id, digest="0a1b", active=False), id="deactivated"),
    ],
)
def test_a_registration_stays_the_same_when_its_description_changes(other: RegisteredMethod) -> None:
    """What it is called, and whether it is active, is no part of what a registration is."""
    assert PHONE.is_still(other)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(RegisteredMethod(type="phone", id=PHONE.id, digest="2c3d"), id="another number under the same id"),
        pytest.param(
            RegisteredMethod(type="phone", id=PHONE.id, digest="0a1b", registered_at=datetime(2026, 11, 1, tzinfo=UTC)),
            id="another date",
        ),
        pytest.param(RegisteredMethod(type="phone", id="another", digest="0a1b"), id="another id"),
        pytest.param(RegisteredMethod(type="email", id=PHONE.id, digest="0a1b"), id="another type"),
    ],
)
def test_a_later_registration_is_another_one(other: RegisteredMethod) -> None:
    """A method registered again is told from the one before, even where it has the same id."""
    assert not PHONE.is_still(other)
