"""Reading users."""

from urllib.parse import quote

import pytest

from local.tenant.control_client import ControlClient
from tests.local.tenant.caller import ADELE, EVENTUAL, KIM, MIRIAM, SAM, Graph, error
from tests.local.tenant.conftest import GraphWith
from tests.local.tenant.schema import Schema


def test_a_user_is_found_by_name_and_by_id(graph: Graph) -> None:
    """Both keys lead to the same object."""
    by_name = graph.get(f"/v1.0/users/{ADELE}")
    by_id = graph.get(f"/v1.0/users/{by_name['id']}")

    assert by_id == by_name
    assert by_name["@odata.context"].endswith("/v1.0/$metadata#users/$entity")


@pytest.mark.parametrize(
    "name",
    [
        "sean.o'neil@contoso.com",
        "zoë.müller@contoso.com",
        "100%_kiosk+3@contoso.com",
        "kim.akers_fabrikam.example#EXT#@contoso.com",
        "josé.d'arc_woodgrove.example#EXT#@contoso.com",
    ],
)
def test_names_with_awkward_letters_are_found(graph: Graph, name: str) -> None:
    """In a path segment percent-encoded, or in parentheses with apostrophes doubled."""
    quoted = name.replace("'", "''")

    assert graph.get(f"/v1.0/users/{quote(name, safe='')}")["userPrincipalName"] == name
    assert graph.get(f"/v1.0/users('{quote(quoted, safe='')}')")["userPrincipalName"] == name


def test_a_hash_that_is_not_encoded_ends_the_path(graph: Graph) -> None:
    """A guest's name must be encoded, or the call is about somebody else."""
    assert graph.call("GET", "/v1.0/users/kim.akers_fabrikam.example#EXT#@contoso.com").status_code == 404


def test_nobody_is_404(graph: Graph) -> None:
    """The refusal names the key."""
    message = (
        "Resource 'nobody@contoso.com' does not exist or one of its queried reference-property objects are not present."
    )

    assert error(graph.call("GET", "/v1.0/users/nobody@contoso.com")) == (404, "Request_ResourceNotFound", message)


def test_without_select_a_user_has_the_default_properties(graph: Graph) -> None:
    """accountEnabled, userType and the like must be asked for."""
    assert {name for name in graph.get(f"/v1.0/users/{ADELE}") if not name.startswith("@")} == {
        "businessPhones",
        "displayName",
        "givenName",
        "id",
        "jobTitle",
        "mail",
        "mobilePhone",
        "officeLocation",
        "preferredLanguage",
        "surname",
        "userPrincipalName",
    }


def test_select_gives_just_what_is_selected(graph: Graph) -> None:
    """No more and no less."""
    user = graph.get(f"/v1.0/users/{KIM}?$select=userType,accountEnabled,signInSessionsValidFromDateTime")

    assert {name: value for name, value in user.items() if not name.startswith("@")} == {
        "userType": "Guest",
        "accountEnabled": True,
        "signInSessionsValidFromDateTime": "2026-01-05T08:00:00Z",
    }


def test_a_selected_property_that_does_not_exist_is_400(graph: Graph) -> None:
    """perUserMfaState, for one, is no property of a user."""
    expected = "Could not find a property named 'perUserMfaState' on type 'microsoft.graph.user'."

    assert error(graph.call("GET", f"/v1.0/users/{ADELE}?$select=id,perUserMfaState"))[0] == 400
    assert expected in error(graph.call("GET", f"/v1.0/users/{ADELE}?$select=id,perUserMfaState"))[2]


def test_an_option_that_is_not_offered_is_400(graph: Graph) -> None:
    """A single user takes $select only."""
    assert error(graph.call("GET", f"/v1.0/users/{ADELE}?$top=1"))[:2] == (400, "BadRequest")


def test_every_property_fits_the_metadata(graph: Graph) -> None:
    """What can be selected exists, and has the type it should have."""
    schema = Schema("v1.0")
    names = [name for name in schema.properties("user") if name != "deletedDateTime"]
    user = graph.get(f"/v1.0/users/{SAM}?$select={','.join(names)}")
    kept_elsewhere = {"birthday", "hireDate", "deviceEnrollmentLimit"}  # not in the directory, and not simulated

    assert [flaw for flaw in schema.flaws("user", user) if flaw.split()[1].rstrip(":") not in kept_elsewhere] == []


def test_a_member_of_a_restricted_unit_says_so(graph: Graph) -> None:
    """The property isManagementRestricted is true for them and null for others."""
    restricted = graph.get(f"/v1.0/users/{MIRIAM}?$select=isManagementRestricted")["isManagementRestricted"]
    ordinary = graph.get(f"/v1.0/users/{ADELE}?$select=isManagementRestricted")["isManagementRestricted"]

    assert (restricted, ordinary) == (True, None)


def test_basic_reading_permission_shows_basic_properties_only(graph_with: GraphWith) -> None:
    """User.ReadBasic.All does not let an app select accountEnabled."""
    graph = graph_with("User.ReadBasic.All")

    assert graph.get(f"/v1.0/users/{ADELE}?$select=id,displayName")["displayName"] == "Adele Vance"
    assert error(graph.call("GET", f"/v1.0/users/{ADELE}?$select=accountEnabled"))[0] == 403


@pytest.mark.parametrize(
    ("clause", "names"),
    [
        ("userPrincipalName eq 'ADELE.vance@contoso.com'", ["Adele Vance"]),
        ("userPrincipalName eq 'sean.o''neil@contoso.com'", ["Sean O'Neil"]),
        ("startswith(displayName,'Emergency')", ["Emergency One", "Emergency Two"]),
        ("startsWith(displayName,'Emergency') and startswith(surname,'T')", ["Emergency Two"]),
        ("userPrincipalName eq 'nobody@contoso.com'", []),
    ],
)
def test_users_are_filtered(graph: Graph, clause: str, names: list[str]) -> None:
    """By eq and startswith on the names, apostrophes doubled."""
    users = graph.get(f"/v1.0/users?$select=displayName&$filter={quote(clause)}")["value"]

    assert [user["displayName"] for user in users] == names


@pytest.mark.parametrize(
    ("clause", "code"),
    [
        ("userPrincipalName eq 'sean.o'neil@contoso.com'", "BadRequest"),
        ("displayName eq", "BadRequest"),
        ("true", "BadRequest"),
        ("displayName eq 'x' and ", "BadRequest"),
        ("hireDate eq 'x'", "Request_UnsupportedQuery"),
    ],
)
def test_a_filter_that_is_wrong_or_not_offered_is_400(graph: Graph, clause: str, code: str) -> None:
    """An apostrophe that is not doubled, for one."""
    assert error(graph.call("GET", f"/v1.0/users?$filter={quote(clause)}"))[:2] == (400, code)


def test_search_is_an_advanced_query(graph: Graph) -> None:
    """By the beginnings of words, and only with ConsistencyLevel."""
    path = '/v1.0/users?$select=displayName&$search="displayName:vance"'

    assert error(graph.call("GET", path))[:2] == (400, "Request_UnsupportedQuery")
    found = graph.get(path, **EVENTUAL)["value"]
    assert [user["displayName"] for user in found] == ["Adele Vance", "Vance Left"]


def _searched(graph: Graph, search: str, version: str = "v1.0", **headers: str) -> list[str]:
    path = f"/{version}/users?$select=displayName&$search={quote(search, safe='')}"
    return [user["displayName"] for user in graph.get(path, **EVENTUAL, **headers)["value"]]


@pytest.mark.parametrize(
    ("search", "names"),
    [
        ('"displayName:VANCE a"', ["Adele Vance"]),
        ('"displayName:oneil"', ["Sean O'Neil"]),
        ('"displayName:o\'neil"', ["Sean O'Neil"]),
        ('"displayName:łuk"', ["Zoë Müller-Łukasiewicz"]),
        ('"displayName:ance"', []),
        ('"mail:kim.akers@fab"', ["Kim Akers"]),
        ('"userPrincipalName:vance"', ["Vance Left"]),
        ('"mail:adele.vance@contoso.com"', ["Adele Vance"]),
        ('"displayName:kiosk" OR "mail:kim"', ["Kiosk 3", "Kim Akers"]),
        ('"displayName:vance" AND "mail:adele"', ["Adele Vance"]),
        ('"displayName:kiosk" OR "displayName:vance" AND "mail:adele"', ["Adele Vance", "Kiosk 3"]),
        ('("displayName:kiosk" OR "displayName:vance") AND "mail:adele"', ["Adele Vance"]),
        ('"displayName:kiosk OR vance"', []),
        (r'"displayName:\\ \""', []),
    ],
)
def test_names_are_searched_by_words_and_addresses_by_their_beginning(
    graph: Graph, search: str, names: list[str]
) -> None:
    """In any order and case; operators count outside the quotes."""
    assert sorted(_searched(graph, search)) == sorted(names)


@pytest.mark.parametrize(
    ("search", "code"),
    [
        ("displayName:vance", "BadRequest"),
        ('"displayName:vance', "BadRequest"),
        ('"displayName:a"b"', "BadRequest"),
        (r'"displayName:a\b"', "BadRequest"),
        ('"displayName:a" or "mail:a"', "BadRequest"),
        ('"displayName:a" "mail:a"', "BadRequest"),
        ('"displayName:a" OR', "BadRequest"),
        ('("displayName:a"', "BadRequest"),
        ("(" * 5000, "BadRequest"),
        ("", "BadRequest"),
        ('"vance"', "Request_UnsupportedQuery"),
        ('"displayName:"', "Request_UnsupportedQuery"),
        ('"hireDate:2020"', "Request_UnsupportedQuery"),
    ],
)
def test_a_search_that_is_wrong_or_not_offered_is_400(graph: Graph, search: str, code: str) -> None:
    """A quote or a backslash that is not escaped, for one."""
    answer = graph.call("GET", f"/v1.0/users?$search={quote(search, safe='')}", **EVENTUAL)

    assert error(answer)[:2] == (400, code)


def test_a_searchs_syntax_error_names_the_place(graph: Graph) -> None:
    """In the words of the library that Graph reads it with."""
    answer = graph.call("GET", "/v1.0/users?$search=displayName:vance", **EVENTUAL)
    message = "Syntax error: character ':' is not valid at position 11 in 'displayName:vance'."

    assert error(answer) == (400, "BadRequest", message)


def test_v1_stumbles_over_an_ampersand_unless_asked_for_the_newer_search(graph: Graph) -> None:
    """Graph's known issue 18185; beta has no such trouble."""
    search = '"displayName:R&D"'
    answer = graph.call("GET", f"/v1.0/users?$search={quote(search, safe='')}", **EVENTUAL)

    assert error(answer) == (400, "BadRequest", "Unrecognized query argument specified: ''.")
    assert _searched(graph, search, "beta") == []
    assert _searched(graph, search, Prefer="legacySearch=false") == []


def test_search_and_filter_must_both_hold(graph: Graph) -> None:
    """The answer has who fits either of them no more."""
    options = f"$search={quote(chr(34) + 'displayName:vance' + chr(34))}&$filter=startswith(displayName,'A')"
    found = graph.get(f"/v1.0/users?$select=displayName&{options}", **EVENTUAL)["value"]

    assert found == [{"displayName": "Adele Vance"}]


def test_a_long_list_comes_in_pages(graph: Graph, control: ControlClient) -> None:
    """Each page links to the next; together they are everybody, once."""
    control.turn(page_size=10)
    everybody = [person.lower() for person in control.facts().people]
    names: list[str] = []
    path = "/v1.0/users?$select=userPrincipalName"
    while path:
        page = graph.get(path)
        names += [user["userPrincipalName"].lower() for user in page["value"]]
        path = page.get("@odata.nextLink", "")

    assert names == everybody


def test_counting_is_an_advanced_query(graph: Graph, control: ControlClient) -> None:
    """With ConsistencyLevel the answer has the count of everybody; without it is 400."""
    path = "/v1.0/users?$count=true&$top=1"

    assert error(graph.call("GET", path))[:2] == (400, "Request_BadRequest")
    assert graph.get(path, **EVENTUAL)["@odata.count"] == len(control.facts().people)


@pytest.mark.parametrize("top", ["0", "1000", "-1", "many"])
def test_a_page_has_1_to_999_entries(graph: Graph, top: str) -> None:
    """Other sizes are refused."""
    assert error(graph.call("GET", f"/v1.0/users?$top={top}"))[:2] == (400, "Request_BadRequest")


def test_a_page_token_of_ones_own_making_is_400(graph: Graph) -> None:
    """$skiptoken is opaque."""
    assert error(graph.call("GET", "/v1.0/users?$skiptoken=3"))[:2] == (400, "Request_BadRequest")
