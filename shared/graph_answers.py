"""What Graph's answers mean to the desk: told, not told, and which permission it takes."""

from collections.abc import Mapping
from typing import Final, TypeVar

from shared.graph import Answer, Graph, GraphUnavailable, further
from shared.graph_shapes import Page
from shared.methods import ENDPOINTS

T = TypeVar("T")
PERMISSIONS: Final = {
    "target": "User.Read.All",
    "requester": "User.Read.All",
    "requesterRoles": "RoleManagement.Read.Directory",
    "appRoles": "Directory.Read.All",
    "targetAppRoles": "Directory.Read.All",
    "approver": "User.Read.All",
    "desk": "Application.Read.All",
    "roles": "RoleManagement.Read.Directory",
    "groups": "GroupMember.Read.All",
    "owned": "GroupMember.Read.All",
    "assignments": "RoleManagement.Read.Directory",
    "direct": "RoleManagement.Read.Directory",
    "eligibilities": "RoleManagement.Read.Directory",
    "methods": "UserAuthenticationMethod.ReadWrite.All",
    "preference": "UserAuthenticationMethod.ReadWrite.All",
    "remove": "UserAuthenticationMethod.ReadWrite.All",
    "pass": "UserAuthenticationMethod.ReadWrite.All",
    "revoke": "User.RevokeSessions.All",
    "perUserMfa": "Policy.Read.All",
    "setPerUserMfa": "Policy.ReadWrite.AuthenticationMethod",
}
"""The least application permission of the desk's identity which each reading and each change takes.

Directory.Read.All stands in for User.Read.All, GroupMember.Read.All and Application.Read.All.
"""

EVENTUAL: Final = {"ConsistencyLevel": "eventual"}
BAD_REQUEST: Final = 400
GONE: Final = 404
NOT_FOUND: Final = frozenset({BAD_REQUEST, GONE})
"""Graph answers 400 where it cannot even read a name."""
_FORBIDDEN: Final = 403
_NOT_SERVED: Final = frozenset({GONE, 501})
"""So answers a cloud without hardware OATH tokens, or somebody without a QR code; an unknown segment is a 400."""
_SERVER_ERROR: Final = 500
_NO_PIM: Final = "AadPremiumLicenseRequired"
"""The error code of a tenant without Entra ID P2: there nobody is eligible for anything."""
_RESTRICTED: Final = ". It also refuses whoever is in a restricted management administrative unit"
_BESIDES: Final = {
    "remove": _RESTRICTED,
    "pass": _RESTRICTED,
    "revoke": f"{_RESTRICTED}, and perhaps administrators (then the desk's identity needs a role for that)",
}
"""What a 403 may mean where the permission is there.

Restricted units: Entra documentation, admin-units-restricted-management. Whether an application can revoke an
administrator's sessions by its permission alone no source settles.
"""
_HINTS: Final = frozenset({"preference", "perUserMfa"})
"""What helps and is needed by nobody to decide."""
_PEOPLE: Final = frozenset({"target", "requester", "approver"})
_OF_REQUESTER: Final = frozenset({"requesterRoles", "appRoles"})
_BETA_NAMES: Final = frozenset(known.value for known, endpoint in ENDPOINTS.items() if endpoint.version == "beta")


def unreadable(answers: Mapping[str, Answer]) -> tuple[str, ...]:
    """Return what was not told. Raises GraphUnavailable where that may pass: a stumble of Graph refuses nobody."""
    nobody = "requester" in answers and answers["requester"].status in NOT_FOUND
    silent = {
        name: answer
        for name, answer in answers.items()
        if not _tells(name, answer) and not (nobody and name in _OF_REQUESTER)
    }
    for name, answer in silent.items():
        if answer.status >= _SERVER_ERROR:
            raise GraphUnavailable(_told(name, answer), answer.retry_after)
    return tuple(_told(name, answer) for name, answer in silent.items())


def words(name: str, answer: Answer) -> str:
    """Return what Graph said against something, with the permission which that takes."""
    said = f"{answer.status} {answer.error.code} ({answer.error.message})"
    if answer.status != _FORBIDDEN:
        return said
    takes = f"{said}; it takes the application permission {PERMISSIONS.get(name, PERMISSIONS['methods'])}"
    return takes + _BESIDES.get(name, "")


async def all_of(graph: Graph, answer: Answer, shape: type[Page[T]]) -> list[T]:
    """Return a collection with all its pages, of which this is the first. Raises GraphUnavailable."""
    page = answer.decoded(shape)
    items = list(page.value)
    while page.next_link:
        following: Answer = await graph.send(further(page.next_link, EVENTUAL))
        if not following.ok:
            raise GraphUnavailable(f"Graph refused a further page with {following.status} {following.error.code}")
        page = following.decoded(shape)
        items += page.value
    return items


def _tells(name: str, answer: Answer) -> bool:
    """Return whether an answer tells what was asked; that there is no such thing is an answer too."""
    if answer.ok or name in _HINTS:
        return True
    if name in _PEOPLE:
        return answer.status in NOT_FOUND
    if name == "eligibilities":
        return answer.error.code == _NO_PIM
    return name in _BETA_NAMES and (answer.status in _NOT_SERVED or _names_no_segment(answer))


def _names_no_segment(answer: Answer) -> bool:
    return answer.status == BAD_REQUEST and "segment" in answer.error.message.lower()


def _told(name: str, answer: Answer) -> str:
    return f"reading {name} was answered with {words(name, answer)}"
