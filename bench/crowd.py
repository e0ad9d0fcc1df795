"""Instances that work on one queue, as the host would have them: `python -m bench.crowd INSTANCES AT_ONCE DOOR`.

DOOR is `door`, or `none` for desks that are not told when Graph throttles. Requests come on standard input, one a line,
and are put on the queue; it ends with the last of them, and tells how often they were begun with.
"""

import asyncio
import os
import sys
from datetime import UTC, datetime
from itertools import count

from azure.storage.queue.aio import QueueClient

from shared.acts import Means
from shared.arrival import Delivery
from shared.assembly import rules_of
from shared.desk import Desk
from shared.directory import Directory
from shared.door import Door
from shared.graph import Graph
from shared.ledger import Ledger
from shared.settings import Settings, read
from shared.storage import MessageQueue, Queues, credential, table_service

_HIDDEN = 300
_PAUSE = 0.2


class Crowd:
    """All instances in one process, each with a door of its own."""

    def __init__(self, settings: Settings, requests: list[str], *, told: bool) -> None:
        """told: whether a desk learns that Graph throttles."""
        storage = settings.storage
        self._settings = settings
        self._requests = requests
        self._told = told
        self._left = len(requests)
        self._queue = QueueClient.from_connection_string(str(storage.connection_string), settings.request_queue)
        self._queues = Queues(MessageQueue(storage, settings.request_queue), MessageQueue(storage, "nobody"))
        self._tables = table_service(storage)
        self._runs = count()

    async def work(self, instances: int, at_once: int) -> int:
        """Have everything done; return how often a request was begun with."""
        for each in self._requests:
            await self._queue.send_message(each)
        graphs: list[Graph] = []
        desks = [self._desk(graphs) for _ in range(instances)]
        await asyncio.gather(*(self._hand(desk) for desk in desks for _ in range(at_once)))
        await asyncio.gather(*(desk.close() for desk in desks), *(graph.close() for graph in graphs))
        await self._tables.close()
        await self._queue.close()
        return next(self._runs)

    def _desk(self, graphs: list[Graph]) -> Desk:
        settings, door = self._settings, Door()
        identity = credential(settings.reset_client_id)
        graphs.append(Graph(settings.graph_endpoint, identity, turns=door if self._told else None))
        means = Means(Directory(graphs[-1], settings.enterprise_app_id), Ledger(self._tables))
        return Desk(means, self._queues, rules_of(settings), settings.run_lease, door)

    async def _hand(self, desk: Desk) -> None:
        while self._left:
            message = await self._queue.receive_message(visibility_timeout=_HIDDEN)
            if message is None:
                await asyncio.sleep(_PAUSE)
                continue
            next(self._runs)
            inserted_at = message.inserted_on or datetime.now(UTC)
            outcome = await desk.receive(Delivery(str(message.content).encode(), str(message.id), inserted_at))
            await self._queue.delete_message(message)
            self._left -= outcome is not None


if __name__ == "__main__":
    crowd = Crowd(read(os.environ), sys.stdin.read().splitlines(), told=sys.argv[3] == "door")
    print(asyncio.run(crowd.work(int(sys.argv[1]), int(sys.argv[2]))))
