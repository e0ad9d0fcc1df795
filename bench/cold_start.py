"""A cold start: from the interpreter's start to the first reset answered, against importing the SDKs alone."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from statistics import median

from bench import workbench
from bench.measurement import Measurement
from local.stand import ROOT
from local.tenant.control_client import ControlClient

ROUNDS = 15
_SDKS = "import azure.functions, azure.identity.aio, azure.data.tables.aio, msgraph"
_TELL = "import time; print(time.clock_gettime(time.CLOCK_MONOTONIC))"


def measure() -> Iterator[Measurement]:
    """Start both in turn, so that whatever else the machine does meets both alike."""
    with workbench.stand(with_host=False) as stand, ControlClient(stand.tenant_url) as tenant:
        users = tenant.add_people(ROUNDS + 1, workbench.METHODS)
        environ = {**os.environ, **stand.settings, "PYTHONPATH": str(ROOT)}
        environ.pop("PYTHONDONTWRITEBYTECODE", None)  # a deployed app is compiled once, and not at every start
        alone, answered, models = [], [], 0.0
        for number, user in enumerate(users):
            alone.append(_started(environ, "-c", f"{_SDKS}; {_TELL}")[-1])
            models, seconds = _started(environ, "-m", "bench.first_reset", workbench.request(user, f"cold-{number}"))
            answered.append(seconds)
    # The first round compiles.
    ratio = median(answered[1:]) / median(alone[1:])
    how = f"median of {ROUNDS}: {median(answered[1:]):.2f} s against {median(alone[1:]):.2f} s"
    yield Measurement("cold start, against importing the SDKs", ratio, 1.2, "at most", how)
    yield Measurement("msgraph model modules imported by a reset", models, 0, "at most")


def _started(environ: dict[str, str], *arguments: str) -> list[float]:
    """Return what an interpreter tells, the moment at its end as seconds since it was started."""
    started = time.clock_gettime(time.CLOCK_MONOTONIC)
    done = subprocess.run(  # noqa: S603 - our own commands, no shell
        [sys.executable, *arguments], env=environ, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
    )
    *figures, moment = map(float, done.stdout.split())
    return [*figures, moment - started]
