"""A page of the audit log decoded over and over, as `python -m bench.decoder EVENTS ROUNDS`, on a stand's settings.

It tells, one figure a line: the page's bytes; then for each round the seconds of msgraph-sdk and those of the desk.
"""

import asyncio
import gc
import os
import sys
import time
from collections.abc import Callable
from typing import Any, Final

from kiota_serialization_json.json_parse_node_factory import JsonParseNodeFactory
from msgraph.generated.models.directory_audit_collection_response import DirectoryAuditCollectionResponse

from shared.audit.event import AuditEvent, parse
from shared.audit.page import page_of
from shared.graph import Call, Graph
from shared.storage import credential

_OF_OURS: Final = 20
"""How often the desk decodes the page while the SDK does so once."""


async def page(events: int) -> bytes:
    """Return a page as Graph serves it."""
    identity = credential(os.environ["AUDIT_IDENTITY_CLIENT_ID"])
    graph = Graph(os.environ["GRAPH_ENDPOINT"], identity)
    answer = await graph.send(Call(path=f"/auditLogs/directoryAudits?$top={events}"))
    await graph.close()
    await identity.close()
    return answer.body


def by_sdk(body: bytes) -> list[Any]:
    """Return the events as msgraph-sdk's models."""
    node = JsonParseNodeFactory().get_root_parse_node("application/json", body)
    read = node.get_object_value(DirectoryAuditCollectionResponse)
    return list(read.value or ())


def by_desk(body: bytes) -> list[AuditEvent]:
    """Return the events as the desk's."""
    return [parse(bytes(each)) for each in page_of(body).value]


def seconds(decode: Callable[[bytes], object], body: bytes, times: int) -> float:
    """Return how long a page takes, without what the other has left behind for the garbage collector."""
    gc.collect()
    started = time.perf_counter()
    for _ in range(times):
        decode(body)
    return (time.perf_counter() - started) / times


def main(events: int, rounds: int) -> None:
    """Measure, and tell."""
    body = asyncio.run(page(events))
    theirs, ours = by_sdk(body), by_desk(body)  # the first time imports what it needs
    if not events == len(theirs) == len(ours) or [each.id for each in theirs] != [each.id for each in ours]:
        raise SystemExit(f"The two have not read the same {events} events.")
    print(len(body))
    for _ in range(rounds):
        print(seconds(by_sdk, body, 1))
        print(seconds(by_desk, body, _OF_OURS))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
