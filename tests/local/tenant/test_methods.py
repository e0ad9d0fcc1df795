"""Reading authentication methods."""

import pytest

from local.tenant.control_client import ControlClient
from local.tenant.method_kinds import KINDS, MethodKind
from tests.local.tenant.caller import ADELE, ALTERNATE, DIEGO, MOBILE, PASSWORD, SAM, Graph, error, ids_of
from tests.local.tenant.schema import Schema

LISTED = [kind for kind in KINDS if kind.name != "qrCodePin"]


def _segment(kind: MethodKind) -> str:
    return kind.segment


@pytest.mark.parametrize("version", ["v1.0", "beta"])
def test_every_method_fits_the_metadata(graph: Graph, version: str) -> None:
    """Type, properties and their types, for one of every method."""
    schema = Schema(version)
    methods = graph.get(f"/{version}/users/{SAM}/authentication/methods")["value"]
    flaws = {
        method["@odata.type"]: schema.flaws(type_name, method)
        for method in methods
        if schema.has(type_name := method["@odata.type"].removeprefix("#microsoft.graph."))
    }

    assert len(flaws) == (11 if version == "v1.0" else 13)
    assert not any(flaws.values()), flaws


def test_v1_lists_what_it_has_types_for(graph: Graph) -> None:
    """Hardware tokens and the deprecated phone sign-in only show up in beta; a QR code shows up in both."""
    v1 = {method["@odata.type"] for method in graph.get(f"/v1.0/users/{SAM}/authentication/methods")["value"]}
    beta = {method["@odata.type"] for method in graph.get(f"/beta/users/{SAM}/authentication/methods")["value"]}

    assert beta - v1 == {
        "#microsoft.graph.hardwareOathAuthenticationMethod",
        "#microsoft.graph.passwordlessMicrosoftAuthenticatorAuthenticationMethod",
    }
    assert "#microsoft.graph.qrCodePinAuthenticationMethod" in v1


def test_a_method_of_an_unknown_type_is_listed(graph: Graph) -> None:
    """Its type is nothing that any reader knows, and no segment leads to it."""
    listed = graph.get("/v1.0/users/robin.counts@contoso.com/authentication/methods")["value"][0]

    assert listed["@odata.type"] == "#microsoft.graph.palmVeinAuthenticationMethod"
    assert error(graph.delete("robin.counts@contoso.com", "palmVeinMethods", listed["id"]))[0] == 400


def test_phones_and_passwords_have_no_date(graph: Graph) -> None:
    """A phone comes without createdDateTime, a password with null."""
    phone, *_, password = graph.get(f"/v1.0/users/{ADELE}/authentication/methods")["value"]

    assert "createdDateTime" not in phone
    assert password["createdDateTime"] is None


def test_phones_and_the_password_have_the_same_ids_for_everybody(graph: Graph) -> None:
    """They are Graph's constants."""
    ids = graph.methods(ADELE)

    assert (ids[0], ids[1], ids[-1]) == (MOBILE, ALTERNATE, PASSWORD)


@pytest.mark.parametrize("option", ["$select=id", "$top=1", "$filter=id eq 'x'", "$expand=device", "$count=true"])
def test_the_list_takes_no_query_options(graph: Graph, option: str) -> None:
    """As documented; here they are refused."""
    assert error(graph.call("GET", f"/v1.0/users/{ADELE}/authentication/methods?{option}"))[0] == 400


@pytest.mark.parametrize("kind", LISTED, ids=_segment)
def test_each_type_has_its_own_list_and_items(graph: Graph, kind: MethodKind) -> None:
    """The list has the methods of that type and does not repeat the type; each can be read by its id."""
    version = "v1.0" if kind.in_v1 else "beta"
    path = f"/{version}/users/{SAM}/authentication/{kind.segment}"
    methods = graph.get(path)["value"]

    assert len(methods) == (3 if kind.name == "phone" else 1)
    for method in methods:
        assert Schema(version).flaws(f"{kind.name}AuthenticationMethod", method) == []
        item = graph.get(f"{path}/{method['id']}")
        assert {name: value for name, value in item.items() if name != "@odata.context"} == method


@pytest.mark.parametrize("kind", LISTED, ids=_segment)
def test_an_id_of_another_type_is_404(graph: Graph, kind: MethodKind) -> None:
    """Each segment knows its own methods only."""
    version = "v1.0" if kind.in_v1 else "beta"
    other = PASSWORD if kind.name != "password" else MOBILE

    assert error(graph.call("GET", f"/{version}/users/{SAM}/authentication/{kind.segment}/{other}"))[0] == 404


def test_a_method_is_read_through_the_union(graph: Graph) -> None:
    """methods/{id} gives any method with its type."""
    method = graph.get(f"/v1.0/users/{ADELE}/authentication/methods/{MOBILE}")

    assert (method["@odata.type"], method["phoneType"]) == ("#microsoft.graph.phoneAuthenticationMethod", "mobile")


def test_v1_does_not_know_a_hardware_token_by_its_id(graph: Graph, control: ControlClient) -> None:
    """What is not listed cannot be read either."""
    token = ids_of(control, SAM)["hardwareOath"]

    assert error(graph.call("GET", f"/v1.0/users/{SAM}/authentication/methods/{token}"))[0] == 404
    assert graph.get(f"/beta/users/{SAM}/authentication/methods/{token}")["id"] == token


def test_a_hardware_token_shows_its_device_when_expanded(graph: Graph) -> None:
    """Serial number and status come with $expand=device only; the secret never does."""
    path = f"/beta/users/{SAM}/authentication/hardwareOathMethods"
    device = graph.get(f"{path}?$expand=device")["value"][0]["device"]

    assert "device" not in graph.get(path)["value"][0]
    assert (device["serialNumber"], device["status"], device["secretKey"]) == ("TOTP-000419", "activated", None)
    assert device["assignedTo"]["displayName"] == "Sam Every"
    assert set(device) - {"assignedTo"} <= set(Schema("beta").properties("hardwareOathTokenAuthenticationMethodDevice"))


def test_the_qr_code_is_a_single_value(graph: Graph) -> None:
    """There is one or none: then 404."""
    assert "value" not in graph.get(f"/beta/users/{SAM}/authentication/qrCodePinMethod")
    assert error(graph.call("GET", f"/beta/users/{ADELE}/authentication/qrCodePinMethod"))[0] == 404


def test_secrets_are_never_listed(graph: Graph) -> None:
    """Passwords, code seeds and passes come as null."""
    methods = {
        method["@odata.type"].removeprefix("#microsoft.graph.").removesuffix("AuthenticationMethod"): method
        for method in graph.get(f"/v1.0/users/{SAM}/authentication/methods")["value"]
    }

    assert methods["password"]["password"] is None
    assert methods["softwareOath"]["secretKey"] is None
    assert methods["temporaryAccessPass"]["temporaryAccessPass"] is None


def test_an_old_pass_is_listed_as_expired(graph: Graph) -> None:
    """A pass stays listed when its time is over, and says so."""
    method = graph.get(f"/v1.0/users/{SAM}/authentication/temporaryAccessPassMethods")["value"][0]

    assert (method["isUsable"], method["methodUsabilityReason"]) == (False, "Expired")


def test_numbers_can_be_masked(graph: Graph, control: ControlClient) -> None:
    """If the tenant shows masked numbers only, the last two digits are left."""
    control.turn(mask_phone_numbers=True)
    phone = graph.get(f"/v1.0/users/{ADELE}/authentication/phoneMethods/{MOBILE}")

    assert phone["phoneNumber"] == "+XX XXXXXXXX10"


def test_a_list_of_methods_can_be_paged(graph: Graph, control: ControlClient) -> None:
    """All on one page, unless the tenant is told otherwise."""
    whole = graph.methods("marcel.cadieux@contoso.com")
    control.turn(methods_page_size=5)
    first = graph.get("/v1.0/users/marcel.cadieux@contoso.com/authentication/methods")
    second = graph.get(first["@odata.nextLink"])
    third = graph.get(second["@odata.nextLink"])

    assert [method["id"] for page in (first, second, third) for method in page["value"]] == whole
    assert "@odata.nextLink" not in third


def test_methods_of_nobody_are_404(graph: Graph) -> None:
    """The user is looked up first."""
    path = "/v1.0/users/nobody@contoso.com/authentication/phoneMethods"

    assert error(graph.call("GET", path))[:2] == (404, "Request_ResourceNotFound")


def test_somebody_without_a_second_factor_has_a_password(graph: Graph) -> None:
    """The list is not empty."""
    assert graph.methods("nobody.yet@contoso.com") == [PASSWORD]


def test_reading_changes_nothing(graph: Graph, control: ControlClient) -> None:
    """The journal stays empty."""
    graph.methods(DIEGO)

    assert control.journal() == []
