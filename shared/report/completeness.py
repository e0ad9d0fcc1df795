"""The statement of completeness: what a report rests on, and what it may be missing."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from shared.audit.history_line import HistoryLine, Standing


class Gap(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """Time of which the audit log was not read."""

    since: datetime
    until: datetime
    lost: Annotated[
        bool, Meta(description="For good: Entra does not keep it any longer. Otherwise it is tried again.")
    ] = False
    why: str = ""


class Coverage(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """How the day was read from the directory's audit log."""

    hours_read_once: Annotated[float, Meta(description="So far: events that come late may still be missing.")] = 0
    hours_read_twice: float = 0
    events: Annotated[int, Meta(description="All of the day, of whatever kind.")] = 0
    late_events: Annotated[int, Meta(description="Found by the second reading alone.")] = 0
    unreadable_events: Annotated[int, Meta(description="Kept as they came; no event could be made of them.")] = 0
    dead_letters: Annotated[int, Meta(description="Messages to the desk that exhausted their tries.")] = 0
    estimated: Annotated[
        bool, Meta(description="The numbers of events are shares: the harvest counts by days of UTC.")
    ] = False
    gaps: tuple[Gap, ...] = ()


class Completeness(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """What the report rests on."""

    complete: Annotated[bool, Meta(description="Everything was read twice, without a gap, and all of it was legible.")]
    headline: str
    coverage: Coverage
    matched: Annotated[int, Meta(description="Acts of the desk's identity that the ledger accounts for.")] = 0
    alarms: Annotated[int, Meta(description="Acts of the desk's identity that the ledger does not account for.")] = 0
    pending: Annotated[int, Meta(description="Requests of which the audit log may still tell.")] = 0
    unconfirmed: Annotated[int, Meta(description="Requests of which the audit log does not tell.")] = 0
    partly_unconfirmed: Annotated[int, Meta(description="Requests of which the audit log tells only in part.")] = 0


def completeness(coverage: Coverage, lines: Iterable[HistoryLine]) -> Completeness:
    """Return the statement for a day that was read like this, and has these lines."""
    lines = tuple(lines)
    standings = [line.standing for line in lines]
    return Completeness(
        complete=_is_complete(coverage),
        headline=_headline(coverage),
        coverage=coverage,
        matched=standings.count(Standing.MATCHED),
        alarms=standings.count(Standing.ALARM),
        pending=standings.count(Standing.PENDING),
        unconfirmed=standings.count(Standing.UNCONFIRMED),
        partly_unconfirmed=sum(1 for line in lines if line.standing is Standing.MATCHED and line.unseen),
    )


def _is_complete(coverage: Coverage) -> bool:
    return (
        not coverage.gaps
        and coverage.hours_read_once == coverage.unreadable_events == 0
        and coverage.hours_read_twice > 0
    )


def _headline(coverage: Coverage) -> str:
    if coverage.gaps:
        return "Incomplete: a part of this day was not read from the audit log."
    if not coverage.hours_read_once + coverage.hours_read_twice:
        return "Incomplete: nothing of this day has been read from the audit log."
    if coverage.hours_read_once:
        return "Provisional: the whole day was read, not all of it a second time for late events."
    if coverage.unreadable_events:
        return "Read in full; some events could not be understood and are kept as they came."
    return "Complete: the whole day was read twice from the audit log, without a gap."
