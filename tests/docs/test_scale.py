"""The page about scale is what the model finds."""

from bench.scale import page
from bench.scale.__main__ import FOLDER


def test_the_page_and_its_charts_are_what_the_model_finds() -> None:
    """A limit, a key or a rhythm that changed without `make scale` shows here."""
    pages = page.pages()

    assert {name: FOLDER.joinpath(name).read_text(encoding="utf-8") for name in pages} == pages
