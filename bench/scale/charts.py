"""The charts beside the page."""

from bench.scale import assumptions as given
from bench.scale.chart import Chart, Line
from bench.scale.harvest_days import Harvested
from bench.scale.scenario import RESET, REVOCATION, SIZES
from bench.scale.verdict import Verdict

_HOUR = 3600
_HOURS = 60


def charts(incidents: dict[tuple[int, int], Verdict], harvested: dict[int, Harvested]) -> dict[str, str]:
    """Return each by the name of its file."""
    return {"incident.svg": _incident(incidents).svg(), "harvest.svg": _harvest(harvested).svg()}


def _incident(told: dict[tuple[int, int], Verdict]) -> Chart:
    most = SIZES[-1]
    names = {REVOCATION: "revoked", RESET: "reset"}
    lines = [Line(f"{names[writes]}, in bulk, day by day", _bulk(most, writes)) for writes in names]
    lines += [Line(f"{names[writes]}, as single ones", _singles(told[most, writes])) for writes in names]
    return Chart(
        title="A million people at once",
        across="hours",
        up="% done",
        lines=lines,
        most_across=_HOURS,
        most_up=100,
        steps=5,
    )


def _bulk(people: int, writes: int) -> list[tuple[float, float]]:
    hours = people * writes / (given.GRAPH_WRITES.value / 150 * given.BULK_SHARE.value) / _HOUR
    return [(0, 0), (hours, 100), (_HOURS, 100)]


def _singles(told: Verdict) -> list[tuple[float, float]]:
    return [(hour, 100 * told.done_by(hour * _HOUR)) for hour in range(0, _HOURS + 1, 2)]


def _harvest(told: dict[int, Harvested]) -> Chart:
    return Chart(
        title="From an event to its row",
        across="million events a day",
        up="hours",
        lines=[
            Line("95 % within", [(volume, each.lag(0.95) / _HOUR) for volume, each in told.items()]),
            Line("half of them within", [(volume, each.lag(0.5) / _HOUR) for volume, each in told.items()]),
        ],
        most_across=40,
        most_up=12,
    )
