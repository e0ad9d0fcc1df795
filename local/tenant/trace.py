"""The Graph calls as they came, for tests and benchmarks that count them."""

import msgspec


class TracedCall(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One HTTP call, or one member of a batch; status 0 means that the connection was closed without an answer."""

    method: str
    version: str
    path: str
    query: str
    status: int
    app_id: str
    client_request_id: str
    members: tuple["TracedCall", ...] = ()
