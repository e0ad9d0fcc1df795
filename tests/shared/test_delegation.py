"""Who may act on whom: the decision, the rule that made it, and the words for it."""

from typing import Final

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.delegation import Decision, Effect, Facts, Party, Rule, decide

ADA: Final = Party(id="Ada-Id", user_principal_name="Ada@contoso.com")
LEE: Final = Party(id="lee-id", user_principal_name="lee@contoso.com")
ORDINARY: Final = Facts(requester=LEE, target=ADA, roles=())
NOBODY: Final = frozenset[str]()


def test_a_colleague_without_roles_may_be_acted_on() -> None:
    """One person asks for another who holds no directory role: allowed."""
    expected = Decision(Effect.ALLOWED, Rule.STANDARD_TARGET, "This person holds no directory role.")

    assert expected == decide(ORDINARY, frozenset({"emergency@contoso.com"}))


@pytest.mark.parametrize(
    ("facts", "rule", "reason"),
    [
        pytest.param(
            Facts(requester=LEE, target=ADA, roles=(), unreadable=("reading roles takes A", "reading tokens takes B")),
            Rule.CANNOT_TELL,
            "The desk cannot tell who this is: reading roles takes A; reading tokens takes B.",
            id="something could not be read",
        ),
        pytest.param(
            Facts(requester=LEE, target=None, roles=()),
            Rule.TARGET_NOT_FOUND,
            "Field 'user': nobody in the directory has that object id or user principal name.",
            id="nobody there to act on",
        ),
        pytest.param(
            Facts(requester=None, target=ADA, roles=()),
            Rule.REQUESTER_NOT_FOUND,
            "Field 'requestedBy': nobody in the directory has that object id or user principal name.",
            id="nobody there who asks",
        ),
        pytest.param(
            Facts(requester=Party("lee-id", "lee@contoso.com", enabled=False), target=ADA, roles=()),
            Rule.REQUESTER_DISABLED,
            "Field 'requestedBy': the account of whoever asks is disabled, or Graph does not tell that it is not.",
            id="who asks has left",
        ),
        pytest.param(
            Facts(requester=ADA, target=ADA, roles=()),
            Rule.SELF,
            "Nobody resets themselves; ask a colleague.",
            id="somebody asks for themselves",
        ),
        pytest.param(
            Facts(requester=LEE, target=ADA, roles=("Global Reader", "eligible for User Administrator")),
            Rule.TARGET_HOLDS_ROLE,
            "This person holds a directory role (Global Reader, eligible for User Administrator).",
            id="an admin",
        ),
    ],
)
def test_everybody_else_is_refused_by_a_rule(facts: Facts, rule: Rule, reason: str) -> None:
    """A refusal names its rule, and says in words what stands against it."""
    assert Decision(Effect.REFUSED, rule, reason) == decide(facts, NOBODY)


@pytest.mark.parametrize(
    "entry", [pytest.param("ada-id", id="object id"), pytest.param("ada@contoso.com", id="user principal name")]
)
def test_the_protected_are_never_touched(entry: str) -> None:
    """Who is on the list is refused under either name, however the directory capitalises it."""
    expected = Decision(
        Effect.REFUSED, Rule.TARGET_PROTECTED, "This person is protected: the desk never touches their sign-in."
    )

    assert expected == decide(ORDINARY, frozenset({entry}))


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(
            Facts(requester=None, target=ADA, roles=("Global Reader",), unreadable=("roles",)),
            Rule.CANNOT_TELL,
            id="not knowing comes first",
        ),
        pytest.param(Facts(requester=None, target=None, roles=()), Rule.TARGET_NOT_FOUND, id="target before requester"),
        pytest.param(
            Facts(requester=None, target=ADA, roles=("Global Reader",)),
            Rule.TARGET_PROTECTED,
            id="protection before all that tells of anybody else",
        ),
        pytest.param(
            Facts(requester=ADA, target=ADA, roles=("Global Reader",)),
            Rule.TARGET_PROTECTED,
            id="protection before self",
        ),
    ],
)
def test_the_first_rule_that_applies_decides(facts: Facts, expected: Rule) -> None:
    """Where several rules refuse, the record always names the same one."""
    assert expected == decide(facts, frozenset({"ada-id"})).rule


PARTIES: Final = st.none() | st.builds(
    Party, id=st.sampled_from("abc"), user_principal_name=st.sampled_from(["a@b", "b@b"]), enabled=st.booleans()
)
FACTS: Final = st.builds(
    Facts,
    requester=PARTIES,
    target=PARTIES,
    roles=st.lists(st.text(), max_size=2).map(tuple),
    unreadable=st.lists(st.text(), max_size=1).map(tuple),
)


@settings(max_examples=150, deadline=None)
@given(FACTS, st.frozensets(st.sampled_from(["a", "c", "a@b"]), max_size=1))
def test_only_who_is_known_and_ordinary_is_allowed(facts: Facts, protected: frozenset[str]) -> None:
    """Allowed: all was read, both are there, an active one asks for another, who has no role and no protection."""
    requester, target = facts.requester, facts.target
    expected = (
        requester is not None
        and target is not None
        and requester.enabled
        and requester.id != target.id
        and not facts.roles
        and not facts.unreadable
        and protected.isdisjoint({target.id, target.user_principal_name})
    )

    assert expected == (decide(facts, protected).effect is Effect.ALLOWED)


def test_a_decision_reads_as_json() -> None:
    """Programs read the effect and the rule as words."""
    expected = b'{"effect":"refused","rule":"self","reason":"Nobody resets themselves; ask a colleague."}'

    assert expected == msgspec.json.encode(decide(Facts(requester=ADA, target=ADA, roles=()), NOBODY))
