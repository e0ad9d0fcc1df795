"""People looked for by the beginning of a name, over Microsoft Graph."""

import re
import unicodedata
from typing import Final
from urllib.parse import quote

import msgspec

from shared.graph import Answer, Call, Graph
from shared.graph_shapes import Page
from shared.lookups.permission import DIRECTORY, told
from shared.object_id import is_object_id

_SEARCHED: Final = ("displayName", "userPrincipalName", "mail")
_SELECT: Final = "$select=id,userPrincipalName,displayName,accountEnabled,userType,jobTitle,department"
_HEADERS: Final = {"ConsistencyLevel": "eventual", "Prefer": "legacySearch=false"}
"""Without the second one v1.0 refuses an ampersand, however well it is encoded (Graph's known issue 18185)."""
_NO_TEXT: Final = frozenset({"Cc", "Cs"})
"""Unicode's categories of control characters and of halves of pairs, which no URL can carry."""
_ESCAPED: Final = re.compile(r'["\\]')
_GONE: Final = 404


class PersonFound(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """Somebody who fits a search: what tells people apart, and no more."""

    id: str
    user_principal_name: str
    display_name: str | None
    account_enabled: bool | None
    user_type: str | None
    job_title: str | None = None
    department: str | None = None


class PeopleFound(msgspec.Struct, frozen=True):
    """People who fit what was searched for."""

    users: tuple[PersonFound, ...]


class People:
    """Looks people up while somebody types."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    async def search(self, text: str, limit: int = 20) -> tuple[PersonFound, ...]:
        """Return who fits, at most so many: words of the name, or the beginning of the user principal name or mail.

        An object id finds its person. Blank text finds nobody. One call to Graph, whose index can be some minutes
        behind. Raises MissingPermissionError, GraphUnavailable.
        """
        words = _readable(text)
        if not words:
            return ()
        if is_object_id(words):
            return _person(await self._graph.send(Call(path=f"/users/{words}?{_SELECT}")))
        search = f"/users?$search={_clauses(words)}&$count=true&$top={limit}&{_SELECT}"
        return _found(await self._graph.send(Call(path=search, headers=_HEADERS)))


def _readable(text: str) -> str:
    """Return the text on one line, without what is none."""
    return " ".join("".join(" " if unicodedata.category(sign) in _NO_TEXT else sign for sign in text).split())


def _clauses(words: str) -> str:
    """Return a $search clause for each property, percent-encoded.

    A quote or a backslash within a clause has a backslash before it (Graph documentation, use the $search query
    parameter); everything else within the quotes is text, also OR.
    """
    escaped = _ESCAPED.sub(r"\\\g<0>", words)
    return quote(" OR ".join(f'"{name}:{escaped}"' for name in _SEARCHED), safe="")


def _found(answer: Answer) -> tuple[PersonFound, ...]:
    return tuple(told(answer, DIRECTORY).decoded(Page[PersonFound]).value)


def _person(answer: Answer) -> tuple[PersonFound, ...]:
    return () if answer.status == _GONE else (told(answer, DIRECTORY).decoded(PersonFound),)
