"""The desk put together from its settings."""

from functools import cached_property
from typing import TYPE_CHECKING

from shared.acts import Means
from shared.delegation import Policy
from shared.desk import Desk
from shared.directory import Directory
from shared.graph import Graph
from shared.ledger import Ledger
from shared.run import Rules
from shared.settings import Settings
from shared.storage import MessageQueue, Queues, credential, table_service

if TYPE_CHECKING:
    from shared.front_desk import FrontDesk
    from shared.lookups.delegates import Delegates
    from shared.lookups.people import People
    from shared.lookups.role_permissions import RolePermissions
    from shared.preview import Previews


class Premises:
    """All that the doors lead to. Nothing is sent before the first request.

    What most starts have no use for is made, and even imported, when it is first wanted.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._graph = Graph(settings.graph_endpoint, credential(settings.reset_client_id))
        self._tables = table_service(settings.storage)
        self._means = Means(Directory(self._graph, settings.enterprise_app_id), Ledger(self._tables))
        self._rules = rules_of(settings)
        storage = settings.storage
        queues = Queues(MessageQueue(storage, settings.request_queue), MessageQueue(storage, settings.result_queue))
        self.desk = Desk(self._means, queues, self._rules, settings.run_lease)

    @cached_property
    def front_desk(self) -> "FrontDesk":
        """What callers ask for, look up and decide."""
        from shared.front_desk import FrontDesk  # noqa: PLC0415
        from shared.request_index import RequestIndex  # noqa: PLC0415

        return FrontDesk(self.desk, self._means, RequestIndex(self._tables), self._rules.demanded)

    @cached_property
    def previews(self) -> "Previews":
        """What is to be known of a person before anything is done."""
        from shared.preview import Previews  # noqa: PLC0415

        return Previews(self._means.directory, self._rules.policy, self._means.now)

    @cached_property
    def people(self) -> "People":
        """Whom the directory knows."""
        from shared.lookups.people import People  # noqa: PLC0415

        return People(self._graph)

    @cached_property
    def delegates(self) -> "Delegates":
        """To whom resetting is delegated."""
        from shared.lookups.delegates import Delegates  # noqa: PLC0415

        return Delegates(self._graph, self.settings.enterprise_app_id)

    @cached_property
    def role_permissions(self) -> "RolePermissions":
        """What roles allow."""
        from shared.lookups.role_permissions import RolePermissions  # noqa: PLC0415

        return RolePermissions(self._graph)


def rules_of(settings: Settings) -> Rules:
    """Return what the operator has laid down about requests."""
    return Rules(
        policy=Policy(
            protected=settings.protected_users,
            further_actions=settings.further_actions,
            second_person=settings.second_person,
        ),
        max_request_age=settings.max_request_age,
        approval_lifetime=settings.approval_lifetime,
        demanded=settings.demanded,
    )
