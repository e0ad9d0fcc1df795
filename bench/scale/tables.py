"""The tables of the page: each simulates what it tells."""

from collections.abc import Callable
from datetime import timedelta

from bench.scale import assumptions as given
from bench.scale import scenario
from bench.scale.bucket import FixedWindow, Limit
from bench.scale.day import Course
from bench.scale.harvest_days import HarvestDays, Harvested
from bench.scale.page_rows import page_rows
from bench.scale.queue_day import writes_limit
from bench.scale.scenario import RESET, REVOCATION, SIZES
from bench.scale.verdict import Verdict
from bench.scale.wall import Wall
from bench.scale.words import number, percent, seconds, table
from shared.audit.harvest_plan import Rhythm

MILLION = 1_000_000
VOLUMES = (1, 10, 14, 20, 40)
"""Million events a day."""
DAYS = 2
_CROWD = 10_000
_ENDED = (
    "half of the done after",
    "last done after",
    "too old",
    "left half done",
    "runs a request",
    "storage requests each",
)
_BEHIND = ("median lag", "p95", f"not read after {DAYS} days", "second reading behind by")
_USUAL = timedelta(minutes=4)
_LONGER = timedelta(minutes=4, seconds=50)


def single(day: Callable[[int], Verdict]) -> str:
    """Return how long single requests wait on a day, by size."""
    rows = []
    for people in SIZES:
        told = day(people)
        waits = [seconds(told.wait(share)) for share in (0.5, 0.95)]
        rows.append([f"{people:,}", f"{told.requests:,}", *waits, number(told.runs), number(told.storage)])
    return table(["people", "requests", "median wait", "p95", "runs a request", "storage requests a reset"], rows)


def incidents(told: dict[tuple[int, int], Verdict]) -> str:
    """Return what becomes of everybody's requests on the queue of single ones."""
    return table(
        ["people", "writes each", *_ENDED],
        [[f"{people:,}", str(writes), *_ended(verdict)] for (people, writes), verdict in told.items()],
    )


def _ended(told: Verdict) -> list[str]:
    return [
        seconds(told.wait(0.5)),
        seconds(told.last),
        percent(told.too_old),
        percent(told.half_done),
        number(told.runs),
        number(told.storage),
    ]


def in_bulk() -> str:
    """Return how long everybody takes in bulk, at the pace of bulk requests."""
    pace = given.GRAPH_WRITES.value / 150 * given.BULK_SHARE.value
    rows = []
    for people in SIZES:
        beside = scenario.beside_bulk(people, 5)
        whole = [seconds(people * writes / pace) for writes in (REVOCATION, RESET)]
        rows.append([f"{people:,}", *whole, seconds(beside.wait(0.5)), seconds(beside.wait(0.95))])
    return table(
        ["people", "all revoked after", "all reset after", "a single reset beside it: median", "p95"],
        rows,
    )


def at_work() -> str:
    """Return what the door before Graph comes to, with fewer instances and with another kind of limit."""
    told = {
        f"{int(given.AT_WORK.value) * instances}{kind}": scenario.incident(
            _CROWD, RESET, instances, writes_limit=limit(), has_door=has_door
        )
        for kind, limit, has_door in (
            ("", writes_limit, True),
            (", without a door", writes_limit, False),
            (", in fixed windows", _window, True),
            (", in fixed windows, without a door", _window, False),
        )
        for instances in ((1, 4, 40) if limit is writes_limit else (40,))
    }
    return table(
        ["at work at most", *_ENDED, "429 a request"],
        [[name, *_ended(each), number(each.refused / each.requests)] for name, each in told.items()],
    )


def _window() -> Limit:
    return FixedWindow(given.GRAPH_WRITES.value, 150)


def harvested() -> dict[int, Harvested]:
    """Return some days of each volume."""
    return {volume: _harvest(volume, _USUAL) for volume in VOLUMES}


def harvests(told: dict[int, Harvested]) -> str:
    """Return how far behind the harvest is, by volume."""
    return table(
        ["million events a day", *_BEHIND], [[str(volume), *_harvested(each)] for volume, each in told.items()]
    )


def longer_harvests() -> str:
    """Return the same of runs that may take nearly all of the time between two."""
    told = {volume: _harvest(volume, _LONGER) for volume in (14, 20)}
    return harvests(told)


def _harvest(volume: int, budget: timedelta) -> Harvested:
    store = page_rows(given.RELEVANT.value).seconds
    return HarvestDays(Course(volume * MILLION), Rhythm(budget=budget), store).run(DAYS)


def _harvested(told: Harvested) -> list[str]:
    unread = number(max(0.0, told.unread) / MILLION) if told.unread > MILLION / 10 else "0"
    return [seconds(told.lag(0.5)), seconds(told.lag(0.95)), f"{unread} million", f"{number(told.again_behind)} h"]


def pages_stored() -> str:
    """Return what a page of 999 events costs to store, by how much of it is relevant."""
    shares = (0.0, 0.01, 0.1, 1.0)
    rows = [
        [
            percent(share),
            str(told.requests),
            str(told.rows),
            seconds(told.seconds),
            number(999 / max(2.2, told.seconds)),
        ]
        for share, told in ((share, page_rows(share)) for share in shares)
    ]
    return table(["relevant events", "storage requests", "rows", "written in", "events a second, at most"], rows)


def walls(found: list[Wall]) -> str:
    """Return the walls of a day, the nearest first."""
    return table(
        ["what", "a million people take", "there is", "full at"],
        [
            [each.what, f"{number(each.per_million)} {each.unit}", number(each.limit), _people(each.people)]
            for each in found
        ],
    )


def _people(number_of: float) -> str:
    return f"{number(number_of)} people" if number_of < 100 * MILLION else "more than 100 million people"


def sweeps() -> str:
    """Return how long the sweeper takes, by how many requests stand open."""
    each = given.SWEPT.value * given.TABLE_LATENCY.value / given.SWEPT_AT_ONCE.value
    rows = [
        [
            f"{number_open:,}",
            f"{-(-number_open // int(given.TABLE_PAGE.value)):,}",
            seconds(number_open * each),
            f"{-(-number_open * each // given.SWEEP.value):.0f}",
        ]
        for number_open in (640, 10_000, 100_000, MILLION)
    ]
    return table(["open requests", "answers, if all are due", "all put back after", "in so many sweeps"], rows)


def assumptions() -> str:
    """Return every figure that is given to the model."""
    return table(
        ["name", "figure", "source", ""],
        [
            [f"`{name}`", f"{each.value:,.10g} {each.unit}", each.source, "" if each.sure else "UNCONFIRMED"]
            for name, each in given.figures().items()
        ],
    )
