"""The tool as an administrator uses it, against the tenant over HTTP."""

from pathlib import Path

import pytest

from tests.fixtures.tenant import Tenant
from tests.tools.desk import (
    ADELE,
    AUTHENTICATION,
    AUTHENTICATION_ADMINISTRATOR,
    ENRICO,
    JONI,
    KIM,
    LEE,
    PATTI,
    SEAN,
    Administrator,
    identity_token,
)

PRIVILEGED = "privileged-authentication-administrator"
NIGHT_SHIFT = "Night shift's desk"
POSTS = {"method": "POST", "path": "*/roleAssignments"}


@pytest.fixture
def crowd(admin: Administrator, tmp_path: Path) -> Path:
    """Write a file of 300 people: one is not in the tenant, another one's line names two people."""
    names = admin.tenant.add_people(298)
    adele = admin.tenant.person(ADELE).id
    lines = [f";{name}" for name in names]
    lines.insert(100, ";nobody.at.all@contoso.com")
    lines.insert(200, f"{adele};{names[0]}")
    file = tmp_path / "people.csv"
    file.write_text("\n".join(["id;userPrincipalName", *lines]), encoding="utf-8")
    return file


# --- assigning -------------------------------------------------------------------------------------------------------


def test_three_hundred_people_are_assigned_and_the_two_who_cannot_be_are_named(
    admin: Administrator, crowd: Path
) -> None:
    """Everybody else has the role, the two lines are told with what is wrong, and the exit code says so."""
    code = admin("assign", AUTHENTICATION, "--csv", str(crowd))

    assert code == 1
    assert admin.summary == "Authentication Administrator: 298 assigned, 2 failed."
    assert "people.csv, line 102" in admin.line("nobody.at.all@contoso.com")
    assert "There is nobody with this user principal name" in admin.line("nobody.at.all@contoso.com")
    assert "people.csv, line 202" in admin.line(admin.tenant.person(ADELE).id)
    assert "The line names two people" in admin.line(admin.tenant.person(ADELE).id)
    assert len({entry.user_id for entry in admin.journal("roleAssigned")}) == 298


def test_the_journal_names_the_administrator_and_nobody_else(admin: Administrator) -> None:
    """The change is theirs: no identity of the desk is in it."""
    admin("assign", AUTHENTICATION, ADELE)

    assert [(entry.actor, entry.detail) for entry in admin.tenant.journal()] == [
        (f"admin:{PATTI}", f"{AUTHENTICATION_ADMINISTRATOR} /")
    ]


def test_people_are_looked_up_twenty_at_a_time(admin: Administrator, crowd: Path) -> None:
    """Three hundred names are fifteen batches, one more for the name that is not there, and none of them writes."""
    admin("assign", AUTHENTICATION, "--csv", str(crowd), "--dry-run")
    batches = [call for call in admin.tenant.trace() if "$batch" in call.path]

    assert len(batches) == 16
    assert {member.method for call in batches for member in call.members} == {"GET"}


@pytest.mark.parametrize("who", [SEAN, KIM, KIM.upper(), "100%_kiosk+3@contoso.com", "zoë.müller@contoso.com"])
def test_a_name_stays_a_name(admin: Administrator, who: str) -> None:
    """Apostrophes, number signs, percents and letters beyond ASCII find the person, in any case."""
    assert admin("assign", AUTHENTICATION, who) == 0
    assert [entry.user_id for entry in admin.journal("roleAssigned")] == [admin.tenant.person(who).id]


@pytest.mark.parametrize("who", ["x'@y.z", "a') or startswith(mail,'b@c", "') or mail eq ('@contoso.com"])
def test_a_name_cannot_become_a_question(admin: Administrator, who: str) -> None:
    """What looks like OData is quoted: it finds nobody, instead of somebody else."""
    assert admin("assign", AUTHENTICATION, who) == 1
    assert admin.tenant.journal() == []


def test_somebody_named_by_object_id_is_found(admin: Administrator) -> None:
    """In capitals, too; and somebody named twice is one person."""
    adele = admin.tenant.person(ADELE).id
    code = admin("assign", AUTHENTICATION, adele.upper(), ADELE, ADELE)

    assert (code, admin.summary) == (0, "Authentication Administrator: 1 assigned.")


def test_who_has_the_role_already_is_fine(admin: Administrator) -> None:
    """It is told as such, without an attempt, and the exit code is 0."""
    code = admin("assign", AUTHENTICATION, JONI)

    assert code == 0
    assert admin.line(JONI) == f"{JONI} | already assigned"
    assert admin.writes() == []


def test_a_mail_address_is_answered_with_the_name_that_is_meant(admin: Administrator) -> None:
    """Nobody gets a role for an address that looks like theirs, but the administrator learns what to write."""
    code = admin("assign", AUTHENTICATION, "kim.akers@fabrikam.example")

    assert code == 1
    assert f"This is the mail address of {KIM}" in admin.line("kim.akers@fabrikam.example")
    assert admin.tenant.journal() == []


def test_what_is_no_name_at_all_is_not_asked_for(admin: Administrator) -> None:
    """A display name is no user principal name."""
    assert admin("assign", AUTHENTICATION, "Adele Vance") == 1
    assert "neither an object id nor a user principal name" in admin.line("Adele Vance")


@pytest.mark.parametrize("status", [400, 409])
def test_both_shapes_of_the_refusal_of_a_duplicate_are_understood(admin: Administrator, status: int) -> None:
    """The connection was lost after Graph had assigned it: the second try is refused, and the role is assigned."""
    admin.tenant.turn(duplicate_role_assignment=status)
    admin.tenant.fault("closeAfter", **POSTS)
    code = admin("assign", AUTHENTICATION, ADELE)

    assert (code, admin.summary) == (0, "Authentication Administrator: 1 assigned.")
    assert len(admin.journal("roleAssigned")) == 1


def test_a_dry_run_changes_nothing(admin: Administrator, crowd: Path) -> None:
    """It says what would happen and who would fail."""
    code = admin("assign", AUTHENTICATION, "--csv", str(crowd), JONI, "--dry-run")

    assert code == 1
    assert (
        admin.summary == "Authentication Administrator, dry run: 1 already assigned, 298 would be assigned, 2 failed."
    )
    assert admin.tenant.journal() == []
    assert admin.writes() == []


# --- groups ----------------------------------------------------------------------------------------------------------


def test_a_role_assignable_group_gets_the_role(admin: Administrator) -> None:
    """By its name, apostrophe and all."""
    assert admin("assign", PRIVILEGED, "--group", NIGHT_SHIFT) == 0
    assert admin.line(NIGHT_SHIFT) == f"{NIGHT_SHIFT} | assigned"
    assert len(admin.journal("roleAssigned")) == 1


def test_another_group_is_refused_with_the_way_out(admin: Administrator) -> None:
    """Graph is not even asked."""
    assert admin("assign", PRIVILEGED, "--group", "Service Desk") == 1
    assert "role-assignable groups only" in admin.line("Service Desk")
    assert admin.writes() == []


def test_a_group_name_that_two_groups_have_is_named_with_both(admin: Administrator) -> None:
    """By object id it is one of them."""
    assert admin("assign", PRIVILEGED, "--group", "Field Service") == 1
    assert "2 groups have this name" in admin.line("Field Service")
    assert admin("assign", PRIVILEGED, "--group", "5f0b4f5a-0f5b-4e0e-8d0c-6c1d7f3e2a21") == 0


@pytest.mark.parametrize(
    "name", ["No such group", "00000000-0000-0000-0000-000000000000", "x' or displayName eq 'Retail"]
)
def test_an_unknown_group_is_named(admin: Administrator, name: str) -> None:
    """By name, by id, and by what looks like OData."""
    assert admin("assign", PRIVILEGED, "--group", name) == 1
    assert "There is no group with this" in admin.line(name)


# --- removing --------------------------------------------------------------------------------------------------------


def test_only_the_tenant_wide_assignment_is_removed(admin: Administrator) -> None:
    """What somebody holds over a unit, by eligibility and through a group stays, and is told."""
    admin.tenant.assign("Authentication Administrator", ENRICO)
    admin.tenant.assign("Authentication Administrator", ENRICO, eligible=True)
    admin.tenant.assign("Authentication Administrator", NIGHT_SHIFT)
    admin.tenant.join(NIGHT_SHIFT, ENRICO)
    code = admin("remove", AUTHENTICATION, ENRICO)

    assert code == 0
    assert admin.line(ENRICO).startswith(f"{ENRICO} | removed | Still holds it over administrative unit")
    assert "eligible in PIM and through the group Night shift's desk" in " ".join(
        admin.printed.replace("│", "").split()
    )
    assert [entry.detail for entry in admin.journal("roleUnassigned")] == [f"{AUTHENTICATION_ADMINISTRATOR} /"]


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"until": "2027-01-01T00:00:00Z"}, "through PIM, until 2027-01-01T00:00:00Z"),
        ({"until": "2027-01-01T00:00:00Z", "activated": True}, "through PIM, activated until 2027-01-01T00:00:00Z"),
        ({"eligible": True}, "eligible in PIM"),
        ({"unit": "Milan"}, "over administrative unit"),
    ],
)
def test_what_pim_or_a_unit_gave_is_left_alone(admin: Administrator, how: dict[str, str | bool], words: str) -> None:
    """There is nothing of this tool's to remove, and how the person holds the role is told."""
    admin.tenant.assign("Authentication Administrator", ADELE, **how)  # type: ignore[arg-type]
    code = admin("remove", AUTHENTICATION, ADELE)

    assert code == 0
    assert admin.line(ADELE).startswith(f"{ADELE} | not assigned | Still holds it {words}")
    assert admin.writes() == []


def test_somebody_else_s_role_is_not_touched(admin: Administrator) -> None:
    """Removing one role leaves the others and the other people as they are."""
    admin.tenant.assign("Privileged Authentication Administrator", JONI)
    admin.tenant.assign("Authentication Administrator", ADELE)
    admin("remove", AUTHENTICATION, JONI, LEE)

    assert [(entry.user_id, entry.detail) for entry in admin.journal("roleUnassigned")] == [
        (admin.tenant.person(JONI).id, f"{AUTHENTICATION_ADMINISTRATOR} /")
    ]
    assert admin.line(LEE) == f"{LEE} | not assigned"


def test_a_role_that_pim_gave_for_a_time_counts_as_assigned(admin: Administrator) -> None:
    """Graph would refuse it as a duplicate; the administrator is told that it ends."""
    admin.tenant.assign("Authentication Administrator", ADELE, until="2027-01-01T00:00:00Z")
    code = admin("assign", AUTHENTICATION, ADELE)

    assert code == 0
    assert "already assigned | But only through PIM, until 2027-01-01T00:00:00Z" in admin.line(ADELE)


def test_a_tenant_without_pim_has_only_what_is_assigned(admin: Administrator) -> None:
    """Its missing licence is no failure."""
    admin.tenant.turn(pim=False)

    assert admin("remove", AUTHENTICATION, JONI) == 0
    assert admin.line(JONI) == f"{JONI} | removed"


def test_what_went_away_meanwhile_is_not_assigned(admin: Administrator) -> None:
    """A deletion that finds nothing is no failure; one whose first answer was lost is a removal."""
    admin.tenant.fault("closeAfter", method="DELETE", path="*/roleAssignments/*")

    assert admin("remove", AUTHENTICATION, JONI) == 0
    assert admin.line(JONI) == f"{JONI} | removed"


# --- app roles -------------------------------------------------------------------------------------------------------


def test_a_whole_service_desk_gets_an_app_role_by_its_group(admin: Administrator) -> None:
    """Any group will do, and the person who has it through the group is told so."""
    admin.tenant.unassign_app_role("MfaDesk.Operator", "Service Desk")
    code = admin("assign", "operator", "--group", "Service Desk", ADELE)

    assert (code, admin.summary) == (0, "MfaDesk.Operator: 2 assigned.")
    assert admin("remove", "operator", LEE) == 0
    assert "not assigned | Still holds it through the group Service Desk" in admin.line(LEE)


def test_an_app_role_is_assigned_once_and_removed_again(admin: Administrator) -> None:
    """Which one is told by its value, too."""
    assert admin("assign", "MfaDesk.PrivilegedOperator", ADELE) == 0
    assert admin("assign", "privileged-operator", ADELE) == 0
    assert admin.line(ADELE) == f"{ADELE} | already assigned"
    assert admin("remove", "privileged-operator", ADELE) == 0
    assert [entry.act for entry in admin.tenant.journal()] == ["appRoleAssigned", "appRoleUnassigned"]


def test_an_app_role_that_was_given_although_the_answer_was_lost_is_assigned(admin: Administrator) -> None:
    """The refusal of the second try says that it is there."""
    admin.tenant.fault("closeAfter", method="POST", path="*/appRoleAssignedTo")

    assert admin("assign", "auditor", ADELE) == 0
    assert admin.summary == "MfaDesk.Auditor: 1 assigned."


def test_an_unknown_application_is_named(admin: Administrator) -> None:
    """One sentence, before anything else."""
    code = admin("assign", "auditor", ADELE, "--app", "00000000-0000-0000-0000-000000000000")

    assert code == 1
    assert "no enterprise application with the app id 00000000-0000-0000-0000-000000000000" in admin.printed


def test_an_application_without_the_role_is_named_with_those_it_has(admin: Administrator) -> None:
    """A managed identity's app id is a likely mistake."""
    code = admin("assign", "auditor", ADELE, "--app", admin.tenant.facts().apps["reset"].client_id)

    assert code == 1
    assert "mfa-desk-reset defines no app role MfaDesk.Auditor (it has: none)" in admin.printed


# --- listing ---------------------------------------------------------------------------------------------------------


def test_everybody_who_holds_anything_is_listed_with_how(admin: Administrator) -> None:
    """Each role of Entra and each app role, direct, over a unit, eligible and through groups."""
    admin.tenant.assign("Authentication Administrator", NIGHT_SHIFT, eligible=True)
    admin.tenant.join(NIGHT_SHIFT, ADELE)

    assert admin("list", "all") == 0
    assert admin.line(JONI) == f"{JONI} | directly"
    assert admin.line(ENRICO).startswith(f"{ENRICO} | over administrative unit")
    assert admin.line(NIGHT_SHIFT) == f"{NIGHT_SHIFT} (group) | eligible in PIM"
    assert admin.line(ADELE) == f"{ADELE} | through the group {NIGHT_SHIFT}, eligible in PIM"
    assert admin.line(LEE) == f"{LEE} | through the group Service Desk"


def test_a_list_of_certain_people_says_of_each_whether_they_have_it(admin: Administrator) -> None:
    """The same look-up as for a change, without one."""
    assert admin("list", AUTHENTICATION, JONI, ADELE) == 0
    assert (admin.line(JONI), admin.line(ADELE)) == (f"{JONI} | already assigned", f"{ADELE} | not assigned")


def test_long_lists_are_read_to_their_end(admin: Administrator) -> None:
    """However small Graph's pages are."""
    for name in admin.tenant.add_people(7):
        admin.tenant.assign("Authentication Administrator", name)
    admin.tenant.turn(page_size=3)
    admin("list", AUTHENTICATION)

    assert admin.printed.count("invented.") == 7


def test_listing_takes_no_right_to_change(admin: Administrator) -> None:
    """The reading permissions suffice for somebody without any role, and for a dry run as well."""
    reading = ["User.Read", "User.ReadBasic.All", "GroupMember.Read.All", "RoleManagement.Read.Directory"]
    admin.token = admin.tenant.sign_in(LEE, reading)

    assert admin("list", AUTHENTICATION) == 0
    assert admin("assign", AUTHENTICATION, ADELE, "--dry-run") == 0


# --- who may not -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("duty", [PRIVILEGED, "operator"])
def test_who_may_not_assign_is_told_once(tenant: Tenant, duty: str) -> None:
    """One sentence with the role that it takes, two attempts at the most, nothing changed, exit code 1."""
    admin = Administrator(tenant, JONI)
    people = admin.tenant.add_people(50)
    code = admin("assign", duty, *people)

    assert code == 1
    assert admin.printed.count("You may not assign or remove") == 1
    assert "Privileged Role Administrator" in admin.printed
    assert admin.writes() == ["POST 403", "POST 403"]
    assert admin.tenant.journal() == []


def test_one_refusal_among_many_is_that_ones_own(admin: Administrator) -> None:
    """Whoever was refused is told as failed, the others are assigned."""
    admin.tenant.fault("answer", status=403, **POSTS)
    code = admin("assign", AUTHENTICATION, ADELE, LEE, SEAN)

    assert (code, admin.summary) == (1, "Authentication Administrator: 2 assigned, 1 failed.")


def test_a_missing_permission_to_read_is_named(admin: Administrator) -> None:
    """It says what could not be read, and that nothing more was tried."""
    admin.token = admin.tenant.sign_in(PATTI, ["User.Read", "User.ReadBasic.All"])

    assert admin("assign", AUTHENTICATION, ADELE) == 1
    assert "Graph did not let /roleManagement/directory/roleAssignments be read" in admin.printed


def test_an_app_is_nobody(admin: Administrator, tenant: Tenant) -> None:
    """The token of the desk's own identity is refused before anything is read."""
    admin.token = identity_token(tenant)

    assert admin("assign", AUTHENTICATION, ADELE) == 1
    assert "an app's identity cannot do it" in admin.printed
    assert tenant.control.journal() == []


# --- a Graph that is busy, or away -----------------------------------------------------------------------------------


def test_throttling_is_waited_out_for_as_long_as_graph_asks(admin: Administrator) -> None:
    """Each 429 is followed by the pause in its Retry-After, and everybody is assigned in the end."""
    people = admin.tenant.add_people(12)
    admin.tenant.fault("answer", status=429, retry_after="17", times=3, **POSTS)
    code = admin("assign", AUTHENTICATION, *people)

    assert (code, admin.summary) == (0, "Authentication Administrator: 12 assigned.")
    assert admin.waited == [17.0, 17.0, 17.0]


def test_throttling_inside_a_batch_is_waited_out(admin: Administrator) -> None:
    """Only the member that was throttled is asked again."""
    admin.tenant.fault("answer", status=429, retry_after="5", path="*/users*sean*")
    code = admin("assign", AUTHENTICATION, ADELE, SEAN)

    assert (code, admin.waited) == (0, [5.0])
    assert [len(call.members) for call in admin.tenant.trace() if "$batch" in call.path] == [2, 1]


def test_a_bucket_that_is_empty_again_and_again_only_takes_longer(admin: Administrator) -> None:
    """A hundred people through a bucket of twenty per ten seconds."""
    people = admin.tenant.add_people(100)
    admin.tenant.turn(limits={"directory": {"requests": 20, "seconds": 10}})

    assert admin("assign", AUTHENTICATION, *people) == 0
    assert admin.summary == "Authentication Administrator: 100 assigned."


def test_a_run_that_was_cut_off_is_finished_by_the_next_one(admin: Administrator, crowd: Path) -> None:
    """It says that it stopped, and the same command does the rest: each is assigned once."""
    admin.tenant.fault("answer", status=503, times=None, skip=120, **POSTS)
    first = admin("assign", AUTHENTICATION, "--csv", str(crowd))
    stopped = admin.printed
    admin.tenant.clear_faults()
    second = admin("assign", AUTHENTICATION, "--csv", str(crowd))

    assert (first, second) == (1, 1)
    assert "120 assigned" in stopped
    assert "Start the same command again: it finishes the rest." in stopped
    assert admin.summary == "Authentication Administrator: 178 assigned, 120 already assigned, 2 failed."
    assert len(admin.journal("roleAssigned")) == 298


def test_a_graph_that_is_away_is_said_before_anything_is_tried(admin: Administrator) -> None:
    """With its address, and exit code 2."""
    admin.url = "http://127.0.0.1:9"

    assert admin("list", "all") == 2
    assert "The first call to http://127.0.0.1:9 failed" in admin.printed
