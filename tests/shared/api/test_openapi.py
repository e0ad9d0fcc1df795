"""The description of the HTTP interface: valid and whole; that it is of the doors there are shows in test_doors."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from shared.api import openapi, problem_details
from shared.api.openapi_operations import OPERATIONS
from shared.api.problem_details import ProblemDetails, ProblemType
from shared.contract import ContractError, parse

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """Return the description, made once."""
    return openapi.document()


def described(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Return every operation."""
    return [operation for path in document["paths"].values() for operation in path.values()]


def test_the_description_is_valid(document: dict[str, Any]) -> None:
    """By the schema of OpenAPI 3.1, every reference resolved."""
    OpenAPIV31SpecValidator(document).validate()


def test_every_parameter_of_a_path_is_described(document: dict[str, Any]) -> None:
    """Neither more nor fewer than stand in the braces."""
    for path, methods in document["paths"].items():
        for operation in methods.values():
            told = {each["name"] for each in operation["parameters"] if each["in"] == "path"}
            assert told == set(re.findall(r"{(\w+)}", path))


def test_every_schema_is_used(document: dict[str, Any]) -> None:
    """What stands there for nothing would be read for nothing."""
    text = msgspec.json.encode(document).decode()

    assert [name for name in document["components"]["schemas"] if f'schemas/{name}"' not in text] == []


@pytest.mark.parametrize("part", ["parameters", "responses"])
def test_everything_is_described_in_words(document: dict[str, Any], part: str) -> None:
    """Every parameter, header and status says what it is for."""
    for operation in described(document):
        parts = operation[part] if part == "parameters" else operation[part].values()
        assert all(each["description"] for each in parts)
    assert all(each["description"] for each in document["components"]["headers"].values())


def test_every_moment_is_said_to_be_one(document: dict[str, Any]) -> None:
    """A client that is generated gets a time, and not a text."""
    summary = document["components"]["schemas"]["RequestSummary"]["properties"]
    shown = document["components"]["schemas"]["MethodShown"]["properties"]

    assert summary["acceptedAt"]["format"] == "date-time"
    assert {"type": "string", "format": "date-time"} in summary["finishedAt"]["anyOf"]
    assert {"type": "string", "format": "date-time"} in shown["registeredAt"]["anyOf"]
    assert "format" not in summary["reason"]


def test_every_call_can_be_a_fault_and_says_so_as_a_problem(document: dict[str, Any]) -> None:
    """Whatever is no success is a problem document."""
    for operation in described(document):
        assert "500" in operation["responses"]
        for status, response in operation["responses"].items():
            expected = {"application/json"} if status < "400" else {"application/problem+json"}
            if operation["operationId"] == "show_report" and status == "200":
                expected |= {"text/csv", "text/html"}
            if operation["operationId"] == "show_outcomes" and status == "200":
                expected = {"text/csv"}
            assert set(response["content"]) == expected


def test_what_needs_no_sign_in_says_so(document: dict[str, Any]) -> None:
    """Everything else can be answered with 401, and takes a token or a session."""
    open_doors = {each["operationId"] for each in described(document) if each.get("security") == []}
    unchallenged = {each["operationId"] for each in described(document) if "401" not in each["responses"]}

    assert open_doors == unchallenged == {"show_health", "show_openapi"}


def test_every_kind_of_problem_is_told_somewhere() -> None:
    """A kind that no operation names is one that no client expects."""
    told = {problem for operation in OPERATIONS for problem in operation.problems}

    assert told == set(problem_details.ALL)


@pytest.mark.parametrize("problem", problem_details.ALL, ids=lambda problem: problem.name)
def test_every_problem_fits_its_description(document: dict[str, Any], problem: ProblemType) -> None:
    """What is answered validates against what is described for its status."""
    details = msgspec.to_builtins(problem.because("This went wrong; do that.", field="user"))
    for operation in described(document):
        response = operation["responses"].get(str(problem.status))
        kinds = response["content"]["application/problem+json"]["schema"] if response else {}
        if problem.uri in str(kinds):
            jsonschema.validate(details, {**kinds, "components": document["components"]})


def test_a_problem_has_the_members_of_the_standard() -> None:
    """RFC 9457: type, title, status and detail; what is not there is left out."""
    problem = problem_details.INVALID.because("'day' is no day.", field="day")

    assert msgspec.to_builtins(problem) == {
        "type": "urn:mfa-desk:problem:invalid",
        "title": "Something in the call is not as it has to be",
        "status": 400,
        "detail": "'day' is no day.",
        "field": "day",
    }
    assert isinstance(problem, ProblemDetails)


def test_an_example_request_is_one(document: dict[str, Any]) -> None:
    """The schema of the body and the code that reads it agree, also that an id may be left out."""
    body = b'{"user":"adele.vance@contoso.com","actions":["revokeSessions"]}'
    schema = {"$ref": "#/components/schemas/ResetRequest", "components": document["components"]}

    jsonschema.validate(msgspec.json.decode(body), schema)
    assert parse(body).id == ""


@pytest.mark.parametrize(
    ("more", "fits"),
    [
        ({"actions": ["setPerUserMfa"], "perUserMfaState": "enabled"}, True),
        ({"actions": ["setPerUserMfa"]}, False),
        ({"actions": ["setPerUserMfa"], "perUserMfaState": None}, False),
        ({"actions": ["revokeSessions"], "perUserMfaState": "enabled"}, False),
        ({"actions": ["issueTemporaryAccessPass"], "temporaryAccessPass": {"isUsableOnce": False}}, True),
        ({"actions": ["issueTemporaryAccessPass"]}, True),
        ({"actions": ["revokeSessions"], "temporaryAccessPass": {}}, False),
        ({"actions": ["revokeSessions"], "temporaryAccessPass": None}, True),
        ({"actions": ["issueTemporaryAccessPass"], "temporaryAccessPass": {"lifetimeInMinutes": 9}}, False),
        ({"actions": ["revokeSessions"], "user": "adele"}, False),
        ({"actions": []}, False),
    ],
)
def test_what_the_description_takes_the_desk_takes(document: dict[str, Any], more: dict[str, Any], fits: bool) -> None:  # noqa: FBT001
    """Also where one field depends on another."""
    body = {"user": "adele.vance@contoso.com", **more}
    described_body = document["paths"]["/requests"]["post"]["requestBody"]
    schema = {**described_body["content"]["application/json"]["schema"], "components": document["components"]}

    assert jsonschema.Draft202012Validator(schema).is_valid(body) is fits
    assert taken(body) is fits


def taken(body: dict[str, Any]) -> bool:
    """Return whether the code takes that as a request."""
    try:
        parse(msgspec.json.encode(body))
    except ContractError:
        return False
    return True


@pytest.mark.parametrize(
    ("body", "fits"), [({"comment": "No."}, True), ({"comment": " "}, False), ({}, False), ({"why": "No."}, False)]
)
def test_a_rejection_has_a_comment(document: dict[str, Any], body: dict[str, str], fits: bool) -> None:  # noqa: FBT001
    """And an approval need not have one: the same schema, and more of it."""
    described_body = document["paths"]["/requests/{id}/rejection"]["post"]["requestBody"]
    schema = {**described_body["content"]["application/json"]["schema"], "components": document["components"]}

    assert jsonschema.Draft202012Validator(schema).is_valid(body) is fits


def test_nothing_but_the_description_pays_for_it() -> None:
    """Loading the app takes no type apart, and loads nothing for that (cold start)."""
    loaded = subprocess.run(
        [sys.executable, "-c", "import function_app, sys; print([n for n in sys.modules if 'openapi' in n])"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert loaded.stdout.strip() == "[]"
