"""How Graph splits names into words to search for (Graph documentation, use the $search query parameter).

At spaces, between lower and upper case, between letters and digits, and at symbols, which are words themselves; words
with nothing but symbols between them are one word too. The words are found in any order and any case. That the
beginning of a word suffices is in the documentation's examples, not in its text; that accents count is not settled.
"""

import re
from collections.abc import Iterator

_UNSPACED = re.compile(r"\S+")
_WORD = re.compile(r"\d+|[^\W\d_]+|[\W_]")
_SYMBOL = re.compile(r"[\W_]")


def has_words(text: str, wanted: str) -> bool:
    """Whether every word that is wanted begins a word of the text."""
    words = {*_words(text), *_joined(text)}
    return all(any(word.startswith(each) for word in words) for each in _words(wanted))


def _words(text: str) -> Iterator[str]:
    for part in _parted(text).split():
        yield from (word.casefold() for word in _WORD.findall(part))


def _parted(text: str) -> str:
    pairs = zip(f" {text}", text, strict=False)
    return "".join(f" {after}" if before.islower() and after.isupper() else after for before, after in pairs)


def _joined(text: str) -> Iterator[str]:
    for part in _UNSPACED.findall(text):
        yield _SYMBOL.sub("", part).casefold()
