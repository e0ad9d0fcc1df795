"""One look at the directory: all that it takes to decide about a request, and to plan it, in two calls to Graph."""

import asyncio
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

import msgspec

from shared.authority import Authority, authority_of
from shared.caller import Caller
from shared.delegation import Approver, Facts, Party
from shared.graph import Answer, Call, Graph, GraphUnavailable
from shared.graph_answers import EVENTUAL, PERMISSIONS, all_of, unreadable, words
from shared.graph_shapes import (
    AppRoleAssignment,
    AuthenticationMethod,
    AuthenticationRequirements,
    DirectoryPerson,
    DirectoryRole,
    EnterpriseApp,
    Group,
    Page,
    RoleAssignment,
    SignInPreferences,
)
from shared.methods import ENDPOINTS, MethodType, RegisteredMethod
from shared.object_id import is_object_id
from shared.roles import TENANT_WIDE, HeldRole

BETA_TYPES: Final = frozenset(known for known, endpoint in ENDPOINTS.items() if endpoint.version == "beta")
"""Methods of these types are asked for by themselves: the list of all methods, in v1.0, may not know them."""

_OF_TARGET: Final = frozenset({"roles", "groups", "owned", "methods", "targetAppRoles"})
_PERSON: Final = "?$select=id,userPrincipalName,displayName,accountEnabled,userType,signInSessionsValidFromDateTime"


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be found out; people by object id or user principal name."""

    user: str
    requested_by: str = ""
    """Whoever asks; empty where that is nobody in the directory of people: an application."""
    authority: bool = False
    """What whoever asks may do at the desk."""
    approved_by: str = ""
    """Object id of whoever has approved it."""
    methods: bool = True
    per_user_mfa: bool = False


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What one look at the directory told about a request's people."""

    target: DirectoryPerson | None
    requester: DirectoryPerson | None = None
    authority: Authority = Authority.NONE
    """Of the requester, by the roles that are theirs now."""
    approver: DirectoryPerson | None = None
    target_authority: Authority = Authority.NONE
    """What the target may at the desk, by its own app roles."""
    roles: tuple[HeldRole, ...] = ()
    """The target's directory roles: direct, through a group, scoped, custom, eligible."""
    groups: tuple[str, ...] = ()
    """The groups to which roles can be given that the target is in or owns, in words: such a role may be inactive."""
    methods: tuple[RegisteredMethod, ...] = ()
    preference: str | None = None
    """The target's userPreferredMethodForSecondaryAuthentication."""
    per_user_mfa: str | None = None
    """A PerUserMfaState, or what Graph calls a newer one."""
    per_user_mfa_unread: str = ""
    """Why the state of per-user MFA was asked for and not told."""
    unreadable: tuple[str, ...] = ()
    """What Graph did not tell, each with the permission it takes."""


async def read(graph: Graph, question: Question, enterprise_app: str | None) -> Reading:
    """Return what it takes to decide and to plan: two calls to Graph, at once where the object id is known.

    enterprise_app: object id of the desk's enterprise application, whose roles count. Raises GraphUnavailable.
    """
    by_name = graph.batch("v1.0", _by_name(question, enterprise_app))
    if is_object_id(question.user):
        # Graph writes ids in lower case; whether its filters compare them so is not known.
        named, identified = await asyncio.gather(by_name, graph.batch("beta", _by_id(question.user.lower(), question)))
        return await _reading(graph, named, identified)
    named = await by_name
    target = _person(named["target"])
    identified = await graph.batch("beta", _by_id(target.id, question)) if target else {}
    return await _reading(graph, named, identified)


async def registered(graph: Graph, user_id: str, *, with_beta: bool) -> tuple[RegisteredMethod, ...]:
    """Return the methods registered now, read as `read` does: v1.0 for all, and beta for its own types alone."""
    answers = {"methods": await graph.send(Call(path=f"/users/{user_id}/authentication/methods"))}
    if with_beta:
        answers |= await graph.batch("beta", _beta_types(user_id))
    if refused := unreadable(answers):
        raise GraphUnavailable("; ".join(refused))
    return await _methods(graph, user_id, answers)


def preference_in(answer: Answer | None) -> str | None:
    """Return the userPreferredMethodForSecondaryAuthentication, where Graph tells it."""
    if answer is None or not answer.ok:
        return None
    return answer.decoded(SignInPreferences).user_preferred_method_for_secondary_authentication


def facts_of(reading: Reading, authority: Authority, caller: Caller | None, approved_by: str = "") -> Facts:
    """Return what there is to decide by.

    authority: what the requester may. caller: who asks over HTTP. approved_by: object id of who has approved, whose
    authority was asked for then.
    """
    requester = _party(reading.requester)
    if caller is not None and caller.is_application:
        requester = Party(caller.id, caller.name, is_application=True)
    second = _party(reading.approver) or Party(approved_by, "", enabled=False)
    return Facts(
        requester=requester,
        authority=authority,
        target=_party(reading.target),
        roles=reading.roles,
        groups=reading.groups,
        target_authority=reading.target_authority,
        unreadable=reading.unreadable,
        approver=Approver(second, Authority.PRIVILEGED_OPERATOR) if approved_by else None,
    )


# --- the questions ----------------------------------------------------------------------------------------------------


def _by_name(question: Question, enterprise_app: str | None) -> dict[str, Call]:
    """Return what can be asked by either name of a person."""
    target = f"/users/{quote(question.user, safe='')}"
    member_of = f"{target}/transitiveMemberOf/microsoft.graph"
    groups = f"{member_of}.group?$count=true&$filter=isAssignableToRole%20eq%20true&$select=id,displayName"
    owned = f"{target}/ownedObjects/microsoft.graph.group?$count=true&$select=id,displayName,isAssignableToRole"
    calls = {
        "target": Call(path=target + _PERSON),
        "roles": _active_roles(target),
        "groups": Call(path=groups, headers=EVENTUAL),
        "owned": Call(path=owned, headers=EVENTUAL),
    }
    if question.methods:
        calls["methods"] = Call(path=f"{target}/authentication/methods")
    if enterprise_app:
        calls["targetAppRoles"] = _app_roles(target, enterprise_app)
        calls["desk"] = Call(path=f"/servicePrincipals/{enterprise_app}?$select=id,appRoles")
    if question.approved_by:
        calls["approver"] = Call(path=f"/users/{quote(question.approved_by, safe='')}{_PERSON}")
    return calls | (_of_the_requester(question, enterprise_app) if question.requested_by else {})


def _of_the_requester(question: Question, enterprise_app: str | None) -> dict[str, Call]:
    requester = f"/users/{quote(question.requested_by, safe='')}"
    calls = {"requester": Call(path=requester + _PERSON)}
    if not question.authority:
        return calls
    calls["requesterRoles"] = _active_roles(requester)
    return calls | ({"appRoles": _app_roles(requester, enterprise_app)} if enterprise_app else {})


def _app_roles(person: str, enterprise_app: str) -> Call:
    """Return the call for the app roles of one application, a person's own and those of their groups."""
    return Call(path=f"{person}/appRoleAssignments?$filter=resourceId%20eq%20{enterprise_app}")


def _active_roles(person: str) -> Call:
    roles = f"{person}/transitiveMemberOf/microsoft.graph.directoryRole?$count=true&$select=displayName,roleTemplateId"
    return Call(path=roles, headers=EVENTUAL)


def _by_id(user_id: str, question: Question) -> dict[str, Call]:
    """Return what Graph has by object id only, or in beta only."""
    roles, of_target = "/roleManagement/directory", f"$filter=principalId%20eq%20'{user_id}'"
    # The transitive list lags behind; what was assigned a moment ago, directly, is in the other one.
    eligible = f"{roles}/roleEligibilityScheduleInstances?{of_target}&$expand=roleDefinition"
    calls = {
        "assignments": Call(path=f"{roles}/transitiveRoleAssignments?$count=true&{of_target}", headers=EVENTUAL),
        "direct": Call(path=f"{roles}/roleAssignments?{of_target}"),
        "eligibilities": Call(path=eligible),
    }
    authentication = f"/users/{user_id}/authentication"
    if question.per_user_mfa:
        calls["perUserMfa"] = Call(path=f"{authentication}/requirements")
    if question.methods:
        calls |= _beta_types(user_id) | {"preference": Call(path=f"{authentication}/signInPreferences")}
    return calls


def _beta_types(user_id: str) -> dict[str, Call]:
    """Return one call for each type of method that is served in beta only."""
    path = f"/users/{user_id}/authentication"
    calls = {beta_type.value: Call(path=f"{path}/{ENDPOINTS[beta_type].segment}") for beta_type in BETA_TYPES}
    return calls | {MethodType.HARDWARE_OATH.value: Call(path=f"{path}/hardwareOathMethods?$expand=device")}


# --- the answers ------------------------------------------------------------------------------------------------------


async def _reading(graph: Graph, named: Mapping[str, Answer], identified: Mapping[str, Answer]) -> Reading:
    target = _person(named["target"])
    of_target = _OF_TARGET if target is None else frozenset[str]()
    answers = {name: answer for name, answer in (*named.items(), *identified.items()) if name not in of_target}
    requester = _person(named["requester"]) if "requester" in named else None
    closed = unreadable(answers)
    authority = Authority.NONE if closed else await _authority(graph, named)
    if target is None or closed:
        return Reading(target=target, requester=requester, authority=authority, unreadable=closed)
    at_desk = await _at_desk(graph, named, "targetAppRoles")
    owned = await all_of(graph, answers["owned"], Page[Group])
    if any(group.display_name is None for group in owned):
        nameless = f"reading owned was answered without names; it takes the permission {PERMISSIONS['owned']}"
        return Reading(target=target, requester=requester, authority=authority, unreadable=(nameless,))
    mfa = answers.get("perUserMfa")
    return Reading(
        target=target,
        requester=requester,
        authority=authority,
        approver=_person(named["approver"]) if "approver" in named else None,
        target_authority=authority_of(at_desk, ()),
        roles=await _roles(graph, answers),
        groups=_groups(await all_of(graph, answers["groups"], Page[Group]), owned),
        methods=await _methods(graph, target.id, answers),
        preference=preference_in(answers.get("preference")),
        per_user_mfa=mfa.decoded(AuthenticationRequirements).per_user_mfa_state if mfa and mfa.ok else None,
        per_user_mfa_unread=words("perUserMfa", mfa) if mfa and not mfa.ok else "",
    )


async def _authority(graph: Graph, named: Mapping[str, Answer]) -> Authority:
    if "requesterRoles" not in named or not named["requesterRoles"].ok:
        return Authority.NONE
    active = await all_of(graph, named["requesterRoles"], Page[DirectoryRole])
    own = await _at_desk(graph, named, "appRoles")
    return authority_of(own, (role.role_template_id for role in active))


async def _at_desk(graph: Graph, named: Mapping[str, Answer], assignments: str) -> list[str]:
    """Return the values of the desk's app roles that somebody has."""
    if assignments not in named or not named[assignments].ok:
        return []
    desk = named["desk"].decoded(EnterpriseApp)
    given = await all_of(graph, named[assignments], Page[AppRoleAssignment])
    held = {each.app_role_id for each in given if each.resource_id == desk.id}
    return [role.value for role in desk.app_roles if role.id in held and role.value and role.is_enabled]


async def _roles(graph: Graph, answers: Mapping[str, Answer]) -> tuple[HeldRole, ...]:
    active = await all_of(graph, answers["roles"], Page[DirectoryRole])
    assigned = [
        *await all_of(graph, answers["assignments"], Page[RoleAssignment]),
        *await all_of(graph, answers["direct"], Page[RoleAssignment]),
    ]
    pim = answers["eligibilities"]
    eligible = await all_of(graph, pim, Page[RoleAssignment]) if pim.ok else []
    held = {(role.role_definition_id, role.directory_scope_id): role.held(eligible=True) for role in eligible}
    held |= {(role.role_definition_id, role.directory_scope_id): role.held(eligible=False) for role in assigned}
    held |= {
        (role.role_template_id, TENANT_WIDE): HeldRole(role.role_template_id, role.display_name or "")
        for role in active
    }
    return tuple(sorted(held.values(), key=str))


def _groups(member_of: list[Group], owned: list[Group]) -> tuple[str, ...]:
    members = sorted(f"member of {group.display_name or group.id}" for group in member_of)
    owners = sorted(f"owner of {group.display_name}" for group in owned if group.is_assignable_to_role)
    return (*members, *owners)


async def _methods(graph: Graph, user_id: str, answers: Mapping[str, Answer]) -> tuple[RegisteredMethod, ...]:
    found: dict[tuple[str, str], RegisteredMethod] = {}
    if "methods" in answers:
        for method in await all_of(graph, answers["methods"], Page[AuthenticationMethod]):
            known = method.registered(user_id)
            found[known.type, known.id] = known
    for beta_type in BETA_TYPES & answers.keys():
        for method in await _of_type(graph, beta_type, answers[beta_type]):
            found[beta_type, method.id] = method.registered(user_id, beta_type)
    return tuple(found.values())


async def _of_type(graph: Graph, beta_type: MethodType, answer: Answer) -> list[AuthenticationMethod]:
    if not answer.ok:
        return []
    if ENDPOINTS[beta_type].single:
        return [answer.decoded(AuthenticationMethod)]
    return await all_of(graph, answer, Page[AuthenticationMethod])


def _person(answer: Answer) -> DirectoryPerson | None:
    return answer.decoded(DirectoryPerson) if answer.ok else None


def _party(person: DirectoryPerson | None) -> Party | None:
    if person is None:
        return None
    return Party(person.id, person.user_principal_name, enabled=person.account_enabled is True)
