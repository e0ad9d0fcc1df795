"""The directory: people, their roles and their authentication methods, read and changed over Microsoft Graph."""

import asyncio
import re
from collections.abc import Mapping
from typing import Final, TypeVar
from urllib.parse import quote

import msgspec
from kiota_abstractions.method import Method

from shared.graph import Answer, Call, Graph, GraphUnavailable, further
from shared.graph_shapes import (
    AuthenticationMethod,
    DirectoryPerson,
    DirectoryRole,
    Group,
    Page,
    RoleAssignment,
    SignInPreferences,
)
from shared.methods import BY_NAME, ENDPOINTS, MethodType, RegisteredMethod

T = TypeVar("T")
PERMISSIONS: Final = {
    "target": "User.Read.All",
    "requester": "User.Read.All",
    "roles": "RoleManagement.Read.Directory",
    "groups": "GroupMember.Read.All",
    "owned": "GroupMember.Read.All",
    "assignments": "RoleManagement.Read.Directory",
    "eligibilities": "RoleManagement.Read.Directory",
    "methods": "UserAuthenticationMethod.ReadWrite.All",
    "preference": "UserAuthenticationMethod.ReadWrite.All",
    "remove": "UserAuthenticationMethod.ReadWrite.All",
    "revoke": "User.RevokeSessions.All",
}
"""The application permission of the desk's identity which each reading and each change takes."""
BETA_TYPES: Final = frozenset(known for known, endpoint in ENDPOINTS.items() if endpoint.version == "beta")
"""Methods of these types are asked for by themselves: the list of all methods, in v1.0, may not know them."""

_OBJECT_ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_PERSON: Final = "?$select=id,userPrincipalName,displayName,accountEnabled,userType,signInSessionsValidFromDateTime"
_EVENTUAL: Final = {"ConsistencyLevel": "eventual"}
_BAD_REQUEST: Final = 400
_FORBIDDEN: Final = 403
_GONE: Final = 404
_NOT_ALLOWED: Final = 405
_NOT_FOUND: Final = frozenset({_BAD_REQUEST, _GONE})
"""Graph answers 400 where it cannot even read a name."""
_NOT_SERVED: Final = frozenset({_GONE, 501})
"""So answers a cloud without hardware OATH tokens, or somebody without a QR code; an unknown segment is a 400."""
_SERVER_ERROR: Final = 500
_NO_PIM: Final = "AadPremiumLicenseRequired"
"""The error code of a tenant without Entra ID P2: there nobody is eligible for anything."""
_OTHER_ADDRESS: Final = _NOT_FOUND | {_NOT_ALLOWED}


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What one look at the directory told about a request's people."""

    target: DirectoryPerson | None
    requester: DirectoryPerson | None
    roles: tuple[str, ...] = ()
    """The target's directory roles (direct, through a group, scoped, custom, eligible), by name where Graph told it,
    and the groups to which roles can be given that they are in or own: such a role may be inactive now."""
    methods: tuple[RegisteredMethod, ...] = ()
    preference: str | None = None
    """The target's userPreferredMethodForSecondaryAuthentication."""
    unreadable: tuple[str, ...] = ()
    """What Graph did not tell, each with the permission it takes."""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What Graph said to a change."""

    done: bool = False
    absent: bool = False
    """There was nothing to change."""
    not_now: bool = False
    """Refused as things stand (400): a default method while others exist, a mobile phone before the alternate one."""
    detail: str = ""
    request_id: str = ""
    """Microsoft's own id of the call."""


class Directory:
    """The verbs which the desk uses on Microsoft Graph; all raise GraphUnavailable."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    async def read(self, user: str, requested_by: str, *, with_methods: bool) -> Reading:
        """Return all that it takes to decide and to plan: two calls to Graph, at once where the object id is known.

        user, requested_by: object ids or user principal names.
        """
        by_name = self._graph.batch("v1.0", _by_name(user, requested_by, with_methods=with_methods))
        if _OBJECT_ID.fullmatch(user):
            # Graph writes ids in lower case; whether its filters compare them so is not known.
            by_id = self._graph.batch("beta", _by_id(user.lower(), with_methods=with_methods))
            named, identified = await asyncio.gather(by_name, by_id)
            return await self._reading(named, identified)
        named = await by_name
        target = _person(named["target"])
        if target is None:
            return await self._reading(named, {})
        return await self._reading(named, await self._graph.batch("beta", _by_id(target.id, with_methods=with_methods)))

    async def registered(self, user_id: str, *, with_beta: bool) -> tuple[RegisteredMethod, ...]:
        """Return the methods registered now, read as `read` does: v1.0 for all, and beta for its own types alone."""
        answers = {"methods": await self._graph.send(Call(path=f"/users/{user_id}/authentication/methods"))}
        if with_beta:
            answers |= await self._graph.batch("beta", _beta_methods(user_id))
        if refused := _unreadable(answers):
            raise GraphUnavailable("; ".join(refused))
        return await self._methods(user_id, answers)

    async def remove(self, user_id: str, method: RegisteredMethod) -> Change:
        """Delete one method; one that is not there is as good as deleted."""
        endpoint = ENDPOINTS[BY_NAME[method.type]]
        path = f"/users/{user_id}/authentication/{endpoint.segment}"
        if not endpoint.single:
            path += f"/{quote(method.id, safe='')}"
        answer = await self._graph.send(Call(method=Method.DELETE, path=path, version=endpoint.version))
        if method.type == MethodType.EXTERNAL and answer.status in _OTHER_ADDRESS:
            # Microsoft's page has this address with /$ref, its SDK without; no source settles which one serves.
            answer = await self._graph.send(Call(method=Method.DELETE, path=f"{path}/$ref", version=endpoint.version))
        return _change("remove", answer)

    async def deactivate(self, user_id: str, method: RegisteredMethod) -> Change:
        """Deactivate a hardware OATH token, which stays assigned to its person."""
        path = f"/users/{user_id}/authentication/hardwareOathMethods/{quote(method.id, safe='')}/deactivate"
        answer = await self._graph.send(Call(method=Method.POST, path=path, version="beta"))
        return _change("remove", answer)

    async def preference(self, user_id: str) -> str | None:
        """Return the person's userPreferredMethodForSecondaryAuthentication (beta), where Graph tells it."""
        path = f"/users/{user_id}/authentication/signInPreferences"
        return _preference({"preference": await self._graph.send(Call(path=path, version="beta"))})

    async def prefer(self, user_id: str, preference: str) -> Change:
        """Make another method the person's default (userPreferredMethodForSecondaryAuthentication, beta)."""
        body = {"userPreferredMethodForSecondaryAuthentication": preference}
        path = f"/users/{user_id}/authentication/signInPreferences"
        answer = await self._graph.send(Call(method=Method.PATCH, path=path, version="beta", body=body))
        return _change("preference", answer)

    async def revoke_sessions(self, user_id: str) -> Change:
        """Make every sign-in session begun until now invalid."""
        answer = await self._graph.send(Call(method=Method.POST, path=f"/users/{user_id}/revokeSignInSessions"))
        return _change("revoke", answer)

    async def _reading(self, named: Mapping[str, Answer], identified: Mapping[str, Answer]) -> Reading:
        target, requester = _person(named["target"]), _person(named["requester"])
        people = {name: answer for name, answer in named.items() if name in ("target", "requester")}
        answers = {**named, **identified} if target else people
        unreadable = _unreadable(answers)
        if target is None or unreadable:
            return Reading(target=target, requester=requester, unreadable=unreadable)
        owned = await self._all(answers["owned"], Page[Group])
        if any(group.display_name is None for group in owned):
            nameless = f"reading owned was answered without names; it takes the permission {PERMISSIONS['owned']}"
            return Reading(target=target, requester=requester, unreadable=(nameless,))
        return Reading(
            target=target,
            requester=requester,
            roles=await self._roles(answers, owned),
            methods=await self._methods(target.id, answers),
            preference=_preference(answers),
        )

    async def _roles(self, answers: Mapping[str, Answer], owned: list[Group]) -> tuple[str, ...]:
        held = await self._all(answers["roles"], Page[DirectoryRole])
        assigned = await self._all(answers["assignments"], Page[RoleAssignment])
        pim = answers["eligibilities"]
        eligible = await self._all(pim, Page[RoleAssignment]) if pim.ok else []
        names = {role.role_definition_id: f"eligible for {role.role_definition_id}" for role in eligible}
        names |= {role.role_definition_id: role.role_definition_id for role in assigned}
        names |= {role.role_template_id: role.display_name or role.role_template_id for role in held}
        groups = await self._all(answers["groups"], Page[Group])
        members = sorted(f"member of {group.display_name or group.id}" for group in groups)
        owners = sorted(f"owner of {group.display_name}" for group in owned if group.is_assignable_to_role)
        return (*sorted(names.values()), *members, *owners)

    async def _methods(self, user_id: str, answers: Mapping[str, Answer]) -> tuple[RegisteredMethod, ...]:
        found: dict[tuple[str, str], RegisteredMethod] = {}
        if "methods" in answers:
            for method in await self._all(answers["methods"], Page[AuthenticationMethod]):
                registered = method.registered(user_id)
                found[registered.type, registered.id] = registered
        for beta_type in BETA_TYPES & answers.keys():
            for method in await self._beta_methods(beta_type, answers[beta_type]):
                found[beta_type, method.id] = method.registered(user_id, beta_type)
        return tuple(found.values())

    async def _beta_methods(self, beta_type: MethodType, answer: Answer) -> list[AuthenticationMethod]:
        if not answer.ok:
            return []
        if ENDPOINTS[beta_type].single:
            return [answer.decoded(AuthenticationMethod)]
        return await self._all(answer, Page[AuthenticationMethod])

    async def _all(self, answer: Answer, shape: type[Page[T]]) -> list[T]:
        """Return a collection with all its pages."""
        page = answer.decoded(shape)
        items = list(page.value)
        while page.next_link:
            following = await self._graph.send(further(page.next_link, _EVENTUAL))
            if not following.ok:
                raise GraphUnavailable(f"Graph refused a further page with {following.status} {following.error.code}")
            page = following.decoded(shape)
            items += page.value
        return items


def _by_name(user: str, requested_by: str, *, with_methods: bool) -> dict[str, Call]:
    """Return what can be asked by either name of a person."""
    target = f"/users/{quote(user, safe='')}"
    member_of = f"{target}/transitiveMemberOf/microsoft.graph"
    roles = f"{member_of}.directoryRole?$count=true&$select=displayName,roleTemplateId"
    groups = f"{member_of}.group?$count=true&$filter=isAssignableToRole%20eq%20true&$select=id,displayName"
    owned = f"{target}/ownedObjects/microsoft.graph.group?$count=true&$select=id,displayName,isAssignableToRole"
    calls = {
        "target": Call(path=target + _PERSON),
        "requester": Call(path=f"/users/{quote(requested_by, safe='')}{_PERSON}"),
        "roles": Call(path=roles, headers=_EVENTUAL),
        "groups": Call(path=groups, headers=_EVENTUAL),
        "owned": Call(path=owned, headers=_EVENTUAL),
    }
    return calls | ({"methods": Call(path=f"{target}/authentication/methods")} if with_methods else {})


def _by_id(user_id: str, *, with_methods: bool) -> dict[str, Call]:
    """Return what Graph has by object id only, or in beta only."""
    roles, of_target = "/roleManagement/directory", f"$filter=principalId%20eq%20'{user_id}'"
    calls = {
        "assignments": Call(path=f"{roles}/transitiveRoleAssignments?$count=true&{of_target}", headers=_EVENTUAL),
        "eligibilities": Call(path=f"{roles}/roleEligibilityScheduleInstances?{of_target}"),
    }
    if not with_methods:
        return calls
    preference = Call(path=f"/users/{user_id}/authentication/signInPreferences")
    return calls | _beta_methods(user_id) | {"preference": preference}


def _beta_methods(user_id: str) -> dict[str, Call]:
    """Return one call for each type of method that is served in beta only."""
    path = f"/users/{user_id}/authentication"
    calls = {beta_type.value: Call(path=f"{path}/{ENDPOINTS[beta_type].segment}") for beta_type in BETA_TYPES}
    return calls | {MethodType.HARDWARE_OATH.value: Call(path=f"{path}/hardwareOathMethods?$expand=device")}


def _person(answer: Answer) -> DirectoryPerson | None:
    return answer.decoded(DirectoryPerson) if answer.ok else None


def _preference(answers: Mapping[str, Answer]) -> str | None:
    answer = answers.get("preference")
    if answer is None or not answer.ok:
        return None
    return answer.decoded(SignInPreferences).user_preferred_method_for_secondary_authentication


def _unreadable(answers: Mapping[str, Answer]) -> tuple[str, ...]:
    """Return what was not told. Raises GraphUnavailable where that may pass: a stumble of Graph refuses nobody."""
    silent = {name: answer for name, answer in answers.items() if not _tells(name, answer)}
    for name, answer in silent.items():
        if answer.status >= _SERVER_ERROR:
            raise GraphUnavailable(_told(name, answer), answer.retry_after)
    return tuple(_told(name, answer) for name, answer in silent.items())


def _tells(name: str, answer: Answer) -> bool:
    """Return whether an answer tells what was asked; that there is no such thing is an answer too."""
    if answer.ok or name == "preference":  # which is a hint, and needed by nobody
        return True
    if name in ("target", "requester"):
        return answer.status in _NOT_FOUND
    if name == "eligibilities":
        return answer.error.code == _NO_PIM
    return name in BETA_TYPES and (answer.status in _NOT_SERVED or _names_no_segment(answer))


def _names_no_segment(answer: Answer) -> bool:
    return answer.status == _BAD_REQUEST and "segment" in answer.error.message.lower()


def _told(name: str, answer: Answer) -> str:
    return f"reading {name} was answered with {_words(name, answer)}"


def _words(name: str, answer: Answer) -> str:
    words = f"{answer.status} {answer.error.code} ({answer.error.message})"
    if answer.status != _FORBIDDEN:
        return words
    return f"{words}; it takes the application permission {PERMISSIONS.get(name, PERMISSIONS['methods'])}"


def _change(name: str, answer: Answer) -> Change:
    """Return what Graph's answer to a change means."""
    if answer.ok:
        return Change(done=True, request_id=answer.request_id)
    if answer.status == _GONE:
        # Where an earlier try had no answer, it was that try which took effect.
        return Change(done=answer.repeated, absent=not answer.repeated, request_id=answer.request_id)
    answer.unless_unavailable()
    return Change(not_now=answer.status == _BAD_REQUEST, detail=_words(name, answer), request_id=answer.request_id)
