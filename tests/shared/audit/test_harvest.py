"""The harvest: what is owed is read, stored and marked, and what goes wrong is on record."""

import asyncio
import json
import logging
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from shared.audit.coverage_table import Change, CoverageTable
from shared.audit.directory_audits import DirectoryAudits, LogClosed
from shared.audit.harvest import ClockDiffers, Harvest
from shared.audit.harvest_plan import Rhythm
from shared.audit.pacing import Pacing
from shared.audit.rows import raw_of
from shared.audit.store import AuditStore
from shared.audit.windows import READ, State
from shared.graph import Answer, Call, GraphUnavailable
from tests.shared.audit.barn import FAR_APART, NOON, Barn
from tests.shared.audit.graph_log import ADELE, GraphLog, audit, failing, incompressible, malformed, refusing, status

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def barn(barn: Barn) -> Barn:
    """Return a harvest whose Entra keeps a day: more only takes longer."""
    barn.rhythm = Rhythm(reach=timedelta(hours=24), tolerance=FAR_APART)
    return barn


async def test_what_has_settled_is_stored_and_marked(barn: Barn) -> None:
    """As Graph sent it; what is younger than five minutes waits for the next run."""
    events = [barn.graph.add(NOON - minutes * MINUTE) for minutes in (90, 6, 4)]

    harvested = await barn.harvest().run()

    assert [raw_of(row) for row in await barn.rows("day")] == events[:2]
    assert harvested.gathered.counts.events == 2
    assert (await barn.spans())[-1].end == NOON - 5 * MINUTE


async def test_the_first_run_goes_back_as_far_as_entra_does(barn: Barn) -> None:
    """It need not be there from the first day."""
    barn.graph.add(NOON - 24 * HOUR)
    barn.graph.add(NOON - 24 * HOUR - SECOND)

    await barn.harvest().run()

    assert sum((await barn.stored()).values()) == 1
    assert (await barn.spans())[0].start == NOON - 24 * HOUR


async def test_a_run_reads_on_where_the_last_one_ended(barn: Barn) -> None:
    """Only what has passed since."""
    await barn.harvest().run()
    barn.graph.calls.clear()
    barn.clock.advance(minutes=5)

    await barn.harvest().run()

    assert barn.graph.asked() == [("2026-11-22T11:55:00Z", "2026-11-22T12:00:00Z")]


async def test_an_event_on_the_edge_of_two_windows_is_stored_and_counted_once(barn: Barn) -> None:
    """Graph has it in both, because it knows no "before"; seven decimals before the edge is before it."""
    await barn.harvest().run()
    edge = (await barn.spans())[-1].end
    barn.graph.add(edge)
    barn.graph.add(edge - timedelta(microseconds=1))
    barn.graph.add(edge + timedelta(microseconds=1))
    barn.clock.advance(hours=4)

    await barn.harvest().run()
    barn.clock.advance(hours=4)
    await barn.harvest().run()

    assert list((await barn.stored()).values()) == [1, 1, 1]
    assert sum(span.counts.events for span in await barn.spans()) == 3


async def test_the_last_moment_of_a_month_is_in_its_tables(barn: Barn) -> None:
    """And the first of the next one in that month's; Graph has both in the same second or so."""
    midnight = datetime(2026, 12, 1, tzinfo=UTC)
    barn.graph.add(midnight - timedelta(microseconds=1))
    barn.graph.add(midnight)
    barn.clock.time = midnight + HOUR

    await barn.harvest().run()
    barn.clock.advance(hours=4)
    await barn.harvest().run()

    assert await barn.months() == [f"Audit{kind}2026{month}" for kind in ("Events", "Index") for month in (11, 12)]
    assert list((await barn.stored()).values()) == [1, 1]
    assert sum(span.counts.events for span in await barn.spans()) == 2


async def test_an_event_from_the_future_is_stored_when_its_time_has_come(barn: Barn) -> None:
    """Entra's clocks differ as well: whatever it shows by then, nothing is marked as read before that."""
    barn.graph.add(NOON + HOUR, delay=-HOUR)
    await barn.harvest().run()
    assert not await barn.stored()
    barn.clock.advance(hours=1, minutes=6)

    await barn.harvest().run()

    assert list((await barn.stored()).values()) == [1]


async def test_what_comes_late_is_found_three_hours_later_and_counted(barn: Barn) -> None:
    """It is stored as late, and found by its person."""
    barn.graph.add(NOON - HOUR)
    late = barn.graph.add(NOON - HOUR + SECOND, delay=2 * HOUR)
    await barn.harvest().run()
    barn.clock.advance(hours=3, minutes=1)

    harvested = await barn.harvest().run()

    assert (harvested.gathered.counts.late, len(await barn.rows("day"))) == (1, 2)
    assert [raw_of(row) for row in await barn.rows("day") if row.get("Late")] == [late]
    (of_adele, _) = (await barn.lookup.of_person(ADELE, None, 10)).events
    assert of_adele.id == json.loads(late)["id"]


async def test_everything_is_read_twice_and_no_more(barn: Barn) -> None:
    """In the end a day is one span."""
    barn.graph.add(NOON - HOUR)
    for _ in range(10):
        await barn.harvest().run()
        barn.clock.advance(hours=1)

    states = [span.state for span in await barn.spans(date(2026, 11, 22))]

    assert states[0] is State.TWICE
    assert states.count(State.TWICE) == 1
    assert len(states) < 8


async def test_a_second_reading_stores_only_what_is_missing(barn: Barn) -> None:
    """What is there is left alone: a second reading costs a look."""
    barn.graph.add_many(NOON - HOUR, 300, SECOND)
    await barn.harvest().run()
    written = {row["RowKey"]: row.get("Late") for row in await barn.rows("day")}
    barn.clock.advance(hours=4)

    harvested = await barn.harvest().run()

    assert harvested.gathered.counts.late == 0
    assert {row["RowKey"]: row.get("Late") for row in await barn.rows("day")} == written


async def test_a_run_ends_when_its_time_is_over_and_the_next_goes_on(barn: Barn) -> None:
    """Marked is what was read, up to the last full second, and the rest is owed."""
    barn.graph.page_size = 10
    barn.rhythm = Rhythm(reach=timedelta(hours=24), budget=timedelta(seconds=30), tolerance=FAR_APART)
    barn.graph.add_many(NOON - 10 * HOUR, 300, 10 * SECOND)
    started = barn.clock()

    harvested = await barn.harvest().run()

    assert barn.clock() - started <= timedelta(seconds=30)
    assert harvested.gathered.owed == 2
    await barn.run_until_done()
    assert (len(await barn.stored()), set((await barn.stored()).values())) == (300, {1})
    assert sum(span.counts.events for span in await barn.spans()) == 300


async def test_many_events_of_one_second_across_a_page_are_all_stored(barn: Barn) -> None:
    """Also where the time is over between those pages."""
    barn.graph.page_size = 10
    barn.rhythm = Rhythm(reach=timedelta(hours=24), budget=timedelta(seconds=15), tolerance=FAR_APART)
    for second in range(10):
        barn.graph.add_many(NOON - HOUR + second * SECOND, 15, timedelta())

    await barn.run_until_done()

    assert (len(await barn.stored()), sum(span.counts.events for span in await barn.spans())) == (150, 150)


async def test_more_events_of_one_second_than_a_run_can_read_are_said(barn: Barn) -> None:
    """It is no time that was read, and it is tried again."""
    barn.graph.page_size = 10
    barn.rhythm = Rhythm(reach=timedelta(hours=2), budget=timedelta(seconds=15), tolerance=FAR_APART)
    barn.graph.add_many(NOON - HOUR, 130, timedelta())

    for _ in range(11):
        await barn.harvest().run()
        barn.clock.advance(minutes=5)

    (failed,) = [span for span in await barn.spans() if span.state is State.FAILED]
    assert failed.start <= NOON - HOUR < failed.end <= failed.start + 2 * MINUTE
    assert failed.error == "A run's time is not enough for any part of it."


async def test_a_page_that_is_no_json_delays_its_minute_and_nothing_else(barn: Barn) -> None:
    """However long it stays so: what is around it is read in ever narrower windows."""
    for minutes in range(30, 600, 10):
        barn.graph.add(NOON - minutes * MINUTE)
    bad = NOON - 100 * MINUTE

    def broken(log: GraphLog, call: Call) -> Answer | None:
        answer = log.answer(call)
        number = next(each.number for each in log._shown if each.at == bad)  # noqa: SLF001 - the log's own
        return malformed(log, call) if f"Directory_{number:08d}_".encode() in answer.body else None

    barn.graph.faults.append(broken)
    for _ in range(16):
        await barn.harvest().run()
        barn.clock.advance(minutes=5)

    (failed,) = [span for span in await barn.spans() if span.state is State.FAILED]
    assert failed.start <= bad < failed.end
    assert failed.end - failed.start <= MINUTE
    assert len(await barn.stored()) == barn.graph.count - 1
    barn.graph.faults.clear()
    await barn.run_until_done(100)
    assert len(await barn.stored()) == barn.graph.count


async def test_a_further_page_that_fails_leaves_its_window_owed(barn: Barn) -> None:
    """What came before it is marked; the rest is tried in the next run, and the error is on record until then."""
    barn.graph.page_size = 10
    barn.graph.add_many(NOON - HOUR, 50, SECOND)
    barn.graph.faults.append(failing(1, malformed, only_further=True))

    harvested = await barn.harvest().run()

    assert harvested.gathered.failed == 1
    failed = [span for span in await barn.spans() if span.state is State.FAILED]
    assert failed[0].start == NOON - HOUR + 9 * SECOND
    assert "no JSON" in failed[0].error
    barn.clock.advance(minutes=5)
    await barn.harvest().run()
    assert len(await barn.stored()) == 50
    assert not [span for span in await barn.spans() if span.state is State.FAILED]


async def test_links_that_end_after_a_few_pages_delay_and_lose_nothing(barn: Barn) -> None:
    """Each reading comes a little further, whatever Graph does to those that take long."""
    barn.graph.page_size = 10
    barn.graph.add_many(NOON - HOUR, 200, SECOND)

    def ended(log: GraphLog, call: Call) -> Answer | None:
        return status(410)(log, call) if re.search(r"skiptoken=[3-9]\d|skiptoken=\d{3}", call.path) else None

    barn.graph.faults.append(ended)
    await barn.run_until_done()

    assert (len(await barn.stored()), set((await barn.stored()).values())) == (200, {1})
    assert {span.state for span in await barn.spans()} == {State.ONCE}
    assert sum(span.counts.events for span in await barn.spans()) == 200


async def test_a_page_that_repeats_once_does_no_harm(barn: Barn) -> None:
    """Its events are stored once and counted once."""
    barn.graph.page_size = 10
    barn.graph.add_many(NOON - HOUR, 50, SECOND)
    repeated = [True]

    def again(log: GraphLog, call: Call) -> Answer | None:
        if "skiptoken=20" in call.path and repeated.pop():
            link = b"https://graph.example/v1.0" + call.path.encode() + b"&again=1"
            body = log.answer(call).body.partition(b',"@odata')[0] + b',"@odata.nextLink":"%s"}' % link
            return Answer(status=200, body=body)
        repeated.append(False)
        return None

    barn.graph.faults.append(again)
    harvested = await barn.harvest().run()

    assert harvested.gathered.counts.events == 50
    assert set((await barn.stored()).values()) == {1}


async def test_a_page_that_repeats_for_ever_is_not_read_for_ever(barn: Barn) -> None:
    """Though its link is another each time."""
    barn.graph.add_many(NOON - HOUR, 5, SECOND)

    def again(log: GraphLog, call: Call) -> Answer | None:
        if "ge%202026-11-22" not in call.path:
            return None
        link = f"https://graph.example/v1.0{call.path.partition('&n=')[0]}&n={len(log.calls)}".encode()
        return Answer(status=200, body=log.answer(call).body[:-1] + b',"@odata.nextLink":"%s"}' % link)

    barn.graph.faults.append(again)
    harvested = await barn.harvest().run()

    assert harvested.gathered.failed == 1
    assert any("nothing new" in span.error for span in await barn.spans())


async def test_events_that_are_no_events_are_kept_with_their_window(barn: Barn) -> None:
    """Beside the others, which they do not hide."""
    for minutes, raw in enumerate((b"null", b'{"id":"x"}', b'{"id":"y","activityDateTime":"soon"}', b"[1, 2]")):
        barn.graph.add(NOON - HOUR + minutes * MINUTE, raw=raw)
    barn.graph.add(NOON - HOUR)
    elsewhere = json.dumps(audit(7, NOON - 9 * HOUR - 365 * 24 * HOUR)).encode()
    barn.graph.add(NOON - HOUR, raw=elsewhere)

    harvested = await barn.harvest().run()

    counts = harvested.gathered.counts
    assert (counts.events, counts.unreadable) == (1, 5)
    assert {raw_of(row) for row in await barn.rows("unreadable")} == {
        b"null",
        b'{"id":"x"}',
        b'{"id":"y","activityDateTime":"soon"}',
        b"[1, 2]",
        elsewhere,
    }


async def test_strange_events_are_stored_like_others(barn: Barn) -> None:
    """Missing fields, null or several targets, 200 changes, an activity nobody knows."""
    properties = [{"displayName": f"P{number}", "newValue": "x" * 500} for number in range(200)]
    strange: list[dict[str, Any]] = [
        {"targetResources": None, "initiatedBy": None},
        {"activityDisplayName": "Something new", "loggedByService": None},
        {"targetResources": [{"id": "a", "type": "User"}, {"id": "b", "type": "User"}, None]},
        {"targetResources": [{"id": "c", "type": "User", "modifiedProperties": properties}]},
        {"resultReason": incompressible(120_000)},
    ]
    events = [barn.graph.add(NOON - HOUR, **changes) for changes in strange]

    await barn.harvest().run()

    assert {raw_of(row) for row in await barn.rows("day")} == set(events)


async def test_a_gap_is_on_record_and_loud(barn: Barn, caplog: pytest.LogCaptureFixture) -> None:
    """After an outage longer than Entra's memory, what nobody can read any more is said, and the rest is read."""
    await barn.harvest().run()
    barn.graph.add(NOON + HOUR)
    barn.graph.add(NOON + 60 * HOUR)
    barn.clock.advance(hours=72)

    harvested = await barn.harvest().run()

    lost = [span for span in await barn.spans() if span.state is State.LOST]
    assert (lost[0].start, lost[-1].end) == (NOON - 5 * MINUTE, NOON + 48 * HOUR)
    assert harvested.gaps == 3
    assert caplog.text.count("GAP") == 3
    assert len(await barn.stored()) == 1
    barn.clock.advance(minutes=5)
    assert (await barn.harvest().run()).gaps == 0


async def test_what_entra_forgets_during_a_run_is_a_gap(barn: Barn) -> None:
    """The windows before it have taken their time: what is marked as read was still there to be read."""
    await barn.harvest().run()
    barn.clock.advance(hours=24)
    barn.graph.memory = timedelta(hours=24)
    barn.graph.add(NOON + MINUTE)

    def slow(_log: GraphLog, call: Call) -> Answer | None:
        barn.clock.advance(minutes=3 if "2026-11-23T00" in call.path else 0)
        return None

    barn.graph.faults.append(slow)
    await barn.harvest().run()
    barn.clock.advance(minutes=5)
    await barn.harvest().run()

    lost = [span for span in await barn.spans() if span.state is State.LOST]
    assert (lost[0].start, lost[-1].end) == (NOON - 5 * MINUTE, NOON + 3 * MINUTE)
    assert not await barn.stored()


async def test_what_entra_forgets_during_the_first_run_is_no_gap(barn: Barn) -> None:
    """It was about to when the desk began: nobody is to be alarmed by that."""

    def slow(log: GraphLog, _call: Call) -> Answer | None:
        barn.clock.advance(minutes=3 if len(log.calls) == 1 else 0)
        return None

    barn.graph.faults.append(slow)
    gaps = []
    for _ in range(4):
        gaps.append((await barn.harvest().run()).gaps)
        barn.clock.advance(minutes=5)

    assert gaps == [0, 0, 0, 0]
    assert (await barn.spans())[0].start == NOON - 24 * HOUR + 3 * MINUTE


async def test_an_outage_within_entras_memory_leaves_no_gap(barn: Barn) -> None:
    """Nor anything unread."""
    await barn.harvest().run()
    barn.graph.add_many(NOON, 120, 10 * MINUTE)
    barn.clock.advance(hours=21)

    await barn.run_until_done()

    assert len(await barn.stored()) == 120
    assert {span.state for span in await barn.spans()} == READ


async def test_graph_is_left_alone_for_as_long_as_it_asks(barn: Barn) -> None:
    """Also over several runs."""
    barn.graph.add(NOON - HOUR)

    def throttled(_log: GraphLog, _call: Call) -> Answer:
        raise GraphUnavailable("Graph answered 429", 700.0)

    barn.graph.faults.append(failing(1, throttled))
    await barn.harvest().run()
    for _ in range(2):
        barn.clock.advance(minutes=5)
        await barn.harvest().run()
    assert len(barn.graph.calls) == 1
    barn.clock.advance(minutes=5)

    await barn.harvest().run()

    assert len(await barn.stored()) == 1


async def test_graph_is_not_left_alone_for_ever(barn: Barn) -> None:
    """Whatever it asks for: an hour later it is asked again."""

    def throttled(_log: GraphLog, _call: Call) -> Answer:
        raise GraphUnavailable("Graph answered 429", 1e15)

    barn.graph.add(NOON - HOUR)
    barn.graph.faults.append(failing(1, throttled))
    await barn.harvest().run()
    barn.clock.advance(hours=1)

    await barn.harvest().run()

    assert len(await barn.stored()) == 1


async def test_graph_that_is_away_is_not_asked_for_every_window(barn: Barn) -> None:
    """Two are enough to know, and none of them is at fault."""

    def away(_log: GraphLog, _call: Call) -> Answer:
        raise GraphUnavailable("Graph answered 503")

    barn.graph.faults.append(failing(99, away))

    harvested = await barn.harvest().run()

    assert (len(barn.graph.calls), harvested.gathered.failed, harvested.state.troubles) == (2, 0, 1)
    assert harvested.state.error == "Graph answered 503"
    assert not await barn.spans()


async def test_a_window_that_is_refused_while_others_are_served_is_at_fault(barn: Barn) -> None:
    """It is tried again later, and the others are read."""
    barn.graph.add(NOON - HOUR)
    barn.graph.add(NOON - 20 * HOUR)
    barn.graph.faults.append(failing(1, status(500)))

    harvested = await barn.harvest().run()

    assert (harvested.gathered.failed, harvested.state.troubles) == (1, 0)
    assert len(await barn.stored()) == 1
    barn.clock.advance(minutes=5)
    await barn.harvest().run()
    assert len(await barn.stored()) == 2


async def test_a_time_that_graph_fails_to_serve_does_not_hold_up_the_others(barn: Barn) -> None:
    """However long it is, and though it comes first: an hour of which Graph knows only to answer 500."""
    await barn.run_until_done()
    barn.graph.add_many(NOON, 160, MINUTE)
    barn.graph.faults.append(refusing(NOON, NOON + HOUR, status(500)))

    for _ in range(34):
        barn.clock.advance(minutes=5)
        await barn.harvest().run()

    stored = {row["At"] for row in await barn.rows("day")}
    assert stored == {NOON + number * MINUTE for number in range(60, 160)}


@pytest.mark.parametrize("refusal", [status(400), malformed])
async def test_a_graph_that_refuses_everything_is_not_asked_for_every_window(
    barn: Barn, refusal: Callable[[GraphLog, Call], Answer]
) -> None:
    """Nor is all that is owed cut to pieces, each of which would be asked for by itself from then on."""
    barn.rhythm = Rhythm(tolerance=FAR_APART)
    barn.graph.faults.append(failing(99, refusal))

    for _ in range(6):
        await barn.harvest().run()
        barn.clock.advance(minutes=5)

    assert len(barn.graph.calls) == 6 * 2
    assert len(await barn.spans()) <= 6 * 2 * 2


async def test_a_graph_that_takes_too_long_is_asked_for_less(barn: Barn) -> None:
    """A question that it never answers is not put again and again, while nothing else is read."""

    async def send(call: Call) -> Answer:
        start, end = barn.graph.asked_by(call)
        await asyncio.sleep(60 if end - start > 8 * HOUR else 0)
        return barn.graph.answer(call)

    never: Any = SimpleNamespace(send=send)
    clock, grace = barn.clock, 0.05 - barn.rhythm.budget.total_seconds()
    audits = DirectoryAudits(never, Pacing(), clock=clock.monotonic, sleep=clock.sleep, grace=grace)
    harvest = Harvest(audits, AuditStore(barn.tables), barn.coverage, barn.rhythm, now=clock)
    barn.graph.add(NOON - HOUR)

    await harvest.run()
    clock.advance(minutes=5)
    harvested = await harvest.run()

    assert harvested.gathered.owed == 0
    assert len(await barn.stored()) == 1


async def test_a_missing_permission_fails_the_run_and_is_on_record(barn: Barn) -> None:
    """Where the platform's alerts see it."""
    barn.graph.faults.append(failing(1, status(403)))

    with pytest.raises(LogClosed):
        await barn.harvest().run()

    assert "AuditLog.Read.All" in (await barn.coverage.state()).error
    assert not await barn.spans()


async def test_a_permission_that_is_withdrawn_in_mid_run_loses_nothing(barn: Barn) -> None:
    """What was read whole by then stays read; the rest is read when it is given back."""
    barn.graph.page_size = 10
    barn.graph.add_many(NOON - 20 * HOUR, 30, SECOND)
    barn.graph.add_many(NOON - HOUR, 5, SECOND)
    barn.graph.faults.append(failing(1, status(403), only_further=True))
    with pytest.raises(LogClosed):
        await barn.harvest().run()
    assert [span.end for span in await barn.spans()][-1] == NOON - 5 * MINUTE

    await barn.harvest().run()

    assert (len(await barn.stored()), set((await barn.stored()).values())) == (35, {1})
    assert sum(span.counts.events for span in await barn.spans()) == 35
    assert (await barn.coverage.state()).error == ""


@pytest.mark.parametrize("wrong_by", [-365 * 24 * HOUR, -HOUR, HOUR, 365 * 24 * HOUR])
async def test_a_clock_that_is_wrong_harvests_nothing(barn: Barn, wrong_by: timedelta) -> None:
    """By it a time could be marked as read that is yet to come, or given up; the storage account is its witness."""
    barn.rhythm = Rhythm(reach=timedelta(hours=24))
    barn.clock.time = datetime.now(UTC) + wrong_by
    with pytest.raises(ClockDiffers):
        await barn.harvest().run()
    assert not barn.graph.calls

    barn.clock.time = datetime.now(UTC)
    harvested = await barn.harvest().run()

    assert (harvested.gaps, harvested.gathered.owed) == (0, 0)


async def test_what_a_clock_running_ahead_has_marked_is_read_again(barn: Barn) -> None:
    """Once it is right again."""
    barn.clock.advance(hours=2)
    await barn.harvest().run()
    barn.clock.advance(hours=-2)
    barn.graph.add(NOON + HOUR)
    await barn.harvest().run()
    assert (await barn.spans())[-1].end == NOON - 5 * MINUTE
    barn.clock.advance(hours=2)

    await barn.harvest().run()

    assert len(await barn.stored()) == 1


async def test_months_past_their_retention_are_deleted_once_a_day(barn: Barn) -> None:
    """Whole tables, a moment's work; what is younger stays."""
    barn.rhythm = Rhythm(reach=timedelta(hours=24), retention=timedelta(days=40), tolerance=FAR_APART)
    barn.graph.add(NOON - HOUR)
    await barn.harvest().run()
    assert await barn.months() == ["AuditEvents202611", "AuditIndex202611"]
    barn.clock.advance(days=50)
    barn.graph.add(barn.clock() - HOUR)

    await barn.harvest().run()

    assert await barn.months() == ["AuditEvents202701", "AuditIndex202701"]


async def test_months_past_their_retention_are_deleted_though_the_log_is_closed(barn: Barn) -> None:
    """That nothing new comes in is no reason to keep what is old."""
    barn.rhythm = Rhythm(reach=timedelta(hours=24), retention=timedelta(days=40), tolerance=FAR_APART)
    barn.graph.add(NOON - HOUR)
    await barn.harvest().run()
    barn.clock.advance(days=50)
    barn.graph.faults.append(failing(1, status(403)))

    with pytest.raises(LogClosed):
        await barn.harvest().run()

    assert await barn.months() == []


async def test_nothing_about_people_is_logged(barn: Barn, caplog: pytest.LogCaptureFixture) -> None:
    """Counts and times alone."""
    caplog.set_level(logging.DEBUG, logger="mfadesk")
    barn.graph.add(NOON - HOUR)
    barn.graph.add(NOON - HOUR, raw=b'{"id":"adele.vance@contoso.com"}')

    await barn.harvest().run()

    assert "1 events" in caplog.text
    assert "adele" not in caplog.text.lower()
    assert ADELE not in caplog.text


async def test_an_event_of_which_only_the_columns_fit_is_counted_as_unreadable_too(barn: Barn) -> None:
    """It is found by its person, and the report says that something is not whole."""
    barn.graph.add(NOON - HOUR, resultReason=incompressible(2_400_000))

    harvested = await barn.harvest().run()

    assert (harvested.gathered.counts.events, harvested.gathered.counts.unreadable) == (1, 1)
    assert list((await barn.stored()).values()) == [1]


async def test_a_gap_that_another_instance_has_put_on_record_is_not_counted_twice(barn: Barn) -> None:
    """Both found it at the same moment."""

    class Second(CoverageTable):
        async def change(self, day: date, change: Change) -> bool:
            await super().change(day, change)  # by the other instance, a moment earlier
            return await super().change(day, change)

    await barn.harvest().run()
    barn.clock.advance(days=3)
    audits = DirectoryAudits(barn.graph, Pacing(), clock=barn.clock.monotonic, sleep=barn.clock.sleep)  # type: ignore[arg-type]
    second = Harvest(audits, AuditStore(barn.tables), Second(barn.tables), barn.rhythm, now=barn.clock)

    harvested = await second.run()

    assert harvested.gaps == 0
    assert [span for span in await barn.spans() if span.state is State.LOST] != []
