"""What a bulk request asks for: one thing to do to many people; and the ordinary request which that is for each."""

import hashlib
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from shared import contract
from shared.contract import (
    REQUEST_ID_PATTERN,
    Action,
    DryRun,
    HowVerified,
    Methods,
    MfaStateWanted,
    Person,
    Reason,
    ResetRequest,
    Ticket,
)

MOST: Final = 10_000
"""People in one bulk request: all of them are put on record in one transaction of the table, at once or not at all."""
BulkAction = Literal["requireReregistration", "revokeSessions", "setPerUserMfa"]
"""Never a pass: that is shown to whoever waits for it, and nobody waits for ten thousand."""


class BulkTerms(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel", kw_only=True, omit_defaults=True
):
    """What is to be done to each of them, and why."""

    actions: Annotated[
        tuple[BulkAction, ...],
        Meta(min_length=1, description="What to do, each at most once.", extra_json_schema={"uniqueItems": True}),
    ]
    methods: Methods = "portal"
    per_user_mfa_state: MfaStateWanted = None
    reason: Reason = ""
    ticket: Ticket = ""
    verification: HowVerified = None
    dry_run: DryRun = False


class BulkOrder(BulkTerms, frozen=True, forbid_unknown_fields=True, rename="camel", kw_only=True, omit_defaults=True):
    """What one bulk request asks for."""

    id: Annotated[
        str,
        Meta(pattern=REQUEST_ID_PATTERN, description="Idempotency key, 1 to 64 characters; absent means a new one."),
    ] = ""
    users: Annotated[
        tuple[Person, ...],
        Meta(min_length=1, max_length=MOST, description="The people; who is named twice is taken once."),
    ]


def parse(body: bytes) -> BulkOrder:
    """Return the order that a JSON document holds; raise ContractError for anything else, naming the field."""
    order = contract.decoded(body, _decoder, _EXPECTED)
    contract.coherent(request_of(terms_of(order), "", order.users[0], None))
    return order


def terms_of(order: BulkOrder) -> BulkTerms:
    """Return the order without its people."""
    return BulkTerms(**{name: getattr(order, name) for name in BulkTerms.__struct_fields__})


def distinct(users: tuple[str, ...]) -> tuple[str, ...]:
    """Return the people, each once, as they were named first; a name in other case is the same name."""
    return tuple({user.lower(): user for user in reversed(users)}.values())[::-1]


def request_id(bulk_id: str, person: str) -> str:
    """Return the id of the request which somebody's part of a bulk request is, however often that is begun."""
    told = f"{bulk_id}\n{person.lower()}".encode()
    return f"{bulk_id[:_TOLD]}.{hashlib.blake2b(told, digest_size=16).hexdigest()}"


def request_of(terms: BulkTerms, bulk_id: str, person: str, requested_by: str | None) -> ResetRequest:
    """Return the ordinary request for one person."""
    return ResetRequest(
        id=request_id(bulk_id, person) if bulk_id else "",
        user=person,
        actions=tuple(Action(action) for action in terms.actions),
        methods=terms.methods,
        per_user_mfa_state=terms.per_user_mfa_state,
        requested_by=requested_by,
        reason=terms.reason,
        ticket=terms.ticket,
        verification=terms.verification,
        dry_run=terms.dry_run,
    )


def content_hash(terms: BulkTerms, people: tuple[str, ...], requested_by: str) -> str:
    """Return the fingerprint by which one order is told from another under the same id."""
    told = (terms, [person.lower() for person in people], requested_by)
    return hashlib.sha256(_encoder.encode(told)).hexdigest()


_TOLD: Final = 31
"""So much of the bulk request's id stands in those of its parts, which have 64 characters at the most."""
_decoder: Final = msgspec.json.Decoder(BulkOrder)
_encoder: Final = msgspec.json.Encoder(order="deterministic")
_EXPECTED: Final = {
    "users": f"1 to {MOST} object ids or user principal names",
    "users[]": "an object id or a user principal name",
    "actions": "one or more of requireReregistration, revokeSessions, setPerUserMfa",
}
