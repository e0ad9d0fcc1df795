"""How many calls to Graph a reset takes, and how many round trips a preview."""

from collections.abc import Iterator

from bench import workbench
from bench.measurement import Measurement
from bench.worker import CALLER
from local.tenant.control_client import ControlClient

LATENCY_SECONDS = 0.25
PREVIEWS = 5


def measure() -> Iterator[Measurement]:
    """Count the calls of one reset of a person with three methods, with its revocation and its check."""
    methods = len(workbench.METHODS)
    with workbench.stand(with_host=False) as stand, ControlClient(stand.tenant_url) as tenant:
        users = tenant.add_people(2, workbench.METHODS)
        calls = {}
        for door, user in zip(("queue", "http"), users, strict=True):
            tenant.forget_trace()
            request = workbench.request(user, f"calls-{door}", CALLER)
            workbench.run(stand, "-m", "bench.worker", door, "1", told=request)
            calls[door] = len(tenant.trace())
        object_id = tenant.person(users[0]).id
        tenant.turn(latency=LATENCY_SECONDS)
        # The first waits for a token and for connections as well.
        answered = workbench.run(
            stand, "-m", "bench.worker", "preview", "1", told="\n".join([object_id] * (PREVIEWS + 1))
        )[:-1]
    queued = calls["queue"]
    yield Measurement("Graph calls per reset, beyond its methods", queued - methods, 4, "at most", f"{methods} methods")
    yield Measurement("Graph calls more for a reset over HTTP", calls["http"] - queued, 1, "at most")
    trips = (answered[-1] - answered[0]) / PREVIEWS / LATENCY_SECONDS
    how = f"time over Graph's latency of {LATENCY_SECONDS * 1000:.0f} ms, by object id"
    yield Measurement("Graph round trips per preview", trips, 1.5, "at most", how)
