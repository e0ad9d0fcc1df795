"""
A function's parameters against its bindings, checked as the Python worker checks them when it loads the app.

Source: azure_functions_worker/functions.py. One function that does not pass keeps the whole app from loading.
"""

import inspect
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import azure.functions as func

from local.host import converters

RETURN = "$return"


class LoadError(Exception):
    """The Python worker would not load the app."""


@dataclass(frozen=True, kw_only=True)
class Signature:
    """What the worker learns from a function's annotations."""

    is_async: bool
    wants_context: bool
    plain: frozenset[str]
    """Parameters annotated str or bytes, alone or in Out: they go through as they are, without a converter."""


def check(name: str, call: Callable[..., Any], bindings: Mapping[str, tuple[str, bool]]) -> Signature:
    """Compare with bindings {name: (type, is output)}; raises LoadError with what does not fit."""
    try:
        annotations = typing.get_type_hints(call)
    except NameError as error:
        raise LoadError(
            f"Function '{name}': {error}. The worker resolves annotations at run time, "
            "so their types must not be imported under TYPE_CHECKING only."
        ) from error
    parameters = set(inspect.signature(call).parameters)
    wants_context = "context" in parameters and "context" not in bindings
    _compare_names(name, parameters - ({"context"} if wants_context else set()), set(bindings) - {RETURN})
    _check_return(name, annotations, bindings)
    plain = {
        parameter
        for parameter, (kind, is_output) in bindings.items()
        if parameter in annotations and _is_plain(name, parameter, annotations[parameter], kind, is_output=is_output)
    }
    return Signature(is_async=inspect.iscoroutinefunction(call), wants_context=wants_context, plain=frozenset(plain))


def _compare_names(name: str, parameters: set[str], bindings: set[str]) -> None:
    if unbound := parameters - bindings:
        raise LoadError(f"Function '{name}' takes {sorted(unbound)}, for which it has no binding.")
    if untaken := bindings - parameters:
        raise LoadError(f"Function '{name}' has bindings {sorted(untaken)}, for which it has no parameter.")


def _is_plain(name: str, parameter: str, annotation: Any, kind: str, *, is_output: bool) -> bool:
    is_out = getattr(typing.get_origin(annotation), "__name__", "") == "Out" or annotation is func.Out
    if is_out != is_output:
        needs = "must be annotated azure.functions.Out" if is_output else "must not be annotated azure.functions.Out"
        raise LoadError(f"Parameter '{parameter}' of function '{name}' {needs}: its binding says so.")
    kept = typing.get_args(annotation)[:1] if is_out else (annotation,)
    if not kept:
        raise LoadError(
            f"Parameter '{parameter}' of function '{name}' must say what it puts out: Out[bytes], Out[str]."
        )
    if kept[0] in (str, bytes):
        return True
    if not _fits(kind, kept[0], is_output=is_output):
        raise LoadError(f"Parameter '{parameter}' of function '{name}' is {annotation!r}, which is no type for {kind}.")
    return False


def _check_return(name: str, annotations: Mapping[str, Any], bindings: Mapping[str, tuple[str, bool]]) -> None:
    if RETURN not in bindings or "return" not in annotations:
        return
    annotation, (kind, _) = annotations["return"], bindings[RETURN]
    if not isinstance(annotation, type):
        raise LoadError(f"Function '{name}' returns {annotation!r}; with a {RETURN} binding it must be a plain class.")
    if not _fits(kind, annotation, is_output=True):
        raise LoadError(f"Function '{name}' returns {annotation!r}, which is no type for its {kind} binding.")


def _fits(kind: str, annotation: Any, *, is_output: bool) -> bool:
    converter = converters.find(kind)
    if converter is None:
        return True  # a binding type that the host refuses, with a sentence of its own
    check_type = converter.check_output_type_annotation if is_output else converter.check_input_type_annotation
    try:
        return bool(check_type(annotation))
    except TypeError:
        return False
