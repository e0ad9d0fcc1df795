"""What a bulk request looks like in Table Storage, and back.

Table BulkRequests. Partition bulk-<id>: row bulk, its people in chunks (people-000 and so on), and beside each chunk
what became of them (endings-000). Partition list: a row for each, the newest first. Partition work: who works on them.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from shared.bulk.bulk import ENDED, Bulk
from shared.bulk.ending import Ending
from shared.entity import gathered, json, spread

BULK: Final = "bulk"
LIST: Final = "list"
_END_OF_TIME: Final = 9_999_999_999_999
"""Milliseconds since 1970, as many digits as they have until the year 2286."""
_PEOPLE: Final = "people-"
_ENDINGS: Final = "endings-"
Endings = dict[int, Ending]
"""By the person's place in the chunk."""


def partition(bulk_id: str) -> str:
    """Return the partition of a bulk request."""
    return f"bulk-{bulk_id}"


def people_key(chunk: int) -> str:
    """Return the row of a chunk's people."""
    return f"{_PEOPLE}{chunk:03d}"


def endings_key(chunk: int) -> str:
    """Return the row of what became of them."""
    return f"{_ENDINGS}{chunk:03d}"


def head(bulk: Bulk) -> dict[str, Any]:
    """Return the row of a bulk request; the etag is the table's own."""
    told = json(msgspec.structs.replace(bulk, etag=""))
    return {
        "PartitionKey": partition(bulk.id),
        "RowKey": BULK,
        "Status": bulk.status.value,
        "Nonce": bulk.version,
        **spread("Bulk", told),
    }


def bulk_of(entity: Mapping[str, Any], etag: str) -> Bulk:
    """Return the bulk request of a row."""
    return msgspec.structs.replace(msgspec.json.decode(gathered("Bulk", entity), type=Bulk), etag=etag)


def people(bulk_id: str, chunk: int, names: tuple[str, ...]) -> dict[str, Any]:
    """Return the row of a chunk's people; no name has a line break in it."""
    text = "\n".join(names).encode()
    return {"PartitionKey": partition(bulk_id), "RowKey": people_key(chunk), **spread("People", text)}


def people_of(entity: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the people of a row."""
    parts: list[bytes] = []
    while (name := f"People{len(parts) or ''}") in entity:
        parts.append(entity[name])
    return tuple(b"".join(parts).decode().split("\n"))


def endings(bulk_id: str, chunk: int, known: Endings) -> dict[str, Any]:
    """Return the row of what became of a chunk's people so far."""
    return {"PartitionKey": partition(bulk_id), "RowKey": endings_key(chunk), **spread("Endings", json(known))}


def endings_of(entity: Mapping[str, Any]) -> Endings:
    """Return what became of a chunk's people so far."""
    return msgspec.json.decode(gathered("Endings", entity), type=Endings)


def chunk_of_people(entity: Mapping[str, Any]) -> int | None:
    """Return the number of the chunk whose people a row holds; None where it holds something else."""
    return _number(entity, _PEOPLE)


def chunk_of_endings(entity: Mapping[str, Any]) -> int | None:
    """Return the number of the chunk of whose people a row tells what became; None where it tells something else."""
    return _number(entity, _ENDINGS)


def _number(entity: Mapping[str, Any], kind: str) -> int | None:
    key = str(entity["RowKey"])
    return int(key.removeprefix(kind)) if key.startswith(kind) else None


def entry(bulk: Bulk) -> dict[str, Any]:
    """Return the line of a bulk request in the list of all."""
    key = f"{turned(bulk.accepted_at)}-{bulk.id}"
    return {"PartitionKey": LIST, "RowKey": key, "BulkId": bulk.id, "Open": bulk.status not in ENDED}


def listed_at(key: str) -> datetime:
    """Return when the bulk request of a line of the list was accepted."""
    return datetime.fromtimestamp((_END_OF_TIME - int(key.partition("-")[0])) / 1000, UTC)


def turned(at: datetime) -> str:
    """Return a time so that later ones come first."""
    return f"{_END_OF_TIME - int(at.timestamp() * 1000):013d}"
