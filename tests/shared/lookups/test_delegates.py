"""Everybody to whom the resetting of MFA is delegated: how they hold it, and what it gives them."""

from collections.abc import Iterable, Mapping

import msgspec
import pytest

from shared.authority import Authority
from shared.graph import Answer, Call, Graph, GraphUnavailable
from shared.lookups.delegate import Delegate, DelegatedRole, Kind, Scope, Through
from shared.lookups.delegates import DelegateList, Delegates
from shared.lookups.missing import Unreadable
from shared.methods import ApiVersion
from shared.roles import AUTHENTICATION_ADMINISTRATOR, PRIVILEGED_AUTHENTICATION_ADMINISTRATOR
from tests.fixtures.office import ADELE, LEE, Office

DESK = "2f6cf3ac-7c5b-4f0f-9d0c-0a5f1c8f2b11"
SERVICE_DESK = Through("15102454-66b1-41a4-9750-1f92c811e999", "Service Desk")
NIGHT_SHIFT = Through("d3c1b1c4-6e0c-4b63-9c57-2b8f5d9c6a10", "Night shift's desk")
ADMINISTRATOR = DelegatedRole(AUTHENTICATION_ADMINISTRATOR, "Authentication Administrator")
PRIVILEGED = DelegatedRole(PRIVILEGED_AUTHENTICATION_ADMINISTRATOR, "Privileged Authentication Administrator")
OPERATOR = DelegatedRole("MfaDesk.Operator", "Operator")
TENANT = Scope("/")
MILAN = Scope("/administrativeUnits/19a04b7d-d354-4653-938e-5cf9abb624a4", "Milan")
ELIGIBLE = "The role is eligible only: it gives nothing until it is activated."
JONI = "joni.sherman@contoso.com"
NOBODY = "nobody.yet@contoso.com"
RESET, AUDIT = "mfa-desk-reset", "mfa-desk-audit"


async def _listed(office: Office, enterprise_app_id: str | None = DESK) -> DelegateList:
    return await Delegates(office.graph, enterprise_app_id).list()


async def _rows(office: Office, name: str) -> list[Delegate]:
    return [row for row in (await _listed(office)).delegates if row.display_name == name]


def _ways(rows: Iterable[Delegate]) -> list[tuple[str | None, str, Authority]]:
    return [(row.display_name, row.role.title, row.authority) for row in rows]


async def test_everybody_is_listed_mightiest_role_first(office: Office) -> None:
    """The holders of the tenant's seed, whom a service desk would recognise; nothing is missing."""
    listed = await _listed(office)

    assert listed.unreadable == ()
    assert _ways(listed.delegates) == [
        ("Nestor Wilke", "Privileged Authentication Administrator", Authority.PRIVILEGED_OPERATOR),
        ("Joni Sherman", "Authentication Administrator", Authority.OPERATOR),
        ("Enrico Cattaneo", "Authentication Administrator", Authority.NONE),
        ("Nestor Wilke", "Privileged operator", Authority.PRIVILEGED_OPERATOR),
        ("Grady Archie", "Operator", Authority.OPERATOR),
        ("Isaiah Langer", "Operator", Authority.OPERATOR),
        ("Lee Gu", "Operator", Authority.OPERATOR),
        ("Megan Bowen", "Operator", Authority.OPERATOR),
        ("Debra Berger", "Auditor", Authority.AUDITOR),
    ]


async def test_a_holder_of_a_directory_role_is_told_whole(office: Office) -> None:
    """Tenant-wide and active, it gives authority."""
    assert await _rows(office, "Joni Sherman") == [
        Delegate(
            id=office.tenant.person(JONI).id,
            display_name="Joni Sherman",
            user_principal_name=JONI,
            kind=Kind.USER,
            role=ADMINISTRATOR,
            authority=Authority.OPERATOR,
            eligible=False,
            scope=TENANT,
        )
    ]


async def test_a_role_over_a_unit_gives_no_authority_and_says_why(office: Office) -> None:
    """The desk cannot tell who is in the unit."""
    row = (await _rows(office, "Enrico Cattaneo"))[0]

    assert (row.scope, row.authority) == (MILAN, Authority.NONE)
    assert row.why == "The role counts in the administrative unit Milan only: the desk cannot tell who is in it."


async def test_an_eligible_role_gives_no_authority_until_it_is_activated(office: Office) -> None:
    """Activated, the person holds it as well."""
    office.tenant.assign("Authentication Administrator", ADELE, eligible=True)
    eligible = await _rows(office, "Adele Vance")
    office.tenant.assign("Authentication Administrator", ADELE, activated=True)
    activated = await _rows(office, "Adele Vance")

    assert [(row.eligible, row.authority, row.why) for row in eligible] == [(True, Authority.NONE, ELIGIBLE)]
    assert [(row.eligible, row.authority) for row in activated] == [
        (False, Authority.OPERATOR),
        (True, Authority.NONE),
    ]


async def test_members_of_a_group_hold_its_role_each_by_themselves(office: Office) -> None:
    """Directory role or app role; the group is named, and is no row of its own."""
    office.tenant.assign("Privileged Authentication Administrator", "Night shift's desk")
    office.tenant.join("Night shift's desk", ADELE)
    night = (await _rows(office, "Adele Vance"))[0]
    day = (await _rows(office, "Lee Gu"))[0]

    assert (night.role, night.authority, night.through) == (PRIVILEGED, Authority.PRIVILEGED_OPERATOR, NIGHT_SHIFT)
    assert (day.role, day.authority, day.through) == (OPERATOR, Authority.OPERATOR, SERVICE_DESK)
    assert (night.user_principal_name, day.user_principal_name) == (ADELE, LEE)
    assert await _rows(office, "Service Desk") == []


async def test_a_group_that_is_eligible_makes_its_members_eligible(office: Office) -> None:
    """They have to activate the role."""
    office.tenant.assign("Authentication Administrator", "Night shift's desk", eligible=True)
    office.tenant.join("Night shift's desk", ADELE)
    row = (await _rows(office, "Adele Vance"))[0]

    assert (row.eligible, row.through, row.authority, row.why) == (True, NIGHT_SHIFT, Authority.NONE, ELIGIBLE)


async def test_several_ways_are_several_rows(office: Office) -> None:
    """Taking one of them back leaves the others."""
    office.tenant.assign("Authentication Administrator", LEE)
    office.tenant.assign_app_role("MfaDesk.PrivilegedOperator", LEE)

    rows = await _rows(office, "Lee Gu")

    assert [(row.role.title, row.through) for row in rows] == [
        ("Authentication Administrator", None),
        ("Privileged operator", None),
        ("Operator", SERVICE_DESK),
    ]


async def test_a_group_that_nobody_is_in_still_shows(office: Office) -> None:
    """Whoever joins it has the role."""
    office.tenant.assign("Authentication Administrator", "Night shift's desk")

    row = (await _rows(office, "Night shift's desk"))[0]

    assert (row.kind, row.id) == (Kind.GROUP, NIGHT_SHIFT.id)
    assert (row.authority, row.why, row.through) == (Authority.NONE, "Nobody is in this group.", None)


async def test_a_group_within_a_group_does_not_pass_an_app_role_on(office: Office) -> None:
    """Its row says so, and its members have none."""
    office.tenant.assign_app_role("MfaDesk.Operator", "All IT")
    within = (await _rows(office, "Service Desk"))[0]
    lee = await _rows(office, "Lee Gu")

    assert (within.kind, within.role, within.authority) == (Kind.GROUP, OPERATOR, Authority.NONE)
    assert within.through is not None
    assert (within.through.name, within.why) == (
        "All IT",
        "Members of a group within the group do not get the role by it.",
    )
    assert [row.through for row in lee] == [SERVICE_DESK]


async def test_an_application_with_an_app_role_has_its_authority(office: Office) -> None:
    """Given directly, or by a group that it is in."""
    office.tenant.assign_app_role("MfaDesk.Operator", AUDIT)
    office.tenant.join("Service Desk", RESET)
    direct, grouped = (await _rows(office, AUDIT))[0], (await _rows(office, RESET))[0]

    assert (direct.kind, direct.authority, direct.through) == (Kind.APPLICATION, Authority.OPERATOR, None)
    assert (grouped.kind, grouped.authority, grouped.through) == (Kind.APPLICATION, Authority.OPERATOR, SERVICE_DESK)
    assert direct.user_principal_name is None


async def test_an_application_gets_nothing_at_the_desk_by_a_directory_role(office: Office) -> None:
    """It may still reset people by itself, so it is listed."""
    office.tenant.assign("Authentication Administrator", AUDIT)

    row = (await _rows(office, AUDIT))[0]

    assert (row.kind, row.authority) == (Kind.APPLICATION, Authority.NONE)
    assert row.why == "The token of an application does not name its directory roles; give it an app role."


async def test_the_seed_takes_two_batches(office: Office) -> None:
    """Who was given what; then members and names."""
    office.tenant.forget_trace()

    await _listed(office)

    calls = office.tenant.trace()
    assert [(call.path, len(call.members)) for call in calls] == [("/v1.0/$batch", 6), ("/beta/$batch", 4)]


async def test_a_large_desk_takes_a_batch_for_each_twenty(office: Office) -> None:
    """And further pages where lists are long; nobody is left out."""
    people = office.tenant.add_people(45)
    for upn in people:
        office.tenant.assign_app_role("MfaDesk.Operator", upn)
        office.tenant.join("Night shift's desk", upn)
    office.tenant.assign("Authentication Administrator", "Night shift's desk")
    office.tenant.turn(page_size=10)
    office.tenant.forget_trace()
    rows = (await _listed(office)).delegates

    batches = [len(call.members) for call in office.tenant.trace() if call.path.endswith("$batch")]
    assert batches == [6, 20, 20, 10]
    assert [row.user_principal_name for row in rows if row.role == ADMINISTRATOR and row.through] == people
    assert {row.user_principal_name for row in rows if row.role == OPERATOR and not row.through} == set(people)


async def test_without_its_enterprise_application_the_desk_says_what_is_missing(office: Office) -> None:
    """The directory roles are still listed."""
    listed = await _listed(office, None)

    assert {row.role for row in listed.delegates} == {ADMINISTRATOR, PRIVILEGED}
    assert listed.unreadable == (
        Unreadable(
            what="who holds the desk's app roles",
            reason="ENTERPRISE_APP_ID is not set: it is the object id of the desk's enterprise application.",
        ),
    )


@pytest.mark.parametrize("wrong", ["00000000-0000-0000-0000-000000000000", "x'/../y?z#"])
async def test_an_enterprise_application_that_is_not_there_is_said(office: Office, wrong: str) -> None:
    """In Graph's words."""
    missing = (await _listed(office, wrong)).unreadable

    assert [(each.what, each.permission) for each in missing] == [("who holds the desk's app roles", None)]
    assert "404" in missing[0].reason


async def test_without_the_permission_for_roles_eligibility_is_missing(office: Office) -> None:
    """Directory.Read.All shows who holds a role, and not who is eligible."""
    office.tenant.withdraw("reset", "RoleManagement.Read.Directory")

    listed = await _listed(office)

    assert [(each.what, each.permission) for each in listed.unreadable] == [
        ("who is eligible for Privileged Authentication Administrator", "RoleManagement.Read.Directory"),
        ("who is eligible for Authentication Administrator", "RoleManagement.Read.Directory"),
    ]
    assert len(listed.delegates) == 9


async def test_without_the_permission_for_the_directory_ids_are_left(office: Office) -> None:
    """The rest is still shown: who holds a directory role, by id."""
    office.tenant.withdraw("reset", "Directory.Read.All")

    listed = await _listed(office)

    assert {each.permission for each in listed.unreadable} == {"Directory.Read.All"}
    assert [each.what for each in listed.unreadable] == [
        "who holds the desk's app roles",
        "user principal names",
        "names of administrative units",
        "names",
    ]
    assert {row.id for row in listed.delegates} >= {office.tenant.person(JONI).id}


async def test_a_group_whose_members_cannot_be_read_stands_for_them(office: Office) -> None:
    """With the authority that its members have, and what it takes to see them."""
    office.tenant.fault("answer", path="*/groups/*/members", status=403, times=None)
    listed = await _listed(office)
    row = next(row for row in listed.delegates if row.kind is Kind.GROUP)

    assert (row.display_name, row.authority) == ("Service Desk", Authority.OPERATOR)
    assert row.why == "Who is in this group could not be read."
    assert [(each.what, each.permission) for each in listed.unreadable] == [
        (f"who is in the group Service Desk ({SERVICE_DESK.id})", "Directory.Read.All")
    ]


async def test_unread_groups_of_the_same_name_are_both_missing(office: Office) -> None:
    """Names of groups need not be unique."""
    for group in ("5f0b4f5a-0f5b-4e0e-8d0c-6c1d7f3e2a21", "8b9d6c7e-3a42-4f7d-9b1e-1e2f3a4b5c32"):
        office.tenant.assign_app_role("MfaDesk.Operator", group)
    office.tenant.fault("answer", path="*/groups/*/members", status=403, times=None)

    missing = (await _listed(office)).unreadable

    assert sum("Field Service" in each.what for each in missing) == 2


async def test_a_tenant_without_pim_has_nobody_who_is_eligible(office: Office) -> None:
    """That is an answer, and nothing is missing."""
    office.tenant.turn(pim=False)

    listed = await _listed(office)

    assert listed.unreadable == ()
    assert [row for row in listed.delegates if row.eligible] == []


@pytest.mark.parametrize("path", ["*/roleAssignments", "*/appRoleAssignedTo", "*/members", "*/users/*"])
async def test_a_stumble_of_graph_is_no_shorter_list(office: Office, path: str) -> None:
    """It may pass, and whoever asks can come back."""
    office.tenant.assign_app_role("MfaDesk.Operator", NOBODY)
    office.tenant.fault("answer", path=path, status=500, times=None)

    with pytest.raises(GraphUnavailable, match="500"):
        await _listed(office)


async def test_somebody_who_is_gone_meanwhile_keeps_their_name(office: Office) -> None:
    """The assignment itself has it."""
    office.tenant.fault("answer", path="*/users/*", status=404, times=None)
    listed = await _listed(office)
    row = next(row for row in listed.delegates if row.display_name == "Debra Berger")

    assert (row.user_principal_name, row.authority) == (None, Authority.AUDITOR)
    assert listed.unreadable == ()


async def test_a_holder_whom_graph_does_not_tell_is_missing(office: Office) -> None:
    """Of a directory role or of an app role: the id is all that is known."""

    class Forgetful(Graph):
        async def batch(self, version: ApiVersion, calls: Mapping[str, Call]) -> dict[str, Answer]:
            answers = await super().batch(version, calls)
            return {name: _without_types(answer) for name, answer in answers.items()}

    graph = Forgetful(office.tenant.url, office.credential)
    listed = await Delegates(graph, DESK).list()
    await graph.close()
    joni, debra = office.tenant.person(JONI).id, office.tenant.person("debra.berger@contoso.com").id

    assert listed.delegates == ()
    assert {each.what for each in listed.unreadable} >= {
        f"who holds Authentication Administrator: {joni}",
        f"who holds the desk's app roles: {debra}",
    }


def _without_types(answer: Answer) -> Answer:
    body = answer.body.replace(b'"@odata.type"', b'"type"').replace(b'"principalType"', b'"type"')
    return msgspec.structs.replace(answer, body=body)
