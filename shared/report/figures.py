"""The figures of a day, and the lists that deserve a look."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from shared.audit.history_line import Actor, HistoryLine, Kind, Method, Person, Standing, Through
from shared.outcome import Status, Verdict
from shared.record import RequestSummary
from shared.report.day import Day

ABOUT_MFA: Final = (
    Kind.METHODS_REMOVED,
    Kind.SESSIONS_REVOKED,
    Kind.PER_USER_MFA_CHANGED,
    Kind.PASS_ISSUED,
    Kind.METHODS_REGISTERED,
    Kind.METHODS_UPDATED,
)
"""What the desk is there for; done around it, it is pointed out."""
_OF_THE_DESK: Final = (Standing.MATCHED, Standing.PENDING, Standing.UNCONFIRMED)


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """What counts as soon, and as again."""

    soon: timedelta = timedelta(hours=24)
    again: timedelta = timedelta(days=7)
    overnight: timedelta = timedelta(hours=6)
    """So long after the day is looked for who has registered again by then."""

    @property
    def looks_back(self) -> timedelta:
        """How long before the day its lists begin."""
        return max(self.again, self.soon)


class Tally(msgspec.Struct, frozen=True):
    """How often."""

    name: str
    count: int


class DayCount(msgspec.Struct, frozen=True, kw_only=True):
    """What the chart needs of a day; kept for the reports of the days after it."""

    date: date
    desk: Annotated[int, Meta(description="Resets through the desk.")] = 0
    outside: Annotated[int, Meta(description="Resets around it.")] = 0
    alarms: Annotated[int, Meta(description="Acts of the desk's identity that no request accounts for.")] = 0


class ApprovalTold(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """What a second person decided, and how long the request had waited."""

    request_id: str
    person: str
    asked_by: str
    by: str
    verdict: Verdict
    at: datetime
    waited_seconds: int
    comment: str = ""


class Soon(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """That somebody registered a method not long after a reset."""

    person: Person
    reset: Annotated[str, Meta(description="The id of the reset's line.")]
    reset_at: datetime
    reset_by: str
    registered_at: datetime
    after_seconds: int
    methods: tuple[Method, ...] = ()


class Repeat(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """That somebody was reset again."""

    person: Person
    resets: Annotated[tuple[datetime, ...], Meta(description="The newest first.")]
    asked_by: tuple[str, ...]


class Unregistered(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """That somebody was reset and has registered nothing since."""

    person: Person
    reset: Annotated[str, Meta(description="The id of the reset's line.")]
    reset_at: datetime
    asked_by: str


class Figures(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The day in numbers and short lists."""

    resets: int
    resets_by_desk: int
    resets_outside: int
    resets_alarming: Annotated[int, Meta(description="With the desk's identity, and no request accounts for them.")]
    revocations: int
    passes: int
    per_user_mfa_changes: int
    registrations: Annotated[int, Meta(description="By people for themselves.")]
    outside: Annotated[int, Meta(description="Acts on people's MFA around the desk.")]
    alarms: int
    failed: Annotated[int, Meta(description="Requests that failed, wholly or in part.")]
    refused: int
    rejected: Annotated[int, Meta(description="Messages that were not taken.")]
    awaiting_approval: int
    refusals: Annotated[tuple[Tally, ...], Meta(description="By rule, or by what was wrong.")]
    approvals: tuple[ApprovalTold, ...]
    requesters: Annotated[tuple[Tally, ...], Meta(description="Who asked the desk most, at most ten.")]
    initiators: Annotated[tuple[Tally, ...], Meta(description="Who acted around the desk most, at most ten.")]
    soon: Annotated[tuple[Soon, ...], Meta(description="New methods not long after a reset.")]
    repeats: tuple[Repeat, ...]
    unregistered: tuple[Unregistered, ...]


_TOP: Final = 10


def figures(day: Day, lines: Iterable[HistoryLine], requests: Iterable[RequestSummary], rules: Rules) -> Figures:
    """Return the figures of a day.

    lines: of the day, and of as many days before as `again` and `soon` look back. requests: those of the day, and
    those decided on it.
    """
    lines = tuple(lines)
    today = tuple(line for line in lines if day.has(line.at))
    requests = tuple(requests)
    ended = tuple(request for request in requests if day.has(request.finished_at or request.accepted_at))
    statuses = Counter(request.status for request in ended)
    outside = outside_the_desk(today)
    return Figures(
        resets=sum(1 for line in today if line.is_reset),
        resets_by_desk=count(day, today).desk,
        resets_outside=count(day, today).outside,
        resets_alarming=sum(1 for line in today if line.is_reset and line.standing is Standing.ALARM),
        revocations=_times(today, Kind.SESSIONS_REVOKED),
        passes=_times(today, Kind.PASS_ISSUED),
        per_user_mfa_changes=_times(today, Kind.PER_USER_MFA_CHANGED),
        registrations=sum(
            1 for line in today if line.standing is Standing.SELF_SERVICE and line.has(Kind.METHODS_REGISTERED)
        ),
        outside=len(outside),
        alarms=count(day, today).alarms,
        failed=statuses[Status.FAILED] + statuses[Status.PARTIAL],
        refused=statuses[Status.REFUSED],
        rejected=statuses[Status.REJECTED],
        awaiting_approval=statuses[Status.AWAITING_APPROVAL],
        refusals=_tallied(_why(request) for request in ended if request.status in (Status.REFUSED, Status.REJECTED)),
        approvals=_approvals(day, requests),
        requesters=_tallied_actors(line.asked_by for line in today if line.standing in _OF_THE_DESK)[:_TOP],
        initiators=_tallied_actors(line.asked_by for line in outside)[:_TOP],
        soon=_soon(day, lines, rules),
        repeats=_repeats(day, lines, rules),
        unregistered=_unregistered(today),
    )


def count(day: Day, lines: Iterable[HistoryLine]) -> DayCount:
    """Return what the chart shows of a day."""
    lines = [line for line in lines if day.has(line.at)]
    return DayCount(
        date=day.date,
        desk=sum(1 for line in lines if line.is_reset and line.standing in _OF_THE_DESK),
        outside=sum(1 for line in lines if line.is_reset and line.standing is Standing.OUTSIDE_DESK),
        alarms=sum(1 for line in lines if line.standing is Standing.ALARM),
    )


def outside_the_desk(lines: Iterable[HistoryLine]) -> tuple[HistoryLine, ...]:
    """Return the acts on people's MFA by somebody else, around the desk; those that were only tried as well."""
    return tuple(
        line
        for line in lines
        if line.standing is Standing.OUTSIDE_DESK and any(deed.kind in ABOUT_MFA for deed in line.deeds)
    )


def _times(lines: Iterable[HistoryLine], kind: Kind) -> int:
    """Return how often somebody did that to somebody else."""
    return sum(1 for line in lines if line.through is not Through.SELF_SERVICE and line.has(kind))


def _why(request: RequestSummary) -> str:
    """Return the rule that refused, or what was wrong where no rule did."""
    if request.problem is not None:
        return request.problem.code
    return request.rule or "unknown"


def _tallied(names: Iterable[str]) -> tuple[Tally, ...]:
    counts = Counter(names)
    return tuple(Tally(name, counts[name]) for name in sorted(counts, key=lambda name: (-counts[name], name)))


def _tallied_actors(actors: Iterable[Actor]) -> tuple[Tally, ...]:
    """Return how often each has acted: by id, since names are anybody's to choose; namesakes with their ids."""
    names: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for actor in actors:
        key = (actor.id or actor.app_id or actor.name).casefold()
        names.setdefault(key, actor.name or key or "Nobody is named")
        counts[key] += 1
    shared = Counter(name.casefold() for name in names.values())
    told = {key: f"{name} ({key})" if shared[name.casefold()] > 1 else name for key, name in names.items()}
    return tuple(Tally(told[key], counts[key]) for key in sorted(counts, key=lambda key: (-counts[key], told[key])))


def _approvals(day: Day, requests: Iterable[RequestSummary]) -> tuple[ApprovalTold, ...]:
    told = [
        ApprovalTold(
            request_id=request.id,
            person=_name(request.user),
            asked_by=_name(request.requested_by),
            by=_name(approval.by),
            verdict=approval.verdict,
            at=approval.at,
            waited_seconds=max(0, int((approval.at - request.accepted_at).total_seconds())),
            comment=approval.comment,
        )
        for request in requests
        if (approval := request.approval) is not None and day.has(approval.at)
    ]
    return tuple(sorted(told, key=lambda each: (each.at, each.request_id), reverse=True))


def _soon(day: Day, lines: Iterable[HistoryLine], rules: Rules) -> tuple[Soon, ...]:
    found = [
        Soon(
            person=line.person,
            reset=line.id,
            reset_at=line.at,
            reset_by=line.asked_by.name,
            registered_at=registered.at,
            after_seconds=int((registered.at - line.at).total_seconds()),
            methods=registered.methods,
        )
        for line in lines
        if line.person is not None and line.is_reset
        for registered in line.afterwards
        if day.has(registered.at) and registered.at - line.at <= rules.soon
    ]
    return tuple(sorted(found, key=lambda each: (each.after_seconds, each.reset)))


def _repeats(day: Day, lines: Iterable[HistoryLine], rules: Rules) -> tuple[Repeat, ...]:
    """Return the people who were reset on the day and not long before, the most often reset first."""
    resets: dict[str, list[HistoryLine]] = {}
    for line in sorted(lines, key=lambda line: (line.at, line.id), reverse=True):
        if line.person is not None and line.is_reset and day.since - rules.again <= line.at < day.until:
            resets.setdefault(line.person.id.lower() or line.person.user_principal_name.casefold(), []).append(line)
    found = [_repeat(each) for each in resets.values() if len(each) > 1 and day.has(each[0].at)]
    return tuple(sorted(found, key=lambda each: (-len(each.resets), each.person.user_principal_name)))


def _repeat(resets: list[HistoryLine]) -> Repeat:
    return Repeat(
        person=resets[0].person or Person(),
        resets=tuple(line.at for line in resets),
        asked_by=tuple(dict.fromkeys(line.asked_by.name for line in resets)),
    )


def _unregistered(today: Iterable[HistoryLine]) -> tuple[Unregistered, ...]:
    """Return whom nobody has seen register since their last reset of the day, who waits longest first."""
    last: dict[str, HistoryLine] = {}
    for line in sorted(today, key=lambda line: (line.at, line.id)):
        if line.person is not None and line.is_reset:
            last[line.person.id.lower() or line.person.user_principal_name.casefold()] = line
    found = [
        Unregistered(person=line.person or Person(), reset=line.id, reset_at=line.at, asked_by=line.asked_by.name)
        for line in last.values()
        if not line.afterwards
    ]
    return tuple(sorted(found, key=lambda each: (each.reset_at, each.reset)))


def _name(named: object) -> str:
    """Return what to call somebody of the ledger."""
    parts = ("user_principal_name", "display_name", "asked", "id")
    return next((str(name) for part in parts if (name := getattr(named, part, ""))), "")
