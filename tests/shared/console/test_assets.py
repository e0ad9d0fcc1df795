"""The console's files: light, whole, of no other host, and under one fingerprint."""

import re
from pathlib import Path

import pytest

from shared.console import assets

TEXTS = {path.name: path.read_text(encoding="utf-8") for path in assets.FOLDER.iterdir()}
LIGHT = 100_000
"""Bytes, unpacked."""


def test_the_page_is_light() -> None:
    """All of its files together, as they are written."""
    assert sum(len(text.encode()) for text in TEXTS.values()) < LIGHT


def test_every_module_imports_what_another_has() -> None:
    """By its bare file name, which is beside it wherever the folder is."""
    named = {
        (name, other)
        for name, text in TEXTS.items()
        for other in re.findall(r'^import .* from "([^"]+)"', text, re.MULTILINE)
    }

    assert [(name, other) for name, other in sorted(named) if other.removeprefix("./") not in TEXTS] == []


def test_nothing_is_fetched_from_elsewhere() -> None:
    """No address of another host, but for the name of SVG's namespace."""
    hosts = {host for text in TEXTS.values() for host in re.findall(r"https?://[^/\"' ]+", text)}

    assert hosts == {"http://www.w3.org"}


@pytest.mark.parametrize("trap", ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "style="])
def test_no_text_is_turned_into_markup_or_script(trap: str) -> None:
    """Nor is there a style in the markup, which the policy would not apply."""
    assert [name for name, text in TEXTS.items() if trap in text] == []


def test_another_content_is_another_folder(tmp_path: Path) -> None:
    """Whatever changes, everything is asked for anew; where nothing does, nothing is."""
    tmp_path.joinpath("index.html").write_text('<script src="{assets}/a.js"></script>')
    tmp_path.joinpath("a.js").write_text("1")
    first, same = assets.read(tmp_path), assets.read(tmp_path)
    tmp_path.joinpath("a.js").write_text("2")
    other = assets.read(tmp_path)

    assert first.fingerprint == same.fingerprint != other.fingerprint
    assert first.page.body == f'<script src="/console/{first.fingerprint}/a.js"></script>'.encode()
    assert other.find(first.fingerprint, "a.js") is None


def test_a_package_without_the_page_says_so(tmp_path: Path) -> None:
    """An empty answer would be looked for in the browser."""
    with pytest.raises(FileNotFoundError, match=r"index\.html; the console's files belong into the deployed package"):
        assets.read(tmp_path)
