"""$search on directory objects: "property:text" clauses joined by AND and OR.

Facts from Graph's documentation (use the $search query parameter): a clause stands in double quotes, with a backslash
before a quote or a backslash in it; operators stand outside, in capitals; parentheses group. What Graph reads it with
is Microsoft.OData's search lexer, after its messages (msgraph-sdk-java#2346), so its syntax errors are that lexer's.
Whether AND binds closer than OR, as in OData, is not said.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from local.tenant.call import Call
from local.tenant.refusals import bad_request, unsupported_query, unwanted_ampersand
from local.tenant.words import has_words

Properties = Mapping[str, Any]
Condition = Callable[[Properties], bool]

TOKENIZED = frozenset({"displayName", "description"})
"""Searched by their words; every other property by its beginning (same documentation)."""
_TOKEN = re.compile(r'\s*(?:(?P<clause>"(?:[^"\\]|\\["\\])*")|(?P<sign>[()])|(?P<word>[^\s()"]+)|$)')
_NO_LETTER = re.compile(r"[\W\d_]")
_BACKSLASH = re.compile(r"\\(.)", re.DOTALL)
_DEEPEST = 50
_AMPERSAND = re.compile(r"(?:^|&)(?:\$|%24)?search=[^&]*%26", re.IGNORECASE)


class _Token(msgspec.Struct, frozen=True):
    kind: str
    text: str
    at: int


def searched(call: Call, offered: frozenset[str]) -> Condition | None:
    """Return what $search demands of an object, None without one. Raises Graph's refusal of what it cannot read."""
    text = call.options.get("$search")
    if text is None:
        return None
    if call.headers.get("consistencylevel", "").lower() != "eventual":
        raise unsupported_query(
            "Request with $search query parameter only works through MSGraph with a special request header: "
            "'ConsistencyLevel: eventual'"
        )
    if _stumbles(call):
        raise unwanted_ampersand()
    if text.count("(") > _DEEPEST:
        raise bad_request("The search clause is nested too deeply.")
    return _Parser(text, offered).whole()


def _stumbles(call: Call) -> bool:
    # Graph's known issue 18185 (2023-08): v1.0 cannot read an encoded ampersand unless asked for the newer search.
    newer = "legacysearch=false" in call.headers.get("prefer", "").lower().replace(" ", "")
    return call.version == "v1.0" and not newer and _AMPERSAND.search(call.query) is not None


class _Parser:
    """Reads alternatives of conjunctions of clauses, one token ahead."""

    def __init__(self, text: str, offered: frozenset[str]) -> None:
        self._text = text
        self._offered = offered
        self._tokens = self._read()
        self._next = next(self._tokens)

    def whole(self) -> Condition:
        """Return the condition of the whole text."""
        condition = self._alternatives()
        if self._next.kind != "end":
            raise self._unexpected()
        return condition

    def _read(self) -> Iterator[_Token]:
        at = 0
        while match := _TOKEN.match(self._text, at):
            at = match.end()
            if match.lastgroup is None:
                yield _Token("end", "", at)
                return
            token = _Token(match.lastgroup, match[match.lastgroup], match.start(match.lastgroup))
            self._check_word(token)
            yield token
        raise bad_request(f"Unterminated literal or invalid escape sequence after position {at} in '{self._text}'.")

    def _check_word(self, token: _Token) -> None:
        wrong = _NO_LETTER.search(token.text) if token.kind == "word" else None
        if wrong:
            at = token.at + wrong.start()
            raise bad_request(f"Syntax error: character '{wrong[0]}' is not valid at position {at} in '{self._text}'.")

    def _take(self) -> _Token:
        taken, self._next = self._next, next(self._tokens, _Token("end", "", len(self._text)))
        return taken

    def _unexpected(self) -> Exception:
        return bad_request(f"Syntax error at position {self._next.at} in '{self._text}'.")

    def _alternatives(self) -> Condition:
        conditions = [self._conjunction()]
        while self._next.text == "OR":
            self._take()
            conditions.append(self._conjunction())
        return lambda shown: any(holds(shown) for holds in conditions)

    def _conjunction(self) -> Condition:
        conditions = [self._clause()]
        while self._next.text == "AND":
            self._take()
            conditions.append(self._clause())
        return lambda shown: all(holds(shown) for holds in conditions)

    def _clause(self) -> Condition:
        if self._next.text == "(":
            self._take()
            inner = self._alternatives()
            if self._next.text != ")":
                raise self._unexpected()
            self._take()
            return inner
        if self._next.kind != "clause":
            raise self._unexpected()
        return self._compared(_BACKSLASH.sub(r"\1", self._take().text[1:-1]))

    def _compared(self, clause: str) -> Condition:
        name, colon, wanted = clause.partition(":")
        if not colon or not wanted.strip() or name not in self._offered:
            raise unsupported_query(f"Invalid search clause: {clause}")
        if name in TOKENIZED:
            return lambda shown: has_words(str(shown[name] or ""), wanted)
        return lambda shown: str(shown[name] or "").casefold().startswith(wanted.casefold())
