"""Where a request that a browser sends comes from: this site, or another."""

from urllib.parse import urlsplit

from starlette.requests import Request


def is_foreign(request: Request) -> bool:
    """Whether a browser says that a page of another site sent the request."""
    told = request.headers.get("origin")
    if told is not None:
        return told != own(request)
    return request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}


def is_refused_with_a_session(request: Request) -> bool:
    """
    Whether App Service Authentication refuses the request because another site may have forged it.

    It does so with a POST that a session cookie authenticates, from a known browser by its User-Agent, unless Origin or
    Referer is there and allowed (App Service documentation, overview-authentication-authorization). Which browsers it
    knows is not said: here, those that call themselves Mozilla, as all do. What is no browser passes, and so does every
    other method: an app cannot rely on this alone.
    """
    if request.method != "POST" or "mozilla/" not in request.headers.get("user-agent", "").lower():
        return False
    return own(request) not in {request.headers.get("origin", ""), _origin(request.headers.get("referer", ""))}


def own(request: Request) -> str:
    """Return the origin of this site, as the caller addressed it."""
    return f"{request.url.scheme}://{request.headers.get('host', '')}"


def _origin(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}"
