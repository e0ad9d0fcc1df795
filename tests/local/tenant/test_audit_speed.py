"""That the log does not slow down what is measured against it."""

import sys
import time
from random import Random

import pytest

from local.tenant.audit.audit import Audit, Crowd
from local.tenant.audit.conditions import Conditions
from local.tenant.audit.page import Page, Position, Reading
from local.tenant.audit.ticks import of_seconds
from local.tenant.clock import Clock
from local.tenant.directory import Directory
from local.tenant.seed import read
from local.tenant.switches import Switches

NOW = 1_780_000_000.0
SINCE, UNTIL = of_seconds(NOW - 86_400), of_seconds(NOW - 1)
PAGE = 999


class Measured:
    """A log with so many events, and the time that a page out of its middle takes."""

    def __init__(self, count: int) -> None:
        switches = Switches(audit_delay=(0, 0))
        self.audit = Audit(Directory(read(), Clock(lambda: NOW), Random(1)), lambda: switches)  # noqa: S311
        self.audit.crowd(Crowd(count, SINCE, UNTIL, 0.01))

    def page(self) -> Page:
        """Read a page out of the middle."""
        conditions = Conditions(since=(SINCE + UNTIL) // 2, until=UNTIL, others=())
        reading = Reading(conditions=conditions, kept_since=SINCE, now=self.audit.now, newest_first=False)
        return self.audit.page(reading, Position(), PAGE)

    def seconds(self) -> float:
        """Return the shortest of several times."""
        times = []
        for _ in range(7):
            start = time.perf_counter()
            self.page()
            times.append(time.perf_counter() - start)
        return min(times)


@pytest.fixture(scope="module")
def large() -> Measured:
    """Fill a log with a tenth of what the benchmark uses."""
    return Measured(100_000)


def test_a_page_takes_no_longer_out_of_a_larger_log(large: Measured) -> None:
    """It is found by its time, and written only when it is read."""
    assert large.seconds() < 2 * Measured(3_000).seconds()


def test_events_of_a_crowd_are_small(large: Measured) -> None:
    """A million of them in a quarter of a gigabyte: none holds its JSON."""
    entries = list(large.audit.happened())

    assert {isinstance(entry.body, bytes) for entry in entries} == {False}
    assert len({id(entry.body) for entry in entries}) == 2
    assert max(sys.getsizeof(entry) for entry in entries) < 100


def test_a_page_has_what_was_asked_for(large: Measured) -> None:
    """And a position to go on from."""
    page = large.page()

    assert len(page.events) == PAGE
    assert page.following is not None
