"""A cold start: from the interpreter's start to the first reset answered, against importing the SDKs alone."""

import time
from collections.abc import Iterator
from statistics import median

from bench import workbench
from bench.measurement import Measurement
from local.tenant.control_client import ControlClient

ROUNDS = 25
_SDKS = "import azure.functions, azure.identity.aio, azure.data.tables.aio, msgraph"
_TELL = "import time; print(time.clock_gettime(time.CLOCK_MONOTONIC))"


def measure() -> Iterator[Measurement]:
    """Start both in turn, so that whatever else the machine does meets both alike."""
    alone: list[float] = []
    answered: list[float] = []
    models = 0.0
    with workbench.stand(with_host=False) as stand, ControlClient(stand.tenant_url) as tenant:
        for number, user in enumerate(tenant.add_people(ROUNDS + 1, workbench.METHODS)):
            started = time.clock_gettime(time.CLOCK_MONOTONIC)
            (imported,) = workbench.run(stand, "-c", f"{_SDKS}; {_TELL}")
            alone.append(imported - started)
            started = time.clock_gettime(time.CLOCK_MONOTONIC)
            request = workbench.request(user, f"cold-{number}")
            first, models = workbench.run(stand, "-m", "bench.worker", "1", told=request)
            answered.append(first - started)
    # The first round compiles.
    ratio = median(answered[1:]) / median(alone[1:])
    how = f"median of {ROUNDS}: {median(answered[1:]):.2f} s against {median(alone[1:]):.2f} s"
    yield Measurement("cold start, against importing the SDKs", ratio, 1.2, "at most", how)
    yield Measurement("msgraph model modules imported by a reset", models, 0, "at most")
