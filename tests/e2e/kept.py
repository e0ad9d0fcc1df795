"""What the desk has kept of the audit log, as it stands in the tables."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

import msgspec
from azure.data.tables import TableServiceClient

from shared.audit.coverage_table import COVERAGE_TABLE
from shared.audit.windows import READ, Span, State, Stretch
from shared.entity import gathered


class Kept:
    """Read anew whenever somebody looks."""

    def __init__(self, connection_string: str) -> None:
        self._tables = TableServiceClient.from_connection_string(connection_string)

    def events(self) -> Counter[str]:
        """Return how often each event is there, by its id."""
        return Counter(str(row["EventId"]) for row in self._rows("AuditEvents", "day"))

    def relevant(self) -> list[dict[str, Any]]:
        """Return the rows of the events that tell of somebody's MFA, as they are found by day."""
        return self._rows("AuditIndex", "relevant")

    def of_people(self) -> Counter[tuple[str, str]]:
        """Return how often each of these events is there for the person acted on."""
        rows = self._rows("AuditIndex", "person")
        return Counter((str(row["PartitionKey"]), str(row["EventId"])) for row in rows)

    def spans(self) -> list[Span]:
        """Return what is known of the harvest, in the order of time."""
        days = self._tables.get_table_client(COVERAGE_TABLE).query_entities("RowKey ne 'state'")
        found = [msgspec.json.decode(gathered("Spans", dict(day)), type=list[Span]) for day in days]
        return sorted((span for spans in found for span in spans), key=lambda span: span.start)

    def read(self) -> list[Stretch]:
        """Return from when to when everything was read."""
        return joined(span for span in self.spans() if span.state in READ)

    def read_twice(self) -> list[Stretch]:
        """Return from when to when everything was read a second time."""
        return joined(span for span in self.spans() if span.state is State.TWICE)

    def lost(self) -> list[Stretch]:
        """Return from when to when nothing was read while Entra had it."""
        return joined(span for span in self.spans() if span.state is State.LOST)

    def close(self) -> None:
        """Go."""
        self._tables.close()

    def _rows(self, kind: str, partitions: str) -> list[dict[str, Any]]:
        tables = [table.name for table in self._tables.list_tables() if table.name.startswith(kind)]
        query = f"PartitionKey ge '{partitions}-' and PartitionKey lt '{partitions}.'"
        return [dict(row) for name in tables for row in self._tables.get_table_client(name).query_entities(query)]


def joined(spans: Iterable[Span]) -> list[Stretch]:
    """Return the stretches that the spans make, in whatever way they are cut."""
    stretches = list[Stretch]()
    for span in spans:
        if stretches and stretches[-1][1] == span.start:
            stretches[-1] = (stretches[-1][0], span.end)
        else:
            stretches.append((span.start, span.end))
    return stretches
