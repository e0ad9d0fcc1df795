"""What a page of the audit log costs the storage account: counted from the rows that the desk itself makes of it."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec

from bench.scale import assumptions as given
from shared.audit.event import parse
from shared.audit.rows import Row, day_row, entry, index_rows
from shared.audit.transactions import transactions

_SINCE: Final = datetime(2026, 11, 23, 8, tzinfo=UTC)
_DESK: Final = "31677ba0-5257-4de0-949c-d5401aa941a4"
_AT_ONCE: Final = 4
"""As in shared/audit/writer.py."""


class PageRows(msgspec.Struct, frozen=True, kw_only=True):
    """The rows of a full page."""

    requests: int
    """Storage requests that write them."""
    rows: int
    hottest: str
    """The partition that most of them go to."""
    rows_there: int

    @property
    def seconds(self) -> float:
        """How long writing them takes."""
        return -(-self.requests // _AT_ONCE) * given.TABLE_LATENCY.value


def page_rows(relevant: float) -> PageRows:
    """Return what a page costs of whose events that share tells of somebody's MFA, each of another person."""
    entries = [_entry(number, relevant) for number in range(int(given.AUDIT_PAGE.value))]
    by_finding = [row for each in entries for row in index_rows(each)]
    by_day = [day_row(each) for each in entries]
    return _told([by_finding, by_day])


def _told(batches: Iterable[list[Row]]) -> PageRows:
    places: Counter[str] = Counter()
    requests = 0
    for batch in batches:
        requests += sum(1 for _ in transactions(batch))
        places.update(f"{row.place[0]}, {row.place[1]}" for row in batch)
    ((hottest, rows_there),) = places.most_common(1)
    return PageRows(requests=requests, rows=places.total(), hottest=hottest, rows_there=rows_there)


def _entry(number: int, relevant: float) -> Any:
    raw = msgspec.json.encode(_event(number, is_relevant=int((number + 1) * relevant) > int(number * relevant)))
    return entry(parse(raw), raw)


def _event(number: int, *, is_relevant: bool) -> dict[str, Any]:
    told = ("Authentication Methods", "Admin deleted security info") if is_relevant else ("Core Directory", "Add group")
    return {
        "id": f"Directory_{number}",
        "activityDateTime": f"{_SINCE + timedelta(milliseconds=number):%Y-%m-%dT%H:%M:%S.%fZ}",
        "activityDisplayName": told[1],
        "loggedByService": told[0],
        "category": "UserManagement",
        "initiatedBy": {"app": {"appId": None, "servicePrincipalId": _DESK, "displayName": "mfa-desk"}},
        "targetResources": [{"id": str(UUID(int=number)), "type": "User"}],
    }
