"""What is to be seen when a schedule is over: the desk's own records, and the truth of the tenant."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from local.tenant.journal import Entry
from local.tenant.mail import SentMail
from local.tenant.methods import Method
from shared.audit.history_line import HistoryLine
from shared.record import MessageRefused, Row
from shared.report.report_table import ReportList
from tests.faults.lookout import BulkSeen
from tests.faults.steps import Ask, AskMany


class Call(msgspec.Struct, frozen=True):
    """An answer over HTTP, to whom, and to what; status 0: there was none."""

    asked: Ask | AskMany
    status: int
    request_id: str


class Registered(msgspec.Struct, frozen=True):
    """What a person registered, in the order of the journal."""

    who: str
    method: Method


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """All of it."""

    begun: datetime
    ids: Mapping[str, str]
    """Object ids by user principal name."""
    client_id: str
    quiet: bool
    """Whether everything had come to an end."""
    deaths: int
    raised: int
    """Errors that the storage account or Graph was the reason for."""
    surprises: tuple[str, ...]
    """What was raised that the storage account is no reason for."""
    asked: tuple[tuple[str, Ask], ...]
    """What was put on the queue, with the id of its message."""
    calls: tuple[Call, ...]
    passes: tuple[str, ...]
    """The secrets that were shown to callers, as often as they were."""
    messages: int
    """How many messages were no request."""
    rows: tuple[Row, ...]
    refused: tuple[MessageRefused, ...]
    bulks: tuple[BulkSeen, ...]
    announced: tuple[bytes, ...]
    reports: ReportList
    reported: tuple[bytes, ...]
    """The announcements of reports."""
    mails: tuple[SentMail, ...]
    written: tuple[str, ...]
    """All that stands in any table or on any queue."""
    left_open: tuple[str, ...]
    """What stands in the table of open requests."""
    before: Mapping[str, tuple[Method, ...]]
    people: Mapping[str, tuple[Method, ...]]
    """What each person had, and has, by object id."""
    journal: tuple[Entry, ...]
    registered: tuple[Registered, ...]
    losing: Mapping[str, datetime]
    """When somebody left the service desk."""
    visible: frozenset[str]
    """Ids of the events that the audit log shows."""
    stored: Mapping[str, int]
    """How often each of them is kept."""
    lines: tuple[HistoryLine, ...]
    strange: tuple[str, ...]
    """Ids of the audit events of what was done around the desk."""
