"""The parameters and outputs of the templates: each says what it is for."""

import msgspec
import pytest

from tests.infra.templates import INFRA, template

NAMES = sorted(str(path.relative_to(INFRA)) for path in INFRA.rglob("*.bicep"))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", ["parameters", "outputs"])
def test_each_is_described(name: str, kind: str) -> None:
    """In words that the portal shows to whoever deploys."""
    declared = template(name).get(kind, {})

    assert [
        each
        for each, of in declared.items()
        if not any(decorator["type"] == "description" and decorator["argument"] for decorator in of["decorators"])
    ] == []


def test_numbers_are_bounded() -> None:
    """One that Azure would refuse is refused before anything is deployed."""
    numbers = {name: each for name, each in template("main.bicep")["parameters"].items() if each["type"] == "int"}

    assert [
        name
        for name, each in numbers.items()
        if not {"minValue", "maxValue"} <= {_kind(decorator["type"]) for decorator in each["decorators"]}
        and not any(decorator["type"] == "allowed" for decorator in each["decorators"])
    ] == []


def test_what_an_operator_needs_next_is_told() -> None:
    """Where the desk is, where the queue is, how to get a token."""
    told = set(template("main.bicep")["outputs"])

    assert {"endpoint", "requestQueueUrl", "resultQueueUrl", "signInClientId", "tokenCommand"} <= told


def test_azd_finds_the_app() -> None:
    """By the tag that carries the service's name of azure.yaml."""
    services = msgspec.yaml.decode((INFRA.parent / "azure.yaml").read_bytes())["services"]
    given = template("main.bicep")["modules"]["app"]["config"]["params"]

    assert list(services) == [given["serviceName"]]
    assert services["desk"] == {"project": ".", "language": "python", "host": "function"}


def _kind(decorator: str) -> str:
    return {"min_value": "minValue", "max_value": "maxValue"}.get(decorator, decorator)
