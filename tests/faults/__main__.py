"""The fault campaign: many schedules, each made of its seed; or one of them, told in words and shrunk."""

import argparse
import asyncio
import logging
import sys

from tests.faults.campaign import campaign
from tests.faults.room import room
from tests.faults.schedule import schedule_of
from tests.faults.words import told


def main() -> int:
    """Play, and tell; return 1 where something was wrong."""
    parser = argparse.ArgumentParser(prog="make faults", description=__doc__)
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--count", type=int, default=1000, help="how many seeds")
    parser.add_argument("--workers", type=int, default=2, help="how many processes, each with an Azurite and a tenant")
    parser.add_argument("--seed", type=int, help="one seed alone: in words, and shrunk if something is wrong")
    options = parser.parse_args()
    if options.seed is not None:
        return one(options.seed)
    return 1 if campaign(range(options.first, options.first + options.count), options.workers) else 0


def one(seed: int) -> int:
    """Play the schedule of a seed, and tell it in words; where something is wrong, leave out what can be."""
    logging.disable(logging.CRITICAL)
    print(told(schedule_of(seed)))
    with room() as here:
        verdict = asyncio.run(here.tried(schedule_of(seed)))
        if not verdict.faults:
            print(f"Nothing is wrong: {verdict.counts}")
            return 0
        print(f"\n{verdict}\n\nShrunk:\n")
        print(asyncio.run(here.shrunk(verdict)))
        return 1


if __name__ == "__main__":
    sys.exit(main())
