"""Whatever is asked, Graph has an answer, and it is never a 500."""

from typing import Any
from urllib.parse import quote

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from local.tenant.service import ROUTES
from tests.local.tenant.caller import SAM, Graph

PATHS = st.sampled_from([("beta" if route.beta_only else "v1.0", route.path) for route in ROUTES])
KEYS = st.one_of(st.sampled_from([SAM, "x"]), st.text(max_size=12))
OPTIONS = st.dictionaries(
    st.sampled_from(["$select", "$filter", "$expand", "$top", "$skiptoken", "$search", "$count", "$nothing"]),
    st.one_of(
        st.sampled_from(["true", "id", "id eq 'x'", "principalId eq 'x'", "1", "YXQ6MQ=="]), st.text(max_size=20)
    ),
    max_size=3,
)
METHODS = st.sampled_from(["GET", "POST", "PATCH", "DELETE", "PUT"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
NAMED = st.dictionaries(
    st.sampled_from(
        [
            "perUserMfaState",
            "userPreferredMethodForSecondaryAuthentication",
            "lifetimeInMinutes",
            "startDateTime",
            "requests",
            "message",
        ]
    ),
    JSON,
    max_size=2,
)

SLOWLY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@SLOWLY
@given(path=PATHS, keys=st.lists(KEYS, min_size=2, max_size=2), method=METHODS, options=OPTIONS, body=JSON | NAMED)
def test_no_call_is_a_500(  # noqa: PLR0913
    *, graph: Graph, path: tuple[str, str], keys: list[str], method: str, options: dict[str, str], body: Any
) -> None:
    """Odd keys, odd options and odd bodies are refused like anything else."""
    version, template = path
    for key in keys:
        template = template.replace("{id}", quote(key, safe="") or "-", 1)
    query = "&".join(f"{name}={quote(value)}" for name, value in options.items())
    answer = graph.call(method, f"/{version}{template}?{query}", body, ConsistencyLevel="eventual")

    assert answer.status_code < 500, answer.text
    assert "code" in answer.json()["error"] if answer.is_error else answer.is_success


@SLOWLY
@given(
    requests=JSON | st.lists(st.dictionaries(st.sampled_from(["id", "method", "url", "dependsOn"]), JSON), max_size=3)
)
def test_no_batch_is_a_500(*, graph: Graph, requests: Any) -> None:
    """Neither are odd batches."""
    assert graph.call("POST", "/v1.0/$batch", {"requests": requests}).status_code in {200, 400}
