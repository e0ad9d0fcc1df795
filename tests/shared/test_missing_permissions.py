"""Every permission of the table withdrawn in the tenant: whoever needs it is told its name, and health lists it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Final

import pytest

from shared.audit.directory_audits import DirectoryAudits, LogClosed
from shared.audit.pacing import Pacing
from shared.audit.windows import Window
from shared.contract import Action, PerUserMfaState
from shared.graph import Graph
from shared.lookups.held_permissions import Demand, HeldPermissions
from shared.permissions import PERMISSIONS, SHOW_PER_USER_MFA, Identity, Permission, When, demanded
from shared.report.mail import Letter, ReportMail, SendingForbidden
from shared.storage import credential
from tests.fixtures.office import ADELE, LEE, Office
from tests.fixtures.reception import Reception, ended
from tests.fixtures.tenant import Tenant


class Auditing:
    """The audit identity at work."""

    def __init__(self, tenant: Tenant, office: Office) -> None:
        self.office = office
        self.client_id = tenant.audit_client_id
        self.credential = credential(tenant.audit_client_id)
        self.graph = Graph(tenant.url, self.credential, sleep=office.clock.sleep, now=office.clock)


Attempt = Callable[[Office, Auditing], Awaitable[str]]


@pytest.fixture
async def auditing(tenant: Tenant, office: Office) -> AsyncIterator[Auditing]:
    """Yield the audit identity beside the office."""
    auditing = Auditing(tenant, office)
    yield auditing
    await auditing.graph.close()
    await auditing.credential.close()


async def _reset(office: Office, _: Auditing) -> str:
    outcome = await office.ask()
    return outcome.decision.reason if outcome.decision else ""


async def _revocation(office: Office, _: Auditing) -> str:
    outcome = await office.ask(actions=["revokeSessions"])
    return outcome.actions[0].detail


async def _preview(office: Office, _: Auditing) -> str:
    reception = Reception(office)
    preview = await reception.previews.of(ADELE, reception.caller(LEE))
    return preview.per_user_mfa_unread if preview else ""


async def _per_user_mfa(office: Office, _: Auditing) -> str:
    state = PerUserMfaState.DISABLED
    outcome = ended(await Reception(office).submit(actions=(Action.SET_PER_USER_MFA,), per_user_mfa_state=state))
    return outcome.actions[0].detail


async def _harvest(office: Office, auditing: Auditing) -> str:
    audits, now = DirectoryAudits(auditing.graph, Pacing()), office.clock()
    with pytest.raises(LogClosed) as closed:
        await anext(audits.pages(Window(now - timedelta(hours=1), now), audits.deadline(60)))
    return str(closed.value)


async def _mail(_: Office, auditing: Auditing) -> str:
    letter = Letter(subject="Report", text="Nothing.", kept_at="https://desk.contoso.com/api/reports/2026-11-22")
    with pytest.raises(SendingForbidden) as forbidden:
        await ReportMail(auditing.graph, LEE, (ADELE,)).send(letter)
    return str(forbidden.value)


ATTEMPTS: Final[dict[str, Attempt]] = {
    "UserAuthenticationMethod.ReadWrite.All": _reset,
    "User.RevokeSessions.All": _revocation,
    "RoleManagement.Read.Directory": _reset,
    "Directory.Read.All": _reset,
    "Policy.Read.All": _preview,
    "Policy.ReadWrite.AuthenticationMethod": _per_user_mfa,
    "AuditLog.Read.All": _harvest,
    "Mail.Send": _mail,
}


async def _listed(office: Office, auditing: Auditing, row: Permission) -> str:
    """Return what health says of a desk for which that permission counts."""
    further = [Action.SET_PER_USER_MFA] if row.when is When.SET_PER_USER_MFA else []
    demand = Demand(
        permissions=demanded(further, mails=row.when is When.SEND_MAIL),
        client_ids={Identity.RESET: office.client_id, Identity.AUDIT: auditing.client_id},
        app_roles=True,
    )
    grants = await HeldPermissions(office.graph, demand, office.clock).compare()
    return " ".join([*(each.name for each in grants.missing), *grants.unread])


@pytest.mark.parametrize("row", PERMISSIONS, ids=lambda row: row.name)
async def test_a_withdrawn_permission_is_named_to_whoever_needs_it_and_by_health(
    office: Office, auditing: Auditing, row: Permission
) -> None:
    """By its own name, or by that of a smaller one that it covers; and health by its own."""
    for permission in PERMISSIONS:
        if permission is not SHOW_PER_USER_MFA:
            office.tenant.grant(permission.identity, permission.name)
    if row is SHOW_PER_USER_MFA:
        office.tenant.withdraw("reset", "Policy.ReadWrite.AuthenticationMethod")
    else:
        office.tenant.withdraw(row.identity, row.name)

    told = await ATTEMPTS[row.name](office, auditing)

    assert [name for name in (row.name, *row.covers) if name in told] != []
    assert row.name in await _listed(office, auditing, row)
