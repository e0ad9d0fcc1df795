"""How many resets one instance does per second, against what Graph's latency alone, and what the SDKs would allow."""

from collections.abc import Iterator
from itertools import islice
from statistics import median

import msgspec

from bench import workbench
from bench.measurement import Known, Measurement
from local.stand import ROOT
from local.tenant.control_client import ControlClient

LATENCY_SECONDS = 0.1
RESETS = 150
"""Each way, and each round."""
ROUNDS = 3
_ONE_CORE = Known(
    "At the ideal a process has 37 ms for each reset, on the one core that Python uses, and the SDKs' pipelines take "
    "most of that, as the figure against their own calls shows. The fewer waits for Graph a reset has, the more of "
    "them are done, and the harder this is to reach."
)


def measure() -> Iterator[Measurement]:
    """Keep one process as busy as host.json lets it be, in turn the desk's and one that only makes the SDKs' calls."""
    # Two to read, one a method, and a last one: what is left is asked while sessions are revoked.
    concurrency, waits = _concurrency(), len(workbench.METHODS) + 3
    desk, sdks = [], []
    with workbench.stand(with_host=False) as stand, ControlClient(stand.tenant_url) as tenant:
        people = tenant.add_people(2 * ROUNDS * RESETS, workbench.METHODS)
        bare = iter([tenant.person(each).id for each in people[::2]])
        requests = iter([workbench.request(user, f"many-{number}") for number, user in enumerate(people[1::2])])
        tenant.turn(latency=LATENCY_SECONDS)
        for _ in range(ROUNDS):
            told = "\n".join(islice(bare, RESETS))
            sdks.append(_rate(workbench.run(stand, "-m", "bench.sdk_calls", "resets", f"{concurrency}", told=told)))
            told = "\n".join(islice(requests, RESETS))
            *answered, _ = workbench.run(stand, "-m", "bench.worker", "queue", f"{concurrency}", told=told)
            desk.append(_rate(answered))
    per_second, bare_calls = median(desk), median(sdks)
    ideal = concurrency / (waits * LATENCY_SECONDS)
    how = (
        f"{per_second:.1f}/s of {ideal:.1f}/s: {concurrency} at once, {waits} waits of {LATENCY_SECONDS * 1000:.0f} ms"
    )
    yield Measurement("resets per second, against the ideal", per_second / ideal, 0.9, "at least", how, _ONE_CORE)
    how = f"median of {ROUNDS}: {per_second:.1f}/s against {bare_calls:.1f}/s of a process that only calls as often"
    yield Measurement("resets per second, against the SDKs' own calls", per_second / bare_calls, 0.8, "at least", how)


def _rate(done: list[float]) -> float:
    """Return how many a second, over the middle of the run."""
    middle = done[len(done) // 5 : -len(done) // 5]
    return (len(middle) - 1) / (middle[-1] - middle[0])


def _concurrency() -> int:
    """Return how many requests the host hands one instance at once, by host.json."""
    queues = msgspec.json.decode(ROOT.joinpath("host.json").read_bytes())["extensions"]["queues"]
    return int(queues["batchSize"]) + int(queues["newBatchThreshold"])
