"""Runs every measurement and prints them; the exit code is 0 only if every goal is reached."""

import sys

from rich.console import Console

from bench import bulk, cold_start, decoding, graph_calls, harvest, storage_requests, throughput
from bench.measurement import report


def main() -> int:
    """Measure all."""
    console = Console()
    measurements = []
    for part in (graph_calls, storage_requests, cold_start, throughput, decoding, harvest, bulk):
        name = part.__name__.removeprefix("bench.").replace("_", " ")
        console.print(f"measuring {name} …", style="dim")
        measurements += list(part.measure())
    console.print()
    return 0 if report(console, measurements) else 1


if __name__ == "__main__":
    sys.exit(main())
