"""How many resets one instance does per second, against what Graph's latency alone would allow."""

import time
from collections.abc import Iterator

import msgspec
from azure.storage.queue import QueueClient

from bench import workbench
from bench.measurement import Measurement
from local.demonstration import Event
from local.stand import ROOT
from local.tenant.control_client import ControlClient

LATENCY_SECONDS = 0.1
RESETS = 400


def measure() -> Iterator[Measurement]:
    """Have many people reset at once; count over the middle of the run, without its start and its end."""
    with workbench.stand(with_host=False) as stand, ControlClient(stand.tenant_url) as tenant:
        users = tenant.add_people(RESETS, workbench.METHODS)
        tenant.turn(latency=LATENCY_SECONDS)
        with (
            QueueClient.from_connection_string(stand.connection_string, "reset-requests") as requests,
            QueueClient.from_connection_string(stand.connection_string, "reset-results") as results,
        ):
            for number, user in enumerate(users):
                requests.send_message(workbench.request(user, f"many-{number}"))
            stand.start_host()
            ended = sorted(_endings(results))
    middle = ended[RESETS // 5 : -RESETS // 5]
    per_second = (len(middle) - 1) / (middle[-1] - middle[0])
    concurrency, waits = _concurrency(), len(workbench.METHODS) + 4
    ideal = concurrency / (waits * LATENCY_SECONDS)
    how = (
        f"{per_second:.1f}/s of {ideal:.1f}/s: {concurrency} at once, {waits} waits of {LATENCY_SECONDS * 1000:.0f} ms"
    )
    yield Measurement("resets per second, against the ideal", per_second / ideal, 0.9, "at least", how)


def _endings(results: QueueClient) -> list[float]:
    """Return when each request ended, from the announcements."""
    ended: list[float] = []
    while len(ended) < RESETS:
        for message in results.receive_messages(max_messages=32, visibility_timeout=300):
            outcome = msgspec.json.decode(str(message.content), type=Event).data
            ended.append(outcome.finished_at.timestamp())
        time.sleep(0.5)
    return ended


def _concurrency() -> int:
    """Return how many requests the host hands one instance at once, by host.json."""
    queues = msgspec.json.decode(ROOT.joinpath("host.json").read_bytes())["extensions"]["queues"]
    return int(queues["batchSize"]) + int(queues["newBatchThreshold"])
