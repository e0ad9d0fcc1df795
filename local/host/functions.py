"""The app's functions, indexed as the Python worker indexes them, and refused as the host refuses them."""

import importlib
import inspect
import json
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import azure.functions as func
from azure.functions.decorators.function_app import Function as Indexed

from local.host import signatures
from local.host.signatures import LoadError, Signature

TRIGGERS = frozenset({"queueTrigger", "timerTrigger", "httpTrigger"})
OUTPUTS = frozenset({"queue", "http"})
NOT_SIMULATED = "the local host does not simulate (run the app with `func start`)"
# facts/functions.md: names, with the binding names that hosts from 4.1038 on take.
_FUNCTION_NAME = re.compile(r"(?!host$)[a-z][a-z0-9_-]{0,127}", re.IGNORECASE)
_BINDING_NAME = re.compile(r"(?!.*__)[a-zA-Z_][a-zA-Z0-9_]{0,127}|\$return")


@dataclass(frozen=True)
class Binding:
    """One binding as function.json would have it; `properties` holds what is special to its type."""

    name: str
    type: str
    is_output: bool
    properties: dict[str, Any]

    def __str__(self) -> str:
        """Say the type and what is special to the binding."""
        return " ".join([self.type, *(f"{name}={value}" for name, value in sorted(self.properties.items()))])


@dataclass(frozen=True, kw_only=True)
class Function:
    """One function of the app with its trigger and outputs."""

    name: str
    call: Callable[..., Any]
    bindings: tuple[Binding, ...]
    signature: Signature
    has_retry_policy: bool = False

    @property
    def trigger(self) -> Binding:
        """The one binding that starts it."""
        return next(binding for binding in self.bindings if binding.type.lower().endswith("trigger"))

    @property
    def outputs(self) -> tuple[Binding, ...]:
        """What it writes to."""
        return tuple(binding for binding in self.bindings if binding.is_output)

    @property
    def folder(self) -> str:
        """Where its file lies."""
        return str(Path(inspect.getfile(self.call)).parent)


def load(app_root: Path) -> list[Function]:
    """Import function_app from the app's root and index it; raises LoadError, and then no function starts."""
    sys.path.insert(0, str(app_root))
    try:
        module = importlib.import_module("function_app")
    except Exception as error:  # whatever the app's modules raise, it is why no function starts
        raise LoadError(f"Cannot import function_app from {app_root}: {type(error).__name__}: {error}.") from error
    return index(only_app(module))


def only_app(module: ModuleType) -> func.FunctionRegister:
    """Return the one FunctionApp at the top of a module; raises LoadError when there is none or another."""
    apps = [value for value in vars(module).values() if isinstance(value, func.FunctionRegister)]
    if len(apps) != 1:
        raise LoadError(f"function_app.py must have exactly one FunctionApp at its top level; it has {len(apps)}.")
    return apps[0]


def index(app: func.FunctionRegister) -> list[Function]:
    """Return the app's functions; raises LoadError for what the worker would not load."""
    try:
        return [_function(indexed) for indexed in app.get_functions()]
    except ValueError as error:
        raise LoadError(str(error)) from error


def refusal(function: Function) -> str | None:
    """Say why the host does not start this function, or None when it does."""
    if not _FUNCTION_NAME.fullmatch(function.name):
        return f"'{function.name}' is not a valid function name."
    if function.has_retry_policy:
        return f"Function '{function.name}' has a retry policy, which {NOT_SIMULATED}."
    seen: set[str] = set()
    for binding in function.bindings:
        if not _BINDING_NAME.fullmatch(binding.name):
            return f"The binding name '{binding.name}' of function '{function.name}' is invalid."
        if binding.name.lower() in seen:
            return f"Function '{function.name}' has several bindings named '{binding.name}'; give each its own name."
        seen.add(binding.name.lower())
        if binding.type not in (OUTPUTS if binding.is_output else TRIGGERS):
            return (
                f"The binding type '{binding.type}' of '{binding.name}' in function '{function.name}' {NOT_SIMULATED}; "
                f"it knows {', '.join(sorted(TRIGGERS | OUTPUTS))}."
            )
        if "dataType" in binding.properties:
            return f"Binding '{binding.name}' of function '{function.name}' has a dataType, which {NOT_SIMULATED}."
    return None


def _function(indexed: Indexed) -> Function:
    name, call = str(indexed.get_function_name()), indexed.get_user_function()
    bindings = tuple(_binding(json.loads(raw)) for raw in indexed.get_raw_bindings())
    directions = {binding.name: (binding.type, binding.is_output) for binding in bindings}
    return Function(
        name=name,
        call=call,
        bindings=bindings,
        signature=signatures.check(name, call, directions),
        has_retry_policy=indexed.get_setting("retry_policy") is not None,
    )


def _binding(raw: dict[str, Any]) -> Binding:
    return Binding(raw.pop("name"), raw.pop("type"), is_output=raw.pop("direction") == "OUT", properties=raw)
