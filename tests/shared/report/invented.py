"""Invented days for tests and for looking: `python -m tests.shared.report.invented busy > page.html`.

The same seed makes the same day. Nobody here exists.
"""

import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any, Final

from msgspec.structs import replace

from shared.audit.history_line import (
    Actor,
    Deed,
    HistoryLine,
    Kind,
    Method,
    Party,
    Person,
    Registration,
    Standing,
    Through,
)
from shared.contract import Action
from shared.delegation import Rule
from shared.outcome import Approval, PersonNamed, Problem, Status, Verdict
from shared.record import RequestSummary
from shared.report.completeness import Coverage, Gap
from shared.report.day import Day
from shared.report.figures import DayCount
from shared.report.report import Material

DAY: Final = Day(date(2026, 11, 20), "Europe/Berlin")
WRITTEN: Final = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
_FIRST: Final = ("Adele", "Alex", "Amina", "Chidi", "Diego", "Elif", "Grady", "Hana", "Ingrid", "Jonas", "Wei", "Zoë")
_LAST: Final = ("Vance", "Okafor", "Núñez", "Yilmaz", "Archie", "Sato", "Holm", "Weiss", "Bowen", "Gupta", "O'Neill")
_METHODS: Final = (
    Method("phone", "mobile +49 *********55"),
    Method("microsoftAuthenticator", "iPhone 14"),
    Method("microsoftAuthenticator", "Pixel 8"),
    Method("softwareOath"),
    Method("fido2", "Red key"),
    Method("phone", "office +49 ********00"),
)
_DESK: Final = Actor(
    party=Party.APPLICATION, id="mi", name="mi-mfadesk-reset", app_id="d35c0000-0000-4000-8000-00000000c11e"
)
_REASONS: Final = (
    "Lost phone",
    "New phone",
    "Authenticator shows nothing",
    "Back from leave",
    "Stolen bag, police report",
)
_STANDINGS: Final = (
    *[Standing.MATCHED] * 14,
    *[Standing.OUTSIDE_DESK] * 3,
    *[Standing.SELF_SERVICE] * 9,
    Standing.UNCONFIRMED,
)


def busy(size: int = 60, seed: int = 7) -> Material:
    """Return a day with everything in it, alarms and a second reading that is still owed included."""
    dice = Random(seed)  # noqa: S311 - invented people guard nothing
    lines = [_line(dice, place, dice.choice(_STANDINGS)) for place in range(size)]
    lines += [_line(dice, size + place, Standing.ALARM) for place in range(2)]
    again = [replace(line, id=f"{line.id}-before", at=line.at - timedelta(days=3)) for line in lines if line.is_reset][
        :3
    ]
    return Material(
        day=DAY,
        lines=(*lines, *again),
        requests=_requests(dice),
        coverage=Coverage(hours_read_once=4, hours_read_twice=20, events=41_872, late_events=17),
        earlier=_earlier(dice),
        written_at=WRITTEN,
    )


def quiet() -> Material:
    """Return a day on which nothing happened, read to the end."""
    coverage = Coverage(hours_read_twice=24, events=912)
    return Material(day=DAY, lines=(), coverage=coverage, earlier=_earlier(Random(3)), written_at=WRITTEN)  # noqa: S311


def with_gap() -> Material:
    """Return a day of which a part was not read."""
    gap = Gap(
        since=DAY.since + timedelta(hours=3),
        until=DAY.since + timedelta(hours=7, minutes=35),
        lost=True,
        why="It was not read while Entra had it.",
    )
    return replace(
        busy(18), coverage=Coverage(hours_read_twice=19, events=30_100, unreadable_events=2, gaps=(gap,)), revision=3
    )


def long() -> Material:
    """Return a day with two thousand lines."""
    return busy(2000, 11)


def hostile() -> Material:
    """Return a day on which every text tries to be something else."""
    evil = '</style><script>alert(1)</script><img src=x onerror="alert(1)">=HYPERLINK("//evil")'
    lines = tuple(_evil(line, evil) for line in busy(12).lines)
    approval = Approval(verdict=Verdict.APPROVED, by=PersonNamed(asked=evil), at=DAY.since, comment=evil)
    refused = RequestSummary(
        id="R", status=Status.REFUSED, accepted_at=DAY.since, approval=approval, problem=Problem(code=evil, detail=evil)
    )
    gap = Gap(since=DAY.since, until=DAY.until, why=evil)
    return replace(busy(12), lines=lines, requests=(refused,), coverage=Coverage(gaps=(gap,)))


DAYS: Final[dict[str, Callable[[], Material]]] = {
    "busy": busy,
    "quiet": quiet,
    "gap": with_gap,
    "long": long,
    "hostile": hostile,
}


def _evil(line: HistoryLine, evil: str) -> HistoryLine:
    actor = Actor(party=Party.PERSON, id=evil, name=evil, display_name=evil, ip_address=evil, tool=evil)
    person = Person(id=evil, user_principal_name=evil, display_name=evil)
    deed = Deed(kind=Kind.OTHER, methods=(Method(evil, evil),), detail=evil)
    told = {"person": person, "others": (person,), "asked_by": actor, "ticket": evil, "reason": evil, "note": evil}
    return replace(line, **told, deeds=(*line.deeds, deed), failures=(evil,), request_id=evil)


def _person(dice: Random) -> Person:
    first, last = dice.choice(_FIRST), dice.choice(_LAST)
    name = f"{first}.{last}".lower().replace("'", "")
    return Person(id=f"id-{name}", user_principal_name=f"{name}@contoso.com", display_name=f"{first} {last}")


def _actor(dice: Random, desk: int) -> Actor:
    person = _person(Random(dice.randrange(desk)))  # noqa: S311
    return Actor(party=Party.PERSON, id=person.id, name=person.user_principal_name, display_name=person.display_name)


def _line(dice: Random, place: int, standing: Standing) -> HistoryLine:
    at = DAY.since + timedelta(minutes=dice.randrange(7 * 60, 19 * 60), seconds=dice.randrange(60))
    line = HistoryLine(
        id=f"line-{place}",
        at=at,
        until=at + timedelta(seconds=dice.randrange(2, 40)),
        person=_person(dice),
        deeds=_removed(dice),
        standing=standing,
        through=Through.DESK,
        asked_by=_actor(dice, 8),
        result=Status.SUCCEEDED,
        events=tuple(f"Authentication Methods_{place}_{each}" for each in range(4)),
        afterwards=_afterwards(dice, at),
    )
    return _FINISHED[standing](dice, line, place)


def _removed(dice: Random) -> tuple[Deed, ...]:
    methods = tuple(sorted(dice.sample(_METHODS, dice.randrange(1, 4)), key=lambda each: each.type))
    removed = Deed(kind=Kind.METHODS_REMOVED, methods=methods)
    further = [Deed(kind=Kind.SESSIONS_REVOKED)] if dice.random() < 0.8 else []
    if dice.random() < 0.1:
        further.append(Deed(kind=Kind.PER_USER_MFA_CHANGED, before="enforced", after="enabled"))
    return (removed, *further, *([Deed(kind=Kind.PASS_ISSUED)] if dice.random() < 0.15 else []))


def _afterwards(dice: Random, at: datetime) -> tuple[Registration, ...]:
    if dice.random() < 0.45:
        return ()
    return (Registration(at + timedelta(minutes=dice.randrange(3, 500)), (dice.choice(_METHODS),)),)


def _matched(dice: Random, line: HistoryLine, place: int) -> HistoryLine:
    approver = PersonNamed(asked="", user_principal_name="priya.kapoor@contoso.com")
    approval = Approval(verdict=Verdict.APPROVED, by=approver, at=line.at) if dice.random() < 0.15 else None
    failed = dice.random() < 0.08
    return replace(
        line,
        done_by=_DESK,
        approval=approval,
        ticket=f"INC00{dice.randrange(10_000, 99_999)}",
        reason=dice.choice(_REASONS),
        request_id=f"req-{place:04d}",
        result=Status.PARTIAL if failed else Status.SUCCEEDED,
        failures=("The default method cannot be deleted while others are registered.",) if failed else (),
    )


def _outside(dice: Random, line: HistoryLine, _: int) -> HistoryLine:
    if dice.random() < 0.3:
        tool = Actor(party=Party.APPLICATION, id="cipp", name="CIPP-SAM", app_id="c1bb0000-0000-4000-8000-00000000c11e")
        return replace(line, through=Through.APPLICATION, asked_by=tool)
    by = replace(line.asked_by, ip_address=f"203.0.113.{dice.randrange(2, 250)}")
    return replace(line, through=Through.PORTAL_OR_TOOL, asked_by=by)


def _own(dice: Random, line: HistoryLine, _: int) -> HistoryLine:
    person = line.person or Person()
    own = Actor(party=Party.PERSON, id=person.id, name=person.user_principal_name, display_name=person.display_name)
    registered = Deed(kind=Kind.METHODS_REGISTERED, methods=(dice.choice(_METHODS),))
    return replace(line, through=Through.SELF_SERVICE, asked_by=own, deeds=(registered,), afterwards=())


def _unconfirmed(dice: Random, line: HistoryLine, place: int) -> HistoryLine:
    note = (
        "The audit log shows nothing of it. Either there was nothing left to change, or its events have not been read."
    )
    return replace(_matched(dice, line, place), done_by=None, note=note, events=(), afterwards=())


def _alarm(_: Random, line: HistoryLine, __: int) -> HistoryLine:
    note = "Done with the desk's own identity, and no request in the ledger accounts for it."
    return replace(line, asked_by=_DESK, note=note)


_FINISHED: Final[dict[Standing, Callable[[Random, HistoryLine, int], HistoryLine]]] = {
    Standing.MATCHED: _matched,
    Standing.OUTSIDE_DESK: _outside,
    Standing.SELF_SERVICE: _own,
    Standing.UNCONFIRMED: _unconfirmed,
    Standing.ALARM: _alarm,
}


def _requests(dice: Random) -> tuple[RequestSummary, ...]:
    rules = [Rule.TARGET_IS_PRIVILEGED] * 5 + [Rule.SELF] * 2 + [Rule.TARGET_PROTECTED, Rule.REQUESTER_LACKS_AUTHORITY]
    refused = [_request(dice, f"refused-{place}", Status.REFUSED, rule=rule) for place, rule in enumerate(rules)]
    problem = Problem(code="unreadable", detail="The text is not JSON.")
    rejected = [_request(dice, f"message-{place}", Status.REJECTED, problem=problem) for place in range(2)]
    decided = [_decided(dice, place) for place in range(4)]
    return (
        *refused,
        *rejected,
        *decided,
        _request(dice, "failed", Status.FAILED),
        _request(dice, "w", Status.AWAITING_APPROVAL),
    )


def _request(dice: Random, id_: str, status: Status, **further: Any) -> RequestSummary:
    accepted = DAY.since + timedelta(minutes=dice.randrange(7 * 60, 19 * 60))
    usual: dict[str, Any] = {
        "user": _named(_person(dice)),
        "requested_by": _named(_person(dice)),
        "actions": (Action.REVOKE_SESSIONS,),
    }
    return RequestSummary(id=id_, status=status, accepted_at=accepted, **{**usual, **further})


def _decided(dice: Random, place: int) -> RequestSummary:
    verdict = Verdict.REJECTED if place == 0 else Verdict.APPROVED
    asked = _request(dice, f"privileged-{place}", Status.REFUSED if place == 0 else Status.SUCCEEDED)
    by = PersonNamed(asked="", user_principal_name="priya.kapoor@contoso.com")
    comment = "Nobody called from that number." if place == 0 else ""
    at = asked.accepted_at + timedelta(minutes=dice.randrange(2, 190))
    approval = Approval(verdict=verdict, by=by, at=at, comment=comment)
    problem = Problem(code="approvalDenied", detail=comment) if place == 0 else None
    return replace(asked, approval=approval, problem=problem, finished_at=at)


def _named(person: Person) -> PersonNamed:
    return PersonNamed(
        asked=person.user_principal_name,
        id=person.id,
        user_principal_name=person.user_principal_name,
        display_name=person.display_name,
    )


def _earlier(dice: Random) -> tuple[DayCount, ...]:
    """Return the days before, weekends quieter; one has no report."""
    days = [DAY.before(back).date for back in range(1, 30) if back != 12]
    return tuple(
        DayCount(
            date=each,
            desk=dice.randrange(0, 5) if each.weekday() > 4 else dice.randrange(14, 41),
            outside=dice.randrange(0, 2) if each.weekday() > 4 else dice.randrange(0, 9),
            alarms=1 if each.day == 3 else 0,
        )
        for each in days
    )


if __name__ == "__main__":
    from shared.report.page import page
    from shared.report.report import report

    sys.stdout.buffer.write(page(report(DAYS[sys.argv[1]]())))
