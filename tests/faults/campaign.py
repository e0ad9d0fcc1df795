"""Many schedules, in processes of their own: each share has an Azurite and a tenant."""

import asyncio
import logging
import multiprocessing
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import Final

from tests.faults.room import Verdict, room
from tests.faults.schedule import schedule_of

_SHARE: Final = 25
"""So many schedules are played in one room."""


def campaign(seeds: range, workers: int) -> int:
    """Play all, and tell; return how many were wrong."""
    begun, wrong, counts, kinds = time.monotonic(), 0, Counter[str](), Counter[str]()
    for played, verdict in enumerate(_verdicts(seeds, workers), 1):
        counts.update(verdict.counts)
        kinds.update(type(step).__name__ for step in verdict.schedule.steps)
        if verdict.faults:
            wrong += 1
            print(f"\n{verdict}", flush=True)
        if played % _SHARE == 0:
            print(f"{played} of {len(seeds)} played, {wrong} wrong", flush=True)
    minutes = (time.monotonic() - begun) / 60
    print(
        f"\n{len(seeds)} schedules, seeds {seeds[0]} to {seeds[-1]}, in {minutes:.1f} minutes: {wrong} of them wrong."
    )
    print("Steps: " + ", ".join(f"{times} {kind}" for kind, times in kinds.most_common()))
    print("Came about: " + ", ".join(f"{times} {what}" for what, times in counts.items()))
    return wrong


def _verdicts(seeds: range, workers: int) -> Iterator[Verdict]:
    """Yield what came of each, share by share, in whatever order."""
    shares = [seeds[start : start + _SHARE] for start in range(0, len(seeds), _SHARE)]
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as processes:
        for done in as_completed([processes.submit(_played, share) for share in shares]):
            yield from done.result()


def _played(seeds: range) -> list[Verdict]:
    logging.disable(logging.CRITICAL)  # what fails on purpose is logged by the thousand
    with room() as here:
        return [asyncio.run(here.tried(schedule_of(seed))) for seed in seeds]
