"""The whole app against its own description: nothing that a client sends makes it fail, or answer as it did not say."""

from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode, Response
from schemathesis.schemas import APIOperation, BaseSchema

from shared.api import openapi
from shared.api.openapi_operations import OPERATIONS
from tests.fuzz.conftest import ADELE, NESTOR, Target

pytestmark = pytest.mark.stand

Case = schemathesis.Case[Any]
Operation = APIOperation[Any, Any, Any, Any]

PEOPLE = [ADELE, "diego.siciliani@contoso.com", "patti.fernandez@contoso.com", "emergency.one@contoso.com", NESTOR]
IDS = [operation.id for operation in OPERATIONS]
WITH_INPUT = [operation.id for operation in OPERATIONS if operation.parameters or operation.body]
FREE = frozenset({"show_health", "show_openapi"})
NOT_SAID_IN_A_SCHEMA = {
    "list_requests": ["positive_data_acceptance"],
    "show_history_of_user": ["positive_data_acceptance"],
    "show_history_of_actor": ["positive_data_acceptance"],
    "show_report": ["positive_data_acceptance"],
}
"""OpenAPI cannot say that of two parameters only one may be there, which continuation was given out, what a day is."""

bounded = settings(
    max_examples=20,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)


@pytest.fixture(scope="module")
def schema() -> BaseSchema:
    """Return the description as the fuzzer reads it."""
    return schemathesis.openapi.from_dict(openapi.document())


def operation_of(schema: BaseSchema, name: str) -> Operation:
    """Return one of its operations."""
    operation: Operation = schema.find_operation_by_id(name)  # type: ignore[attr-defined]
    return operation


def answered(case: Case, target: Target, headers: dict[str, str]) -> Response:
    """Return the answer, held to the description; a path that leads to no door is the host's business."""
    name = case.operation.definition.raw["operationId"]
    unsaid: list[Any] = schemathesis.checks.CHECKS.get_by_names(NOT_SAID_IN_A_SCHEMA.get(name, []))
    response = case.call(base_url=f"{target.url}/api", headers=headers)
    assume(not (response.status_code == 404 and not response.content))
    case.validate_response(response, excluded_checks=unsaid)
    assert response.status_code < 500, "Graph and the storage are there: also a 503 that is described is a fault here."
    assert response.headers["cache-control"] == ["no-store"]
    if response.status_code >= 400:
        assert response.headers["content-type"] == ["application/problem+json"]
        assert response.json()["status"] == response.status_code
    return response


def fuzz(operation: Operation, mode: GenerationMode, each: Callable[[Case], None]) -> None:
    """Call it with every case that is generated."""

    @bounded
    @given(case=operation.as_strategy(generation_mode=mode))
    def run(case: Case) -> None:
        each(case)

    run()


@pytest.mark.parametrize("name", IDS)
def test_what_is_described_is_taken_and_answered_as_described(schema: BaseSchema, target: Target, name: str) -> None:
    """By somebody who may do everything."""

    def as_described(case: Case) -> None:
        answered(case, target, target.privileged_operator)

    fuzz(operation_of(schema, name), GenerationMode.POSITIVE, as_described)


@pytest.mark.parametrize("name", WITH_INPUT)
def test_what_is_not_described_is_refused_with_what_is_at_fault(schema: BaseSchema, target: Target, name: str) -> None:
    """No 500, and wherever something in the call will not do, its name."""

    def refused(case: Case) -> None:
        response = answered(case, target, target.privileged_operator)
        if response.status_code in {400, 415, 428} and not response.json()["type"].endswith(":unreadable"):
            assert "field" in response.json()

    fuzz(operation_of(schema, name), GenerationMode.NEGATIVE, refused)


@pytest.mark.parametrize("name", IDS)
def test_somebody_without_a_role_gets_nothing(schema: BaseSchema, target: Target, name: str) -> None:
    """Being signed in opens `me` and what is free; the rest is refused, or wrong to begin with."""
    open_doors = FREE | {"show_me"}

    def kept_out(case: Case) -> None:
        response = answered(case, target, target.nobody)
        assert (response.status_code == 200) is (name in open_doors)
        assert name in open_doors or 400 <= response.status_code < 500

    fuzz(operation_of(schema, name), GenerationMode.POSITIVE, kept_out)


@pytest.mark.parametrize(
    ("name", "mode"),
    [
        *((name, GenerationMode.POSITIVE) for name in IDS if name not in FREE),
        *((name, GenerationMode.NEGATIVE) for name in WITH_INPUT),
    ],
)
def test_nobody_gets_in(schema: BaseSchema, target: Target, name: str, mode: GenerationMode) -> None:
    """Without a sign-in it is 401, whatever is sent: nothing tells what is there."""

    def kept_out(case: Case) -> None:
        case.cookies.clear()
        case.headers.pop("Authorization", None)
        response = answered(case, target, {})
        assert (response.status_code, response.headers["www-authenticate"]) == (401, ["Bearer"])

    fuzz(operation_of(schema, name), mode, kept_out)


def test_requests_about_people_that_there_are_end_as_described(schema: BaseSchema, target: Target) -> None:
    """Made-up people are soon refused; here the generated request comes to something.

    It is dry: a default method that Graph keeps would be waited for, each time.
    """
    operation = operation_of(schema, "submit_request")
    seen = set()

    @bounded
    @given(case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE), user=st.sampled_from(PEOPLE))
    def run(case: Case, user: str) -> None:
        assert isinstance(case.body, dict)
        case.body = {name: value for name, value in case.body.items() if name not in ("requestedBy", "id")}
        case.body |= {"user": user, "dryRun": True}
        seen.add(answered(case, target, target.privileged_operator).status_code)

    run()
    assert {201, 403} <= seen
