"""Rows put together for writing.

Limits (Azure documentation, Performing entity group transactions): rows of one partition, each of them once, 100 of
them, 4 MiB on the wire.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from shared.audit.rows import Row

_ROWS: Final = 100
_WEIGHT: Final = 4_000_000


def transactions(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Yield the rows in groups that can be written as one; of a row that comes twice the later."""
    places: dict[tuple[str, str], dict[str, Row]] = {}
    for row in rows:
        places.setdefault(row.place, {})[row.key] = row
    for of_place in places.values():
        yield from _groups(of_place.values())


def _groups(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Yield them in groups; there is at least one row."""
    group: list[Row] = []
    weight = 0
    for row in rows:
        if group and (len(group) == _ROWS or weight + row.weight > _WEIGHT):
            yield group
            group, weight = [], 0
        group.append(row)
        weight += row.weight
    yield group
