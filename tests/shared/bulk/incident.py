"""An incident at the office: a bulk desk and its workers, on the real parts."""

import csv
from collections.abc import AsyncIterator, Awaitable, Callable
from io import StringIO
from typing import Any

import pytest

from shared.acts import Means
from shared.authority import Authority
from shared.bulk.bulk import BulkRequest
from shared.bulk.bulk_desk import BulkDesk
from shared.bulk.lease import Lease
from shared.bulk.order import BulkOrder, request_id
from shared.bulk.pace import Pace
from shared.bulk.shift import Tools
from shared.bulk.table import BULK_TABLE, BulkTable
from shared.bulk.worker import Worker
from shared.caller import Caller
from shared.desk import Desk
from shared.directory import Directory
from shared.graph import Graph
from shared.ledger import Ledger
from shared.reading import Question, Reading
from shared.record import Row
from shared.reset import Patience
from shared.run import Rules
from shared.settings import StorageConnection
from shared.storage import MessageQueue
from tests.fixtures.azurite import Storage
from tests.fixtures.mortal import Fuse
from tests.fixtures.office import ADELE, DIEGO, LEASE, LEE, Office

IRVIN = "irvin.sayers@contoso.com"
PATTI = "patti.fernandez@contoso.com"
"""A Global Administrator."""
EMERGENCY = "emergency.one@contoso.com"
NOBODY = "nobody.such@contoso.com"
NESTOR = "nestor.wilke@contoso.com"
"""A privileged operator."""


class Watched:
    """A directory before which something happens when it is asked about somebody."""

    def __init__(self, directory: Directory, before: Callable[[str], Awaitable[None]]) -> None:
        self._directory = directory
        self._before = before

    async def read(self, question: Question) -> Reading:
        """Read, after that."""
        await self._before(question.user)
        return await self._directory.read(question)

    def __getattr__(self, verb: str) -> Any:
        return getattr(self._directory, verb)


class Incident:
    """A bulk desk, whoever works for it, and what a test wants to look at."""

    def __init__(self, office: Office, storage: Storage) -> None:
        self.office = office
        self.calls = storage.queue()
        self._queue = MessageQueue(
            StorageConnection(connection_string=storage.connection_string), self.calls.queue_name
        )
        self._graphs: list[Graph] = []
        self.desks: list[Desk] = []

    def desk(self, rules: Rules | None = None, fuse: Fuse | None = None) -> BulkDesk:
        """Return a bulk desk; with a fuse it dies when that has burnt down."""
        tables: Any = fuse.before_tables(self.office.table_service) if fuse else self.office.table_service
        calls = fuse.before(self._queue) if fuse else self._queue
        return BulkDesk(BulkTable(tables), Ledger(tables), calls, self.office.clock, rules or self.office.rules)

    def pace(self, **limits: float) -> Pace:
        """Return a pace by the office's clock."""
        clock = self.office.clock
        return Pace(clock=lambda: clock().timestamp(), sleep=clock.sleep, **limits)

    def worker(  # noqa: PLR0913 - all have defaults
        self,
        *,
        fuse: Fuse | None = None,
        directory: Any = None,
        rules: Rules | None = None,
        pace: Pace | None = None,
        singles: Callable[[], bool] = lambda: False,
        table: BulkTable | None = None,
    ) -> Worker:
        """Return a worker; with a fuse it dies when that has burnt down."""
        office = self.office
        pace = pace or self.pace()
        graph = Graph(office.tenant_url, office.credential, sleep=office.clock.sleep, now=office.clock, turns=pace)
        self._graphs.append(graph)
        tables: Any = fuse.before_tables(office.table_service) if fuse else office.table_service
        found = directory or Directory(graph, office.enterprise_app)
        patience = Patience(sleep=office.clock.sleep)
        means = Means(fuse.before(found) if fuse else found, Ledger(tables), patience, office.clock)
        desk = Desk(means, office.queues, rules or office.rules, LEASE)
        self.desks.append(desk)
        lease = Lease(tables, office.clock)
        tools = Tools(
            table=table or BulkTable(tables),
            lease=lease,
            desk=desk,
            pace=pace,
            now=office.clock,
            sleep=office.clock.sleep,
            singles=singles,
        )
        return Worker(tools, fuse.before(self._queue) if fuse else self._queue)

    def caller(self, who: str = LEE, authority: Authority = Authority.OPERATOR) -> Caller:
        """Return somebody who has signed in."""
        return Caller(id=self.office.tenant.person(who).id, name=who, authority=authority)

    async def ask(self, *users: str, caller: Caller | None = None, rules: Rules | None = None, **asked: Any) -> str:
        """Have a bulk request accepted, by default Lee's to revoke sessions; return its id."""
        order = self.order(*users, **asked)
        return (await self.desk(rules).accept(order, caller or self.caller())).request.id

    @property
    def own_id(self) -> str:
        """An id that no other test uses, and so none of whose parts is on record."""
        return f"INC-{self.calls.queue_name}"

    def order(self, *users: str, **asked: Any) -> BulkOrder:
        """Return what is asked for."""
        return BulkOrder(**{"users": users, "actions": ("revokeSessions",), **asked})

    async def shown(self, bulk_id: str) -> BulkRequest:
        """Return how it stands."""
        told = await self.desk().find(bulk_id)
        assert told is not None
        return told.request

    async def row(self, bulk_id: str, person: str) -> Row:
        """Return the request that somebody's part is."""
        return await self.office.row(request_id(bulk_id, person))

    async def outcomes(self, bulk_id: str) -> list[dict[str, str]]:
        """Return the table of outcomes."""
        text = (await self.desk().outcomes(bulk_id)).decode("utf-8-sig")
        return list(csv.DictReader(StringIO(text)))

    def called(self) -> int:
        """Return how many workers were called since, whether to come now or later."""
        count = self.calls.get_queue_properties().approximate_message_count or 0
        self.calls.clear_messages()
        return count

    async def close(self) -> None:
        """Give all connections back."""
        for graph in self._graphs:
            await graph.close()
        await self._queue.close()
        self.calls.close()


def empty(office: Office) -> None:
    """Leave no bulk request behind: the table of them is one for the whole session."""
    table = office.tables.create_table_if_not_exists(BULK_TABLE)
    for entity in list(table.list_entities(select=["PartitionKey", "RowKey"])):
        table.delete_entity(entity["PartitionKey"], entity["RowKey"])


@pytest.fixture
async def incident(office: Office, storage: Storage) -> AsyncIterator[Incident]:
    """Yield a bulk desk with nothing to do yet."""
    empty(office)
    incident = Incident(office, storage)
    yield incident
    await incident.close()


__all__ = [
    "ADELE",
    "DIEGO",
    "EMERGENCY",
    "IRVIN",
    "LEE",
    "NESTOR",
    "NOBODY",
    "PATTI",
    "Incident",
    "Watched",
    "incident",
]
