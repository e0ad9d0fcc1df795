"""What the ledger's rows look like in Table Storage, and back.

Limits of a table (Azure documentation, Understanding the Table service data model): 64 KiB a property.
"""

import itertools
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final, TypeVar

import msgspec

from shared import contract
from shared.caller import Caller
from shared.contract import ContractError
from shared.outcome import Approval, Outcome, Status
from shared.record import Intent, MessageRefused, Row, Waiting
from shared.reset_plan import Attempt, Step

T = TypeVar("T")
_TEXT_LIMIT: Final = 32_000
"""Characters of a string property (64 KiB in UTF-16), or half the bytes of a binary one, with some room."""


def taken(row: Row) -> dict[str, Any]:
    """Return the properties of a request that has just been taken."""
    asked = {"Request": contract.encode(row.request).decode(), "AcceptedAt": row.accepted_at}
    of_bulk = {"Bulk": row.bulk} if row.bulk else {}
    return asked | of_bulk | _plain(row) | (spread("Caller", json(row.caller)) if row.caller else {})


def changed(before: Row, after: Row) -> dict[str, Any]:
    """Return the properties that a change concerns; a long value that is gone is emptied in all of them."""
    properties: dict[str, Any] = _plain(after)
    for name, told in _LONG.items():
        old, new = told(before), told(after)
        if old != new:
            properties |= dict.fromkeys(spread(name, old), "") | spread(name, new)
    return properties


def _plain(row: Row) -> dict[str, Any]:
    return {
        "Status": row.status.value,
        "Carrier": row.carrier,
        "DueAt": row.due_at,
        "Runs": row.runs,
        "Nonce": row.version,
    }


def _text(value: object) -> str:
    return json(value) if value else ""


_LONG: Final[dict[str, Callable[[Row], str]]] = {
    "Intent": lambda row: _text(row.intent),
    "Done": lambda row: _text(row.done),
    "Waiting": lambda row: _text(row.waiting),
    "Approval": lambda row: _text(row.approval),
    "Outcome": lambda row: _text(row.outcome),
}
"""What may be longer than one property holds."""


class UnreadableRow(Exception):
    """A row of the ledger is not as this release writes it."""


def row_of(entity: Mapping[str, Any], etag: str) -> Row:
    """Return the request of an entity. Raises UnreadableRow."""
    try:
        return _row_of(entity, etag)
    except (ContractError, KeyError, ValueError) as error:
        raise UnreadableRow(f"Request '{entity.get('PartitionKey')}' cannot be read: {error}") from error


def _row_of(entity: Mapping[str, Any], etag: str) -> Row:
    done = gathered("Done", entity)
    return Row(
        id=str(entity["PartitionKey"]),
        status=Status(entity["Status"]),
        request=contract.parse(str(entity["Request"]).encode()),
        accepted_at=_time(entity["AcceptedAt"]),
        carrier=str(entity["Carrier"]),
        due_at=_time(entity["DueAt"]),
        runs=int(entity["Runs"]),
        etag=etag,
        version=str(entity["Nonce"]),
        caller=_decoded("Caller", entity, Caller),
        bulk=str(entity.get("Bulk", "")),
        intent=_decoded("Intent", entity, Intent),
        done=msgspec.json.decode(done, type=tuple[tuple[Step, Attempt], ...]) if done else (),
        waiting=_decoded("Waiting", entity, Waiting),
        approval=_decoded("Approval", entity, Approval),
        outcome=_decoded("Outcome", entity, Outcome),
    )


def message_of(entity: Mapping[str, Any]) -> MessageRefused:
    """Return the message of an entity that was not taken."""
    text = gathered_bytes("Message", entity).decode(errors="replace")
    return MessageRefused(outcome=msgspec.json.decode(gathered("Outcome", entity), type=Outcome), message=text)


def spread(name: str, value: str | bytes) -> dict[str, str | bytes]:
    """Return a long value as properties which each keep within the limit of one: Name, Name1, Name2 and so on."""
    limit = _TEXT_LIMIT if isinstance(value, str) else 2 * _TEXT_LIMIT
    parts = [value[start : start + limit] for start in range(0, len(value), limit)] or [value]
    return {f"{name}{number or ''}": part for number, part in enumerate(parts)}


def gathered(name: str, entity: Mapping[str, Any]) -> str:
    """Return the long text that is spread over properties; empty where there is none."""
    return "".join(str(part) for part in _parts(name, entity))


def gathered_bytes(name: str, entity: Mapping[str, Any]) -> bytes:
    """Return the bytes that are spread over properties; none where there are none."""
    return b"".join(_parts(name, entity))


def _parts(name: str, entity: Mapping[str, Any]) -> Iterator[Any]:
    """Yield what `spread` has put into the properties of that name, in its order."""
    places = (f"{name}{number or ''}" for number in itertools.count())
    for place in itertools.takewhile(entity.__contains__, places):
        yield entity[place]


def json(value: object) -> str:
    """Return a value as JSON text."""
    return msgspec.json.encode(value).decode()


def _decoded(name: str, entity: Mapping[str, Any], shape: type[T]) -> T | None:
    text = gathered(name, entity)
    return msgspec.json.decode(text, type=shape) if text else None


def _time(value: datetime) -> datetime:
    """Return a plain datetime: what the table client returns is a subclass, which msgspec does not encode."""
    return datetime.fromisoformat(value.isoformat())
