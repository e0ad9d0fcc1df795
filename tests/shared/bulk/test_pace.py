"""The pace: a share of what Graph allows, held when Graph says so."""

import asyncio
from collections.abc import Iterable

import pytest
from kiota_abstractions.method import Method

from shared.bulk.cost import WRITES, Cost, cost_of
from shared.bulk.pace import SHARE, Pace
from shared.graph import Call, Graph, GraphUnavailable
from tests.fixtures.office import ADELE, Office

WRITE = Call(method=Method.POST, path="/users/a/revokeSignInSessions")


class Time:
    """A clock that is moved by whoever waits."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        """Return the time in seconds."""
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Let that much pass."""
        self.now += seconds


@pytest.mark.parametrize(
    ("call", "cost"),
    [
        pytest.param(Call(path="/users/a?$select=id"), Cost(1, 0), id="a person, some of them"),
        pytest.param(Call(path="/users/a"), Cost(2, 0), id="a person"),
        pytest.param(
            Call(path="/users/a/transitiveMemberOf/microsoft.graph.group?$count=true"), Cost(2, 0), id="groups"
        ),
        pytest.param(Call(path="/roleManagement/directory/roleAssignments?$filter=x"), Cost(1, 0), id="anything else"),
        pytest.param(Call(path="/x?$expand=roleDefinition"), Cost(2, 0), id="with what belongs to it"),
        pytest.param(WRITE, Cost(1, 1), id="a change"),
        pytest.param(Call(method=Method.POST, path="/$batch"), Cost(0, 0), id="a batch, of which the members count"),
    ],
)
def test_a_call_costs_what_graph_says(call: Call, cost: Cost) -> None:
    """By the documented table."""
    assert cost_of([call]) == cost


async def test_writes_keep_to_a_share_of_the_limit() -> None:
    """However fast they could be made."""
    time = Time()
    pace, begun = Pace(clock=time, sleep=time.sleep), time()

    for _ in range(1000):
        await pace.turn([WRITE])

    assert 1000 / (time() - begun) == pytest.approx(WRITES * SHARE, rel=0.03)


async def test_those_who_wait_together_have_one_turn_each() -> None:
    """The pace is that of all hands together."""
    time = Time()
    pace, begun = Pace(writes=10.0, clock=time, sleep=time.sleep), time()

    await asyncio.gather(*(pace.turn([WRITE]) for _ in range(41)))

    assert time() - begun >= 3.0


async def test_a_turn_that_came_late_is_made_up_for_a_second_at_the_most() -> None:
    """Neither is an idle minute spent in one burst, nor is a hiccup lost for good."""
    time = Time()
    pace = Pace(writes=10.0, clock=time, sleep=time.sleep)
    time.now += 60

    begun = time()
    for _ in range(31):
        await pace.turn([WRITE])

    assert time() - begun == pytest.approx(2.0, abs=0.11)


async def test_reads_do_not_wait_for_writes() -> None:
    """They count in units of their own."""
    time = Time()
    pace, begun = Pace(writes=0.1, clock=time, sleep=time.sleep), time()
    waiting = asyncio.create_task(pace.turn([WRITE, WRITE]))
    for _ in range(5):
        await pace.turn([Call(path="/users/a")])
    await waiting

    assert time() - begun < 1


async def test_throttling_holds_everything_for_as_long_as_graph_says() -> None:
    """Then it goes on, more slowly, and after a while as before."""
    time = Time()
    pace = Pace(writes=10.0, clock=time, sleep=time.sleep)
    begun = time()
    pace.throttled(15)

    await pace.turn([Call(path="/users/a")])
    resumed = time()
    for _ in range(71):
        await pace.turn([WRITE])

    assert resumed - begun == pytest.approx(15)
    assert time() - resumed == pytest.approx(10, rel=0.05)


async def test_a_long_throttling_is_not_waited_out() -> None:
    """The request is deferred, as it would be where Graph said it to its own call."""
    time = Time()
    pace = Pace(clock=time, sleep=time.sleep)
    pace.throttled(600)

    with pytest.raises(GraphUnavailable) as raised:
        await pace.turn([WRITE])

    assert raised.value.retry_after == pytest.approx(600)


async def test_what_was_on_its_way_slows_it_only_once() -> None:
    """Sixteen hands meet one and the same throttling."""
    time = Time()
    pace = Pace(writes=10.0, clock=time, sleep=time.sleep)
    for _ in range(16):
        pace.throttled(1)
    time.now += 1

    begun = time()
    for _ in range(36):
        await pace.turn([WRITE])

    assert time() - begun == pytest.approx(5, rel=0.1)


class Ear:
    """Turns that cost nothing, and remember what they were told."""

    headers = Pace.headers

    def __init__(self) -> None:
        self.counted: list[str] = []
        self.heard: list[float | None] = []

    async def turn(self, calls: Iterable[Call]) -> None:
        """Take note of what wants to be made."""
        self.counted += [call.place for call in calls]

    def throttled(self, retry_after: float | None) -> None:
        """Take note of what Graph said."""
        self.heard.append(retry_after)


async def test_every_call_has_its_turn_and_every_throttling_is_told(office: Office) -> None:
    """Of a batch each member, which Graph counts by itself; and a try once more is another call."""
    ear = Ear()
    graph = Graph(office.tenant_url, office.credential, sleep=office.clock.sleep, now=office.clock, turns=ear)
    adele = f"/users/{office.tenant.person(ADELE).id}"
    office.tenant.fault("answer", method="POST", path="*/revokeSignInSessions", status=429, retry_after="7")
    office.tenant.fault("answer", path="*/authentication/methods", status=429, retry_after="3")

    await graph.send(Call(method=Method.POST, path=f"{adele}/revokeSignInSessions"))
    await graph.batch("v1.0", {"person": Call(path=adele), "methods": Call(path=f"{adele}/authentication/methods")})
    await graph.close()

    assert ear.heard == [7, 3]
    assert ear.counted == [
        *["/users/…/revokeSignInSessions"] * 2,
        *["/users/…", "/users/…/authentication/methods"],
        "/users/…/authentication/methods",
    ]


async def test_it_goes_faster_again_after_a_while_without_throttling() -> None:
    """A little with every quarter of a minute, until it is what it was."""
    time = Time()
    pace = Pace(writes=10.0, clock=time, sleep=time.sleep)
    pace.throttled(1)
    time.now += 1
    paces = []
    for _ in range(12):
        begun = time()
        for _ in range(160):
            await pace.turn([WRITE])
        paces.append(160 / (time() - begun))

    assert paces == sorted(paces)
    assert paces[0] == pytest.approx(7, rel=0.1)
    assert paces[-1] == pytest.approx(10, rel=0.03)
