"""The choice of the default method."""

import pytest

from local.tenant.default_method import best, blocks, serves
from local.tenant.methods import (
    Email,
    HardwareOath,
    HardwareOathDevice,
    Method,
    MicrosoftAuthenticator,
    Password,
    Phone,
    SoftwareOath,
)

AUTHENTICATOR = MicrosoftAuthenticator(id="app", display_name="phone")
CODES = SoftwareOath(id="codes")
MOBILE = Phone(id="mobile", phone_type="mobile", phone_number="+1 4255550199")
OFFICE = Phone(id="office", phone_type="office", phone_number="+1 4255550198")
DEVICE = HardwareOathDevice(serial_number="1", manufacturer="Contoso Tokens", model="C200")
TOKEN = HardwareOath(id="token", device=DEVICE)
IDLE_TOKEN = HardwareOath(
    id="token",
    device=HardwareOathDevice(serial_number="1", manufacturer="Contoso Tokens", model="C200", status="assigned"),
)
EMAIL = Email(id="email", email_address="somebody@fabrikam.example")


@pytest.mark.parametrize(
    ("methods", "expected"),
    [
        ((), None),
        ((Password(id="password"), EMAIL), None),
        ((OFFICE,), ("voiceOffice", "office")),
        ((OFFICE, MOBILE), ("sms", "mobile")),
        ((MOBILE, CODES), ("oath", "codes")),
        ((MOBILE, CODES, AUTHENTICATOR), ("push", "app")),
        ((IDLE_TOKEN, MOBILE), ("sms", "mobile")),
        ((TOKEN, MOBILE), ("oath", "token")),
    ],
)
def test_the_best_second_factor_becomes_the_default(
    methods: tuple[Method, ...], expected: tuple[str, str] | None
) -> None:
    """Push comes before codes, codes before texts, texts before calls; no second factor, no default."""
    assert best(methods) == expected


@pytest.mark.parametrize(
    ("method", "preference", "expected"),
    [
        (AUTHENTICATOR, "push", True),
        (AUTHENTICATOR, "oath", False),
        (MOBILE, "sms", True),
        (MOBILE, "voiceMobile", True),
        (MOBILE, "voiceOffice", False),
        (TOKEN, "oath", True),
        (IDLE_TOKEN, "oath", False),
        (EMAIL, "sms", False),
    ],
)
def test_a_preference_means_methods_of_its_kind(method: Method, preference: str, *, expected: bool) -> None:
    """Each preference is served by the methods that can do it, an idle token by none."""
    assert serves(method, preference) is expected


@pytest.mark.parametrize(
    ("method", "any_other", "second_factor"),
    [(Password(id="password"), False, False), (EMAIL, True, False), (MOBILE, True, True), (IDLE_TOKEN, True, False)],
)
def test_two_readings_of_what_keeps_a_default(method: Method, *, any_other: bool, second_factor: bool) -> None:
    """Either every other method but the password blocks the default's deletion, or only a second factor does."""
    assert (blocks(method, "any"), blocks(method, "secondFactors")) == (any_other, second_factor)
