"""The desk put together from its settings."""

from functools import cached_property
from typing import TYPE_CHECKING

from shared.acts import Means
from shared.delegation import Policy
from shared.desk import Desk
from shared.directory import Directory
from shared.door import Door
from shared.environment import SettingsError, shown
from shared.graph import Graph
from shared.ledger import Ledger
from shared.run import Rules
from shared.settings import Settings
from shared.storage import MessageQueue, Queues, credential, table_service

if TYPE_CHECKING:
    from shared.audit.alarms import Alarms
    from shared.audit.coverage_table import CoverageTable
    from shared.audit.harvest import Harvest
    from shared.audit.histories import Histories
    from shared.audit.lookup import AuditLookup
    from shared.bulk.bulk_desk import BulkDesk
    from shared.bulk.worker import Worker
    from shared.front_desk import FrontDesk
    from shared.lookups.delegates import Delegates
    from shared.lookups.held_permissions import HeldPermissions
    from shared.lookups.people import People
    from shared.lookups.role_permissions import RolePermissions
    from shared.preview import Previews
    from shared.report.publisher import Publisher
    from shared.report.reports import Reports


class Premises:
    """All that the doors lead to. Nothing is sent before the first request.

    What most starts have no use for is made, and even imported, when it is first wanted.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        door = Door()
        self._graph = Graph(settings.graph_endpoint, credential(settings.reset_client_id), turns=door)
        self._tables = table_service(settings.storage)
        self._means = Means(Directory(self._graph, settings.enterprise_app_id), Ledger(self._tables))
        self._rules = rules_of(settings)
        storage = settings.storage
        self._queues = Queues(
            MessageQueue(storage, settings.request_queue), MessageQueue(storage, settings.result_queue)
        )
        self.desk = Desk(self._means, self._queues, self._rules, settings.run_lease, door)

    @cached_property
    def front_desk(self) -> "FrontDesk":
        """What callers ask for, look up and decide."""
        from shared.front_desk import FrontDesk  # noqa: PLC0415
        from shared.request_index import RequestIndex  # noqa: PLC0415

        return FrontDesk(self.desk, self._means, RequestIndex(self._tables), self._rules.demanded)

    @cached_property
    def _bulk_calls(self) -> MessageQueue:
        return MessageQueue(self.settings.storage, self.settings.bulk_queue)

    @cached_property
    def bulk_desk(self) -> "BulkDesk":
        """What callers ask for many people at once."""
        from shared.bulk.bulk_desk import BulkDesk  # noqa: PLC0415
        from shared.bulk.table import BulkTable  # noqa: PLC0415

        means = self._means
        return BulkDesk(BulkTable(self._tables), means.ledger, self._bulk_calls, means.now, self._rules)

    @cached_property
    def bulk_worker(self) -> "Worker":
        """Who works that off: as the desk does, but at a pace of its own."""
        from shared.bulk.lease import Lease  # noqa: PLC0415
        from shared.bulk.pace import Pace  # noqa: PLC0415
        from shared.bulk.shift import Tools  # noqa: PLC0415
        from shared.bulk.table import BulkTable  # noqa: PLC0415
        from shared.bulk.worker import Worker  # noqa: PLC0415

        settings, pace, now = self.settings, Pace(), self._means.now
        graph = Graph(settings.graph_endpoint, credential(settings.reset_client_id), turns=pace)
        means = Means(Directory(graph, settings.enterprise_app_id), self._means.ledger)
        desk = Desk(means, self._queues, self._rules, settings.run_lease)
        table, lease = BulkTable(self._tables), Lease(self._tables, now)
        singles = self.desk
        tools = Tools(table=table, lease=lease, desk=desk, pace=pace, now=now, singles=lambda: singles.is_busy)
        return Worker(tools, self._bulk_calls)

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
    def _audit_graph(self) -> Graph:
        return Graph(self.settings.graph_endpoint, credential(self.settings.audit.client_id))

    @cached_property
    def harvest(self) -> "Harvest":
        """What brings the directory audit log in."""
        from shared.audit.directory_audits import DirectoryAudits  # noqa: PLC0415
        from shared.audit.harvest import Harvest  # noqa: PLC0415
        from shared.audit.harvest_plan import Rhythm  # noqa: PLC0415
        from shared.audit.pacing import Pacing  # noqa: PLC0415
        from shared.audit.store import AuditStore  # noqa: PLC0415

        settings = self.settings.audit
        rhythm = Rhythm(
            reach=settings.reach,
            settle=settings.settle,
            again_after=settings.again_after,
            budget=settings.budget,
            retention=settings.retention,
        )
        return Harvest(
            DirectoryAudits(self._audit_graph, Pacing()), AuditStore(self._tables), self.audit_coverage, rhythm
        )

    @cached_property
    def audit_coverage(self) -> "CoverageTable":
        """What of the directory audit log has been read."""
        from shared.audit.coverage_table import CoverageTable  # noqa: PLC0415

        return CoverageTable(self._tables)

    @cached_property
    def audit_lookup(self) -> "AuditLookup":
        """What the directory audit log tells of a person, of who acted, of a day."""
        from shared.audit.lookup import AuditLookup  # noqa: PLC0415

        return AuditLookup(self._tables, self.settings.audit.retention, self._means.now)

    @cached_property
    def histories(self) -> "Histories":
        """Who did what to whom."""
        from shared.audit.actors import DeskIdentity  # noqa: PLC0415
        from shared.audit.histories import Histories  # noqa: PLC0415
        from shared.request_index import RequestIndex  # noqa: PLC0415

        identity = DeskIdentity(
            client_ids=frozenset(filter(None, [self.settings.reset_client_id])),
            principal_ids=frozenset(filter(None, [self.settings.reset_principal_id])),
        )
        longest_wait = 2 * self.settings.max_request_age  # for an approval, and then for Graph
        return Histories(self.audit_lookup, RequestIndex(self._tables), identity, self._means.now, longest_wait)

    @cached_property
    def alarms(self) -> "Alarms":
        """Who cries out where the desk's identity is used around the desk."""
        from shared.audit.alarms import LEDGER_TELLS_WITHIN, Alarms  # noqa: PLC0415

        # What the second reading brings to light is as old as that.
        reach = self.settings.audit.again_after + 2 * LEDGER_TELLS_WITHIN
        return Alarms(self.histories, reach, self._means.now)

    @cached_property
    def time_zone(self) -> str:
        """In which the operator's days begin. Raises SettingsError where there is no such zone."""
        from shared.report.day import is_zone  # noqa: PLC0415

        zone = self.settings.time_zone
        if not is_zone(zone):
            raise SettingsError(f"Setting 'TIME_ZONE' is '{shown(zone)}'; write an IANA name, like Europe/Berlin.")
        return zone

    @cached_property
    def reports(self) -> "Reports":
        """The daily reports. Raises SettingsError where the time zone is none."""
        from shared.report.reports import Reports  # noqa: PLC0415

        return Reports(self._tables, self.histories, self.time_zone, self._means.now)

    @cached_property
    def publisher(self) -> "Publisher":
        """Who writes them and lets the world know."""
        from shared.report.mail import ReportMail  # noqa: PLC0415
        from shared.report.publisher import Publisher  # noqa: PLC0415

        queue = MessageQueue(self.settings.storage, self.settings.report_queue)
        mailing = self.settings.report_mail
        mail = ReportMail(self._audit_graph, mailing.sender, mailing.recipients) if mailing else None
        return Publisher(self.reports, queue, mail, self._means.now)

    @cached_property
    def delegates(self) -> "Delegates":
        """To whom resetting is delegated."""
        from shared.lookups.delegates import Delegates  # noqa: PLC0415

        return Delegates(self._graph, self.settings.enterprise_app_id)

    @cached_property
    def held_permissions(self) -> "HeldPermissions":
        """What the desk's identities have been granted, of what they need."""
        from shared.lookups.held_permissions import Demand, HeldPermissions  # noqa: PLC0415
        from shared.permissions import Identity, demanded  # noqa: PLC0415

        settings = self.settings
        demand = Demand(
            permissions=demanded(settings.further_actions, mails=settings.report_mail is not None),
            client_ids={Identity.RESET: settings.reset_client_id, Identity.AUDIT: settings.audit.client_id},
            app_roles=settings.enterprise_app_id is not None,
        )
        return HeldPermissions(self._graph, demand, self._means.now)

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
