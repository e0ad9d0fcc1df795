"""Failures on demand."""

from typing import Any

import httpx
import pytest

from local.tenant.control_client import ControlClient
from local.tenant.faults import Fault, Faults
from tests.local.tenant.caller import ADELE, ALTERNATE, DIEGO, Graph, error

USER = f"/v1.0/users/{ADELE}"
PHONE = f"{USER}/authentication/phoneMethods/{ALTERNATE}"


def test_a_fault_hits_what_it_matches_as_often_as_it_says() -> None:
    """It lets some pass, hits some, and is spent; others are not concerned."""
    faults = Faults()
    faults.add(Fault(effect="answer", method="DELETE", path="*/phoneMethods/*", skip=1, times=2))
    calls = [("GET", PHONE), ("DELETE", USER), *[("DELETE", PHONE)] * 4]

    assert [faults.strike(*call) is not None for call in calls] == [False, False, False, True, True, False]
    assert faults.waiting() == []


def test_a_fault_without_an_end_stays() -> None:
    """Until it is cleared."""
    faults = Faults()
    faults.add(Fault(effect="answer", times=None))

    assert all(faults.strike("GET", USER) for _ in range(100))
    faults.clear()
    assert faults.strike("GET", USER) is None


@pytest.mark.parametrize(
    ("status", "retry_after"),
    [(429, "7"), (429, None), (500, None), (502, None), (503, "Wed, 21 Oct 2026 07:28:00 GMT"), (504, None)],
)
def test_a_status_is_answered_without_effect(
    graph: Graph, control: ControlClient, status: int, retry_after: str | None
) -> None:
    """With or without Retry-After, in Graph's error body."""
    control.fault("answer", status=status, retry_after=retry_after)
    answer = graph.call("DELETE", PHONE)

    assert (error(answer)[0], answer.headers.get("Retry-After")) == (status, retry_after)
    assert control.journal() == []
    assert graph.call("DELETE", PHONE).status_code == 204


def test_a_status_can_hide_an_effect(graph: Graph, control: ControlClient) -> None:
    """A gateway gives up although the service went on."""
    control.fault("answer", status=504, applied=True)

    assert graph.call("DELETE", PHONE).status_code == 504
    assert [entry.act for entry in control.journal()] == ["methodDeleted"]


@pytest.mark.parametrize(("effect", "acts"), [("closeBefore", []), ("closeAfter", ["methodDeleted"])])
def test_a_connection_is_lost_before_or_after_the_effect(
    graph: Graph, control: ControlClient, effect: Any, acts: list[str]
) -> None:
    """The caller cannot tell which; the trace has the call with status 0."""
    control.fault(effect, method="DELETE")

    with pytest.raises(httpx.RemoteProtocolError):
        graph.call("DELETE", PHONE)

    assert [entry.act for entry in control.journal()] == acts
    assert control.trace()[-1].status == 0


def test_a_body_can_be_malformed(graph: Graph, control: ControlClient) -> None:
    """200, and no JSON."""
    control.fault("malformed")
    answer = graph.call("GET", USER)

    assert answer.status_code == 200
    with pytest.raises(ValueError, match=r"Unterminated|Expecting|Invalid"):
        answer.json()


def test_a_body_can_break_off(graph: Graph, control: ControlClient) -> None:
    """The connection ends before the announced length."""
    control.fault("truncated")

    with pytest.raises(httpx.RemoteProtocolError, match=r"incomplete|without sending complete"):
        graph.call("GET", USER)


def test_a_member_of_a_batch_can_fail(graph: Graph, control: ControlClient) -> None:
    """With its own status and Retry-After, the others unharmed."""
    control.fault("answer", path=f"*/users/{DIEGO}", status=429, retry_after="3")
    answers = graph.batch(
        {"id": "1", "method": "GET", "url": f"/users/{ADELE}"}, {"id": "2", "method": "GET", "url": f"/users/{DIEGO}"}
    )

    assert answers["1"]["status"] == 200
    assert (answers["2"]["status"], answers["2"]["headers"]["Retry-After"]) == (429, "3")


def test_a_batch_is_lost_with_its_member(graph: Graph, control: ControlClient) -> None:
    """There is only one connection to close."""
    control.fault("closeAfter", path="*/phoneMethods/*")

    with pytest.raises(httpx.RemoteProtocolError):
        graph.batch({"id": "1", "method": "DELETE", "url": PHONE.removeprefix("/v1.0")})

    assert [entry.act for entry in control.journal()] == ["methodDeleted"]
    assert [member.status for member in control.trace()[-1].members] == [0]


def test_a_members_body_can_be_broken(graph: Graph, control: ControlClient) -> None:
    """It is then a text instead of an object."""
    control.fault("malformed", path=f"*/users/{DIEGO}")
    answer = graph.batch({"id": "1", "method": "GET", "url": f"/users/{DIEGO}"})["1"]

    assert (answer["status"], answer["body"]) == (200, "<html>")


def test_faults_are_listed_and_cleared(graph: Graph, control: ControlClient) -> None:
    """What is not spent yet can be seen and called off."""
    added = control.fault("answer", status=503, times=None)

    assert control.faults() == [added]
    control.clear_faults()
    assert control.faults() == []
    assert graph.call("GET", USER).status_code == 200
