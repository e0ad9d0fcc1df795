"""The page of the measurements, docs/benchmarks.md, with its chart."""

import os
import platform
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from bench.bars import chart
from bench.measurement import Measurement
from local.stand import ROOT

PAGE: Final = ROOT / "docs" / "benchmarks.md"
CHART: Final = ROOT / "docs" / "benchmarks.svg"
_HEAD: Final = """<!-- Written by `make bench` from bench/; change that, not this page. -->

# Benchmarks

Measured by `make bench` on {day} with Python {python} on {cores} cores, all in one run on this project's stand: real
Azurite, the real SDKs, the simulated tenant over HTTP. Machines differ and are noisy, so quote the ratios; each goal is
one too. A longer bar is better, whatever the figure.

![Each figure against its goal](benchmarks.svg)
"""
_ABOUT: Final = {
    "today": (
        "What people use today, on the same tenant: msgraph-sdk as its samples show it, one person and one call after "
        "another, with no record, no decision and no look afterwards; and a harvester that inserts event by event."
    ),
    "graph_calls": "Calls to Microsoft Graph; a batch is one, and changes are never batched.",
    "storage_requests": "What Azure bills of the storage account.",
    "cold_start": "From the interpreter's start to the first answer, against importing the SDKs and doing nothing.",
    "throughput": "One worker process, as busy as host.json lets it be.",
    "decoding": "The same bytes into msgraph-sdk's models and into the desk's values.",
    "harvest": "The harvest at work; `make bench-million` does it with a million events.",
    "bulk": "Many people at once, against what the simulated tenant's documented limits allow.",
    "console": "The service desk's page in a real Chromium.",
}


def write(measured: Mapping[str, Sequence[Measurement]], today: date) -> None:
    """Write the page and its chart, of measurements by the names of their parts."""
    PAGE.write_text(page(measured, today), encoding="utf-8")
    CHART.write_text(chart([each for part in measured.values() for each in part]), encoding="utf-8")


def page(measured: Mapping[str, Sequence[Measurement]], today: date) -> str:
    """Return the page."""
    head = _HEAD.format(day=today, python=platform.python_version(), cores=os.cpu_count())
    return head + "".join(_section(name, part) for name, part in measured.items())


def _section(name: str, part: Sequence[Measurement]) -> str:
    rows = "".join(
        f"| {_sign(each)} | {each.what} | {each.value:.3g} | {_goal(each)} | {each.how} |\n" for each in part
    )
    title = name.replace("_", " ").capitalize()
    return (
        f"\n## {title}\n\n{_ABOUT[name]}\n\n| | what | measured | goal | how |\n| --- | --- | --- | --- | --- |\n{rows}"
    )


def _sign(one: Measurement) -> str:
    return "✔" if one.reached else "✘"


def _goal(one: Measurement) -> str:
    return f"{one.better} {one.goal:g}"
