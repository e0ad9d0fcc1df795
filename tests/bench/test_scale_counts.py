"""What the model of scale takes from the code is what the code does."""

import re
import tracemalloc
import zlib
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from inspect import signature
from pathlib import Path
from random import Random
from uuid import UUID

import msgspec
import pytest

from bench.scale import assumptions as given
from shared import reading, sweeper
from shared.audit.history_line import Actor, Deed, HistoryLine, Kind, Method, Party, Person, Standing, Through
from shared.contract import Action
from shared.graph import Answer, Call, Graph, GraphUnavailable
from shared.outcome import PersonNamed, Status
from shared.reading import Question
from shared.record import RequestSummary
from shared.report import packed_rows
from shared.report.day import Day
from shared.report.report import Material, encode, report

ROOT = Path(__file__).parents[2]
MIDNIGHT = datetime(2026, 11, 22, tzinfo=UTC)
_TWO = re.compile(r"/(transitiveM|m)emberOf/|^/users/[^/]+$")


class Asked(Graph):
    """A Graph that notes what is read of it, and answers nothing."""

    def __init__(self) -> None:
        self.calls: list[Call] = []

    async def batch(self, version: str, calls: Mapping[str, Call]) -> dict[str, Answer]:  # noqa: ARG002 - as Graph has it
        """Note them."""
        self.calls += calls.values()
        raise GraphUnavailable("Nobody is there.")


def units(call: Call) -> int:
    """Return the resource units of a reading (Microsoft Graph documentation, throttling limits)."""
    path, _, query = call.path.partition("?")
    base = 2 if _TWO.search(path) else 1
    return max(1, base - ("$select=" in query)) + ("$expand=" in query)


def guid(chance: Random) -> str:
    """Return an object id."""
    return str(UUID(int=chance.getrandbits(128)))


def act(number: int, chance: Random) -> HistoryLine:
    """Return a reset of three methods, with the seven events it has left."""
    at = MIDNIGHT + timedelta(seconds=chance.randrange(86_399))
    name = f"person.{chance.randrange(10**6)}"
    methods = (Method("phone", "+1 *****12"), Method("microsoftAuthenticator", "Phone"), Method("softwareOath"))
    return HistoryLine(
        id=f"INC-{number}",
        at=at,
        until=at + timedelta(seconds=3),
        person=Person(id=guid(chance), user_principal_name=f"{name}@contoso.com", display_name=name),
        deeds=(Deed(kind=Kind.METHODS_REMOVED, methods=methods), Deed(kind=Kind.SESSIONS_REVOKED)),
        standing=Standing.MATCHED,
        through=Through.DESK,
        asked_by=Actor(party=Party.PERSON, id=str(UUID(int=number % 20)), name=f"operator.{number % 20}@contoso.com"),
        ticket=f"INC-{number}",
        request_id=f"INC-{number}",
        result=Status.SUCCEEDED,
        events=tuple(f"Directory_{guid(chance)}_{chance.randrange(10**8)}" for _ in range(7)),
    )


def summary(number: int, chance: Random) -> bytes:
    """Return a request as the index has it."""
    person = PersonNamed(asked=f"{number}@contoso.com", id=guid(chance), user_principal_name=f"{number}@contoso.com")
    requester = msgspec.structs.replace(person, id=guid(chance))
    return msgspec.json.encode(
        RequestSummary(
            id=f"INC-{number}",
            status=Status.SUCCEEDED,
            accepted_at=MIDNIGHT,
            finished_at=MIDNIGHT,
            actions=(Action.REVOKE_SESSIONS,),
            user=person,
            requested_by=requester,
        )
    )


def test_a_line_of_a_report_takes_that_many_bytes() -> None:
    """Compressed, as it is stored; what varies is a tenth."""
    chance, number = Random(1), 200  # noqa: S311 - invented people

    drawn = report(
        Material(
            day=Day(date(2026, 11, 22), "UTC"),
            lines=tuple(act(each, chance) for each in range(number)),
            written_at=MIDNIGHT,
        )
    )

    assert given.REPORT_LINE.value == pytest.approx(len(zlib.compress(encode(drawn))) / number, rel=0.1)


def test_a_request_takes_that_much_memory_in_a_report() -> None:
    """As it is read from the index."""
    chance, number = Random(1), 200  # noqa: S311 - invented people
    told = [summary(each, chance) for each in range(number)]
    tracemalloc.start()

    kept = [msgspec.json.decode(each, type=RequestSummary) for each in told]

    taken = tracemalloc.get_traced_memory()[0] / len(kept)
    tracemalloc.stop()
    assert given.SUMMARY.value == pytest.approx(taken, rel=0.25)


def test_a_line_takes_that_much_memory_in_a_report() -> None:
    """As the line and as its JSON, both of which are there when it is stored."""
    chance, number = Random(1), 200  # noqa: S311 - invented people
    told = msgspec.json.encode([act(each, chance) for each in range(number)])
    tracemalloc.start()

    kept = msgspec.json.decode(told, type=list[HistoryLine])

    taken = tracemalloc.get_traced_memory()[0] / len(kept)
    tracemalloc.stop()
    assert given.LINE.value == pytest.approx(taken + len(told) / number, rel=0.25)


async def test_a_reading_costs_that_many_resource_units() -> None:
    """Of a request on the queue, asked for by a person."""
    graph = Asked()
    question = Question(user=guid(Random(1)), requested_by="lee.gu@contoso.com", authority=True)  # noqa: S311

    with pytest.raises(GraphUnavailable):
        await reading.read(graph, question, guid(Random(2)))  # noqa: S311 - an invented id

    assert given.UNITS_OF_A_READING.value == sum(units(call) for call in graph.calls)


def test_the_host_is_set_up_as_the_model_has_it() -> None:
    """By host.json."""
    queues = msgspec.json.decode(ROOT.joinpath("host.json").read_bytes())["extensions"]["queues"]

    assert given.AT_WORK.value == queues["batchSize"] + queues["newBatchThreshold"]
    assert given.MESSAGES_AN_INSTANCE.value == queues["batchSize"]
    assert f"00:00:{given.POLLING.value:02.0f}" == queues["maxPollingInterval"]


def test_the_app_is_provisioned_as_the_model_has_it() -> None:
    """By the template."""
    (most,) = re.findall(r"param maximumInstanceCount int = (\d+)", ROOT.joinpath("infra", "main.bicep").read_text())

    assert given.INSTANCES.value == int(most)


def test_the_sweeper_works_as_the_model_has_it() -> None:
    """So many at once, for so long."""
    assert (sweeper.AT_ONCE, sweeper.TIME.total_seconds()) == (given.SWEPT_AT_ONCE.value, given.SWEEP.value)


def test_a_row_of_a_report_holds_what_it_does_in_the_model() -> None:
    """By what is written."""
    assert given.REPORT_ROW.value == packed_rows.ROW


def test_a_call_waits_for_graph_as_long_as_in_the_model() -> None:
    """Of what Graph asks for, that much is waited on the spot."""
    assert given.SHORT_WAIT.value == signature(Graph).parameters["short_wait"].default
