"""The body of a call that changes something: JSON, of a bounded size, and not sent by somebody else's page."""

import re
from typing import Final

from functions.exchange import Exchange, Refusal
from shared.api import problem_details

LARGEST: Final = 65_536
"""Bytes; a queue message holds no more either."""
_JSON: Final = re.compile(r"application/(?:[\w.+-]+\+)?json(?:\s*;\s*charset\s*=\s*\"?utf-?8\"?)?\s*", re.IGNORECASE)
_SAME_SITE: Final = frozenset({"same-origin", "none"})


def body_of(exchange: Exchange, largest: int = LARGEST) -> bytes:
    """Return the body; raise Refusal for one that is none of JSON, too large, or sent by another site's page."""
    _refuse_foreign_pages(exchange)
    _refuse_other_than_json(exchange)
    body = exchange.request.get_body()
    if len(body) > largest:
        detail = f"The body has {len(body)} bytes; at most {largest} are taken."
        raise Refusal(problem_details.TOO_LARGE.because(detail))
    return body


def _in_browser(exchange: Exchange) -> bool:
    """Return whether a browser may have sent it by itself, with the cookie of a session.

    A bearer token is not sent by itself: no page of another site has it, or is let send it (CORS).
    """
    return not exchange.headers.get("authorization", "").lower().startswith("bearer ")


def _refuse_foreign_pages(exchange: Exchange) -> None:
    """Refuse what the browser says comes of another site, whatever the cookie's SameSite is."""
    if not _in_browser(exchange):
        return
    site = exchange.headers.get("sec-fetch-site")
    origin = exchange.headers.get("origin")
    foreign_site = site is not None and site not in _SAME_SITE
    foreign_origin = site is None and origin is not None and origin.partition("://")[2] != exchange.headers.get("host")
    if foreign_site or foreign_origin:
        detail = "A page of another site has sent this with your session; if you meant it, do it from the desk's own."
        raise Refusal(
            problem_details.FOREIGN_PAGE.because(detail, field="Origin" if foreign_origin else "Sec-Fetch-Site")
        )


def _refuse_other_than_json(exchange: Exchange) -> None:
    """Refuse another type, and with a session also none: a foreign page can send that without being asked (CORS)."""
    sent = exchange.headers.get("content-type", "")
    if _JSON.fullmatch(sent) or (not sent and not _in_browser(exchange)):
        return
    detail = "Send the body as JSON in UTF-8, with the header Content-Type: application/json."
    raise Refusal(problem_details.NOT_JSON.because(detail, field="Content-Type"))
