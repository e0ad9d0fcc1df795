"""The same on the real stand: at a random moment the host is killed, or the storage account goes away, or both.

Azurite is asked to end, and not killed: what it has answered has to be there afterwards, as in Azure, and it writes its
data down every few seconds only.
"""

import argparse
import contextlib
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any, Final, Literal, get_args

import httpx
from azure.data.tables import TableClient
from azure.storage.queue import QueueClient

from local.stand import ANY_PORTS, Stand
from local.tenant.control_client import ControlClient
from local.tenant.methods import MicrosoftAuthenticator, Phone, SoftwareOath
from shared.bulk.bulk import BulkStatus
from shared.ledger import OPEN_TABLE, REQUEST_TABLE, TABLES
from shared.outcome import OPEN
from tests.faults.cast import LEE

QUICK: Final = {"SWEEP_SCHEDULE": "* * * * * *", "RUN_LEASE": "00:00:03", "HARVEST_SCHEDULE": "0 0 0 1 1 *"}
HAD: Final = (
    Phone(phone_type="mobile", phone_number="+1 2065550100"),
    MicrosoftAuthenticator(display_name="phone"),
    SoftwareOath(),
)
_PEOPLE: Final = 4
_CROWD: Final = 60
"""People of a bulk request: at its pace they are three seconds of work."""
_EVERY: Final = 5
"""So seldom there is one: who died at it is taken for dead only after two minutes."""
_PATIENCE: Final = 300.0
Trouble = Literal["the host is killed", "the storage account is away", "both"]
_TROUBLES: Final[tuple[Trouble, ...]] = get_args(Trouble)


def main() -> int:
    """Kill as often as is asked for; return 1 where something was wrong."""
    parser = argparse.ArgumentParser(prog="make faults-stand", description=__doc__)
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--count", type=int, default=20, help="how many seeds")
    options = parser.parse_args()
    wrong = 0
    with tempfile.TemporaryDirectory() as folder, stand_in(Path(folder)) as killing:
        for seed in range(options.first, options.first + options.count):
            faults = killing.faults_of(seed)
            wrong += bool(faults)
            print(f"seed {seed}, {trouble_of(seed)}: {'; '.join(faults) or 'as it has to be'}", flush=True)
        print(f"{options.count} times {_PEOPLE} requests and trouble: {wrong} of them wrong.")
        print(f"{killing.run_again()} requests took more than one run.")
    return 1 if wrong else 0


@contextlib.contextmanager
def stand_in(folder: Path) -> Iterator["Killing"]:
    """Yield a stand with a host to be killed."""
    queues = ("reset-requests", "reset-results", "bulk-requests")
    with (
        Stand(
            folder=folder,
            usual_ports=ANY_PORTS,
            settings=QUICK,
            queues=queues,
            tables=TABLES,
            lasting=True,
            say=lambda _: None,
        ) as stand,
        ControlClient(stand.tenant_url) as tenant,
    ):
        tenant.turn(latency=0.05)
        yield Killing(stand, tenant)


def trouble_of(seed: int) -> Trouble:
    """Return what goes wrong under a seed."""
    return _TROUBLES[seed % len(_TROUBLES)]


class Killing:
    """Drops requests, kills, starts again, and looks."""

    def __init__(self, stand: Stand, tenant: ControlClient) -> None:
        self._stand = stand
        self._tenant = tenant
        self._told: dict[str, set[str]] = {}

    def faults_of(self, seed: int) -> tuple[str, ...]:
        """Return what is not as it has to be after trouble in the middle of some resets."""
        dice = Random(seed)  # noqa: S311 - to be repeated, not to be secret
        people = self._tenant.add_people(_PEOPLE, HAD)
        ids = [f"killed-{seed}-{place}" for place in range(_PEOPLE)]
        with self._queue("reset-requests") as requests:
            for request_id, who in zip(ids, people, strict=True):
                requests.send_message(json.dumps(_request(request_id, who)))
                if dice.random() < 0.3:
                    requests.send_message(json.dumps(_request(request_id, who)))
        crowd = self._asked_for_many(seed) if seed % _EVERY == 0 else []
        time.sleep(dice.uniform(0.1, 4.0))
        self._trouble(trouble_of(seed), dice)
        if not _within(_PATIENCE, lambda: self._is_over(ids)):
            return (f"Not over after {_PATIENCE:.0f} s: {sorted(set(ids) - set(self._told))} are announced to nobody.",)
        return (*self._wrong(ids, people), *self._wrong_with_many(seed, crowd))

    def run_again(self) -> int:
        """Return of how many requests a run was cut short: a campaign that hits nothing is seen as such."""
        with TableClient.from_connection_string(self._stand.connection_string, REQUEST_TABLE) as rows:
            found = rows.query_entities("RowKey eq 'request' and Runs gt 1", select=["PartitionKey"])
            return sum(1 for _ in found)

    def _trouble(self, trouble: Trouble, dice: Random) -> None:
        if trouble != "the host is killed":
            self._stand.stop_azurite()
        if trouble != "the storage account is away":
            self._stand.kill_host()
        if trouble != "the host is killed":
            time.sleep(dice.uniform(0.0, 3.0))
            self._stand.start_azurite()
        if trouble != "the storage account is away":
            self._stand.start_host()

    def _asked_for_many(self, seed: int) -> list[str]:
        """Have the sessions of some more people revoked, all at once."""
        crowd = self._tenant.add_people(_CROWD)
        order = {"id": _bulk_id(seed), "users": crowd, "actions": ["revokeSessions"]}
        self._called("POST", "bulk-requests", json=order)
        return crowd

    def _wrong_with_many(self, seed: int, crowd: list[str]) -> Iterator[str]:
        if not crowd:
            return
        path = f"bulk-requests/{_bulk_id(seed)}"
        if not _within(_PATIENCE, lambda: self._called("GET", path)["status"] == BulkStatus.FINISHED):
            yield f"{_bulk_id(seed)} is not finished after {_PATIENCE:.0f} s: {self._called('GET', path)}"
        journal = self._tenant.journal()
        for who in crowd:
            person = self._tenant.person(who)
            acts = [each.act for each in journal if each.user_id == person.id]
            if not 1 <= acts.count("sessionsRevoked") <= 2:
                yield f"{who}, one of many: {acts}"

    def _called(self, method: str, path: str, **options: Any) -> Any:
        headers = {"Authorization": f"Bearer {self._tenant.desk_sign_in(LEE)}"}
        answer = httpx.request(
            method, f"{self._stand.host_url}/api/{path}", headers=headers, timeout=_PATIENCE, **options
        )
        answer.raise_for_status()
        return answer.json()

    def _wrong(self, ids: list[str], people: list[str]) -> Iterator[str]:
        journal = self._tenant.journal()
        for request_id, who in zip(ids, people, strict=True):
            person = self._tenant.person(who)
            if request_id not in self._told:
                continue  # its message is kept: nothing is told of it yet
            if len(self._told[request_id]) != 1 or '"status":"succeeded"' not in next(iter(self._told[request_id])):
                yield f"{request_id} was told as {self._told[request_id]}"
            acts = [each.act for each in journal if each.user_id == person.id and each.actor not in ("admin", "person")]
            if [type(each).__name__ for each in person.methods] not in ([], ["Password"]):
                yield f"{who} still has {person.methods}"
            if acts.count("methodDeleted") != len(HAD) or not 1 <= acts.count("sessionsRevoked") <= len(HAD):
                yield f"{who}: {acts}"

    def _is_over(self, ids: list[str]) -> bool:
        with self._queue("reset-results") as results:
            for message in results.receive_messages(max_messages=32):
                event = json.loads(str(message.content))
                self._told.setdefault(event["id"], set()).add(str(message.content))
                results.delete_message(message)
        with TableClient.from_connection_string(self._stand.connection_string, OPEN_TABLE) as left:
            names = {str(each["RowKey"]) for each in left.list_entities() if each["PartitionKey"] == "open"}
            kept = self._kept(ids)
        return set(ids) <= self._told.keys() | kept and names.isdisjoint(set(ids) - kept)

    def _kept(self, ids: list[str]) -> set[str]:
        """Return what the host had not begun, or ended and not announced, when it died.

        For ten minutes the queue keeps its message to itself, and then hands it out again.
        """
        with TableClient.from_connection_string(self._stand.connection_string, REQUEST_TABLE) as rows:
            found = rows.list_entities(select=["PartitionKey", "Status"])
            under_way = {str(each["PartitionKey"]) for each in found if each["Status"] in OPEN}
        kept = set(ids) - under_way - self._told.keys()
        with self._queue("reset-requests") as requests:
            there = requests.get_queue_properties().approximate_message_count or 0
        return kept if there >= len(kept) else set()

    def _queue(self, name: str) -> QueueClient:
        return QueueClient.from_connection_string(self._stand.connection_string, name)


def _bulk_id(seed: int) -> str:
    return f"many-{seed}"


def _request(request_id: str, who: str) -> dict[str, object]:
    return {"id": request_id, "user": who, "requestedBy": LEE, "actions": ["requireReregistration", "revokeSessions"]}


def _within(seconds: float, found: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found():
            return True
        time.sleep(0.3)
    return False


if __name__ == "__main__":
    sys.exit(main())
