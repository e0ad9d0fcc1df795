"""The harvest end to end, from Graph's pages to the rows in the store, against inserting nothing but these rows."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from statistics import median

from bench import workbench
from bench.measurement import Measurement
from local.tenant.control_client import ControlClient

EVENTS = 6_000
"""A round."""
ROUNDS = 4
RELEVANT = 0.01
"""The share of events that tell of somebody's MFA: in the recorded logs of tenants of middle size it is about that."""


def measure(events: int = EVENTS, rounds: int = ROUNDS) -> Iterator[Measurement]:
    """Harvest an hour a round, and insert its rows once more."""
    start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=rounds + 1)
    with workbench.stand(with_host=False) as stand, ControlClient(stand.tenant_url) as tenant:
        tenant.turn(limits={"reports": None})
        for number in range(rounds):
            since = start + timedelta(hours=number)
            until = since + timedelta(minutes=59)
            tenant.audit.crowd(events, since=since.isoformat(), until=until.isoformat(), relevant=RELEVANT)
        told = workbench.run(stand, "-m", "bench.harvester", str(events), str(rounds), start.isoformat(), "apart")
    *rates, first_peak, last_peak, first_lookup, last_lookup = told
    harvested, inserted = rates[::2], rates[1::2]
    how = f"median of {rounds}: {events / median(harvested):.0f}/s against {events / median(inserted):.0f}/s"
    ratios = [bare / whole for whole, bare in zip(harvested, inserted, strict=True)]
    yield Measurement("harvest, against inserting its rows", median(ratios), 0.9, "at least", how)
    how = f"{last_peak / 1024:.0f} MiB after {rounds * events} events, {first_peak / 1024:.0f} after {events}"
    yield Measurement("memory of a harvest that is longer", last_peak / first_peak, 1.1, "at most", how)
    how = f"{last_lookup * 1000:.0f} ms with {2 * rounds * events} events, {first_lookup * 1000:.0f} with {2 * events}"
    yield Measurement("who reset somebody's MFA, with more events", last_lookup / first_lookup, 1.2, "at most", how)
