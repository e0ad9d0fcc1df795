"""The rows of an event: where they stand, what they hold, and that Table Storage takes them."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.audit import keys
from shared.audit.event import parse
from shared.audit.rows import Entry, Row, day_row, entry, event_of, index_rows, raw_of, unreadable_row
from shared.audit.transactions import transactions
from shared.audit.windows import Window
from tests.shared.audit.graph_log import ADELE, DESK, PATTI, audit, incompressible

AT: Final = datetime(2026, 11, 23, 10, 1, 19, 579674, tzinfo=UTC)
FORBIDDEN: Final = "/\\#?\t\n\r\x00\x1f\x7f\x9f"
"""Characters that no key may hold (Azure documentation, Understanding the Table service data model)."""


def entry_of(**changes: Any) -> Entry:
    """Return an event to be kept."""
    raw = json.dumps(audit(1, AT, **changes)).encode()
    return entry(parse(raw), raw)


def test_an_event_stands_among_those_of_its_day_in_the_order_of_time() -> None:
    """In the table of its month."""
    row = day_row(entry_of())

    assert (row.table, row.entity["PartitionKey"]) == ("AuditEvents202611", "day-2026-11-23")
    assert row.key.startswith("100119579674-")


def test_a_relevant_event_is_found_by_day_person_and_actor() -> None:
    """In the order of time turned round."""
    rows = list(index_rows(entry_of()))

    assert [row.entity["PartitionKey"] for row in rows] == [
        "relevant-2026-11-23",
        f"person-{ADELE}",
        f"actor-{PATTI}",
    ]
    assert {keys.time_of(row.key) for row in rows} == {AT}


def test_an_application_is_found_by_both_of_its_ids() -> None:
    """Core Directory knows it by its service principal, others by its app id as well."""
    app = {"appId": "3BFBAC5D-14E9-48CB-B7B0-6962EA6B0DAE", "servicePrincipalId": DESK, "displayName": "desk"}

    rows = list(index_rows(entry_of(initiatedBy={"app": app, "user": None})))

    assert [row.entity["PartitionKey"] for row in rows][2:] == [
        "actor-3bfbac5d-14e9-48cb-b7b0-6962ea6b0dae",
        f"actor-{DESK}",
    ]


def test_several_people_are_each_found() -> None:
    """Whoever is there twice, once; what is no person, not at all."""
    people = [{"id": "a", "type": "User"}, {"id": "b", "userPrincipalName": "b@c"}, {"id": "A", "type": "User"}]

    rows = list(index_rows(entry_of(targetResources=[*people, {"id": "r", "type": "Role"}])))

    found = [row.entity["PartitionKey"] for row in rows if row.entity["PartitionKey"].startswith("person-")]
    assert found == ["person-a", "person-b"]


def test_what_is_not_relevant_is_with_its_day_alone() -> None:
    """It is by far the most."""
    assert not list(index_rows(entry_of(loggedByService="Core Directory", activityDisplayName="Update group")))


def test_every_row_holds_the_whole_event() -> None:
    """No list needs a second read."""
    one = entry_of()

    for row in (day_row(one), *index_rows(one)):
        assert (raw_of(row.entity), event_of(row.entity)) == (one.raw, one.event)


def test_there_are_columns_to_filter_by() -> None:
    """What people look for in Storage Explorer."""
    columns = {name: value for name, value in day_row(entry_of()).entity.items() if name != "Raw"}

    assert columns == {
        "PartitionKey": "day-2026-11-23",
        "RowKey": f"100119579674-{keys.digest(b'Directory_00000001_MCDC4_88453290')}",
        "EventId": "Directory_00000001_MCDC4_88453290",
        "At": AT,
        "Activity": "Admin deleted security info",
        "Service": "Authentication Methods",
        "Category": "UserManagement",
        "Operation": "Delete",
        "Result": "success",
        "CorrelationId": "00000000-0000-4000-8000-000000000001",
        "Actor": PATTI,
        "ActorName": "patti@contoso.com",
        "Target": ADELE,
    }


@pytest.mark.parametrize("length", [31_000, 33_000, 70_000, 500_000, 1_500_000])
def test_a_long_event_is_kept_whole(length: int) -> None:
    """Within the limits of a property, of an entity, and of the number of properties."""
    one = entry_of(resultReason=incompressible(length))

    entity = day_row(one).entity

    assert raw_of(entity) == one.raw
    assert all(size(value) <= 64 * 1024 for value in entity.values())
    assert sum(size(value) + 2 * len(name) for name, value in entity.items()) < 1024 * 1024
    assert len(entity) <= 252


def test_an_event_beyond_all_limits_keeps_its_columns_and_says_its_length() -> None:
    """It is not cut in silence."""
    one = entry_of(resultReason=incompressible(2_500_000))

    row = day_row(one)

    assert (row.oversized, row.entity["Oversized"]) == (True, len(one.raw))
    assert event_of(row.entity).activity == "Admin deleted security info"
    assert sum(size(value) for value in row.entity.values()) < 64 * 1024


def test_bytes_that_are_no_utf_8_are_kept_as_they_are() -> None:
    """As bytes."""
    raw = json.dumps(audit(1, AT)).encode().replace(b"Adele", b"Ad\xe8le")

    assert raw_of(day_row(entry(parse(raw), raw)).entity) == raw


def test_what_cannot_be_read_is_kept_with_its_window_and_why() -> None:
    """The same bytes once."""
    window = Window(AT.replace(microsecond=0), AT + timedelta(hours=1))

    row = unreadable_row(b"null", window, "It is a JSON NoneType, and no object.")

    assert (row.table, row.entity["PartitionKey"]) == ("AuditEvents202611", "unreadable-2026-11-23")
    assert raw_of(row.entity) == b"null"
    assert row.entity["Why"] == "It is a JSON NoneType, and no object."
    assert row.key == unreadable_row(b"null", window, "").key != unreadable_row(b"5", window, "").key


@given(st.text(min_size=1), st.text(), st.text(), st.text())
def test_whatever_an_id_holds_every_key_is_one(event_id: str, person: str, user: str, app: str) -> None:
    """No forbidden character, no more than 1 KiB."""
    initiated_by = {"user": {"id": user}, "app": {"appId": app}}
    target = {"id": person, "type": "User"}
    one = entry_of(id=event_id, initiatedBy=initiated_by, targetResources=[target])

    for row in (day_row(one), *index_rows(one)):
        for key in (row.key, row.entity["PartitionKey"]):
            assert len(key) < 512
            assert not set(key) & set(FORBIDDEN)


@given(st.text(min_size=1), st.text(min_size=1))
def test_ids_that_differ_have_keys_that_differ(one: str, other: str) -> None:
    """In case, too: a key is not more forgiving than the id."""
    same = entry_of(id=one).key == entry_of(id=other).key

    assert same == (one == other)


@given(st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2200, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_a_turned_time_can_be_turned_back(at: datetime) -> None:
    """To the microsecond."""
    assert keys.time_of(keys.found_key(at, keys.day_key(at, "x"))) == at


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 400), st.integers(1, 3_000_000)), max_size=400))
def test_a_transaction_is_one_that_table_storage_takes(rows: list[tuple[int, int, int]]) -> None:
    """One partition, each row once, a hundred of them, 4 MiB, and nothing left out."""
    made = [
        Row("AuditEvents202611", {"PartitionKey": f"day-{place}", "RowKey": f"{key}"}, weight)
        for place, key, weight in rows
    ]

    groups = list(transactions(made))

    for group in groups:
        assert len({row.place for row in group}) == 1
        assert len({row.key for row in group}) == len(group) <= 100
        assert len(group) == 1 or sum(row.weight for row in group) <= 4 * 1024 * 1024
    assert {(row.place, row.key) for row in made} == {(row.place, row.key) for group in groups for row in group}


@given(st.text(max_size=3000))
def test_no_row_is_heavier_on_its_way_than_it_says(reason: str) -> None:
    """As JSON within JSON, where a letter can take six bytes."""
    one = entry_of(resultReason=reason)
    row = day_row(one)

    sent = json.dumps({name: str(value) for name, value in row.entity.items()})

    assert len(sent) + 2_000 <= row.weight


def size(value: object) -> int:
    """Return how much a property takes: text in UTF-16."""
    return len(value) if isinstance(value, bytes) else 2 * len(str(value).encode("utf-16-le")) // 2
