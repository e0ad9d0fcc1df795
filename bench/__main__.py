"""Runs all measurements, prints them and writes docs/benchmarks.md; exit code 1 where a miss of a goal is news."""

import sys
from datetime import UTC, datetime
from types import ModuleType
from typing import Final

from rich.console import Console

from bench import (
    bulk,
    cold_start,
    console,
    decoding,
    graph_calls,
    harvest,
    page,
    storage_requests,
    throughput,
    today,
)
from bench.measurement import report

PARTS: Final = (today, graph_calls, storage_requests, cold_start, throughput, decoding, harvest, bulk, console)


def main() -> int:
    """Measure all."""
    terminal = Console()
    measured = {}
    for part in PARTS:
        terminal.print(f"measuring {name_of(part).replace('_', ' ')} …", style="dim")
        measured[name_of(part)] = list(part.measure())
    page.write(page.USUAL, measured, datetime.now(UTC).date())
    terminal.print()
    return 0 if report(terminal, [each for part in measured.values() for each in part]) else 1


def name_of(part: ModuleType) -> str:
    """Return what a part is called."""
    return part.__name__.removeprefix("bench.")


if __name__ == "__main__":
    sys.exit(main())
