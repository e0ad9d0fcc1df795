"""A million events, as `python -m bench.million [EVENTS]`, compared with ten thousand: `make bench-million`.

With a million it writes docs/benchmarks-million.md.

Azurite keeps its tables in memory, some 3 KiB an event: `make` gives its Node more room than Node takes by itself.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from statistics import median

from rich.console import Console

from bench import page, workbench
from bench.measurement import Known, Measurement, report
from local.stand import Stand
from local.tenant.control_client import ControlClient
from shared.audit.windows import DAY, HOUR

EVENTS = 1_000_000
A_DAY = 10_000
RELEVANT = 0.01
_AZURITE = Known(
    "It is Azurite's own search that takes longer; Azure Tables looks into the one partition that is asked for, and "
    "the desk asks for as much and is sent as much.",
    worst=1.35,
)
HOURS = 4
"""Windows that are harvested and inserted in turn, once everything is there."""


def measure(events: int) -> Iterator[Measurement]:
    """Harvest that many events, ten thousand a day, and of another log the first day alone; then ask both stores."""
    days = events // A_DAY
    now = datetime.now(UTC)
    start = now.replace(hour=0, minute=0, second=0, microsecond=0) - (days + 1) * DAY
    with _stand(days) as many, _stand(days) as few:
        _fill(few, start, DAY, 1)
        _fill(many, start, DAY, days)
        _chronicled(few, start, 1)
        yield _memory(_chronicled(many, start, days), events)
        yield from _asked(few, many, start, days)
        hours = now.replace(minute=0, second=0, microsecond=0) - (HOURS + 1) * HOUR
        _fill(many, hours, HOUR, HOURS)
        yield _against_inserting(many, hours, events)


@contextmanager
def _stand(days: int) -> Iterator[Stand]:
    """Yield a stand whose tenant keeps its log for longer than Entra does: it is read in one go."""
    with workbench.stand(with_host=False) as stand:
        with ControlClient(stand.tenant_url) as tenant:
            tenant.turn(limits={"reports": None}, audit_retention_days=days + 10)
        yield stand


def _fill(stand: Stand, start: datetime, length: timedelta, times: int) -> None:
    with ControlClient(stand.tenant_url) as tenant:
        for number in range(times):
            since = start + number * length
            until = since + length * 0.99
            tenant.audit.crowd(A_DAY, since=since.isoformat(), until=until.isoformat(), relevant=RELEVANT)


def _chronicled(stand: Stand, start: datetime, days: int) -> list[float]:
    return workbench.run(stand, "-m", "bench.chronicler", str(A_DAY), str(days), start.isoformat())


def _memory(peaks: list[float], events: int) -> Measurement:
    first, last = (peak / 1024 for peak in peaks)
    how = f"{last:.0f} MiB after {events:,} events, {first:.0f} after {A_DAY:,}"
    return Measurement("memory of a harvest that is longer", last / first, 1.1, "at most", how)


def _asked(few: Stand, many: Stand, start: datetime, days: int) -> Iterator[Measurement]:
    end = start + days * DAY
    connections = few.connection_string, many.connection_string
    *told, few_bytes, many_bytes, few_answers, many_answers = workbench.run(
        few, "-m", "bench.reader", start.isoformat(), end.isoformat(), *connections
    )
    lookup, nobody, report = (list(zip(told[at::6], told[at + 1 :: 6], strict=True)) for at in (0, 2, 4))
    around = f"with {days * A_DAY:,} events and {A_DAY:,}"
    how = f"{_both(lookup)} {around}; Azurite's own search, which goes over whole tables: {_both(nobody)}"
    yield Measurement("who reset somebody's MFA, with more events", _ratio(lookup), 1.2, "at most", how, _AZURITE)
    how = f"{many_bytes:.0f} and {few_bytes:.0f} bytes in {many_answers:.0f} and {few_answers:.0f} answers"
    yield Measurement("what that makes the store send", many_bytes / few_bytes, 1.2, "at most", how)
    how = f"{_both(report)} {around} around it"
    yield Measurement("report of a day, with more events around it", _ratio(report), 1.2, "at most", how)


def _both(pairs: list[tuple[float, float]]) -> str:
    few, many = (median(pair[which] for pair in pairs) * 1000 for which in (0, 1))
    return f"{many:.1f} ms and {few:.1f} ms"


def _ratio(pairs: list[tuple[float, float]]) -> float:
    return median(many / few for few, many in pairs)


def _against_inserting(stand: Stand, start: datetime, events: int) -> Measurement:
    told = workbench.run(stand, "-m", "bench.harvester", str(A_DAY), str(HOURS), start.isoformat(), "beside")
    harvested, inserted = told[: 2 * HOURS : 2], told[1 : 2 * HOURS : 2]
    ratio = median(bare / whole for whole, bare in zip(harvested, inserted, strict=True))
    rates = f"{A_DAY / median(harvested):.0f}/s against {A_DAY / median(inserted):.0f}/s"
    how = f"median of {HOURS}, beside {events:,} events: {rates}"
    return Measurement("harvest, against inserting its rows", ratio, 0.9, "at least", how)


def main(events: int) -> int:
    """Measure, print, and write the page; return the exit code."""
    measured = list(measure(events))
    if events == EVENTS:
        page.write(page.MILLION, {"million": measured}, datetime.now(UTC).date())
    return 0 if report(Console(), measured) else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else EVENTS))
