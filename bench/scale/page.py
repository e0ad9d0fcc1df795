"""docs/scale.md: the text of page.md, with what the model finds."""

from pathlib import Path
from typing import Final

from bench.scale import assumptions as given
from bench.scale import charts, scenario, tables, wall
from bench.scale.scenario import RESET, REVOCATION, SIZES
from bench.scale.words import number

_TEXT: Final = Path(__file__).parent / "page.md"


def pages() -> dict[str, str]:
    """Return every file by its name, beneath docs/."""
    incidents = {
        (people, writes): scenario.incident(people, writes) for writes in (REVOCATION, RESET) for people in SIZES
    }
    harvested = tables.harvested()
    text = _TEXT.read_text(encoding="utf-8") % {
        **_in_short(),
        "normal_table": tables.single(scenario.normal),
        "normal_walls": tables.walls(wall.walls(wall.normal())),
        "spray_table": tables.single(scenario.spray),
        "spray_walls": tables.walls(wall.walls(wall.spray())),
        "bulk": tables.in_bulk(),
        "bulk_walls": tables.walls(wall.incident(RESET)),
        "incidents": tables.incidents(incidents),
        "at_work": tables.at_work(),
        "harvests": tables.harvests(harvested),
        "longer": tables.longer_harvests(),
        "pages": tables.pages_stored(),
        "sweeps": tables.sweeps().replace("\n", "\n  "),
        "assumptions": tables.assumptions(),
    }
    drawn = charts.charts(incidents, harvested)
    return {"scale.md": text, **{f"scale/{name}": svg for name, svg in drawn.items()}}


def _in_short() -> dict[str, str]:
    capacity = wall.audit_capacity()
    return {
        "normal": f"{scenario.normal(SIZES[-1]).wait(0.5):.0f} seconds",
        "log": number(next(each.people for each in wall.walls(wall.normal()))),
        "report": number(next(each.people for each in wall.incident(RESET) if "report" in each.what)),
        "report_rows": number(1e6 * given.REPORT_LINE.value / given.REPORT_ROW.value),
        "capacity": number(capacity / 1e6),
        "longer_capacity": number(capacity / 1e6 * 290 / 240),
        "once": number(2 * capacity / 1e6),
        "revoked": number(SIZES[-1] / (given.GRAPH_WRITES.value / 150) / 3600),
        "reset": number(given.STORAGE_OF_A_RESET.value),
        "deferral": number(given.STORAGE_OF_A_DEFERRAL.value),
        "events": number(given.STORAGE_OF_EVENTS.value * 1000),
    }
