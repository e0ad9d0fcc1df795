"""Directory audits: reading the log, in pages.

Sources: Graph documentation, list and get directoryAudit; throttling as documented for identity and access reports.
That $select is offered follows from the tip in Graph's own answers, while the documentation does not list it. The
largest page is documented for sign-ins only; here it is the same.
"""

from typing import Any

import msgspec

from local.tenant.audit.conditions import Condition, Conditions, conditions
from local.tenant.audit.page import Page, Position, Reading, position
from local.tenant.call import Answer, Call
from local.tenant.odata import next_link, selected
from local.tenant.reach import MAY_READ_AUDITS
from local.tenant.refusals import bad_request, not_found, unsupported_role
from local.tenant.routing import Route
from local.tenant.world import World

LARGEST_PAGE = 1000
TIP = (
    "Use $select to choose only the properties your app needs, as this can lead to performance improvements. "
    "For example: GET auditLogs/directoryAudits?$select=activityDateTime,activityDisplayName"
)
IN_BETA = ("userAgent", "performedBy")
_ORDERS = {"activitydatetime": False, "activitydatetime asc": False, "activitydatetime desc": True}


def list_audits(call: Call, world: World) -> Answer:
    """GET auditLogs/directoryAudits: what is kept and seen, newest first unless ordered otherwise."""
    _demand_role(call)
    wanted = conditions(call, unconfirmed=world.switches.audit_unconfirmed_filters)
    names = _names(call)
    size = _size(call, world.switches.audit_page_size)
    begin = _begin(call)
    page = _read(world, wanted, begin, size, newest_first=_newest_first(call))
    body: dict[str, Any] = {"@odata.context": call.context("auditLogs/directoryAudits")}
    if "$select" not in call.options:
        body["@microsoft.graph.tips"] = TIP
    if page.following is not None:
        body["@odata.nextLink"] = next_link(call, page.following.token())
    events = [_shown(event, names, call.version) for event in page.events]
    return Answer(body={**body, "value": msgspec.Raw(b"[" + b",".join(events) + b"]")})


def get_audit(call: Call, world: World) -> Answer:
    """GET auditLogs/directoryAudits/{id}."""
    _demand_role(call)
    names = _names(call)
    everything = Conditions(since=-_EVER, until=_EVER, others=(Condition("id", "eq", call.keys[0]),))
    page = _read(world, everything, Position(), 1, newest_first=True)
    if not page.events:
        raise not_found()
    shown = msgspec.json.decode(_shown(page.events[0], names, call.version))
    return Answer(body={"@odata.context": call.context("auditLogs/directoryAudits/$entity"), **shown})


_EVER = 1 << 62


def _read(world: World, wanted: Conditions, begin: Position, size: int, *, newest_first: bool) -> Page:
    audit = world.audit
    reading = Reading(conditions=wanted, kept_since=audit.kept_since(), now=audit.now, newest_first=newest_first)
    return audit.page(reading, begin, size)


def _demand_role(call: Call) -> None:
    if call.user_id and call.wids.isdisjoint(MAY_READ_AUDITS):
        raise unsupported_role()


def _names(call: Call) -> list[str]:
    if "$select" not in call.options:
        return []
    return selected(call, "directoryAudit", also=IN_BETA if call.version == "beta" else ())


def _size(call: Call, usual: int) -> int:
    top = call.options.get("$top")
    if top is None:
        return usual
    if not top.isdecimal() or len(top) > len(str(LARGEST_PAGE)) or not 1 <= int(top) <= LARGEST_PAGE:
        raise bad_request(f"Invalid page size specified: '{top}'. Must be between 1 and {LARGEST_PAGE} inclusive.")
    return min(int(top), usual)


def _newest_first(call: Call) -> bool:
    order = call.options.get("$orderby", "activityDateTime desc")
    newest_first = _ORDERS.get(" ".join(order.lower().split()))
    if newest_first is None:
        raise bad_request(f"Invalid orderby clause: '{order}'. Only activityDateTime can be ordered by.")
    return newest_first


def _begin(call: Call) -> Position:
    token = call.options.get("$skiptoken")
    if token is None:
        return Position()
    try:
        return position(token)
    except ValueError as error:
        raise bad_request("The specified page token value is invalid.") from error


def _shown(event: bytes, names: list[str], version: str) -> bytes:
    if version == "beta":
        event = _with_beta(event)
    if not names:
        return event
    known = msgspec.json.decode(event)
    return msgspec.json.encode({name: known.get(name) for name in names} if isinstance(known, dict) else known)


def _with_beta(event: bytes) -> bytes:
    # what beta has beside v1.0 is never filled here; an event without any property stays what it is
    return event[:-1] + b',"userAgent":null,"performedBy":null}' if event.endswith(b"}") and event != b"{}" else event


_BASE = "/auditLogs/directoryAudits"
ROUTES = (
    Route(
        method="GET",
        path=_BASE,
        handler=list_audits,
        family="reports",
        options=frozenset({"$filter", "$orderby", "$select", "$skiptoken", "$top"}),
    ),
    Route(method="GET", path=f"{_BASE}/{{id}}", handler=get_audit, family="reports", options=frozenset({"$select"})),
)
