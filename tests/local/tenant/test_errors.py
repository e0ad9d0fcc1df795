"""How Graph refuses what it does not understand."""

import pytest

from tests.local.tenant.caller import ADELE, DIEGO, Graph, error


def test_an_error_has_graphs_body_and_headers(graph: Graph) -> None:
    """Code, message and innerError; request-id in body and header; client-request-id echoed."""
    mine = {"client-request-id": "11111111-2222-3333-4444-555555555555"}
    answer = graph.call("GET", "/v1.0/users/nobody@contoso.com", **mine)
    inner = answer.json()["error"]["innerError"]

    assert inner["request-id"] == answer.headers["request-id"]
    assert inner["client-request-id"] == answer.headers["client-request-id"] == mine["client-request-id"]
    assert "date" in inner
    assert answer.headers["Date"].endswith("GMT")
    assert answer.headers["Content-Type"].startswith("application/json;odata.metadata=minimal")


def test_without_a_client_request_id_graph_uses_its_own(graph: Graph) -> None:
    """Both ids are then the same."""
    answer = graph.call("GET", f"/v1.0/users/{ADELE}")

    assert answer.headers["client-request-id"] == answer.headers["request-id"]


@pytest.mark.parametrize(
    ("path", "segment"),
    [
        ("/v1.0/people", "people"),
        (f"/v1.0/users/{ADELE}/authentication/carrierPigeonMethods", "carrierPigeonMethods"),
        (f"/v1.0/users/{ADELE}/authentication", "authentication"),
        ("/v1.0/users/$count", "$count"),
        ("/v1.0/users//authentication/methods", ""),
        ("/v1.0", ""),
    ],
)
def test_a_path_that_leads_nowhere_is_400(graph: Graph, path: str, segment: str) -> None:
    """The refusal names the segment."""
    expected = (400, "BadRequest", f"Resource not found for the segment '{segment}'.")

    assert error(graph.call("GET", path)) == expected


@pytest.mark.parametrize(
    ("method", "path", "segment"),
    [
        ("GET", "hardwareOathMethods", "hardwareOathMethods"),
        ("GET", "qrCodePinMethod", "qrCodePinMethod"),
        ("DELETE", "qrCodePinMethod", "qrCodePinMethod"),
        ("GET", "passwordlessMicrosoftAuthenticatorMethods", "passwordlessMicrosoftAuthenticatorMethods"),
        ("GET", "signInPreferences", "signInPreferences"),
        ("GET", "requirements", "requirements"),
        ("PATCH", "requirements", "requirements"),
        ("POST", "hardwareOathMethods/x/deactivate", "deactivate"),
    ],
)
def test_what_only_beta_has_is_400_on_v1(graph: Graph, method: str, path: str, segment: str) -> None:
    """v1.0 does not know the segment."""
    answer = graph.call(method, f"/v1.0/users/{ADELE}/authentication/{path}")

    assert error(answer) == (400, "BadRequest", f"Resource not found for the segment '{segment}'.")


def test_transitive_role_assignments_are_400_on_v1(graph: Graph) -> None:
    """They are beta only, too."""
    assert error(graph.call("GET", "/v1.0/roleManagement/directory/transitiveRoleAssignments"))[0] == 400


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", f"/v1.0/users/{ADELE}"),
        ("GET", f"/v1.0/users/{ADELE}/revokeSignInSessions"),
        ("DELETE", f"/v1.0/users/{ADELE}/authentication/passwordMethods/28c10230-6103-485e-b985-444c60001490"),
        ("DELETE", f"/v1.0/users/{ADELE}/authentication/methods"),
        ("GET", "/v1.0/$batch"),
    ],
)
def test_a_wrong_verb_is_405(graph: Graph, method: str, path: str) -> None:
    """The path exists, the verb does not; a password in particular cannot be deleted."""
    assert error(graph.call(method, path))[0] == 405


def test_the_generic_delete_is_404(graph: Graph) -> None:
    """DELETE methods/{id} is what the SDKs offer and the service does not know."""
    answer = graph.call("DELETE", f"/beta/users/{ADELE}/authentication/methods/3179e48a-750b-4051-897c-87b9720928f7")

    assert error(answer)[:2] == (404, "UnknownError")
    assert "No HTTP resource was found" in error(answer)[2]


def test_another_version_is_400(graph: Graph) -> None:
    """There are v1.0 and beta."""
    assert error(graph.call("GET", f"/v2.0/users/{ADELE}"))[:2] == (400, "BadRequest")


def test_an_app_has_no_me(graph: Graph) -> None:
    """/me needs a signed-in user."""
    assert error(graph.call("GET", "/v1.0/me"))[:2] == (400, "BadRequest")


@pytest.mark.parametrize("path", [f"/V1.0/Users/{DIEGO}", f"/v1.0/users/{DIEGO.upper()}", f"/v1.0/users/{DIEGO}/"])
def test_paths_and_names_are_matched_in_any_case(graph: Graph, path: str) -> None:
    """As Graph does, a trailing slash included; only the version is exact."""
    expected = 400 if path.startswith("/V1") else 200

    assert graph.call("GET", path).status_code == expected


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff\xfe", b"null"])
def test_a_body_that_is_not_an_object_is_400(graph: Graph, body: bytes) -> None:
    """Whatever is sent, it never ends in a 500."""
    path = f"/beta/users/{ADELE}/authentication/signInPreferences"
    answer = graph.send("PATCH", path, body)

    assert error(answer)[:2] == (400, "BadRequest")


def test_a_body_without_its_type_is_400(graph: Graph) -> None:
    """JSON must say that it is JSON."""
    path = f"/beta/users/{ADELE}/authentication/signInPreferences"
    body = b'{"isSystemPreferredAuthenticationMethodEnabled": true}'

    assert error(graph.send("PATCH", path, body, **{"Content-Type": "text/plain"}))[0] == 400
    assert graph.send("PATCH", path, body).status_code == 204


def test_a_body_of_great_depth_is_400(graph: Graph) -> None:
    """And does not overflow anything."""
    path = f"/beta/users/{ADELE}/authentication/signInPreferences"

    assert error(graph.send("PATCH", path, b'{"a":' + b"[" * 100_000))[0] == 400


@pytest.mark.parametrize("path", ["/", "/v1.0/users/%ff%fe", "/v1.0/users/%00", "/v1.0/users/('", "/v1.0/users('')"])
def test_strange_paths_are_refused_and_nothing_more(graph: Graph, path: str) -> None:
    """Never a 500."""
    assert graph.call("GET", path).status_code in {400, 404}
