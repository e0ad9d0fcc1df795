"""The published contract is the one the code has."""

import json
from pathlib import Path

import jsonschema
import msgspec
import pytest

from docs import requests
from shared import contract
from shared.outcome import Outcome

FOLDER = Path(requests.__file__).parent


@pytest.mark.parametrize("name", ["requests.md", "request.schema.json", "outcome.schema.json"])
def test_the_page_is_what_the_types_say(name: str) -> None:
    """A type that changed without `make docs` shows here."""
    assert FOLDER.joinpath(name).read_text(encoding="utf-8") == requests.pages()[name]


def test_every_value_of_the_contract_has_its_meaning() -> None:
    """No value is published without a word on what it means, and none that does not exist."""
    definitions = contract.json_schema()["$defs"] | requests.outcome_schema()["$defs"]
    values = {name: set(schema["enum"]) for name, schema in definitions.items() if "enum" in schema}

    assert {name: set(meanings) for name, meanings in requests.MEANINGS.items()} == values


def test_the_example_request_is_a_request() -> None:
    """What producers copy is taken, and fits the schema."""
    body = json.dumps(requests.EXAMPLE).encode()

    jsonschema.validate(requests.EXAMPLE, contract.json_schema())
    assert contract.parse_queued(body, "message-1").id == "INC-1001"


def test_the_example_outcome_is_an_outcome() -> None:
    """What receivers program against is what the desk writes."""
    jsonschema.validate(requests.EXAMPLE_OUTCOME, requests.outcome_schema())

    assert msgspec.convert(requests.EXAMPLE_OUTCOME, Outcome).id == "INC-1001"
