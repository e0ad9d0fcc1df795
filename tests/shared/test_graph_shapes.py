"""Graph's JSON as the desk reads it: what it takes from each shape, and what it hides."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.graph_shapes import (
    AuthenticationMethod,
    DirectoryPerson,
    DirectoryRole,
    Page,
    RoleAssignment,
    SignInPreferences,
    masked_email,
    masked_phone,
)
from shared.methods import RegisteredMethod

ADA: Final = "2b7e1f0c-55f5-4b0e-9b1b-1f6f5a3d9c11"
EVE: Final = "6f1c9f54-0c3e-4f5e-8a52-0b7d9a4f2e22"


def _registered(document: Mapping[str, object], user_id: str = ADA) -> RegisteredMethod:
    shape = msgspec.json.decode(json.dumps(document), type=AuthenticationMethod)
    return msgspec.structs.replace(shape.registered(user_id), digest="")


def _digest(document: Mapping[str, object], user_id: str = ADA) -> str:
    return msgspec.json.decode(json.dumps(document), type=AuthenticationMethod).registered(user_id).digest


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        pytest.param(
            {
                "@odata.type": "#microsoft.graph.fido2AuthenticationMethod",
                "id": "-2_GRUg2-HYz6_1YG4YRAQ2",
                "displayName": "Red key",
                "creationDateTime": "2020-08-10T06:44:09Z",
                "aaGuid": "2fc0579f-8113-47ea-b116-555a8db9202a",
                "attestationCertificates": ["dbe7"],
            },
            RegisteredMethod(
                type="fido2",
                id="-2_GRUg2-HYz6_1YG4YRAQ2",
                registered_at=datetime(2020, 8, 10, 6, 44, 9, tzinfo=UTC),
                label="Red key",
            ),
            id="a key, with the older name of its date",
        ),
        pytest.param(
            {
                "@odata.type": "#microsoft.graph.microsoftAuthenticatorAuthenticationMethod",
                "id": "app",
                "createdDateTime": "2024-02-29T23:59:59.1234567Z",
                "displayName": "iPhone 14",
                "deviceTag": "SoftwareTokenActivated",
            },
            RegisteredMethod(
                type="microsoftAuthenticator",
                id="app",
                registered_at=datetime(2024, 2, 29, 23, 59, 59, 123_457, tzinfo=UTC),
                label="iPhone 14",
            ),
            id="an Authenticator, dated to a ten-millionth of a second",
        ),
        pytest.param(
            {
                "@odata.type": "#microsoft.graph.phoneAuthenticationMethod",
                "id": "3179e48a-750b-4051-897c-87b9720928f7",
                "phoneNumber": "+1 2065555555",
                "phoneType": "mobile",
                "smsSignInState": "ready",
            },
            RegisteredMethod(
                type="phone",
                id="3179e48a-750b-4051-897c-87b9720928f7",
                phone_type="mobile",
                label="mobile +1 ********55",
            ),
            id="a phone, masked",
        ),
        pytest.param(
            {"@odata.type": "#microsoft.graph.phoneAuthenticationMethod", "id": "p", "phoneNumber": "+1 2065555555"},
            RegisteredMethod(type="phone", id="p", label="phone +1 ********55"),
            id="a phone of no kind",
        ),
        pytest.param(
            {
                "@odata.type": "#microsoft.graph.emailAuthenticationMethod",
                "id": "mail",
                "emailAddress": "ada.lovelace@example.com",
            },
            RegisteredMethod(type="email", id="mail", label="a***@example.com"),
            id="an email address, masked",
        ),
        pytest.param(
            {
                "@odata.type": "#microsoft.graph.passwordAuthenticationMethod",
                "id": "28c10230-6103-485e-b985-444c60001490",
                "password": None,
                "createdDateTime": None,
            },
            RegisteredMethod(type="password", id="28c10230-6103-485e-b985-444c60001490"),
            id="a password",
        ),
        pytest.param(
            {"@odata.type": "#microsoft.graph.softwareOathAuthenticationMethod", "id": "codes", "secretKey": None},
            RegisteredMethod(type="softwareOath", id="codes"),
            id="codes",
        ),
        pytest.param(
            {
                "@odata.type": "#microsoft.graph.hardwareOathAuthenticationMethod",
                "id": "token",
                "device": {"serialNumber": "GALT11420104", "status": "activated"},
            },
            RegisteredMethod(type="hardwareOath", id="token", label="GALT11420104", active=True),
            id="a hardware token",
        ),
        pytest.param(
            {
                "@odata.type": "#microsoft.graph.hardwareOathAuthenticationMethod",
                "id": "token",
                "device": {"serialNumber": None, "status": "assigned"},
            },
            RegisteredMethod(type="hardwareOath", id="token", active=False),
            id="a hardware token not activated",
        ),
        pytest.param(
            {"@odata.type": "#microsoft.graph.hardwareOathAuthenticationMethod", "id": "token", "device": None},
            RegisteredMethod(type="hardwareOath", id="token", active=True),
            id="a hardware token of which nothing is told",
        ),
        pytest.param(
            {
                "@odata.type": "#microsoft.graph.hardwareOathAuthenticationMethod",
                "id": "token",
                "device": {"serialNumber": "GALT11420104"},
            },
            RegisteredMethod(type="hardwareOath", id="token", label="GALT11420104", active=True),
            id="a hardware token of which only the number is told",
        ),
        pytest.param(
            {"@odata.type": "#microsoft.graph.palmAuthenticationMethod", "id": "palm", "fingers": 5},
            RegisteredMethod(type="palm", id="palm"),
            id="a type that Microsoft adds",
        ),
        pytest.param({"id": "bare"}, RegisteredMethod(type="", id="bare"), id="a method without a type"),
    ],
)
def test_a_method_is_read_with_what_tells_it_from_its_like(
    document: dict[str, object], expected: RegisteredMethod
) -> None:
    """Of each type the desk takes id, date and a label, in which personal data is masked."""
    assert expected == _registered(document)


def test_a_list_of_one_type_names_the_type_of_its_items() -> None:
    """The items of beta's hardwareOathMethods carry no type, so the reader gives it."""
    expected = RegisteredMethod(type="hardwareOath", id="token")

    assert expected == AuthenticationMethod(id="token").registered(ADA, "hardwareOath")


# --- telling one value from another ----------------------------------------------------------------------------------


def test_a_digest_tells_numbers_apart_and_says_nothing_of_them() -> None:
    """The same number of the same person has the same digest; another number, or another person's, another."""
    one, other = {"id": "m", "phoneNumber": "+1 2065555555"}, {"id": "m", "phoneNumber": "+1 2065555556"}
    digests = [_digest(one), _digest(one), _digest(other), _digest(one, EVE)]

    assert (3, digests[0]) == (len(set(digests)), digests[1])


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        pytest.param({"id": "x", "phoneNumber": "+1 2065555555"}, 16, id="a number"),
        pytest.param({"id": "x", "emailAddress": "ada@example.com"}, 16, id="an email address"),
        pytest.param({"id": "x", "displayName": "Red key"}, 0, id="neither"),
    ],
)
def test_only_what_can_change_under_its_id_has_a_digest(document: dict[str, object], expected: int) -> None:
    """Phones and email addresses keep their id when they change, and nothing else does."""
    assert expected == len(_digest(document))


@settings(max_examples=100, deadline=None)
@given(st.text(), st.text())
def test_any_value_of_any_person_has_a_digest(value: str, user_id: str) -> None:
    """Odd values and odd ids come to a digest as well."""
    assert re.fullmatch(r"[0-9a-f]{16}|", _digest({"id": "x", "phoneNumber": value}, user_id))


# --- masking ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        pytest.param("+1 2065555555", "+1 ********55", id="as Graph writes it"),
        pytest.param("+420 777123456", "+420 *******56", id="a long country code"),
        pytest.param("+1 206 555 5512", "+1 **********12", id="in groups"),
        pytest.param("+1 2065555555 x1234", "+1 **************34", id="with an extension"),
        pytest.param("+1 2065555555x12", "+1 ***********12", id="with an extension set close"),
        pytest.param("+12065555555", "**********55", id="without a space"),
        pytest.param("(206) 555-5512", "************12", id="in brackets"),
        pytest.param("2065555 55", "********55", id="with a space near its end"),
        pytest.param("+1 XXXXXXXX55", "+1 ********55", id="masked by Graph"),
        pytest.param("7", "7", id="one digit"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_a_phone_number_shows_its_last_two_digits(number: str, expected: str) -> None:
    """However it is written, only the country code and two digits are seen."""
    assert expected == masked_phone(number)


@settings(max_examples=200, deadline=None)
@given(st.from_regex(r"(\+[0-9]{1,3} )?[0-9 ()x./-]{0,20}", fullmatch=True) | st.text())
def test_no_phone_number_shows_more_than_two_digits(number: str) -> None:
    """Behind the country code, whatever the number looks like, there are two digits at most."""
    behind_the_country_code = re.sub(r"\A\+[0-9]{1,3} ", "", masked_phone(number))

    assert len(re.findall(r"\d", behind_the_country_code)) <= 2


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        pytest.param("ada.lovelace@example.com", "a***@example.com", id="a long name"),
        pytest.param("a@example.com", "a***@example.com", id="a short name"),
        pytest.param('"ada@home"@example.com', '"***@example.com', id="an at sign in the name"),
        pytest.param("@example.com", "***@example.com", id="no name"),
        pytest.param("ada.lovelace", "***", id="no domain"),
        pytest.param("", "***", id="nothing"),
    ],
)
def test_an_email_address_shows_its_domain(address: str, expected: str) -> None:
    """Of the name only the first letter is seen, and nothing of what is no address."""
    assert expected == masked_email(address)


# --- people, roles, pages --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            b'{"@odata.context":"c","id":"1","userPrincipalName":"a@b","displayName":"Ada","accountEnabled":false,'
            b'"userType":"Guest","signInSessionsValidFromDateTime":"2026-11-20T09:00:00Z"}',
            DirectoryPerson(
                id="1",
                user_principal_name="a@b",
                display_name="Ada",
                account_enabled=False,
                user_type="Guest",
                sign_in_sessions_valid_from_date_time=datetime(2026, 11, 20, 9, 0, tzinfo=UTC),
            ),
            id="with all that the desk asks for",
        ),
        pytest.param(
            b'{"id":"1","userPrincipalName":"a@b","displayName":null,"accountEnabled":null,"userType":null,'
            b'"signInSessionsValidFromDateTime":null}',
            DirectoryPerson(id="1", user_principal_name="a@b", account_enabled=None),
            id="of whom Graph tells little",
        ),
    ],
)
def test_a_person_is_read(body: bytes, expected: DirectoryPerson) -> None:
    """Graph's user has many properties more, and may leave those of the desk empty."""
    assert expected == msgspec.json.decode(body, type=DirectoryPerson)


def test_a_page_tells_where_the_next_one_is() -> None:
    """A collection comes in pages, each with the address of the next."""
    body = b'{"value":[{"id":"1","roleTemplateId":"t","displayName":"Global Reader"}],"@odata.nextLink":"next"}'
    expected = Page([DirectoryRole(role_template_id="t", display_name="Global Reader")], next_link="next")

    assert expected == msgspec.json.decode(body, type=Page[DirectoryRole])


def test_a_last_page_has_no_next_one() -> None:
    """The last page carries no address."""
    body = b'{"value":[{"roleDefinitionId":"r","principalId":"p"}]}'
    expected = Page([RoleAssignment(role_definition_id="r")], next_link=None)

    assert expected == msgspec.json.decode(body, type=Page[RoleAssignment])


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(b'{"userPreferredMethodForSecondaryAuthentication":"push"}', "push", id="told"),
        pytest.param(b'{"userPreferredMethodForSecondaryAuthentication":null}', None, id="null"),
        pytest.param(b'{"isSystemPreferredAuthenticationMethodEnabled":true}', None, id="absent"),
    ],
)
def test_a_preference_may_be_untold(body: bytes, expected: str | None) -> None:
    """Not everybody has a preferred second factor."""
    assert (
        expected == msgspec.json.decode(body, type=SignInPreferences).user_preferred_method_for_secondary_authentication
    )
