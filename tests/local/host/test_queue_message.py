"""A queue message on its way to a function."""

import datetime as dt

import azure.functions as func
import pytest
from azure.storage.queue import QueueMessage

from local.host import converters, queue_message
from local.host.queue_message import UndecodableError

INSERTED = dt.datetime(2026, 11, 20, 9, 0, tzinfo=dt.UTC)


def _message(content: str) -> QueueMessage:
    return QueueMessage(
        content,
        id="message-id",
        dequeue_count=2,
        pop_receipt="receipt",
        inserted_on=INSERTED,
        expires_on=INSERTED + dt.timedelta(days=7),
        next_visible_on=INSERTED + dt.timedelta(minutes=10),
    )


def _as_the_function_sees_it(content: str) -> func.QueueMessage:
    given = queue_message.function_input(_message(content), content.encode())
    decoded = converters.decode("queueTrigger", given.datum, given.metadata, plain=False)
    assert isinstance(decoded, func.QueueMessage)
    return decoded


def test_function_sees_the_message_as_in_the_worker() -> None:
    """Body, id, count, receipt and times are those of the message."""
    seen = _as_the_function_sees_it("Grüße")

    assert seen.get_body() == "Grüße".encode()
    assert (seen.id, seen.dequeue_count, seen.pop_receipt) == ("message-id", 2, "receipt")
    assert seen.insertion_time == INSERTED
    assert seen.expiration_time == INSERTED + dt.timedelta(days=7)
    assert seen.time_next_visible == INSERTED + dt.timedelta(minutes=10)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param('{"id": "request-7"}', "request-7", id="whatever its case"),
        pytest.param('{"Id": 7}', "7", id="numbers as text"),
        pytest.param('{"id": null}', "message-id", id="null does not"),
        pytest.param('{"id": ["a"]}', "message-id", id="a list does not"),
        pytest.param('{"other": {"id": "x"}}', "message-id", id="only at the top"),
        pytest.param('{"id": "x"', "message-id", id="only in JSON"),
        pytest.param('["id"]', "message-id", id="only in an object"),
    ],
)
def test_property_of_a_json_message_overrides_the_metadata(content: str, expected: str) -> None:
    """A JSON message's own `id` is what the function sees as the message's id, as with the real host."""
    assert _as_the_function_sees_it(content).id == expected


@pytest.mark.parametrize(
    ("content", "encoding", "expected"),
    [("{}", "none", b"{}"), ("aGVsbG8=", "none", b"aGVsbG8="), ("aGVsbG8=", "base64", b"hello"), ("", "base64", b"")],
)
def test_body_is_decoded_as_host_json_says(content: str, encoding: str, expected: bytes) -> None:
    """Only where messages are base64 are they decoded."""
    assert queue_message.body(_message(content), encoding) == expected


@pytest.mark.parametrize("content", ["{}", "aGVsbG8", "Grüße"])
def test_text_that_is_not_base64_is_undecodable(content: str) -> None:
    """Where base64 is expected, anything else is refused with the setting to look at."""
    with pytest.raises(UndecodableError, match="message-id is not base64; see messageEncoding"):
        queue_message.body(_message(content), "base64")


def test_bytes_that_are_no_utf8_never_reach_the_function() -> None:
    """The host hands text over, so other bytes are an error of the run."""
    with pytest.raises(UnicodeDecodeError):
        queue_message.function_input(_message("x"), b"\xff")


@pytest.mark.parametrize(("encoding", "text"), [("none", "hello"), ("base64", "aGVsbG8=")])
def test_written_message_is_encoded_as_host_json_says(encoding: str, text: str) -> None:
    """The same setting holds for what is put out."""
    assert queue_message.encode(b"hello", encoding) == text
