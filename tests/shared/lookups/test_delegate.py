"""What a holding gives its holder, where the simulated tenant has no case of it."""

import msgspec

from shared.authority import Authority
from shared.lookups.delegate import (
    DIRECTORY_ROLES,
    UNREAD,
    DelegatedRole,
    Holder,
    Holding,
    Kind,
    Scope,
    of_group,
    of_holder,
    ordered,
)
from shared.lookups.delegate_shapes import AppRoleGiven, Assignment, EnterpriseApplication, Principal

ADELE = Holder(id="a", kind=Kind.USER, name="Adele Vance", user_principal_name="adele.vance@contoso.com")
GROUP = Holder(id="g", kind=Kind.GROUP, name="Night shift's desk")
ADMINISTRATOR = DIRECTORY_ROLES[1]
OPERATOR = DelegatedRole("MfaDesk.Operator", "Operator")


def test_a_disabled_app_role_gives_no_authority() -> None:
    """Entra puts it into no token."""
    row = of_holder(Holding(holder=ADELE, role=OPERATOR, disabled=True), ADELE)

    assert (row.authority, row.why) == (Authority.NONE, "The app role is disabled: no token names it.")


def test_a_scope_that_graph_does_not_tell_gives_no_authority() -> None:
    """It may be anything but the whole tenant."""
    given = Assignment(principal_id="a", principal=Principal("a", "#microsoft.graph.user"))
    holding = given.holding(ADMINISTRATOR, eligible=False)
    assert holding is not None

    row = of_holder(holding, holding.holder)

    assert row.authority == Authority.NONE
    assert row.why == "The role counts in an unknown part of the directory only: the desk cannot tell who is in it."


def test_a_scope_without_a_name_is_called_by_its_id() -> None:
    """As that of an application, which is no administrative unit."""
    row = of_holder(Holding(holder=ADELE, role=ADMINISTRATOR, scope=Scope("/4a5b")), ADELE)

    assert row.why == "The role counts in /4a5b only: the desk cannot tell who is in it."


def test_an_unread_group_says_both_why_it_stands_there_and_what_limits_its_role() -> None:
    """Neither hides the other."""
    row = of_group(Holding(holder=GROUP, role=ADMINISTRATOR, eligible=True), UNREAD)

    assert row.authority == Authority.NONE
    assert row.why == (
        "Who is in this group could not be read. The role is eligible only: it gives nothing until it is activated."
    )


def test_rows_are_in_one_order_whatever_came_first() -> None:
    """Role, then active before eligible, then name and id."""
    twin = msgspec.structs.replace(ADELE, id="b")
    holdings = [
        Holding(holder=ADELE, role=DIRECTORY_ROLES[0]),
        Holding(holder=ADELE, role=ADMINISTRATOR),
        Holding(holder=twin, role=ADMINISTRATOR),
        Holding(holder=ADELE, role=ADMINISTRATOR, eligible=True),
        Holding(holder=ADELE, role=OPERATOR),
    ]
    rows = [of_holder(holding, holding.holder) for holding in holdings]

    assert ordered(rows[::-1]) == ordered(rows) == tuple(rows)


def test_a_device_is_no_holder() -> None:
    """Groups have devices and contacts in them as well, which nobody signs in as."""
    kinds = ("user", "group", "servicePrincipal", "device", "orgContact")
    holders = [Principal("x", f"#microsoft.graph.{kind}").holder for kind in kinds]

    assert [holder and holder.kind for holder in holders] == [Kind.USER, Kind.GROUP, Kind.APPLICATION, None, None]


def test_an_assignment_without_its_principal_is_nobodys() -> None:
    """Whoever lists it has to say that somebody is missing."""
    assert Assignment(principal_id="a", directory_scope_id="/").holding(ADMINISTRATOR, eligible=False) is None


def test_app_roles_of_other_kinds_are_not_the_desks() -> None:
    """The application may define more of them, and default access gives none."""
    shown = msgspec.convert(
        {
            "appRoles": [
                {"id": "1", "value": "MfaDesk.Operator", "displayName": "Operator", "isEnabled": False},
                {"id": "2", "value": "Billing.Read", "displayName": "Billing"},
                {"id": "3", "value": None},
            ]
        },
        EnterpriseApplication,
    )
    defined = shown.by_id()

    assert list(defined) == ["1"]
    holding = AppRoleGiven("1", "a", "User", "Adele Vance").holding(defined["1"])
    assert holding == Holding(
        holder=Holder(id="a", kind=Kind.USER, name="Adele Vance"), role=OPERATOR, scope=Scope("/"), disabled=True
    )
