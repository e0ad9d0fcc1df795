"""Where signing in and out may lead."""

import pytest

from local.host.local_path import is_local


@pytest.mark.parametrize(
    "path", ["/", "/a", "/a//b", "/a?x=https://b.example", "/a#b", "/.auth/me", "/zoë", "/a%0Ab", "/@b.example"]
)
def test_path_of_this_site_is_local(path: str) -> None:
    """Whatever stands behind its first slash."""
    assert is_local(path)


@pytest.mark.parametrize(
    "path",
    [
        *("", "a", "//b", "///b", "/\\b", "\\b", "\\/b", "/a\\b", "https://b", "http:b", "javascript:a"),
        *(" /a", "/a b", "/a\n", "\n/a", "/\t/b", "/\r/b", "/a\x00", "/\x7f/b"),
    ],
)
def test_what_a_browser_may_read_otherwise_is_not(path: str) -> None:
    """Two slashes, backslashes, another scheme, and what browsers drop before they read."""
    assert not is_local(path)
