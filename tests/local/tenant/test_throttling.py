"""Throttling."""

from local.tenant.control_client import ControlClient
from local.tenant.switches import Limit
from local.tenant.throttle import Throttle
from tests.fixtures.tenant import Tenant
from tests.local.tenant.caller import ADELE, Graph, error


class HandClock:
    """A clock that moves when told."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """Tell the time."""
        return self.now


def test_a_bucket_empties_and_fills_up_evenly() -> None:
    """Five per ten seconds: after five at once, one more every two seconds."""
    clock = HandClock()
    throttle = Throttle(clock)
    limit = Limit(requests=5, seconds=10)

    assert [throttle.wait("app", "reports", limit) for _ in range(6)] == [0, 0, 0, 0, 0, 2]
    clock.now = 2.0
    assert [throttle.wait("app", "reports", limit) for _ in range(2)] == [0, 2]
    clock.now = 100.0
    assert [throttle.wait("app", "reports", limit) for _ in range(6)] == [0, 0, 0, 0, 0, 2]


def test_apps_and_families_have_buckets_of_their_own() -> None:
    """One does not empty the other's."""
    throttle = Throttle(HandClock())
    limit = Limit(requests=1, seconds=10)

    waits = [throttle.wait(*key, limit) for key in (("a", "x"), ("b", "x"), ("a", "y"), ("a", "x"))]

    assert waits == [0, 0, 0, 10]


def test_a_throttled_call_is_429_with_the_headers_to_obey(tenant: Tenant, graph: Graph, control: ControlClient) -> None:
    """Retry-After, the scope with app and tenant, and the reason; nothing happens."""
    control.turn(limits={"authentication": {"requests": 1, "seconds": 30}})
    graph.methods(ADELE)
    answer = graph.call("GET", f"/v1.0/users/{ADELE}/authentication/methods")
    scope = f"Tenant_Application/ReadWrite/{tenant.reset_client_id}/{control.facts().id}"

    assert error(answer)[:2] == (429, "TooManyRequests")
    assert int(answer.headers["Retry-After"]) in {29, 30}
    assert answer.headers["x-ms-throttle-scope"] == scope
    assert answer.headers["x-ms-throttle-information"] == "ResourceUnitLimitExceeded"
    control.advance(30)
    assert graph.methods(ADELE)


def test_without_a_limit_nothing_is_throttled(graph: Graph) -> None:
    """As nothing is documented for authentication methods."""
    assert all(graph.methods(ADELE) for _ in range(50))


def test_changes_of_the_directory_have_a_limit_of_their_own(graph: Graph, control: ControlClient) -> None:
    """Reading goes on meanwhile."""
    control.turn(limits={"writes": {"requests": 1, "seconds": 30}})
    answers = [graph.call("POST", f"/v1.0/users/{ADELE}/revokeSignInSessions") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 429]
    assert answers[1].headers["x-ms-throttle-information"] == "WriteLimitExceeded"
    assert graph.call("GET", f"/v1.0/users/{ADELE}").status_code == 200


def test_writes_are_limited_as_documented(control: ControlClient) -> None:
    """3,000 in 150 seconds for each application in a tenant (Microsoft Graph documentation, throttling limits)."""
    assert control.turn().limits.writes == Limit(requests=3_000, seconds=150)
