"""Who may act on whom: the decision, the rule that made it, and the words for it."""

from typing import Any, Final

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.authority import Authority, authority_of
from shared.contract import Action
from shared.delegation import (
    Approver,
    Asked,
    Decision,
    Effect,
    Facts,
    Party,
    Policy,
    Reach,
    Rule,
    SecondPerson,
    WayIn,
    decide,
    may_approve,
    may_name,
    reach_of,
)
from shared.roles import TENANT_WIDE, AppRole, HeldRole

ADA: Final = Party("Ada-Id", "Ada@contoso.com")
LEE: Final = Party("lee-id", "lee@contoso.com")
PAT: Final = Party("pat-id", "pat@contoso.com")
USUAL: Final = (Action.REQUIRE_REREGISTRATION, Action.REVOKE_SESSIONS)
FURTHER: Final = frozenset({Action.SET_PER_USER_MFA, Action.ISSUE_TEMPORARY_ACCESS_PASS})
EVERYTHING: Final = Policy(further_actions=FURTHER)
TWO_PEOPLE: Final = Policy(further_actions=FURTHER, second_person=SecondPerson.ALWAYS)

BUILT_IN: Final = {
    "Global Administrator": "62e90394-69f5-4237-9190-012177145e10",
    "Privileged Authentication Administrator": "7be44c8a-adaf-4e2a-84d6-ab2649e08a13",
    "Authentication Administrator": "c4e39bd9-1100-46d3-8c65-fb160da0071f",
    "Authentication Policy Administrator": "0526716b-113d-4c15-b2c8-68e3c22b9f80",
    "Authentication Extensibility Administrator": "25a516ed-2fa0-40ea-a2d0-12923a21473a",
    "Privileged Role Administrator": "e8611ab8-c189-46e8-94e1-60213ab1f814",
    "User Administrator": "fe930be7-5e62-47db-91af-98c3a49a38b1",
    "Helpdesk Administrator": "729827e3-9c14-49f7-bb1b-9608f156bbb8",
    "Password Administrator": "966707d0-3269-4727-9be2-8c3a10f19b9d",
    "Groups Administrator": "fdd7a751-b60b-444a-984c-02652fe8fa1c",
    "Global Reader": "f2ef992c-3afb-46b9-b7cf-a126ee74c451",
    "Reports Reader": "4a5d8f65-41da-4de4-8968-e035b65339cf",
    "Security Reader": "5d6b6bb7-de71-4623-b4af-96380a352509",
    "Security Operator": "5f2222b1-57c3-48ba-8ad5-d4759f1fde6f",
    "Security Administrator": "194ae4cb-b126-40b2-bd5b-6091b380977d",
    "Directory Readers": "88d8e3e3-8f55-4a1e-953a-9b9898b8876b",
    "Directory Writers": "9360feb5-f418-4baa-8175-e2a00bac4301",
    "Guest Inviter": "95e79109-95c0-4d8e-aee3-d01accf2d47b",
    "Message Center Reader": "790c1fb9-7f7d-4f88-86a1-ef1f95c05c1b",
    "Usage Summary Reports Reader": "75934031-6c7e-415a-99d7-48dbd49e875e",
    "User Experience Success Manager": "27460883-1df1-4691-b032-3b79643e5e63",
    "Conditional Access Administrator": "b1be1c3e-b65d-4f19-8427-f6fa0d97feb9",
    "Application Administrator": "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3",
    "Cloud Application Administrator": "158c047a-c907-4556-b7ef-446551a6b5f7",
    "Partner Tier1 Support": "4ba39ca4-527c-499a-b93d-d9b492c50246",
    "Partner Tier2 Support": "e00e864a-17c5-4a4b-9c06-f5b95a8d5bd8",
}
"""Template ids (Entra documentation, permissions-reference, 2026-01)."""

MICROSOFTS_TABLE: Final = frozenset(
    {
        "Authentication Administrator",
        "Directory Readers",
        "Guest Inviter",
        "Message Center Reader",
        "Password Administrator",
        "Reports Reader",
        "User Experience Success Manager",
        "Usage Summary Reports Reader",
    }
)
"""On whom an Authentication Administrator may act (privileged-roles-permissions, "Who can reset passwords", 2024-10);
a Privileged Authentication Administrator and a Global Administrator may on everybody."""

GIVEN_BY_ROLE: Final = {
    "Global Administrator": Authority.PRIVILEGED_OPERATOR,
    "Privileged Authentication Administrator": Authority.PRIVILEGED_OPERATOR,
    "Authentication Administrator": Authority.OPERATOR,
    "Global Reader": Authority.AUDITOR,
    "Reports Reader": Authority.AUDITOR,
    "Security Reader": Authority.AUDITOR,
}
"""What a role of Entra gives at the desk; every other one gives nothing."""

NO_ROLE: Final = "no role"
CUSTOM: Final = HeldRole("f0e1d2c3-0000-4000-8000-000000000001", "Custom Role")
TARGETS: Final[dict[str, dict[str, Any]]] = {
    NO_ROLE: {},
    **{name: {"roles": (HeldRole(template, name),)} for name, template in BUILT_IN.items()},
    **{
        f"eligible for {name}": {"roles": (HeldRole(template, name, eligible=True),)}
        for name, template in BUILT_IN.items()
    },
    "a custom role": {"roles": (CUSTOM,)},
    "a role nobody has heard of": {"roles": (HeldRole("00000000-0000-4000-8000-000000000009"),)},
    "Reports Reader over an administrative unit": {
        "roles": (HeldRole(BUILT_IN["Reports Reader"], "Reports Reader", "/administrativeUnits/1"),)
    },
    "a role of unknown extent": {"roles": (HeldRole(BUILT_IN["Reports Reader"], "Reports Reader", ""),)},
    "two small roles": {"roles": tuple(HeldRole(BUILT_IN[each], each) for each in ("Reports Reader", "Guest Inviter"))},
    "a small role and a great one": {
        "roles": tuple(HeldRole(BUILT_IN[each], each) for each in ("Reports Reader", "User Administrator"))
    },
    "member of a role-assignable group": {"groups": ("member of Tier 0",)},
    "owner of a role-assignable group": {"groups": ("owner of Tier 0",)},
    "operator of the desk": {"target_authority": Authority.OPERATOR},
    "privileged operator of the desk": {"target_authority": Authority.PRIVILEGED_OPERATOR},
}
STANDARD: Final = {
    NO_ROLE,
    "two small roles",
    "operator of the desk",
    *MICROSOFTS_TABLE,
    *(f"eligible for {name}" for name in MICROSOFTS_TABLE),
}
"""The targets that an operator reaches."""


def facts(**changes: Any) -> Facts:
    """Return what is known when operator Lee asks for Ada, who holds nothing."""
    return Facts(**{"requester": LEE, "authority": Authority.OPERATOR, "target": ADA, **changes})


def asked(*actions: Action, way_in: WayIn = WayIn.HTTP) -> Asked:
    """Return what is asked for: by default what the portal's two buttons do."""
    return Asked(actions or USUAL, way_in)


# --- the table --------------------------------------------------------------------------------------------------------


def expected_effect(authority: Authority, target: str, action: Action, way_in: WayIn, policy: Policy) -> Effect:
    """Return what the published table, and what DESIGN lays down beside it, makes of one cell."""
    passes, queued = action is Action.ISSUE_TEMPORARY_ACCESS_PASS, way_in is WayIn.QUEUE
    if authority in (Authority.NONE, Authority.AUDITOR) or (passes and queued):
        return Effect.REFUSED
    if target in STANDARD:
        return Effect.ALLOWED
    if authority is Authority.OPERATOR and not queued:
        return Effect.REFUSED
    if queued or policy is TWO_PEOPLE:
        return Effect.REFUSED if passes else Effect.NEEDS_APPROVAL
    return Effect.ALLOWED


@pytest.mark.parametrize("policy", [pytest.param(EVERYTHING, id="usual"), pytest.param(TWO_PEOPLE, id="two people")])
@pytest.mark.parametrize("way_in", WayIn)
@pytest.mark.parametrize("authority", Authority)
@pytest.mark.parametrize("target", TARGETS)
def test_the_whole_table(authority: Authority, target: str, way_in: WayIn, policy: Policy) -> None:
    """Requester by target by action by way in: as Microsoft's table has it, and closed everywhere else."""
    expected = {action: expected_effect(authority, target, action, way_in, policy) for action in Action}

    known = facts(authority=authority, **TARGETS[target])
    decided = {action: decide(Asked((action,), way_in), known, policy).effect for action in Action}

    assert expected == decided


@pytest.mark.parametrize("name", BUILT_IN)
def test_what_a_role_of_entra_gives_at_the_desk(name: str) -> None:
    """The two authentication administrators, the Global Administrator and three readers; no other role gives any."""
    assert GIVEN_BY_ROLE.get(name, Authority.NONE) == authority_of([], [BUILT_IN[name]])


@pytest.mark.parametrize(
    ("app_roles", "directory_roles", "expected"),
    [
        pytest.param([], [], Authority.NONE, id="nothing"),
        pytest.param([AppRole.AUDITOR], [], Authority.AUDITOR, id="auditor"),
        pytest.param([AppRole.OPERATOR], [], Authority.OPERATOR, id="operator"),
        pytest.param([AppRole.PRIVILEGED_OPERATOR], [], Authority.PRIVILEGED_OPERATOR, id="privileged operator"),
        pytest.param([AppRole.AUDITOR, AppRole.OPERATOR], [], Authority.OPERATOR, id="the highest counts"),
        pytest.param([AppRole.AUDITOR], [BUILT_IN["Authentication Administrator"]], Authority.OPERATOR, id="of both"),
        pytest.param(["mfadesk.operator", "Operator"], [], Authority.NONE, id="names are exact"),
        pytest.param(
            [BUILT_IN["Global Administrator"]], [AppRole.OPERATOR], Authority.NONE, id="each in its own place"
        ),
    ],
)
def test_the_highest_of_all_roles_counts(app_roles: list[str], directory_roles: list[str], expected: Authority) -> None:
    """App roles of the desk and directory roles give authority side by side."""
    assert expected == authority_of(app_roles, directory_roles)


@pytest.mark.parametrize("authority", Authority)
def test_an_authority_covers_itself_and_what_is_below(authority: Authority) -> None:
    """None, auditor, operator, privileged operator: in this order."""
    order = list(Authority)

    assert [authority.covers(needed) for needed in order] == [place <= order.index(authority) for place in range(4)]


# --- the rules and their words ----------------------------------------------------------------------------------------

PRIVILEGED: Final = HeldRole(BUILT_IN["Global Administrator"], "Global Administrator")
BEYOND: Final = "This person is beyond an operator's reach (Global Administrator)"


@pytest.mark.parametrize(
    ("known", "request_", "expected"),
    [
        pytest.param(
            facts(unreadable=("reading roles takes A", "reading tokens takes B")),
            asked(),
            Decision(
                Effect.REFUSED,
                Rule.CANNOT_TELL,
                "The desk cannot tell who this is: reading roles takes A; reading tokens takes B.",
            ),
            id="something could not be read",
        ),
        pytest.param(
            facts(requester=None),
            asked(),
            Decision(
                Effect.REFUSED,
                Rule.REQUESTER_NOT_FOUND,
                "Field 'requestedBy': nobody in the directory has that object id or user principal name.",
            ),
            id="nobody there who asks",
        ),
        pytest.param(
            facts(requester=Party("lee-id", "lee@contoso.com", enabled=False)),
            asked(),
            Decision(
                Effect.REFUSED,
                Rule.REQUESTER_DISABLED,
                "Field 'requestedBy': the account of whoever asks is disabled, or Graph does not tell that it is not.",
            ),
            id="who asks has left",
        ),
        pytest.param(
            facts(authority=Authority.NONE),
            asked(),
            Decision(
                Effect.REFUSED,
                Rule.REQUESTER_LACKS_AUTHORITY,
                "Whoever asks has no role at this desk; it takes MfaDesk.Operator or an equal role.",
            ),
            id="a stranger",
        ),
        pytest.param(
            facts(authority=Authority.AUDITOR),
            asked(),
            Decision(
                Effect.REFUSED,
                Rule.REQUESTER_LACKS_AUTHORITY,
                "Whoever asks may only read; it takes MfaDesk.Operator or an equal role.",
            ),
            id="an auditor",
        ),
        pytest.param(
            facts(target=None),
            asked(),
            Decision(
                Effect.REFUSED,
                Rule.TARGET_NOT_FOUND,
                "Field 'user': nobody in the directory has that object id or user principal name.",
            ),
            id="nobody there to act on",
        ),
        pytest.param(
            facts(target=LEE),
            asked(),
            Decision(Effect.REFUSED, Rule.SELF, "Nobody resets themselves; ask a colleague."),
            id="somebody asks for themselves",
        ),
        pytest.param(
            facts(),
            asked(),
            Decision(Effect.ALLOWED, Rule.STANDARD_TARGET, "This person holds no directory role."),
            id="an ordinary person",
        ),
        pytest.param(
            facts(roles=(HeldRole(BUILT_IN["Guest Inviter"], "Guest Inviter"),)),
            asked(),
            Decision(
                Effect.ALLOWED,
                Rule.STANDARD_TARGET,
                "An operator may reset who holds no more than this: Guest Inviter.",
            ),
            id="a small role",
        ),
        pytest.param(
            facts(roles=(PRIVILEGED,)),
            asked(),
            Decision(
                Effect.REFUSED,
                Rule.TARGET_IS_PRIVILEGED,
                f"{BEYOND}; it takes MfaDesk.PrivilegedOperator or an equal role.",
            ),
            id="an administrator, for an operator",
        ),
        pytest.param(
            facts(roles=(PRIVILEGED,), authority=Authority.PRIVILEGED_OPERATOR),
            asked(),
            Decision(Effect.ALLOWED, Rule.PRIVILEGED_OPERATOR, f"{BEYOND}, and a privileged operator asks for it."),
            id="an administrator, for a privileged operator",
        ),
        pytest.param(
            facts(roles=(PRIVILEGED,)),
            asked(way_in=WayIn.QUEUE),
            Decision(
                Effect.NEEDS_APPROVAL,
                Rule.SECOND_PERSON_NEEDED,
                f"{BEYOND}; a privileged operator has to approve it.",
            ),
            id="an administrator, through the queue",
        ),
        pytest.param(
            facts(),
            asked(Action.ISSUE_TEMPORARY_ACCESS_PASS, way_in=WayIn.QUEUE),
            Decision(
                Effect.REFUSED,
                Rule.PASS_NEEDS_CALLER,
                "Field 'actions': a pass is shown once, to whoever asks over HTTP; a queue shows it to nobody.",
            ),
            id="a pass through the queue",
        ),
    ],
)
def test_a_decision_names_its_rule_and_says_it_in_words(known: Facts, request_: Asked, expected: Decision) -> None:
    """Whoever reads a decision knows what stands against it, and the way out."""
    assert expected == decide(request_, known, EVERYTHING)


@pytest.mark.parametrize("action", sorted(FURTHER))
def test_what_is_not_switched_on_is_refused(action: Action) -> None:
    """Beyond the portal's two buttons an operator of the desk decides what it does at all."""
    decision = decide(asked(Action.REVOKE_SESSIONS, action), facts(), Policy())

    assert decision.rule is Rule.ACTION_SWITCHED_OFF
    assert f"this desk does not do {action}; the setting FURTHER_ACTIONS switches it on." in decision.reason


def test_a_pass_for_an_administrator_does_not_wait_for_a_second_person() -> None:
    """It could be shown only to whoever asked, and they would not be there any more."""
    known = facts(roles=(PRIVILEGED,), authority=Authority.PRIVILEGED_OPERATOR)
    told = f"{BEYOND}, and that takes a second person here: a pass cannot wait for an approval. Leave it out."

    decision = decide(asked(*USUAL, Action.ISSUE_TEMPORARY_ACCESS_PASS), known, TWO_PEOPLE)

    assert Decision(Effect.REFUSED, Rule.PASS_CANNOT_WAIT, told) == decision


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        pytest.param(5, "(Role 0, Role 1, Role 2, Role 3, Role 4)", id="five"),
        pytest.param(6, "(Role 0, Role 1, Role 2, Role 3, Role 4, …)", id="six"),
    ],
)
def test_no_more_than_five_roles_are_named(held: int, expected: str) -> None:
    """A queue message has an end; that there are more is said."""
    roles = tuple(HeldRole(f"id-{number}", f"Role {number}") for number in range(held))

    decision = decide(asked(), facts(roles=roles), Policy())

    assert expected in decision.reason


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        pytest.param("a small role and a great one", "(User Administrator)", id="the small ones stand in nobody's way"),
        pytest.param("owner of a role-assignable group", "(owner of Tier 0)", id="a group"),
        pytest.param(
            "privileged operator of the desk", "(MfaDesk.PrivilegedOperator of this desk)", id="the desk's own role"
        ),
    ],
)
def test_what_puts_a_person_beyond_reach_is_named(target: str, expected: str) -> None:
    """Whoever is refused can tell which role it was."""
    assert expected in decide(asked(), facts(**TARGETS[target]), Policy()).reason


@pytest.mark.parametrize("named", [None, "LEE-ID", "Lee@Contoso.com"])
def test_a_caller_asks_in_their_own_name(named: str | None) -> None:
    """By object id, by user principal name, or without saying who they are; in whatever case it is written."""
    assert may_name(named, Party("Lee-Id", "lee@contoso.COM")) is None


@pytest.mark.parametrize("named", ["pat@contoso.com", ""])
def test_a_caller_asks_in_no_other_name(named: str) -> None:
    """Nor in none at all, where the field is there."""
    told = "Field 'requestedBy': names somebody else than you; leave it out, over HTTP it is you."

    assert Decision(Effect.REFUSED, Rule.REQUESTER_DIFFERS, told) == may_name(named, LEE)


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        pytest.param(HeldRole("id", "Helpdesk Administrator"), "Helpdesk Administrator", id="by name"),
        pytest.param(HeldRole("id"), "id", id="without a name by id"),
        pytest.param(HeldRole("id", "User Administrator", eligible=True), "eligible for User Administrator", id="PIM"),
        pytest.param(
            HeldRole("id", "User Administrator", "/administrativeUnits/1"),
            "User Administrator over a part of the directory",
            id="scoped",
        ),
    ],
)
def test_a_role_in_words(role: HeldRole, expected: str) -> None:
    """What is held, and how."""
    assert expected == str(role)


@pytest.mark.parametrize("authority", Authority)
@pytest.mark.parametrize("way_in", WayIn)
@pytest.mark.parametrize("entry", [pytest.param("ada-id", id="object id"), pytest.param("ada@contoso.com", id="name")])
def test_the_protected_are_never_touched(entry: str, way_in: WayIn, authority: Authority) -> None:
    """Who is on the list is refused under either name, whoever asks, and however the directory capitalises it."""
    policy = Policy(protected=frozenset({entry}))
    known = facts(authority=authority, approver=Approver(PAT, Authority.PRIVILEGED_OPERATOR))

    assert decide(asked(way_in=way_in), known, policy).effect is Effect.REFUSED
    assert reach_of(known, policy) is Reach.PROTECTED


def test_a_protected_person_is_called_so() -> None:
    """No role would help whoever asks: it is said that there is no way."""
    told = "This person is protected: the desk never touches their sign-in."

    assert Decision(Effect.REFUSED, Rule.TARGET_PROTECTED, told) == decide(
        asked(), facts(), Policy(protected=frozenset({"ada-id"}))
    )


@pytest.mark.parametrize("target", TARGETS)
def test_the_reach_of_a_target(target: str) -> None:
    """Standard is whom an operator may reset; everybody else takes a privileged operator."""
    expected = Reach.STANDARD if target in STANDARD else Reach.PRIVILEGED

    assert expected == reach_of(facts(**TARGETS[target]), Policy())


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        pytest.param(
            facts(requester=None, target=None, unreadable=("roles",)), Rule.CANNOT_TELL, id="not knowing first"
        ),
        pytest.param(facts(authority=Authority.NONE, target=None), Rule.REQUESTER_LACKS_AUTHORITY, id="then who asks"),
        pytest.param(
            facts(requester=ADA, roles=(PRIVILEGED,)), Rule.TARGET_PROTECTED, id="protection before self and roles"
        ),
    ],
)
def test_the_first_rule_that_applies_decides(known: Facts, expected: Rule) -> None:
    """Where several rules refuse, the record always names the same one; a stranger learns nothing about a target."""
    assert expected == decide(asked(), known, Policy(protected=frozenset({"ada-id"}))).rule


# --- the second person ------------------------------------------------------------------------------------------------

LACKS_AUTHORITY: Final = Decision(
    Effect.REFUSED, Rule.APPROVER_LACKS_AUTHORITY, "Approving takes a privileged operator."
)


@pytest.mark.parametrize(
    ("approver", "expected"),
    [
        pytest.param(
            Approver(PAT, Authority.PRIVILEGED_OPERATOR),
            Decision(Effect.ALLOWED, Rule.APPROVED, "Approved by pat@contoso.com."),
            id="another privileged operator",
        ),
        pytest.param(Approver(PAT, Authority.OPERATOR), LACKS_AUTHORITY, id="an operator"),
        pytest.param(Approver(PAT, Authority.AUDITOR), LACKS_AUTHORITY, id="an auditor"),
        pytest.param(
            Approver(LEE, Authority.PRIVILEGED_OPERATOR),
            Decision(
                Effect.REFUSED,
                Rule.APPROVER_IS_REQUESTER,
                "Who asked for it cannot approve it as well; ask a colleague.",
            ),
            id="who asked",
        ),
        pytest.param(
            Approver(ADA, Authority.PRIVILEGED_OPERATOR),
            Decision(
                Effect.REFUSED,
                Rule.APPROVER_IS_TARGET,
                "Nobody approves what is done to themselves; ask a colleague.",
            ),
            id="the target",
        ),
        pytest.param(
            Approver(Party("app-id", "ticketing", is_application=True), Authority.PRIVILEGED_OPERATOR),
            Decision(
                Effect.REFUSED,
                Rule.APPROVER_IS_APPLICATION,
                "Approving takes a person; this is an application.",
            ),
            id="an application",
        ),
        pytest.param(
            Approver(Party("pat-id", "pat@contoso.com", enabled=False), Authority.PRIVILEGED_OPERATOR),
            Decision(
                Effect.REFUSED,
                Rule.APPROVER_DISABLED,
                "The account of whoever approved is disabled, or Graph does not tell.",
            ),
            id="who has left since",
        ),
    ],
)
def test_who_may_be_the_second_person(approver: Approver, expected: Decision) -> None:
    """A privileged operator, a person, and neither of the two whom it is about; asked at once, and again later."""
    later = decide(asked(way_in=WayIn.QUEUE), facts(roles=(PRIVILEGED,), approver=approver), Policy())

    assert (expected, expected) == (may_approve(approver, LEE.id, ADA.id), later)


def test_an_approval_does_not_help_against_another_rule() -> None:
    """The roles of all concerned count as they are when it is carried out."""
    approver = Approver(PAT, Authority.PRIVILEGED_OPERATOR)
    known = facts(authority=Authority.NONE, roles=(PRIVILEGED,), approver=approver)

    assert decide(asked(way_in=WayIn.QUEUE), known, Policy()).rule is Rule.REQUESTER_LACKS_AUTHORITY


# --- whatever the facts -----------------------------------------------------------------------------------------------

PARTIES: Final = st.none() | st.builds(
    Party, id=st.sampled_from("abc"), name=st.sampled_from(["a@b", "b@b"]), enabled=st.booleans()
)
ROLES: Final = st.builds(
    HeldRole,
    id=st.sampled_from(sorted(BUILT_IN.values())),
    name=st.just(""),
    scope=st.sampled_from([TENANT_WIDE, "/administrativeUnits/1"]),
    eligible=st.booleans(),
)
FACTS: Final = st.builds(
    Facts,
    requester=PARTIES,
    authority=st.sampled_from(Authority),
    target=PARTIES,
    roles=st.lists(ROLES, max_size=2).map(tuple),
    groups=st.lists(st.just("member of Tier 0"), max_size=1).map(tuple),
    unreadable=st.lists(st.text(), max_size=1).map(tuple),
    approver=st.none()
    | st.builds(
        Approver, party=st.builds(Party, st.sampled_from("abcd"), st.just("p")), authority=st.sampled_from(Authority)
    ),
)


@settings(max_examples=300, deadline=None)
@given(FACTS, st.sampled_from(WayIn), st.sampled_from(SecondPerson), st.frozensets(st.sampled_from(["a", "a@b"])))
def test_only_who_is_known_and_within_reach_is_allowed(
    known: Facts, way_in: WayIn, second_person: SecondPerson, protected: frozenset[str]
) -> None:
    """Allowed: all was read, one with authority asks for another, whom that or a second person covers."""
    requester, target, approver = known.requester, known.target, known.approver
    within = not known.groups and all(role.is_within_reach for role in known.roles)
    alone = (
        way_in is WayIn.HTTP
        and known.authority is Authority.PRIVILEGED_OPERATOR
        and second_person is not SecondPerson.ALWAYS
    )
    seconded = (
        (way_in is WayIn.QUEUE or known.authority is Authority.PRIVILEGED_OPERATOR)
        and approver is not None
        and approver.authority is Authority.PRIVILEGED_OPERATOR
        and requester is not None
        and target is not None
        and approver.party.id not in (requester.id, target.id)
    )
    expected = (
        requester is not None
        and target is not None
        and requester.enabled
        and requester.id != target.id
        and not known.unreadable
        and protected.isdisjoint({target.id, target.name})
        and known.authority in (Authority.OPERATOR, Authority.PRIVILEGED_OPERATOR)
        and (within or alone or seconded)
    )

    decision = decide(asked(way_in=way_in), known, Policy(protected=protected, second_person=second_person))

    assert expected == (decision.effect is Effect.ALLOWED)


def test_a_decision_reads_as_json() -> None:
    """Programs read the effect and the rule as words."""
    expected = b'{"effect":"refused","rule":"self","reason":"Nobody resets themselves; ask a colleague."}'

    assert expected == msgspec.json.encode(decide(asked(), facts(target=LEE), Policy()))
