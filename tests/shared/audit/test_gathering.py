"""One run through the windows that are owed, each of which may be somebody else's by the time it is its turn."""

from datetime import timedelta
from functools import partial

from shared.audit import coverage
from shared.audit.directory_audits import DirectoryAudits
from shared.audit.gathering import Gathering
from shared.audit.harvest_plan import Rhythm
from shared.audit.pacing import Pacing
from shared.audit.store import AuditStore
from shared.audit.window_reader import WindowReader
from shared.audit.windows import Window
from tests.shared.audit.barn import FAR_APART, NOON, Barn
from tests.shared.audit.graph_log import failing, status

HOUR = timedelta(hours=1)
WINDOW = Window(NOON - 2 * HOUR, NOON - HOUR)


def gathering(barn: Barn, reach: timedelta) -> Gathering:
    """Return a run of a harvest whose Entra keeps its log for so long."""
    audits = DirectoryAudits(barn.graph, Pacing(), clock=barn.clock.monotonic, sleep=barn.clock.sleep)  # type: ignore[arg-type]
    reader = WindowReader(audits, AuditStore(barn.tables))
    return Gathering(reader, barn.coverage, Rhythm(reach=reach, tolerance=FAR_APART), barn.clock)


async def test_a_window_that_entra_has_forgotten_meanwhile_is_not_asked_for(barn: Barn) -> None:
    """Those before it may have taken minutes; it is owed still, and the next run puts it on record as lost."""
    await barn.coverage.state()

    gathered = await gathering(barn, reach=HOUR).gather([WINDOW], barn.clock.monotonic() + 60)

    assert (gathered.owed, barn.graph.calls) == (1, [])


async def test_what_cannot_be_read_and_another_instance_has_read_is_no_failure(barn: Barn) -> None:
    """Nothing is to be tried again."""
    await barn.coverage.state()
    read = partial(coverage.read, window=WINDOW, until=WINDOW.end, counts={}, at=NOON)
    await barn.coverage.change(WINDOW.start.date(), read)
    before = await barn.spans()
    barn.graph.faults.append(failing(1, status(400)))

    gathered = await gathering(barn, reach=24 * HOUR).gather([WINDOW], barn.clock.monotonic() + 60)

    assert (gathered.failed, await barn.spans()) == (0, before)
