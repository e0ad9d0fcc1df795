"""The request: one contract for the queue and for HTTP, what is wrong with one, and its published JSON Schema."""

import base64
import binascii
import codecs
import hashlib
import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Annotated, Any, Final, Literal, TypeVar

import msgspec
from msgspec import Meta

from shared.methods import MethodType

T = TypeVar("T")
_END: Final = r"$(?!\n)"
"""The end: in Python, unlike in JSON Schema, `$` alone also stands before a last line break."""
_OBJECT_ID: Final = r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
_NAME: Final = r"[^@\s/\\%?\"<>|*:;,()\[\]{}\u0000-\u001f\u007f-\u009f\u2000-\u206f\ufeff\ufffe\uffff]+"
"""Nothing that Entra forbids, that ends a segment of an address, or that nobody sees (controls, marks of direction)."""
REQUEST_ID_PATTERN: Final = r"^[A-Za-z0-9._-]{1,64}" + _END
_CARRIED: Final = r"^[^\ufffe\uffff]*$"
"""What XML can carry: a queue message travels in it, also when a request is put back."""
PERSON_PATTERN: Final = f"^({_OBJECT_ID}|{_NAME}@{_NAME}){_END}"
"""An object id or a user principal name: of nothing else (`..`, `delta`) can Graph's /users/ make something else."""

Person = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=256,
        pattern=PERSON_PATTERN,
        description="A person: object id, or user principal name (a guest's, with #EXT#, too).",
    ),
]


class Action(StrEnum):
    """What can be asked for."""

    REQUIRE_REREGISTRATION = "requireReregistration"
    REVOKE_SESSIONS = "revokeSessions"
    SET_PER_USER_MFA = "setPerUserMfa"
    ISSUE_TEMPORARY_ACCESS_PASS = "issueTemporaryAccessPass"  # noqa: S105 - the name of an action


class PerUserMfaState(StrEnum):
    """What per-user MFA, the older of Microsoft's ways to demand MFA, can be set to (beta requirements)."""

    DISABLED = "disabled"
    ENABLED = "enabled"
    ENFORCED = "enforced"


class PassTerms(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel", kw_only=True):
    """What a Temporary Access Pass is to be like; the tenant's policy has the last word."""

    lifetime_in_minutes: Annotated[
        Annotated[int, Meta(ge=10, le=43_200)] | None,
        Meta(description="How long it is valid; absent means the policy's default."),
    ] = None
    is_usable_once: Annotated[bool, Meta(description="Whether it is spent with the first sign-in.")] = True


class Verification(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the service desk made sure that the caller is the person."""

    method: Annotated[
        str, Meta(min_length=1, max_length=64, pattern=_CARRIED, description="For example managerCallback or idCard.")
    ]
    reference: Annotated[str, Meta(max_length=256, pattern=_CARRIED, description="Where that is on record.")] = ""


Methods = Annotated[
    Literal["portal", "all"]
    | Annotated[
        tuple[MethodType, ...],
        Meta(min_length=1, max_length=len(MethodType), extra_json_schema={"uniqueItems": True}),
    ],
    Meta(
        description="What requireReregistration removes: portal (what the portal's button does: phones, "
        "Authenticator, software OATH; hardware OATH tokens are deactivated), all (every method Graph can "
        "delete; hardware OATH tokens are unassigned), or a list of types."
    ),
]
MfaStateWanted = Annotated[
    PerUserMfaState | None, Meta(description="To which state setPerUserMfa sets per-user MFA; required with it.")
]
Reason = Annotated[str, Meta(max_length=1024, pattern=_CARRIED, description="Why, in the words of the service desk.")]
Ticket = Annotated[str, Meta(max_length=64, pattern=_CARRIED, description="The ticket's id.")]
HowVerified = Annotated[Verification | None, Meta(description="How the caller's identity was verified.")]
DryRun = Annotated[bool, Meta(description="Say what would happen, and change nothing.")]


class ResetRequest(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel", kw_only=True, omit_defaults=True
):
    """What one request asks for."""

    id: Annotated[
        str,
        Meta(
            pattern=REQUEST_ID_PATTERN,
            description="Idempotency key, 1 to 64 characters. On the queue, absent means the id of the message.",
        ),
    ] = ""
    user: Annotated[Person, Meta(description="Whose MFA it is about: object id or user principal name.")]
    actions: Annotated[
        tuple[Action, ...],
        Meta(min_length=1, description="What to do, each at most once.", extra_json_schema={"uniqueItems": True}),
    ]
    methods: Methods = "portal"
    per_user_mfa_state: MfaStateWanted = None
    temporary_access_pass: Annotated[
        PassTerms | None, Meta(description="What issueTemporaryAccessPass issues; absent means a pass for one sign-in.")
    ] = None
    requested_by: Annotated[
        Person | None,
        Meta(
            description="The person who asks: object id or user principal name. Required on the queue; over HTTP it is "
            "the caller, and may be left out."
        ),
    ] = None
    reason: Reason = ""
    ticket: Ticket = ""
    verification: HowVerified = None
    dry_run: DryRun = False


class ContractError(Exception):
    """A request that cannot be taken as it is."""

    def __init__(self, field: str | None, problem: str) -> None:
        super().__init__(f"Field '{field}': {problem}" if field is not None else problem)
        self.field = field
        """The field at fault as the sender writes it (`verification.method`, `actions[1]`); None: the whole."""


def body_of(message: bytes) -> bytes:
    """Return the JSON inside a queue message, which comes plain or in base64, in one line or in several.

    Base64 never starts with a brace.
    """
    text = message.strip()
    if text.startswith((b"{", codecs.BOM_UTF8)):
        return text.removeprefix(codecs.BOM_UTF8)
    try:
        return base64.b64decode(b"".join(text.split()), validate=True).removeprefix(codecs.BOM_UTF8)
    except binascii.Error:
        return text


def parse(body: bytes) -> ResetRequest:
    """Return the request that a JSON document holds.

    Raises ContractError for anything else, naming the field.
    """
    return coherent(decoded(body, _decoder))


def decoded(body: bytes, decoder: msgspec.json.Decoder[T], expected: Mapping[str, str] | None = None) -> T:
    """Return what a JSON document holds; raise ContractError, naming the field, for what the decoder does not take.

    expected: the way out by field, where that is another one than a request's.
    """
    try:
        return decoder.decode(body.decode())
    except UnicodeDecodeError as error:
        raise ContractError(None, f"The text is not UTF-8 (byte {error.start}); send JSON in UTF-8.") from None
    except msgspec.ValidationError as error:
        raise _contract_error(str(error), {**_EXPECTED, **(expected or {})}) from None
    except msgspec.DecodeError as error:
        raise ContractError(None, f"The text is not JSON ({error}); send one JSON object.") from None


def coherent(request: ResetRequest) -> ResetRequest:
    """Return the request; raise ContractError where its fields, each as it may be, do not go together."""
    _refuse_repetition("actions", request.actions)
    if not isinstance(request.methods, str):
        _refuse_repetition("methods", request.methods)
    _refuse_discord(request)
    return request


def _refuse_repetition(field: str, values: tuple[str, ...]) -> None:
    for place, value in enumerate(values):
        if value in values[:place]:
            raise ContractError(field, f"'{value}' stands there twice; name each once.")


def _refuse_discord(request: ResetRequest) -> None:
    """Refuse what an action needs and lacks, and what is there for no action."""
    sets = Action.SET_PER_USER_MFA in request.actions
    if sets and request.per_user_mfa_state is None:
        raise ContractError("perUserMfaState", f"is missing; setPerUserMfa takes one of {', '.join(PerUserMfaState)}.")
    if request.per_user_mfa_state is not None and not sets:
        raise ContractError("perUserMfaState", "belongs to the action setPerUserMfa, which is not asked for.")
    if request.temporary_access_pass is not None and Action.ISSUE_TEMPORARY_ACCESS_PASS not in request.actions:
        raise ContractError("temporaryAccessPass", "belongs to issueTemporaryAccessPass, which is not asked for.")


def parse_queued(message: bytes, message_id: str) -> ResetRequest:
    """Return the request of a queue message, with an id: its own, or else the message's.

    Raises ContractError also when nobody is named who asks: behind a queue there is no signed-in caller.
    """
    request = parse(body_of(message))
    if request.requested_by is None:
        raise ContractError("requestedBy", "is missing; name the person who asks for this.")
    return request if request.id else msgspec.structs.replace(request, id=message_id)


def is_nameless(message: bytes) -> bool:
    """Return whether a queue message holds a request without an id of its own."""
    return not parse(body_of(message)).id


def is_request_id(text: str) -> bool:
    """Return whether that can be the id of a request."""
    return re.match(REQUEST_ID_PATTERN, text) is not None


def missing(request: ResetRequest, demanded: Iterable[str]) -> ContractError | None:
    """Return what is wrong when a field is empty, or blank, which this desk demands (reason, ticket, verification)."""
    empty = sorted(field for field in demanded if not str(getattr(request, field) or "").strip())
    return ContractError(empty[0], "is missing; this desk demands it.") if empty else None


def encode(request: ResetRequest) -> bytes:
    """Return the request as JSON: what the ledger keeps, and what goes back on the queue."""
    return _encoder.encode(request)


def content_hash(request: ResetRequest) -> str:
    """Return the fingerprint by which one request is told from another; the id is no part of it."""
    return hashlib.sha256(encode(msgspec.structs.replace(request, id=""))).hexdigest()


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a request."""
    (schema,), components = msgspec.json.schema_components([ResetRequest], ref_template="#/$defs/{name}")
    del components["ResetRequest"]["properties"]["id"]["default"]  # "" stands for an absent one, and may not be sent
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "MFA Desk request",
        **schema,
        "allOf": [
            _with(Action.SET_PER_USER_MFA, "perUserMfaState", _demanding("perUserMfaState")),
            _with(Action.ISSUE_TEMPORARY_ACCESS_PASS, "temporaryAccessPass", {}),
        ],
        "$defs": components,
    }


def _with(action: Action, field: str, then: dict[str, Any]) -> dict[str, Any]:
    """Return the rule that a field belongs to an action."""
    asked = {"required": ["actions"], "properties": {"actions": {"contains": {"const": action.value}}}}
    return {"if": asked, "then": then, "else": {"properties": {field: {"type": "null"}}}}


def _demanding(field: str) -> dict[str, Any]:
    return {"required": [field], "properties": {field: {"type": "string"}}}


_decoder: Final = msgspec.json.Decoder(ResetRequest)
_encoder: Final = msgspec.json.Encoder(order="deterministic")
_PATH: Final = re.compile(r" - at `\$\.?(?P<path>[^`]*)`$")
_PLACE: Final = re.compile(r"\[[^\]]*\]")
_EXPECTED: Final = {
    "": "one JSON object",
    "id": "1 to 64 characters of A-Z a-z 0-9 . _ -",
    "user": "an object id or a user principal name",
    "requestedBy": "an object id or a user principal name",
    "actions": "one or more of " + ", ".join(Action),
    "methods": "portal, all, or one or more of " + ", ".join(MethodType),
    "perUserMfaState": "one of " + ", ".join(PerUserMfaState),
    "temporaryAccessPass": "an object with lifetimeInMinutes and isUsableOnce",
    "temporaryAccessPass.lifetimeInMinutes": "10 to 43200",
    "verification": "an object with method and reference",
    "verification.method": "1 to 64 characters",
    "dryRun": "true or false",
}
"""The way out, where the rule alone would not tell it."""
_NAMED: Final = re.compile(r"^Object (?P<fault>contains unknown|missing required) field `(?P<field>[^`]*)`")
_QUOTED: Final = 100
"""Characters of the sender's text in an error, which has to fit into a queue message whatever was sent."""


def _contract_error(message: str, way_out: Mapping[str, str]) -> ContractError:
    """Return what msgspec found, with the field in the sender's notation and what is expected there."""
    at = _PATH.search(message)
    problem = message[: at.start()] if at else message
    path = at["path"] if at else ""
    named = _NAMED.match(problem)
    if named is not None:
        path = f"{path}.{named['field']}" if path else named["field"]
        if named["fault"] == "contains unknown":
            return ContractError(_clipped(path), "is not a field of the contract; leave it out.")
        problem = "is missing"
    expected = way_out.get(_PLACE.sub("[]", path)) or way_out.get(_PLACE.sub("", path))
    if " matching regex " in problem:
        return ContractError(path, f"is not {expected or 'text that a queue message can carry (U+FFFE, U+FFFF)'}.")
    problem = _clipped(problem)
    return ContractError(path or None, f"{problem}; expected {expected}." if expected else f"{problem}.")


def _clipped(text: str) -> str:
    return text if len(text) <= _QUOTED else f"{text[:_QUOTED]}…"
