"""A preview: everything that is to be known of a person before anything is done, in one round trip."""

import pytest

from shared.authority import Authority
from shared.caller import Caller
from shared.contract import Action
from shared.delegation import Effect, Policy, Reach, Rule
from shared.outcome import Result
from shared.preview import Preview
from shared.run import Rules
from tests.fixtures.office import ADELE, LEE, Office
from tests.fixtures.reception import DEBRA, NESTOR, PATTI, Reception


async def previewed(office: Office, user: str, who: str = LEE, authority: Authority = Authority.OPERATOR) -> Preview:
    """Return the preview of somebody, as operator Lee sees it by default."""
    reception = Reception(office)
    preview = await reception.previews.of(user, reception.caller(who, authority))
    assert preview is not None
    return preview


async def test_the_card_of_a_person(office: Office) -> None:
    """Who they are, what is registered (masked), and since when their sessions count."""
    preview = await previewed(office, ADELE)

    assert (preview.user.user_principal_name, preview.user.display_name) == (ADELE, "Adele Vance")
    assert ("phone", "mobile +1 ********10") in [(method.type, method.label) for method in preview.methods]
    assert "password" not in [method.type for method in preview.methods]
    assert preview.sessions_valid_from is not None
    assert preview.unreadable == ()


async def test_what_each_action_would_do(office: Office) -> None:
    """Nothing of it is done."""
    preview = await previewed(office, ADELE)

    foreseen = {each.action: each for each in preview.actions}
    assert set(foreseen) == set(Action)
    reset = foreseen[Action.REQUIRE_REREGISTRATION]
    assert reset.decision.effect is Effect.ALLOWED
    assert {method.result for method in reset.methods} == {Result.WOULD_BE_REMOVED}
    assert office.done(ADELE) == []


@pytest.mark.parametrize(
    ("who", "authority", "rule"),
    [
        pytest.param(LEE, Authority.OPERATOR, Rule.TARGET_IS_PRIVILEGED, id="operator"),
        pytest.param(NESTOR, Authority.PRIVILEGED_OPERATOR, Rule.PRIVILEGED_OPERATOR, id="privileged operator"),
        pytest.param(DEBRA, Authority.AUDITOR, Rule.REQUESTER_LACKS_AUTHORITY, id="auditor"),
    ],
)
async def test_what_a_caller_may_is_said_with_its_rule(
    office: Office, who: str, authority: Authority, rule: Rule
) -> None:
    """The same person looks different to each of them."""
    preview = await previewed(office, PATTI, who, authority)

    assert preview.reach is not None
    assert (preview.reach.reach, preview.reach.roles) == (Reach.PRIVILEGED, ("Global Administrator",))
    assert preview.actions[0].decision.rule is rule


async def test_a_protected_person_is_shown_as_such(office: Office) -> None:
    """Nobody acts on them; whoever asks sees why."""
    reception = Reception(office, Rules(policy=Policy(protected=frozenset({ADELE}))))

    preview = await reception.previews.of(ADELE, reception.caller(NESTOR, Authority.PRIVILEGED_OPERATOR))

    assert preview is not None
    assert preview.reach is not None
    assert preview.reach.reach is Reach.PROTECTED
    assert {each.decision.rule for each in preview.actions if each.action is Action.REVOKE_SESSIONS} == {
        Rule.TARGET_PROTECTED
    }


async def test_per_user_mfa_is_shown_where_it_may_be_read(office: Office) -> None:
    """It takes a permission of its own."""
    office.tenant.grant("reset", "Policy.Read.All")

    preview = await previewed(office, ADELE)

    assert preview.per_user_mfa == office.tenant.person(ADELE).per_user_mfa


async def test_where_per_user_mfa_may_not_be_read_the_rest_is_shown(office: Office) -> None:
    """The permission is named."""
    preview = await previewed(office, ADELE)

    assert preview.per_user_mfa is None
    assert "Policy.Read.All" in preview.per_user_mfa_unread
    assert preview.methods != ()


async def test_what_cannot_be_read_closes_every_action(office: Office) -> None:
    """The person is shown, what is missing is named, and nothing is allowed."""
    office.tenant.withdraw("reset", "RoleManagement.Read.Directory")

    preview = await previewed(office, ADELE, NESTOR, Authority.PRIVILEGED_OPERATOR)

    assert preview.reach is None
    assert "RoleManagement.Read.Directory" in " ".join(preview.unreadable)
    assert {each.decision.rule for each in preview.actions} == {Rule.CANNOT_TELL}


async def test_nobody_has_no_preview(office: Office) -> None:
    """An unknown name is no person."""
    reception = Reception(office)

    assert await reception.previews.of("nobody@contoso.com", reception.caller(LEE)) is None


async def test_an_application_sees_a_preview_too(office: Office) -> None:
    """It is not looked up among the people."""
    application = Caller(id="an-app", name="ticketing", authority=Authority.OPERATOR, is_application=True)

    preview = await Reception(office).previews.of(ADELE, application)

    assert preview is not None
    assert preview.actions[0].decision.effect is Effect.ALLOWED


async def test_by_object_id_it_is_one_round_trip(office: Office) -> None:
    """Two batches, of v1.0 and of beta, go out at once."""
    adele = office.tenant.person(ADELE)
    reception = Reception(office)
    caller = reception.caller(LEE)
    office.tenant.forget_trace()

    await reception.previews.of(adele.id, caller)

    assert sorted(call.version for call in office.tenant.trace()) == ["beta", "v1.0"]
