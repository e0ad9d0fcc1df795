"""Collections of Microsoft Graph, read whole; and what it means when Graph will not let them be read."""

import re
from typing import TYPE_CHECKING, Final, TypeVar

from shared.graph import Answer, Call, Graph, GraphUnavailable
from shared.graph_shapes import Page

if TYPE_CHECKING:
    from shared.methods import ApiVersion

T = TypeVar("T")
_FURTHER: Final = re.compile(r"/(?P<version>v1\.0|beta)(?P<path>/.+)")
_FORBIDDEN: Final = 403


class RefusedError(Exception):
    """Graph does not let whoever is signed in do this; the sentence says what it takes."""


async def collection(graph: Graph, call: Call, shape: type[Page[T]]) -> list[T]:
    """Return a collection with all its pages. Raises RefusedError, GraphUnavailable."""
    items, following = list[T](), call
    while True:
        page = readable(await graph.send(following), call).decoded(shape)
        items += page.value
        if page.next_link is None:
            return items
        following = _further(page.next_link)


def readable(answer: Answer, call: Call) -> Answer:
    """Return an answer that tells something. Raises RefusedError, GraphUnavailable."""
    if answer.ok:
        return answer
    what = call.path.partition("?")[0]
    if answer.status == _FORBIDDEN:
        raise RefusedError(
            f"Graph did not let {what} be read ({words(answer)}). Sign in as a member of the tenant, and consent to "
            "the permissions that docs/delegating.md lists."
        )
    raise GraphUnavailable(f"reading {what} was answered with {words(answer)}")


def words(answer: Answer) -> str:
    """Return what Graph said, in a line."""
    return f"{answer.status} {answer.error.code}: {answer.error.message}"


def _further(link: str) -> Call:
    found = _FURTHER.search(link)
    if found is None:
        raise GraphUnavailable(f"Graph named a further page that is none of its addresses: {link}")
    version: ApiVersion = "beta" if found["version"] == "beta" else "v1.0"
    return Call(path=found["path"], version=version)
