"""Looking up: by person, by who acted, by day; over months, page by page, the newest first."""

import json
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import pytest
from azure.data.tables.aio import TableClient, TableServiceClient

from shared.audit.event import AuditEvent, parse
from shared.audit.lookup import AuditLookup
from shared.audit.rows import entry
from shared.audit.store import AuditStore
from shared.audit.windows import Window
from shared.contract import ContractError
from tests.shared.audit.barn import NOON, Barn
from tests.shared.audit.graph_log import ADELE, DESK, PATTI, audit

DAY = timedelta(days=1)
WINDOW = Window(NOON, NOON + DAY)


async def kept(barn: Barn, *ages: timedelta, **changes: Any) -> list[AuditEvent]:
    """Keep events of these ages and return them, the newest first."""
    raws = [json.dumps(audit(number, NOON - age, **changes)).encode() for number, age in enumerate(ages)]
    events = [parse(raw) for raw in raws]
    entries = [entry(event, raw) for event, raw in zip(events, raws, strict=True)]
    await AuditStore(barn.tables).keep(entries, WINDOW)
    return sorted(events, key=lambda event: event.at, reverse=True)


async def test_a_person_is_found_over_all_months(barn: Barn) -> None:
    """The newest first, whatever table each is in; a month without any is passed over."""
    expected = await kept(barn, 100 * DAY, DAY, 33 * DAY, timedelta())

    found = await barn.lookup.of_person(ADELE, None, 10)

    assert (found.events, found.continuation) == (tuple(expected), None)


async def test_a_list_goes_on_where_it_ended(barn: Barn) -> None:
    """Page by page, also from one month into the one before, each event once."""
    expected = await kept(barn, *(number * 6 * DAY for number in range(17)))
    pages, continuation = [], None
    while True:
        page = await barn.lookup.of_person(ADELE, continuation, 4)
        pages.append(len(page.events))
        assert page.events == tuple(expected[sum(pages[:-1]) : sum(pages)])
        if page.continuation is None:
            break
        continuation = page.continuation

    assert pages == [4, 4, 4, 4, 1]


async def test_events_of_one_moment_are_not_lost_between_pages(barn: Barn) -> None:
    """A key holds more than the time."""
    await kept(barn, *[timedelta()] * 5)

    page = await barn.lookup.of_person(ADELE, None, 3)
    rest = await barn.lookup.of_person(ADELE, page.continuation, 3)

    assert len({event.id for event in (*page.events, *rest.events)}) == 5


async def test_a_stretch_holds_its_start_and_not_its_end(barn: Barn) -> None:
    """Over the months it touches."""
    events = await kept(barn, 3 * DAY, 30 * DAY, 40 * DAY, 50 * DAY)

    found = await barn.lookup.about(ADELE, NOON - 40 * DAY, NOON - 3 * DAY)

    assert found == tuple(events[1:3])


async def test_an_object_id_is_found_in_whatever_case(barn: Barn) -> None:
    """Graph's own are in lower case, people's need not be."""
    await kept(barn, DAY)

    assert len((await barn.lookup.of_person(ADELE.upper(), None, 10)).events) == 1


async def test_who_acted_is_found(barn: Barn) -> None:
    """A user by object id; an application by its service principal or its app id."""
    app = {"app": {"appId": "aaaa", "servicePrincipalId": DESK}, "user": None}
    await kept(barn, DAY)
    await kept(barn, 2 * DAY, 3 * DAY, initiatedBy=app)

    counts = [len((await barn.lookup.of_actor(who, None, 10)).events) for who in (PATTI, DESK, "aaaa", ADELE)]

    assert counts == [1, 2, 2, 0]


async def test_a_day_is_one_of_utc(barn: Barn) -> None:
    """From midnight to midnight."""
    await kept(barn, timedelta(hours=12), timedelta(hours=12, microseconds=1), timedelta(hours=36, microseconds=1))

    counts = [len((await barn.lookup.of_day(date(2026, 11, day), None, 10)).events) for day in (20, 21, 22)]

    assert counts == [1, 1, 1]


async def test_a_time_can_lie_in_two_days(barn: Barn) -> None:
    """As a day does by another clock than UTC's: its start belongs to it, its end does not."""
    hour = timedelta(hours=1)
    events = await kept(barn, *(number * hour for number in range(40)))

    found = [event async for event in barn.lookup.between(NOON - 30 * hour, NOON - 6 * hour)]

    assert found == [event for event in events if NOON - 30 * hour <= event.at < NOON - 6 * hour]


async def test_nobody_knows_of_somebody_unknown(barn: Barn) -> None:
    """Nor before there is any table."""
    assert (await barn.lookup.of_person(ADELE, None, 10)).events == ()


async def test_strange_ids_are_none(barn: Barn) -> None:
    """Whatever they hold, they lead to no other partition."""
    await kept(barn, DAY)

    for strange in ("' or PartitionKey ge '", "a/b\\c#d?", "x" * 2000, ""):
        assert (await barn.lookup.of_person(strange, None, 10)).events == ()


@pytest.mark.parametrize("continuation", ["", "x", "1" * 16, f"{'1' * 16}-{'g' * 32}", f"{'1' * 16}-{'a' * 32}'"])
async def test_a_continuation_of_somebody_elses_making_is_refused(barn: Barn, continuation: str) -> None:
    """By its shape; one of the right shape leads nowhere else."""
    with pytest.raises(ContractError):
        await barn.lookup.of_person(ADELE, continuation, 10)


class Counting:
    """A table service that notes how many rows it was asked for at a time, and how many it gave."""

    def __init__(self, tables: TableServiceClient) -> None:
        self._tables = tables
        self.asked: list[int | None] = []
        self.given = 0

    def get_table_client(self, name: str) -> Any:
        """Return the table's client."""
        return _CountingTable(self._tables.get_table_client(name), self)


class _CountingTable:
    def __init__(self, table: TableClient, counting: Counting) -> None:
        self._table = table
        self._counting = counting

    async def query_entities(self, query: str, *, results_per_page: int, **options: Any) -> AsyncIterator[Any]:
        self._counting.asked.append(results_per_page)
        async for row in self._table.query_entities(query, results_per_page=results_per_page, **options):
            self._counting.given += 1
            yield row


async def test_a_list_costs_what_it_shows(barn: Barn) -> None:
    """However many events there are: each month is asked once, for as much as is shown and one more."""
    await kept(barn, *(timedelta(minutes=number) for number in range(300)))
    counting = Counting(barn.tables)
    lookup = AuditLookup(counting, timedelta(days=60), barn.clock)  # type: ignore[arg-type]

    await lookup.of_person(ADELE, None, 5)

    assert (counting.asked, counting.given) == ([6, 6, 6], 6)


async def test_a_continuation_does_not_lead_into_the_future(barn: Barn) -> None:
    """It would be a question for each month of it: whoever makes one up asks no more tables than others do."""
    counting = Counting(barn.tables)
    lookup = AuditLookup(counting, timedelta(days=60), barn.clock)  # type: ignore[arg-type]

    await lookup.of_person(ADELE, f"{'0' * 16}-{'a' * 32}", 5)

    assert counting.asked == [6, 6, 6]


async def test_what_retention_has_passed_is_not_asked_for(barn: Barn) -> None:
    """Its tables are on their way out."""
    await kept(barn, 500 * DAY, DAY)

    assert len((await barn.lookup.of_person(ADELE, None, 10)).events) == 1
