"""What reads the words of strangers: whatever they are, it is read, or refused in a sentence, and nothing else."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec
from hypothesis import strategies as st

from shared import contract
from shared.audit.page import MalformedPage, page_of
from shared.audit.rows import Row, day_row, index_rows, unreadable_row
from shared.audit.sheet import sheet_of
from shared.audit.windows import Window
from shared.authority import Authority
from shared.caller import NotSignedInError, caller_of
from shared.contract import ContractError, ResetRequest
from shared.roles import AppRole
from tests.fuzz.inputs import JSON, fuzz
from tests.shared.audit.test_event import RECORDED
from tests.shared.test_caller import LEE, OTHER, TENANT
from tests.shared.test_contract import DOCUMENTS

NAMES: Final = st.sampled_from([field.encode_name for field in msgspec.structs.fields(ResetRequest)])
WHOLE: Final = datetime(2024, 12, 27, tzinfo=UTC)
WINDOW: Final = Window(WHOLE, WHOLE + timedelta(days=1))
LARGEST_TEXT: Final = 32 * 1024
LARGEST_ENTITY: Final = 1024 * 1024


def encoded(value: Any) -> bytes:
    """Return JSON as Python writes it, halves of surrogate pairs and NaN included."""
    return json.dumps(value).encode()


def sentence(error: Exception) -> None:
    """Hold an error against what becomes of it: it is shown to a person, and fits into a queue message."""
    assert str(error).endswith(".")
    assert len(str(error)) < 1_000


# --- the parser of requests ------------------------------------------------------------------------------------------

REQUESTS: Final = st.builds(
    lambda document, field, value: encoded({**document, "requestedBy": "ada@contoso.com", field: value}),
    DOCUMENTS,
    NAMES | st.text(max_size=8),
    JSON,
)
MESSAGES: Final = REQUESTS | REQUESTS.map(base64.b64encode) | st.binary()


def test_any_message_is_a_request_or_refused_in_a_sentence() -> None:
    """What is taken is kept and read back as it is; what is refused fits into a queue message."""

    def check(message: bytes) -> None:
        try:
            request = contract.parse_queued(message, "message-1")
        except ContractError as error:
            sentence(error)
            return
        assert contract.is_request_id(request.id)
        assert request == contract.parse(contract.encode(request))
        assert contract.content_hash(request) == contract.content_hash(contract.parse(contract.encode(request)))

    fuzz(MESSAGES, check)


# --- the header of App Service Authentication ------------------------------------------------------------------------

TYPES: Final = st.sampled_from(["oid", "tid", "scp", "idtyp", "azp", "roles", "wids", "preferred_username", "name"])
SAID: Final = st.sampled_from([LEE, TENANT, OTHER, *AppRole, "user", "app", "", "user_impersonation"]) | JSON
CLAIM: Final = st.fixed_dictionaries({"typ": TYPES, "val": SAID}) | JSON
USUAL: Final = ({"typ": "oid", "val": LEE}, {"typ": "tid", "val": TENANT}, {"typ": "scp", "val": "user_impersonation"})
PRINCIPAL: Final = st.fixed_dictionaries(
    {"auth_typ": st.sampled_from(["aad", "aad", "aad", "google"]) | JSON, "claims": st.lists(CLAIM, max_size=4)},
    optional={"role_typ": TYPES | JSON, "name_typ": JSON},
)
TOLD: Final = st.builds(
    lambda principal, usual: {**principal, "claims": [*(USUAL if usual else ()), *principal["claims"]]},
    PRINCIPAL,
    st.booleans(),
).map(encoded)
HEADERS: Final = TOLD | TOLD.map(base64.b64encode) | st.binary()
"""The first are damaged, and only then encoded."""


def test_any_principal_is_a_caller_of_this_tenant_or_nobody() -> None:
    """And nobody is more than a role in their claims makes of them."""

    def check(header: bytes) -> None:
        header = base64.b64encode(header) if header.startswith(b"{") else header
        sent = {"x-ms-client-principal": header.decode("latin-1")}
        try:
            caller = caller_of(sent, authentication_enabled=True, tenant_id=TENANT)
        except NotSignedInError as error:
            sentence(error)
            return
        told = base64.b64decode(header).decode(errors="replace")  # what is not read is not looked at
        assert TENANT.lower() in told.lower()
        assert caller.id in told.lower()
        assert caller.authority is Authority.NONE or any(role in told for role in AppRole)

    fuzz(HEADERS, check)


# --- the decoder of the audit log ------------------------------------------------------------------------------------

FIELDS: Final = st.sampled_from(sorted(RECORDED)) | st.text(max_size=6)
EVENTS: Final = st.dictionaries(FIELDS, JSON, max_size=3).map(lambda changes: {**RECORDED, **changes})
PAGES: Final = st.builds(
    lambda value, further: encoded({"value": value, **further}),
    st.lists(EVENTS | JSON, max_size=3) | JSON,
    st.dictionaries(st.just("@odata.nextLink"), JSON, max_size=1),
)


def test_any_page_of_the_log_is_kept_or_refused() -> None:
    """Each event on it is kept as one or beside the others, in rows which Table Storage has room for."""

    def check(body: bytes) -> None:
        try:
            sheet = sheet_of(page_of(body), WINDOW, frozenset())
        except MalformedPage:
            return
        rows = [row for each in sheet.entries for row in (day_row(each), *index_rows(each))]
        rows += [unreadable_row(each.raw, WINDOW, each.why) for each in sheet.garbled]
        for row in rows:
            has_room(row)

    fuzz(PAGES | st.binary(), check)


def has_room(row: Row) -> None:
    """Hold a row against the limits of Table Storage."""
    texts = [value for value in row.entity.values() if isinstance(value, str)]
    binaries = [value for value in row.entity.values() if isinstance(value, bytes)]

    assert all(len(text.encode("utf-16-le", "surrogatepass")) <= 2 * LARGEST_TEXT for text in texts)
    assert all(len(binary) <= 2 * LARGEST_TEXT for binary in binaries)
    assert sum(2 * len(text) for text in texts) + sum(map(len, binaries)) <= LARGEST_ENTITY
