"""From a token's claims to the headers of App Service Authentication."""

from typing import Any

import pytest

from local.host import client_principal
from local.host.client_principal import Claim
from tests.local.host.guarded import decoded


def test_whole_principal() -> None:
    """Every claim in its order; numbers, truths and objects as JSON writes them."""
    token = {"iat": 7, "oid": "o", "sub": "s", "upn": "ana@b.example", "wids": ["w1", "w2"], "x": True, "y": {"z": 1}}
    headers = client_principal.of(token).headers

    assert decoded(headers.pop("x-ms-client-principal")) == {
        "auth_typ": "aad",
        "name_typ": "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
        "role_typ": "http://schemas.microsoft.com/ws/2008/06/identity/claims/role",
        "claims": [
            {"typ": "iat", "val": "7"},
            {"typ": "http://schemas.microsoft.com/identity/claims/objectidentifier", "val": "o"},
            {"typ": "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier", "val": "s"},
            {"typ": "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn", "val": "ana@b.example"},
            {"typ": "wids", "val": "w1"},
            {"typ": "wids", "val": "w2"},
            {"typ": "x", "val": "true"},
            {"typ": "y", "val": '{"z":1}'},
        ],
    }
    assert headers == {
        "x-ms-client-principal-id": "o",
        "x-ms-client-principal-name": "ana@b.example",
        "x-ms-client-principal-idp": "aad",
    }


@pytest.mark.parametrize(
    ("token", "name"),
    [
        ({"preferred_username": "p", "upn": "u"}, "p"),
        ({"upn": "u", "email": "e"}, "u"),
        ({"email": "e", "unique_name": "n"}, "e"),
        ({"name": "Ana"}, ""),
    ],
)
def test_name_is_the_one_to_sign_in_with(token: dict[str, Any], name: str) -> None:
    """Of version 2.0 first, then of version 1.0; what people are called is no such name."""
    assert client_principal.of({"oid": "o", **token}).name == name


def test_empty_list_is_no_claim() -> None:
    """Nothing says that there are no roles."""
    assert client_principal.of({"sub": "s", "roles": []}).claims == (
        Claim("http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier", "s"),
    )
