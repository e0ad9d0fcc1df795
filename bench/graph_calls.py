"""How many calls to Graph one reset takes."""

import time
from collections.abc import Iterator

from azure.storage.queue import QueueClient

from bench import workbench
from bench.measurement import Measurement
from local.tenant.control_client import ControlClient


def measure() -> Iterator[Measurement]:
    """Count the calls of one reset of a person with three methods, with its revocation and its check."""
    with workbench.stand() as stand, ControlClient(stand.tenant_url) as tenant:
        (user,) = tenant.add_people(1, workbench.METHODS)
        tenant.forget_trace()
        with (
            QueueClient.from_connection_string(stand.connection_string, "reset-requests") as requests,
            QueueClient.from_connection_string(stand.connection_string, "reset-results") as results,
        ):
            requests.send_message(workbench.request(user, "calls"))
            while not results.get_queue_properties().approximate_message_count:
                time.sleep(0.02)
        calls = len(tenant.trace())
    methods = len(workbench.METHODS)
    yield Measurement("Graph calls per reset, beyond its methods", calls - methods, 4, "at most", f"{methods} methods")
