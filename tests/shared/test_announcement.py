"""The message that announces an ending, as a receiver of CloudEvents reads it."""

import json
from datetime import UTC, datetime
from typing import Final

import msgspec
import pytest

from shared.announcement import announce, event_id
from shared.contract import Action
from shared.delegation import Decision, Effect, Rule
from shared.outcome import ActionOutcome, MethodOutcome, Outcome, PersonNamed, Problem, Result, Status

ACCEPTED: Final = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
FINISHED: Final = datetime(2026, 11, 20, 9, 0, 4, 250_000, tzinfo=UTC)
SUCCESS: Final = Outcome(
    id="INC-4711",
    status=Status.SUCCEEDED,
    accepted_at=ACCEPTED,
    finished_at=FINISHED,
    user=PersonNamed(
        asked="ada@contoso.com", id="ada-id", user_principal_name="ada@contoso.com", display_name="Ada Lovelace"
    ),
    requested_by=PersonNamed(asked="lee@contoso.com", id="lee-id", user_principal_name="lee@contoso.com"),
    ticket="INC-4711",
    decision=Decision(Effect.ALLOWED, Rule.STANDARD_TARGET, "This person holds no directory role."),
    actions=(
        ActionOutcome(
            action=Action.REQUIRE_REREGISTRATION,
            status=Status.SUCCEEDED,
            methods=(MethodOutcome(type="phone", id="phone-id", label="mobile +1 ********55", result=Result.REMOVED),),
        ),
        ActionOutcome(action=Action.REVOKE_SESSIONS, status=Status.SUCCEEDED),
    ),
    graph_request_ids=("graph-1", "graph-2"),
)
UNREADABLE: Final = Outcome(
    id="message-7",
    status=Status.REJECTED,
    accepted_at=ACCEPTED,
    finished_at=FINISHED,
    problem=Problem(code="unreadable", detail="The text is not JSON."),
    message_id="message-7",
)
CONFLICT: Final = Outcome(
    id="INC-4711",
    status=Status.REFUSED,
    accepted_at=ACCEPTED,
    finished_at=FINISHED,
    problem=Problem(code="conflict", detail="Give this one an id of its own.", field="id"),
    message_id="message-8",
)


def test_an_ending_is_announced_as_a_cloud_event() -> None:
    """The whole event of a reset, as its receivers get it."""
    expected = {
        "specversion": "1.0",
        "id": "INC-4711",
        "source": "/mfa-desk",
        "type": "mfadesk.request.ended.v1",
        "subject": "INC-4711",
        "time": "2026-11-20T09:00:04.250000Z",
        "datacontenttype": "application/json",
        "data": {
            "id": "INC-4711",
            "status": "succeeded",
            "acceptedAt": "2026-11-20T09:00:00Z",
            "finishedAt": "2026-11-20T09:00:04.250000Z",
            "user": {
                "asked": "ada@contoso.com",
                "id": "ada-id",
                "userPrincipalName": "ada@contoso.com",
                "displayName": "Ada Lovelace",
            },
            "requestedBy": {"asked": "lee@contoso.com", "id": "lee-id", "userPrincipalName": "lee@contoso.com"},
            "ticket": "INC-4711",
            "decision": {
                "effect": "allowed",
                "rule": "standardTarget",
                "reason": "This person holds no directory role.",
            },
            "actions": [
                {
                    "action": "requireReregistration",
                    "status": "succeeded",
                    "methods": [
                        {"type": "phone", "id": "phone-id", "label": "mobile +1 ********55", "result": "removed"}
                    ],
                },
                {"action": "revokeSessions", "status": "succeeded"},
            ],
            "graphRequestIds": ["graph-1", "graph-2"],
        },
    }

    assert expected == json.loads(announce(SUCCESS))


@pytest.mark.parametrize(
    "outcome",
    [
        pytest.param(SUCCESS, id="of a request"),
        pytest.param(UNREADABLE, id="of what was no request"),
        pytest.param(CONFLICT, id="of a second request under one id"),
    ],
)
def test_an_event_has_what_cloud_events_requires(outcome: Outcome) -> None:
    """Every event has the four required attributes, each a text with something in it."""
    event = json.loads(announce(outcome))
    required = {attribute: event[attribute] for attribute in ("specversion", "id", "source", "type")}

    assert required == {attribute: value for attribute, value in required.items() if value and isinstance(value, str)}


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        pytest.param(SUCCESS, "INC-4711", id="a request's"),
        pytest.param(UNREADABLE, "message-7/message-7", id="that of a message which was no request"),
        pytest.param(CONFLICT, "INC-4711/message-8", id="that of a message which claimed another's id"),
    ],
)
def test_an_ending_has_an_id_of_its_own(outcome: Outcome, expected: str) -> None:
    """The event of a message that was not taken never has the id of the request it collided with."""
    assert (expected, expected) == (event_id(outcome), json.loads(announce(outcome))["id"])


def test_an_ending_announced_again_is_the_same_event() -> None:
    """Read back from the ledger, an ending comes to the same bytes: a receiver can tell a repetition."""
    from_the_ledger = msgspec.json.decode(msgspec.json.encode(SUCCESS), type=Outcome)

    assert announce(SUCCESS) == announce(from_the_ledger)


def test_an_ending_too_long_for_a_queue_message_is_announced_without_its_methods() -> None:
    """A queue message holds 64 KiB; what does not fit stands in the ledger, and the event says so."""
    methods = tuple(MethodOutcome(type="phone", id=f"{number:036}", result=Result.REMOVED) for number in range(1000))
    action = ActionOutcome(action=Action.REQUIRE_REREGISTRATION, status=Status.SUCCEEDED, methods=methods)
    event = announce(msgspec.structs.replace(SUCCESS, actions=(action,)))

    assert len(event) < 64 * 1024
    assert json.loads(event)["data"]["actions"] == [
        {
            "action": "requireReregistration",
            "status": "succeeded",
            "detail": "1000 methods: the ledger tells them.",
        }
    ]
