"""A long harvest at work, as `python -m bench.chronicler EVENTS ROUNDS START`, in the environment of a stand.

The log holds so many events for each day from START on; each round harvests one of these days, and nothing else is
done meanwhile. After the first round and after the last it tells the peak of its memory in KiB. Beside the log the
store is given what `bench.reader` looks for.
"""

import asyncio
import sys
from datetime import UTC, datetime

from bench.day_report import DayReport
from bench.harvester import Bench, peak
from bench.reader import RETENTION
from shared.audit.windows import DAY


async def main(events: int, rounds: int, start: datetime) -> None:
    """Harvest, and tell."""
    bench = Bench(start, DAY, RETENTION)
    await bench.know()
    await DayReport(bench.tables, bench.lookup, start - DAY).know()
    peaks = []
    for _ in range(rounds):
        await bench.harvest(events)
        peaks.append(peak())
    print(peaks[0], peaks[-1])


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), datetime.fromisoformat(sys.argv[3]).astimezone(UTC)))
