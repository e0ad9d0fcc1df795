"""Which of the permissions that the desk demands its identities have been granted, as the directory has it."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote

import msgspec

from shared.graph import Answer, Call, Graph, GraphUnavailable
from shared.graph_answers import NOT_FOUND, all_of
from shared.graph_shapes import AppRoleAssignment, Page
from shared.permissions import APP_ROLE_IDS, DIRECTORY, GRAPH_APP_ID, Identity, Permission, When

log: Final = logging.getLogger("mfadesk")
KEPT: Final = timedelta(minutes=5)
"""How long an answer is good for: grants change rarely, and whoever asks may be a probe, or anybody."""
KEPT_WITHOUT_GRAPH: Final = timedelta(seconds=30)
_PATIENCE: Final = 5.0
"""Seconds. A probe gives up sooner than Graph's client does, and then takes the desk for dead."""
_FORBIDDEN: Final = 403
_NAMES: Final = {app_role_id: name for name, app_role_id in APP_ROLE_IDS.items()}


class Demand(msgspec.Struct, frozen=True, kw_only=True):
    """What the desk has to hold, and as whom."""

    permissions: Sequence[Permission]
    client_ids: Mapping[Identity, str | None]
    """None: a system-assigned identity, whose client id nobody tells."""
    app_roles: bool
    """Whether the desk reads people's app roles, for which it takes more."""


class Grants(msgspec.Struct, frozen=True, kw_only=True):
    """What is missing, and what cannot be told. A token may be up to a day older than a grant, or outlive it."""

    missing: tuple[Permission, ...] = ()
    unread: tuple[str, ...] = ()
    """Sentences."""
    graph_away: bool = False


class HeldPermissions:
    """Looks the grants up in the name of the reset identity, for both."""

    def __init__(
        self,
        graph: Graph,
        demand: Demand,
        now: Callable[[], datetime],
        *,
        patience: float = _PATIENCE,
    ) -> None:
        """patience: seconds after which Graph counts as away."""
        self._graph = graph
        self._demand = demand
        self._now = now
        self._patience = patience
        self._reading = asyncio.Lock()
        self._known: tuple[Grants, datetime] | None = None

    async def compare(self) -> Grants:
        """Return what is missing: one batch to Graph every few minutes, however many ask. Raises nothing of Graph's."""
        async with self._reading:
            if self._known is None or self._now() >= self._known[1]:
                grants = await self._read()
                self._known = grants, self._now() + (KEPT_WITHOUT_GRAPH if grants.graph_away else KEPT)
            return self._known[0]

    async def _read(self) -> Grants:
        try:
            async with asyncio.timeout(self._patience):
                return await self._compared()
        except (GraphUnavailable, TimeoutError) as error:
            log.warning("what is granted to the desk's identities cannot be read: %r", error)
            sentence = "Microsoft Graph gave no usable answer, so that nobody knows which permissions are granted."
            return Grants(unread=(sentence,), graph_away=True)

    async def _compared(self) -> Grants:
        named = {identity.value: client_id for identity, client_id in self._demand.client_ids.items() if client_id}
        calls = {identity: _call(client_id) for identity, client_id in named.items()}
        if not calls:
            return Grants(unread=tuple(_nameless(identity) for identity in self._demand.client_ids))
        graph = Call(path=f"/servicePrincipals(appId='{GRAPH_APP_ID}')?$select=id")
        answers = await self._graph.batch("v1.0", {**calls, "graph": graph})
        return _together([await self._of(identity, answers) for identity in self._demand.client_ids])

    async def _of(self, identity: Identity, answers: Mapping[str, Answer]) -> Grants:
        if identity not in answers:
            return Grants(unread=(_nameless(identity),))
        needed = (answers["graph"], answers[identity])
        refused = next((answer for answer in needed if not answer.ok), None)
        if refused is not None:
            return self._unread(identity, refused)
        given = await all_of(self._graph, answers[identity], Page[AppRoleAssignment])
        resource = answers["graph"].decoded(_ServicePrincipal).id
        held = frozenset(_NAMES.get(each.app_role_id, "") for each in given if each.resource_id == resource)
        return self._lacking(identity, held)

    def _lacking(self, identity: Identity, held: frozenset[str]) -> Grants:
        lacking = [
            each
            for each in self._demand.permissions
            if each.identity is identity and not each.is_met_by(held, app_roles=self._demand.app_roles)
        ]
        # Exchange can grant it as well, for one mailbox, and Graph does not tell (RBAC for Applications).
        elsewhere = [each for each in lacking if each.when is When.SEND_MAIL]
        return Grants(
            missing=tuple(each for each in lacking if each not in elsewhere),
            unread=tuple(
                f"{each.name} is not granted to the {identity} identity in Entra; whether Exchange grants it for the "
                "one mailbox, Graph does not tell."
                for each in elsewhere
            ),
        )

    def _unread(self, identity: Identity, answer: Answer) -> Grants:
        if answer.status in NOT_FOUND:
            return Grants(unread=(f"The directory knows no identity by the client id in '{_setting(identity)}'.",))
        said = f"{answer.status} {answer.error.code}"
        if answer.status != _FORBIDDEN:
            raise GraphUnavailable(f"Graph answered {said}", answer.retry_after)
        sentence = (
            f"Graph does not tell what is granted to the {identity} identity ({said}): for that the reset identity "
            f"takes {DIRECTORY.name} or Application.Read.All."
        )
        return Grants(missing=(DIRECTORY,) if self._demand.app_roles else (), unread=(sentence,))


class _ServicePrincipal(msgspec.Struct, frozen=True):
    id: str


def _call(client_id: str) -> Call:
    return Call(path=f"/servicePrincipals(appId='{quote(client_id, safe='')}')/appRoleAssignments?$top=999")


def _nameless(identity: Identity) -> str:
    return f"Setting '{_setting(identity)}' is missing, so that the directory cannot be asked what that identity holds."


def _setting(identity: Identity) -> str:
    return f"{identity.upper()}_IDENTITY_CLIENT_ID"


def _together(grants: Sequence[Grants]) -> Grants:
    """Return what was found of each identity, every permission once."""
    return Grants(
        missing=tuple(dict.fromkeys(permission for each in grants for permission in each.missing)),
        unread=tuple(sentence for each in grants for sentence in each.unread),
    )
