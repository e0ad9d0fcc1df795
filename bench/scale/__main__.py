"""Writes docs/scale.md and the charts beside it: `make scale`."""

from pathlib import Path
from typing import Final

from bench.scale import page

FOLDER: Final = Path(__file__).parents[2] / "docs"

if __name__ == "__main__":
    for name, text in page.pages().items():
        place = FOLDER / name
        place.parent.mkdir(exist_ok=True)
        place.write_text(text, encoding="utf-8")
