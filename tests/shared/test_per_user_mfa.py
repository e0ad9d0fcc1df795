"""Per-user MFA: set without a Global Administrator, once, and not against what somebody has changed since."""

from typing import Any

import pytest

from shared.contract import Action, PerUserMfaState
from shared.delegation import Policy, Rule
from shared.outcome import PerUserMfaChange, Status
from shared.run import Rules
from tests.fixtures.mortal import Fuse, KilledError
from tests.fixtures.office import ADELE, Office
from tests.fixtures.reception import Reception, ended

NEWCOMER = "nobody.yet@contoso.com"
PERMISSION = "Policy.ReadWrite.AuthenticationMethod"
SET = (Action.SET_PER_USER_MFA,)


@pytest.fixture
def granted(office: Office) -> Office:
    """Return an office whose identity has been granted what this takes."""
    office.tenant.grant("reset", PERMISSION)
    return office


def set_to(state: PerUserMfaState) -> dict[str, Any]:
    """Return what is asked for."""
    return {"actions": SET, "per_user_mfa_state": state}


@pytest.mark.parametrize("state", PerUserMfaState)
async def test_per_user_mfa_is_set(granted: Office, state: PerUserMfaState) -> None:
    """To any of the three states; the outcome tells what it was and what it is."""
    outcome = ended(await Reception(granted).submit(user=NEWCOMER, **set_to(state)))

    (action,) = outcome.actions
    assert outcome.status is Status.SUCCEEDED
    assert action.per_user_mfa is not None
    assert granted.tenant.person(NEWCOMER).per_user_mfa == state
    assert (action.per_user_mfa.after or action.per_user_mfa.before) == state


async def test_graph_enforces_at_once_for_whoever_has_methods(granted: Office) -> None:
    """Asked for was enabled; the outcome tells what Graph has made of it."""
    granted.tenant.change_person(ADELE, per_user_mfa="disabled")

    outcome = ended(await Reception(granted).submit(**set_to(PerUserMfaState.ENABLED)))

    assert outcome.actions[0].per_user_mfa == PerUserMfaChange(before="disabled", after="enforced")


async def test_what_is_set_already_is_left_alone(granted: Office) -> None:
    """Nothing is sent."""
    granted.tenant.change_person(ADELE, per_user_mfa="enforced")

    outcome = ended(await Reception(granted).submit(**set_to(PerUserMfaState.ENFORCED)))

    assert outcome.actions[0].per_user_mfa == PerUserMfaChange(before="enforced")
    assert granted.done(ADELE) == []


async def test_without_the_permission_it_fails_and_names_it(office: Office) -> None:
    """The rest of the request is done all the same."""
    submitted = await Reception(office).submit(
        actions=(Action.REVOKE_SESSIONS, *SET), per_user_mfa_state=PerUserMfaState.DISABLED
    )

    revoked, mfa = ended(submitted).actions
    assert (revoked.status, mfa.status) == (Status.SUCCEEDED, Status.FAILED)
    assert "Policy.Read.All" in mfa.detail


async def test_with_reading_alone_it_fails_and_names_what_setting_takes(office: Office) -> None:
    """The two permissions are told apart."""
    office.tenant.grant("reset", "Policy.Read.All")
    office.tenant.change_person(ADELE, per_user_mfa="enforced")

    outcome = ended(await Reception(office).submit(**set_to(PerUserMfaState.DISABLED)))

    assert outcome.status is Status.FAILED
    assert PERMISSION in outcome.actions[0].detail


async def test_where_it_is_not_switched_on_it_is_refused(granted: Office) -> None:
    """The permission alone does not switch it on."""
    rules = Rules(policy=Policy())

    outcome = ended(await Reception(granted, rules).submit(**set_to(PerUserMfaState.DISABLED)))

    assert outcome.decision is not None
    assert outcome.decision.rule is Rule.ACTION_SWITCHED_OFF


async def test_a_dry_run_tells_what_it_is_now(granted: Office) -> None:
    """And sets nothing."""
    granted.tenant.change_person(ADELE, per_user_mfa="enforced")

    outcome = ended(await Reception(granted).submit(dry_run=True, **set_to(PerUserMfaState.DISABLED)))

    assert outcome.actions[0].per_user_mfa == PerUserMfaChange(before="enforced")
    assert granted.tenant.person(ADELE).per_user_mfa == "enforced"


@pytest.mark.parametrize("moments", range(0, 16, 3))
async def test_death_at_any_moment_sets_it_once(granted: Office, moments: int) -> None:
    """Whatever the first run came to, in the end it is set, and was set once."""
    granted.tenant.change_person(ADELE, per_user_mfa="disabled")
    request_id = granted.queue.queue_name
    with pytest.raises(KilledError):
        await Reception(granted, fuse=Fuse(moments)).submit(id=request_id, **set_to(PerUserMfaState.ENABLED))

    granted.clock.advance(minutes=6)
    outcome = ended(await Reception(granted).submit(id=request_id, **set_to(PerUserMfaState.ENABLED)))

    assert outcome.status is Status.SUCCEEDED
    assert len(granted.done(ADELE)) == 1
    assert granted.tenant.person(ADELE).per_user_mfa == "enforced"


async def test_what_an_admin_has_changed_since_is_not_set_back(granted: Office) -> None:
    """The first run died before it set anything; meanwhile somebody has decided otherwise."""
    granted.tenant.change_person(ADELE, per_user_mfa="disabled")
    asked = {"id": granted.queue.queue_name, **set_to(PerUserMfaState.ENFORCED)}
    with pytest.raises(KilledError):
        await Reception(granted, fuse=Fuse(8)).submit(**asked)
    granted.tenant.change_person(ADELE, per_user_mfa="enabled")

    granted.clock.advance(minutes=6)
    outcome = ended(await Reception(granted).submit(**asked))

    assert outcome.status is Status.FAILED
    assert outcome.actions[0].per_user_mfa == PerUserMfaChange(before="enabled")
    assert "Somebody has changed it" in outcome.actions[0].detail
    assert granted.done(ADELE) == []
