"""A function's parameters against its bindings, as the Python worker checks them."""

import typing

import azure.functions as func
import pytest

from local.host import signatures
from local.host.signatures import LoadError

QUEUE_IN = {"message": ("queueTrigger", False)}
QUEUE_IN_OUT = QUEUE_IN | {"result": ("queue", True)}


def test_context_needs_no_binding() -> None:
    """A parameter named context is given the invocation's context."""

    def work(message: func.QueueMessage, context: func.Context) -> None: ...

    assert signatures.check("work", work, QUEUE_IN).wants_context


def test_text_parameters_go_through_as_they_are() -> None:
    """What is annotated str or bytes, alone or in Out, uses no converter of its binding."""

    async def work(message: str, result: func.Out[bytes]) -> None: ...

    signature = signatures.check("work", work, QUEUE_IN_OUT)

    assert signature.plain == {"message", "result"}
    assert signature.is_async


def test_list_of_texts_is_a_queue_output() -> None:
    """Out[typing.List[str]] is taken."""

    def work(message: func.QueueMessage, result: func.Out[typing.List[str]]) -> None: ...  # noqa: UP006

    assert signatures.check("work", work, QUEUE_IN_OUT).plain == frozenset()


def test_builtin_list_is_refused() -> None:
    """Out[list[str]] is not taken: azure.functions knows only the older spelling."""

    def work(message: func.QueueMessage, result: func.Out[list[str]]) -> None: ...

    with pytest.raises(LoadError, match=r"Out\[list\[str\]\], which is no type for queue"):
        signatures.check("work", work, QUEUE_IN_OUT)


def test_parameter_without_binding_keeps_the_app_from_loading() -> None:
    """A parameter that no binding fills is named."""

    def work(message: func.QueueMessage, extra: str) -> None: ...

    with pytest.raises(LoadError, match=r"takes \['extra'\], for which it has no binding"):
        signatures.check("work", work, QUEUE_IN)


def test_binding_without_parameter_keeps_the_app_from_loading() -> None:
    """A binding that no parameter takes is named."""

    def work(message: func.QueueMessage) -> None: ...

    with pytest.raises(LoadError, match=r"has bindings \['result'\], for which it has no parameter"):
        signatures.check("work", work, QUEUE_IN_OUT)


def test_output_must_be_annotated_out() -> None:
    """An output binding's parameter is an Out."""

    def work(message: func.QueueMessage, result: str) -> None: ...

    with pytest.raises(LoadError, match=r"'result' of function 'work' must be annotated azure\.functions\.Out"):
        signatures.check("work", work, QUEUE_IN_OUT)


def test_input_must_not_be_annotated_out() -> None:
    """A trigger's parameter is no Out."""

    def work(message: func.Out[str]) -> None: ...

    with pytest.raises(LoadError, match="must not be annotated"):
        signatures.check("work", work, QUEUE_IN)


def test_type_of_another_trigger_is_refused() -> None:
    """A queue trigger does not give an HttpRequest."""

    def work(message: func.HttpRequest) -> None: ...

    with pytest.raises(LoadError, match=r"HttpRequest.*which is no type for queueTrigger"):
        signatures.check("work", work, QUEUE_IN)


def test_returned_union_is_refused() -> None:
    """With a $return binding the return annotation must be a class: the worker refuses unions."""

    def work(message: func.QueueMessage) -> str | None: ...

    with pytest.raises(LoadError, match=r"with a \$return binding it must be a plain class"):
        signatures.check("work", work, QUEUE_IN | {"$return": ("queue", True)})


def test_annotation_that_is_only_there_for_type_checkers_is_refused() -> None:
    """The worker resolves annotations at run time."""

    def work(message: "Missing") -> None: ...  # type: ignore[name-defined]  # noqa: F821 - that is the point

    with pytest.raises(LoadError, match="must not be imported under TYPE_CHECKING only"):
        signatures.check("work", work, QUEUE_IN)
