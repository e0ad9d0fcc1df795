"""The table of what is known: rows changed as they were read, and what a run leaves to the next."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec

from shared.audit.coverage import Spans
from shared.audit.coverage_table import COVERAGE_TABLE, CoverageTable, HarvestState
from tests.shared.audit.barn import NOON, Barn
from tests.shared.audit.days import failed, lost, once, twice

DAY = date(2026, 11, 22)


async def test_the_first_run_finds_nothing(barn: Barn) -> None:
    """Not even the table."""
    assert await barn.coverage.state() == HarvestState()
    assert await barn.coverage.days(date.min) == {}


async def test_what_a_run_leaves_the_next_one_finds(barn: Barn) -> None:
    """All of it."""
    state = HarvestState(ran_at=NOON, horizon=NOON - timedelta(days=30), resume_at=NOON, troubles=3, error="Away.")
    await barn.coverage.state()

    await barn.coverage.leave(state)

    assert await barn.coverage.state() == state


async def test_the_storage_account_tells_the_time(barn: Barn) -> None:
    """Its own."""
    await barn.coverage.state()

    witness = await barn.coverage.leave(HarvestState())

    assert abs(witness - datetime.now(UTC)) < timedelta(minutes=1)


async def test_a_day_is_read_as_it_was_written(barn: Barn) -> None:
    """Every kind of span, and the figures beside them for whoever looks at the table."""
    spans = (
        twice(0, 9, events=10, late=2, unreadable=1),
        once(9, 10, events=5),
        failed(10, 11, 2, 31),
        lost(11, 11.5),
    )
    await barn.coverage.state()

    assert await barn.coverage.change(DAY, lambda _: spans)

    assert await barn.coverage.days(DAY, DAY) == {DAY: spans}
    row = await barn.tables.get_table_client(COVERAGE_TABLE).get_entity("coverage", "2026-11-22")
    assert [row[name] for name in ("Events", "Late", "Unreadable", "LostSeconds")] == [15, 2, 1, 1800]


async def test_days_are_found_from_one_to_another(barn: Barn) -> None:
    """The state is none of them."""
    await barn.coverage.state()
    await barn.coverage.leave(HarvestState())
    for number in range(5):
        await barn.coverage.change(DAY + timedelta(days=number), lambda _: ())

    found = await barn.coverage.days(DAY + timedelta(days=1), DAY + timedelta(days=3))

    assert list(found) == [DAY + timedelta(days=number) for number in (1, 2, 3)]


async def test_a_day_of_many_pieces_is_kept_whole_and_shrinks_again(barn: Barn) -> None:
    """More than one property holds; what is over leaves nothing behind."""
    minute = 1 / 60
    many = tuple(failed(number * minute, (number + 1) * minute, 1, 31) for number in range(1440))
    await barn.coverage.state()

    await barn.coverage.change(DAY, lambda _: many)
    assert await barn.coverage.days(DAY) == {DAY: many}
    await barn.coverage.change(DAY, lambda _: many[:1])

    assert await barn.coverage.days(DAY) == {DAY: many[:1]}


async def test_nothing_to_change_is_no_change(barn: Barn) -> None:
    """Nothing is written."""
    await barn.coverage.state()

    assert not await barn.coverage.change(DAY, lambda _: None)
    assert await barn.coverage.days(DAY) == {}


async def test_a_change_is_made_to_the_day_as_another_has_left_it(barn: Barn) -> None:
    """However often somebody comes between, at its first row and at later ones."""
    await barn.coverage.state()
    seen: list[int] = []

    class Between(CoverageTable):
        async def _write(self, entity: dict[str, Any], etag: str | None) -> None:
            if len(seen) < 3:
                await barn.coverage.change(DAY, lambda spans: (*spans, once(len(seen), len(seen) + 1)))
            await super()._write(entity, etag)

    def change(spans: Spans) -> Spans:
        seen.append(len(spans))
        return (*spans, once(9, 10))

    assert await Between(barn.tables).change(DAY, change)

    assert seen == [0, 1, 2]
    assert (await barn.coverage.days(DAY))[DAY] == (once(1, 2), once(2, 3), once(9, 10))


async def test_a_change_whose_answer_was_lost_is_not_made_twice(barn: Barn) -> None:
    """The client sends it again; what stands there by then is this very change, which has nothing to add to itself."""
    await barn.coverage.state()
    await barn.coverage.change(DAY, lambda _: ())

    class Twice(CoverageTable):
        async def _write(self, entity: dict[str, Any], etag: str | None) -> None:
            await super()._write(entity, etag)
            await super()._write(entity, etag)

    await Twice(barn.tables).change(DAY, lambda spans: None if spans else (once(1, 2),))

    assert await barn.coverage.days(DAY) == {DAY: (once(1, 2),)}


def test_an_unchanged_field_takes_no_room() -> None:
    """A day's row is read in every run."""
    assert len(msgspec.json.encode(twice(0, 24, events=40_000))) < 200
