"""How many resets one instance does per second, against what Graph's latency alone would allow."""

from collections.abc import Iterator

import msgspec

from bench import workbench
from bench.measurement import Known, Measurement
from local.stand import ROOT
from local.tenant.control_client import ControlClient

LATENCY_SECONDS = 0.1
RESETS = 400
_ONE_CORE = Known(
    "At the ideal a process has 37 ms for each reset, on the one core that Python uses, and the SDKs' pipelines take "
    "most of that. The fewer waits for Graph a reset has, the more of them are done, and the harder this is to reach.",
    worst=0.6,
)


def measure() -> Iterator[Measurement]:
    """Keep one worker process as busy as host.json lets it be; count over the middle of the run."""
    # Two to read, one a method, and a last one: what is left is asked while sessions are revoked.
    concurrency, waits = _concurrency(), len(workbench.METHODS) + 3
    with workbench.stand(with_host=False) as stand, ControlClient(stand.tenant_url) as tenant:
        users = tenant.add_people(RESETS, workbench.METHODS)
        tenant.turn(latency=LATENCY_SECONDS)
        requests = "\n".join(workbench.request(user, f"many-{number}") for number, user in enumerate(users))
        *answered, _ = workbench.run(stand, "-m", "bench.worker", "queue", str(concurrency), told=requests)
    middle = answered[RESETS // 5 : -RESETS // 5]
    per_second = (len(middle) - 1) / (middle[-1] - middle[0])
    ideal = concurrency / (waits * LATENCY_SECONDS)
    how = (
        f"{per_second:.1f}/s of {ideal:.1f}/s: {concurrency} at once, {waits} waits of {LATENCY_SECONDS * 1000:.0f} ms"
    )
    yield Measurement("resets per second, against the ideal", per_second / ideal, 0.9, "at least", how, _ONE_CORE)


def _concurrency() -> int:
    """Return how many requests the host hands one instance at once, by host.json."""
    queues = msgspec.json.decode(ROOT.joinpath("host.json").read_bytes())["extensions"]["queues"]
    return int(queues["batchSize"]) + int(queues["newBatchThreshold"])
