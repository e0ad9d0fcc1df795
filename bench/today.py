"""The desk beside what people use today, in one run on the same tenant: a script with msgraph-sdk's models."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from statistics import median

from bench import workbench
from bench.measurement import Measurement
from local.stand import Stand
from local.tenant.control_client import ControlClient

PEOPLE = 24
"""Each way."""
EVENTS = 400
"""An hour."""
HOURS = 3
LATENCY_SECONDS = 0.1
ROUNDS = 5
_AT_ONCE = 16


def measure() -> Iterator[Measurement]:
    """Reset as many people either way, start both cold, and harvest the same events."""
    with workbench.stand(with_host=False) as stand, ControlClient(stand.tenant_url) as tenant:
        yield from _cold(stand, tenant)
        tenant.turn(latency=LATENCY_SECONDS)
        yield _resets(stand, tenant)
        tenant.turn(latency=0.0, limits={"reports": None})
        yield _harvests(stand, tenant)


def _cold(stand: Stand, tenant: ControlClient) -> Iterator[Measurement]:
    """Start each until its first person is done, in turn."""
    people = iter(tenant.add_people(2 * (ROUNDS + 1), workbench.METHODS))
    theirs, ours = [], []
    for number in range(ROUNDS + 1):
        theirs.append(_seconds(stand, "-m", "bench.as_today", "reset", told=tenant.person(next(people)).id))
        told = workbench.request(next(people), f"today-{number}")
        ours.append(_seconds(stand, "-m", "bench.worker", "queue", "1", told=told))
    # The first round compiles.
    script, desk = median(theirs[1:]), median(ours[1:])
    how = f"median of {ROUNDS}, with record, decision and check: {desk:.2f} s; the script without: {script:.2f} s"
    yield Measurement("first reset of a cold start, times sooner than a script", script / desk, 1.5, "at least", how)


def _seconds(stand: Stand, *arguments: str, told: str) -> float:
    started = time.clock_gettime(time.CLOCK_MONOTONIC)
    return workbench.run(stand, *arguments, told=told)[0] - started


def _resets(stand: Stand, tenant: ControlClient) -> Measurement:
    """Reset people at Graph's latency: one call at a time, and as many at once as one instance of the desk."""
    script = tenant.add_people(PEOPLE, workbench.METHODS)
    *theirs, _ = workbench.run(
        stand, "-m", "bench.as_today", "reset", told="\n".join(tenant.person(each).id for each in script)
    )
    desk = tenant.add_people(8 * PEOPLE, workbench.METHODS)
    told = "\n".join(workbench.request(each, f"beside-{number}") for number, each in enumerate(desk))
    *ours, _ = workbench.run(stand, "-m", "bench.worker", "queue", str(_AT_ONCE), told=told)
    slow, fast = _rate(theirs), _rate(ours)
    how = f"at {LATENCY_SECONDS * 1000:.0f} ms latency: {fast:.1f}/s on one instance against {slow:.1f}/s"
    return Measurement("resets per second, times those of a script", fast / slow, 8, "at least", how)


def _rate(done: list[float]) -> float:
    middle = done[len(done) // 6 : -len(done) // 6]
    return (len(middle) - 1) / (middle[-1] - middle[0])


def _harvests(stand: Stand, tenant: ControlClient) -> Measurement:
    """Bring the same events in, at no latency and without Graph's limit: what is left is either's own work."""
    start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=HOURS + 1)
    for hour in range(HOURS):
        since = start + timedelta(hours=hour)
        tenant.audit.crowd(EVENTS, since=since.isoformat(), until=(since + timedelta(minutes=59)).isoformat())
    seconds, found = workbench.run(stand, "-m", "bench.as_today", "harvest")
    told = workbench.run(stand, "-m", "bench.harvester", str(EVENTS), str(HOURS), start.isoformat(), "apart")
    theirs, ours = found / seconds, EVENTS / median(told[: 2 * HOURS : 2])
    how = f"{ours:.0f}/s, indexed by person, actor and day, against {theirs:.0f}/s"
    return Measurement("events harvested, times one by one through the models", ours / theirs, 5, "at least", how)
