"""The directory: people, their roles and their authentication methods, read and changed over Microsoft Graph."""

from typing import Any, Final
from urllib.parse import quote

import msgspec
from kiota_abstractions.method import Method

from shared import reading
from shared.contract import PassTerms, PerUserMfaState
from shared.graph import Answer, Call, Graph
from shared.graph_answers import BAD_REQUEST, GONE, NOT_FOUND, words
from shared.graph_shapes import AuthenticationRequirements, IssuedPass
from shared.methods import BY_NAME, ENDPOINTS, MethodType, RegisteredMethod
from shared.reading import Question, Reading, preference_in

_OTHER_ADDRESS: Final = NOT_FOUND | {405}
_UNSEEN: Final = (
    "Graph's answer was lost, and afterwards it was gone: by that call most likely, or by somebody else in that "
    "moment. The audit log tells."
)


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

    def __init__(self, graph: Graph, enterprise_app: str | None = None) -> None:
        """enterprise_app: object id of the desk's enterprise application, whose roles count."""
        self._graph = graph
        self._enterprise_app = enterprise_app

    async def read(self, question: Question) -> Reading:
        """Return all that it takes to decide and to plan."""
        return await reading.read(self._graph, question, self._enterprise_app)

    async def registered(self, user_id: str, *, with_beta: bool) -> tuple[RegisteredMethod, ...]:
        """Return the methods registered now; those that only beta lists, if they are wanted."""
        return await reading.registered(self._graph, user_id, with_beta=with_beta)

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
        return preference_in(await self._graph.send(Call(path=path, version="beta")))

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

    async def set_per_user_mfa(self, user_id: str, state: PerUserMfaState) -> Change:
        """Set per-user MFA (beta requirements)."""
        path = f"/users/{user_id}/authentication/requirements"
        body = {"perUserMfaState": state}
        answer = await self._graph.send(Call(method=Method.PATCH, path=path, version="beta", body=body))
        return _change("setPerUserMfa", answer)

    async def per_user_mfa(self, user_id: str) -> str | None:
        """Return the state of per-user MFA, where Graph tells it."""
        answer = await self._graph.send(Call(path=f"/users/{user_id}/authentication/requirements", version="beta"))
        return answer.decoded(AuthenticationRequirements).per_user_mfa_state if answer.ok else None

    async def issue_pass(self, user_id: str, terms: PassTerms) -> IssuedPass | Change:
        """Issue a Temporary Access Pass, which replaces one that is there; return why not where Graph refuses."""
        body: dict[str, Any] = {"isUsableOnce": terms.is_usable_once}
        if terms.lifetime_in_minutes is not None:
            body["lifetimeInMinutes"] = terms.lifetime_in_minutes
        path = f"/users/{user_id}/authentication/temporaryAccessPassMethods"
        answer = await self._graph.send(Call(method=Method.POST, path=path, body=body))
        return answer.decoded(IssuedPass) if answer.ok else _change("pass", answer)


def _change(name: str, answer: Answer) -> Change:
    """Return what Graph's answer to a change means."""
    if answer.ok:
        return Change(done=True, request_id=answer.request_id)
    if answer.status == GONE:
        if answer.repeated:
            return Change(done=True, detail=_UNSEEN, request_id=answer.request_id)
        return Change(absent=True, request_id=answer.request_id)
    answer.unless_unavailable()
    return Change(not_now=answer.status == BAD_REQUEST, detail=words(name, answer), request_id=answer.request_id)
