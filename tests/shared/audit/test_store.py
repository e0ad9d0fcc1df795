"""The store on a real Table Storage emulator: each event once, whatever it is like; whole months deleted."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from azure.core.exceptions import AzureError, HttpResponseError

from shared.audit.event import parse
from shared.audit.rows import Entry, entry, event_of, raw_of
from shared.audit.sheet import Garbled
from shared.audit.store import AuditStore, Unfit
from shared.audit.windows import Window
from shared.audit.writer import RowWriter
from tests.shared.audit.barn import Barn
from tests.shared.audit.graph_log import audit, incompressible, noise

AT = datetime(2026, 11, 22, 10, tzinfo=UTC)
WINDOW = Window(AT, AT + timedelta(hours=1))
FIT = Unfit(frozenset(), frozenset())


def entries(count: int, **changes: Any) -> list[Entry]:
    """Return events of that hour that tell of nobody's MFA."""
    return [of(noise(number, AT + timedelta(seconds=number), **changes)) for number in range(count)]


def of(event: dict[str, Any]) -> Entry:
    """Return an event to be kept."""
    raw = json.dumps(event).encode()
    return entry(parse(raw), raw)


async def test_more_than_a_transaction_holds_is_kept(barn: Barn) -> None:
    """Two hundred and fifty events, in the order of time."""
    kept = entries(250)

    assert await AuditStore(barn.tables).keep(kept, WINDOW) == FIT

    assert [raw_of(row) for row in await barn.rows("day")] == [each.raw for each in kept]


async def test_an_event_is_kept_once_however_often(barn: Barn) -> None:
    """Also where one page has it twice."""
    store, kept = AuditStore(barn.tables), entries(3)

    await store.keep([*kept, *kept], WINDOW)
    await AuditStore(barn.tables).keep(kept, WINDOW)

    assert len(await barn.rows("day")) == 3


async def test_events_of_two_months_go_into_two_tables(barn: Barn) -> None:
    """A window is never of two, but a store need not rely on it."""
    await AuditStore(barn.tables).keep([of(audit(1, AT)), of(audit(2, AT - timedelta(days=40)))], WINDOW)

    months = ["AuditEvents202610", "AuditEvents202611", "AuditIndex202610", "AuditIndex202611"]
    assert await barn.months() == months


async def test_what_is_long_comes_back_whole(barn: Barn) -> None:
    """Two hundred changes, and more than one property or one transaction holds."""
    text = incompressible(400_000)
    changes = [
        {"displayName": f"P{number}", "oldValue": "[]", "newValue": text[number * 1800 : (number + 1) * 1800]}
        for number in range(200)
    ]
    target = {"id": "x", "type": "User", "modifiedProperties": changes}
    kept = [of(audit(number, AT, targetResources=[target])) for number in range(12)]

    assert await AuditStore(barn.tables).keep(kept, WINDOW) == FIT

    assert {raw_of(row) for row in await barn.rows("day")} == {each.raw for each in kept}
    assert {raw_of(row) for row in await barn.rows("person")} == {each.raw for each in kept}


async def test_what_no_row_holds_is_kept_by_its_columns_and_told(barn: Barn, caplog: pytest.LogCaptureFixture) -> None:
    """Loudly: in the row, in the log, and to the harvest, which counts it."""
    kept = of(audit(1, AT, resultReason=incompressible(2_400_000)))

    unfit = await AuditStore(barn.tables).keep([kept], WINDOW)

    assert unfit.shortened == {kept.key}
    (row,) = await barn.rows("day")
    assert (row["Oversized"], event_of(row).id) == (len(kept.raw), kept.event.id)
    assert "the columns alone are kept" in caplog.text


@pytest.mark.parametrize("text", ["\x00\x01\x1f", "a\nb\tc\r", "\u2028\ufeff\uffff", "🙂" * 20_000, "x" * 40_000])
async def test_whatever_characters_an_event_has_it_is_kept(barn: Barn, text: str) -> None:
    """In its columns as well as in its raw form."""
    kept = of(audit(1, AT, activityDisplayName=f"Update security info {text}", category=text, id=f"id{text}"))

    assert await AuditStore(barn.tables).keep([kept], WINDOW) == FIT

    assert [event_of(row) for row in await barn.rows("day")] == [kept.event]


class Refusing:
    """A table service one of whose rows is refused by every table; where none is named, each of them."""

    def __init__(self, tables: Any, key: str | None, status: int) -> None:
        self._tables = tables
        self.key = key
        self.status = status

    def get_table_client(self, name: str) -> Any:
        """Return the table's client."""
        return _RefusingTable(self._tables.get_table_client(name), self)


class _RefusingTable:
    def __init__(self, table: Any, refusing: Refusing) -> None:
        self._table = table
        self._refusing = refusing

    def __getattr__(self, name: str) -> Any:
        return getattr(self._table, name)

    async def upsert_entity(self, entity: dict[str, Any], **options: Any) -> Any:
        self._look([entity])
        return await self._table.upsert_entity(entity, **options)

    async def submit_transaction(self, operations: list[Any]) -> Any:
        self._look([operation[1] for operation in operations])
        return await self._table.submit_transaction(operations)

    def _look(self, entities: list[dict[str, Any]]) -> None:
        if any(self._refusing.key in (each["RowKey"], None) for each in entities):
            error = HttpResponseError("PropertyValueTooLarge")
            error.status_code, error.reason = self._refusing.status, "Bad Request"
            raise error


@pytest.mark.parametrize("status", [400, 413])
async def test_a_row_that_is_refused_does_not_hold_up_the_others(barn: Barn, status: int) -> None:
    """It is kept with what cannot be read, whole, and told."""
    kept = entries(130)
    store = AuditStore(Refusing(barn.tables, kept[40].key, status))  # type: ignore[arg-type]

    unfit = await store.keep(kept, WINDOW)

    assert unfit.refused == {kept[40].key}
    assert len(await barn.rows("day")) == 129
    (row,) = await barn.rows("unreadable")
    assert (raw_of(row), row["Why"]) == (kept[40].raw, f"Table Storage does not take it: {status} Bad Request")


async def test_a_store_that_refuses_whatever_it_is_given_is_no_refusal(barn: Barn) -> None:
    """Nothing is wrong with these events: they are not to be passed over."""
    store = AuditStore(Refusing(barn.tables, None, 400))  # type: ignore[arg-type]

    with pytest.raises(AzureError, match="refuses whatever it is given"):
        await store.keep(entries(1), WINDOW)


async def test_a_month_that_somebody_has_deleted_is_created_anew(barn: Barn) -> None:
    """The store fails once, and not until its process ends."""
    store = AuditStore(barn.tables)
    await store.keep(entries(1), WINDOW)
    await barn.tables.delete_table("AuditEvents202611")

    with pytest.raises(HttpResponseError, match="TableNotFound"):
        await store.keep(entries(2), WINDOW)
    await store.keep(entries(2), WINDOW)

    assert len(await barn.rows("day")) == 2


async def test_a_store_that_is_away_is_no_refusal(barn: Barn) -> None:
    """What it would say to a row is not known."""
    kept = entries(3)
    writer = RowWriter(Refusing(barn.tables, kept[0].key, 503))  # type: ignore[arg-type]

    with pytest.raises(HttpResponseError):
        await AuditStore(writer._tables).keep(kept, WINDOW)  # noqa: SLF001 - the same tables

    assert not await barn.rows("unreadable")


async def test_what_stood_among_the_events_is_kept_too(barn: Barn) -> None:
    """With its window, once."""
    store = AuditStore(barn.tables)
    garbled = [Garbled(raw=b"null", key="n", why="It is no object.")] * 2

    await store.keep_garbled(garbled, WINDOW)

    (row,) = await barn.rows("unreadable")
    assert (raw_of(row), row["Why"], row["WindowStart"], row["WindowEnd"]) == (
        b"null",
        "It is no object.",
        WINDOW.start,
        WINDOW.end,
    )


async def test_the_store_tells_what_it_knows_of_a_time(barn: Barn) -> None:
    """And of which it is known that they came late."""
    store, kept = AuditStore(barn.tables), entries(5)
    late = Entry(event=kept[2].event, raw=kept[2].raw, key=kept[2].key, late=True)
    await store.keep([*kept[:2], late, *kept[3:]], WINDOW)

    known = await store.known(kept[1].key, kept[3].key, date(2026, 11, 22))

    assert known == {kept[1].key: False, kept[2].key: True, kept[3].key: False}


async def test_the_store_knows_nothing_of_a_month_without_a_table(barn: Barn) -> None:
    """It need not be there yet."""
    assert await AuditStore(barn.tables).known("0", "9", date(2026, 12, 1)) == {}


async def test_months_that_are_over_are_deleted_whole(barn: Barn) -> None:
    """A month is kept until its last day is past; other tables are not touched."""
    store = AuditStore(barn.tables)
    for days in (0, 30, 60, 90):
        await store.keep([of(audit(1, AT - timedelta(days=days)))], WINDOW)
    await barn.tables.create_table_if_not_exists("AuditEventsOfOthers")

    dropped = await store.drop_before(date(2026, 10, 31))

    assert sorted(dropped) == [f"Audit{kind}2026{month}" for kind in ("Events", "Index") for month in ("08", "09")]
    assert await barn.months() == [
        "AuditEvents202610",
        "AuditEvents202611",
        "AuditEventsOfOthers",
        "AuditIndex202610",
        "AuditIndex202611",
    ]
