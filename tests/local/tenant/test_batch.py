"""JSON batching."""

from typing import Any

import pytest

from local.tenant.control_client import ControlClient
from tests.local.tenant.caller import ADELE, ALTERNATE, DIEGO, MOBILE, PATTI, Graph, error, ids_of


def _read(id_: str, url: str = f"/users/{ADELE}", **more: Any) -> dict[str, Any]:
    return {"id": id_, "method": "GET", "url": url, **more}


def _refusal(graph: Graph, *requests: Any) -> tuple[int, str, str]:
    return error(graph.call("POST", "/v1.0/$batch", {"requests": list(requests)}))


def test_members_are_answered_one_by_one(graph: Graph) -> None:
    """The outer status is 200 even if a member fails; each has its own status, headers and body."""
    answers = graph.batch(
        _read("user"),
        _read("methods", f"users/{ADELE}/authentication/methods"),
        _read("nobody", "/users/nobody@contoso.com"),
        {"id": "revoke", "method": "POST", "url": f"/users/{DIEGO}/revokeSignInSessions"},
    )

    assert {id_: answer["status"] for id_, answer in answers.items()} == {
        "user": 200,
        "methods": 200,
        "nobody": 404,
        "revoke": 200,
    }
    assert answers["user"]["body"]["displayName"] == "Adele Vance"
    assert answers["nobody"]["body"]["error"]["code"] == "Request_ResourceNotFound"
    assert answers["user"]["headers"]["Content-Type"] == "application/json"


def test_a_member_without_content_has_no_body(graph: Graph) -> None:
    """204 and nothing else."""
    url = f"/users/{ADELE}/authentication/phoneMethods/{ALTERNATE}"
    answer = graph.batch({"id": "1", "method": "DELETE", "url": url})["1"]

    assert answer["status"] == 204
    assert "body" not in answer


def test_answers_come_in_any_order(graph: Graph) -> None:
    """Callers must go by the id."""
    requests = [_read(str(number)) for number in range(20)]
    body = graph.call("POST", "/v1.0/$batch", {"requests": requests}).json()

    assert [answer["id"] for answer in body["responses"]] != [request["id"] for request in requests]


def test_a_batch_has_twenty_members_at_most(graph: Graph) -> None:
    """The 21st is 400 for all of them."""
    assert len(graph.batch(*(_read(str(number)) for number in range(20)))) == 20
    assert _refusal(graph, *(_read(str(number)) for number in range(21)))[:2] == (400, "BadRequest")


@pytest.mark.parametrize(
    "requests",
    [
        [_read("1"), _read("1")],
        [_read("")],
        [{"id": "1", "method": "GET"}],
        [{"id": 1, "method": "GET", "url": "/users"}],
        [_read("1", "https://graph.microsoft.com/v1.0/users")],
        [_read("1", dependsOn=["2"])],
        [_read("1", dependsOn=["1"])],
        [_read("1", dependsOn=["2"]), _read("2", dependsOn=["1"])],
        [{"id": "1", "method": "PATCH", "url": "/users/x", "body": {}}],
        ["GET /users"],
    ],
)
def test_a_batch_that_makes_no_sense_is_400(graph: Graph, requests: list[Any]) -> None:
    """Ids twice or missing, absolute URLs, unknown or circular dependencies, a body without its type."""
    assert _refusal(graph, *requests)[:2] == (400, "BadRequest")


def test_a_batch_stays_in_its_version(graph: Graph) -> None:
    """What only beta has is not reached from a v1.0 batch."""
    url = f"/users/{ADELE}/authentication/signInPreferences"

    assert graph.batch(_read("1", url))["1"]["status"] == 400
    assert graph.batch(_read("1", url), version="beta")["1"]["status"] == 200
    assert graph.batch(_read("1", f"/beta{url}"))["1"]["status"] == 400


def test_members_have_their_own_headers_only(graph: Graph) -> None:
    """ConsistencyLevel on the batch does not count for its members."""
    url = f"/users/{PATTI}/transitiveMemberOf/microsoft.graph.directoryRole?$count=true"
    requests = [_read("without", url), _read("with", url, headers={"ConsistencyLevel": "eventual"})]
    answers = graph.call("POST", "/v1.0/$batch", {"requests": requests}, ConsistencyLevel="eventual").json()

    assert {each["id"]: each["status"] for each in answers["responses"]} == {"without": 400, "with": 200}


def test_a_member_whose_dependency_failed_is_424(graph: Graph, control: ControlClient) -> None:
    """And what depends on that one, too; nothing of it happens."""
    path = f"/users/{ADELE}/authentication"
    codes = ids_of(control, ADELE)["softwareOath"]
    answers = graph.batch(
        {"id": "3", "method": "DELETE", "url": f"{path}/softwareOathMethods/{codes}", "dependsOn": ["2"]},
        {"id": "2", "method": "DELETE", "url": f"{path}/phoneMethods/{ALTERNATE}", "dependsOn": ["1"]},
        {"id": "1", "method": "DELETE", "url": f"{path}/phoneMethods/{MOBILE}"},
    )

    assert {id_: answer["status"] for id_, answer in answers.items()} == {"1": 400, "2": 424, "3": 424}
    assert control.journal() == []


def test_a_member_runs_after_what_it_depends_on(graph: Graph) -> None:
    """Whatever the order in the batch."""
    path = f"/users/{ADELE}/authentication/phoneMethods"
    answers = graph.batch(
        {"id": "mobile", "method": "DELETE", "url": f"{path}/{MOBILE}", "dependsOn": ["alternate"]},
        {"id": "alternate", "method": "DELETE", "url": f"{path}/{ALTERNATE}"},
    )

    assert {id_: answer["status"] for id_, answer in answers.items()} == {"mobile": 204, "alternate": 204}


def test_a_batch_cannot_hold_a_batch(graph: Graph) -> None:
    """The member is 400."""
    headers = {"Content-Type": "application/json"}
    answer = graph.batch({"id": "1", "method": "POST", "url": "/$batch", "headers": headers, "body": {"requests": []}})

    assert answer["1"]["status"] == 400


def test_each_member_is_throttled_on_its_own(graph: Graph, control: ControlClient) -> None:
    """Some get through, the others are 429 with Retry-After, inside a 200."""
    control.turn(limits={"directory": {"requests": 2, "seconds": 10}})
    answers = graph.batch(*(_read(str(number)) for number in range(4)))
    throttled = [answer for answer in answers.values() if answer["status"] == 429]

    assert len(throttled) == 2
    assert all(int(answer["headers"]["Retry-After"]) >= 1 for answer in throttled)


def test_a_batch_is_one_call_with_its_members_in_the_trace(graph: Graph, control: ControlClient) -> None:
    """So that round trips and calls can both be counted."""
    graph.batch(_read("1"), _read("2", "/users/nobody@contoso.com"))
    call = control.trace()[-1]

    assert (call.method, call.path, call.status) == ("POST", "/v1.0/$batch", 200)
    assert [(member.path, member.status) for member in call.members] == [
        (f"/v1.0/users/{ADELE}", 200),
        ("/v1.0/users/nobody@contoso.com", 404),
    ]
