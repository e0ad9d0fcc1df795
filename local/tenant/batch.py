"""JSON batching: what a batch must look like, and how its members run (Graph documentation, JSON batching)."""

from typing import Any

import msgspec

from local.tenant.call import Call
from local.tenant.refusals import bad_request

LARGEST_BATCH = 20


class Member(msgspec.Struct, frozen=True, kw_only=True, rename={"depends_on": "dependsOn"}):
    """One request of a batch; other fields are ignored, as Graph does."""

    id: str
    method: str
    url: str
    headers: dict[str, str] = {}
    body: Any = None
    depends_on: tuple[str, ...] = ()


class _Batch(msgspec.Struct, frozen=True):
    requests: tuple[Member, ...]


def members_of(call: Call) -> tuple[Member, ...]:
    """Return the members, each after those it depends on. Raises a refusal of the whole batch."""
    try:
        members = msgspec.convert(call.json(), _Batch).requests
    except msgspec.ValidationError as error:
        raise bad_request(f"Invalid batch payload format: {error}") from error
    if len(members) > LARGEST_BATCH:
        raise bad_request(f"Number of batch requests exceeds the allowed maximum of {LARGEST_BATCH}.")
    ids = {member.id for member in members}
    if len(ids) < len(members):
        raise bad_request("The ids of the requests in a batch must be unique.")
    for member in members:
        _check(member, ids)
    return _ordered(members)


def _check(member: Member, ids: set[str]) -> None:
    if not member.id or not member.url:
        raise bad_request("Every request in a batch needs an id and a url.")
    if "://" in member.url.partition("?")[0]:
        raise bad_request("Only relative URLs are allowed in a batch.")
    if member.body is not None and "content-type" not in {name.lower() for name in member.headers}:
        raise bad_request(f"Request '{member.id}' has a body but no Content-Type header.")
    for needed in member.depends_on:
        if needed not in ids or needed == member.id:
            raise bad_request(f"Request '{member.id}' depends on '{needed}', which is not in the batch.")


def _ordered(members: tuple[Member, ...]) -> tuple[Member, ...]:
    done: dict[str, Member] = {}
    while len(done) < len(members):
        ready = [member for member in members if member.id not in done and done.keys() >= set(member.depends_on)]
        if not ready:
            raise bad_request("The requests in a batch depend on one another in a circle.")
        done |= {member.id: member for member in ready}
    return tuple(done.values())


def member_call(outer: Call, member: Member, request_id: str) -> Call:
    """Return a member as a call of its own: same version, same caller, but only its own headers."""
    path, _, query = member.url.partition("?")
    headers = {name.lower(): value for name, value in member.headers.items()}
    return Call(
        method=member.method.upper(),
        path=f"/{outer.version}/{path.removeprefix('/')}",
        query=query,
        headers={**headers, "authorization": outer.headers.get("authorization", "")},
        body=b"" if member.body is None else msgspec.json.encode(member.body),
        origin=outer.origin,
        request_id=request_id,
        client_request_id=headers.get("client-request-id", outer.client_request_id),
    )
