"""Who reset whom: the tenant's own audit log, kept, and joined with the ledger."""

from datetime import timedelta

import msgspec
import pytest

from shared.audit.event import parse
from shared.audit.histories import HistoryList
from shared.audit.history_line import Kind, Standing, Through
from shared.audit.rows import entry
from shared.audit.windows import Window
from shared.contract import ContractError
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
    person = office.tenant.add_people(1)[0]
    object_id = office.tenant.person(person).id
    for number in range(260):
        at = office.clock() - timedelta(hours=number)
        raw = _revocation(f"event-{number}", at.strftime("%Y-%m-%dT%H:%M:%SZ"), object_id, person)
        await archive.store.keep([entry(parse(raw), raw)], Window(at, at + timedelta(seconds=1)))

    told: list[str] = []
    page = HistoryList(lines=(), continuation=None)
    while not told or page.continuation:
        page = await archive.histories.of_person(object_id, page.continuation)
        told += [event for line in page.lines for event in line.events]

    assert told == [f"event-{number}" for number in range(260)]


def _revocation(event_id: str, at: str, object_id: str, upn: str) -> bytes:
    return msgspec.json.encode(
        {
            "id": event_id,
            "category": "UserManagement",
            "result": "success",
            "activityDisplayName": "Update StsRefreshTokenValidFrom Timestamp",
            "activityDateTime": at,
            "loggedByService": "Core Directory",
            "operationType": "Update",
            "correlationId": event_id,
            "initiatedBy": {"app": None, "user": {"id": "u-1", "userPrincipalName": NESTOR}},
            "targetResources": [{"id": object_id, "type": "User", "userPrincipalName": upn, "modifiedProperties": []}],
        }
    )
