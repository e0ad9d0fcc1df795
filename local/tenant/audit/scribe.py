"""Writes into the log what happens in the tenant, as it happens."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import msgspec

from local.tenant.audit.activity import event_id
from local.tenant.audit.chance import Chance
from local.tenant.audit.delay import delay
from local.tenant.audit.draft import Draft
from local.tenant.audit.entry import Entry
from local.tenant.audit.event import Event
from local.tenant.audit.log import AuditLog
from local.tenant.audit.story import story
from local.tenant.audit.ticks import of_seconds, stamp
from local.tenant.directory import Directory
from local.tenant.journal import Change
from local.tenant.switches import Switches


class Operation(msgspec.Struct, frozen=True):
    """What one call or click does: its events share a correlation id, and may share a reason."""

    correlation_id: str
    reason: str | None = None


class Scribe:
    """Turns changes into events which are seen after a while."""

    def __init__(self, directory: Directory, log: AuditLog, switches: Callable[[], Switches]) -> None:
        self._directory = directory
        self._log = log
        self._switches = switches
        self._operation: Operation | None = None
        self._silent = False
        self._last = 0
        directory.watchers.append(self.watch)

    def watch(self, change: Change) -> None:
        """Write what a change of the directory leaves in the log."""
        if not self._silent:
            self.write(story(self._directory, change, by_service=self._switches().audit_twins_by == "service"))

    @contextmanager
    def operation(self, reason: str | None = None) -> Iterator[Operation]:
        """Give what happens until the end of the block one correlation id; within another operation, that one's."""
        outer = self._operation
        correlation_id = outer.correlation_id if outer else self._guid()
        inner = self._operation = Operation(correlation_id, reason or (outer.reason if outer else None))
        try:
            yield inner
        finally:
            self._operation = outer

    @contextmanager
    def silence(self) -> Iterator[None]:
        """Leave what happens until the end of the block out of the log."""
        self._silent = True
        try:
            yield
        finally:
            self._silent = False

    def write(self, drafts: Iterable[Draft]) -> None:
        """Write the events of one operation."""
        with self.operation() as operation:
            for draft in drafts:
                self._write(draft, operation)

    def _write(self, draft: Draft, operation: Operation) -> None:
        switches, now = self._switches(), of_seconds(self._directory.clock())
        number = self._log.next_number()
        # in the order of writing, however coarse the clock is
        self._last = at = max(now, self._last + 1)
        late = delay(Chance(number, at), switches.audit_delay)
        body = self._event(draft, operation, number, at).json()
        self._log.add(Entry(at=at, number=number, visible=now + of_seconds(late), body=body))

    def _event(self, draft: Draft, operation: Operation, number: int, at: int) -> Event:
        code, correlation_id = self._directory.random.getrandbits(32), operation.correlation_id
        id_ = event_id(draft.activity.service, correlation_id, code, number)
        written = event(draft, correlation_id, id_, at, names_app_id=self._switches().audit_core_app_ids)
        return msgspec.structs.replace(written, result_reason=operation.reason) if operation.reason else written

    def _guid(self) -> str:
        return Chance(self._directory.random.getrandbits(64)).guid()


def event(draft: Draft, correlation_id: str, id_: str, at: int, *, names_app_id: bool = False) -> Event:
    """Return a draft as the event of an operation at a time."""
    activity = draft.activity
    return Event(
        id=id_,
        category=activity.category,
        correlation_id=correlation_id,
        result=draft.result,
        result_reason=draft.reason,
        activity_display_name=activity.name,
        activity_date_time=stamp(at),
        logged_by_service=activity.service,
        operation_type=activity.operation,
        initiated_by=draft.actor.told_by(activity.service, names_app_id=names_app_id),
        target_resources=draft.targets,
        additional_details=draft.details,
    )
