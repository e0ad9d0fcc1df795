"""The pages of the measurements, docs/benchmarks.md and docs/benchmarks-million.md, each with its chart."""

import os
import platform
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

import msgspec

from bench.bars import chart
from bench.measurement import Measurement, misses
from local.stand import ROOT

FOLDER: Final = ROOT / "docs"
_HEAD: Final = """<!-- Written by `make {target}` from bench/; change that, not this page. -->

# Benchmarks{title}

Measured by `make {target}` on {day} with Python {python} on {cores} cores, all in one run on this project's stand: real
Azurite, the real SDKs, the simulated tenant over HTTP. Machines differ and are noisy, so quote the ratios; each goal is
one too. A longer bar is better, whatever the figure.{beside}

![Each figure against its goal]({name}.svg)
"""
_ABOUT: Final = {
    "today": (
        "What people use today, on the same tenant: msgraph-sdk as its samples show it, one person and one call after "
        "another, with no record, no decision and no look afterwards; and a harvester that inserts event by event."
    ),
    "graph_calls": "Calls to Microsoft Graph; a batch is one, and changes are never batched.",
    "storage_requests": "What Azure bills of the storage account.",
    "cold_start": (
        "From the interpreter's start to the first answer, against importing the SDKs and doing nothing; and against "
        "importing them and making one call to each, without a decision, a record or a deletion."
    ),
    "throughput": (
        "One worker process, as busy as host.json lets it be; and in turn with it one that only makes the SDKs' calls."
    ),
    "decoding": "The same bytes into msgraph-sdk's models and into the desk's values.",
    "harvest": "The harvest at work.",
    "bulk": "Many people at once, against what the simulated tenant's documented limits allow.",
    "console": "The service desk's page in a real Chromium.",
    "million": (
        "A million events against ten thousand. Azurite goes over a whole table for every query, so that its own "
        "search grows; Azure Tables looks into the one partition that is asked for."
    ),
}


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Which page, and by what it is written."""

    name: str
    target: str
    title: str = ""
    beside: str = ""
    """What else there is to read."""


USUAL: Final = Page(
    name="benchmarks",
    target="bench",
    beside=" With a million audit events: [benchmarks-million.md](benchmarks-million.md).",
)
MILLION: Final = Page(name="benchmarks-million", target="bench-million", title=" with a million audit events")


def write(of: Page, measured: Mapping[str, Sequence[Measurement]], today: date) -> None:
    """Write a page and its chart, of measurements by the names of their parts."""
    drawn = chart([each for part in measured.values() for each in part])
    (FOLDER / f"{of.name}.md").write_text(page(of, measured, today), encoding="utf-8")
    (FOLDER / f"{of.name}.svg").write_text(drawn, encoding="utf-8")


def page(of: Page, measured: Mapping[str, Sequence[Measurement]], today: date) -> str:
    """Return a page."""
    told = {"day": today, "python": platform.python_version(), "cores": os.cpu_count()}
    head = _HEAD.format(**told, **msgspec.structs.asdict(of))
    return head + "".join(_section(name, part) for name, part in measured.items())


def _section(name: str, part: Sequence[Measurement]) -> str:
    rows = "".join(f"| {_sign(each)} | {each.what} | {each.told} | {_goal(each)} | {each.how} |\n" for each in part)
    title = name.replace("_", " ").capitalize()
    return (
        f"\n## {title}\n\n{_ABOUT[name]}\n\n| | what | measured | goal | how |\n| --- | --- | --- | --- | --- |\n{rows}"
        + "".join(f"\n{miss}\n" for miss in misses(part))
    )


def _sign(one: Measurement) -> str:
    return "✔" if one.reached else "✘"


def _goal(one: Measurement) -> str:
    return f"{one.better} {one.goal:g}"
