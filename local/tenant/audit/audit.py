"""The whole audit: its log, what writes it, and the invented life that goes on in it."""

from collections.abc import Callable, Iterator

import msgspec

from local.tenant.audit.cast import Cast, cast
from local.tenant.audit.chance import Chance
from local.tenant.audit.delay import delay
from local.tenant.audit.entry import Entry
from local.tenant.audit.incidents import Incidents
from local.tenant.audit.life import HOUR, Life
from local.tenant.audit.log import AuditLog
from local.tenant.audit.noise import Noise, read_kinds
from local.tenant.audit.pace import Pace
from local.tenant.audit.page import Page, Position, Reading
from local.tenant.audit.scribe import Scribe
from local.tenant.audit.ticks import of_seconds
from local.tenant.directory import Directory
from local.tenant.switches import Switches

_DAY = 86_400
_EVER = 1 << 62


class Crowd(msgspec.Struct, frozen=True):
    """So many events, evenly from one time to another in ticks; `relevant` is the share of what the desk looks for."""

    count: int
    since: int
    until: int
    relevant: float


class Audit:
    """Reads and fills the log; hours of invented life are added when somebody looks."""

    def __init__(self, directory: Directory, switches: Callable[[], Switches]) -> None:
        self._directory = directory
        self._switches = switches
        self._log = AuditLog()
        self._life: Life | None = None
        self._next_hour = 0
        self.scribe = Scribe(directory, self._log, switches)

    @property
    def now(self) -> int:
        """The tenant's time in ticks."""
        return of_seconds(self._directory.clock())

    # --- reading ---------------------------------------------------------------------------------------------------

    def page(self, reading: Reading, begin: Position, size: int) -> Page:
        """Return a page of what somebody reads."""
        self._catch_up()
        return reading.page(self._log, begin, size, by_count=self._switches().audit_paging == "byCount")

    def kept_since(self) -> int:
        """Return the time before which nothing is kept, in ticks."""
        return self.now - of_seconds(self._switches().audit_retention_days * _DAY)

    def happened(self) -> Iterator[Entry]:
        """Return everything up to now, seen or not, kept or not."""
        self._catch_up()
        return self._log.upwards((-_EVER, 0), (self.now, _EVER))

    # --- filling ---------------------------------------------------------------------------------------------------

    def add(self, body: bytes, at: int, late: float | None) -> Entry:
        """Add an event as it is; without a delay it gets one like all others."""
        number = self._log.next_number()
        seconds = delay(Chance(number, at), self._switches().audit_delay) if late is None else late
        entry = Entry(at=at, number=number, visible=at + of_seconds(seconds), body=body)
        self._log.add(entry)
        return entry

    def crowd(self, crowd: Crowd) -> None:
        """Add many events at once; their JSON is written when it is read."""
        self._log.extend(self._crowd(crowd))

    def _crowd(self, crowd: Crowd) -> Iterator[Entry]:
        everybody, bounds = cast(self._directory), self._switches().audit_delay
        plain, relevant = (Noise(read_kinds(relevant=which), everybody) for which in (False, True))
        step = (crowd.until - crowd.since) / max(crowd.count, 1)
        for place in range(crowd.count):
            number, at = self._log.next_number(), crowd.since + int(place * step)
            chance = Chance(number, at)
            body = relevant if chance.share() < crowd.relevant else plain
            yield Entry(at=at, number=number, visible=at + of_seconds(delay(chance, bounds)), body=body)

    # --- life ------------------------------------------------------------------------------------------------------

    def live(self, pace: Pace) -> None:
        """Begin an invented life so many days ago, which goes on with the clock."""
        everybody = cast(self._directory)
        self._life = self._invented(pace, everybody)
        self._next_hour = (self.now - of_seconds(pace.days * _DAY)) // of_seconds(HOUR)
        self._catch_up()

    def _invented(self, pace: Pace, everybody: Cast) -> Life:
        noise = Noise(read_kinds(relevant=False), everybody)
        incidents = Incidents(self._directory, everybody, desk=pace.desk)
        return Life(pace, noise, incidents, self._switches().audit_delay)

    def rest(self) -> None:
        """Let no more hours pass in the invented life; what has happened stays."""
        self._life = None

    def _catch_up(self) -> None:
        this_hour = self.now // of_seconds(HOUR)
        if self._life is None or self._next_hour > this_hour:
            return
        life, first = self._life, self._next_hour
        self._next_hour = this_hour + 1
        self._log.extend(entry for hour in range(first, this_hour + 1) for entry in life.hour(hour))
