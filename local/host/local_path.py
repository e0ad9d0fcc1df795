"""The paths to which signing in and out may lead: on this site, and nowhere else."""

import re

_LOCAL = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")


def is_local(path: str) -> bool:
    r"""
    Whether a browser stays on this site when it is sent there.

    Browsers read `//host` and `/\host` as another site, and drop tabs and line breaks before they read anything.
    """
    return bool(_LOCAL.fullmatch(path))
