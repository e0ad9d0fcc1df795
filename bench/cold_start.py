"""A cold start: from the interpreter's start to the first reset answered, against what the SDKs alone take."""

import time
from collections.abc import Iterator
from statistics import median

from bench import workbench
from bench.measurement import Known, Measurement
from bench.worker import CALLER
from local.stand import Stand
from local.tenant.control_client import ControlClient

ROUNDS = 25
_SDKS = "import azure.functions, azure.identity.aio, azure.data.tables.aio, msgraph"
_TELL = "import time; print(time.clock_gettime(time.CLOCK_MONOTONIC))"
_FLOOR = Known(
    "msgraph-sdk loads what its connections take (httpcore, anyio) at the first call, and not when it is imported; "
    "nothing that makes one call gets round it, as the figures against the SDKs' first calls show."
)
_DOORS = {"queue": "from the queue", "http": "over HTTP"}


def measure() -> Iterator[Measurement]:
    """Start all in turn, so that whatever else the machine does meets all alike."""
    seconds: dict[str, list[float]] = {"alone": [], "called": [], "queue": [], "http": []}
    models = 0.0
    with workbench.stand(with_host=False) as stand, ControlClient(stand.tenant_url) as tenant:
        people = iter(tenant.add_people(2 * (ROUNDS + 1), workbench.METHODS))
        for number in range(ROUNDS + 1):
            seconds["alone"].append(_seconds(stand, "-c", f"{_SDKS}; {_TELL}")[0])
            seconds["called"].append(_seconds(stand, "-m", "bench.sdk_calls", "first", told=workbench.LEE)[0])
            for door in _DOORS:
                request = workbench.request(next(people), f"cold-{door}-{number}", CALLER)
                taken, loaded = _seconds(stand, "-m", "bench.worker", door, "1", told=request)
                seconds[door].append(taken)
                models += loaded
    # The first round compiles.
    alone, called, *_ = (median(each[1:]) for each in seconds.values())
    for door, way in _DOORS.items():
        answered = median(seconds[door][1:])
        how = f"median of {ROUNDS}: {answered:.2f} s against {alone:.2f} s"
        yield Measurement(
            f"cold start {way}, against importing the SDKs", answered / alone, 1.2, "at most", how, _FLOOR
        )
        how = f"median of {ROUNDS}: {answered:.2f} s against {called:.2f} s"
        yield Measurement(f"cold start {way}, against the SDKs' first calls", answered / called, 1.2, "at most", how)
    yield Measurement("msgraph model modules imported by a reset", models, 0, "at most")


def _seconds(stand: Stand, *arguments: str, told: str = "") -> tuple[float, float]:
    """Return how long it took until the interpreter told the first figure, and the last figure it told."""
    started = time.clock_gettime(time.CLOCK_MONOTONIC)
    first, *_, last = [*workbench.run(stand, *arguments, told=told), 0.0]
    return first - started, last if told else 0.0
