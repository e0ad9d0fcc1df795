"""What the desk's identities have been granted: what is missing, what cannot be told, and how often Graph is asked."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from local.tenant.control_client import ControlClient
from shared.contract import Action
from shared.graph import Answer, Call, Graph
from shared.lookups.held_permissions import Demand, Grants, HeldPermissions
from shared.permissions import AUDIT_LOG, DIRECTORY, ROLES, SET_PER_USER_MFA, SHOW_PER_USER_MFA, Identity, demanded
from shared.storage import credential
from tests.fixtures.tenant import Tenant

AWAY = Grants(
    unread=("Microsoft Graph gave no usable answer, so that nobody knows which permissions are granted.",),
    graph_away=True,
)
MAIL = (
    "Mail.Send is not granted to the audit identity in Entra; whether Exchange grants it for the one mailbox, Graph "
    "does not tell."
)


def _without(setting: str) -> str:
    return f"Setting '{setting}' is missing, so that the directory cannot be asked what that identity holds."


class Registry:
    """The tenant, a clock that is turned by hand, and whoever looks the grants up there."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant: ControlClient = tenant.control
        self.client_ids: dict[Identity, str | None] = {
            Identity.RESET: tenant.reset_client_id,
            Identity.AUDIT: tenant.audit_client_id,
        }
        self.time = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
        self.credential = credential(tenant.reset_client_id)
        self.graph = Graph(tenant.url, self.credential, short_wait=0)

    def held(self, further: Sequence[Action] = (), *, mails: bool = False, app_roles: bool = True) -> HeldPermissions:
        """Return who looks."""
        demand = Demand(permissions=demanded(further, mails=mails), client_ids=self.client_ids, app_roles=app_roles)
        return HeldPermissions(self.graph, demand, lambda: self.time)

    async def missing(self, **desk: Any) -> list[str]:
        """Return the names of what a desk is missing, where everything can be told."""
        grants = await self.held(**desk).compare()
        assert grants.unread == ()
        return [permission.name for permission in grants.missing]

    def calls(self) -> int:
        """Return how often Graph was asked."""
        return len(self.tenant.trace())


@pytest.fixture
async def registry(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Registry]:
    """Yield the session's tenant, asked in the name of the reset identity."""
    for name, value in tenant.environment.items():
        monkeypatch.setenv(name, value)
    registry = Registry(tenant)
    yield registry
    await registry.graph.close()
    await registry.credential.close()


async def test_what_was_not_granted_is_missing(registry: Registry) -> None:
    """The tenant grants what is always needed, and showing per-user MFA takes more."""
    assert await registry.held().compare() == Grants(missing=(SHOW_PER_USER_MFA,))


async def test_both_identities_are_asked_about_in_one_batch(registry: Registry) -> None:
    """By the reset identity."""
    await registry.held().compare()
    (batch,) = registry.tenant.trace()

    assert (batch.app_id, len(batch.members)) == (registry.client_ids[Identity.RESET], 3)


@pytest.mark.parametrize(
    ("identity", "permission"),
    [
        ("reset", "UserAuthenticationMethod.ReadWrite.All"),
        ("reset", "User.RevokeSessions.All"),
        ("reset", "RoleManagement.Read.Directory"),
        ("audit", "AuditLog.Read.All"),
    ],
)
async def test_what_was_withdrawn_is_missing(registry: Registry, identity: str, permission: str) -> None:
    """Whichever identity it was."""
    registry.tenant.withdraw(identity, permission)

    assert set(await registry.missing()) == {permission, "Policy.Read.All"}


async def test_a_permission_of_the_other_identity_does_not_count(registry: Registry) -> None:
    """Each has its own."""
    registry.tenant.withdraw("audit", "AuditLog.Read.All")
    registry.tenant.grant("reset", "AuditLog.Read.All")

    assert (await registry.held().compare()).missing == (SHOW_PER_USER_MFA, AUDIT_LOG)


@pytest.mark.parametrize("granted", ["Policy.Read.All", "Policy.ReadWrite.AuthenticationMethod"])
async def test_a_permission_counts_and_so_does_a_higher_one(registry: Registry, granted: str) -> None:
    """Whatever Graph takes for the same."""
    registry.tenant.grant("reset", granted)

    assert await registry.missing() == []


async def test_what_is_switched_on_takes_its_permission(registry: Registry) -> None:
    """And what suffices for looking does not suffice for setting."""
    registry.tenant.grant("reset", "Policy.Read.All")

    grants = await registry.held([Action.SET_PER_USER_MFA]).compare()

    assert grants == Grants(missing=(SET_PER_USER_MFA,))


async def test_a_desk_without_app_roles_does_with_less(registry: Registry) -> None:
    """With what lets it see its own grants besides."""
    registry.tenant.withdraw("reset", "Directory.Read.All")
    for permission in ("User.Read.All", "GroupMember.Read.All", "Application.Read.All"):
        registry.tenant.grant("reset", permission)

    assert await registry.missing(app_roles=False) == ["Policy.Read.All"]
    assert await registry.missing() == ["Directory.Read.All", "Policy.Read.All"]


async def test_without_the_directory_only_that_is_known_to_be_missing(registry: Registry) -> None:
    """The refusal tells as much, and nothing about the others."""
    registry.tenant.withdraw("reset", "Directory.Read.All")
    registry.tenant.withdraw("reset", "User.RevokeSessions.All")

    grants = await registry.held().compare()

    assert grants.missing == (DIRECTORY,)
    assert grants.unread == tuple(
        f"Graph does not tell what is granted to the {identity} identity (403 Authorization_RequestDenied): for that "
        "the reset identity takes Directory.Read.All or Application.Read.All."
        for identity in ("reset", "audit")
    )


async def test_where_the_directory_is_not_needed_nothing_is_known(registry: Registry) -> None:
    """A desk without app roles may have all that it needs."""
    registry.tenant.withdraw("reset", "Directory.Read.All")

    grants = await registry.held(app_roles=False).compare()

    assert (grants.missing, len(grants.unread)) == ((), 2)


async def test_mail_may_be_granted_where_graph_does_not_tell(registry: Registry) -> None:
    """In Exchange, for one mailbox, which is the better way."""
    without = await registry.held(mails=True).compare()
    registry.tenant.grant("audit", "Mail.Send")
    granted = await registry.held(mails=True).compare()

    assert (without, granted) == (
        Grants(missing=(SHOW_PER_USER_MFA,), unread=(MAIL,)),
        Grants(missing=(SHOW_PER_USER_MFA,)),
    )


async def test_an_identity_without_a_client_id_is_not_guessed_at(registry: Registry) -> None:
    """A system-assigned one; the other is told all the same."""
    registry.client_ids[Identity.RESET] = None
    registry.tenant.withdraw("audit", "AuditLog.Read.All")

    grants = await registry.held().compare()

    assert grants.missing == (AUDIT_LOG,)
    assert grants.unread == (_without("RESET_IDENTITY_CLIENT_ID"),)


async def test_without_any_client_id_nobody_is_asked(registry: Registry) -> None:
    """There is nothing to ask."""
    registry.client_ids = dict.fromkeys(Identity)

    grants = await registry.held().compare()

    assert grants == Grants(unread=(_without("RESET_IDENTITY_CLIENT_ID"), _without("AUDIT_IDENTITY_CLIENT_ID")))
    assert registry.calls() == 0


@pytest.mark.parametrize("client_id", ["9c2a7f7e-0f4f-4b0e-8d54-8d6a1b6f2c11", "not'a guid/"])
async def test_a_client_id_that_nobody_has_is_said(registry: Registry, client_id: str) -> None:
    """By the setting that names it."""
    registry.client_ids[Identity.AUDIT] = client_id

    grants = await registry.held().compare()

    assert grants == Grants(
        missing=(SHOW_PER_USER_MFA,),
        unread=("The directory knows no identity by the client id in 'AUDIT_IDENTITY_CLIENT_ID'.",),
    )


async def test_an_answer_is_kept_for_five_minutes(registry: Registry) -> None:
    """Whoever asks meanwhile is told the same."""
    held = registry.held()
    await held.compare()
    registry.tenant.withdraw("reset", "RoleManagement.Read.Directory")
    registry.time += timedelta(minutes=4, seconds=59)
    before = await held.compare()
    registry.time += timedelta(seconds=1)
    after = await held.compare()

    assert (before.missing, after.missing) == ((SHOW_PER_USER_MFA,), (ROLES, SHOW_PER_USER_MFA))
    assert registry.calls() == 2


async def test_many_who_ask_at_once_are_one_reading(registry: Registry) -> None:
    """A crowd of probes is no crowd at Graph."""
    held = registry.held()

    answers = await asyncio.gather(*(held.compare() for _ in range(20)))

    assert (set(map(str, answers)), registry.calls()) == ({str(answers[0])}, 1)


async def test_graph_away_is_said_and_asked_again_soon(registry: Registry) -> None:
    """In half a minute, and not with every call."""
    held = registry.held()
    registry.tenant.fault("answer", status=503, path="/v1.0/$batch", times=1)
    first = await held.compare()
    registry.time += timedelta(seconds=29)
    second = await held.compare()
    registry.time += timedelta(seconds=1)

    assert (first, second) == (AWAY, AWAY)
    assert await held.compare() == Grants(missing=(SHOW_PER_USER_MFA,))


class Silent:
    """A Graph that does not come to an answer."""

    async def batch(self, _version: str, _calls: Mapping[str, Call]) -> dict[str, Answer]:
        """Wait for ever."""
        await asyncio.Event().wait()
        return {}


async def test_a_probe_does_not_wait_for_graph() -> None:
    """Or the platform would take the desk for dead."""
    demand = Demand(permissions=demanded([], mails=False), client_ids=dict.fromkeys(Identity, "id"), app_roles=True)
    held = HeldPermissions(cast("Graph", Silent()), demand, lambda: datetime.now(UTC), patience=0.01)

    assert await held.compare() == AWAY


class Scripted:
    """A Graph that knows one service principal, and what both identities hold."""

    def __init__(self, *given: tuple[str, str]) -> None:
        self._given = [{"resourceId": resource, "appRoleId": role} for resource, role in given]

    async def batch(self, _version: str, calls: Mapping[str, Call]) -> dict[str, Answer]:
        """Answer."""
        told = dict.fromkeys(calls, json.dumps({"value": self._given})) | {"graph": json.dumps({"id": "graph"})}
        return {name: Answer(status=200, body=body.encode()) for name, body in told.items()}


@pytest.mark.parametrize(("resource", "missing"), [("graph", ()), ("exchange", (SHOW_PER_USER_MFA,))])
async def test_another_resource_s_role_of_the_same_id_does_not_count(resource: str, missing: tuple[Any, ...]) -> None:
    """An id says something together with its resource alone."""
    graph = cast("Graph", Scripted((resource, SHOW_PER_USER_MFA.app_role_id)))
    demand = Demand(permissions=(SHOW_PER_USER_MFA,), client_ids=dict.fromkeys(Identity, "id"), app_roles=True)

    grants = await HeldPermissions(graph, demand, lambda: datetime.now(UTC)).compare()

    assert grants == Grants(missing=missing)


async def test_an_answer_that_is_no_refusal_says_nothing_of_what_is_granted(registry: Registry) -> None:
    """Graph has stumbled over one identity; nobody knows then, and soon it is asked again."""
    registry.tenant.fault("answer", path="*appRoleAssignments*", status=500, times=None)

    assert await registry.held().compare() == AWAY
