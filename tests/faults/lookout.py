"""Reads what the tables hold, past the desk: its own records are what is looked at."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import msgspec
from azure.data.tables import TableServiceClient

from shared import entity
from shared.bulk import rows
from shared.bulk.bulk import Bulk
from shared.bulk.rows import Endings
from shared.bulk.table import BULK_TABLE
from shared.ledger import OPEN_TABLE, REQUEST_TABLE
from shared.record import MessageRefused, Row


class BulkSeen(msgspec.Struct, frozen=True):
    """A bulk request as the table has it, with its people, and what became of them by their places."""

    bulk: Bulk
    people: tuple[str, ...]
    endings: Endings


class Lookout:
    """Whoever looks into the tables."""

    def __init__(self, connection_string: str) -> None:
        self._connection_string = connection_string

    def requests(self) -> list[Row]:
        """Return the requests on record."""
        found = [each for each in self.entities(REQUEST_TABLE) if each["RowKey"] == "request"]
        return [entity.row_of(each, str(each.metadata["etag"])) for each in found]

    def refused(self) -> list[MessageRefused]:
        """Return the messages that were not taken."""
        found = [each for each in self.entities(REQUEST_TABLE) if each["RowKey"].startswith("message-")]
        return [entity.message_of(each) for each in found]

    def left_open(self) -> list[str]:
        """Return what somebody should still look at."""
        partitions = ("open", "announce")
        found = [each for each in self.entities(OPEN_TABLE) if each["PartitionKey"] in partitions]
        return [f"{each['PartitionKey']} {each['RowKey']}" for each in found]

    def bulks(self) -> list[BulkSeen]:
        """Return the bulk requests on record."""
        found = self.entities(BULK_TABLE) if BULK_TABLE in self._tables() else []
        heads = [rows.bulk_of(each, "") for each in found if each["RowKey"] == rows.BULK]
        return [
            _bulk(head, [each for each in found if each["PartitionKey"] == rows.partition(head.id)]) for head in heads
        ]

    def audit_events(self) -> dict[str, int]:
        """Return how often each event is kept."""
        months = [name for name in self._tables() if name.startswith("AuditEvents")]
        kept = [each for month in months for each in self.entities(month)]
        return Counter(str(each["EventId"]) for each in kept if str(each["PartitionKey"]).startswith("day-"))

    def words(self) -> Iterator[str]:
        """Yield all that is written anywhere."""
        for table in self._tables():
            for each in self.entities(table):
                yield from (
                    value.decode(errors="replace") if isinstance(value, bytes) else str(value)
                    for value in each.values()
                )

    def entities(self, table: str) -> list[Any]:
        """Return all rows of a table."""
        with TableServiceClient.from_connection_string(self._connection_string) as tables:
            return list(tables.get_table_client(table).list_entities())

    def _tables(self) -> list[str]:
        with TableServiceClient.from_connection_string(self._connection_string) as tables:
            return [each.name for each in tables.list_tables()]


def _bulk(bulk: Bulk, beside: list[Any]) -> BulkSeen:
    people: list[str] = []
    endings: Endings = {}
    for each in sorted(beside, key=lambda row: str(row["RowKey"])):
        if rows.chunk_of_people(each) is not None:
            people += rows.people_of(each)
        elif rows.chunk_of_endings(each) is not None:
            endings |= rows.endings_of(each)  # a schedule's bulk requests fit into one chunk
    return BulkSeen(bulk, tuple(people), endings)
