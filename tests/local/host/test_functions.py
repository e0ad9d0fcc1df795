"""Indexing an app, and refusing what the host does not start."""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import azure.functions as func
import pytest

from local.host import functions
from local.host.signatures import LoadError
from tests.local.host.hosting import only_function


def test_functions_of_blueprints_are_indexed() -> None:
    """App and blueprints together give the functions, with triggers and outputs as in function.json."""
    app, blueprint = func.FunctionApp(), func.Blueprint()

    @blueprint.function_name("work")
    @blueprint.queue_trigger(arg_name="message", queue_name="%IN%", connection="Desk")
    @blueprint.queue_output(arg_name="result", queue_name="out", connection="Desk")
    def _(message: func.QueueMessage, result: func.Out[str]) -> None: ...

    app.register_functions(blueprint)
    (function,) = functions.index(app)

    assert (function.name, function.trigger.type, function.trigger.name) == ("work", "queueTrigger", "message")
    assert function.trigger.properties == {"queueName": "%IN%", "connection": "Desk"}
    assert [(output.name, output.type) for output in function.outputs] == [("result", "queue")]
    assert function.folder == str(Path(__file__).parent)


def test_two_functions_of_one_name_keep_the_app_from_loading() -> None:
    """Names are unique over all blueprints."""
    app = func.FunctionApp()
    for _ in range(2):

        @app.function_name("work")
        @app.timer_trigger(arg_name="timer", schedule="0 0 * * * *")
        def _work(timer: func.TimerRequest) -> None: ...

    with pytest.raises(LoadError, match="work does not have a unique"):
        functions.index(app)


@pytest.mark.parametrize("name", ["1st", "with space", "Host", "a" * 129])
def test_invalid_function_name_is_refused(name: str) -> None:
    """A function name begins with a letter, has at most 128 of a-z, 0-9, _ and -, and is not host."""
    function = only_function(
        lambda app: app.function_name(name)(app.timer_trigger(arg_name="timer", schedule="0 0 * * * *")(tick))
    )

    assert functions.refusal(function) == f"'{name}' is not a valid function name."


@pytest.mark.parametrize(("name", "valid"), [("with_one", True), ("with__two", False)])
def test_binding_names_have_no_two_underscores(name: str, *, valid: bool) -> None:
    """Since host 4.1038 a binding name may have an underscore, but not two together."""
    namespace: dict[str, Callable[..., None]] = {}
    exec(f"def work({name}): ...", namespace)  # noqa: S102 - a parameter of that name
    function = only_function(lambda app: app.timer_trigger(arg_name=name, schedule="0 0 * * * *")(namespace["work"]))

    assert (functions.refusal(function) is None) is valid


def test_unknown_binding_is_refused_by_name() -> None:
    """A binding type that is not simulated names function, binding and the way out."""

    def archive(blob: func.InputStream) -> None: ...

    function = only_function(lambda app: app.blob_trigger(arg_name="blob", path="c/{name}", connection="Desk")(archive))

    refusal = functions.refusal(function)

    assert refusal
    assert "'blobTrigger' of 'blob' in function 'archive' the local host does not simulate" in refusal
    assert "`func start`" in refusal


def test_retry_policy_is_refused() -> None:
    """A retry policy is not passed over in silence."""
    function = only_function(
        lambda app: app.retry(strategy="fixed_delay", max_retry_count="3", delay_interval="00:00:01")(
            app.timer_trigger(arg_name="timer", schedule="0 0 * * * *")(tick)
        )
    )

    assert "has a retry policy, which the local host does not simulate" in str(functions.refusal(function))


def test_data_type_is_refused() -> None:
    """Nor is a dataType, which would change what the function is given."""
    function = only_function(
        lambda app: app.timer_trigger(arg_name="timer", schedule="0 0 * * * *", data_type=func.DataType.BINARY)(tick)
    )

    assert "has a dataType, which the local host does not simulate" in str(functions.refusal(function))


@pytest.mark.parametrize("count", [0, 2])
def test_module_has_exactly_one_app(count: int) -> None:
    """No FunctionApp at the top of function_app.py, or several, keep the app from loading."""
    module = ModuleType("function_app")
    vars(module).update({f"app{number}": func.FunctionApp() for number in range(count)})

    with pytest.raises(LoadError, match=f"exactly one FunctionApp at its top level; it has {count}"):
        functions.only_app(module)


def tick(timer: func.TimerRequest) -> None:
    """Do nothing."""
