"""The whole stand: requests on the queue, the desk in its host, announcements on the other queue."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from azure.data.tables import TableClient
from azure.storage.queue import QueueClient

from local.approver import Approver
from local.demonstration import LEE, SITUATIONS, Answer, Demonstration
from local.stand import ANY_PORTS, Stand
from local.tenant.control_client import ControlClient
from local.tenant.methods import SoftwareOath
from shared.ledger import OPEN_TABLE, TABLES
from tests.e2e.patience import eventually

pytestmark = pytest.mark.stand

ADELE = "adele.vance@contoso.com"
QUICK = {"SWEEP_SCHEDULE": "* * * * * *", "RUN_LEASE": "00:00:03"}
"""A sweep every second, and runs that are given up after three: what takes minutes in production takes seconds here."""


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    """Yield a stand of its own for a test, on free ports."""
    queues, tables = ("reset-requests", "reset-results"), TABLES
    with Stand(
        folder=tmp_path, usual_ports=ANY_PORTS, settings=QUICK, queues=queues, tables=tables, say=lambda _: None
    ) as stand:
        yield stand


def queue(stand: Stand, name: str) -> QueueClient:
    """Return one of the stand's queues."""
    return QueueClient.from_connection_string(stand.connection_string, name)


def demonstrated(stand: Stand) -> list[Answer]:
    """Play the demonstration, the approval over HTTP included; return what was announced."""
    answers: list[Answer] = []
    with (
        queue(stand, "reset-requests") as requests,
        queue(stand, "reset-results") as results,
        Approver(stand.host_url, stand.tenant_url) as approver,
    ):
        demonstration = Demonstration(requests, results)
        for situation in SITUATIONS:
            demonstration.drop(situation)
        eventually(lambda: list(approver.approve_all()))
        while demonstration.waiting:
            answers += eventually(lambda: list(demonstration.answers()))
    return answers


def test_the_demonstration_comes_to_the_endings_it_should(stand: Stand) -> None:
    """A lost phone, a revocation, an admin, an emergency account and an unreadable message end as they are to."""
    answers = demonstrated(stand)

    assert {answer.situation.title: answer.outcome.status for answer in answers if answer.situation} == {
        situation.title: situation.expected for situation in SITUATIONS
    }


def test_an_announcement_arrives_as_it_was_written(stand: Stand) -> None:
    """The host passes bytes on untouched: text it would parse, and print anew with line breaks."""
    with queue(stand, "reset-requests") as requests, queue(stand, "reset-results") as results:
        requests.send_message("no request at all")
        message = eventually(results.receive_message)

    assert str(message.content).startswith('{"specversion":"1.0",')


def test_what_has_used_up_its_tries_ends_on_record_and_is_announced(stand: Stand) -> None:
    """The host puts it on the poison queue, which has a function of its own."""
    request = {"id": "exhausted", "user": ADELE, "requestedBy": LEE, "actions": ["revokeSessions"]}
    with queue(stand, "reset-requests-poison") as poison, queue(stand, "reset-results") as results:
        poison.create_queue()
        poison.send_message(json.dumps(request))
        message = eventually(results.receive_message)

    outcome = json.loads(str(message.content))["data"]
    assert (outcome["id"], outcome["status"], outcome["problem"]["code"]) == ("exhausted", "failed", "triesExhausted")


def test_the_log_names_nobody_and_shows_no_secret(stand: Stand) -> None:
    """Who reads the log learns which requests came to what, by ids alone."""
    demonstrated(stand)

    log = stand.folder.joinpath("host.log").read_text(encoding="utf-8")
    assert "succeeded (standardTarget)" in log
    assert "succeeded (approved)" in log
    for personal in ("@contoso.com", "Vance", "206555", "INC-1001", "train", "Bearer", "AccountKey", "eyJ"):
        assert personal not in log


def test_a_host_killed_in_the_middle_of_a_reset_leaves_it_to_the_next(stand: Stand) -> None:
    """After kill -9 and a restart the person is reset once, nothing newer is gone, and one ending is announced."""
    request = {
        "id": "killed",
        "user": ADELE,
        "requestedBy": LEE,
        "actions": ["requireReregistration", "revokeSessions"],
    }
    with (
        ControlClient(stand.tenant_url) as tenant,
        queue(stand, "reset-requests") as requests,
        queue(stand, "reset-results") as results,
        TableClient.from_connection_string(stand.connection_string, OPEN_TABLE) as open_requests,
    ):
        tenant.turn(latency=0.25)
        requests.send_message(json.dumps(request))
        eventually(lambda: [entry for entry in tenant.journal() if entry.act == "methodDeleted"])

        stand.kill_host()
        in_a_moment = datetime.now(UTC) + timedelta(seconds=2)
        tenant.register(ADELE, SoftwareOath(created_date_time=in_a_moment.strftime("%Y-%m-%dT%H:%M:%SZ")))
        tenant.turn(latency=0.0)
        stand.start_host()
        eventually(lambda: results.get_queue_properties().approximate_message_count)
        eventually(lambda: not list(open_requests.list_entities()))

        person = tenant.person(ADELE)
        done = Counter(entry.act for entry in tenant.journal() if entry.actor not in ("person", "admin"))
        (announced,) = [json.loads(str(message.content)) for message in results.receive_messages()]
    assert (announced["id"], announced["data"]["status"]) == ("killed", "succeeded")
    assert sorted(type(method).__name__ for method in person.methods) == ["Password", "SoftwareOath"]
    assert (done["methodDeleted"], done["sessionsRevoked"]) == (4, 1)
