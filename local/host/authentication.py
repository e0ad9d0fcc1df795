"""
The headers that App Service Authentication sets, and which no caller may.

The platform removes them from every incoming request. Signing people in comes with the stand's own sign-in page;
this is the one place where it will add them.
"""

from collections.abc import Mapping

PREFIX = "x-ms-"


def without_platform_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers without X-MS-*."""
    return {name: value for name, value in headers.items() if not name.lower().startswith(PREFIX)}
