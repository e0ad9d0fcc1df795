"""Who reset whom: the tenant's own audit log, kept, and joined with the ledger."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from shared.audit.event import parse
from shared.audit.histories import HistoryList
from shared.audit.history_line import HistoryLine, Kind, Standing, Through
from shared.audit.rows import entry
from shared.audit.windows import Window
from shared.contract import Action, ContractError
from shared.outcome import PersonNamed, Status
from shared.record import RequestSummary
from shared.request_index import RequestIndex
from tests.fixtures.archive import Archive
from tests.fixtures.office import ADELE, DIEGO, LEE, Office
from tests.fixtures.reception import NESTOR, Reception


async def test_a_reset_through_the_desk_names_the_human_behind_it(office: Office, archive: Archive) -> None:
    """Graph's many events are one line; the ledger says for whom the managed identity did it."""
    submitted = await Reception(office).submit(ticket="INC-7", reason="Phone lost")

    (line,) = await archive.about(ADELE)

    assert (line.standing, line.through, line.request_id) == (Standing.MATCHED, Through.DESK, submitted.record.id)
    assert (line.asked_by.name, line.ticket, line.reason) == (LEE, "INC-7", "Phone lost")
    assert line.has(Kind.METHODS_REMOVED)
    assert line.has(Kind.SESSIONS_REVOKED)
    assert len(line.events) > 4


async def test_a_reset_in_the_portal_names_the_admin(office: Office, archive: Archive) -> None:
    """What was done around the desk is told with its true initiator."""
    office.tenant.reset_in_portal(ADELE, admin=NESTOR)

    (line,) = await archive.about(ADELE)

    assert (line.standing, line.through) == (Standing.OUTSIDE_DESK, Through.PORTAL_OR_TOOL)
    assert line.asked_by.name == NESTOR


async def test_a_reset_by_another_application_names_that(office: Office, archive: Archive) -> None:
    """So does what a script has done in its own name."""
    office.tenant.reset_by_app(ADELE, app="Legacy provisioning")

    (line,) = await archive.about(ADELE)

    assert (line.standing, line.through) == (Standing.OUTSIDE_DESK, Through.APPLICATION)
    assert "Legacy provisioning" in (line.asked_by.name, line.asked_by.display_name)


async def test_the_desks_identity_used_around_the_desk_is_an_alarm(office: Office, archive: Archive) -> None:
    """Nothing in the ledger accounts for it."""
    await office.directory.revoke_sessions(office.tenant.person(DIEGO).id)

    (line,) = await archive.about(DIEGO)

    assert line.standing is Standing.ALARM


async def test_what_somebody_did_is_found_by_them(office: Office, archive: Archive) -> None:
    """In person, and through the desk."""
    reception = Reception(office)
    await reception.submit()
    await archive.keep()

    found = await archive.histories.of_actor(reception.caller(LEE).id, None)

    mine = [line for line in found.lines if line.at >= office.begun]
    assert [(line.asked_by.name, line.standing) for line in mine] == [(LEE, Standing.MATCHED)]


async def test_a_day_has_what_was_done_on_it(office: Office, archive: Archive) -> None:
    """Whoever did it to whomever."""
    office.tenant.reset_in_portal(ADELE, admin=NESTOR)
    await archive.keep()

    found = await archive.histories.of_day(office.clock().date())

    assert NESTOR in {line.asked_by.name for line in found.lines}


async def test_a_continuation_that_nobody_gave_out_is_refused(office: Office, archive: Archive) -> None:
    """It ends up in a query; what is none is named."""
    with pytest.raises(ContractError, match="Field 'continuation'"):
        await archive.histories.of_person(office.tenant.person(ADELE).id, "' or 1 eq 1")


async def test_a_long_history_comes_in_pages(office: Office, archive: Archive) -> None:
    """Every act is told once, and none of them is cut in two."""
    ada = somebody()
    times = [office.clock() - timedelta(hours=number) for number in range(260)]
    await keep(archive, *(revocation(f"event-{number}", at, ada) for number, at in enumerate(times)))

    told = [event for line in await everything(archive.histories.of_person, ada.id) for event in line.events]

    assert told == [f"event-{number}" for number in range(260)]


async def test_a_history_without_a_pause_comes_in_pages_too(office: Office, archive: Archive) -> None:
    """Somebody is reset every five minutes: the page ends where it must, and nothing is told twice."""
    ada = somebody()
    times = [office.clock() - timedelta(minutes=5 * number) for number in range(260)]
    await keep(archive, *(revocation(f"event-{number}", at, ada) for number, at in enumerate(times)))

    told = [event for line in await everything(archive.histories.of_person, ada.id) for event in line.events]

    assert told == [f"event-{number}" for number in range(260)]


async def test_a_page_may_end_at_a_request(office: Office, archive: Archive) -> None:
    """Its events are dated after its end, and on the page before: it is no unconfirmed one of the next page."""
    ada, now = somebody(), office.clock()
    later = [now - timedelta(hours=number) for number in range(198)]
    ended = now - timedelta(hours=199)
    await keep(
        archive,
        *(revocation(f"later-{number}", at, ada) for number, at in enumerate(later)),
        revocation("its-own", ended + timedelta(seconds=3), ada, by=office.client_id),
        *(revocation(f"earlier-{number}", ended - timedelta(hours=1 + number), ada) for number in range(5)),
    )
    await listed(office, ada, "INC-1", ended - timedelta(seconds=9), ended)

    lines = await everything(archive.histories.of_person, ada.id)

    assert [line.standing for line in lines if line.request_id == "INC-1"] == [Standing.MATCHED]
    assert len(lines) == 204


async def test_a_request_that_waits_over_the_end_of_a_page_is_told_once(office: Office, archive: Archive) -> None:
    """Whole, where it began."""
    ada, now = somebody(), office.clock()
    since, until = now - timedelta(hours=201), now - timedelta(hours=198.5)
    later = [now - timedelta(hours=number) for number in range(198)]
    await keep(
        archive,
        *(revocation(f"later-{number}", at, ada) for number, at in enumerate(later)),
        revocation("second", until, ada, by=office.client_id),
        revocation("first", since, ada, by=office.client_id),
        *(revocation(f"earlier-{number}", since - timedelta(hours=1 + number), ada) for number in range(5)),
    )
    await listed(office, ada, "INC-1", since, until)

    lines = await everything(archive.histories.of_person, ada.id)

    assert [line.events for line in lines if line.request_id == "INC-1"] == [("first", "second")]


async def test_what_was_registered_after_a_reset_stands_by_it_on_the_next_page(
    office: Office, archive: Archive
) -> None:
    """A page ends between two acts; what belongs together is told together."""
    ada, now = somebody(), office.clock()
    reset_at = now - timedelta(hours=201)
    later = [now - timedelta(hours=number) for number in range(198)]
    await keep(
        archive,
        *(revocation(f"later-{number}", at, ada) for number, at in enumerate(later)),
        deed("registration", "User registered security info", reset_at + timedelta(hours=1.5), ada, by=ada),
        deed("reset", "Admin deleted security info", reset_at, ada),
        *(revocation(f"earlier-{number}", reset_at - timedelta(hours=1 + number), ada) for number in range(5)),
    )

    lines = await everything(archive.histories.of_person, ada.id)

    assert [len(line.afterwards) for line in lines if line.is_reset] == [1]


@pytest.mark.parametrize("clocks", [timedelta(seconds=5), timedelta(minutes=2)])
async def test_a_request_just_after_midnight_accounts_for_what_is_dated_before(
    office: Office, archive: Archive, clocks: timedelta
) -> None:
    """The two clocks differ a little: there is no alarm on either day."""
    ada, midnight = somebody(), office.clock().replace(hour=0, minute=0, second=0, microsecond=0)
    await keep(archive, revocation("dated-before", midnight - clocks / 2, ada, by=office.client_id))
    await listed(office, ada, "INC-1", midnight + clocks / 3, midnight + clocks / 2)

    days = [await archive.histories.of_day((midnight + timedelta(days=back)).date()) for back in (-1, 0)]

    assert [[line.standing for line in day.lines] for day in days] == [[Standing.MATCHED], []]


async def test_a_request_over_midnight_is_told_on_the_day_it_began(office: Office, archive: Archive) -> None:
    """Once, and whole: Graph had it wait for two hours, and nothing of it is missing."""
    ada, midnight = somebody(), office.clock().replace(hour=0, minute=0, second=0, microsecond=0)
    began, ended = midnight - timedelta(hours=1), midnight + timedelta(hours=1)
    await keep(
        archive,
        revocation("first", began, ada, by=office.client_id),
        revocation("second", ended, ada, by=office.client_id),
    )
    await listed(office, ada, "INC-1", began, ended)

    days = [await archive.histories.of_day((midnight + timedelta(days=back)).date()) for back in (-1, 0)]

    assert [[line.events for line in day.lines] for day in days] == [[("first", "second")], []]


async def test_a_request_that_waited_for_days_accounts_for_what_it_did(office: Office, archive: Archive) -> None:
    """Where the operator lets requests grow old, they are looked for as far back."""
    ada, now = somebody(), office.clock()
    await keep(archive, revocation("at-last", now, ada, by=office.client_id))
    await listed(office, ada, "INC-1", now - timedelta(days=5), now)

    found = [await archive.patient(days).of_person(ada.id, None) for days in (2, 6)]
    within = [await archive.patient(days).of_day(now.date()) for days in (2, 6)]

    assert [day.lines[0].standing for day in within] == [Standing.ALARM, Standing.MATCHED]
    assert found[1].lines[0].standing is Standing.MATCHED


async def test_whoever_asked_for_much_is_told_in_pages(office: Office, archive: Archive) -> None:
    """Every request once, also about somebody to whom much has been done since."""
    kim, now = str(uuid4()), office.clock()
    people = [somebody(number) for number in range(60)]
    asked = [now - timedelta(days=1, hours=number) for number in range(60)]
    await keep(
        archive,
        *(revocation(f"own-{number}", at, people[number], by=office.client_id) for number, at in enumerate(asked)),
        *(revocation(f"since-{number}", now - timedelta(minutes=5 * number), people[0]) for number in range(210)),
    )
    for number, at in enumerate(asked):
        await listed(office, people[number], f"INC-{number}", at, at + timedelta(seconds=9), by=kim)

    first = await archive.histories.of_actor(kim, None)
    lines = await everything(archive.histories.of_actor, kim)

    assert len(first.lines) < 60
    assert [f"INC-{number}" for number in range(60)] == [line.request_id for line in lines]
    assert {Standing.MATCHED} == {line.standing for line in lines}


async def test_an_application_called_like_somebody_is_not_in_their_history(office: Office, archive: Archive) -> None:
    """Names are anybody's to choose: what is asked for is an id."""
    kim, ada, now = str(uuid4()), somebody(), office.clock()
    await keep(
        archive,
        deed("theirs", "Admin deleted security info", now, ada, app={"displayName": kim, "servicePrincipalId": "f"}),
        revocation("kims", now - timedelta(hours=1), ada, by=office.client_id),
    )
    await listed(office, ada, "INC-1", now - timedelta(hours=1), now - timedelta(hours=1), by=kim)

    lines = await everything(archive.histories.of_actor, kim)

    assert [line.events for line in lines] == [("kims",)]


def somebody(number: int = 0) -> PersonNamed:
    """Return somebody about whom nothing is known yet."""
    name = f"ada.{number}@contoso.com"
    return PersonNamed(asked=name, id=str(uuid4()), user_principal_name=name)


async def keep(archive: Archive, *raws: bytes) -> None:
    """Keep these events."""
    entries = [entry(parse(raw), raw) for raw in raws]
    times = [each.event.at for each in entries]
    await archive.store.keep(entries, Window(min(times), max(times)))


async def everything(ask: Callable[[str, str | None], Awaitable[HistoryList]], whom: str) -> list[HistoryLine]:
    """Return all lines, page after page."""
    page = await ask(whom, None)
    lines = list(page.lines)
    while page.continuation:
        page = await ask(whom, page.continuation)
        lines += page.lines
    return lines


async def listed(  # noqa: PLR0913
    office: Office, ada: PersonNamed, id_: str, accepted_at: datetime, finished_at: datetime, *, by: str = "kim-id"
) -> None:
    """Have a request for a revocation in the index that was done."""
    await RequestIndex(office.table_service).put(
        RequestSummary(
            id=id_,
            status=Status.SUCCEEDED,
            accepted_at=accepted_at,
            finished_at=finished_at,
            actions=(Action.REVOKE_SESSIONS,),
            user=ada,
            requested_by=PersonNamed(asked="kim@contoso.com", id=by, user_principal_name="kim@contoso.com"),
        )
    )


def revocation(event_id: str, at: datetime, ada: PersonNamed, by: str = "") -> bytes:
    """Return the event of a revocation, by Nestor or an application."""
    app = {"appId": by, "displayName": "mi-mfadesk-reset", "servicePrincipalId": "sp"} if by else None
    return deed(event_id, "Update StsRefreshTokenValidFrom Timestamp", at, ada, app=app)


def deed(  # noqa: PLR0913
    event_id: str, activity: str, at: datetime, ada: PersonNamed, *, by: PersonNamed | None = None, app: Any = None
) -> bytes:
    """Return an event, by Nestor if by nobody else."""
    user = {"id": by.id, "userPrincipalName": by.asked} if by else {"id": "u-1", "userPrincipalName": NESTOR}
    return msgspec.json.encode(
        {
            "id": event_id,
            "category": "UserManagement",
            "result": "success",
            "activityDisplayName": activity,
            "activityDateTime": at,
            "loggedByService": "Authentication Methods" if "security" in activity else "Core Directory",
            "operationType": "Update",
            "correlationId": event_id,
            "initiatedBy": {"app": app, "user": None if app else user},
            "targetResources": [
                {"id": ada.id, "type": "User", "userPrincipalName": ada.asked, "modifiedProperties": []}
            ],
        }
    )


async def test_a_refusal_about_nobody_leads_to_nobodys_history(office: Office, archive: Archive) -> None:
    """Somebody asked for a name that the directory does not know: no person is on record with it."""
    reception = Reception(office)
    lee = reception.caller(LEE)
    refused = await reception.submit(lee, user="nobody@contoso.com")
    await archive.keep()

    found = await archive.histories.of_actor(lee.id, None)

    assert refused.record.status is Status.REFUSED
    assert [line for line in found.lines if line.at >= office.begun] == []
