"""The console over HTTP: its page and its files, for anybody. What they show, they ask of the doors for programs."""

import functools
from typing import TYPE_CHECKING, Final

import azure.functions as func

from functions.doors import Doors
from functions.exchange import Exchange, Refusal
from shared.api import problem_details

if TYPE_CHECKING:
    from shared.console.assets import Asset, Assets

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
"""The last two: no text ever becomes markup, whatever a script tries."""
_EVERY_FILE: Final = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Vary": "Accept-Encoding",
}
_ASKS_AGAIN: Final = "no-cache"
_NEVER_CHANGES: Final = "public, max-age=31536000, immutable"
_OK: Final = 200
_NOT_MODIFIED: Final = 304

doors: Final = Doors(below="")


@doors.at("GET", "console")
async def show_console(exchange: Exchange) -> func.HttpResponse:
    """Show the page."""
    return _file(_assets().page, exchange, _ASKS_AGAIN)


@doors.at("GET", "console/{fingerprint}/{asset}")
async def show_console_asset(exchange: Exchange) -> func.HttpResponse:
    """Show one of its files."""
    parts = exchange.request.route_params
    asset = _assets().find(parts["fingerprint"], parts["asset"])
    if asset is None:
        detail = "The console has no such file; it may have been deployed anew: load /console again."
        raise Refusal(problem_details.NOT_FOUND.because(detail, field="asset"))
    return _file(asset, exchange, _NEVER_CHANGES)


@functools.cache
def _assets() -> "Assets":
    # Read when somebody first opens the page: no other start pays for it.
    from shared.console.assets import read  # noqa: PLC0415

    return read()


def _file(asset: "Asset", exchange: Exchange, caching: str) -> func.HttpResponse:
    headers = {**_EVERY_FILE, "Cache-Control": caching, "ETag": asset.etag}
    if asset.etag in exchange.headers.get("if-none-match", ""):
        return func.HttpResponse(b"", status_code=_NOT_MODIFIED, headers=headers, mimetype=asset.media_type)
    if not _takes_gzip(exchange):
        return func.HttpResponse(asset.body, status_code=_OK, headers=headers, mimetype=asset.media_type)
    headers["Content-Encoding"] = "gzip"
    return func.HttpResponse(asset.packed, status_code=_OK, headers=headers, mimetype=asset.media_type)


def _takes_gzip(exchange: Exchange) -> bool:
    """Return whether the client lists gzip, other than to rule it out (RFC 9110, 12.5.3)."""
    for each in exchange.headers.get("accept-encoding", "").lower().split(","):
        coding, _, weight = each.partition(";")
        if coding.strip() == "gzip":
            return weight.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False
