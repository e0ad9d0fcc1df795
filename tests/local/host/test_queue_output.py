"""What a queue output writes, before it is written."""

import json
from typing import Any

import azure.functions as func
import pytest

from local.host import converters, queue_output


def _written(value: Any, *, plain: bool = False) -> list[str]:
    datum = converters.encode("queue", value, plain=plain)
    return [message.decode() for message in queue_output.messages(datum)]


@pytest.mark.parametrize("plain", [True, False])
def test_text_is_one_message(*, plain: bool) -> None:
    """Text that is no JSON goes out as it is."""
    assert _written("hello", plain=plain) == ["hello"]


def test_bytes_go_out_to_the_letter() -> None:
    """JSON in bytes is neither split nor laid out anew."""
    assert _written(b' [{"a":1}] ', plain=True) == [' [{"a":1}] ']


def test_json_object_in_text_is_laid_out_anew() -> None:
    """A str that is a JSON object is parsed and written indented."""
    assert _written(' {"a":1,"b":"\u00e9"} ') == ['{\n  "a": 1,\n  "b": "\u00e9"\n}']


def test_json_array_in_text_is_one_message_per_element() -> None:
    """A str that is a JSON array becomes as many messages as it has elements."""
    assert _written('["x", 2, {"a": 1}]') == ["x", "2", '{\n  "a": 1\n}']


def test_list_of_texts_is_one_message_each_to_the_letter() -> None:
    """Texts in a list are not parsed, so JSON in them stays exact."""
    assert _written(['{"a":1}', "b"]) == ['{"a":1}', "b"]


def test_queue_message_is_written_as_an_object() -> None:
    """A func.QueueMessage goes out as JSON with id and body, which is why str or bytes are better."""
    message = func.QueueMessage(id="1", body="hello")

    assert [json.loads(text) for text in _written(message)] == [{"id": "1", "body": "hello"}]


def test_braces_that_hold_no_json_are_an_error() -> None:
    """Text in braces must be JSON, or the run fails."""
    with pytest.raises(ValueError, match="Expecting"):
        _written("{hello}")
