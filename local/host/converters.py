"""
The way of a value between host and function: azure.functions' own converters, chosen as the Python worker does.

Source: azure_functions_worker/bindings/meta.py and generic.py.
"""

import json
from collections.abc import Mapping
from typing import Any

import azure.functions as func
from azure.functions.meta import Datum


def find(binding_type: str) -> Any:
    """Return the converter class of a binding type, or None."""
    registry: Any = func.get_binding_registry()
    return registry.get(binding_type)


def decode(binding_type: str, datum: Datum, metadata: Mapping[str, Datum], *, plain: bool) -> Any:
    """Return what the function is called with; a parameter annotated str or bytes gets the value as it is."""
    if plain:
        return datum.value
    return find(binding_type).decode(datum, trigger_metadata=metadata)


def encode(binding_type: str, value: Any, *, plain: bool) -> Datum:
    """Return what leaves the worker; raises TypeError for what no converter takes, such as None from HTTP."""
    if plain:
        return _encode_plain(value)
    try:
        datum: Datum = find(binding_type).encode(value, expected_type=None)
    except NotImplementedError as error:
        raise TypeError(f"A {binding_type} binding cannot put out a {type(value).__name__}.") from error
    return datum


def text(value: str) -> Datum:
    """Return a string as it crosses to the worker."""
    return Datum(value, "string")


def document(value: Any) -> Datum:
    """Return anything but a string as it crosses to the worker: as JSON."""
    return Datum(json.dumps(value), "json")


def _encode_plain(value: Any) -> Datum:
    match value:
        case str():
            return text(value)
        case bytes() | bytearray():
            return Datum(bytes(value), "bytes")
        case list() | dict():
            return document(value)
    raise TypeError(f"A parameter annotated Out[str] or Out[bytes] cannot put out a {type(value).__name__}.")
