"""The files of the console: read once, packed once, and all under one fingerprint.

The modules name each other by bare file names, so they lie in one folder of the address space, named after the content
of all: `/console/<fingerprint>/<name>`. Another deployment is another folder, and nothing in it ever changes.
"""

import gzip
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

FOLDER: Final = Path(__file__).parent / "assets"
PAGE: Final = "index.html"
_HERE: Final = b"{assets}"
"""Stands in the page for the folder of all others."""
_TYPES: Final = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
_DIGITS: Final = 16


class Asset(msgspec.Struct, frozen=True, kw_only=True):
    """One file, ready to be sent."""

    body: bytes
    packed: bytes
    """The same by gzip."""
    media_type: str
    etag: str
    """Weak: the packed bytes are others."""


class Assets(msgspec.Struct, frozen=True, kw_only=True):
    """All files of the console."""

    page: Asset
    fingerprint: str
    files: Mapping[str, Asset]

    def find(self, fingerprint: str, name: str) -> Asset | None:
        """Return a file; None where there is none of that name, or where that is the folder of another deployment."""
        return self.files.get(name) if fingerprint == self.fingerprint else None


def read(folder: Path = FOLDER) -> Assets:
    """Return what is in the folder; raise FileNotFoundError where the page is missing."""
    contents = {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.suffix in _TYPES}
    if PAGE not in contents:
        raise FileNotFoundError(f"{folder} has no {PAGE}; the console's files belong into the deployed package.")
    fingerprint = _digest(b"\0".join(part for name, body in contents.items() for part in (name.encode(), body)))
    page = contents.pop(PAGE).replace(_HERE, f"/console/{fingerprint}".encode())
    files = {name: _asset(name, body) for name, body in contents.items()}
    return Assets(page=_asset(PAGE, page), fingerprint=fingerprint, files=files)


def _asset(name: str, body: bytes) -> Asset:
    return Asset(
        body=body,
        packed=gzip.compress(body, mtime=0),
        media_type=_TYPES[Path(name).suffix],
        etag=f'W/"{_digest(body)}"',
    )


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:_DIGITS]
