"""What must be true beside the single requests: of the audit log, bulk requests, passes, and the daily reports."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from shared.audit.history_line import Standing
from shared.bulk.bulk import ENDED, BulkStatus
from shared.outcome import OPEN, Result
from shared.record import Row
from tests.faults.instance import RECIPIENTS
from tests.faults.lookout import BulkSeen
from tests.faults.seen import Call, Seen
from tests.faults.steps import AskMany, GraphFails, Schedule, StorageFails

_TAKEN: Final = (200, 202)
_FORBIDDEN: Final = 403
_PASS: Final = "temporaryAccessPass"  # noqa: S105 - the name of a kind of method
_SUBJECT: Final = re.compile(r"MFA Desk: report of (\d{4}-\d\d-\d\d)")


# --- the audit log ----------------------------------------------------------------------------------------------------


def of_the_audit_log(seen: Seen) -> Iterator[str]:
    """Yield what is wrong with what is kept of it, and with who is said to have done a thing."""
    if missing := seen.visible - set(seen.stored):
        yield f"Events that the audit log shows are not kept: {sorted(missing)}."
    if more := set(seen.stored) - seen.visible:
        yield f"Events are kept that the audit log does not show: {sorted(more)}."
    if twice := [each for each, times in seen.stored.items() if times > 1]:
        yield f"Events are kept more than once: {twice}."
    told = {line.request_id for line in seen.lines}
    for row in seen.rows:
        if _acted(row) and row.id not in told:
            yield f"Request {row.id} has done something of which no history tells."
    for line in seen.lines:
        if line.standing is Standing.ALARM:
            yield f"An alarm for what the desk did by request: {line}."
        if line.standing is not Standing.OUTSIDE_DESK and not set(line.events).isdisjoint(seen.strange):
            yield f"What was done around the desk is told as its own: {line}."


def _acted(row: Row) -> bool:
    """Return whether an ending says that something was done, be it that the audit log does not show it."""
    actions = row.outcome.actions if row.outcome and not row.request.dry_run else ()
    return any(method.result is Result.REMOVED for action in actions for method in action.methods)


# --- bulk requests ----------------------------------------------------------------------------------------------------


def of_bulks(seen: Seen) -> Iterator[str]:
    """Yield what is wrong with the bulk requests: each is kept, comes to an end, and tells of everybody once."""
    known = {each.bulk.id: each for each in seen.bulks}
    many = [call for call in seen.calls if isinstance(call.asked, AskMany)]
    for call in many:
        if call.status in _TAKEN and call.request_id not in known:
            yield f"Bulk request {call.request_id} was answered {call.status} and is not on record."
    yield from _turned_away(seen, many)
    rows = {row.id: row for row in seen.rows}
    for each in seen.bulks:
        yield from _counted_otherwise(each)
        yield from _told_otherwise(each, rows)
    for row in seen.rows:
        if row.bulk and (row.bulk not in known or row.request.user not in known[row.bulk].people):
            yield f"Request {row.id} is part of bulk request {row.bulk}, which names no {row.request.user}."


def _turned_away(seen: Seen, many: list[Call]) -> Iterator[str]:
    told = sum(1 for call in many if call.status == _FORBIDDEN)
    kept = sum(1 for each in seen.refused if (each.outcome.message_id or "").startswith("bulk-"))
    if told > kept:
        yield f"{told} bulk requests were refused, and {kept} of the refusals are on record."


def _counted_otherwise(each: BulkSeen) -> Iterator[str]:
    bulk, counts = each.bulk, Counter(ending.status for ending in each.endings.values())
    if bulk.status not in ENDED:
        yield f"Bulk request {bulk.id} has come to no end; it is {bulk.status}."
    if bulk.status is BulkStatus.FINISHED and len(each.endings) != len(each.people):
        yield f"Bulk request {bulk.id} is finished, and tells of {len(each.endings)} of {len(each.people)} people."
    if len({person.lower() for person in each.people}) != bulk.people:
        yield f"Bulk request {bulk.id} has {bulk.people} people, and names {each.people}."
    if (sum(bulk.chunks), bulk.tally.done, dict(bulk.tally.by_status)) != (len(each.endings), counts.total(), counts):
        yield f"Bulk request {bulk.id} counts {bulk.tally}; there are {counts}."


def _told_otherwise(each: BulkSeen, rows: dict[str, Row]) -> Iterator[str]:
    for place, ending in each.endings.items():
        row = rows.get(ending.request_id)
        if row is None or row.bulk != each.bulk.id or [row.request.user] != list(each.people[place : place + 1]):
            yield f"Bulk request {each.bulk.id} tells of person {place} what no request of theirs does: {ending}."
        elif ending.status not in OPEN and ending.status != row.status:
            yield f"Bulk request {each.bulk.id} says {ending.status} of {row.id}, which is {row.status}."


# --- passes -----------------------------------------------------------------------------------------------------------


def of_passes(seen: Seen) -> Iterator[str]:
    """Yield what is wrong with the passes: each is shown once, and stands nowhere."""
    for secret, times in Counter(seen.passes).items():
        if times > 1:
            yield f"The pass {secret} was shown {times} times."
        if any(re.search(rf"\b{re.escape(secret)}\b", text) for text in seen.written):
            yield f"The pass {secret} is written down."
    issued = sum(
        1
        for each in seen.journal
        if (each.actor, each.act, each.method_kind) == (seen.client_id, "methodRegistered", _PASS)
    )
    if len(set(seen.passes)) > issued:
        yield f"{len(set(seen.passes))} passes were shown, and the tenant issued {issued}."


# --- the daily reports ------------------------------------------------------------------------------------------------


def of_reports(schedule: Schedule, seen: Seen) -> Iterator[str]:
    """Yield what is wrong with the reports: each is written and announced, the newest mailed, and nothing owed."""
    written = seen.reports.reports
    yield from (f"The report of {each.day} still owes {each.owed}: {each.trouble}" for each in written if each.owed)
    yield from (f"The report of {each.day} is missing: {each.trouble}" for each in seen.reports.unwritten)
    told = Counter(json.loads(body)["id"] for body in set(seen.reported))
    yield from (f"Report {name} was announced with {times} contents." for name, times in told.items() if times > 1)
    for each in written:
        if f"{each.day}/{each.revision}" not in told:
            yield f"Revision {each.revision} of the report of {each.day} was announced to nobody."
    yield from _mailed_otherwise(schedule, seen)


def _mailed_otherwise(schedule: Schedule, seen: Seen) -> Iterator[str]:
    mailed = Counter[str]()
    for mail in seen.mails:
        found = _SUBJECT.match(mail.message.subject or "")
        mailed[found[1] if found else ""] += 1
        if tuple(mail.message.recipients()) != RECIPIENTS:
            yield f"A mail went to {mail.message.recipients()}."
    days = [str(each.day) for each in seen.reports.reports]
    if not days or max(days) not in mailed:
        yield f"The newest report of {days} was mailed to nobody."
    if unknown := mailed.keys() - set(days):
        yield f"Mails went out of {sorted(unknown)}, of which there is no report."
    for day, times in mailed.items():
        if times > 1 + seen.deaths + seen.raised + _failures(schedule):
            yield f"The report of {day} was mailed {times} times."


def _failures(schedule: Schedule) -> int:
    """Return how often something may have been done without an answer that says so."""
    graph = sum(step.fault.times or 0 for step in schedule.steps if isinstance(step, GraphFails))
    return graph + sum(step.times for step in schedule.steps if isinstance(step, StorageFails))
