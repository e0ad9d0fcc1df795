"""What is known before any event is looked at: how the days were harvested, and which requests there were."""

import hashlib
from datetime import datetime
from typing import Final

import msgspec

from shared.audit.history import had_time
from shared.audit.windows import Span, overlaps
from shared.record import RequestSummary
from shared.report.day import Day
from shared.report.figures import Rules

_MADE_LIKE: Final = 1
"""To be counted up when reports come to be made otherwise, so that the unsettled ones are made anew."""


class Known(msgspec.Struct, frozen=True):
    """Spans of the harvest and requests, of more days than one report is about."""

    spans: tuple[Span, ...]
    requests: tuple[RequestSummary, ...]

    def spans_of(self, since: datetime, until: datetime) -> list[Span]:
        """Return the spans which a stretch touches."""
        return [span for span in self.spans if overlaps(span, since, until)]

    def requests_of(self, since: datetime, until: datetime) -> tuple[RequestSummary, ...]:
        """Return the requests that were accepted in a stretch."""
        return tuple(each for each in self.requests if since <= each.accepted_at < until)

    def basis(self, day: Day, rules: Rules, now: datetime) -> str:
        """Return a digest of all that bears upon a report of that day: while it stays, the report does.

        Events come with the harvest, so that its spans stand for them; how often a reading has failed is no part of it.
        """
        since, until = day.since - rules.looks_back, day.until + rules.overnight
        spans = self.spans_of(since, until)
        read = [(max(each.start, since), min(each.end, until), each.state, each.error) for each in spans]
        asked = [(each, had_time(each, now)) for each in self.requests if each.accepted_at < until]
        return hashlib.blake2b(msgspec.json.encode((_MADE_LIKE, read, asked)), digest_size=16).hexdigest()
