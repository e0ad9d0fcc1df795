"""Runs every measurement and prints them; the exit code is 0 only if every goal is reached."""

import sys

from rich.console import Console

from bench import bulk, cold_start, console, decoding, graph_calls, harvest, storage_requests, throughput
from bench.measurement import report


def main() -> int:
    """Measure all."""
    terminal = Console()
    measurements = []
    for part in (graph_calls, storage_requests, cold_start, throughput, decoding, harvest, bulk, console):
        name = part.__name__.removeprefix("bench.").replace("_", " ")
        terminal.print(f"measuring {name} …", style="dim")
        measurements += list(part.measure())
    terminal.print()
    return 0 if report(terminal, measurements) else 1


if __name__ == "__main__":
    sys.exit(main())
