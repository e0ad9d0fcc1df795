"""The Bicep templates as values: what they declare, with every expression as text, the way it is written."""

import functools
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pycep import BicepParser

INFRA: Final = Path(__file__).parents[2] / "infra"


@functools.cache
def template(name: str) -> dict[str, Any]:
    """Return a template as its parser sees it."""
    return dict[str, Any](BicepParser().parse(file_path=INFRA / name))


def data(name: str) -> Any:
    """Return a file that a template loads."""
    return json.loads((INFRA / name).read_text())


def resource(name: str, symbol: str) -> Any:
    """Return what a template says of a resource; of a loop or a condition, what is in it."""
    config = template(name)["resources"][symbol]["config"]
    return spoken(config.get("config", config))


def repeated(name: str, symbol: str) -> str:
    """Return over what a resource is repeated; empty where it is not."""
    config = template(name)["resources"][symbol]["config"]
    return str(config["loop_type"]["detail"]["array_name"]) if "loop_type" in config else ""


def arguments(symbol: str) -> dict[str, Any]:
    """Return what main.bicep gives to a module."""
    given: dict[str, Any] = spoken(module(symbol)["params"])
    return given


def module(symbol: str) -> dict[str, Any]:
    """Return what main.bicep says of a module."""
    config: dict[str, Any] = template("main.bicep")["modules"][symbol]["config"]
    within: dict[str, Any] = config["config"] if "condition" in config else config
    return within


def defaults() -> dict[str, Any]:
    """Return the defaults of main.bicep's parameters; a parameter without one is left out."""
    declared = template("main.bicep")["parameters"]
    return {name: spoken(each["default"]) for name, each in declared.items() if each.get("default") is not None}


def spoken(expression: Any) -> Any:
    """Return an expression with its accessors written as dots, and its calls as calls."""
    match expression:
        case {"operator": {"type": str(kind), "operands": Mapping() as operands}}:
            return _operation(kind, {name: spoken(operand) for name, operand in operands.items()})
        case {"function": {"type": str(name), "parameters": Mapping() as parameters}}:
            given = [_text(spoken(each)) for each in parameters.values() if each is not None]
            return f"{_camel(name)}({', '.join(given)})"
        case {"function": {"type": str(name)}}:
            return f"{_camel(name)}()"
        case Mapping():
            return {name: spoken(each) for name, each in expression.items()}
        case list():
            return [spoken(each) for each in expression]
    return expression


def _operation(kind: str, operands: dict[str, Any]) -> str:
    if kind == "conditional":
        return f"{operands['condition']} ? {_text(operands['true_value'])} : {_text(operands['false_value'])}"
    one, two = (_text(each) for each in operands.values())
    return f"{one}[{two}]" if kind == "index_accessor" else f"{one}.{two}"


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(each.capitalize() for each in others)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
