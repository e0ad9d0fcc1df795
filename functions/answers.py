"""What goes back to whoever called: JSON, or the details of a problem, under the headers that every answer has."""

import math
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import azure.functions as func
import msgspec

from shared.api import problem_details
from shared.api.bodies import RequestAnswer
from shared.api.problem_details import ProblemDetails
from shared.delegation import Rule
from shared.outcome import OPEN, Status
from shared.record import RequestRecord

if TYPE_CHECKING:
    from shared.front_desk import Submitted

BASE: Final = "/api"
"""Where the doors for programs are."""
_EVERY_ANSWER: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
_INERT: Final = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
_OK: Final = 200
_ACCEPTED: Final = 202
_UNAUTHORIZED: Final = 401
_UNDONE: Final = frozenset({Status.REFUSED, Status.REJECTED})


def answer(body: Any, status: int = _OK, headers: Mapping[str, str] | None = None) -> func.HttpResponse:
    """Return a value as JSON."""
    return func.HttpResponse(
        msgspec.json.encode(body),
        status_code=status,
        headers={**_EVERY_ANSWER, **(headers or {})},
        mimetype="application/json",
    )


def document(body: bytes, media_type: str, name: str = "") -> func.HttpResponse:
    """Return something to look at, or under a name to keep; a page can do nothing but show itself."""
    kept = {"Content-Disposition": f'attachment; filename="{name}"'} if name else {"Content-Security-Policy": _INERT}
    return func.HttpResponse(body, status_code=_OK, headers={**_EVERY_ANSWER, **kept}, mimetype=media_type)


def problem(details: ProblemDetails, headers: Mapping[str, str] | None = None) -> func.HttpResponse:
    """Return why a call was not done (RFC 9457)."""
    challenge = {"WWW-Authenticate": "Bearer"} if details.status == _UNAUTHORIZED else {}
    return func.HttpResponse(
        msgspec.json.encode(details),
        status_code=details.status,
        headers={**_EVERY_ANSWER, **challenge, **(headers or {})},
        mimetype=problem_details.MEDIA_TYPE,
    )


def address(request_id: str) -> str:
    """Return where a request is to be found."""
    return f"{BASE}/requests/{request_id}"


def bulk_address(bulk_id: str) -> str:
    """Return where a bulk request is to be found."""
    return f"{BASE}/bulk-requests/{bulk_id}"


def version(record: RequestRecord) -> dict[str, str]:
    """Return the header that tells one state of a request from another."""
    return {"ETag": f'"{record.version}"'}


def as_it_stands(
    submitted: "Submitted", now: datetime, *, carried_out: int, headers: Mapping[str, str] | None = None
) -> func.HttpResponse:
    """Return what has become of a request: carried_out is the status if this call has brought it to its end."""
    record = submitted.record
    where = {"Location": address(record.id)}
    if record.status in _UNDONE:
        return problem(_refused(record), where)
    status = _ACCEPTED if record.status in OPEN else carried_out if submitted.fresh else _OK
    also = {**where, **version(record), **_when(record, now), **(headers or {})}
    return answer(RequestAnswer.of(record, submitted.issued_pass), status, also)


def _when(record: RequestRecord, now: datetime) -> dict[str, str]:
    """Return when to look again, where Graph is not asked before."""
    if record.deferred_until is None:
        return {}
    return {"Retry-After": str(max(1, math.ceil((record.deferred_until - now).total_seconds())))}


def _refused(record: RequestRecord) -> ProblemDetails:
    decision, ended = record.decision, record.outcome and record.outcome.problem
    rule = decision.rule if decision else None
    kind = problem_details.TARGET_NOT_FOUND if rule is Rule.TARGET_NOT_FOUND else problem_details.REFUSED
    detail = ended.detail if ended else decision.reason if decision else "The desk has refused this request."
    return kind.because(
        detail,
        instance=address(record.id),
        field=ended.field if ended else None,
        rule=rule,
        code=ended.code if ended else None,
    )
