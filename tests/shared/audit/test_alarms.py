"""The alarm: the desk's identity used around the desk is cried out after the next harvest."""

from datetime import timedelta

import pytest

from shared.audit.alarms import LEDGER_TELLS_WITHIN, Alarms
from tests.fixtures.archive import Archive
from tests.fixtures.office import DIEGO, Office
from tests.fixtures.reception import Reception

REACH = timedelta(hours=3)
LATER = (LEDGER_TELLS_WITHIN + timedelta(minutes=1)).total_seconds()


def _alarms(office: Office, archive: Archive) -> Alarms:
    return Alarms(archive.histories, REACH, office.clock)


def _cries(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.getMessage().startswith("alarm: ")]


async def test_a_change_that_nobody_asked_the_desk_for_is_cried_out(
    office: Office, archive: Archive, caplog: pytest.LogCaptureFixture
) -> None:
    """With what was done and the event that tells it; there is no name in it."""
    await office.directory.revoke_sessions(office.tenant.person(DIEGO).id)
    await archive.keep()
    await office.clock.sleep(LATER)

    assert await _alarms(office, archive).look() == 1
    (cry,) = _cries(caplog)
    assert "sessionsRevoked" in cry
    assert DIEGO not in cry


async def test_it_is_cried_out_once(office: Office, archive: Archive, caplog: pytest.LogCaptureFixture) -> None:
    """Every five minutes somebody would stop listening."""
    await office.directory.revoke_sessions(office.tenant.person(DIEGO).id)
    await archive.keep()
    await office.clock.sleep(LATER)
    alarms = _alarms(office, archive)
    await alarms.look()

    assert (await alarms.look(), len(_cries(caplog))) == (0, 1)


async def test_what_the_desk_was_asked_for_is_no_alarm(
    office: Office, archive: Archive, caplog: pytest.LogCaptureFixture
) -> None:
    """The ledger accounts for it."""
    await Reception(office).submit()
    await archive.keep()
    await office.clock.sleep(LATER)

    assert (await _alarms(office, archive).look(), _cries(caplog)) == (0, [])


async def test_the_ledger_is_given_the_time_to_tell(office: Office, archive: Archive) -> None:
    """A request that is still under way may account for it yet."""
    await office.directory.revoke_sessions(office.tenant.person(DIEGO).id)
    await archive.keep()
    alarms = _alarms(office, archive)
    early = await alarms.look()
    await office.clock.sleep(LATER)

    assert (early, await alarms.look()) == (0, 1)
