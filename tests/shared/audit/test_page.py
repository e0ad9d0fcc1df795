"""A page of the log: as many events as it has, whatever one of them is like."""

import pytest

from shared.audit.page import MalformedPage, page_of


def values(body: bytes) -> list[bytes]:
    """Return the events of a page."""
    return [bytes(each) for each in page_of(body).value]


def test_a_page_holds_events_as_they_came_and_a_link() -> None:
    """Byte for byte, spaces included."""
    page = page_of(b'{"value":[{"id": "a"}, {"id":"b"}],"@odata.nextLink":"https://graph.example/v1.0/x"}')

    assert [bytes(each) for each in page.value] == [b'{"id": "a"}', b'{"id":"b"}']
    assert page.next_link == "https://graph.example/v1.0/x"


def test_the_last_page_has_no_link() -> None:
    """It may be null as well."""
    assert page_of(b'{"value":[]}').next_link is None
    assert page_of(b'{"value":[],"@odata.nextLink":null}').next_link is None


def test_what_is_no_event_stands_among_the_others() -> None:
    """It is for whoever reads them one by one to find out."""
    assert values(b'{"value":[null,5,"x",[],{"id":"a"}]}') == [b"null", b"5", b'"x"', b"[]", b'{"id":"a"}']


def test_half_a_character_does_not_hide_the_rest_of_a_page() -> None:
    """Strict JSON refuses the whole of it."""
    body = b'{"value":[{"id":"a"},{"id":"\\ud83d"}],"@odata.nextLink":"https://graph.example/v1.0/x"}'

    assert values(body) == [b'{"id": "a"}', b'{"id": "\\ud83d"}']
    assert page_of(body).next_link == "https://graph.example/v1.0/x"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b"{}",
        b'{"value":null}',
        b'{"value":{}}',
        b'{"value":[{"id":"a"}',
        b'{"value":[{"id":}]}',
        b'{"value":[],"@odata.nextLink":5}',
        b'{"value":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    ],
)
def test_what_is_no_page_is_refused(body: bytes) -> None:
    """Nothing can be told of what was on it."""
    with pytest.raises(MalformedPage):
        page_of(body)
