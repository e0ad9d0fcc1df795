"""One Graph call, alone or as a member of a batch, and its answer."""

import contextlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote

import msgspec

from local.tenant.refusals import GraphRefusalError, bad_request

JSON = msgspec.json.Decoder()


class Call(msgspec.Struct, kw_only=True):
    """A request as a handler sees it.

    `path` is as sent: still percent-encoded, version included. Header names are lower-case. The second half is
    filled in on the way: `keys` are the path's ids in order, the rest comes from the token, see `tokens.Bearer`;
    `actor` is how the journal names the caller.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    origin: str
    request_id: str

    client_request_id: str = ""
    version: str = ""
    segments: tuple[str, ...] = ()
    options: dict[str, str] = {}
    keys: list[str] = []
    app_id: str = ""
    roles: frozenset[str] = frozenset()
    user_id: str = ""
    wids: frozenset[str] = frozenset()
    actor: str = ""

    def __post_init__(self) -> None:
        self.client_request_id = self.client_request_id or self.headers.get("client-request-id", "") or self.request_id
        self.version, self.segments = _split(self.path)

    @property
    def advanced(self) -> bool:
        """Whether this is an advanced query (Graph documentation, advanced queries on directory objects)."""
        eventual = self.headers.get("consistencylevel", "").lower() == "eventual"
        return eventual and self.options.get("$count", "").lower() == "true"

    def json(self) -> dict[str, Any]:
        """Return the body as an object. Raises a refusal if it is not one."""
        value = None
        if self.headers.get("content-type", "").lower().startswith("application/json"):
            with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                value = JSON.decode(self.body)
        if not isinstance(value, dict):
            raise bad_request(
                "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid "
                "JSON format."
            )
        return value

    def context(self, what: str) -> str:
        """Return the `@odata.context` of an answer."""
        return f"{self.origin}/{self.version}/$metadata#{what}"

    def read_options(self, allowed: frozenset[str]) -> None:
        """Take the query options; the `$` may be missing, and one that the path does not offer is refused."""
        for name, value in parse_qsl(self.query, keep_blank_values=True):
            option = name if name.startswith("$") else f"${name}"
            if option in allowed:
                self.options[option] = value
            elif name.startswith("$"):
                raise bad_request(f"Query option '{name[1:]}' is not allowed for this resource.")


def _split(target: str) -> tuple[str, tuple[str, ...]]:
    _, _, rest = target.partition("/")
    version, _, path = rest.partition("/")
    if not path:
        return version, ()
    segments: list[str] = []
    for raw in path.removesuffix("/").split("/"):
        name, _, key = unquote(raw).partition("(")
        # users('somebody') is users/somebody, with the apostrophes in the name doubled; (appId='…') is another key
        alternative, quote, text = key.partition("'")
        if not quote or not text.endswith("')"):
            segments.append(unquote(raw))
            continue
        segments += [name, alternative + text.removesuffix("')").replace("''", "'")]
    return version, tuple(segments)


class Answer(msgspec.Struct, frozen=True):
    """What goes back: a status, a JSON value or nothing, and headers beside those that every answer has."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = {}


def refused(call: Call, refusal: GraphRefusalError, date: str) -> Answer:
    """Return the answer of a refusal, in the one error body that Graph has."""
    inner: dict[str, str] = {"message": refusal.message} if refusal.repeated else {}
    inner |= {"date": date[:-1], "request-id": call.request_id, "client-request-id": call.client_request_id}
    error = {"code": refusal.code, "message": refusal.message, "innerError": inner}
    return Answer(refusal.status, {"error": error}, refusal.headers)
