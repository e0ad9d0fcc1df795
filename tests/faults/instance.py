"""One instance of the app, its parts put together as shared/assembly.py does, on ways that may fail."""

import base64
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final, cast

import azure.functions as func
from azure.data.tables.aio import TableServiceClient
from azure.identity.aio import ManagedIdentityCredential

from functions import approvals, bulk, requests
from functions.doors import Verb, pass_through
from functions.exchange import Exchange
from shared.acts import Means
from shared.assembly import Premises
from shared.audit.actors import DeskIdentity
from shared.audit.alarms import LEDGER_TELLS_WITHIN, Alarms
from shared.audit.coverage_table import CoverageTable
from shared.audit.directory_audits import DirectoryAudits
from shared.audit.harvest import Harvest
from shared.audit.harvest_plan import Rhythm
from shared.audit.histories import Histories
from shared.audit.lookup import AuditLookup
from shared.audit.pacing import Pacing
from shared.audit.store import AuditStore
from shared.bulk.bulk_desk import BulkDesk
from shared.bulk.lease import Lease
from shared.bulk.pace import Pace
from shared.bulk.shift import Tools
from shared.bulk.table import BulkTable
from shared.bulk.worker import Worker
from shared.desk import Desk
from shared.directory import Directory
from shared.front_desk import FrontDesk
from shared.graph import Turns
from shared.ledger import Ledger
from shared.report.mail import ReportMail
from shared.report.publisher import Publisher
from shared.report.reports import Reports
from shared.request_index import RequestIndex
from shared.reset import Patience
from shared.run import Rules
from shared.storage import Queues
from tests.faults.town import LEASE, Town
from tests.faults.weather import Mailbox, Moments, MortalGraph, Slot, StormyTransport, Turnstile

RHYTHM: Final = Rhythm(reach=timedelta(days=4), again_after=timedelta(hours=3), tolerance=timedelta(days=100_000))
"""Azurite's own clock is not turned."""
_REPORT_DAYS: Final = 2
MAILBOX: Final = "debra.berger@contoso.com"
RECIPIENTS: Final = ("service.desk@contoso.com",)
_INTERVENTIONS: Final[dict[str, Verb]] = {
    "pause": bulk.pause_bulk_request,
    "resume": bulk.resume_bulk_request,
    "cancellation": bulk.cancel_bulk_request,
}


class _Settings:
    authentication_enabled = True

    def __init__(self, tenant_id: str) -> None:
        self.tenant_id = tenant_id


class _Behind:
    """What the doors lead to."""

    def __init__(self, front_desk: FrontDesk, bulk_desk: BulkDesk, settings: _Settings) -> None:
        self.front_desk = front_desk
        self.bulk_desk = bulk_desk
        self.settings = settings


class Instance:
    """One process of the app."""

    def __init__(self, town: Town, rules: Rules) -> None:
        self._town = town
        self.moments = Moments(town.errands)
        self.skew = timedelta()
        self._tables = TableServiceClient.from_connection_string(
            town.connection_string,
            transport=StormyTransport(town.storms, self.moments, town.clock.sleep),
            retry_total=4,
        )
        turns = Turnstile(self.moments)
        self._graph, self._audit_graph = (
            self._made(one, turns) for one in (town.reset_credential, town.audit_credential)
        )
        means = self._means(self._graph)
        self.results = self._slot(town.results)
        self._queues = Queues(self._slot(town.requests), self.results)
        self._bulk_calls = self._slot(town.bulk_calls)
        self.desk = Desk(means, self._queues, rules, LEASE)
        index = RequestIndex(self._tables)
        front = FrontDesk(self.desk, means, index, rules.demanded, town.new_id)
        bulk_desk = BulkDesk(BulkTable(self._tables), means.ledger, self._bulk_calls, self.now, rules)
        self._behind = _Behind(front, bulk_desk, _Settings(town.tenant_id))
        self._pace = Pace(clock=self._seconds, sleep=town.clock.sleep)
        self._bulk_graph = self._made(town.reset_credential, Turnstile(self.moments, self._pace))
        self.bulk_worker = self._worker(rules)
        self.coverage = CoverageTable(self._tables)
        audits = DirectoryAudits(self._audit_graph, Pacing(), clock=self._seconds, sleep=town.clock.sleep)
        self.harvest = Harvest(audits, AuditStore(self._tables), self.coverage, RHYTHM, now=self.now)
        lookup = AuditLookup(self._tables, RHYTHM.retention, self.now)
        identity = DeskIdentity(client_ids=frozenset({town.client_id}), principal_ids=frozenset({town.principal_id}))
        self.histories = Histories(lookup, index, identity, self.now, 2 * rules.max_request_age)
        self.alarms = Alarms(self.histories, RHYTHM.again_after + 2 * LEDGER_TELLS_WITHIN, self.now)
        self.reports = Reports(self._tables, self.histories, "UTC", self.now, reach=_REPORT_DAYS)
        mail = ReportMail(self._audit_graph, MAILBOX, RECIPIENTS)
        self.publisher = Publisher(self.reports, self._slot(town.reports), mail, self.now)

    def now(self) -> datetime:
        """Return what this instance takes for the time."""
        return self._town.clock() + self.skew

    async def run(self, timer: str) -> None:
        """Do what a timer trigger does."""
        match timer:
            case "sweep":
                await self.desk.sweep()
                await self.bulk_worker.sweep()
                await self.publisher.deliver_owed()
            case "harvest":
                await self.harvest.run()
                await self.alarms.look()
            case _:
                await self.publisher.publish_owed()

    async def submit(self, who: tuple[str, str, str], body: dict[str, Any], *, wait: bool) -> func.HttpResponse:
        """Answer a call to POST /requests of somebody: their object id, name and app role."""
        prefer = {} if wait else {"prefer": "respond-async"}
        return await self._call(requests.submit_request, who, body, prefer)

    async def decide(self, who: tuple[str, str, str], verdict: str, request_id: str, version: str) -> func.HttpResponse:
        """Answer a call to approve or reject a request as it is in that version."""
        verb = approvals.approve_request if verdict == "approval" else approvals.reject_request
        return await self._call(verb, who, {"comment": "looked at"}, {"if-match": f'"{version}"'}, id=request_id)

    async def submit_many(self, who: tuple[str, str, str], body: dict[str, Any]) -> func.HttpResponse:
        """Answer a call to POST /bulk-requests."""
        return await self._call(bulk.submit_bulk_request, who, body, {})

    async def intervene(self, who: tuple[str, str, str], verb: str, bulk_id: str) -> func.HttpResponse:
        """Answer a call to pause, resume or cancel a bulk request."""
        return await self._call(_INTERVENTIONS[verb], who, {}, {}, id=bulk_id)

    async def close(self) -> None:
        """Give all connections back."""
        for graph in (self._graph, self._audit_graph, self._bulk_graph):
            await graph.close()
        await self._tables.close()

    async def _call(
        self, verb: Verb, who: tuple[str, str, str], body: dict[str, Any], headers: dict[str, str], **route: str
    ) -> func.HttpResponse:
        request = func.HttpRequest(
            "POST",
            "https://desk.example/api/…",
            headers={"authorization": "Bearer a-token", **headers, **_principal(self._town.tenant_id, *who)},
            params={},
            route_params=route,
            body=json.dumps(body).encode(),
        )
        behind: Callable[[], Premises] = lambda: cast("Premises", self._behind)  # noqa: E731
        return await pass_through(verb, Exchange(request, "an-invocation", behind, now=self.now))

    def _made(self, credential: ManagedIdentityCredential, turns: Turns) -> MortalGraph:
        town = self._town
        graph = MortalGraph(town.tenant_url, credential, sleep=town.clock.sleep, now=self.now, turns=turns)
        return graph.mortal(self.moments)

    def _means(self, graph: MortalGraph) -> Means:
        patience = Patience(sleep=self._town.clock.sleep, clock=self._seconds)
        return Means(Directory(graph, self._town.enterprise_app), Ledger(self._tables), patience, self.now)

    def _worker(self, rules: Rules) -> Worker:
        singles = self.desk
        tools = Tools(
            table=BulkTable(self._tables),
            lease=Lease(self._tables, self.now),
            desk=Desk(self._means(self._bulk_graph), self._queues, rules, LEASE),
            pace=self._pace,
            now=self.now,
            singles=lambda: singles.is_busy,
            sleep=self._town.clock.sleep,
        )
        return Worker(tools, self._bulk_calls)

    def _slot(self, mailbox: Mailbox) -> Slot:
        return Slot(mailbox, self._town.storms, self.moments)

    def _seconds(self) -> float:
        return self.now().timestamp()


def _principal(tenant_id: str, object_id: str, name: str, role: str) -> dict[str, str]:
    told = {"oid": object_id, "tid": tenant_id, "preferred_username": name, "scp": "user_impersonation"}
    claims = [{"typ": typ, "val": val} for typ, val in told.items()]
    claims += [{"typ": "roles", "val": role}] if role else []
    principal = json.dumps({"auth_typ": "aad", "role_typ": "roles", "claims": claims})
    return {"x-ms-client-principal": base64.b64encode(principal.encode()).decode()}
