"""Writes docs/openapi.json, the description of the HTTP interface for programs, from the types: `make docs`."""

import json
from pathlib import Path
from typing import Final

from shared.api import openapi

PAGE: Final = Path(__file__).parent / "openapi.json"


def text() -> str:
    """Return the file as it is to be."""
    return json.dumps(openapi.document(), indent=2, ensure_ascii=True) + "\n"


if __name__ == "__main__":
    PAGE.write_text(text(), encoding="utf-8")
