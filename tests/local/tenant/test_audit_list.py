"""Reading the directory audit log."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from local.tenant.control_client import ControlClient
from tests.fixtures.tenant import Tenant
from tests.local.tenant.auditor import AUDITS, Auditor, given
from tests.local.tenant.caller import ADELE, PATTI, Graph, error, graph_as
from tests.local.tenant.schema import Schema

Reading = Callable[[str, Graph], None]


def _ago(**time: float) -> str:
    return (datetime.now(UTC) - timedelta(**time)).isoformat().replace("+00:00", "Z")


def test_the_log_is_empty_until_something_happens(auditor: Auditor) -> None:
    """What the seed has been given makes no events."""
    assert auditor.events() == []


def test_a_page_has_graphs_envelope(auditor: Auditor) -> None:
    """The context, Graph's own tip, no link where nothing follows, and the events."""
    auditor.control.audit.add(given("1"))
    page = auditor.page()

    assert page["@odata.context"] == f"{auditor.graph.url}/v1.0/$metadata#auditLogs/directoryAudits"
    assert page["@microsoft.graph.tips"].startswith("Use $select")
    assert list(page) == ["@odata.context", "@microsoft.graph.tips", "value"]


@pytest.mark.parametrize("version", ["v1.0", "beta"])
def test_an_event_has_graphs_shape(auditor: Auditor, version: str) -> None:
    """Every property of the type and no other, down to the changed properties."""
    auditor.control.revoke(ADELE, actor=f"admin:{PATTI}")
    event = auditor.page(version)["value"][0]
    schema, target = Schema(version), event["targetResources"][0]

    assert schema.flaws("directoryAudit", event) == []
    assert set(event) == set(schema.properties("directoryAudit"))
    assert schema.flaws("targetResource", target) == []
    assert set(target) == set(schema.properties("targetResource"))
    assert [flaw for each in target["modifiedProperties"] for flaw in schema.flaws("modifiedProperty", each)] == []
    assert schema.flaws("auditActivityInitiator", event["initiatedBy"]) == []


def test_one_event_is_read_by_its_id(auditor: Auditor) -> None:
    """Spaces and all; alone it is the same as in the list."""
    auditor.control.reset_in_portal(ADELE, admin=PATTI)
    event = auditor.events()[0]
    alone = auditor.graph.get(f"{AUDITS}/{event['id']}")

    assert event["id"].startswith("Authentication Methods_")
    assert alone.pop("@odata.context").endswith("$metadata#auditLogs/directoryAudits/$entity")
    assert alone == event


def test_an_id_that_nothing_has_is_404(auditor: Auditor) -> None:
    """As anywhere."""
    assert auditor.graph.call("GET", f"{AUDITS}/nothing").status_code == 404


def test_the_newest_come_first(auditor: Auditor) -> None:
    """Unless it is ordered otherwise."""
    for name, minutes in (("b", 2), ("c", 1), ("a", 3)):
        auditor.control.audit.add(given(name, _ago(minutes=minutes)))

    orders = ["activityDateTime", "activityDateTime asc", "activityDateTime desc"]

    assert [event["id"] for event in auditor.page()["value"]] == ["c", "b", "a"]
    assert [[event["id"] for event in auditor.page(orderby=order)["value"]] for order in orders] == [
        ["a", "b", "c"],
        ["a", "b", "c"],
        ["c", "b", "a"],
    ]


@pytest.mark.parametrize("order", ["category", "activityDateTime down", "activityDateTime asc,id", ""])
def test_nothing_else_orders(auditor: Auditor, order: str) -> None:
    """The documentation offers the time only."""
    assert error(auditor.ask(orderby=order))[:2] == (400, "BadRequest")


def test_properties_can_be_selected(auditor: Auditor) -> None:
    """Of a list and of one; without them comes the tip to do so."""
    auditor.control.audit.add(given("1", result="success"))
    page = auditor.page(select="id,Result")

    assert page["value"] == [{"id": "1", "result": "success"}]
    assert "@microsoft.graph.tips" not in page
    assert auditor.graph.get(f"{AUDITS}/1?$select=id").keys() == {"@odata.context", "id"}


def test_a_property_that_the_type_lacks_is_refused(auditor: Auditor) -> None:
    """v1.0 has no userAgent, beta has."""
    assert error(auditor.ask(select="userAgent"))[0] == 400
    assert auditor.ask("beta", select="userAgent").status_code == 200


@pytest.mark.parametrize("top", ["0", "-1", "1001", "many", ""])
def test_a_page_has_1_to_1000_events(auditor: Auditor, top: str) -> None:
    """Any other size is refused."""
    assert error(auditor.ask(top=top))[:2] == (400, "BadRequest")


def test_a_page_has_as_many_events_as_asked_for(auditor: Auditor) -> None:
    """And a thousand where none are."""
    auditor.control.audit.crowd(1200, since=_ago(hours=2), until=_ago(hours=1))

    assert [len(auditor.page(top=top)["value"]) for top in (1, 7, 1000)] == [1, 7, 1000]
    assert len(auditor.page()["value"]) == 1000


@pytest.mark.parametrize("option", ["$count=true", "$skip=5", "$expand=initiatedBy", "$search=x"])
def test_other_options_are_refused(auditor: Auditor, option: str) -> None:
    """The documentation does not offer them."""
    assert error(auditor.graph.call("GET", f"{AUDITS}?{option}"))[:2] == (400, "BadRequest")


@pytest.mark.parametrize("days", [7, 30])
def test_old_events_are_not_served(auditor: Auditor, days: int) -> None:
    """Entra keeps them for 30 days, without a premium licence for 7."""
    auditor.control.turn(audit_retention_days=days)
    auditor.control.audit.add(given("old", _ago(days=days, minutes=1)))
    auditor.control.audit.add(given("young", _ago(days=days, minutes=-1)))

    assert auditor.ids() == ["young"]
    assert auditor.graph.call("GET", f"{AUDITS}/old").status_code == 404


def test_events_grow_old(auditor: Auditor) -> None:
    """With the tenant's clock."""
    auditor.control.audit.add(given("1"))
    auditor.control.advance(31 * 86_400)

    assert auditor.ids() == []


def test_a_batch_reads_the_log(auditor: Auditor) -> None:
    """As it reads anything."""
    auditor.control.audit.add(given("1"))
    answer = auditor.graph.batch({"id": "a", "method": "GET", "url": "/auditLogs/directoryAudits?$select=id"})["a"]

    assert (answer["status"], answer["body"]["value"]) == (200, [{"id": "1"}])


# --- who may ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "role",
    ["Global Administrator", "Global Reader", "Reports Reader", "Security Administrator", "Security Reader"],
)
def test_a_person_reads_with_a_role(http: httpx.Client, tenant: Tenant, role: str) -> None:
    """The delegated permission alone does not suffice."""
    tenant.control.assign(role, ADELE)
    adele = Graph(http, tenant.url, tenant.control.sign_in(ADELE, ["AuditLog.Read.All"]))

    assert adele.get(AUDITS)["value"] == []


@pytest.mark.parametrize("role", ["User Administrator", "Privileged Authentication Administrator"])
def test_other_roles_do_not_read(http: httpx.Client, tenant: Tenant, role: str) -> None:
    """Not even those who reset methods see what came of it."""
    tenant.control.assign(role, ADELE)
    adele = Graph(http, tenant.url, tenant.control.sign_in(ADELE))
    expected = (403, "Authentication_RequestFromUnsupportedUserRole", "User is not in the allowed roles")

    assert error(adele.call("GET", AUDITS)) == expected
    assert error(adele.call("GET", f"{AUDITS}/1")) == expected


def test_the_permission_is_needed_too(http: httpx.Client, tenant: Tenant) -> None:
    """Of the app in which somebody signs in."""
    patti = Graph(http, tenant.url, tenant.control.sign_in(PATTI, ["User.Read"]))

    assert error(patti.call("GET", AUDITS))[:2] == (403, "Authentication_MSGraphPermissionMissing")


# --- how often --------------------------------------------------------------------------------------------------------


def test_five_requests_per_ten_seconds(http: httpx.Client, tenant: Tenant, control: ControlClient) -> None:
    """The documented limit holds by default; Retry-After says how long to wait, and waiting helps."""
    audit = graph_as(http, tenant, tenant.audit_client_id)
    answers = [audit.call("GET", AUDITS) for _ in range(6)]
    wait = int(answers[-1].headers["Retry-After"])

    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert 1 <= wait <= 2
    control.advance(wait)
    assert audit.call("GET", AUDITS).status_code == 200


def test_the_limit_is_of_the_reports_alone(http: httpx.Client, tenant: Tenant, graph: Graph) -> None:
    """Neither another family of paths nor another app feels it."""
    audit = graph_as(http, tenant, tenant.audit_client_id)
    statuses = [audit.call("GET", AUDITS).status_code for _ in range(6)]

    assert statuses[-1] == 429
    assert graph.methods(ADELE)
    assert graph.call("GET", AUDITS).status_code == 200
