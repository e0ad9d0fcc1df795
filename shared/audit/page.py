"""One page of the directory audit log: its events, each to be read for itself, and where the next page is."""

import json
from collections.abc import Sequence

import msgspec

from shared.audit.wire import Unreadable, document_of


class MalformedPage(Exception):
    """Those bytes are no page of a collection."""


class Page(msgspec.Struct, frozen=True):
    """A page. An event that cannot be read is among its events, as it came."""

    value: Sequence[msgspec.Raw]
    next_link: str | None = msgspec.field(default=None, name="@odata.nextLink")


_decoder = msgspec.json.Decoder(Page)


def page_of(body: bytes) -> Page:
    """Return the page; raise MalformedPage where it cannot be told what its events are."""
    try:
        return _decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return _salvaged(body, error)


def _salvaged(body: bytes, why: Exception) -> Page:
    """Return a page that is JSON, but of a kind which msgspec refuses: one such event must not hide the others."""
    try:
        document = document_of(body)
    except Unreadable:
        raise MalformedPage(f"Graph sent a page that is no JSON object: {why}") from None
    value, next_link = document.get("value"), document.get("@odata.nextLink")
    if not isinstance(value, list) or not isinstance(next_link, str | None):
        raise MalformedPage(f"Graph sent a page without a list of events, or with a link that is none: {why}") from None
    return Page([msgspec.Raw(json.dumps(each)) for each in value], next_link)
