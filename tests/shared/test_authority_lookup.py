"""What somebody named on the queue may do: read of the directory each time, and closed where it cannot be."""

import pytest

from shared.authority import Authority
from shared.delegation import Rule
from shared.directory import Directory
from shared.outcome import Status
from shared.reading import Question
from tests.fixtures.office import ADELE, DIEGO, LEE, Office


async def authority(office: Office, who: str) -> Authority:
    """Return what the directory says that somebody may."""
    reading = await office.directory.read(Question(user=ADELE, requested_by=who, authority=True, methods=False))
    return reading.authority


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        pytest.param(LEE, Authority.OPERATOR, id="by an app role of a group"),
        pytest.param("nestor.wilke@contoso.com", Authority.PRIVILEGED_OPERATOR, id="by an app role of their own"),
        pytest.param("debra.berger@contoso.com", Authority.AUDITOR, id="an auditor"),
        pytest.param("patti.fernandez@contoso.com", Authority.PRIVILEGED_OPERATOR, id="a Global Administrator"),
        pytest.param(DIEGO, Authority.NONE, id="nobody in particular"),
        pytest.param("nobody@contoso.com", Authority.NONE, id="nobody at all"),
    ],
)
async def test_what_people_may(office: Office, who: str, expected: Authority) -> None:
    """App roles of the desk and directory roles, direct and through groups."""
    assert expected == await authority(office, who)


async def test_a_role_of_entra_counts(office: Office) -> None:
    """An Authentication Administrator is an operator."""
    office.tenant.assign("Authentication Administrator", DIEGO)

    assert await authority(office, DIEGO) is Authority.OPERATOR


async def test_a_role_through_a_role_assignable_group_counts(office: Office) -> None:
    """So delegation by group is felt at the desk as well."""
    office.tenant.assign("Authentication Administrator", "Tier 0 Engineers")
    office.tenant.join("Tier 0 Engineers", DIEGO)

    assert await authority(office, DIEGO) is Authority.OPERATOR


@pytest.mark.parametrize(
    ("eligible", "unit"),
    [pytest.param(True, None, id="eligible in PIM"), pytest.param(False, "Milan", id="over an administrative unit")],
)
async def test_a_role_that_is_not_active_everywhere_gives_nothing(
    office: Office, unit: str | None, *, eligible: bool
) -> None:
    """Eligible is not active, and of a unit the desk cannot tell who is in it."""
    office.tenant.assign("Authentication Administrator", DIEGO, eligible=eligible, unit=unit)

    assert await authority(office, DIEGO) is Authority.NONE


async def test_the_same_role_id_of_another_application_gives_nothing(office: Office) -> None:
    """Whoever may register applications could otherwise make themselves an operator."""
    elsewhere = Directory(office.graph, "2f6cf3ac-7c5b-4f0f-9d0c-000000000000")

    reading = await elsewhere.read(Question(user=ADELE, requested_by=LEE, authority=True, methods=False))

    assert reading.authority is Authority.NONE
    assert reading.unreadable != ()


async def test_without_an_enterprise_application_only_roles_of_entra_count(office: Office) -> None:
    """The setting is optional: then nothing of the desk's app roles is asked."""
    directory = Directory(office.graph)
    office.tenant.assign("Authentication Administrator", DIEGO)

    lee = await directory.read(Question(user=ADELE, requested_by=LEE, authority=True, methods=False))
    diego = await directory.read(Question(user=ADELE, requested_by=DIEGO, authority=True, methods=False))

    assert (lee.authority, diego.authority) == (Authority.NONE, Authority.OPERATOR)


async def test_a_role_taken_away_counts_no_more(office: Office) -> None:
    """Nothing is remembered from one request to the next."""
    before = await office.ask(actions=["revokeSessions"])
    office.tenant.leave("Service Desk", LEE)

    after = await office.ask(actions=["revokeSessions"])

    assert after.decision is not None
    assert (before.status, after.decision.rule) == (Status.SUCCEEDED, Rule.REQUESTER_LACKS_AUTHORITY)


async def test_app_roles_that_cannot_be_read_close_the_door(office: Office) -> None:
    """The missing permission is named."""
    office.tenant.withdraw("reset", "Directory.Read.All")
    for permission in ("User.Read.All", "GroupMember.Read.All", "Application.Read.All"):
        office.tenant.grant("reset", permission)

    outcome = await office.ask()

    assert outcome.decision is not None
    assert outcome.decision.rule is Rule.CANNOT_TELL
    assert "Directory.Read.All" in outcome.decision.reason


async def test_the_least_permissions_suffice_without_app_roles(office: Office) -> None:
    """Whoever does without the desk's app roles on the queue does without Directory.Read.All."""
    office.tenant.withdraw("reset", "Directory.Read.All")
    for permission in ("User.Read.All", "GroupMember.Read.All"):
        office.tenant.grant("reset", permission)

    reading = await Directory(office.graph).read(Question(user=ADELE, requested_by=LEE, authority=True))

    assert reading.unreadable == ()
