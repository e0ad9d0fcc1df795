"""The rows of an event in Table Storage, and the event of a row.

Limits (Azure documentation, Understanding the Table service data model): 1 MiB an entity, 64 KiB a property.
"""

import zlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from shared.audit import keys
from shared.audit.event import ActingApp, ActingUser, AuditEvent, is_relevant, parse
from shared.audit.windows import Window
from shared.entity import gathered_bytes, spread

Entity = dict[str, Any]
_TEXT_LIMIT: Final = 32_000
"""Bytes of UTF-8 which surely are no more than 32 Ki units of UTF-16, the 64 KiB that a property holds."""
_PACKED_LIMIT: Final = 900_000
"""Bytes which leave room for the columns within 1 MiB."""
_COLUMN_LIMIT: Final = 256
_COLUMNS_WEIGHT: Final = 20_000
_WIRE_FACTOR: Final = 3
"""How many bytes one byte of UTF-8 can become in the JSON of a transaction: two for a quote, six for two of an é."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """An event to be kept."""

    event: AuditEvent
    raw: bytes
    """As Graph sent it."""
    key: str
    """Its row key among the events of its day."""
    late: bool = False
    """Whether the first reading of its time did not find it."""


class Row(msgspec.Struct, frozen=True):
    """A row to be written."""

    table: str
    entity: Entity
    weight: int
    """Bytes which it surely does not exceed on its way."""

    @property
    def place(self) -> tuple[str, str]:
        """Where it belongs: rows of one place can be written together."""
        return self.table, self.entity["PartitionKey"]

    @property
    def key(self) -> str:
        """Its row key."""
        return str(self.entity["RowKey"])

    @property
    def oversized(self) -> bool:
        """Whether the event as it came has no room in it."""
        return "Oversized" in self.entity


def entry(event: AuditEvent, raw: bytes) -> Entry:
    """Return an event with its key."""
    return Entry(event=event, raw=raw, key=keys.day_key(event.at, event.id))


def day_row(one: Entry) -> Row:
    """Return the row of an event among those of its day."""
    place = {"PartitionKey": keys.day_partition(one.event.at), "RowKey": one.key}
    return Row(keys.events_table(one.event.at), place | _content(one), _weight(one))


def index_rows(one: Entry) -> Iterator[Row]:
    """Yield the rows by which a relevant event is found again; each holds all that the history needs."""
    event = one.event
    if not is_relevant(event):
        return
    content = {"RowKey": keys.found_key(event.at, one.key), **_content(one)}
    for partition in dict.fromkeys((keys.relevant_partition(event.at), *_people(event), *_actors(event))):
        yield Row(keys.index_table(event.at), {"PartitionKey": partition, **content}, _weight(one))


def unreadable_row(raw: bytes, window: Window, why: str) -> Row:
    """Return the row of what stood among a window's events and cannot be kept as one."""
    entity = {
        "PartitionKey": keys.unreadable_partition(window.start),
        "RowKey": keys.digest(raw),
        "WindowStart": window.start,
        "WindowEnd": window.end,
        "Why": _column(why),
        **_packed(raw, as_text=False),
    }
    return Row(keys.events_table(window.start), entity, 2 * len(raw) + _COLUMNS_WEIGHT)


def event_of(entity: Mapping[str, Any]) -> AuditEvent:
    """Return the event of a row: all of it, or what the columns tell where it was too long to be kept."""
    raw = raw_of(entity)
    return parse(raw) if raw else _of_columns(entity)


def raw_of(entity: Mapping[str, Any]) -> bytes:
    """Return what Graph sent; nothing where that was too long to be kept."""
    if "Raw" in entity:
        return str(entity["Raw"]).encode()
    packed = gathered_bytes("Packed", entity)
    return zlib.decompress(packed) if packed else b""


def _weight(one: Entry) -> int:
    return _WIRE_FACTOR * len(one.raw) + _COLUMNS_WEIGHT


def _people(event: AuditEvent) -> Iterator[str]:
    for target in event.targets:
        if target.id and (target.type.lower() == "user" or target.user_principal_name):
            yield keys.person_partition(target.id)


def _actors(event: AuditEvent) -> Iterator[str]:
    user, app = event.user or ActingUser(), event.app or ActingApp()
    for each in (user.id, app.app_id, app.service_principal_id):
        if each:
            yield keys.actor_partition(each)


def _content(one: Entry) -> Entity:
    """Return the event as it came, and the columns to filter by; of long values these keep the beginnings only."""
    event = one.event
    user, app = event.user or ActingUser(), event.app or ActingApp()
    columns = {
        "EventId": _column(event.id),
        "At": event.at,
        "Activity": _column(event.activity),
        "Service": _column(event.service),
        "Category": _column(event.category),
        "Operation": _column(event.operation),
        "Result": _column(event.result),
        "CorrelationId": _column(event.correlation_id),
        "Actor": _column(user.id or app.service_principal_id or app.app_id),
        "ActorName": _column(user.user_principal_name or app.display_name),
        "Target": _column(event.targets[0].id if event.targets else ""),
    }
    return columns | ({"Late": True} if one.late else {}) | _packed(one.raw)


def _of_columns(entity: Mapping[str, Any]) -> AuditEvent:
    at = datetime.fromisoformat(entity["At"].isoformat())  # the table client's own subclass goes no further
    return AuditEvent(
        id=str(entity["EventId"]),
        at=at.astimezone(UTC),
        activity=str(entity["Activity"]),
        service=str(entity["Service"]),
        category=str(entity["Category"]),
        operation=str(entity["Operation"]),
        result=str(entity["Result"]),
        correlation_id=str(entity["CorrelationId"]),
    )


def _column(text: str) -> str:
    if len(text) <= _COLUMN_LIMIT and text.isprintable():
        return text
    return "".join(each if each.isprintable() else " " for each in text[:_COLUMN_LIMIT])


def _packed(raw: bytes, *, as_text: bool = True) -> Entity:
    """Return bytes as properties: as text where one holds it, else compressed over several, unless that is too much."""
    if as_text and len(raw) <= _TEXT_LIMIT:
        try:
            return {"Raw": raw.decode()}
        except UnicodeDecodeError:
            return _packed(raw, as_text=False)
    packed = zlib.compress(raw)
    return dict(spread("Packed", packed)) if len(packed) <= _PACKED_LIMIT else {"Oversized": len(raw)}
