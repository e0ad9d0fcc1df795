"""The desk put together from its settings."""

from shared.desk import Desk
from shared.directory import Directory
from shared.graph import Graph
from shared.ledger import Ledger
from shared.run import Means, Rules
from shared.settings import Settings
from shared.storage import RequestQueue, credential, table_service


def assemble(settings: Settings) -> Desk:
    """Return a desk which works with what the settings name. Nothing is sent before its first request."""
    graph = Graph(settings.graph_endpoint, credential(settings.reset_client_id))
    means = Means(directory=Directory(graph), ledger=Ledger(table_service(settings.storage)))
    queue = RequestQueue(settings.storage, settings.request_queue)
    rules = Rules(
        protected_users=settings.protected_users,
        max_request_age=settings.max_request_age,
        demanded=settings.demanded,
    )
    return Desk(means, queue, rules, settings.run_lease)
