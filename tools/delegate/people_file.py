"""A CSV file of people: what Entra's own export writes, what a spreadsheet saves, or a single column (pure)."""

import csv
import io
from collections.abc import Iterator
from typing import Final

from tools.delegate.names import Named

ID_COLUMNS: Final = ("id",)
NAME_COLUMNS: Final = ("userprincipalname", "user")
_COLUMNS: Final = frozenset({*ID_COLUMNS, *NAME_COLUMNS})


class PeopleFileError(Exception):
    """A file cannot be read as a list of people; says which line, and what to do."""


def people(name: str, content: bytes) -> tuple[Named, ...]:
    """Return everybody whom the file names, line by line. Raises PeopleFileError.

    UTF-8 with or without byte order mark, separated by comma, semicolon or tab. The header names a column `id`,
    `userPrincipalName` or `user`, in any case; other columns and empty lines are ignored.
    """
    text = _text(name, content)
    rows = _rows(name, text)
    header = next(rows, None)
    if header is None:
        raise PeopleFileError(f"{name} is empty; its first line must name a column user, userPrincipalName or id.")
    columns = [cell.strip().lower() for cell in header[1]]
    _check_header(name, header[0], columns)
    return tuple(_named(f"{name}, line {line}", columns, cells) for line, cells in rows)


def _text(name: str, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise PeopleFileError(
            f"{name}, line {line} is not UTF-8 (byte 0x{content[error.start]:02x}); save it as 'CSV UTF-8'."
        ) from error


def _rows(name: str, text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that hold anything, each with the number of its first line."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(first), strict=True)
    at = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield at, cells
            at = reader.line_num + 1
    except csv.Error as error:
        raise PeopleFileError(f"{name}, line {at} cannot be read: {error}; look at its quotation marks.") from error


def _delimiter(header: str) -> str:
    return next((mark for mark in ";\t" if mark in header), ",")


def _check_header(name: str, line: int, columns: list[str]) -> None:
    if _COLUMNS.isdisjoint(columns):
        raise PeopleFileError(
            f"{name}, line {line} names none of the columns user, userPrincipalName and id; it has "
            f"{', '.join(repr(column) for column in columns)}."
        )
    twice = next((column for column in columns if column in _COLUMNS and columns.count(column) > 1), None)
    if twice is not None:
        raise PeopleFileError(f"{name}, line {line} has the column '{twice}' twice; leave one of them out.")


def _named(place: str, columns: list[str], cells: list[str]) -> Named:
    values = dict(zip(columns, (cell.strip() for cell in cells), strict=False))
    object_id = next((values[column] for column in ID_COLUMNS if values.get(column)), "")
    names = [values[column] for column in NAME_COLUMNS if values.get(column)]
    said = object_id or (names[0] if names else "")
    return Named(said=said, also=names[0] if object_id and names else "", place=place)
