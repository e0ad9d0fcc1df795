"""Cookies as a request carries them: in one header or in several, and a name perhaps more than once."""

from starlette.requests import Request


def named(request: Request, name: str) -> list[str]:
    """Return the values of the cookies of that name, in order."""
    pairs = (part.strip().partition("=") for header in request.headers.getlist("cookie") for part in header.split(";"))
    return [value for key, _, value in pairs if key == name]
