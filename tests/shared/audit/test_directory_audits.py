"""Graph's audit log: what it is asked, at which pace, and what is made of its refusals."""

import asyncio
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from shared.audit.directory_audits import DirectoryAudits, LogClosed, OutOfTime, WindowRefused
from shared.audit.pacing import Pacing
from shared.audit.page import Page
from shared.audit.windows import Window
from shared.graph import Answer, Call, GraphUnavailable
from tests.shared.audit.barn import NOON, Clock
from tests.shared.audit.graph_log import GraphLog, failing, malformed, status

WINDOW = Window(NOON - timedelta(hours=1), NOON)


class Reader:
    """The log as it is read."""

    def __init__(self, events: int = 0, page_size: int = 10) -> None:
        self.clock = Clock(NOON + timedelta(hours=1))
        self.graph = GraphLog(self.clock, page_size)
        self.graph.add_many(WINDOW.start, events, timedelta(seconds=1))
        self.audits = DirectoryAudits(
            self.graph,  # type: ignore[arg-type]
            Pacing(),
            clock=self.clock.monotonic,
            sleep=self.clock.sleep,
        )

    async def pages(self, seconds: float = 240) -> list[Page]:
        """Return all pages of the window."""
        return [page async for page in self.audits.pages(WINDOW, self.audits.deadline(seconds))]


async def test_graph_is_asked_for_a_time_in_its_order() -> None:
    """By the conditions that its documentation names: ge and le, and explicitly sorted."""
    reader = Reader()

    await reader.pages()

    (call,) = reader.graph.calls
    address = urlsplit(call.path)
    assert address.path == "/auditLogs/directoryAudits"
    assert parse_qs(address.query) == {
        "$filter": ["activityDateTime ge 2026-11-22T11:00:00Z and activityDateTime le 2026-11-22T12:00:00Z"],
        "$orderby": ["activityDateTime asc"],
        "$top": ["999"],
    }
    assert call.version == "v1.0"


async def test_every_page_is_followed_to_the_next() -> None:
    """To the last."""
    pages = await Reader(events=35).pages()

    assert [len(page.value) for page in pages] == [10, 10, 10, 5]


async def test_graph_is_asked_five_times_in_ten_seconds() -> None:
    """No more, and no less."""
    reader = Reader(events=120)

    await reader.pages()

    assert (len(reader.graph.calls), reader.clock.waited) == (12, [10.0, 10.0])


async def test_no_page_is_begun_that_the_time_is_not_enough_for() -> None:
    """What has come by then has come."""
    reader = Reader(events=120)

    with pytest.raises(OutOfTime):
        await reader.pages(seconds=15.0)

    assert len(reader.graph.calls) == 10


async def test_a_call_that_the_network_never_ends_is_given_up() -> None:
    """The next run needs its time, and a question of which Graph can bear the answer."""
    reader = Reader()

    class Mute:
        async def send(self, _: Call) -> Answer:
            await asyncio.Event().wait()
            raise AssertionError

    mute: Any = Mute()
    reader.audits = DirectoryAudits(mute, Pacing(), clock=reader.clock.monotonic, grace=0.01)
    with pytest.raises(GraphUnavailable, match="did not answer"):
        await reader.pages(seconds=0.01)


async def test_a_page_that_leads_back_is_not_followed_for_ever() -> None:
    """A link that was followed already is a fault."""
    reader = Reader(events=35)
    link = b',"@odata.nextLink":"https://graph.example/v1.0/auditLogs/directoryAudits?$skiptoken=20"}'

    def back(_log: GraphLog, call: Call) -> Answer | None:
        return Answer(status=200, body=b'{"value":[]' + link) if "skiptoken" in call.path else None

    reader.graph.faults.append(back)
    with pytest.raises(WindowRefused, match="and back again"):
        await reader.pages()

    assert len(reader.graph.calls) == 3


@pytest.mark.parametrize(
    "link",
    [
        b"https://elsewhere.example/",
        b"https://graph.example/v1.0/\\u0000",
        b"https://graph.example/v1.0/\\n",
        b"https://graph.example/v1.0/" + b"x" * 60_000,
    ],
)
async def test_a_link_out_of_graph_is_not_followed(link: bytes) -> None:
    """What is fetched is an address of Graph's, at the desk's own endpoint, and can be one."""
    reader = Reader(events=35)
    body = b'{"value":[],"@odata.nextLink":"%s"}' % link
    reader.graph.faults.append(failing(1, lambda _log, _call: Answer(status=200, body=body)))

    with pytest.raises(WindowRefused):
        await reader.pages()


@pytest.mark.parametrize("code", [400, 404, 410])
async def test_a_refused_question_is_the_windows_fault(code: int) -> None:
    """With what Graph says."""
    reader = Reader()
    reader.graph.faults.append(failing(1, status(code)))

    with pytest.raises(WindowRefused, match=f"Graph answered {code} something: Something is wrong."):
        await reader.pages()


async def test_a_page_that_is_no_json_is_the_windows_fault() -> None:
    """Others may be readable."""
    reader = Reader(events=3)
    reader.graph.faults.append(failing(1, malformed))

    with pytest.raises(WindowRefused, match="no JSON"):
        await reader.pages()


async def test_a_missing_permission_is_named() -> None:
    """Nothing else will help."""
    reader = Reader()
    reader.graph.faults.append(failing(1, status(403)))

    with pytest.raises(LogClosed, match=r"AuditLog\.Read\.All for the desk's audit identity"):
        await reader.pages()


@pytest.mark.parametrize("code", [500, 502])
async def test_a_first_page_that_is_not_to_be_had_may_be_graphs_own_trouble(code: int) -> None:
    """Which one it is, the next window tells."""
    reader = Reader()
    reader.graph.faults.append(failing(1, status(code)))

    with pytest.raises(GraphUnavailable):
        await reader.pages()


@pytest.mark.parametrize("retry_after", [None, 60.0])
async def test_a_further_page_that_is_not_to_be_had_is_the_windows_fault(retry_after: float | None) -> None:
    """Unless Graph says when to come again."""
    reader = Reader(events=35)

    def away(_log: GraphLog, _call: Call) -> Answer:
        raise GraphUnavailable("Graph answered 503", retry_after)

    reader.graph.faults.append(failing(1, away, only_further=True))
    with pytest.raises(GraphUnavailable if retry_after else WindowRefused):
        await reader.pages()


async def test_a_further_page_that_the_network_never_ends_is_left_to_the_next_run() -> None:
    """What has come by then has come, and that Graph serves us is known."""
    reader = Reader(events=35)

    class FallingSilent:
        async def send(self, call: Call) -> Answer:
            if "skiptoken" in call.path:
                await asyncio.Event().wait()
            return reader.graph.answer(call)

    silent: Any = FallingSilent()
    audits = DirectoryAudits(silent, Pacing(), clock=reader.clock.monotonic, grace=0.01)
    pages = audits.pages(WINDOW, audits.deadline(0.01))
    came = len((await anext(pages)).value)
    with pytest.raises(OutOfTime):
        await anext(pages)

    assert came == 10
