"""The contract of a request: what is taken, what is refused and in which words, and the schema that says the same."""

import base64
import json
import textwrap
from typing import Final

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from shared import contract
from shared.contract import Action, ContractError, ResetRequest, Verification
from shared.methods import MethodType

OBJECT_ID: Final = "8f7d6b1e-3c2a-4f5e-9d8c-7b6a5f4e3d2c"
SMALLEST: Final[dict[str, object]] = {"user": "ada@contoso.com", "actions": ["revokeSessions"]}
QUEUED: Final = {**SMALLEST, "requestedBy": "lee@contoso.com"}
ACTIONS: Final = "one or more of requireReregistration, revokeSessions, setPerUserMfa, issueTemporaryAccessPass"
METHODS: Final = (
    "portal, all, or one or more of phone, microsoftAuthenticator, softwareOath, hardwareOath, fido2, "
    "windowsHelloForBusiness, email, temporaryAccessPass, platformCredential, external, qrCodePin, "
    "passwordlessMicrosoftAuthenticator"
)
PERSON: Final = "an object id or a user principal name"
KEY: Final = "1 to 64 characters of A-Z a-z 0-9 . _ -"
LONGEST_MESSAGE: Final = 64 * 1024


def _json(document: object) -> bytes:
    return json.dumps(document).encode()


def _refusal(body: bytes) -> ContractError:
    with pytest.raises(ContractError) as refused:
        contract.parse(body)
    return refused.value


def _is_taken(body: bytes) -> bool:
    try:
        contract.parse(body)
    except ContractError:
        return False
    return True


# --- what is taken ---------------------------------------------------------------------------------------------------


def test_the_smallest_request_names_a_person_and_an_action() -> None:
    """Everything but the person and the actions has a default."""
    expected = ResetRequest(
        id="",
        user="ada@contoso.com",
        actions=(Action.REVOKE_SESSIONS,),
        methods="portal",
        requested_by=None,
        reason="",
        ticket="",
        verification=None,
        dry_run=False,
    )

    assert expected == contract.parse(_json(SMALLEST))


def test_every_field_is_read_in_camel_case() -> None:
    """A request with everything filled in is read as it is meant."""
    body = b"""{
        "id": "INC-4711.a_b",
        "user": "8f7d6b1e-3c2a-4f5e-9d8c-7b6a5f4e3d2c",
        "actions": ["revokeSessions", "requireReregistration"],
        "methods": ["phone", "hardwareOath"],
        "requestedBy": "lee@contoso.com",
        "reason": "Lost phone \\u2013 \xc3\xbcber Nacht",
        "ticket": "INC-4711",
        "verification": {"method": "managerCallback", "reference": "call 12"},
        "dryRun": true
    }"""
    expected = ResetRequest(
        id="INC-4711.a_b",
        user=OBJECT_ID,
        actions=(Action.REVOKE_SESSIONS, Action.REQUIRE_REREGISTRATION),
        methods=(MethodType.PHONE, MethodType.HARDWARE_OATH),
        requested_by="lee@contoso.com",
        reason="Lost phone \u2013 über Nacht",
        ticket="INC-4711",
        verification=Verification(method="managerCallback", reference="call 12"),
        dry_run=True,
    )

    assert expected == contract.parse(body)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(OBJECT_ID, id="an object id"),
        pytest.param(OBJECT_ID.upper(), id="an object id in capitals"),
        pytest.param("o'neil@contoso.com", id="apostrophe"),
        pytest.param("ada_fabrikam.com#EXT#@contoso.onmicrosoft.com", id="a guest"),
        pytest.param("a.b-c_d!e^f~g@contoso.com", id="all that Entra allows"),
        pytest.param("ada+desk@contoso.com", id="plus"),
        pytest.param("jürgen@contoso.com", id="umlaut"),
        pytest.param("花子@contoso.com", id="other script"),
        pytest.param("a" * 244 + "@contoso.com", id="256 characters"),
    ],
)
def test_a_person_is_an_object_id_or_a_user_principal_name(name: str) -> None:
    """Both ways of naming a person are taken as they stand, for the person acted on and for the one who asks."""
    expected = ResetRequest(user=name, actions=(Action.REVOKE_SESSIONS,), requested_by=name)

    assert expected == contract.parse(_json({**SMALLEST, "user": name, "requestedBy": name}))


@pytest.mark.parametrize(
    ("field", "longest"),
    [
        pytest.param("id", "a" * 64, id="id"),
        pytest.param("user", "a" * 254 + "@b", id="user"),
        pytest.param("requestedBy", "a" * 254 + "@b", id="requestedBy"),
        pytest.param("reason", "ü" * 1024, id="reason"),
        pytest.param("ticket", "ü" * 64, id="ticket"),
        pytest.param("verification", {"method": "ü" * 64, "reference": "ü" * 256}, id="verification"),
    ],
)
def test_a_text_may_be_as_long_as_its_limit(field: str, longest: object) -> None:
    """The limits count characters, and the limit itself is within."""
    assert _is_taken(_json({**SMALLEST, field: longest}))


# --- what is refused, and in which words -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        pytest.param({"id": None}, "id", f"Expected `str`, got `null`; expected {KEY}.", id="id null"),
        pytest.param({"id": 7}, "id", f"Expected `str`, got `int`; expected {KEY}.", id="id a number"),
        pytest.param({"id": ""}, "id", f"is not {KEY}.", id="id empty"),
        pytest.param({"id": "a/b"}, "id", f"is not {KEY}.", id="id with a slash"),
        pytest.param({"id": "a" * 65}, "id", f"is not {KEY}.", id="id too long"),
        pytest.param({"id": "INC-1\n"}, "id", f"is not {KEY}.", id="id with a line break at its end"),
        pytest.param({"user": None}, "user", f"Expected `str`, got `null`; expected {PERSON}.", id="user null"),
        pytest.param({"user": ["a@b"]}, "user", f"Expected `str`, got `array`; expected {PERSON}.", id="user a list"),
        pytest.param({"user": ""}, "user", f"Expected `str` of length >= 1; expected {PERSON}.", id="user empty"),
        pytest.param(
            {"user": "a" * 255 + "@b"}, "user", f"Expected `str` of length <= 256; expected {PERSON}.", id="user long"
        ),
        pytest.param({"user": 10**400}, "user", f"Number out of range; expected {PERSON}.", id="user a huge number"),
        pytest.param(
            {"requestedBy": True},
            "requestedBy",
            f"Expected `str | null`, got `bool`; expected {PERSON}.",
            id="requestedBy a bool",
        ),
        pytest.param({"requestedBy": "lee"}, "requestedBy", f"is not {PERSON}.", id="requestedBy a mere word"),
        pytest.param(
            {"actions": "revokeSessions"},
            "actions",
            f"Expected `array`, got `str`; expected {ACTIONS}.",
            id="actions no list",
        ),
        pytest.param(
            {"actions": []}, "actions", f"Expected `array` of length >= 1; expected {ACTIONS}.", id="actions empty"
        ),
        pytest.param(
            {"actions": ["burn"]},
            "actions[0]",
            f"Invalid enum value 'burn'; expected {ACTIONS}.",
            id="actions with an unknown one",
        ),
        pytest.param(
            {"actions": ["revokeSessions", {}]},
            "actions[1]",
            f"Expected `str`, got `object`; expected {ACTIONS}.",
            id="actions with an object",
        ),
        pytest.param(
            {"actions": ["revokeSessions", "revokeSessions"]},
            "actions",
            "'revokeSessions' stands there twice; name each once.",
            id="actions with one twice",
        ),
        pytest.param(
            {"methods": None},
            "methods",
            f"Expected `str | array`, got `null`; expected {METHODS}.",
            id="methods null",
        ),
        pytest.param(
            {"methods": "some"}, "methods", f"Invalid enum value 'some'; expected {METHODS}.", id="methods a word"
        ),
        pytest.param(
            {"methods": []}, "methods", f"Expected `array` of length >= 1; expected {METHODS}.", id="methods empty"
        ),
        pytest.param(
            {"methods": ["phone", "password"]},
            "methods[1]",
            f"Invalid enum value 'password'; expected {METHODS}.",
            id="methods with the password",
        ),
        pytest.param({"reason": 1}, "reason", "Expected `str`, got `int`.", id="reason a number"),
        pytest.param({"reason": "a" * 1025}, "reason", "Expected `str` of length <= 1024.", id="reason too long"),
        pytest.param({"ticket": None}, "ticket", "Expected `str`, got `null`.", id="ticket null"),
        pytest.param({"ticket": "a" * 65}, "ticket", "Expected `str` of length <= 64.", id="ticket too long"),
        pytest.param(
            {"verification": "by phone"},
            "verification",
            "Expected `object | null`, got `str`; expected an object with method and reference.",
            id="verification a text",
        ),
        pytest.param(
            {"verification": {}},
            "verification.method",
            "is missing; expected 1 to 64 characters.",
            id="verification empty",
        ),
        pytest.param(
            {"verification": {"method": ""}},
            "verification.method",
            "Expected `str` of length >= 1; expected 1 to 64 characters.",
            id="verification with an empty method",
        ),
        pytest.param(
            {"verification": {"method": "idCard", "reference": "a" * 257}},
            "verification.reference",
            "Expected `str` of length <= 256.",
            id="verification with a long reference",
        ),
        pytest.param(
            {"verification": {"method": "idCard", "by": "me"}},
            "verification.by",
            "is not a field of the contract; leave it out.",
            id="verification with an unknown field",
        ),
        pytest.param(
            {"dryRun": "true"}, "dryRun", "Expected `bool`, got `str`; expected true or false.", id="dryRun a text"
        ),
        pytest.param({"dryRun": 1}, "dryRun", "Expected `bool`, got `int`; expected true or false.", id="dryRun 1"),
        pytest.param(
            {"dry_run": True}, "dry_run", "is not a field of the contract; leave it out.", id="not in camel case"
        ),
        pytest.param({"": 1}, "", "is not a field of the contract; leave it out.", id="a field without a name"),
    ],
)
def test_a_wrong_field_is_named_with_the_way_out(changes: dict[str, object], field: str, sentence: str) -> None:
    """The error names the field as the sender writes it, and says what is expected there."""
    error = _refusal(_json({**SMALLEST, **changes}))

    assert (field, f"Field '{field}': {sentence}") == (error.field, str(error))


@pytest.mark.parametrize(
    ("field", "sentence"),
    [
        pytest.param("user", f"Field 'user': is missing; expected {PERSON}.", id="user"),
        pytest.param("actions", f"Field 'actions': is missing; expected {ACTIONS}.", id="actions"),
    ],
)
def test_a_missing_field_is_named(field: str, sentence: str) -> None:
    """A request without a field it needs is refused with that field's name."""
    error = _refusal(_json({name: value for name, value in SMALLEST.items() if name != field}))

    assert (field, sentence) == (error.field, str(error))


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("contoso.com/ada@contoso.com", id="slash"),
        pytest.param("contoso\\ada@contoso.com", id="backslash"),
        pytest.param("100%@contoso.com", id="percent"),
        pytest.param("ada@contoso.com?$select=id", id="question mark"),
        pytest.param("ada lovelace@contoso.com", id="space"),
        pytest.param(" ada@contoso.com", id="space before"),
        pytest.param("ada@contoso.com\n", id="line break after"),
        pytest.param("ada\x00@contoso.com", id="null character"),
        pytest.param("ada\x1b@contoso.com", id="escape character"),
        pytest.param("ada\x85@contoso.com", id="control character beyond ASCII"),
        pytest.param("ada\u202e@contoso.com", id="mark that turns the direction"),
        pytest.param("ada\u200b@contoso.com", id="space of no width"),
        pytest.param("\ufeffada@contoso.com", id="byte order mark"),
        pytest.param("ada@contoso.com,lee@contoso.com", id="two people"),
        pytest.param("ada@lee@contoso.com", id="two at signs"),
        pytest.param('"ada"@contoso.com', id="quotation marks"),
        pytest.param("@contoso.com", id="no name"),
        pytest.param("ada@", id="no domain"),
        pytest.param("Ada Lovelace", id="a display name"),
        pytest.param("me", id="me"),
        pytest.param("delta", id="a function of Graph"),
        pytest.param("$count", id="a segment of OData"),
        pytest.param("..", id="the parent of a path"),
        pytest.param(OBJECT_ID[:-1], id="an object id cut short"),
    ],
)
@pytest.mark.parametrize("field", ["user", "requestedBy"])
def test_what_cannot_be_a_person_is_refused(field: str, name: str) -> None:
    """What Entra allows in no name, and what Graph would take for something else than a person, names the field."""
    error = _refusal(_json({**QUEUED, field: name}))

    assert (field, f"Field '{field}': is not {PERSON}.") == (error.field, str(error))


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        pytest.param(b"", "The text is not JSON (Input data was truncated); send one JSON object.", id="empty"),
        pytest.param(b"{", "The text is not JSON (Input data was truncated); send one JSON object.", id="cut short"),
        pytest.param(
            b"Please reset Ada.",
            "The text is not JSON (JSON is malformed: invalid character (byte 0)); send one JSON object.",
            id="prose",
        ),
        pytest.param(
            _json(SMALLEST) + b"{}",
            "The text is not JSON (JSON is malformed: trailing characters (byte 59)); send one JSON object.",
            id="two documents",
        ),
        pytest.param(b'{"user": "\xff"}', "The text is not UTF-8 (byte 10); send JSON in UTF-8.", id="not UTF-8"),
        pytest.param(
            '{"user": "a@b"}'.encode("utf-16"), "The text is not UTF-8 (byte 0); send JSON in UTF-8.", id="UTF-16"
        ),
        pytest.param(b"[]", "Expected `object`, got `array`; expected one JSON object.", id="a list"),
        pytest.param(b"null", "Expected `object`, got `null`; expected one JSON object.", id="null"),
        pytest.param(
            b"[" * LONGEST_MESSAGE, "Expected `object`, got `array`; expected one JSON object.", id="nested lists"
        ),
    ],
)
def test_what_is_no_json_object_is_refused_as_a_whole(body: bytes, sentence: str) -> None:
    """A document that is no request at all names no field, and says what to send instead."""
    error = _refusal(body)

    assert (None, sentence) == (error.field, str(error))


@pytest.mark.parametrize(
    ("body", "field"),
    [
        pytest.param(b'{"a":' * 13_000, "a", id="nested objects"),
        pytest.param(b'{"verification":' + b"[" * 65_000, "verification", id="nested lists where an object stands"),
        pytest.param(_json({"k" * 65_000: 1}), "k" * 100 + "…", id="a name of a field"),
        pytest.param(_json({"verification": {"k" * 65_000: 1}}), "verification." + "k" * 87 + "…", id="a name within"),
        pytest.param(_json({"methods": "k" * 65_000}), "methods", id="a value"),
        pytest.param(_json({"actions": ["revokeSessions"] * 3_800, "user": "a@b"}), "actions", id="a list"),
    ],
)
def test_an_error_is_short_however_long_the_document(body: bytes, field: str) -> None:
    """64 KiB of anything come to one sentence which fits into a queue message."""
    error = _refusal(body)

    assert (field, True) == (error.field, len(str(error)) < 500)


# --- the queue -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "message",
    [
        pytest.param(b'{"a": "\xc3\xbc"}', id="plain"),
        pytest.param(b' \r\n{"a": "\xc3\xbc"}\n', id="plain with space around"),
        pytest.param(b'\xef\xbb\xbf{"a": "\xc3\xbc"}', id="plain with a byte order mark"),
        pytest.param(base64.b64encode(b'{"a": "\xc3\xbc"}'), id="base64"),
        pytest.param(base64.b64encode(b'{"a": "\xc3\xbc"}') + b"\n", id="base64 with a line break"),
        pytest.param(b"eyJhIjog\r\nIsO8In0=", id="base64 in lines"),
        pytest.param(base64.b64encode(b'\xef\xbb\xbf{"a": "\xc3\xbc"}'), id="base64 with a byte order mark"),
    ],
)
def test_a_message_is_plain_json_or_base64(message: bytes) -> None:
    """The JSON inside comes out the same, however the sender's library wraps it."""
    expected = '{"a": "ü"}'.encode()

    assert expected == contract.body_of(message)


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        pytest.param({**QUEUED, "id": "INC-1"}, "INC-1", id="its own"),
        pytest.param(QUEUED, "message-7", id="the message's"),
    ],
)
def test_a_queued_request_has_an_id(document: object, expected: str) -> None:
    """A request that names no id takes that of its message."""
    assert expected == contract.parse_queued(_json(document), "message-7").id


@pytest.mark.parametrize(
    "document",
    [pytest.param(SMALLEST, id="absent"), pytest.param({**SMALLEST, "requestedBy": None}, id="null")],
)
def test_a_queued_request_says_who_asks(document: object) -> None:
    """Behind a queue there is no signed-in caller, so the request must name one."""
    expected = ("requestedBy", "Field 'requestedBy': is missing; name the person who asks for this.")
    with pytest.raises(ContractError) as refused:
        contract.parse_queued(_json(document), "message-7")

    assert expected == (refused.value.field, str(refused.value))


# --- what a desk demands beyond the contract -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("filled", "demanded", "expected"),
    [
        pytest.param({}, [], None, id="nothing demanded"),
        pytest.param({"reason": "Lost phone"}, ["reason"], None, id="filled in"),
        pytest.param({"verification": {"method": "idCard"}}, ["verification"], None, id="an object filled in"),
        pytest.param({}, ["reason"], "reason", id="absent"),
        pytest.param({"reason": " \t"}, ["reason"], "reason", id="blank"),
        pytest.param({}, ["verification"], "verification", id="an object absent"),
        pytest.param({}, ["verification", "ticket", "reason"], "reason", id="the first by name"),
    ],
)
def test_a_demanded_field_must_be_filled_in(filled: dict[str, object], demanded: list[str], expected: str) -> None:
    """What this desk demands is missing when it is absent or blank."""
    error = contract.missing(contract.parse(_json({**SMALLEST, **filled})), demanded)

    assert (expected and f"Field '{expected}': is missing; this desk demands it.") == (error and str(error))


# --- the same content ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "document",
    [
        pytest.param({**QUEUED, "id": "another"}, id="another id"),
        pytest.param({**QUEUED, "methods": "portal", "reason": "", "dryRun": False}, id="defaults written out"),
        pytest.param(dict(reversed(QUEUED.items())), id="another order of fields"),
    ],
)
def test_the_same_content_has_the_same_hash(document: object) -> None:
    """What a request asks for makes its hash, not its id nor how it was written."""
    assert contract.content_hash(contract.parse(_json(QUEUED))) == contract.content_hash(
        contract.parse(_json(document))
    )


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"user": "eve@contoso.com"}, id="user"),
        pytest.param({"actions": ["requireReregistration"]}, id="actions"),
        pytest.param({"methods": "all"}, id="methods"),
        pytest.param({"requestedBy": "max@contoso.com"}, id="requestedBy"),
        pytest.param({"reason": "Lost phone"}, id="reason"),
        pytest.param({"ticket": "INC-1"}, id="ticket"),
        pytest.param({"verification": {"method": "idCard"}}, id="verification"),
        pytest.param({"dryRun": True}, id="dryRun"),
    ],
)
def test_other_content_has_another_hash(changes: dict[str, object]) -> None:
    """Every field but the id counts."""
    same = contract.content_hash(contract.parse(_json(QUEUED)))

    assert same != contract.content_hash(contract.parse(_json({**QUEUED, **changes})))


# --- the schema ------------------------------------------------------------------------------------------------------


def _schema_takes(document: object) -> bool:
    return bool(Draft202012Validator(contract.json_schema()).is_valid(document))


def test_the_schema_is_a_json_schema() -> None:
    """The published schema is valid by the standard it names."""
    expected = "https://json-schema.org/draft/2020-12/schema"
    schema = contract.json_schema()
    Draft202012Validator.check_schema(schema)

    assert expected == schema["$schema"]


def test_the_schema_has_every_field_of_the_contract_described() -> None:
    """A producer reads from the schema what each field is for."""
    properties = contract.json_schema()["$defs"]["ResetRequest"]["properties"]

    assert [field.encode_name for field in msgspec.structs.fields(ResetRequest)] == [
        name for name, shape in properties.items() if shape["description"]
    ]


def test_the_schema_gives_no_default_that_it_refuses() -> None:
    """What a producer copies from the schema as a default is taken."""
    properties = contract.json_schema()["$defs"]["ResetRequest"]["properties"]
    defaults = {name: shape["default"] for name, shape in properties.items() if "default" in shape}

    assert _schema_takes({**SMALLEST, **defaults})


PEOPLE: Final = st.sampled_from(
    ["ada@contoso.com", OBJECT_ID, "o'neil@b", "a/b@c", "a@b\n", "..", "a\u202e@b", "@", "é@ü"]
)
JSON: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
TEXT: Final = st.text() | st.sampled_from(["x" * 64, "x" * 65, "x" * 1024, "x" * 1025, "🔑" * 64, "a\n", "a.b-c_9"])
NAMES: Final = st.sampled_from([field.encode_name for field in msgspec.structs.fields(ResetRequest)])
VALUES: Final[dict[str, st.SearchStrategy[object]]] = {
    "id": TEXT,
    "user": PEOPLE,
    "actions": st.lists(st.sampled_from([*Action, "burn"]), max_size=3),
    "methods": st.sampled_from(["portal", "all", ""])
    | st.lists(st.sampled_from([*MethodType, "password"]), max_size=3),
    "requestedBy": PEOPLE | st.none(),
    "reason": TEXT,
    "ticket": TEXT,
    "verification": st.fixed_dictionaries({}, optional={"method": TEXT, "reference": TEXT, "by": JSON}) | st.none(),
    "dryRun": st.booleans(),
    "perUserMfaState": st.sampled_from(["disabled", "enabled", "enforced", "off", None]),
    "temporaryAccessPass": st.fixed_dictionaries(
        {}, optional={"lifetimeInMinutes": st.sampled_from([9, 10, 43_200, 43_201, None]), "isUsableOnce": JSON}
    )
    | st.none(),
}
DOCUMENTS: Final = st.fixed_dictionaries({}, optional=VALUES).map(lambda chosen: {**SMALLEST, **chosen})


@settings(max_examples=100, deadline=None)
@given(DOCUMENTS)
def test_the_schema_takes_what_the_desk_takes(document: dict[str, object]) -> None:
    """For documents that are nearly right, the published schema and the desk agree."""
    assert _schema_takes(document) == _is_taken(_json(document))


@settings(max_examples=100, deadline=None)
@given(NAMES | st.text(), JSON)
def test_the_schema_agrees_about_any_value_in_any_field(field: str, value: object) -> None:
    """Whatever JSON stands in a field, the schema refuses it if, and only if, the desk does."""
    document = {**SMALLEST, field: value}

    assert _schema_takes(document) == _is_taken(_json(document))


# --- anything at all -------------------------------------------------------------------------------------------------


def _comes_to_a_sentence(message: bytes) -> bool:
    """Return whether a message is read, or refused in a sentence; any other exception passes through."""
    try:
        return isinstance(contract.parse_queued(message, "message-7"), ResetRequest)
    except ContractError as error:
        return str(error).endswith(".")


@settings(max_examples=200, deadline=None)
@given(st.binary() | st.binary(min_size=1).map(base64.b64encode) | st.text().map(str.encode) | JSON.map(_json))
def test_any_message_is_a_request_or_an_error_in_words(message: bytes) -> None:
    """No bytes on the queue make anything else of the contract than a request or a ContractError."""
    assert _comes_to_a_sentence(message)


@settings(max_examples=200, deadline=None)
@given(DOCUMENTS, st.integers(min_value=0), st.binary(max_size=4))
def test_a_damaged_message_is_a_request_or_an_error_in_words(
    document: dict[str, object], place: int, noise: bytes
) -> None:
    """A request with bytes lost or changed in it is no danger either."""
    whole = _json({**QUEUED, **document})
    cut = place % len(whole)

    assert _comes_to_a_sentence(whole[:cut] + noise + whole[cut + 1 :])


@settings(max_examples=100, deadline=None)
@given(DOCUMENTS, st.sampled_from([None, 76, 8]))
def test_base64_is_read_as_what_it_wraps(document: dict[str, object], width: int | None) -> None:
    """A document comes out of base64 as it went in, in one line or in several."""
    wrapped = base64.b64encode(_json(document)).decode()
    lines = wrapped if width is None else "\n".join(textwrap.wrap(wrapped, width))

    assert _json(document) == contract.body_of(lines.encode())


@settings(max_examples=100, deadline=None)
@given(DOCUMENTS.filter(lambda document: _is_taken(_json(document))))
def test_what_the_ledger_keeps_is_read_back_the_same(document: dict[str, object]) -> None:
    """A request on record, or put back on the queue, is the request that came."""
    request = contract.parse_queued(_json({**QUEUED, **document, "requestedBy": "lee@contoso.com"}), "message-7")

    assert request == contract.parse_queued(contract.encode(request), "message-8")


@pytest.mark.parametrize("field", ["reason", "ticket"])
def test_what_a_queue_message_cannot_carry_is_no_text(field: str) -> None:
    """A request is put back on the queue as XML; two characters have no place in that."""
    body = msgspec.json.encode(
        {"user": "ada@contoso.com", "actions": ["revokeSessions"], "requestedBy": "lee@contoso.com", field: "a\uffff"}
    )

    with pytest.raises(ContractError, match=f"Field '{field}': is not text that a queue message can carry"):
        contract.parse_queued(body, "message-1")
